// The companies' sites of the cases, and the partners' blogs: one server that answers by host and path. Pages hold the tag
// as a company would have pasted it, or as a company has broken it. What reaches Whence comes from the real snippet.

import http from "node:http";
import { SITE } from "../engines/world.mjs";

/** The loader of wire.md 1.1. */
const loader = (host, key, consent) => `<script>
(function() {
  var gs = document.createElement('script');
  gs.src = 'http://${host}/v1/'; gs.type = 'text/javascript'; gs.async = 'true';${consent ? ` gs.dataset.consent = '${consent}';` : ""}
  gs.onload = gs.onreadystatechange = function() {
    var rs = this.readyState;
    if (rs && rs != 'complete' && rs != 'loaded') return;
    try { growsumo._initialize(${key ? `'${key}'` : ""}); if (typeof growsumoInit === 'function') growsumoInit(); } catch (e) {}
  };
  var s = document.getElementsByTagName('script')[0];
  s.parentNode.insertBefore(gs, s);
})();
</script>`;

/** A form that tells Whence of the sign-up, and goes on also where nobody calls back. */
const form = (tell) => `<form><input name="email"><input name="name"><input name="account"><button>Create account</button></form>
<script>
document.querySelector('form').addEventListener('submit', function (event) {
  event.preventDefault();
  var fields = event.target.elements, gone = false;
  function on() { if (!gone) { gone = true; location.href = '/welcome'; } }
  ${tell}
  setTimeout(on, 1000);
});
</script>`;

const FIELDS = "growsumo.data.email = fields.email.value; growsumo.data.name = fields.name.value; growsumo.data.customer_key = fields.account.value;";
const SIGN_UP = form(`${FIELDS} growsumo.createSignup(on);`);

/** As a page would be that sends "its own data layer" over the snippet's object. */
const OVERWRITE_DATA = "<script>addEventListener('load', function () { growsumo.data = { page: 'overwrite-data' }; });</script>";
const OVERWRITE_ALL = `<script>addEventListener('load', function () {
  growsumo = { data: {}, queue: [], createSignup: function (done) { this.queue.push(this.data); done(); } };
});</script>`;

/** A privacy script that lets the page write cookies for its own host only. */
const HOST_COOKIES_ONLY = `<script>(function () {
  var jar = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(document, 'cookie', {
    get: function () { return jar.get.call(document); },
    set: function (text) { if (!/domain=/i.test(text)) jar.set.call(document, text); }
  });
})();</script>`;

const ASK = `<button id="no" onclick="whence.consent('denied')">No, thanks</button>`;

/** Starts the sites. `keys` are those of the three programs by name. */
export async function open({ shop, store, tenant }) {
  const broken = new Set();
  const own = loader("go.shop.test", shop.public_key);
  const tag = loader("go.partnerlinks.test", store.public_key);
  const asking = loader("go.partnerlinks.test", store.public_key, "required");
  const keyless = loader("go.partnerlinks.test", "");
  const test = loader("go.partnerlinks.test", store.test_public_key);
  const suffix = loader("go.tenant.test", tenant.public_key);

  const pages = {
    "www.shop.test": {
      "/": { head: own },
      "/landing": { head: own },
      "/bare": {},
    },
    "app.shop.test": { "/signup": { head: own, body: SIGN_UP } },
    "www.store.test": {
      "/": { head: tag },
      "/landing": { head: tag },
      "/features": { head: () => (broken.has("/features") ? "" : tag) },
      "/lookbook": {},
      "/sale": { to: "/sale/" },
      "/sale/": { head: tag },
      "/overwrite-data": { head: tag + OVERWRITE_DATA, body: SIGN_UP },
      "/builder": { head: () => (broken.has("/builder") ? tag + OVERWRITE_ALL : tag), body: SIGN_UP },
      "/strict": { head: tag, headers: { "Content-Security-Policy": "script-src 'self' 'unsafe-inline'" } },
      "/choice": { head: asking, body: ASK + SIGN_UP },
      "/twice": { head: tag + asking, body: SIGN_UP },
      "/private": { head: HOST_COOKIES_ONLY + tag },
    },
    "app.store.test": { "/signup": { head: tag, body: SIGN_UP }, "/trial": { head: tag, body: form("") } },
    "promo.store.test": { "/landing": { head: keyless }, "/signup": { head: keyless, body: SIGN_UP } },
    "beta.store.test": { "/landing": { head: test }, "/signup": { head: test, body: SIGN_UP } },
    "pay.checkout.test": { "/store": { body: form("") } },
    "plain.test": { "/offer": { body: `<iframe src="http://app.store.test/signup"></iframe>` } },
    "ada.github.io": { "/landing": { head: suffix } },
    "billing.github.io": { "/signup": { head: suffix, body: SIGN_UP } },
  };

  const server = http.createServer((request, response) => {
    const host = request.headers.host;
    const { pathname, search } = new URL(request.url, "http://x");
    if (pathname == "/favicon.ico") return response.writeHead(204).end();
    const page = pathname == "/welcome" ? { body: "<h1>Welcome</h1>" } : blog(host, pathname, search) ?? pages[host]?.[pathname];
    if (page?.to) return response.writeHead(302, { Location: page.to }).end();
    const head = typeof page?.head == "function" ? page.head() : (page?.head ?? "");
    response.writeHead(page ? 200 : 404, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", ...page?.headers });
    response.end(`<!doctype html><html lang="en"><title>${host}</title><script></script><head>${head}</head>${page?.body ?? ""}`);
  });
  await new Promise((done) => server.listen(80, SITE.address, done));
  return {
    /** The company's new design has no snippet on this page. */
    breakPage: (path) => broken.add(path),
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

/** A partner's page with one link: `/review?http://go.shop.test/ada`. */
function blog(host, pathname, search) {
  if (!["blog.partner.test", "reviews.test"].includes(host) || pathname != "/review") return undefined;
  return { body: `<h1>A review</h1><a href="${search.slice(1)}">The shop I like</a>` };
}
