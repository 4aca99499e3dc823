// A small shop: a landing page on www, a sign-up on app, both with the tag that a company would paste. It knows nothing
// of partners; what reaches Whence comes from the real snippet.

import http from "node:http";

const tag = (key) => `<script>
(function() {
  var gs = document.createElement('script');
  gs.src = 'http://go.shop.test/v1/'; gs.type = 'text/javascript'; gs.async = 'true';
  gs.onload = gs.onreadystatechange = function() {
    var rs = this.readyState;
    if (rs && rs != 'complete' && rs != 'loaded') return;
    try { growsumo._initialize('${key}'); if (typeof growsumoInit === 'function') growsumoInit(); } catch (e) {}
  };
  var s = document.getElementsByTagName('script')[0];
  s.parentNode.insertBefore(gs, s);
})();
</script>`;

const SIGN_UP = `<h1>Sign up</h1><form>
<input name="email"><input name="name"><input name="account"><button>Create account</button></form><script>
document.querySelector('form').addEventListener('submit', function (event) {
  event.preventDefault();
  var fields = event.target.elements;
  growsumo.data.email = fields.email.value;
  growsumo.data.name = fields.name.value;
  growsumo.data.customer_key = fields.account.value;
  growsumo.createSignup(function () { location.href = '/welcome'; });
});
</script>`;

/** Starts the shop for a program's public key. */
export async function open(key) {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://shop");
    const body = {
      "/landing": `<h1>The shop</h1><a href="http://app.shop.test/signup">Try it</a>`,
      "/signup": SIGN_UP,
      "/welcome": "<h1>Welcome</h1>",
      "/review": `<h1>A review</h1><a href="http://go.shop.test/ada?sid=newsletter">The shop I like</a>`,
    }[pathname];
    response.writeHead(body ? 200 : 404, { "Content-Type": "text/html; charset=utf-8" });
    // The blog that links to the shop has no tag, of course.
    const head = request.headers.host == "blog.partner.test" ? "" : tag(key);
    response.end(`<!doctype html><html lang="en"><title>${pathname}</title><head>${head}</head>${body ?? "nothing here"}`);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { port: server.address().port, close: () => new Promise((done) => server.close(done)) };
}
