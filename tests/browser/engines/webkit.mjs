// WebKit by WebDriver, spoken over plain HTTP: WebKitWebDriver starts our own window (webkit_browser.py) in a virtual
// screen. Tracking prevention is on, as in Safari.

import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { start, within } from "./process.mjs";

const WINDOW = new URL("./webkit_browser.py", import.meta.url).pathname;
const STEP_MS = 20_000;
/** The name under which WebDriver hands out an element. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

let screen;

/** The one virtual screen of this run. */
function display() {
  screen ??= (async () => {
    const log = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "whence-screen-")), "log");
    const args = ["-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp"];
    const server = start("Xvfb", args, { log, extra: ["pipe"] });
    const number = await within(STEP_MS, "starting Xvfb", new Promise((done, fail) => {
      server.child.stdio[3].once("data", (text) => done(String(text).trim()));
      server.ended.then(() => fail(new Error(`Xvfb ended: ${server.words()}`)));
    }));
    return { number: `:${number}`, end: server.end };
  })();
  return screen;
}

/** Ends the virtual screen, if there is one. */
export async function finish() {
  if (screen) await (await screen).end();
  screen = undefined;
}

/** A port that nothing listens on now. */
const freePort = () =>
  new Promise((done) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

/** Opens WebKit with the profile at `profile`. `cookies: "never"` blocks them all; `clock` are libfaketime's variables. */
export async function open({ profile, cookies = "always", trackingPrevention = true, env = {} }) {
  const { number } = await display();
  const port = await freePort();
  const driver = start("WebKitWebDriver", [`--port=${port}`], {
    log: path.join(profile, "driver.log"),
    env: {
      DISPLAY: number,
      // As root its own sandbox cannot be made; the pages are ours.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
      LIBGL_ALWAYS_SOFTWARE: "1",
      GSETTINGS_BACKEND: "memory",
      NO_AT_BRIDGE: "1",
      ...env,
    },
  });
  const ask = async (method, at, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${at}`, {
      method,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(STEP_MS),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(`WebDriver ${method} ${at}: ${value?.error}: ${value?.message}`), { code: value?.error });
    return value;
  };
  const args = ["--profile", profile, "--cookies", cookies, ...(trackingPrevention ? [] : ["--no-tracking-prevention"])];
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": { binary: WINDOW, args } } };
  try {
    const session = await begin(driver, () => ask("POST", "/session", { capabilities }));
    return control(ask, `/session/${session.sessionId}`, driver);
  } catch (error) {
    await driver.end();
    error.message += `\n${driver.words()}`;
    throw error;
  }
}

/** The first request may come before the driver listens. */
async function begin(driver, request) {
  const end = Date.now() + STEP_MS;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      const early = error.cause?.code === "ECONNREFUSED" && driver.running() && Date.now() < end;
      if (!early) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

function control(ask, session, driver) {
  const evaluate = (expression) =>
    ask("POST", `${session}/execute/async`, {
      script: "var done = arguments[arguments.length - 1]; Promise.resolve(eval(arguments[0])).then(done, function (e) { done('error: ' + e); });",
      args: [expression],
    });
  const find = async (selector) => (await ask("POST", `${session}/element`, { using: "css selector", value: selector }))[ELEMENT];
  return {
    goto: (url) => ask("POST", `${session}/url`, { url }),
    url: () => ask("GET", `${session}/url`),
    evaluate,
    answered: (part) =>
      evaluate(`performance.getEntriesByType("resource").some((one) => one.name.includes("${part}") && one.responseEnd > 0)`),
    click: async (selector) => ask("POST", `${session}/element/${await find(selector)}/click`, {}),
    fill: async (selector, text) => ask("POST", `${session}/element/${await find(selector)}/value`, { text }),
    cookies: async () => {
      const jar = await ask("GET", `${session}/cookie`);
      return jar.map(({ name, value, domain, expiry }) => ({ name, value, domain, expires: expiry }));
    },
    clearCookies: () => ask("DELETE", `${session}/cookie`),
    close: async () => {
      // The jar is written when the window is gone; a window that hangs goes with its group.
      await ask("DELETE", session).catch(() => {});
      await driver.end();
    },
  };
}
