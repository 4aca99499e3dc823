// What the people of a story do: a partner manager makes partners and links, customers pay, and a support agent asks.

import http from "node:http";
import { until } from "../whence.mjs";
import { deliver, object } from "../stripe.mjs";

let number = 0;

/** Somebody who may become a customer. */
export function person(name) {
  const account = `account-${++number}`;
  return { name, email: `${name.toLowerCase().replaceAll(" ", ".")}.${number}@customer.test`, account };
}

/** A program by what its people do with it. `signUp` is the page on which its customers sign up. */
export async function company(server, { name, signUp }) {
  const { api } = server;
  const groups = await api("GET", "/groups");
  await api("POST", "/offers", {
    description: "20 % of every payment",
    trigger: "transaction",
    terms: { type: "percent", rate_ppm: 200_000 },
    group_key: groups.items.find((group) => group.default).key,
  });
  return {
    ...server,
    name,
    signUp,
    /** Takes a partner on, and makes a link for them. */
    partner: async (key, dest, more = {}) => {
      const [first_name, last_name] = key.split("-").map((word) => word[0].toUpperCase() + word.slice(1));
      await api("POST", "/partnerships", { email: `${key}@partner.test`, first_name, last_name, partner_key: key, ...more });
      const link = await api("POST", "/links", { partner_key: key, dest, link_key: key });
      return { key, link_key: link.link_key, url: link.url };
    },
    /** The customer is known to Stripe, and pays: so the company's side of the story becomes known. */
    pay: async (who, { amount = 9_900, secret, customer = {}, charge = {} } = {}) => {
      const created = Math.floor(server.now() / 1000);
      const id = `cus_${name}_${who.account}`;
      const known = { id, email: who.email, name: who.name, created, metadata: { customer_key: who.account }, ...customer };
      const paid = {
        id: `ch_${name}_${who.account}`,
        amount,
        amount_captured: amount,
        currency: "usd",
        customer: id,
        billing_details: { email: known.email, name: who.name },
        created,
        captured: true,
        paid: true,
        status: "succeeded",
        ...charge,
      };
      const first = await deliver(server, "customer.created", object("customer", known), undefined, secret);
      const second = await deliver(server, "charge.succeeded", object("charge", paid), undefined, secret);
      return [first, second];
    },
  };
}

/** Waits until the snippet of the present page has told of it, and was answered. */
export const told = (visitor) => until(() => visitor.answered("/v1/visits"), "the snippet has told of the page");

/** From a partner's page through `link` to the landing page, whose address holds `to`. */
export async function arrive(visitor, link, to, { from = "blog.partner.test", tells = true } = {}) {
  await visitor.goto(`http://${from}/review?${link.url}`);
  await visitor.follow("a", to);
  if (tells) await told(visitor);
}

/** Signs up by the form at `page`, or by the one on the present page. */
export async function signUp(visitor, who, page, { tells = true } = {}) {
  if (page) await visitor.goto(page);
  if (tells) await told(visitor);
  await visitor.fill("[name=email]", who.email);
  await visitor.fill("[name=name]", who.name);
  await visitor.fill("[name=account]", who.account);
  await visitor.follow("form button", "/welcome");
}

/** A machine asks for a link, as it declares itself. */
export const machine = (link, agent) =>
  new Promise((done, fail) => {
    const request = http.get(link.url, { headers: { "User-Agent": agent } }, (answer) => {
      answer.resume();
      answer.on("end", () => done(answer.headers["whence-outcome"]));
    });
    request.on("error", fail);
  });
