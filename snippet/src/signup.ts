// The sign-up: the page's fields from whatever object it left there, the click from our own memory.

/** The page's view of the sign-up (wire.md 1.3). */
const data: any = Object(Object(win.growsumo).data);

/** Sends the sign-up, also of an organic visitor, then calls `callback` without arguments (wire.md 1.3). The fields are
 * those of our own object, and of whatever the page put in its place. */
const createSignup = (callback: () => void) => {
  const theirs = Object(Object(named).data);
  if (!("partner_key" in theirs)) problems.snippet_data_overwritten = 1;
  if (!click.xid) refresh();
  const { key, source } = click;
  send(
    "/v1/signup",
    { ...report(), xid_source: source, data: { ...data, ...theirs, partner_key: key && (theirs.partner_key || key) } },
    callback,
  );
};
