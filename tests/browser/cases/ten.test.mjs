// The ten cases that support people know, each made to happen in a real browser among ordinary visitors, then asked about
// with what a support agent knows. Where Whence survives the fault, that is shown first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { NAMES, open, visitor } from "../engines/index.mjs";
import { expect, expectTracked } from "./ask.mjs";
import { arrive, machine, person, signUp } from "./company.mjs";
import { healthy, looks, organic, past } from "./past.test.mjs";
import { stage } from "./stage.mjs";

const STORE = "http://www.store.test";
const SHOP = "http://www.shop.test";
const PATIENCE = { timeout: 120_000 };

/** A customer who comes by `link` to a page that holds `landing`, and signs up on the company's page. */
async function customer(company, engine, link, landing, name, { tells = true, meanwhile } = {}) {
  const who = person(name);
  const browser = await visitor(engine);
  await arrive(browser, link, landing, { tells });
  await meanwhile?.(browser);
  await signUp(browser, who, company.signUp);
  await browser.close();
  await company.pay(who);
  return who;
}

test("cases::1 another partner's link was followed later, and the later click shows the earlier one", PATIENCE, async () => {
  const { shop } = await stage();
  const una = await shop.partner("una-first", `${SHOP}/landing`);
  const sol = await shop.partner("sol-second", `${SHOP}/landing`);
  await healthy(shop, una, "shop.test/landing", "Nora Nearby");
  await healthy(shop, sol, "shop.test/landing", "Niels Nearby");
  const who = await customer(shop, "chromium", una, "shop.test/landing", "Carla Changed", {
    meanwhile: (browser) => arrive(browser, sol, "shop.test/landing", { from: "reviews.test" }),
  });
  const question = { email: who.email, partner_key: una.key, link: una.url, browser: "chrome" };
  await expect(shop, { name: "1", engine: "chromium", question, cause: "another_partner_clicked_later", certainty: "determined" });
  // The other one asks too: nothing was lost for them.
  await expectTracked(shop, { name: "1, the later one", engine: "chromium", question: { email: who.email, partner_key: sol.key } });
});

test("cases::1 another partner's link was followed later, and no click shows the other", PATIENCE, async () => {
  const { store } = await stage();
  const ida = await store.partner("ida-first", `${STORE}/landing`);
  const kim = await store.partner("kim-second", `${STORE}/landing`);
  await healthy(store, ida, "store.test/landing", "Nadia Nearby");
  const who = await customer(store, "firefox", ida, "store.test/landing", "Carlo Changed", {
    meanwhile: (browser) => arrive(browser, kim, "store.test/landing", { from: "reviews.test" }),
  });
  const question = { name: "Changed, Carlo", partner_key: ida.key, browser: "firefox" };
  await expect(store, {
    name: "1",
    engine: "firefox",
    question,
    cause: "another_partner_clicked_later",
    certainty: "probable",
    rivals: ["different_browser_or_device", "cookies_cleared"],
  });
});

test("cases::2 cookies were cleared", PATIENCE, async () => {
  const { shop } = await stage();
  const link = await shop.partner("cleo-cleared", `${SHOP}/landing`);
  await healthy(shop, link, "shop.test/landing", "Nils Nearby");
  const who = await customer(shop, "chromium", link, "shop.test/landing", "Dora Deleted", {
    meanwhile: async (browser) => {
      await browser.clear();
      assert.deepEqual(await browser.cookies(), []);
    },
  });
  await expect(shop, {
    name: "2",
    engine: "chromium",
    question: { email: who.email, partner_key: link.key, same_browser: true, browser: "chrome" },
    cause: "cookies_cleared",
    certainty: "probable",
    rivals: ["different_browser_or_device", "itp_seven_day_cap"],
  });
});

for (const engine of NAMES)
  test(`cases::3 cookies are blocked in ${engine}`, PATIENCE, async () => {
    const { store } = await stage();
    const link = await store.partner(`bea-${engine}`, `${STORE}/landing`);
    await healthy(store, link, "store.test/landing", "Noah Nearby");
    const who = person(`Bruno ${engine}`);
    const browser = await open(engine, { cookies: "never" });
    await arrive(browser, link, "store.test/landing");
    assert.equal(await browser.evaluate("document.cookie"), "");
    await signUp(browser, who, store.signUp);
    await browser.close();
    await store.pay(who);
    const answer = await expect(store, {
      name: "3",
      engine,
      question: { email: who.email, partner_key: link.key, same_browser: true },
      cause: "cookies_blocked",
      certainty: "probable",
    });
    // That this arrival kept no cookie is no guess: it is cited.
    assert.ok(answer.verdicts[0].because.some((one) => one.kind === "landing"));
  });

test("cases::4 the snippet has gone from the landing page", PATIENCE, async () => {
  const { store, sites } = await stage();
  const link = await store.partner("flo-features", `${STORE}/features`);
  await healthy(store, link, "store.test/features", "Nina Nearby");
  await looks(link, "store.test/features");
  sites.breakPage("/features");
  const later = await visitor("chromium");
  for (let visits = 0; visits < 5; visits++) await arrive(later, link, "store.test/features", { tells: false });
  await later.close();
  const who = await customer(store, "chromium", link, "store.test/features", "Sven Silent", { tells: false });
  const question = { email: who.email, partner_key: link.key, link: "flo-features" };
  await expect(store, { name: "4", engine: "chromium", question, cause: "snippet_broken", certainty: "probable" });
  await store.api("POST", "/link_checks", { link_key: link.link_key });
  await expect(store, { name: "4 + link check", engine: "chromium", question, cause: "snippet_broken", certainty: "determined" });
});

test("cases::5 the cookie had expired on day 91", PATIENCE, async () => {
  const { shop } = await stage();
  const { link, profile } = past.expired;
  await healthy(shop, link, "shop.test/landing", "Nico Nearby");
  const who = person("Late Larry");
  const browser = await open("chromium", { profile });
  await signUp(browser, who, shop.signUp);
  assert.deepEqual(await browser.cookies(), []);
  await browser.close();
  await shop.pay(who);
  const question = { email: who.email, partner_key: link.key, from: Math.round(shop.now() - 100 * 86_400_000), to: Math.round(shop.now()), around: undefined };
  await expect(shop, { name: "5", engine: "chromium", question, cause: "cookie_expired", certainty: "probable" });
});

test("cases::5 an id of day 1 arrives on day 91 all the same", PATIENCE, async () => {
  const { shop } = await stage();
  const { link, address } = past.bookmark;
  const who = person("Linda Late");
  const browser = await visitor("webkit");
  await browser.goto(address);
  await signUp(browser, who, shop.signUp);
  await browser.close();
  await shop.pay(who);
  await expect(shop, { name: "5", engine: "webkit", question: { email: who.email, partner_key: link.key }, cause: "cookie_expired", certainty: "determined" });
});

test("cases::6 clicked in one browser, signed up in another", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("deb-devices", `${STORE}/landing`);
  await healthy(store, link, "store.test/landing", "Neil Nearby");
  const who = person("Dan Different");
  await looks(link, "store.test/landing", "firefox");
  const browser = await visitor("chromium");
  await browser.goto(`${STORE}/`);
  await signUp(browser, who, store.signUp);
  await browser.close();
  await store.pay(who);
  await expect(store, {
    name: "6",
    engine: "firefox, chromium",
    question: { email: who.email, partner_key: link.key, browser: "firefox", same_browser: false },
    cause: "different_browser_or_device",
    certainty: "probable",
    rivals: ["cookies_cleared"],
  });
});

test("cases::7 the page replaces the snippet's data, and nothing is lost", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("ovi-data", `${STORE}/overwrite-data`);
  const who = person("Wanda Written");
  const browser = await visitor("chromium");
  await arrive(browser, link, "store.test/overwrite-data");
  assert.equal(await browser.evaluate("growsumo.data.page"), "overwrite-data");
  await signUp(browser, who);
  await browser.close();
  await store.pay(who);
  await expectTracked(store, { name: "7, data replaced", engine: "chromium", question: { email: who.email, partner_key: link.key } });
});

test("cases::7 the page replaces the whole object, and the sign-up is never told", PATIENCE, async () => {
  const { store, sites } = await stage();
  const link = await store.partner("ola-object", `${STORE}/builder`);
  await looks(link, "store.test/builder");
  sites.breakPage("/builder");
  const who = person("Walt Written");
  const browser = await visitor("chromium");
  await arrive(browser, link, "store.test/builder");
  assert.equal(await browser.evaluate("growsumo.queue.length"), 0);
  await signUp(browser, who);
  await browser.close();
  await store.pay(who);
  const question = { email: who.email, partner_key: link.key };
  await expect(store, { name: "7", engine: "chromium", question, cause: "snippet_data_overwritten", certainty: "probable" });
  await store.api("POST", "/link_checks", { link_key: link.link_key });
  await expect(store, { name: "7 + link check", engine: "chromium", question, cause: "snippet_data_overwritten", certainty: "determined" });
});

test("cases::8 the landing page's snippet has no public key, and nothing is lost", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("kay-keyless", "http://promo.store.test/landing");
  const who = await customer(store, "chromium", link, "promo.store.test/landing", "Kurt Keyless");
  await expectTracked(store, { name: "8, landing only", engine: "chromium", question: { email: who.email, partner_key: link.key } });
});

test("cases::8 no page has the public key", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("kai-keyless", "http://promo.store.test/landing");
  const who = person("Kate Keyless");
  const browser = await visitor("firefox");
  await arrive(browser, link, "promo.store.test/landing");
  await signUp(browser, who, "http://promo.store.test/signup");
  await browser.close();
  await store.pay(who);
  await expect(store, {
    name: "8",
    engine: "firefox",
    question: { email: who.email, partner_key: link.key },
    cause: "public_key_missing",
    certainty: "determined",
  });
});

test("cases::9 Safari's engine, no snippet on the landing page, and the link's host elsewhere", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("sam-safari", `${STORE}/lookbook`);
  await store.api("POST", "/link_checks", { link_key: link.link_key });
  const who = await customer(store, "webkit", link, "store.test/lookbook", "Sara Safari", { tells: false });
  await expect(store, {
    name: "9",
    engine: "webkit",
    question: { email: who.email, partner_key: link.key, browser: "safari" },
    cause: "snippet_missing_on_landing_page",
    certainty: "determined",
  });
});

test("cases::9 the same with the link's host on the company's site, and nothing is lost", PATIENCE, async () => {
  const { shop } = await stage();
  const link = await shop.partner("sia-safari", `${SHOP}/bare`);
  const who = await customer(shop, "webkit", link, "shop.test/bare", "Saul Safari", {
    tells: false,
    meanwhile: async (browser) => {
      const kept = await browser.cookies();
      assert.equal(kept.length, 4);
      for (const { name, days } of kept) assert.ok(Math.abs(days - 90) < 0.01, `the server's ${name} lives ${days} days`);
    },
  });
  const question = { email: who.email, partner_key: link.key, browser: "safari" };
  await expectTracked(shop, { name: "9, link host on the site", engine: "webkit", question });
});

test("cases::10 the address was typed", PATIENCE, async () => {
  const { store } = await stage();
  const link = await store.partner("tia-typed", `${STORE}/landing`);
  await healthy(store, link, "store.test/landing", "Nele Nearby");
  assert.equal(await machine(link, "facebookexternalhit/1.1"), "preview");
  const who = await organic(store, `${STORE}/`, "Theo Typed");
  await expect(store, { name: "10", engine: "chromium", question: { email: who.email, partner_key: link.key }, cause: "url_typed_directly", certainty: "probable" });
});
