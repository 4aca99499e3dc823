// The page snippet by itself, in real pages. A tiny server plays the shop, its subdomains and the link host, and notes
// what the snippet sends.

import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import { after, before, test } from "node:test";
import { open } from "./browser.mjs";

const SNIPPET = fs.readFileSync(new URL("../../snippet/dist/whence.js", import.meta.url));
const XID = "0abcDEF1234567890abcDEF123456789";
const OLDER_XID = "9876543210abcDEF9876543210abcDEF";
const CLICK = `gspk=YWNtZQ&gsxid=${XID}&ps_partner_key=YWNtZQ&ps_xid=${XID}`;

let server, port, received, answer, script;

/** The loader of wire.md 1.1, as it stands on customers' pages. */
const loader = (key, { src = "http://go.shop.test/v1/", attribute = "" } = {}) => `<script>
(function() {
  var gs = document.createElement('script');
  gs.src = '${src}'; gs.type = 'text/javascript'; gs.async = 'true'; ${attribute}
  gs.onload = gs.onreadystatechange = function() {
    var rs = this.readyState;
    if (rs && rs != 'complete' && rs != 'loaded') return;
    try {
      growsumo._initialize(${key ? `'${key}'` : ""});
      if (typeof growsumoInit === 'function') growsumoInit();
    } catch (e) {}
  };
  var s = document.getElementsByTagName('script')[0];
  s.parentNode.insertBefore(gs, s);
})();
</script>`;

before(async () => {
  server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://x");
    if (request.method == "POST") {
      let body = "";
      for await (const part of request) body += part;
      received.push({ path: pathname, body: JSON.parse(body), headers: request.headers });
      response.writeHead(answer, {
        "Access-Control-Allow-Origin": request.headers.origin ?? "*",
        "Access-Control-Allow-Credentials": "true",
      });
      return response.end("{}");
    }
    if (pathname == "/v1/" || pathname == "/pr/js") {
      response.writeHead(200, { "Content-Type": "text/javascript" });
      return response.end(SNIPPET);
    }
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(pathname == "/bare" ? "<title>bare</title>" : `<!doctype html><title>shop</title>${script}`);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  port = server.address().port;
});

after(() => server.close());

/** Runs `body` in a fresh browser whose pages carry `tag`. An error that reaches a page fails the test. */
async function page(options, body) {
  received = [];
  answer = options.answer ?? 202;
  script = options.tag ?? loader("pk_test");
  const { context, close } = await open(port, options);
  try {
    const errors = [];
    context.on("weberror", (error) => errors.push(String(error.error())));
    if (options.before) await context.addInitScript(options.before);
    await body(await context.newPage(), context);
    assert.deepEqual(errors, []);
  } finally {
    await close();
  }
}

/** The next report to `path` that was not asked for yet. */
async function report(path) {
  for (let tries = 0; tries < 200; tries++) {
    const at = received.findIndex((one) => one.path == path);
    if (at >= 0) return received.splice(at, 1)[0].body;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`nothing was sent to ${path}`);
}

const jar = async (context) => Object.fromEntries((await context.cookies()).map((one) => [one.name, one]));
const signUp = (page, fields) =>
  page.evaluate(
    (fields) =>
      new Promise((done) => {
        Object.assign(growsumo.data, fields);
        growsumo.createSignup(function () {
          done(arguments.length);
        });
      }),
    fields,
  );

test("snippet: a landing writes both generations of cookies for the whole site and reports what was kept", () =>
  page({}, async (page, context) => {
    await page.goto(`http://www.shop.test/landing?email=ada@x.test&${CLICK}#top`, { referer: "http://blog.test/a?b=c" });
    const visit = await report("/v1/visits");
    assert.equal(visit.public_key, "pk_test");
    assert.equal(visit.xid, XID);
    assert.equal(visit.partner_key, "acme");
    assert.deepEqual(visit.storage, { cookie: true, local: true, domain: "shop.test" });
    assert.deepEqual(visit.problems, []);
    assert.equal(visit.snippet, "1.1.0");
    assert.equal(visit.page, "http://www.shop.test/landing?email&gspk&gsxid&ps_partner_key&ps_xid");
    assert.ok(!visit.referrer.includes("=") && visit.referrer.startsWith("http://blog.test/"));
    const cookies = await jar(context);
    for (const [name, value] of Object.entries({ ps_xid: XID, gsxid: XID, ps_partner_key: "acme", growSumoPartnerKey: "acme" })) {
      assert.equal(cookies[name].value, value, name);
      assert.equal(cookies[name].domain, ".shop.test", name);
      assert.equal(cookies[name].sameSite, "Lax", name);
      const days = (cookies[name].expires - Date.now() / 1000) / 86400;
      assert.ok(days > 89.9 && days <= 90, `${name} lives ${days} days`);
    }
    assert.equal(cookies.ps_probe, undefined);
    assert.equal(await page.evaluate(() => growsumo === partnerstack && growsumo.data.partner_key), "acme");
    assert.equal(await page.evaluate(() => growsumo._spk()), "acme");
  }));

test("snippet: a sign-up on a subdomain carries the click from the cookie, and calls back without arguments", () =>
  page({}, async (page) => {
    await page.goto(`http://www.shop.test/landing?${CLICK}`);
    await report("/v1/visits");
    await page.goto("http://app.shop.test/signup");
    await report("/v1/visits");
    assert.equal(await signUp(page, { email: "ada@customer.test", customer_key: 42, name: "Ada" }), 0);
    const signup = await report("/v1/signup");
    assert.equal(signup.xid, XID);
    assert.equal(signup.xid_source, "cookie");
    assert.equal(signup.page, "http://app.shop.test/signup");
    assert.equal(signup.data.email, "ada@customer.test");
    assert.equal(signup.data.customer_key, "42");
    assert.equal(signup.data.partner_key, "acme");
  }));

test("snippet: padded keys, names in any case and keys that are not base64 are understood", () =>
  page({}, async (page) => {
    for (const [query, key] of [
      [`GSPK=YWNtZQ%3D%3D&GsXid=${XID}`, "acme"],
      [`ps_partner_key=YWNtZQ==&ps_xid=${XID}`, "acme"],
      [`ps_partner_key=gstest&ps_xid=${XID}`, "gstest"],
      [`gspk&ps_partner_key=&ps_xid=${XID}`, null],
    ]) {
      await page.context().clearCookies();
      await page.goto("http://www.shop.test/bare");
      await page.evaluate(() => localStorage.clear());
      await page.goto(`http://www.shop.test/landing?${query}`);
      const visit = await report("/v1/visits");
      assert.equal(visit.partner_key ?? null, key, query);
      assert.equal(visit.xid, XID, query);
    }
  }));

test("snippet: the newest click wins, and a cookie that the link host set is not written again", () =>
  page({}, async (page, context) => {
    const names = { ps_xid: XID, gsxid: XID, ps_partner_key: "acme", growSumoPartnerKey: "acme" };
    const expires = Math.floor(Date.now() / 1000) + 40 * 86400;
    await context.addCookies(Object.entries(names).map(([name, value]) => ({ name, value, domain: ".shop.test", path: "/", expires })));
    await page.goto(`http://www.shop.test/landing?${CLICK}`);
    await report("/v1/visits");
    for (const name of Object.keys(names)) assert.equal((await jar(context))[name].expires, expires, name);
    await page.goto(`http://www.shop.test/landing?ps_xid=${OLDER_XID}&ps_partner_key=b3RoZXI`);
    assert.equal((await report("/v1/visits")).partner_key, "other");
    for (const [name, one] of Object.entries(await jar(context)))
      assert.equal(one.value, name.toLowerCase().includes("xid") ? OLDER_XID : "other", name);
  }));

test("snippet: with cookies blocked it says so, and the sign-up on the landing page still carries the click", () =>
  page({ preferences: { profile: { default_content_setting_values: { cookies: 2 } } } }, async (page) => {
    await page.goto(`http://www.shop.test/landing?${CLICK}`);
    const visit = await report("/v1/visits");
    assert.deepEqual(visit.storage, { cookie: false, local: false });
    assert.deepEqual(visit.problems, ["cookies_blocked"]);
    assert.equal(visit.xid, XID);
    await signUp(page, { email: "ada@customer.test" });
    const signup = await report("/v1/signup");
    assert.equal(signup.xid, XID);
    assert.equal(signup.xid_source, "url");
  }));

test("snippet: with the cookies cleared, localStorage remembers", () =>
  page({}, async (page, context) => {
    await page.goto(`http://www.shop.test/landing?${CLICK}`);
    await report("/v1/visits");
    await context.clearCookies();
    await page.goto("http://www.shop.test/pricing");
    assert.equal((await report("/v1/visits")).xid, XID);
    await context.clearCookies();
    await signUp(page, { email: "ada@customer.test" });
    assert.equal((await report("/v1/signup")).xid_source, "storage");
    assert.equal((await jar(context)).ps_xid, undefined);
  }));

for (const [what, replace] of [
  ["replaced", "growsumo.data = { email: 'ada@customer.test' }"],
  ["emptied", "for (const name in growsumo.data) delete growsumo.data[name]; growsumo.data.email = 'ada@customer.test'"],
  ["set to nothing", "growsumo.data = null; partnerstack.data = { email: 'ada@customer.test' }"],
])
  test(`snippet: with growsumo.data ${what} the sign-up keeps the click and says what happened`, () =>
    page({}, async (page) => {
      await page.goto(`http://www.shop.test/landing?${CLICK}`);
      await report("/v1/visits");
      await page.evaluate((code) => new Promise((done) => {
        new Function(code)();
        growsumo.createSignup(done);
      }), replace);
      const signup = await report("/v1/signup");
      assert.equal(signup.data.email, "ada@customer.test");
      assert.equal(signup.data.partner_key, "acme");
      assert.equal(signup.xid, XID);
      assert.deepEqual(signup.problems, ["snippet_data_overwritten"]);
    }));

test("snippet: an own `growsumo` of the page gets createSignup, and its fields are sent", () =>
  page({}, async (page) => {
    await page.goto(`http://www.shop.test/landing?${CLICK}`);
    await report("/v1/visits");
    await page.evaluate(() => new Promise((done) => {
      window.growsumo = { data: { email: "ada@customer.test" }, mine: true };
      growsumo.createSignup(done);
    }));
    const signup = await report("/v1/signup");
    assert.equal(signup.data.email, "ada@customer.test");
    assert.equal(signup.data.partner_key, "acme");
    assert.deepEqual(signup.problems, ["snippet_data_overwritten"]);
    assert.equal(await page.evaluate(() => growsumo.mine), true);
    await page.evaluate(() => { window.growsumo = null; partnerstack.createSignup(); });
    assert.equal((await report("/v1/signup")).data.partner_key, "acme");
  }));

for (const [what, replace] of [
  ["an object with a sign-up of its own", "window.growsumo = { createSignup() {} }"],
  ["nothing", "window.growsumo = null"],
])
  test(`snippet: growsumo replaced by ${what} after load is told at once, and once`, () =>
    page({}, async (page) => {
      await page.goto(`http://www.shop.test/landing?${CLICK}`);
      assert.deepEqual((await report("/v1/visits")).problems, []);
      const before = Date.now();
      await page.evaluate(replace);
      const told = await report("/v1/visits");
      assert.ok(Date.now() - before < 1000, "not at once");
      assert.deepEqual(told.problems, ["snippet_data_overwritten"]);
      assert.equal(told.xid, XID);
      for (let times = 0; times < 20; times++) await page.evaluate(replace);
      await page.waitForTimeout(300);
      assert.deepEqual(received, []);
    }));

test("snippet: a click whose query a router cut before the script came is found in the address that was opened", () =>
  page({ before: "location.search && history.replaceState(null, '', '/app')" }, async (page, context) => {
    await page.goto(`http://www.shop.test/landing?${CLICK}#start`);
    const visit = await report("/v1/visits");
    assert.equal(visit.page, "http://www.shop.test/app");
    assert.equal(visit.xid, XID);
    assert.equal(visit.partner_key, "acme");
    assert.equal((await jar(context)).ps_xid.value, XID);
  }));

test("snippet: fields that the page set before the script came are sent", () =>
  page({ before: "window.growsumo = { data: { name: 'Ada' } };" }, async (page) => {
    await page.goto("http://www.shop.test/signup");
    await report("/v1/visits");
    await signUp(page, { email: "ada@customer.test" });
    assert.equal((await report("/v1/signup")).data.name, "Ada");
  }));

test("snippet: an organic visitor signs up without a partner, and the callback is called", () =>
  page({}, async (page, context) => {
    await page.goto("http://www.shop.test/signup");
    const visit = await report("/v1/visits");
    assert.equal(visit.xid ?? null, null);
    assert.equal(visit.partner_key ?? null, null);
    assert.equal(await signUp(page, { email: "ada@customer.test" }), 0);
    const signup = await report("/v1/signup");
    assert.equal(signup.data.partner_key ?? null, null);
    assert.equal(signup.xid ?? null, null);
    assert.deepEqual(signup.problems, []);
    assert.deepEqual(Object.keys(await jar(context)), []);
  }));

test("snippet: without a key it still reports, and a refusal does not call back", () =>
  page({ tag: loader(""), answer: 401 }, async (page) => {
    await page.goto("http://www.shop.test/signup");
    assert.equal((await report("/v1/visits")).public_key ?? null, null);
    assert.equal(await page.evaluate(() => {
      let called = false;
      growsumo.createSignup(() => (called = true));
      return new Promise((done) => setTimeout(() => done(called), 500));
    }), false);
  }));

test("snippet: growsumoInit runs once, after the initialisation, and each page view is reported once", () =>
  page({ before: "window.runs = 0; window.growsumoInit = () => { window.runs++; growsumo._initialize('pk_test') };" }, async (page) => {
    await page.goto("http://www.shop.test/");
    await report("/v1/visits");
    await page.waitForTimeout(300);
    assert.equal(await page.evaluate(() => window.runs), 1);
    assert.deepEqual(received, []);
  }));

test("snippet: two tags on one page are told", () =>
  page({ tag: loader("pk_test") + loader("pk_test", { src: "http://go.shop.test/pr/js" }) }, async (page) => {
    await page.goto("http://www.shop.test/");
    const problems = [await report("/v1/visits"), await report("/v1/visits")].map((one) => one.problems);
    assert.deepEqual(problems.find((one) => one.length), ["duplicate_snippet"]);
  }));

const GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });";

/** Nothing is stored and nothing identifying is sent. */
async function inert(page, context, body, consent) {
  assert.equal(body.consent, consent);
  assert.ok(!JSON.stringify(body).includes(XID));
  assert.ok(!JSON.stringify(body).includes("acme"));
  assert.deepEqual(Object.keys(await jar(context)), []);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
}

test("snippet: Sec-GPC counts as denied", () =>
  page({ before: GPC }, async (page, context) => {
    await page.goto(`http://www.shop.test/landing?${CLICK}`);
    await inert(page, context, await report("/v1/visits"), "denied");
    await signUp(page, { email: "ada@customer.test" });
    await inert(page, context, await report("/v1/signup"), "denied");
  }));

test("snippet: where consent is required the id waits in memory until it is granted, and goes when it is withdrawn", () =>
  page({ tag: loader("pk_test", { attribute: "gs.dataset.consent = 'required';" }) }, async (page, context) => {
    await page.goto(`http://www.shop.test/landing?${CLICK}`);
    await inert(page, context, await report("/v1/visits"), "required");
    await page.evaluate(() => whence.consent("granted"));
    const granted = await report("/v1/visits");
    assert.equal(granted.xid, XID);
    assert.equal(granted.consent, "granted");
    assert.equal((await jar(context)).ps_xid.value, XID);
    await page.evaluate(() => whence.consent("denied"));
    await inert(page, context, await report("/v1/visits"), "denied");
    assert.equal(await page.evaluate(() => growsumo.data.partner_key ?? null), null);
  }));

test("snippet: below a public suffix the cookie stays with the one site", () =>
  page({}, async (page, context) => {
    await page.goto(`http://ada.github.io/landing?${CLICK}`);
    const visit = await report("/v1/visits");
    assert.deepEqual(visit.storage, { cookie: true, local: true, domain: "ada.github.io" });
    assert.equal((await jar(context)).ps_xid.domain, ".ada.github.io");
    await page.goto("http://grace.github.io/");
    assert.equal((await report("/v1/visits")).xid ?? null, null);
  }));

test("snippet: in a frame of another site it says so", () =>
  page({}, async (page) => {
    await page.goto("http://blog.partner.test/bare");
    await page.evaluate((src) => {
      const frame = document.createElement("iframe");
      frame.src = src;
      document.body.append(frame);
    }, `http://www.shop.test/landing?${CLICK}`);
    assert.ok((await report("/v1/visits")).problems.includes("snippet_in_cross_site_frame"));
  }));

test("snippet: cookies travel to the link host of the same site only", () =>
  page({}, async (page) => {
    await page.goto(`http://www.shop.test/landing?${CLICK}`);
    await page.waitForTimeout(300);
    assert.match(received[0].headers.cookie, /ps_xid/);
    received = [];
    script = loader("pk_test", { src: "http://links.partnerships.test/v1/" });
    await page.goto("http://www.shop.test/pricing");
    await page.waitForTimeout(300);
    assert.equal(received[0].headers.host, "links.partnerships.test");
    assert.equal(received[0].headers.cookie, undefined);
  }));

test("snippet: values without `=` and unusual addresses leave no value behind", () =>
  page({}, async (page) => {
    await page.goto("http://www.shop.test/a=b/c?token=secret&x=1?email=ada@x.test&flag#secret=2");
    const { page: address } = await report("/v1/visits");
    assert.ok(!/secret|ada@x/.test(address), address);
    assert.ok(address.startsWith("http://www.shop.test/a"), address);
    assert.ok(address.includes("token&x") && address.includes("flag"), address);
  }));
