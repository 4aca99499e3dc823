// The click that brought this visitor: from the address, else kept from an earlier page.

/** A click: its id, its partner's key, and where they were found (`url`, `cookie` or `storage`). */
interface Click {
  xid?: string;
  key?: string;
  source?: string;
}

/** The value if it has the shape of an id or key of ours, else false: it is going into a cookie. */
const word = (value?: string): any => /^[\w-]{1,64}$/.test(value as string) && value;

/** Reads a click from the `name=value` pairs of a query, or of a cookie header. The last of a name is the newest. */
const read = (pairs: string | undefined, separator: string | RegExp, source: string): Click => {
  const click: Click = {};
  ("" + pairs).split(separator).forEach((pair) => {
    const [name, value = ""] = pair.split("=");
    if (/^(ps_xid|gsxid)$/i.test(name) && word(value)) {
      click.xid = value;
      click.source = source;
    }
    // In a query the key is base64. Its padding is cut off, escaped or not; a key that somebody wrote as it is stays.
    if (/^(gspk|ps_partner_key|growSumoPartnerKey)$/i.test(name))
      click.key = (source == "url" && word(calm(atob)(value.split("%")[0]))) || word(value) || click.key;
  });
  return click;
};

/** The address is read when the script runs, and so is the one that the page was opened with: a router may have cut the
 * query before a late script runs, or may do so a moment later. */
const arrival = read(
  calm(() => performance.getEntriesByType("navigation")[0].name)() + location.search,
  /[?&#]/,
  "url",
);

/** The click that this page view belongs to. Reads cookies and storage, so only call it where consent allows. */
const findClick = (): Click => {
  const kept = { ...read(local(), "; ", "storage"), ...read(jar(), "; ", "cookie") };
  // A key without an id says who, not when; an id that is kept for the same partner still belongs to it.
  return arrival.xid || (arrival.key && arrival.key != kept.key) ? arrival : kept;
};
