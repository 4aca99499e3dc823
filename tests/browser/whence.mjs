// The real `whence` binary on a temporary data folder: set up, served, asked through its API, stopped.

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const BINARY = process.env.WHENCE_BIN || new URL("../../target/debug/whence", import.meta.url).pathname;

export const OWNER = { email: "owner@shop.test", password: "correct horse battery staple" };

/** A port that nothing listens on now. */
const freePort = () =>
  new Promise((done) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

const SHOP = { program: "Shop", site: "http://www.shop.test", linkHost: "go.shop.test" };

/** `whence setup`: a program with its owner; its keys. */
function setUp(place, { program, site, linkHost }, env) {
  const names = ["--program", program, "--site", site, "--link-host", linkHost, "--currency", "USD"];
  const setup = spawnSync(BINARY, ["setup", ...place, ...names, "--email", OWNER.email, "--password-stdin", "--json"], {
    input: OWNER.password,
    encoding: "utf8",
    timeout: 60_000,
    env,
  });
  if (setup.status !== 0) throw new Error(`whence setup failed: ${setup.stderr}${setup.error ?? ""}`);
  return JSON.parse(setup.stdout);
}

/** Sets up programs (of shop.test unless told) on SQLite, or on the PostgreSQL database at `url`, and serves them. The
 * first one's keys and API stand with the server; each program's stand under `programs`. */
export async function serve(url, { programs = [SHOP], address = "127.0.0.1", at, extra = {} } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "whence-story-"));
  const place = ["--data-dir", path.join(folder, "data"), ...(url ? ["--database-url", url] : [])];
  const port = at ?? (await freePort());
  const env = { ...process.env, ...extra };
  const keys = programs.map((program) => setUp(place, program, env));

  let words = "";
  const child = spawn(BINARY, ["serve", ...place, "--listen", `${address}:${port}`, "--app-url", "http://whence.test"], { env });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (words += text));
  const ended = new Promise((done) => child.on("exit", done));
  const base = `http://${address}:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`whence serve ended: ${words}`);
    return fetch(base, { redirect: "manual" }).catch(() => false);
  }, "whence serve answers");

  const caller = ({ public_key, secret_key }) => async (method, at, body) => {
    const authorization = `Basic ${Buffer.from(`${public_key}:${secret_key}`).toString("base64")}`;
    const answer = await fetch(`${base}/api/v2${at}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${method} ${at} was answered ${answer.status}: ${text}`);
    return JSON.parse(text).data;
  };
  const close = async () => {
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(killer);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const each = keys.map((keys) => ({ base, keys, api: caller(keys) }));
  return { port, ...each[0], programs: each, close, words: () => words };
}

/** Waits until `ask` answers something true; what it threw last is the reason if it never does. */
export async function until(ask, what, patience = 15_000) {
  const end = Date.now() + patience;
  let reason = "";
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      reason = `: ${error.message}`;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`waited in vain until ${what}${reason}`);
}
