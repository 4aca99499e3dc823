// A small world for journeys: its own names, its own loopback, its own processes. In it every host of the story has an
// address of 127.0.0.0/8 and port 80 is free, so that addresses look as they do on the real net, in every browser and
// for the server's own checks; nothing in it can reach outside, and when it ends everything started in it ends.
//
//     node engines/world.mjs journeys.mjs

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** Where the server listens, and the names under which it is known: the app, and the programs' link hosts. */
export const WHENCE = { address: "127.0.0.2", names: ["whence.test", "go.shop.test", "go.partnerlinks.test", "go.tenant.test"] };

/** Where the site of the story listens: shops, their checkout, partners' blogs. */
export const SITE = {
  address: "127.0.0.3",
  names: [
    ...["shop.test", "www.shop.test", "app.shop.test", "old.shop.test", "pay.checkout.test", "plain.test"],
    ...["store.test", "www.store.test", "app.store.test", "blog.partner.test", "reviews.test"],
    ...["tenant.github.io", "billing.github.io", "www.tenant.test"],
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

function enter(script) {
  const apart = process.getuid() === 0 ? APART : ["--map-root-user", ...APART];
  const may = spawnSync("unshare", [...apart, "sh", "-c", `mount --bind /etc/hosts /etc/hosts && ${NETWORK}`], {
    encoding: "utf8",
    timeout: 20_000,
  });
  if (may.status !== 0) {
    console.error(
      "The journeys in Firefox, WebKit and Chromium need host names and a network of their own, which this machine " +
        `refuses (unshare ${apart.join(" ")}: ${(may.stderr || String(may.error ?? "")).trim()}).\n` +
        "Run the tests as root on a machine or in a container that may make namespaces (docker: --privileged), or " +
        "allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1).",
    );
    process.exit(1);
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "whence-world-"));
  const hosts = path.join(folder, "hosts");
  const lines = [{ address: "127.0.0.1", names: ["localhost"] }, WHENCE, SITE];
  fs.writeFileSync(hosts, lines.map(({ address, names }) => `${address} ${names.join(" ")}\n`).join(""));

  const node = [process.execPath, "--test-reporter=tap", script];
  const world = spawn("unshare", [...apart, "sh", "-c", INSIDE, "world", hosts, ...node], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, WHENCE_WORLD: "1", TMPDIR: folder },
  });
  // With its first process a world ends whole.
  const end = () => world.kill("SIGKILL");
  const late = setTimeout(() => {
    console.error(`The journeys took longer than ${LIMIT_MS / 1000} s.`);
    end();
  }, LIMIT_MS);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, end);
  world.on("exit", (code) => {
    clearTimeout(late);
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    process.exit(code ?? 1);
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) enter(process.argv[2]);
else if (!process.env.WHENCE_WORLD) {
  console.error("Journeys run in a world of their own: node engines/world.mjs journeys.mjs");
  process.exit(1);
}
