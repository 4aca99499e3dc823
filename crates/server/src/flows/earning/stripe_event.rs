//! What a Stripe event says, as facts of ours. Tolerant: only the fields used are looked at, and an event of a kind or
//! shape that says nothing to us is `Ignored` with the reason.
//!
//! Which events mean what: `product.md` 5 "Inbound webhooks" and `wire.md` 5.

use serde_json::Value;
use whence_domain::Mode;
use whence_domain::investigation::EventCause;
use whence_domain::program::SaleSource;

/// The envelope of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `evt_…`: what makes a second delivery a duplicate.
    pub id: String,
    /// Such as `charge.succeeded`.
    pub kind: String,
    /// When Stripe made it, seconds since the epoch.
    pub created: i64,
    /// Whether Stripe made it in live or in test mode, if it says so.
    pub environment: Option<Mode>,
    /// What it says.
    pub facts: Vec<Fact>,
}

/// One thing that an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// These names belong to one customer.
    Identity(Identity),
    /// Money came in.
    Sale(Sale),
    /// One refund, with its own status.
    Refund(Refund),
    /// So much of a charge has been refunded in all, as of `seconds`.
    RefundTotal(RefundTotal),
    /// These names mean the same payment.
    SamePayment(Vec<String>),
    /// Nothing for us, and why.
    Ignored(EventCause),
}

/// How Stripe and the company name a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Stripe's `cus_…`.
    pub provider_key: Option<String>,
    /// As Stripe has it.
    pub email: Option<String>,
    /// As Stripe has it.
    pub name: Option<String>,
    /// The company's own id, from `metadata.customer_key` or `metadata.customer_id`, or a checkout's
    /// `client_reference_id` where that is no click id.
    pub customer_key: Option<String>,
    /// `metadata.partner_key`.
    pub partner_key: Option<String>,
    /// A click id in `metadata.ps_xid` or a checkout's `client_reference_id`.
    pub xid: Option<String>,
    /// When the customer came to be, if the event says so, seconds.
    pub seconds: Option<i64>,
}

/// Money that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sale {
    /// The charge or invoice.
    pub key: String,
    /// Every name that Stripe has for this payment, the key among them.
    pub references: Vec<String>,
    /// Who paid.
    pub customer: Identity,
    /// Minor units.
    pub amount: i64,
    /// As Stripe writes it, lower case.
    pub currency: String,
    /// Product, where the event names one.
    pub product_key: Option<String>,
    /// When it was paid.
    pub seconds: i64,
}

/// One refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// `re_…`.
    pub key: String,
    /// The charge and payment intent it gives back from.
    pub references: Vec<String>,
    /// Minor units.
    pub amount: i64,
    /// As Stripe writes it.
    pub currency: String,
    /// `succeeded`, `pending`, `requires_action`, `failed` or `canceled`.
    pub status: String,
    /// When it was made.
    pub seconds: i64,
}

/// How much of a charge has been refunded so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundTotal {
    /// The charge.
    pub charge: String,
    /// The charge and its payment intent.
    pub references: Vec<String>,
    /// Minor units in all.
    pub amount: i64,
    /// As Stripe writes it.
    pub currency: String,
    /// When Stripe said so: the event's time.
    pub seconds: i64,
}

/// Why a body is not an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not JSON.
    #[error("the body is not JSON")]
    NotJson,
    /// JSON, but no event object.
    #[error("the body is not a Stripe event: id, type, created and data.object are needed")]
    NotAnEvent,
}

/// Reads a delivery's body. The program's setting says whether charges or invoices are its sales; never both.
///
/// # Errors
/// If it is not an event at all.
pub fn parse(body: &[u8], sales: SaleSource) -> Result<Event, Malformed> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Malformed::NotJson)?;
    let envelope = || {
        let id = text(&body, "id").filter(|id| id.len() <= 255)?;
        Some((id, text(&body, "type")?, body.get("created")?.as_i64()?, body.get("data")?.get("object")?))
    };
    let (id, kind, created, object) = envelope().ok_or(Malformed::NotAnEvent)?;
    let facts = facts(&kind, object, created, sales);
    let environment = body.get("livemode").and_then(Value::as_bool);
    let environment = environment.map(|live| if live { Mode::Live } else { Mode::Test });
    Ok(Event { id, kind, created, environment, facts })
}

fn facts(kind: &str, object: &Value, created: i64, sales: SaleSource) -> Vec<Fact> {
    match (kind, sales) {
        ("customer.created" | "customer.updated", _) => vec![Fact::Identity(customer(object))],
        ("checkout.session.completed" | "checkout.session.async_payment_succeeded", _) => checkout(object),
        ("charge.succeeded" | "charge.captured", SaleSource::Charge) => charge(object),
        ("charge.succeeded" | "charge.captured", SaleSource::Invoice) => vec![Fact::SamePayment(charge_names(object))],
        ("invoice.paid" | "invoice.payment_succeeded", SaleSource::Invoice) => invoice(object, created),
        ("invoice.paid" | "invoice.payment_succeeded", SaleSource::Charge) => {
            vec![Fact::Ignored(EventCause::InvoicesNotCounted)]
        }
        ("invoice_payment.paid", _) => vec![Fact::SamePayment(invoice_payment_names(object))],
        ("charge.refunded", _) => charge_refunded(object, created),
        ("refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated", _) => {
            refund(object).map_or_else(unreadable, |refund| vec![Fact::Refund(refund)])
        }
        _ => vec![Fact::Ignored(EventCause::NothingForUs)],
    }
}

fn unreadable() -> Vec<Fact> {
    vec![Fact::Ignored(EventCause::FieldMissing)]
}

fn customer(object: &Value) -> Identity {
    Identity {
        provider_key: text(object, "id"),
        email: text(object, "email"),
        name: text(object, "name"),
        seconds: object.get("created").and_then(Value::as_i64),
        ..from_metadata(object)
    }
}

fn from_metadata(object: &Value) -> Identity {
    let entry = |name| object.get("metadata").and_then(|metadata| text(metadata, name));
    Identity {
        customer_key: entry("customer_key").or_else(|| entry("customer_id")),
        partner_key: entry("partner_key"),
        xid: entry("ps_xid").or_else(|| entry("gsxid")),
        ..Identity::default()
    }
}

/// A checkout binds identities and never pays: the charge or invoice behind it does.
fn checkout(object: &Value) -> Vec<Fact> {
    let mut identity = from_metadata(object);
    let details = object.get("customer_details").unwrap_or(&Value::Null);
    identity.provider_key = reference(object, "customer");
    identity.email = text(details, "email").or_else(|| text(object, "customer_email"));
    identity.name = text(details, "name");
    identity.seconds = object.get("created").and_then(Value::as_i64);
    if let Some(handed) = text(object, "client_reference_id") {
        // 32 letters and digits is the shape of our click ids; whether it is a genuine one is decided later, and
        // one that is not counts as the company's own customer key.
        if identity.xid.is_none() && whence_domain::tracking::xid::Xid::parse(&handed).is_ok() {
            identity.xid = Some(handed);
        } else if identity.customer_key.is_none() {
            identity.customer_key = Some(handed);
        }
    }
    let names: Vec<String> =
        ["id", "payment_intent", "invoice"].iter().filter_map(|field| reference(object, field)).collect();
    vec![Fact::Identity(identity), Fact::SamePayment(names)]
}

fn charge(object: &Value) -> Vec<Fact> {
    if object.get("captured").and_then(Value::as_bool) == Some(false) {
        return vec![Fact::Ignored(EventCause::AuthorisedOnly)];
    }
    let read = || {
        let amount = object.get("amount_captured").and_then(Value::as_i64).filter(|amount| *amount > 0);
        let details = object.get("billing_details").unwrap_or(&Value::Null);
        Some(Sale {
            key: text(object, "id")?,
            references: charge_names(object),
            customer: Identity {
                provider_key: reference(object, "customer"),
                email: text(object, "receipt_email").or_else(|| text(details, "email")),
                // The name on a card is often somebody else's; the customer's own comes with the customer.
                name: None,
                ..from_metadata(object)
            },
            amount: amount.or_else(|| object.get("amount")?.as_i64())?,
            currency: text(object, "currency")?,
            product_key: object.get("metadata").and_then(|metadata| text(metadata, "product_key")),
            seconds: object.get("created")?.as_i64()?,
        })
    };
    read().map_or_else(unreadable, |sale| vec![Fact::Sale(sale)])
}

fn charge_names(object: &Value) -> Vec<String> {
    ["id", "payment_intent", "invoice"].iter().filter_map(|field| reference(object, field)).collect()
}

/// What an invoice pays towards a commission is the subtotal, as PartnerStack counts it (`wire.md` 5), but never more
/// than what discounts left of it: commission on money that nobody paid would be wrong.
fn invoice(object: &Value, created: i64) -> Vec<Fact> {
    let number = |field| object.get(field).and_then(Value::as_i64);
    let read = || {
        let after_discount = number("total_excluding_tax").or_else(|| number("total"));
        let subtotal = number("subtotal").or(after_discount)?;
        let paid_at = object.get("status_transitions").and_then(|at| at.get("paid_at")).and_then(Value::as_i64);
        Some(Sale {
            key: text(object, "id")?,
            references: ["id", "charge", "payment_intent"].iter().filter_map(|name| reference(object, name)).collect(),
            customer: Identity {
                provider_key: reference(object, "customer"),
                email: text(object, "customer_email"),
                name: text(object, "customer_name"),
                ..from_metadata(object)
            },
            amount: subtotal.min(after_discount.unwrap_or(subtotal)),
            currency: text(object, "currency")?,
            product_key: object.get("metadata").and_then(|metadata| text(metadata, "product_key")),
            seconds: paid_at.unwrap_or(created),
        })
    };
    read().map_or_else(unreadable, |sale| vec![Fact::Sale(sale)])
}

fn invoice_payment_names(object: &Value) -> Vec<String> {
    let payment = object.get("payment").unwrap_or(&Value::Null);
    [reference(object, "invoice"), reference(payment, "payment_intent"), reference(payment, "charge")]
        .into_iter()
        .flatten()
        .collect()
}

/// The running total is what counts; refunds that the charge lists (API versions before 2022-11-15) come along.
fn charge_refunded(object: &Value, created: i64) -> Vec<Fact> {
    let read = || {
        Some(RefundTotal {
            charge: text(object, "id")?,
            references: charge_names(object),
            amount: object.get("amount_refunded")?.as_i64()?,
            currency: text(object, "currency")?,
            seconds: created,
        })
    };
    let Some(total) = read() else { return unreadable() };
    let listed = object.get("refunds").and_then(|list| list.get("data")).and_then(Value::as_array);
    let listed = listed.into_iter().flatten().filter_map(refund).map(|mut refund| {
        if refund.references.is_empty() {
            refund.references = total.references.clone();
        }
        Fact::Refund(refund)
    });
    let mut facts: Vec<Fact> = listed.collect();
    facts.push(Fact::RefundTotal(total));
    facts
}

fn refund(object: &Value) -> Option<Refund> {
    Some(Refund {
        key: text(object, "id")?,
        references: ["charge", "payment_intent"].iter().filter_map(|field| reference(object, field)).collect(),
        amount: object.get("amount")?.as_i64()?,
        currency: text(object, "currency")?,
        status: text(object, "status").unwrap_or_else(|| "succeeded".into()),
        seconds: object.get("created")?.as_i64()?,
    })
}

/// A text field that says something; NUL, which PostgreSQL cannot store, is cut out.
fn text(object: &Value, field: &str) -> Option<String> {
    let value = object.get(field)?.as_str()?.replace('\0', "");
    (!value.trim().is_empty() && value.len() <= 500).then_some(value)
}

/// A field that names another object, or holds it whole ("expanded").
fn reference(object: &Value, field: &str) -> Option<String> {
    text(object, field).or_else(|| text(object.get(field)?, "id"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn facts_of(kind: &str, object: Value, sales: SaleSource) -> Vec<Fact> {
        let body = json!({"id": "evt_1", "type": kind, "created": 1_800_000_000, "data": {"object": object}});
        parse(body.to_string().as_bytes(), sales).unwrap().facts
    }

    #[test]
    fn an_authorised_charge_is_no_sale_until_it_is_captured() {
        let charge = json!({"id": "ch_1", "amount": 500, "currency": "eur", "created": 9, "captured": false});
        assert!(matches!(facts_of("charge.succeeded", charge.clone(), SaleSource::Charge)[..], [Fact::Ignored(_)]));
        let mut captured = charge;
        captured["captured"] = json!(true);
        captured["amount_captured"] = json!(300);
        let [Fact::Sale(sale)] = &facts_of("charge.captured", captured, SaleSource::Charge)[..] else { panic!() };
        assert_eq!((sale.amount, sale.key.as_str()), (300, "ch_1"));
    }

    #[test]
    fn a_program_counts_charges_or_invoices_and_never_both() {
        let charge = json!({"id": "ch_1", "amount": 500, "currency": "eur", "created": 9, "payment_intent": "pi_1"});
        let invoice =
            json!({"id": "in_1", "subtotal": 500, "total": 605, "total_excluding_tax": 500, "currency": "eur"});
        for (sales, counted) in [(SaleSource::Charge, 1), (SaleSource::Invoice, 1)] {
            let all =
                [facts_of("charge.succeeded", charge.clone(), sales), facts_of("invoice.paid", invoice.clone(), sales)];
            assert_eq!(all.concat().iter().filter(|fact| matches!(fact, Fact::Sale(_))).count(), counted);
        }
    }

    #[test]
    fn an_invoice_counts_what_discounts_left_of_its_subtotal() {
        for (subtotal, total_excluding_tax, counted) in [(1_000, 1_000, 1_000), (1_000, 400, 400), (1_000, 0, 0)] {
            let invoice = json!({"id": "in_1", "subtotal": subtotal, "total_excluding_tax": total_excluding_tax,
                "total": total_excluding_tax + 210, "currency": "eur"});
            let [Fact::Sale(sale)] = &facts_of("invoice.paid", invoice, SaleSource::Invoice)[..] else { panic!() };
            assert_eq!(sale.amount, counted);
        }
    }

    #[test]
    fn a_checkout_binds_identities_and_never_pays() {
        let session = json!({"id": "cs_1", "customer": {"id": "cus_9"}, "client_reference_id": "user-7",
            "customer_details": {"email": "ada@example.com"}, "payment_intent": "pi_1", "amount_total": 900});
        let [Fact::Identity(identity), Fact::SamePayment(names)] =
            &facts_of("checkout.session.completed", session, SaleSource::Charge)[..]
        else {
            panic!()
        };
        assert_eq!(identity.provider_key.as_deref(), Some("cus_9"));
        assert_eq!(identity.customer_key.as_deref(), Some("user-7"));
        assert_eq!(names[..], ["cs_1", "pi_1"]);
    }

    #[test]
    fn rubbish_is_refused_and_odd_shapes_are_ignored_without_panic() {
        assert_eq!(parse(b"\xff", SaleSource::Charge), Err(Malformed::NotJson));
        assert_eq!(parse(b"[]", SaleSource::Charge), Err(Malformed::NotAnEvent));
        for object in [
            json!(null),
            json!([]),
            json!("x"),
            json!({"id": 7, "amount": "12"}),
            json!({"amount": 1.5, "currency": "eur", "id": "x", "created": 1}),
        ] {
            for kind in [
                "charge.succeeded",
                "invoice.paid",
                "charge.refunded",
                "refund.created",
                "checkout.session.completed",
                "customer.created",
                "invoice_payment.paid",
            ] {
                assert!(
                    facts_of(kind, object.clone(), SaleSource::Invoice)
                        .iter()
                        .all(|fact| !matches!(fact, Fact::Sale(_) | Fact::Refund(_)))
                );
            }
        }
    }
}
