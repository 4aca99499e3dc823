// The dashboard in a real browser: with its script, without any script, and on a phone.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as browser from "./browser.mjs";
import { OWNER, serve } from "./whence.mjs";

const PAGES = ["", "/referrals", "/partners", "/partners/new", "/clicks", "/commissions", "/offers", "/offers/new", "/events", "/integrations",
  "/integrations/webhooks", "/search?q=ada", "/settings"];

test("dashboard::its script only spares reloads", { timeout: 120_000 }, async () => {
  const server = await serve();
  const chromium = await browser.open(server.port);
  try {
    await fill(server);
    const plain = await chromium.context.browser().newContext({ javaScriptEnabled: false });
    const page = await chromium.context.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => message.type() == "error" && complaints.push(message.text()));
    await withScript(page);
    await onAPhone(page);
    assert.deepEqual(complaints, []);
    await withoutScript(await plain.newPage());
  } finally {
    await chromium.close();
    await server.close();
  }
});

/** A partner whose three customers have paid, so that three commissions wait. */
async function fill({ api }) {
  await api("POST", "/partnerships", { email: "ada@partner.test", first_name: "Ada", last_name: "Park", partner_key: "ada-park" });
  await api("POST", "/offers", { description: "Standard", trigger: "transaction", terms: { type: "percent", rate_ppm: 200_000 } });
  for (const name of ["Grace", "Hedy", "Joan"]) {
    await api("POST", "/customers", { email: `${name}@customer.test`, customer_key: name, name, partner_key: "ada-park" });
    await api("POST", "/transactions", { customer_external_key: name, amount: 9900, currency: "USD", key: `order-${name}` });
  }
}

async function signIn(page) {
  await page.goto("http://whence.test/");
  await page.fill("input[type=email]", OWNER.email);
  await page.fill("input[type=password]", OWNER.password);
  await page.press("input[type=password]", "Enter");
  await page.waitForURL("http://whence.test/dashboard");
}

/** Typing narrows the list, and a decision changes it, while the page stays. */
async function withScript(page) {
  await signIn(page);
  await page.goto("http://whence.test/dashboard/referrals");
  await page.evaluate(() => (window.stayed = true));
  await page.locator("#q").pressSequentially("hed");
  await page.waitForURL("**/referrals?q=hed");
  assert.equal(await page.locator("main tbody tr").count(), 1);
  assert.ok(await page.evaluate(() => window.stayed));

  await page.goto("http://whence.test/dashboard/commissions");
  await page.evaluate(() => (window.stayed = true));
  await page.locator("tbody tr >> text=Approve").first().click();
  await page.locator("#flash >> text=Approved: $19.80").waitFor();
  assert.equal(await page.locator("main tbody tr").count(), 2);
  assert.match(await page.locator("#waiting").innerText(), /^2/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "flash");
  assert.ok(await page.evaluate(() => window.stayed));

  // The partner key as an address carries it, into the box that every page has.
  await page.keyboard.press("/");
  await page.keyboard.type("YWRhLXBhcms");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/dashboard/partners/part_*");
}

/** No page is wider than a phone, and the menu opens. */
async function onAPhone(page) {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of PAGES) {
    await page.goto(`http://whence.test/dashboard${path}`);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(beyond <= 0, `${path} is ${beyond} pixels too wide`);
  }
  await page.click("[aria-label=Menu]");
  await page.click("nav >> text=Offers");
  await page.waitForURL("**/dashboard/offers");
}

/** The same by plain forms: a decision, an offer, the other mode, signing out. */
async function withoutScript(page) {
  await signIn(page);
  await page.goto("http://whence.test/dashboard/commissions");
  await page.locator("tbody tr >> text=Approve").first().click();
  await page.locator("#flash >> text=Approved: $19.80").waitFor();
  await page.goto("http://whence.test/dashboard/offers/new");
  await page.fill("#description", "Spring");
  await page.fill("#rate", "12.5");
  await page.click("text=Create the offer");
  await page.locator("main >> text=12.5%").waitFor();
  await page.click("text=Test");
  await page.locator("text=Test mode.").waitFor();
  await page.click("text=Sign out");
  await page.waitForURL("**/sign-in");
}
