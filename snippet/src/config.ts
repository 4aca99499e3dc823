// Names and numbers that other programs see. The files of this folder share one scope (see ARCHITECTURE.md).

/** The version that every request carries, and the name of the frozen file under dist/v/. */
const VERSION = "1.1.0";

/** How long a click may be remembered, in seconds: 90 days (product.md 4 "Cookies and consent"). */
const LIFETIME_S = 7776000;

/** The cookies of a click, of both generations: its id twice, then its partner's key twice (wire.md 1.4). */
const COOKIES = ["ps_xid", "gsxid", "ps_partner_key", "growSumoPartnerKey"];

/** The entry of localStorage that mirrors them, written as a cookie header would. */
const STORAGE = "ps_xid";

const page: any = document;
const win: any = window;

/** This script's own tag, which only it can name, and only while it runs. */
const tag: HTMLScriptElement = page.currentScript;

/** Where this script came from is where its reports go: the link host, or the app host. */
const server = new URL(tag.src);

/** A function that never throws: whatever goes wrong in `run` ends here, because the page comes first. */
const calm = (run: (...given: any[]) => any) => (...given: any[]): any => {
  try {
    return run(...given);
  } catch (_) {}
};

/** What the snippet noticed, as cause codes of the investigation (causes.md). */
const problems: { [cause: string]: number } = {};
