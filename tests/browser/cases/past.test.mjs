// What happened long before anybody asked: clicks of which one is 91 days old and one eight, and the ordinary traffic
// around them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { age, newProfile, open, visitor, warm } from "../engines/index.mjs";
import { arrive, machine, person, signUp } from "./company.mjs";
import { BEGINS, stage } from "./stage.mjs";

/** What later journeys need of these. */
export const past = {};

/** Days before the present of the second scene. */
const LATER = -8;

/** Those for whom everything worked: whoever asks about them is told so. */
export const healthyOnes = [];

/** A customer for whom everything works, in a browser of `engine`. */
export async function healthy(company, link, landing, name, engine = "chromium") {
  const who = person(name);
  healthyOnes.push({ company, email: who.email, partner_key: link.key });
  const browser = await visitor(engine);
  await arrive(browser, link, landing, { from: "reviews.test" });
  await signUp(browser, who, company.signUp);
  await browser.close();
  await company.pay(who);
  return who;
}

/** Somebody who looks and goes. */
export async function looks(link, landing, engine = "chromium") {
  const browser = await visitor(engine);
  await arrive(browser, link, landing);
  await browser.close();
}

/** Somebody whom nobody sent. */
export async function organic(company, home, name, engine = "chromium") {
  const who = person(name);
  const browser = await visitor(engine);
  await browser.goto(home);
  await signUp(browser, who, company.signUp);
  await browser.close();
  await company.pay(who);
  return who;
}

test("cases::in the beginning there are visitors, customers and machines", { timeout: 120_000 }, async () => {
  warm("firefox");
  const { shop, store } = await stage();
  const ann = await shop.partner("ann-early", "http://www.shop.test/landing");
  const ben = await store.partner("ben-early", "http://www.store.test/landing");
  const who = await healthy(shop, ann, "shop.test/landing", "Hana Healthy");
  const customer = await shop.api("GET", `/customers/${who.account}`);
  assert.equal(customer.partner_key, "ann-early");
  await healthy(store, ben, "store.test/landing", "Hugo Healthy");
  await looks(ben, "store.test/landing");
  await organic(store, "http://www.store.test/", "Olga Organic");
  assert.equal(await machine(ann, "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"), "preview");
});

test("cases::somebody follows a link and leaves, and keeps the page's address", { timeout: 120_000 }, async () => {
  const { shop } = await stage();
  // Two who come back on day 91: one has the browser's memory, the other a bookmark.
  const link = await shop.partner("eve-expired", "http://www.shop.test/landing");
  past.expired = { link, profile: newProfile("chromium") };
  const browser = await open("chromium", past.expired);
  await arrive(browser, link, "shop.test/landing");
  assert.equal((await browser.cookies()).length, 4);
  await browser.close();

  const bookmarked = await shop.partner("bob-bookmark", "http://www.shop.test/landing");
  const other = await visitor("chromium");
  await arrive(other, bookmarked, "shop.test/landing");
  past.bookmark = { link: bookmarked, address: await other.url() };
  await other.close();
});

test("cases::weeks later somebody follows a link in Safari's engine, and leaves", { timeout: 120_000 }, async () => {
  const { store, time } = await stage();
  time.set(LATER);
  const link = await store.partner("wes-webkit", "http://www.store.test/landing");
  past.webkit = { link, profile: newProfile("webkit") };
  const browser = await open("webkit", past.webkit);
  await arrive(browser, link, "store.test/landing");
  const kept = await browser.cookies();
  assert.equal(kept.length, 4);
  for (const { name, days } of kept) assert.ok(Math.abs(days - 7) < 0.01, `a script's ${name} lives ${days} days`);
  await browser.close();
});

test("cases::the present comes, and browsers have grown older with it", async () => {
  const { time } = await stage();
  time.set(0);
  assert.equal(age("chromium", past.expired.profile, -BEGINS), 4);
  assert.equal(age("webkit", past.webkit.profile, -LATER), 4);
});
