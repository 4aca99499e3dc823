// Chromium for the tests: real names on loopback, nothing in the background, a fresh profile each time.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens a browser in which every name under .test and the public suffix github.io is `port` on loopback; `names` are
 * other ports for some of them. */
export async function open(port, { preferences, names = {} } = {}) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "whence-chromium-"));
  if (preferences) {
    fs.mkdirSync(path.join(profile, "Default"));
    fs.writeFileSync(path.join(profile, "Default/Preferences"), JSON.stringify(preferences));
  }
  const ports = { ...names, "*.test": port, "*.github.io": port };
  const rules = Object.entries(ports).map(([name, to]) => `MAP ${name}:80 127.0.0.1:${to}`);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: [...FLAGS, `--host-resolver-rules=${rules.join(", ")}`],
    timeout: 60_000,
  });
  context.setDefaultTimeout(20_000);
  const close = async () => {
    await context.close();
    fs.rmSync(profile, { recursive: true, force: true });
  };
  return { context, close };
}
