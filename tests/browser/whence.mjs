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

/** Sets up the program of shop.test on SQLite, or on the PostgreSQL database at `url`, and serves it. */
export async function serve(url) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "whence-story-"));
  const place = ["--data-dir", path.join(folder, "data"), ...(url ? ["--database-url", url] : [])];
  const port = await freePort();
  const setup = spawnSync(
    BINARY,
    ["setup", ...place, "--program", "Shop", "--site", "http://www.shop.test", "--link-host", "go.shop.test"].concat(
      ["--currency", "USD", "--email", OWNER.email, "--password-stdin", "--json"],
    ),
    { input: OWNER.password, encoding: "utf8", timeout: 60_000 },
  );
  if (setup.status !== 0) throw new Error(`whence setup failed: ${setup.stderr}${setup.error ?? ""}`);
  const keys = JSON.parse(setup.stdout);

  let words = "";
  const process = spawn(BINARY, ["serve", ...place, "--listen", `127.0.0.1:${port}`, "--app-url", "http://whence.test"]);
  for (const stream of [process.stdout, process.stderr]) stream.on("data", (text) => (words += text));
  const ended = new Promise((done) => process.on("exit", done));
  const base = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (process.exitCode !== null) throw new Error(`whence serve ended: ${words}`);
    return fetch(base, { redirect: "manual" }).catch(() => false);
  }, "whence serve answers");

  const authorization = `Basic ${Buffer.from(`${keys.public_key}:${keys.secret_key}`).toString("base64")}`;
  const api = async (method, at, body) => {
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
    process.kill("SIGTERM");
    const killer = setTimeout(() => process.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(killer);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  return { port, base, keys, api, close, words: () => words };
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
