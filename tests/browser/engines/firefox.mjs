// Stock Firefox by WebDriver BiDi. Starting it takes seconds, so one Firefox serves many visitors: each has a jar of their
// own (a "user context"), or a Firefox of their own where the profile has to outlive it.

import puppeteer from "puppeteer-core";
import { answers } from "./answers.mjs";

const STEP_MS = 20_000;

/** Nothing in the background, no first-run pages, and pages although there is no network beyond loopback. */
const PREFERENCES = {
  "app.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.manage-offline-status": false,
  "network.proxy.type": 0,
  "network.trr.mode": 5,
  "dom.security.https_first": false,
};

/** Starts a Firefox. `cookies: "never"` blocks them all; `globalPrivacyControl` sends the browser's opt-out. */
export async function launch({ profile, cookies = "always", globalPrivacyControl = false } = {}) {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX || "/usr/bin/firefox-esr",
    headless: true,
    userDataDir: profile,
    timeout: 60_000,
    protocolTimeout: 60_000,
    extraPrefsFirefox: {
      ...PREFERENCES,
      ...(cookies === "never" ? { "network.cookie.cookieBehavior": 2 } : {}),
      "privacy.globalprivacycontrol.enabled": globalPrivacyControl,
      "privacy.globalprivacycontrol.functionality.enabled": globalPrivacyControl,
    },
  });
  return { visitor: async () => visitor(await browser.createBrowserContext()), own: async () => visitor(browser.defaultBrowserContext()), close: () => browser.close() };
}

/** Opens a Firefox for one visitor. */
export async function open(options) {
  const firefox = await launch(options);
  const one = await firefox.own();
  return { ...one, close: () => firefox.close() };
}

async function visitor(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS);
  const answered = answers(page);
  return {
    answered,
    goto: (url) => page.goto(url),
    url: async () => page.evaluate("location.href"),
    evaluate: (expression) => page.evaluate(expression),
    click: (selector) => page.click(selector),
    fill: async (selector, text) => {
      await page.focus(selector);
      await page.type(selector, text);
    },
    cookies: async () => {
      const jar = await page.cookies();
      return jar.map(({ name, value, domain, expires }) => ({ name, value, domain, expires }));
    },
    clearCookies: async () => {
      const jar = await context.cookies();
      await context.deleteCookie(...jar);
    },
    close: async () => context.close(),
  };
}
