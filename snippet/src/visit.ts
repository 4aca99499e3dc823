// The page view: consent first, then the click, then one report of what was seen and what could be kept.

let publicKey: string | undefined;
let started = 0;

/** The click that may be used. Without consent there is none: the one in the address waits in `arrival`. */
let click: Click = {};

/** `granted`, `denied`, `required` (asked for, not answered yet), or nothing where the page does not ask. Sec-GPC counts
 * as denied. The tag decides otherwise: `data-consent="required"` waits for `whence.consent(…)`, `granted` overrules. */
let consent = tag.dataset.consent || ((navigator as any).globalPrivacyControl ? "denied" : undefined);

/** Looks for the click again, keeps it, and shows its partner's key to the page. Answers what was written *and read
 * back*, and for which domain; nothing where consent forbids to try. */
const refresh = () => {
  let kept;
  click = {};
  if (!consent || consent == "granted") {
    probe();
    click = findClick();
    kept = { local: !!keep(click), cookie: domain != null, domain };
  } else if (consent == "denied") forget();
  data.partner_key = data.ps_partner_key = click.key;
  return kept;
};

/** What every report says. */
const report = () => ({
  public_key: publicKey,
  page: address,
  xid: click.xid,
  consent,
  snippet: VERSION,
  problems: Object.keys(problems),
});

/** Reports the page view. A page that the browser only prepares is visited when it is shown. */
const visit: () => void = calm(() =>
  page.prerendering
    ? page.addEventListener("prerenderingchange", visit)
    : send("/v1/visits", { storage: refresh(), ...report(), referrer: bare(page.referrer), partner_key: click.key }),
);

/** The loader's call (wire.md 1.1). */
const initialize = (key?: string) => {
  publicKey = key;
  started++ || visit();
};

/** The page's word on consent. Granting keeps the click and reports again, so that the link host may set its
 * longer-lived cookies; denying forgets. */
const setConsent = (state: string) => {
  consent = state == "granted" ? state : "denied";
  if (started) visit();
};
