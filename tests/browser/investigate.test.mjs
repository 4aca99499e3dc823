// From an angry e-mail to an answer for the partner, as somebody does it who has never used Whence: with the page's script, on
// a phone, and without any script.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as browser from "./browser.mjs";
import { OWNER, serve } from "./whence.mjs";

const LETTER = `From: Bo <bo@partner.test>
Subject: Where is my commission?

Hi,

my customer Ada Park (ada@park.test) signed up through https://go.shop.test/bo yesterday, and I see NOTHING in my list.
She used Safari on her iPhone.

Bo`;

test("investigate::an angry e-mail becomes an answer, a reply and a report", { timeout: 180_000 }, async () => {
  const server = await serve();
  const chromium = await browser.open(server.port);
  try {
    await fill(server);
    const page = await chromium.context.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => message.type() == "error" && complaints.push(message.text()));
    await signIn(page);
    const path = await ask(page);
    await readTheAnswer(page);
    await readTheReport(page, path);
    await onAPhone(page, path);
    assert.deepEqual(complaints, []);
    const plain = await chromium.context.browser().newContext({ javaScriptEnabled: false });
    const quiet = await plain.newPage();
    await signIn(quiet);
    await ask(quiet);
    assert.match(await quiet.locator("#reply-text").inputValue(), /^Hello Bo,/);
    assert.equal(await quiet.locator("[data-copy-from]").isVisible(), false, "what needs a script is not shown without one");
  } finally {
    await chromium.close();
    await server.close();
  }
});

/** A partner with a customer who has paid, so that the true answer is that nothing was lost. */
async function fill({ api }) {
  await api("POST", "/partnerships", { email: "bo@partner.test", first_name: "Bo", last_name: "Lindqvist", partner_key: "bo" });
  await api("POST", "/links", { partner_key: "bo", link_key: "bo", dest: "http://www.shop.test/" });
  await api("POST", "/offers", { description: "Standard", trigger: "transaction", terms: { type: "percent", rate_ppm: 200_000 } });
  await api("POST", "/customers", { email: "ada@park.test", customer_key: "ada-1", name: "Ada Park", partner_key: "bo" });
  await api("POST", "/transactions", { customer_external_key: "ada-1", amount: 9900, currency: "USD", key: "order-1" });
}

async function signIn(page) {
  await page.goto("http://whence.test/");
  await page.fill("input[type=email]", OWNER.email);
  await page.fill("input[type=password]", OWNER.password);
  await page.press("input[type=password]", "Enter");
  await page.waitForURL("http://whence.test/dashboard");
}

/** Pastes the letter, checks what was read in it, and asks. Answers with the path of the answer. */
async function ask(page) {
  await page.click("nav >> text=Investigate");
  await page.waitForURL("**/dashboard/investigate");
  await page.fill("#letter", LETTER);
  await page.click("text=Read the e-mail");
  await page.locator("text=Check the fields, then ask.").waitFor();
  const read = await page.evaluate(() => Object.fromEntries(new FormData(document.querySelector("form.ask"))));
  const { email, name, partner_key, browser: named, device } = read;
  assert.deepEqual({ email, name, partner_key, named, device }, { email: "ada@park.test", name: "Ada Park", partner_key: "bo", named: "safari", device: "phone" });
  assert.match(read.from, /^\d{4}-\d\d-\d\d$/);
  // Enter in a field asks, although the button that reads the letter stands first on the page.
  await page.press("#name", "Enter");
  await page.waitForURL("**/dashboard/investigations/*_*");
  return new URL(page.url()).pathname;
}

async function readTheAnswer(page) {
  assert.equal(await page.locator("h1").innerText(), "Recorded for this partner; the commission waits for review");
  assert.equal(await page.locator(".sure .badge").innerText(), "Certain");
  const evidence = page.locator(".evidence a").first();
  await evidence.click();
  assert.match(page.url(), /#moment-\d+$/);
  assert.ok(await page.locator("li:target").isVisible(), "evidence leads to its moment");
  const reply = page.locator("#reply-text");
  await reply.fill(`${await reply.inputValue()}\nP.S. Sorry!`);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: "http://whence.test" }).catch(() => {});
  await page.click("[data-copy-from]");
  const label = page.locator("[data-copy-from] span").first();
  assert.match(await label.innerText(), /Copied|Press Ctrl\+C/);
  assert.match(await page.locator("text=Open in your mail program").getAttribute("href"), /^mailto:bo%40partner%2Etest\?subject=/);
}

async function readTheReport(page, path) {
  await page.click("text=Report as the partner sees it");
  await page.waitForURL("**/partner");
  const sheet = await page.locator("main").innerText();
  assert.match(sheet, /Your referral is recorded/);
  assert.match(sheet, /\$19\.80/);
  assert.doesNotMatch(sheet, /ada@park\.test|Ada Park|Safari|phone/i);
  // Chromium's own viewer opens the file; that it is one is told by its first bytes.
  const pdf = await page.evaluate(async (address) => {
    const answer = await fetch(address);
    return { type: answer.headers.get("content-type"), start: (await answer.text()).slice(0, 5) };
  }, `${path}/report.pdf`);
  assert.deepEqual(pdf, { type: "application/pdf", start: "%PDF-" });
  await page.click("text=Back to the answer");
  await page.waitForURL("**/investigations/*_*");
}

async function onAPhone(page, path) {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const at of ["/dashboard/investigate", path, `${path}/partner`]) {
    await page.goto(`http://whence.test${at}`);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(beyond <= 0, `${at} is ${beyond} pixels too wide`);
  }
}
