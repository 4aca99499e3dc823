// The three engines do what journeys ask of them.

import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { age, NAMES, newProfile, open, visitor } from "./index.mjs";
import { SITE } from "./world.mjs";

/** Runs `body` while a page is served that shows the cookies it was sent. */
async function withPages(body) {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://x");
    const cookie = pathname == "/set" ? { "Set-Cookie": "kept=yes; Domain=shop.test; Max-Age=7776000; SameSite=Lax" } : {};
    response.writeHead(200, { "Content-Type": "text/html", ...cookie });
    response.end(`<!doctype html><title>page</title><p id="sent">${request.headers.cookie ?? ""}</p><a href="/next?from=link">next</a>
      <form action="/next"><input name="email"><button>send</button></form>`);
  });
  await new Promise((done) => server.listen(80, SITE.address, done));
  try {
    await body();
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

const sent = (browser) => browser.evaluate("document.querySelector('#sent').textContent");

for (const engine of NAMES) {
  test(`engines::${engine}::a visitor follows links, fills in forms and has a jar of their own`, { timeout: 120_000 }, () => withPages(async () => {
    const one = await visitor(engine);
    await one.goto("http://www.shop.test/set");
    await one.follow("a", "/next?from=link");
    assert.equal(await sent(one), "kept=yes");
    await one.fill("[name=email]", "ada@customer.test");
    await one.follow("button", "email=ada%40customer.test");
    const [cookie] = await one.cookies();
    assert.deepEqual([cookie.name, cookie.value, cookie.domain], ["kept", "yes", ".shop.test"]);
    assert.ok(Math.abs(cookie.days - 90) < 0.01, `it lives ${cookie.days} days`);

    const other = await visitor(engine);
    await other.goto("http://app.shop.test/");
    assert.equal(await sent(other), "");
    await other.close();

    await one.evaluate("localStorage.here = 1");
    await one.clear();
    await one.goto("http://www.shop.test/");
    assert.equal(await sent(one), "");
    assert.equal(await one.evaluate("localStorage.length"), 0);
    await one.close();
  }));

  test(`engines::${engine}::a kept profile has its cookies on day 89 and not on day 91`, { timeout: 180_000 }, () => withPages(async () => {
    const profile = newProfile(engine);
    const visit = async (page) => {
      const browser = await open(engine, { profile });
      await browser.goto(`http://www.shop.test/${page}`);
      const cookies = await sent(browser);
      await browser.close();
      return cookies;
    };
    await visit("set");
    assert.equal(age(engine, profile, 89), 1);
    assert.equal(await visit("again"), "kept=yes");
    assert.equal(age(engine, profile, 2), 1);
    assert.equal(await visit("later"), "");
  }));

  test(`engines::${engine}::cookies can be blocked`, { timeout: 120_000 }, () => withPages(async () => {
    const browser = await open(engine, { cookies: "never" });
    await browser.goto("http://www.shop.test/set");
    await browser.goto("http://www.shop.test/");
    assert.equal(await sent(browser), "");
    assert.equal(await browser.evaluate("document.cookie = 'a=b', document.cookie"), "");
    await browser.close();
  }));
}
