// Stripe's deliveries: built after the objects that Stripe publishes, where this machine has them, and signed with
// Stripe's own library, so that our check stands against their code.

import fs from "node:fs";
import Stripe from "stripe";

const PUBLISHED = new URL("../../../shared/fixtures/stripe/fixtures3.json", import.meta.url);
const published = fs.existsSync(PUBLISHED) ? JSON.parse(fs.readFileSync(PUBLISHED, "utf8")).resources : null;
console.log(
  published
    ? "# Stripe events are built after the objects that Stripe publishes"
    : "# Stripe's published objects are not here: events are built after payloads of our own",
);

/** Objects of ours, after Stripe's documentation, with what an integration reads. */
const OWN = {
  event: { id: "evt_1", object: "event", api_version: null, created: 0, livemode: false, pending_webhooks: 1, type: "", request: { id: null, idempotency_key: null }, data: {} },
  customer: { id: "cus_1", object: "customer", created: 0, email: null, livemode: false, metadata: {}, name: null },
  charge: { id: "ch_1", object: "charge", amount: 0, amount_captured: 0, amount_refunded: 0, captured: true, created: 0, currency: "usd", customer: null, invoice: null, livemode: false, metadata: {}, paid: true, payment_intent: null, refunded: false, status: "succeeded" },
};

const stripe = new Stripe("sk_test_none");
let number = 0;

/** The object of this kind with `fields` put over it. */
export const object = (kind, fields) => ({ ...structuredClone((published ?? OWN)[kind]), ...fields });

/** Delivers an event to `server` as Stripe would, and answers the status. A server whose clock is not ours says `now`; a
 * `secret` other than the endpoint's is what a company has that pasted the wrong one. */
export async function deliver(server, type, object_, id = `evt_story_${++number}`, secret = server.keys.stripe_webhook_secret) {
  const created = Math.floor((server.now?.() ?? Date.now()) / 1000);
  const event = { ...object("event", { id, type, created, livemode: true }), data: { object: object_ } };
  const payload = JSON.stringify(event, null, 2);
  const signature = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: created });
  const answer = await fetch(server.base + server.keys.stripe_webhook_path, {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8", "stripe-signature": signature },
    body: payload,
  });
  return answer.status;
}
