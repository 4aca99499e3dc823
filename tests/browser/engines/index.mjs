// Three engines, one small interface. A visitor goes to pages, clicks, fills in forms, and has a jar of cookies:
//
//     goto(url)  url()  evaluate(expression)  click(selector)  fill(selector, text)
//     answered(part): whether the present page was answered from an address with that in it
//     cookies() -> [{ name, value, domain, days }]  clear()  close()

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { until } from "../whence.mjs";
import * as chromium from "./chromium.mjs";
import * as firefox from "./firefox.mjs";
import { within } from "./process.mjs";
import * as webkit from "./webkit.mjs";

const ENGINES = { chromium, firefox, webkit };
export const NAMES = Object.keys(ENGINES);

/** Opening and closing a browser must end within this. */
const BROWSER_MS = 90_000;

/** An empty folder for a profile that outlives its browser. */
export const newProfile = (engine) => fs.mkdtempSync(path.join(os.tmpdir(), `whence-${engine}-`));

const opened = new Set();

/** Opens a browser of its own for one visitor. Without `profile` they have a new one. */
export async function open(engine, options = {}) {
  const profile = options.profile ?? newProfile(engine);
  const driver = await within(BROWSER_MS, `opening ${engine}`, ENGINES[engine].open({ ...options, profile }));
  opened.add(driver);
  return { engine, profile, ...person(driver) };
}

const shared = new Map();

/** A new visitor with a jar of their own. Chromium and Firefox are started once for all of them. */
export async function visitor(engine) {
  if (!ENGINES[engine].launch) return open(engine);
  warm(engine);
  const browser = await within(BROWSER_MS, `starting ${engine}`, shared.get(engine));
  return { engine, ...person(await browser.visitor()) };
}

/** Starts an engine that takes its time while something else happens. */
export function warm(engine) {
  if (shared.has(engine)) return;
  shared.set(engine, ENGINES[engine].launch());
  // Who asks for it is told; until then a failure is nobody's.
  shared.get(engine).catch(() => {});
}

/** Closes what is still open, also what a failed test left open. */
export async function finish() {
  for (const driver of opened) await within(BROWSER_MS, "closing a browser", driver.close()).catch(() => {});
  opened.clear();
  for (const browser of shared.values()) await within(BROWSER_MS, "closing a browser", (await browser).close());
  shared.clear();
  await webkit.finish();
}

/** Moves the cookies of a closed profile `days` into the past, and says how many there were. */
export function age(engine, profile, days) {
  const script = new URL("./age.py", import.meta.url).pathname;
  const ran = spawnSync("/usr/bin/python3", [script, engine, profile, String(days)], { encoding: "utf8", timeout: 20_000 });
  if (ran.status !== 0) throw new Error(`the profile cannot be aged: ${ran.stderr}`);
  return Number(ran.stdout);
}

/** What every engine can do, by what its driver can do. */
function person(driver) {
  const evaluate = driver.evaluate;
  return {
    ...driver,
    cookies: async () => {
      const jar = await driver.cookies();
      return jar.map(({ expires, ...one }) => ({ ...one, days: expires > 0 ? (expires - Date.now() / 1000) / 86_400 : null }));
    },
    /** Follows what `selector` leads to, and waits until the page at the end, whose address holds `to`, is complete. */
    follow: async (selector, to) => {
      await driver.click(selector);
      await until(async () => (await driver.url()).includes(to) && (await evaluate("document.readyState")) === "complete", `${selector} led to ${to}`);
    },
    /** Clears cookies and what scripts stored on the present page's host. */
    clear: async () => {
      await driver.clearCookies();
      await evaluate("localStorage.clear(), true");
    },
    close: async () => {
      opened.delete(driver);
      await within(BROWSER_MS, "closing a browser", driver.close());
    },
  };
}
