// Cookies and localStorage. What this browser keeps is tried and read back, because `navigator.cookieEnabled` lies.

/** Every domain that a cookie of this host could have, from the widest to the host alone (""). */
const domains = location.hostname
  .split(".")
  .map((_, from, labels) => labels.slice(from).join("."))
  .reverse()
  .concat("");

/** The widest domain that takes a cookie: public suffixes refuse, so it is the site. Undefined: none does. */
let domain: string | undefined;

/** The page's cookies; a sandboxed frame may not even ask. */
const jar: () => string = calm(() => page.cookie);

/** Whether the cookie `name=value` is there. */
const has = (pair: string): boolean => (jar() + ";").includes(pair + ";");

/** Writes the cookie `name=value`, or removes it where the value is empty; answers whether it is there. */
const put: (pair: string, on?: string) => boolean = calm((pair, on) => {
  page.cookie =
    pair + ";path=/;SameSite=Lax;max-age=" + (pair.endsWith("=") ? 0 : LIFETIME_S) +
    (on ? ";domain=" + on : "") +
    (location.protocol == "https:" ? ";Secure" : "");
  return has(pair);
});

/** Writes to localStorage if a text is given, and reads back. */
const local: (text?: string) => string | undefined = calm((text) => {
  if (text) win.localStorage[STORAGE] = text;
  return win.localStorage[STORAGE];
});

/** Finds the domain: a probe is written and read back. */
const probe = () => {
  domain = domains.find((on) => put("ps_probe=1", on) && (put("ps_probe=", on), 1));
  if (domain == null) problems.cookies_blocked = 1;
};

/** Keeps a click; answers what localStorage then says. A cookie that is there already is left alone: the link host's
 * answer set it, and Safari would cut its 90 days to 7 if a script wrote it again (causes.md 15). */
const keep = ({ xid = "", key = "" }: Click) =>
  local(
    COOKIES.map((name, at) => {
      name += "=" + (at < 2 ? xid : key);
      if (!has(name)) put(name, domain);
      return name;
    }).join("; "),
  );

/** Forgets everything, on the site and on this host: consent was denied or withdrawn. */
const forget = () => {
  COOKIES.forEach((name) => domains.forEach((on) => put(name + "=", on)));
  calm(() => delete win.localStorage[STORAGE])();
};
