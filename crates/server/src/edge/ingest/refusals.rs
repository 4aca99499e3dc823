//! Refused requests as counters per hour, origin and reason, with a few samples: evidence of a snippet without its key or
//! on a foreign site, at a cost that does not grow with an attack.

use super::Refusal;
use crate::app::App;
use crate::edge::table::Table;
use crate::store::tracking::refusals::{self, Refused};
use crate::store::{Priority, StoreError};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use whence_domain::Instant;

/// Samples kept per counter.
const SAMPLES: usize = 20;
/// Counters kept per hour; what comes beyond is counted together.
const COUNTERS: usize = 5_000;
/// How often they are stored.
const FLUSH: Duration = Duration::from_secs(2);
const HOUR_MICROS: i64 = 3_600_000_000;

/// The counters of this run.
#[derive(Debug, Default)]
pub struct Refusals {
    counters: Mutex<HashMap<Key, Counter>>,
    /// Held while they are stored: who waits for it knows that what was taken before is in the database.
    storing: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    hour: i64,
    origin: String,
    reason: &'static str,
}

#[derive(Clone, Debug, Default)]
struct Counter {
    program: Option<String>,
    requests: i64,
    sign_ups: i64,
    samples: Vec<serde_json::Value>,
    last_at: i64,
    changed: bool,
}

impl Refusals {
    /// Counts a refused request: a page view's, or a sign-up's.
    pub fn note(&self, table: &Table, origin: Option<&str>, sign_up: bool, refusal: &Refusal, now: Instant) {
        let hour = now.micros().div_euclid(HOUR_MICROS);
        let origin = crate::edge::client::cut(origin.unwrap_or_default(), 253).to_owned();
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = Key { hour, origin, reason: refusal.reason };
        if counters.len() >= COUNTERS && !counters.contains_key(&key) {
            key.origin = "(others)".into();
        }
        let program = || table.of_site(&key.origin).map(|program| program.id.as_str().to_owned());
        let counter = match counters.get_mut(&key) {
            Some(counter) => counter,
            None => {
                let counter = Counter { program: program(), ..Counter::default() };
                counters.entry(key).or_insert(counter)
            }
        };
        counter.requests += 1;
        counter.sign_ups += i64::from(sign_up);
        counter.last_at = now.micros();
        counter.changed = true;
        if counter.samples.len() < SAMPLES {
            let message = refusal.message.as_ref();
            let status = refusal.status.as_u16();
            let sample =
                serde_json::json!({ "at": now.millis(), "status": status, "message": message, "sign_up": sign_up });
            counter.samples.push(sample);
        }
    }

    /// What has changed since the last call. Counters of past hours are forgotten once they were taken.
    fn take_changed(&self, slot: i64, now: Instant) -> Vec<Refused> {
        let hour = now.micros().div_euclid(HOUR_MICROS);
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = Vec::new();
        for (key, counter) in counters.iter_mut().filter(|(_, counter)| counter.changed) {
            counter.changed = false;
            changed.push(Refused {
                hour: key.hour,
                origin: key.origin.clone(),
                reason: key.reason,
                slot,
                program: counter.program.clone(),
                requests: counter.requests,
                sign_ups: Some(counter.sign_ups),
                samples: serde_json::Value::from(counter.samples.clone()).to_string(),
                last_at: counter.last_at,
            });
        }
        counters.retain(|key, _| key.hour >= hour - 1);
        changed
    }

    /// Gives back what could not be stored, so that the next attempt has it.
    fn mark_changed(&self, refused: &[Refused]) {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        for refused in refused {
            let key = Key { hour: refused.hour, origin: refused.origin.clone(), reason: refused.reason };
            if let Some(counter) = counters.get_mut(&key) {
                counter.changed = true;
            }
        }
    }

    /// Stores what has changed.
    ///
    /// # Errors
    /// The database's; nothing is lost then.
    pub async fn flush(&self, app: &App, slot: i64) -> Result<(), StoreError> {
        let _turn = self.storing.lock().await;
        let changed = self.take_changed(slot, app.now());
        if changed.is_empty() {
            return Ok(());
        }
        let stored = app.store.write(Priority::Drain, changed.clone(), |conn, changed| {
            Box::pin(async move {
                for refused in changed {
                    refusals::store(conn, refused).await?;
                }
                Ok::<_, StoreError>(())
            })
        });
        stored.await.inspect_err(|_| self.mark_changed(&changed))
    }

    /// Stores what has changed, for ever.
    pub async fn keep(&self, app: &App, slot: i64) {
        loop {
            tokio::time::sleep(FLUSH).await;
            // A database that is away is told of by the drain; the counters wait.
            let _ = self.flush(app, slot).await;
        }
    }
}
