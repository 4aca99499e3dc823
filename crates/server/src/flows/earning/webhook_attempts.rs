//! Refused deliveries as counters per hour, address and reason, with a few samples: evidence of a wrong secret or a clock
//! that is off, at a cost that does not grow with an attack. What was not verified is never stored whole.

use crate::app::App;
use crate::store::earning::webhook_attempts::{self, Counted};
use crate::store::{Priority, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use whence_domain::investigation::AttemptRefusal;
use whence_domain::{Instant, Tenant};

/// Samples kept per counter.
const SAMPLES: usize = 20;
/// Counters kept per node: addresses that exist, times reasons, times two hours. What comes beyond is counted as sent to
/// no address.
const COUNTERS: usize = 5_000;
/// Characters of a header that are kept.
const WORD: usize = 120;
const HOUR_MICROS: i64 = 3_600_000_000;

/// The counters of this run that may still change, or are not stored yet.
#[derive(Debug, Default)]
pub struct WebhookAttempts {
    counters: Mutex<BTreeMap<Key, Counter>>,
    /// Held while counters are on their way, so that whoever flushes next waits for them.
    flushing: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    hour: i64,
    provider: &'static str,
    endpoint_key: String,
    reason: AttemptRefusal,
}

#[derive(Clone, Debug)]
struct Counter {
    tenant: Option<Tenant>,
    attempts: i64,
    samples: Vec<Sample>,
    first_at: Instant,
    last_at: Instant,
    changed: bool,
}

/// A refused delivery.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Which provider's address it was sent to.
    pub provider: &'static str,
    /// The address and whose it is; none if nobody was given it.
    pub endpoint: Option<(String, Tenant)>,
    /// Why it was refused.
    pub reason: AttemptRefusal,
    /// What is kept of it.
    pub sample: Sample,
}

/// What is kept of a refused delivery: nothing that somebody could be known by, and nothing that was not expected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// When it came, in milliseconds.
    pub at: i64,
    /// Bytes of its body, as far as they were read or told.
    pub bytes: Option<i64>,
    /// What it says it is.
    pub content_type: Option<String>,
    /// What sent it, by its own word.
    pub user_agent: Option<String>,
    /// The time in its signature, in seconds; not believed, but it shows whose clock is off.
    pub signed_at: Option<i64>,
    /// The `id` in its body, if that is JSON and the id looks like one.
    pub id: Option<String>,
    /// The `type` in its body, likewise.
    pub kind: Option<String>,
}

impl Sample {
    /// What is kept of these headers and body.
    pub fn of(headers: &http::HeaderMap, body: Option<&[u8]>, signed_at: Option<i64>, now: Instant) -> Self {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).and_then(plain);
        let told = headers.get(http::header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        let length = body.map(|body| i64::try_from(body.len()).unwrap_or(i64::MAX));
        let json: Value = body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or(Value::Null);
        Self {
            at: now.millis(),
            bytes: length.or(told),
            content_type: header("content-type"),
            user_agent: header("user-agent"),
            signed_at,
            id: json.get("id").and_then(Value::as_str).and_then(code),
            kind: json.get("type").and_then(Value::as_str).and_then(code),
        }
    }
}

/// The beginning of a header, without what does not print.
fn plain(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control()).take(WORD).collect();
    (!text.trim().is_empty()).then_some(text)
}

/// A text that looks like an id or the name of an event; anything else could be somebody's address.
fn code(text: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    ((1..=WORD).contains(&text.len()) && text.bytes().all(fits)).then(|| text.to_owned())
}

impl WebhookAttempts {
    /// Counts a refused delivery.
    pub fn note(&self, attempt: Attempt, now: Instant) {
        let hour = now.micros().div_euclid(HOUR_MICROS);
        let (endpoint_key, tenant) = attempt.endpoint.unzip();
        let endpoint_key = endpoint_key.unwrap_or_default();
        let mut key = Key { hour, provider: attempt.provider, endpoint_key, reason: attempt.reason };
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let full = counters.len() >= COUNTERS && !counters.contains_key(&key);
        if full {
            key.endpoint_key.clear();
        }
        let tenant = tenant.filter(|_| !full);
        let fresh =
            || Counter { tenant, attempts: 0, samples: Vec::new(), first_at: now, last_at: now, changed: false };
        let counter = counters.entry(key).or_insert_with(fresh);
        counter.attempts = counter.attempts.saturating_add(1);
        counter.last_at = counter.last_at.max(now);
        counter.changed = true;
        if counter.samples.len() < SAMPLES {
            counter.samples.push(attempt.sample);
        }
    }

    /// What has changed since the last call. Counters of past hours are forgotten once they were taken.
    fn take_changed(&self, slot: i64, now: Instant) -> Vec<Counted> {
        let hour = now.micros().div_euclid(HOUR_MICROS);
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = Vec::new();
        for (key, counter) in counters.iter_mut().filter(|(_, counter)| counter.changed) {
            counter.changed = false;
            changed.push(Counted {
                hour: key.hour,
                provider: key.provider.to_owned(),
                endpoint_key: key.endpoint_key.clone(),
                reason: key.reason,
                slot,
                tenant: counter.tenant.clone(),
                attempts: counter.attempts,
                samples: serde_json::to_string(&counter.samples).unwrap_or_else(|_| "[]".into()),
                first_at: counter.first_at,
                last_at: counter.last_at,
            });
        }
        changed.sort_by_key(|counted| counted.hour);
        counters.retain(|key, counter| key.hour >= hour - 1 || counter.changed);
        changed
    }

    /// Takes back what could not be stored, so that the next attempt has it.
    fn give_back(&self, counted: Vec<Counted>) {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        for counted in counted {
            let found = counters.iter_mut().find(|(key, _)| {
                key.hour == counted.hour
                    && key.provider == counted.provider
                    && key.endpoint_key == counted.endpoint_key
                    && key.reason == counted.reason
            });
            if let Some((_, counter)) = found {
                counter.changed = true;
            }
        }
    }

    /// Stores what has changed. Called every few seconds, and before reads, so that they see what this node refused.
    ///
    /// # Errors
    /// The database's; nothing of this or the last hour is lost then.
    pub async fn flush(&self, app: &App) -> Result<(), StoreError> {
        let _flushing = self.flushing.lock().await;
        let slot = app.spool().map_or(0, |spool| i64::from(spool.incarnation()));
        let changed = self.take_changed(slot, app.now());
        if changed.is_empty() {
            return Ok(());
        }
        let stored = app.store.write(Priority::Drain, changed.clone(), |conn, changed| {
            Box::pin(async move {
                for counted in changed {
                    webhook_attempts::store(conn, counted).await?;
                }
                Ok::<_, StoreError>(())
            })
        });
        stored.await.inspect_err(|_| self.give_back(changed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use whence_domain::{Mode, ProgramId};

    const NOW: Instant = Instant::from_seconds(1_800_000_000);

    fn attempt(endpoint: Option<&str>) -> Attempt {
        let tenant = Tenant::new(ProgramId::from_bits(1), Mode::Live);
        Attempt {
            provider: "stripe",
            endpoint: endpoint.map(|key| (key.to_owned(), tenant)),
            reason: AttemptRefusal::SignatureWrong,
            sample: Sample::default(),
        }
    }

    #[test]
    fn an_attack_costs_a_counter_and_twenty_samples() {
        let attempts = WebhookAttempts::default();
        for _ in 0..10_000 {
            attempts.note(attempt(Some("hook_1")), NOW);
            attempts.note(attempt(None), NOW);
        }
        let taken = attempts.take_changed(7, NOW);
        let counts: Vec<_> = taken.iter().map(|counted| (counted.endpoint_key.as_str(), counted.attempts)).collect();
        assert_eq!(counts, [("", 10_000), ("hook_1", 10_000)]);
        assert!(taken[0].tenant.is_none() && taken[1].tenant.is_some());
        assert!(taken.iter().all(|counted| counted.samples.matches("\"at\"").count() == SAMPLES));
        assert_eq!(attempts.take_changed(7, NOW), [], "what has not changed is not stored again");
        attempts.give_back(taken);
        assert_eq!(attempts.take_changed(7, NOW).len(), 2);
    }

    #[test]
    fn more_addresses_than_fit_are_counted_together() {
        let attempts = WebhookAttempts::default();
        for number in 0..COUNTERS + 100 {
            attempts.note(attempt(Some(&format!("hook_{number}"))), NOW);
        }
        let taken = attempts.take_changed(7, NOW);
        assert_eq!(taken.len(), COUNTERS + 1);
        let others = taken.iter().find(|counted| counted.endpoint_key.is_empty());
        assert_eq!(others.map(|counted| (counted.attempts, counted.tenant.clone())), Some((100, None)));
        attempts.take_changed(7, NOW.plus_micros(3 * HOUR_MICROS));
        assert!(attempts.counters.lock().is_ok_and(|counters| counters.is_empty()), "past hours are forgotten");
    }

    #[test]
    fn of_a_body_that_nobody_verified_only_what_looks_like_an_id_is_kept() {
        let mut headers = http::HeaderMap::new();
        headers.insert("user-agent", http::HeaderValue::from_static("Stripe/1.0"));
        headers.insert("cookie", http::HeaderValue::from_static("secret=1"));
        headers.insert("x-email", http::HeaderValue::from_static("ada@park.test"));
        let body = br#"{"id":"evt_1","type":"charge.succeeded","data":{"object":{"email":"ada@park.test"}}}"#;
        let sample = Sample::of(&headers, Some(body), Some(9), NOW);
        assert_eq!((sample.id.as_deref(), sample.kind.as_deref()), (Some("evt_1"), Some("charge.succeeded")));
        let stored = serde_json::to_string(&sample).expect("JSON");
        assert!(!stored.contains("ada@park") && !stored.contains("secret"), "{stored}");
        for strange in [r#"{"id":"ada@park.test","type":"<script>"}"#, r#"{"id":7}"#, "[]", "{", "\"id\""] {
            let sample = Sample::of(&headers, Some(strange.as_bytes()), None, NOW);
            assert_eq!((sample.id, sample.kind), (None, None), "{strange}");
        }
        let long = format!(r#"{{"id":"{}"}}"#, "a".repeat(5_000));
        assert_eq!(Sample::of(&headers, Some(long.as_bytes()), None, NOW).id, None);
    }
}
