// The stage of the cases: one server with three companies on it, their sites, and a clock that starts in the past.

import { clock } from "../engines/clock.mjs";
import { WHENCE } from "../engines/world.mjs";
import { serve } from "../whence.mjs";
import { company } from "./company.mjs";
import * as site from "./site.mjs";

/** The links of the shop lie on its own site, those of the store elsewhere; the tenant has its pages where everybody may
 * have pages. */
const PROGRAMS = [
  { program: "Shop", site: "http://www.shop.test", linkHost: "go.shop.test" },
  { program: "Store", site: "http://www.store.test", linkHost: "go.partnerlinks.test" },
  { program: "Tenant", site: "http://github.io", linkHost: "go.tenant.test" },
];

/** How long ago the story begins: a day more than a click counts. */
export const BEGINS = -91;

let opened;

/** The stage; set up when it is first asked for. */
export function stage() {
  opened ??= (async () => {
    const time = clock(BEGINS);
    const server = await serve(undefined, {
      programs: PROGRAMS,
      address: WHENCE.address,
      at: 80,
      extra: { ...time.env, WHENCE_LINK_CHECK_ALLOW: "127.0.0.0/8" },
    });
    const [shop, store, tenant] = server.programs.map((program) => ({ ...program, now: time.now }));
    const sites = await site.open({ shop: shop.keys, store: store.keys, tenant: tenant.keys });
    return {
      server,
      sites,
      time,
      shop: await company(shop, { name: "shop", signUp: "http://app.shop.test/signup" }),
      store: await company(store, { name: "store", signUp: "http://app.store.test/signup" }),
      tenant: await company(tenant, { name: "tenant", signUp: "http://billing.github.io/signup" }),
    };
  })();
  return opened;
}

/** Ends it all. */
export async function close() {
  if (!opened) return;
  const { server, sites } = await opened;
  await sites.close();
  await server.close();
}
