// A small world for journeys: its own names, its own loopback, its own processes. In it every host of the story has an
// address of 127.0.0.0/8 and port 80 is free, so that addresses look as they do on the real net, in every browser and
// for the server's own checks; nothing in it can reach outside, and when it ends everything started in it ends.
//
//     node engines/world.mjs journeys.mjs

import { spawn, spawnSync } from "node:child_process";
import { lookup } from "node:dns/promises";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** Where the server listens, and the names under which it is known: the app, and the programs' link hosts. */
export const WHENCE = { address: "127.0.0.2", names: ["whence.test", "go.shop.test", "go.partnerlinks.test", "go.tenant.test"] };

/** Where the site of the story listens: shops, their checkout, partners' blogs. */
export const SITE = {
  address: "127.0.0.3",
  names: [
    ...["www.shop.test", "app.shop.test", "www.store.test", "app.store.test", "promo.store.test", "beta.store.test"],
    ...["pay.checkout.test", "plain.test", "ada.github.io", "billing.github.io", "blog.partner.test", "reviews.test"],
  ],
};

/** The longest that anything in here may take. */
const LIMIT_MS = 8 * 60_000;

/** What separates a world: names, network, processes; a user who may do all that where we are not root. */
const APART = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Run by a shell inside: the names, the loopback, then the script. A machine with no address but 127.0.0.1 counts as
 * one without a network, and WebKit asks for no name then; so the server's address is named. The shell stays, so that it
 * takes in orphans. */
const NETWORK = `ip link set lo up && ip address add ${WHENCE.address}/8 dev lo`;
const INSIDE = `mount --bind "$1" /etc/hosts && ${NETWORK} && shift && "$@"; exit $?`;

/** The lines of a hosts file that make the world's names known. */
const HOSTS = [WHENCE, SITE].map(({ address, names }) => `${address} ${names.join(" ")}`);

/** Whether this machine knows the names by itself: then it can be the world. */
async function isWorld() {
  const known = ({ address, names }) =>
    Promise.all(names.map((name) => lookup(name, { family: 4 }).then((found) => found.address === address)));
  return (await Promise.all([WHENCE, SITE].map(known)).catch(() => [[false]])).flat().every(Boolean);
}

/** The command that runs `script` in a world, or nothing where that may not be. */
async function command(script, folder) {
  const node = [process.execPath, "--test-reporter=tap", script];
  const apart = process.getuid() === 0 ? APART : ["--map-root-user", ...APART];
  const trial = ["sh", "-c", `mount --bind /etc/hosts /etc/hosts && ${NETWORK}`];
  const may = spawnSync("unshare", [...apart, ...trial], { encoding: "utf8", timeout: 20_000 });
  if (may.status === 0) {
    const hosts = path.join(folder, "hosts");
    fs.writeFileSync(hosts, ["127.0.0.1 localhost", ...HOSTS, ""].join("\n"));
    return ["unshare", [...apart, "sh", "-c", INSIDE, "world", hosts, ...node]];
  }
  if (await isWorld()) return [node[0], node.slice(1)];
  console.error(
    "The journeys in Firefox, WebKit and Chromium need host names and a network of their own, which this machine " +
      `refuses (unshare ${apart.join(" ")}: ${(may.stderr || String(may.error ?? "")).trim()}). Run the tests where ` +
      "namespaces may be made (as root, or with unprivileged user namespaces), or, as root, add these lines to " +
      `/etc/hosts:\n\n${HOSTS.join("\n")}\n`,
  );
  return undefined;
}

async function enter(script) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "whence-world-"));
  const clean = () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  const run = await command(script, folder);
  if (!run) {
    clean();
    process.exit(1);
  }
  const env = { ...process.env, WHENCE_WORLD: "1", TMPDIR: folder };
  const world = spawn(...run, { stdio: ["ignore", "inherit", "inherit"], env, detached: true });
  // With its first process a world ends whole.
  const end = () => process.kill(-world.pid, "SIGKILL");
  const late = setTimeout(() => {
    console.error(`The journeys took longer than ${LIMIT_MS / 1000} s.`);
    end();
  }, LIMIT_MS);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, end);
  world.on("exit", (code) => {
    clearTimeout(late);
    clean();
    process.exit(code ?? 1);
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) await enter(process.argv[2]);
else if (!process.env.WHENCE_WORLD) {
  console.error("Journeys run in a world of their own: node engines/world.mjs journeys.mjs");
  process.exit(1);
}
