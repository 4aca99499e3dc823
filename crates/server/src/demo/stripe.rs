//! What Stripe would send: events signed with the endpoint's secret.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use whence_domain::Instant;

/// An event's body and its `Stripe-Signature`.
pub struct Signed {
    /// The JSON.
    pub body: String,
    /// The header's value.
    pub signature: String,
}

/// Signs an event about `object`.
pub fn sign(secret: &str, id: &str, kind: &str, object: &Value, now: Instant) -> Signed {
    let seconds = now.micros().div_euclid(1_000_000);
    let event = json!({ "id": id, "object": "event", "type": kind, "created": seconds, "data": { "object": object } });
    let body = event.to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("an HMAC takes a key of any length");
    mac.update(format!("{seconds}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    Signed { body, signature: format!("t={seconds},v1={hex}") }
}

/// A customer, with the company's own key in its metadata.
pub fn customer(id: &str, email: &str, name: &str, customer_key: &str, now: Instant) -> Value {
    json!({
        "id": id, "object": "customer", "email": email, "name": name,
        "created": now.micros().div_euclid(1_000_000), "metadata": { "customer_key": customer_key },
    })
}

/// A captured charge.
pub fn charge(id: &str, customer: &str, amount: i64, refunded: i64, now: Instant) -> Value {
    json!({
        "id": id, "object": "charge", "customer": customer, "amount": amount, "amount_captured": amount,
        "amount_refunded": refunded, "captured": true, "currency": "eur", "status": "succeeded",
        "created": now.micros().div_euclid(1_000_000), "payment_intent": format!("pi_{}", id.trim_start_matches("ch_")),
    })
}
