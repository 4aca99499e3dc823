// Chromium through playwright-core. Visitors share one Chromium, each with a jar of their own; a visitor whose profile has
// to outlive the browser, or whose settings differ, has a Chromium to themselves.

import fs from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { answers } from "./answers.mjs";

const STEP_MS = 20_000;
const LAUNCH = {
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  timeout: 60_000,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** Starts a Chromium for many visitors. */
export async function launch() {
  const browser = await chromium.launch(LAUNCH);
  return { visitor: async () => visitor(await browser.newContext()), close: () => browser.close() };
}

/** Opens a Chromium for one visitor, with the profile at `profile`. `cookies: "never"` blocks them all, as a person does
 * in the settings. */
export async function open({ profile, cookies = "always" }) {
  if (cookies === "never") {
    fs.mkdirSync(path.join(profile, "Default"), { recursive: true });
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    fs.writeFileSync(path.join(profile, "Default/Preferences"), JSON.stringify(preferences));
  }
  return visitor(await chromium.launchPersistentContext(profile, LAUNCH));
}

async function visitor(context) {
  context.setDefaultTimeout(STEP_MS);
  const page = context.pages()[0] ?? (await context.newPage());
  const answered = answers(page);
  return {
    answered,
    /** The frame whose address holds `part`. Only here: the other engines' journeys have none. */
    frame: async (part) => page.frames().find((frame) => frame.url().includes(part)),
    goto: (url) => page.goto(url),
    url: async () => page.url(),
    evaluate: (expression) => page.evaluate(expression),
    click: (selector) => page.click(selector),
    fill: (selector, text) => page.fill(selector, text),
    cookies: async () => {
      const jar = await context.cookies(page.url());
      return jar.map(({ name, value, domain, expires }) => ({ name, value, domain, expires }));
    },
    clearCookies: () => context.clearCookies(),
    close: () => context.close(),
  };
}
