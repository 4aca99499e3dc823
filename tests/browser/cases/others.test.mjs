// The other causes that a browser can produce, each made to happen in one, then asked about.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deliver, object } from "../stripe.mjs";
import { until } from "../whence.mjs";
import { open, visitor } from "../engines/index.mjs";
import { ask, expect } from "./ask.mjs";
import { arrive, machine, person, signUp, told } from "./company.mjs";
import { healthy, healthyOnes, organic, past } from "./past.test.mjs";
import { stage } from "./stage.mjs";

const STORE = "http://www.store.test";
const SHOP = "http://www.shop.test";
const PATIENCE = { timeout: 120_000 };

/** Somebody in a new browser of `engine`, who does `journey` and pays. */
async function customer(company, engine, name, journey) {
  const who = person(name);
  const browser = await visitor(engine);
  await journey(browser, who);
  await browser.close();
  await company.pay(who);
  return who;
}

const asked = (who, link) => ({ email: who.email, partner_key: link.key });

test("cases::redirect_drops_parameters", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("rio-redirect", `${STORE}/sale`);
  await store.api("POST", "/link_checks", { link_key: link.link_key });
  const who = await customer(store, "firefox", "Rita Redirected", async (browser, who) => {
    await arrive(browser, link, "store.test/sale/");
    assert.doesNotMatch(await browser.url(), /ps_xid/);
    await signUp(browser, who, store.signUp);
  });
  await expect(store, { name: "redirect", engine: "firefox", question: asked(who, link), cause: "redirect_drops_parameters", certainty: "determined" });
});

test("cases::consent_not_given: the page asks, and the visitor refuses", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("cora-consent", `${STORE}/choice`);
  const who = await customer(store, "chromium", "Rolf Refused", async (browser, who) => {
    await arrive(browser, link, "store.test/choice");
    await browser.click("#no");
    await signUp(browser, who);
    assert.equal(await browser.evaluate("document.cookie"), "");
  });
  await expect(store, { name: "consent", engine: "chromium", question: asked(who, link), cause: "consent_not_given", certainty: "probable" });
});

test("cases::consent_not_given: Firefox says no for them", PATIENCE, async () => {
  const { shop } = await stage();
  const link = await shop.partner("gil-gpc", `${SHOP}/landing`);
  await healthy(shop, link, "shop.test/landing", "Nick Nearby");
  const who = person("Greta Guarded");
  const browser = await open("firefox", { globalPrivacyControl: true });
  await arrive(browser, link, "shop.test/landing");
  await signUp(browser, who, shop.signUp);
  assert.equal(await browser.evaluate("document.cookie"), "");
  await browser.close();
  await shop.pay(who);
  await expect(shop, { name: "consent (GPC)", engine: "firefox", question: asked(who, link), cause: "consent_not_given", certainty: "probable" });
});

test("cases::bot_or_scanner_click", PATIENCE, async () => {
  const { shop } = await stage();
  const link = await shop.partner("bo-bots", `${SHOP}/landing`);
  for (const agent of ["Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"])
    assert.match(await machine(link, agent), /preview|bot/);
  const who = await organic(shop, `${SHOP}/`, "Bert Botted");
  await expect(shop, { name: "bots", engine: "chromium", question: asked(who, link), cause: "bot_or_scanner_click", certainty: "determined" });
});

test("cases::wrong_environment: the page has the test key", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("ted-testkey", "http://beta.store.test/landing");
  const who = await customer(store, "chromium", "Tina Tested", async (browser, who) => {
    await arrive(browser, link, "beta.store.test/landing");
    await signUp(browser, who, "http://beta.store.test/signup");
  });
  await expect(store, { name: "test key", engine: "chromium", question: asked(who, link), cause: "wrong_environment", certainty: "determined" });
});

test("cases::existing_or_excluded_customer", PATIENCE, async () => {
  const { shop } = await stage();
  const link = await shop.partner("xia-existing", `${SHOP}/landing`);
  const who = await organic(shop, `${SHOP}/`, "Otto Old");
  const browser = await visitor("chromium");
  await arrive(browser, link, "shop.test/landing");
  await signUp(browser, who, shop.signUp);
  await browser.close();
  await expect(shop, { name: "existing", engine: "chromium", question: asked(who, link), cause: "existing_or_excluded_customer", certainty: "determined" });
});

test("cases::signup_before_click", PATIENCE, async () => {
  const { shop } = await stage();
  const link = await shop.partner("ben-before", `${SHOP}/landing`);
  const who = await customer(shop, "firefox", "Eva Early", async (browser, who) => {
    await browser.goto(`${SHOP}/`);
    await signUp(browser, who, shop.signUp);
    await arrive(browser, link, "shop.test/landing");
  });
  // Nothing that a browser sends ties a click to a sign-up before it.
  await expect(shop, { name: "before", engine: "firefox", question: asked(who, link), cause: "signup_before_click", certainty: "probable" });
});

test("cases::no_offer_applied", PATIENCE, async () => {
  const { shop } = await stage();
  const group = await shop.api("POST", "/groups", { name: "Friends" });
  const link = await shop.partner("fay-friend", `${SHOP}/landing`, { group_key: group.key });
  const who = await customer(shop, "chromium", "Otis Offerless", async (browser, who) => {
    await arrive(browser, link, "shop.test/landing");
    await signUp(browser, who, shop.signUp);
  });
  await expect(shop, { name: "no offer", engine: "chromium", question: asked(who, link), cause: "no_offer_applied", certainty: "determined" });
});

test("cases::customer_key_mismatch", PATIENCE, async () => {
  const { shop } = await stage();
  const link = await shop.partner("mia-mismatch", `${SHOP}/landing`);
  const who = { ...person("Mark Mismatched"), account: "Account-K77" };
  const browser = await visitor("chromium");
  await arrive(browser, link, "shop.test/landing");
  await signUp(browser, who, shop.signUp);
  await browser.close();
  const billing = "billing@mismatched.test";
  await shop.pay(who, {
    customer: { email: billing, name: null, metadata: { customer_key: "account-k77" } },
    charge: { billing_details: { email: billing, name: null } },
  });
  await expect(shop, { name: "two keys", engine: "chromium", question: asked(who, link), cause: "customer_key_mismatch", certainty: "determined" });
});

test("cases::payment_webhook_failing", PATIENCE, async () => {
  const { shop } = await stage();
  const link = await shop.partner("wil-webhook", `${SHOP}/landing`);
  const who = person("Will Waiting");
  const browser = await visitor("chromium");
  await arrive(browser, link, "shop.test/landing");
  await signUp(browser, who, shop.signUp);
  await browser.close();
  await shop.api("POST", "/customers", { customer_key: who.account, email: who.email, name: who.name });
  const answers = await shop.pay(who, { secret: "whsec_of_another_endpoint" });
  assert.deepEqual(answers, [400, 400]);
  await until(async () => {
    const { refused } = await shop.api("GET", "/events?limit=10");
    return refused.some((one) => one.source === "stripe" && one.requests === 2);
  }, "the refused deliveries are listed");
  await expect(shop, { name: "webhook", engine: "chromium", question: asked(who, link), cause: "payment_webhook_failing", certainty: "determined" });
});

test("cases::signup_call_missing", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("cal-call", `${STORE}/landing`);
  const who = await customer(store, "chromium", "Mona Mute", async (browser, who) => {
    await arrive(browser, link, "store.test/landing");
    await signUp(browser, who, "http://app.store.test/trial");
  });
  await expect(store, { name: "no call", engine: "chromium", question: asked(who, link), cause: "signup_call_missing", certainty: "probable" });
});

test("cases::checkout_on_other_domain", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("che-checkout", `${STORE}/landing`);
  const who = person("Emil Elsewhere");
  const browser = await visitor("chromium");
  await arrive(browser, link, "store.test/landing");
  await signUp(browser, who, "http://pay.checkout.test/store", { tells: false });
  await browser.close();
  const checkout = {
    id: `cs_${who.account}`,
    object: "checkout.session",
    created: Math.floor(store.now() / 1000),
    customer: `cus_store_${who.account}`,
    customer_details: { email: who.email, name: who.name },
    client_reference_id: null,
    metadata: {},
    mode: "payment",
    payment_status: "paid",
    success_url: "http://pay.checkout.test/welcome",
    cancel_url: "http://pay.checkout.test/store",
  };
  assert.equal(await deliver(store, "checkout.session.completed", checkout), 200);
  await store.pay(who);
  await expect(store, { name: "checkout", engine: "chromium", question: asked(who, link), cause: "checkout_on_other_domain", certainty: "determined" });
});

test("cases::cookie_domain_too_narrow", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("ned-narrow", `${STORE}/private`);
  const who = await customer(store, "firefox", "Nash Narrow", async (browser, who) => {
    await arrive(browser, link, "store.test/private");
    const domains = new Set((await browser.cookies()).map((one) => one.domain));
    assert.deepEqual([...domains], ["www.store.test"]);
    await signUp(browser, who, store.signUp);
  });
  await expect(store, { name: "narrow", engine: "firefox", question: asked(who, link), cause: "cookie_domain_too_narrow", certainty: "determined" });
});

test("cases::link_inactive", PATIENCE, async () => {
  const { shop } = await stage();
  const link = await shop.partner("ari-archived", `${SHOP}/landing`);
  await healthy(shop, link, "shop.test/landing", "Norm Nearby");
  const [row] = (await shop.api("GET", "/links?partner_key=ari-archived")).items;
  await shop.api("DELETE", `/links/${row.key}`);
  const who = await customer(shop, "chromium", "Iris Inactive", async (browser, who) => {
    await browser.goto(`http://blog.partner.test/review?${link.url}`);
    await browser.follow("a", "go.shop.test/ari-archived");
    await browser.goto(`${SHOP}/`);
    await signUp(browser, who, shop.signUp);
  });
  await expect(shop, { name: "old link", engine: "chromium", question: { ...asked(who, link), link: link.url }, cause: "link_inactive", certainty: "determined" });
});

test("cases::itp_seven_day_cap", PATIENCE, async () => {
  const { store } = await stage();
  const { link, profile } = past.webkit;
  const who = person("Walter Week");
  const browser = await open("webkit", { profile });
  await browser.goto(`${STORE}/`);
  assert.equal(await browser.evaluate("document.cookie"), "");
  // What scripts stored goes with the cookies in Safari; this engine is told so by hand.
  await browser.evaluate("localStorage.clear(), true");
  await signUp(browser, who, store.signUp);
  await browser.close();
  await store.pay(who);
  await expect(store, {
    name: "7 days",
    engine: "webkit",
    question: { ...asked(who, link), browser: "safari", same_browser: true },
    cause: "itp_seven_day_cap",
    certainty: "probable",
    rivals: ["cookies_cleared", "different_browser_or_device"],
  });
});

test("cases::page_policy_blocks_snippet", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("csp-strict", `${STORE}/strict`);
  await store.api("POST", "/link_checks", { link_key: link.link_key });
  const who = await customer(store, "chromium", "Pia Policy", async (browser, who) => {
    await arrive(browser, link, "store.test/strict", { tells: false });
    assert.equal(await browser.evaluate("typeof growsumo"), "undefined");
    await signUp(browser, who, store.signUp);
  });
  await expect(store, { name: "policy", engine: "chromium", question: asked(who, link), cause: "page_policy_blocks_snippet", certainty: "determined" });
});

test("cases::duplicate_snippet", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("dee-double", `${STORE}/twice`);
  await store.api("POST", "/link_checks", { link_key: link.link_key });
  const who = await customer(store, "chromium", "Doris Double", async (browser, who) => {
    await arrive(browser, link, "store.test/twice");
    await signUp(browser, who);
  });
  await expect(store, { name: "two tags", engine: "chromium", question: asked(who, link), cause: "duplicate_snippet", certainty: "determined" });
});

test("cases::snippet_in_cross_site_frame", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("fran-framed", `${STORE}/landing`);
  const who = await customer(store, "chromium", "Felix Framed", async (browser, who) => {
    await arrive(browser, link, "store.test/landing");
    await browser.goto("http://plain.test/offer");
    await told(browser);
    const form = await browser.frame("app.store.test");
    await form.fill("[name=email]", who.email);
    await form.fill("[name=name]", who.name);
    await form.fill("[name=account]", who.account);
    await form.click("button");
    await until(async () => form.url().includes("/welcome"), "the frame went on");
  });
  await expect(store, { name: "frame", engine: "chromium", question: asked(who, link), cause: "snippet_in_cross_site_frame", certainty: "probable" });
});

test("cases::public_suffix_host", PATIENCE, async () => {
  const { tenant } = await stage();
  const link = await tenant.partner("sue-suffix", "http://ada.github.io/landing");
  const who = await customer(tenant, "chromium", "Sid Suffix", async (browser, who) => {
    await arrive(browser, link, "ada.github.io/landing");
    await signUp(browser, who, tenant.signUp);
  });
  await expect(tenant, { name: "suffix", engine: "chromium", question: asked(who, link), cause: "public_suffix_host", certainty: "determined" });
});

test("cases::whoever asks about a customer for whom everything worked is told so", PATIENCE, async () => {
  await stage();
  assert.ok(healthyOnes.length >= 10, `${healthyOnes.length} customers`);
  for (const { company, ...question } of healthyOnes) {
    const { verdicts } = await ask(company, question);
    assert.match(verdicts[0].cause, /^tracked/, JSON.stringify({ question, verdicts }));
    assert.equal(verdicts[0].certainty, "determined");
  }
});
