// Sending: JSON as text/plain, so that no browser asks for permission first and a beacon can carry it.

/** An address with its host, path and parameter *names*: values stay on the visitor's machine (product.md 4). */
const bare = (address: string) => address.replace(/#.*|=[^&?#]*/g, "");

/** Read at once, like the id: a single-page application moves on before a slow script sends. */
const address = bare(location.href);

/** Sends `body` to `path`; `done` runs once the server took it, or once a beacon was queued for it. */
const send = (path: string, body: object, done?: () => void) => {
  // Shops write their ids as numbers; an amount is the one number that stays one.
  const text = JSON.stringify(body, (name, value) => (name != "amount" && value === +value ? "" + value : value));

  fetch((path = server.origin + path), {
    method: "POST",
    body: text,
    // Cookies travel within the site only. Where this browser keeps none, there is none to send.
    credentials: ("." + server.hostname).endsWith("." + domain) ? "include" : "omit",
    keepalive: true,
  }).then(
    calm((answer) => answer.ok && done!()),
    calm(() => navigator.sendBeacon(path, text) && done!()),
  );
};
