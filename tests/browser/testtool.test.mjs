// Trying the integration out, as a developer does: the snippet on a page, the test link in a private window, and the
// dashboard saying what arrived, within a second each.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import * as browser from "./browser.mjs";
import * as shop from "./shop.mjs";
import { OWNER, serve } from "./whence.mjs";

const PATH = "http://whence.test/dashboard/integrations/test";

test("testtool::the live view says landing, cookie and sign-up within a second each", { timeout: 180_000 }, async () => {
  const server = await serve();
  const site = await shop.open(server.keys.test_public_key);
  const chromium = await browser.open(site.port, { names: { "go.shop.test": server.port, "whence.test": server.port } });
  try {
    const developer = await chromium.context.newPage();
    const complaints = [];
    developer.on("pageerror", (error) => complaints.push(String(error)));
    await begin(developer);
    const link = await developer.locator("#test-link").inputValue();
    assert.equal(link, "http://go.shop.test/gstest");
    assert.match(await developer.locator("pre.code").innerText(), new RegExp(server.keys.test_public_key));
    await developer.evaluate(() => (window.stayed = true));
    await look(developer, "begun");

    const visitor = await (await chromium.context.browser().newContext()).newPage();
    const watch = await stopwatch(developer);
    const landed = answered(visitor, "/v1/visits");
    await visitor.goto(link);
    await landed;
    watch.start();
    await watch("The test link is followed");
    await watch("The page reports itself");
    await watch("The page knows the click");
    await watch("The cookie is written and read back");
    await watch("The browser’s storage is written and read back");
    await visitor.goto("http://app.shop.test/signup");
    await visitor.fill("[name=email]", "grace@customer.test");
    await visitor.fill("[name=name]", "Grace Hopper");
    const signedUp = answered(visitor, "/v1/signup");
    await visitor.click("button");
    await signedUp;
    watch.start();
    await watch("A sign-up arrives");
    await watch("The customer belongs to the test partner");

    // A page that overwrites the snippet's object is told at once too, without a sign-up.
    const told = answered(visitor, "/v1/visits");
    await visitor.goto("http://www.shop.test/landing");
    await told;
    const overwritten = answered(visitor, "/v1/visits");
    await visitor.evaluate(() => (window.growsumo = { createSignup() {} }));
    await overwritten;
    watch.start();
    await watch("Nothing on the page gets in the way", "wrong");
    assert.ok(await developer.evaluate(() => window.stayed), "the page was never loaded anew");
    await look(developer, "overwritten");

    await developer.click("text=Send a test sale");
    await developer.locator("#flash >> text=It earned nothing").waitFor();
    await developer.locator("li.done >> text=The sale earns nothing").waitFor();
    await look(developer, "sold");
    assert.deepEqual((await server.api("GET", "/rewards")).items, []);
    assert.deepEqual((await server.api("GET", "/customers")).items, [], "live mode knows nothing of it");
    await developer.goto(`${PATH}/pages`);
    await developer.locator("tbody tr >> text=www.shop.test/landing").first().waitFor();
    await look(developer, "pages");
    assert.deepEqual(complaints, []);
    await withoutScript(chromium.context, visitor);
    await clearUp(developer);
  } catch (error) {
    error.message += `\nthe server said:\n${server.words().split("\n").slice(-30).join("\n")}`;
    throw error;
  } finally {
    await chromium.close();
    await site.close();
    await server.close();
  }
});

async function signIn(page) {
  await page.goto("http://whence.test/");
  await page.fill("input[type=email]", OWNER.email);
  await page.fill("input[type=password]", OWNER.password);
  await page.press("input[type=password]", "Enter");
  await page.waitForURL("http://whence.test/dashboard");
}

async function begin(page) {
  await signIn(page);
  await page.goto(PATH);
  await page.click("text=Switch to test mode");
  await page.waitForURL(PATH);
  await page.fill("#page", "http://www.shop.test/landing");
  await page.click("text=Begin the test");
  await page.locator("#flash >> text=The test has begun").waitFor();
}

/** Resolves when the server has taken what a page sent to `path`. */
const answered = (page, path) => page.waitForResponse((answer) => answer.url().endsWith(path) && answer.status() == 202);

/** Notes in the developer's page when each step is first shown in each state, and holds the time since the event that it
 * tells of against a second. */
async function stopwatch(page) {
  await page.evaluate(() => {
    window.shown = {};
    setInterval(() => {
      for (const step of document.querySelectorAll("#live-view .steps > li"))
        window.shown[`${step.querySelector("h3").firstChild.textContent}: ${step.classList[0]}`] ??= Date.now();
    }, 10);
  });
  let since;
  const watch = async (step, state = "done") => {
    const name = `${step}: ${state}`;
    const at = await (await page.waitForFunction((name) => window.shown[name], name)).jsonValue();
    console.log(`# testtool: ${name}, ${at - since} ms after the server had it`);
    assert.ok(at - since <= 1000, `"${name}" was shown after ${at - since} ms`);
  };
  watch.start = () => (since = Date.now());
  return watch;
}

/** The same without any script: by hand, and by itself once somebody asked for it. */
async function withoutScript(context, visitor) {
  const plain = await context.browser().newContext({ javaScriptEnabled: false });
  const page = await plain.newPage();
  await signIn(page);
  await page.goto(PATH);
  await page.click("text=Switch to test mode");
  await page.fill("#page", "http://www.shop.test/landing");
  await page.click("text=Begin anew");
  await page.click("text=Refresh every two seconds");
  const landed = answered(visitor, "/v1/visits");
  await visitor.goto("http://www.shop.test/landing");
  await landed;
  await page.locator("#live-view li.done >> text=The page reports itself").waitFor({ timeout: 5_000 });
  await plain.close();
}

async function clearUp(page) {
  await page.goto(`${PATH}/remove`);
  await look(page, "remove");
  await page.check("#confirmed");
  await page.click("button.danger");
  await page.locator("#flash >> text=The test data are gone").waitFor();
  await page.goto(`${PATH}/remove`);
  await page.locator("text=Nothing to remove").waitFor();
}

/** With `WHENCE_LOOK=folder`, pictures of the page as a desktop and a phone show it, light and dark. */
async function look(page, name) {
  const folder = process.env.WHENCE_LOOK;
  if (!folder) return;
  fs.mkdirSync(folder, { recursive: true });
  for (const [size, width] of Object.entries({ desktop: 1280, phone: 390 }))
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${folder}/${name}-${size}-${colorScheme}.png`, fullPage: true });
    }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 900 });
}
