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

/** Opens a browser in which every name under .test, .example and the public suffix github.io is `port` on loopback. */
export async function open(port, { preferences } = {}) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "whence-chromium-"));
  if (preferences) {
    fs.mkdirSync(path.join(profile, "Default"));
    fs.writeFileSync(path.join(profile, "Default/Preferences"), JSON.stringify(preferences));
  }
  const names = ["*.test:80", "*.github.io:80"].map((name) => `MAP ${name} 127.0.0.1:${port}`);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: [...FLAGS, `--host-resolver-rules=${names.join(", ")}`],
    timeout: 60_000,
  });
  context.setDefaultTimeout(20_000);
  const close = async () => {
    await context.close();
    fs.rmSync(profile, { recursive: true, force: true });
  };
  return { context, close };
}
