// The whole story in a real browser over real host names: a partner's link, the shop's landing page, the sign-up on its
// subdomain, a payment that Stripe reports, and the commission on the dashboard. Once on each database.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as browser from "./browser.mjs";
import * as shop from "./shop.mjs";
import { deliver, object } from "./stripe.mjs";
import { OWNER, serve, until } from "./whence.mjs";

const ENGINES = { sqlite: undefined, postgres: process.env.WHENCE_TEST_POSTGRES_URL };

for (const [engine, url] of Object.entries(ENGINES))
  test(`story::${engine}::a click becomes a commission on the dashboard`, { timeout: 180_000 }, async () => {
    assert.ok(engine == "sqlite" || url, "WHENCE_TEST_POSTGRES_URL names an empty database");
    const server = await serve(url);
    const site = await shop.open(server.keys.public_key);
    const chromium = await browser.open(site.port, { names: { "go.shop.test": server.port, "whence.test": server.port } });
    try {
      await prepare(server);
      const page = await chromium.context.newPage();
      const xid = await visit(page, server);
      await signUp(page, server, xid);
      await pay(server);
      await dashboard(chromium.context);
    } catch (error) {
      error.message += `\nthe server said:\n${server.words().split("\n").slice(-30).join("\n")}`;
      throw error;
    } finally {
      await chromium.close();
      await site.close();
      await server.close();
    }
  });

/** What a partner manager does: a partner, a link to the landing page, and what a sale earns. */
async function prepare({ api }) {
  await api("POST", "/partnerships", { email: "ada@partner.test", first_name: "Ada", last_name: "Park", partner_key: "ada-park" });
  const link = await api("POST", "/links", { partner_key: "ada-park", dest: "http://www.shop.test/landing?plan=pro", link_key: "ada" });
  assert.equal(new URL(link.url).host, "go.shop.test");
  await api("POST", "/offers", {
    description: "20 % of every payment",
    trigger: "transaction",
    terms: { type: "percent", rate_ppm: 200_000 },
  });
}

/** From the partner's page through the link to the landing page; answers the click's id. */
async function visit(page, { api }) {
  await page.goto("http://blog.partner.test/review");
  const reported = page.waitForResponse((answer) => answer.url() == "http://go.shop.test/v1/visits");
  const redirected = page.waitForResponse((answer) => answer.url().startsWith("http://go.shop.test/ada"));
  await page.click("a");
  const redirect = await redirected;
  assert.equal(redirect.status(), 302);
  assert.equal(redirect.headers()["whence-outcome"], "counted");
  assert.equal((await reported).status(), 202);

  const landed = new URL(page.url());
  assert.equal(landed.origin + landed.pathname, "http://www.shop.test/landing");
  assert.equal(landed.searchParams.get("plan"), "pro");
  assert.equal(atob(landed.searchParams.get("ps_partner_key")), "ada-park");
  const xid = landed.searchParams.get("ps_xid");
  assert.match(xid, /^[0-9A-Za-z]{32}$/);
  assert.equal(landed.searchParams.get("gsxid"), xid);
  assert.equal(landed.searchParams.get("sid"), null);

  const cookies = Object.fromEntries((await page.context().cookies("http://app.shop.test/")).map((one) => [one.name, one.value]));
  assert.equal(cookies.ps_xid, xid);
  assert.equal(cookies.gsxid, xid);
  assert.equal(cookies.ps_partner_key, "ada-park");
  assert.equal(cookies.growSumoPartnerKey, "ada-park");

  const click = await until(() => api("GET", `/clicks/${xid}`), "the click can be read");
  assert.equal(click.outcome, "counted");
  assert.equal(click.partner_key, "ada-park");
  assert.deepEqual(click.sub_ids, ["newsletter"]);
  return xid;
}

/** The sign-up on the shop's subdomain, by its form. */
async function signUp(page, { api }, xid) {
  await page.click("text=Try it");
  await page.waitForFunction(() => window.growsumo && growsumo.data.partner_key);
  await page.fill("[name=email]", "grace@customer.test");
  await page.fill("[name=name]", "Grace Customer");
  await page.fill("[name=account]", "account-1");
  const sent = page.waitForResponse((answer) => answer.url() == "http://go.shop.test/v1/signup");
  await page.click("button");
  assert.equal((await sent).status(), 202);
  await page.waitForURL("http://app.shop.test/welcome");

  const customer = await until(() => api("GET", "/customers/account-1"), "the customer can be read");
  assert.equal(customer.email, "grace@customer.test");
  assert.equal(customer.partner_key, "ada-park");
  assert.equal(customer.confirmed, false);
  const attribution = await api("GET", "/customers/account-1/attribution");
  assert.equal(attribution.partner_key, "ada-park");
  assert.equal(attribution.xid, xid);
  assert.equal(attribution.source, "click");
  assert.deepEqual(attribution.touches.map((one) => [one.xid, one.won]), [[xid, true]]);
}

/** Stripe tells of the customer, of the payment (twice, as it may), and of a partial refund. */
async function pay(server) {
  const created = Math.floor(Date.now() / 1000);
  const customer = object("customer", {
    id: "cus_story",
    email: "grace@customer.test",
    name: "Grace Customer",
    created,
    metadata: { customer_key: "account-1" },
  });
  assert.equal(await deliver(server, "customer.created", customer), 200);
  const charge = object("charge", {
    id: "ch_story",
    amount: 9900,
    amount_captured: 9900,
    currency: "usd",
    customer: "cus_story",
    billing_details: { email: "grace@customer.test", name: "Grace Customer" },
    created,
    captured: true,
    paid: true,
    status: "succeeded",
  });
  assert.equal(await deliver(server, "charge.succeeded", charge, "evt_story_charge"), 200);
  assert.equal(await deliver(server, "charge.succeeded", charge, "evt_story_charge"), 200);

  const { items } = await until(async () => {
    const rewards = await server.api("GET", "/rewards?limit=50");
    return rewards.items.length && rewards;
  }, "the payment earned a commission");
  assert.deepEqual(items.map((one) => [one.amount, one.currency]), [[1980, "USD"]]);
  assert.equal((await server.api("GET", "/customers/account-1")).confirmed, true);

  const refunded = { ...charge, amount_refunded: 4950, refunded: false };
  assert.equal(await deliver(server, "charge.refunded", refunded), 200);
  const after = await until(async () => {
    const rewards = await server.api("GET", "/rewards?limit=50");
    return rewards.items.length > 1 && rewards;
  }, "the refund took half of the commission back");
  assert.deepEqual(after.items.map((one) => one.amount).sort((a, b) => a - b), [-990, 1980]);
}

/** The owner signs in and sees the commission, the customer with the reason, and the partner. */
async function dashboard(context) {
  const page = await context.newPage();
  await page.goto("http://whence.test/");
  await page.fill("input[type=email]", OWNER.email);
  await page.fill("input[type=password]", OWNER.password);
  await page.press("input[type=password]", "Enter");
  await page.waitForURL("http://whence.test/dashboard**");

  await page.goto("http://whence.test/dashboard/commissions");
  const commissions = await page.innerText("main");
  assert.match(commissions, /19\.80/);
  assert.match(commissions, /Ada Park|ada-park/);

  await page.goto("http://whence.test/dashboard/referrals");
  assert.match(await page.innerText("main"), /Grace Customer/);
  await page.click("main >> text=Grace Customer");
  await page.waitForLoadState();
  const customer = await page.innerText("main");
  assert.match(customer, /Ada Park|ada-park/);
  assert.match(customer, /99\.00/);
}
