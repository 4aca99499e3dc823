//! Integrations, Webhooks: whether payments arrive, what was delivered and what became of it, and what was refused.

use super::partner_create::Choice;
use super::rows::Ref;
use crate::flows::earning::webhook_attempts::Sample;
use crate::flows::earning::webhook_health;
use crate::store::earning::deliveries::{self, Shown};
use crate::store::earning::webhook_attempts::{self, Refused};
use crate::store::program::endpoints;
use crate::ui::answer::{UiError, page};
use crate::ui::format::{count, counted, money};
use crate::ui::layout::{Chrome, Section};
use crate::ui::parts::{Badge, Pager, Tone, When};
use crate::ui::visitor::{Narrowed, Visitor};
use crate::ui::words;
use askama::Template;
use axum::response::Response;
use whence_domain::EventId;
use whence_domain::investigation::EventCause;
use whence_domain::investigation::webhook_health::{Checked, State, check};

/// A line of the checklist.
#[derive(Clone, Debug)]
pub struct CheckRow {
    /// What was checked.
    pub title: &'static str,
    /// How it ended.
    pub state: Badge,
    /// `good`, `bad` or `wait`, and its drawing.
    pub tone: Tone,
    /// The drawing.
    pub icon: &'static str,
    /// What was seen.
    pub seen: String,
    /// What to do.
    pub mend: Option<String>,
    /// When the last thing it speaks of happened.
    pub at: Option<When>,
}

/// An address that a provider delivers to.
#[derive(Clone, Debug)]
pub struct AddressRow {
    /// `Stripe`.
    pub provider: String,
    /// The address.
    pub url: String,
    /// Whether it has a secret.
    pub has_secret: bool,
}

/// A delivery in the list.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// Leads to the delivery.
    pub href: String,
    /// The provider's word for what happened.
    pub kind: String,
    /// The provider's id of the event.
    pub key: String,
    /// When it came.
    pub at: When,
    /// What became of it.
    pub outcome: Badge,
    /// Why, where that is not plain.
    pub why: String,
    /// The customer.
    pub customer: Option<Ref>,
    /// The amount of its payment.
    pub amount: Option<String>,
    /// How often it came, if more than once.
    pub times: String,
}

/// Refusals at one address for one reason.
#[derive(Clone, Debug)]
pub struct RefusedRow {
    /// How many.
    pub attempts: String,
    /// Why.
    pub why: &'static str,
    /// What puts it right.
    pub mend: &'static str,
    /// Whether the company can mend it.
    pub tone: Tone,
    /// When the last one came.
    pub last: When,
    /// A line for each sample.
    pub samples: Vec<String>,
}

/// What the list is narrowed to; lives in the address.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Filters {
    /// What became of it.
    pub outcome: String,
    /// The provider's word.
    pub kind: String,
    /// The last row of the page before.
    pub after: String,
}

impl Filters {
    /// Whether anything is narrowed at all.
    pub fn is_empty(&self) -> bool {
        self.outcome.is_empty() && self.kind.is_empty()
    }
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/webhook_list.html")]
pub struct WebhookListPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// In short, how it stands.
    pub summary: Badge,
    /// The checklist.
    pub checks: Vec<CheckRow>,
    /// The addresses.
    pub addresses: Vec<AddressRow>,
    /// What the list is narrowed to.
    pub filters: Filters,
    /// The outcomes to choose from.
    pub outcomes: Vec<Choice>,
    /// The deliveries, newest first.
    pub rows: Vec<DeliveryRow>,
    /// What was refused in the last days.
    pub refused: Vec<RefusedRow>,
    /// The neighbouring pages.
    pub pager: Pager,
}

/// How many deliveries a page lists, and samples of refusals it shows.
const SHOWN: usize = 25;
const SAMPLES: usize = 5;
/// How many days of refusals are shown beside the deliveries.
const REFUSED_DAYS: i64 = 30;
/// The page's address.
pub const PATH: &str = "/dashboard/integrations/webhooks";

/// `GET /dashboard/integrations/webhooks`.
pub async fn list(visitor: Visitor, Narrowed(filters): Narrowed<Filters>) -> Result<Response, UiError> {
    let app = &visitor.app;
    app.webhook_attempts.flush(app).await?;
    let mut conn = app.store.read().await?;
    let (tenant, now) = (&visitor.tenant, visitor.calendar.now);
    let checked = check(&webhook_health::load(&mut conn, tenant, now).await?);
    let filter = deliveries::Filter {
        kind: (!filters.kind.trim().is_empty()).then(|| filters.kind.trim().to_owned()),
        outcome: words::OUTCOMES.into_iter().find(|outcome| *outcome == filters.outcome).map(str::to_owned),
        after: EventId::parse(&filters.after),
    };
    let found = deliveries::list(&mut conn, tenant, &filter, SHOWN as i64 + 1).await?;
    let from = now.plus_days(-REFUSED_DAYS);
    let refused = webhook_attempts::refused_between(&mut conn, tenant, from, now.plus_micros(1)).await?;
    let addresses = endpoints::list(&mut conn, tenant).await?;
    let last = found.get(SHOWN - 1).filter(|_| found.len() > SHOWN).map(|row| row.event.as_str());
    let query = [("outcome", filters.outcome.as_str()), ("kind", &filters.kind)];
    let shown = WebhookListPage {
        chrome: visitor.chrome(Section::Integrations),
        summary: summary(&checked),
        checks: checked.into_iter().map(|one| check_row(&visitor, one)).collect(),
        addresses: addresses
            .iter()
            .map(|endpoint| AddressRow {
                provider: words::provider(&endpoint.provider),
                url: app.config.at(&endpoint.path()),
                has_secret: endpoint.secret.is_some(),
            })
            .collect(),
        outcomes: words::outcome_choices(&filters.outcome),
        rows: found.iter().take(SHOWN).map(|row| delivery_row(&visitor, row)).collect(),
        refused: refused.iter().map(|row| refused_row(&visitor, row)).collect(),
        pager: Pager::of(PATH, &query, &filters.after, last),
        filters,
    };
    page(&visitor, &shown)
}

fn summary(checked: &[Checked]) -> Badge {
    let broken = checked.iter().filter(|one| one.state == State::Broken).count();
    let unknown = checked.iter().filter(|one| one.state == State::Unknown).count();
    match (broken, unknown) {
        (0, 0) => Badge::new(Tone::Good, "All fine"),
        (0, unknown) => {
            Badge::new(Tone::Wait, counted(unknown as i64, "thing could not be told", "things could not be told"))
        }
        (broken, _) => Badge::new(Tone::Bad, counted(broken as i64, "thing to mend", "things to mend")),
    }
}

fn check_row(visitor: &Visitor, one: Checked) -> CheckRow {
    let (tone, icon, word) = match one.state {
        State::Fine => (Tone::Good, "check", "Fine"),
        State::Broken => (Tone::Bad, "alert", "To mend"),
        State::Unknown => (Tone::Wait, "minus", "Could not be told"),
    };
    CheckRow {
        title: one.check.title(),
        state: Badge::new(tone, word),
        tone,
        icon,
        seen: one.seen,
        mend: one.mend,
        at: one.at.map(|at| visitor.calendar.when(at)),
    }
}

fn delivery_row(visitor: &Visitor, row: &Shown) -> DeliveryRow {
    let plain =
        matches!(row.cause, EventCause::PaymentRecorded | EventCause::NamesRecorded | EventCause::RefundRecorded);
    DeliveryRow {
        href: format!("{PATH}/deliveries/{}", row.event),
        kind: row.kind.clone(),
        key: row.provider_event_id.clone(),
        at: visitor.calendar.when(row.received_at),
        outcome: words::event_outcome(&row.outcome, row.cause),
        why: if plain { String::new() } else { row.cause.sentence().to_owned() },
        customer: row.customer.as_ref().map(|customer| Ref::customer(customer.id.as_str(), &customer.name)),
        amount: row.transaction.as_ref().map(|paid| money(paid.amount)),
        times: times(row.deliveries, row.replays),
    }
}

/// `came 3 times, replayed once`; nothing for what came once.
fn times(deliveries: i64, replays: i64) -> String {
    let mut parts = Vec::new();
    if deliveries > 1 {
        parts.push(format!("came {} times", count(deliveries)));
    }
    match replays {
        0 => {}
        1 => parts.push("replayed once".to_owned()),
        replays => parts.push(format!("replayed {} times", count(replays))),
    }
    parts.join(", ")
}

fn refused_row(visitor: &Visitor, row: &Refused) -> RefusedRow {
    let samples: Vec<Sample> = serde_json::from_str(&row.samples).unwrap_or_default();
    RefusedRow {
        attempts: counted(row.attempts, "attempt", "attempts"),
        why: row.reason.sentence(),
        mend: row.reason.mend(),
        tone: if row.reason.is_companys() { Tone::Bad } else { Tone::Plain },
        last: visitor.calendar.when(row.last_at),
        samples: samples.iter().rev().take(SAMPLES).map(|sample| sample_line(visitor, sample)).collect(),
    }
}

/// What is known of one refused attempt, in a line.
fn sample_line(visitor: &Visitor, sample: &Sample) -> String {
    let at = visitor.calendar.moment(whence_domain::Instant::from_millis(sample.at)).short;
    let mut parts = vec![at];
    parts.extend(sample.kind.clone());
    parts.extend(sample.id.clone());
    parts.extend(sample.bytes.map(|bytes| counted(bytes, "byte", "bytes")));
    parts.extend(sample.user_agent.as_ref().map(|agent| format!("sent by {agent}")));
    if let Some(signed) = sample.signed_at {
        let apart = (sample.at.div_euclid(1_000)).saturating_sub(signed);
        parts.push(match apart {
            0 => "signed at that moment".to_owned(),
            past if past > 0 => format!("signed {} before", counted(past, "second", "seconds")),
            ahead => format!("signed {} later by its own clock", counted(ahead.saturating_neg(), "second", "seconds")),
        });
    }
    parts.join(" · ")
}

#[cfg(test)]
impl WebhookListPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        use whence_domain::investigation::AttemptRefusal;
        use whence_domain::investigation::webhook_health::WebhookCheck;
        let line = |check: WebhookCheck, state: State, seen: &str, mend: Option<&str>| {
            let (tone, icon, word) = match state {
                State::Fine => (Tone::Good, "check", "Fine"),
                State::Broken => (Tone::Bad, "alert", "To mend"),
                State::Unknown => (Tone::Wait, "minus", "Could not be told"),
            };
            CheckRow {
                title: check.title(),
                state: Badge::new(tone, word),
                tone,
                icon,
                seen: seen.into(),
                mend: mend.map(str::to_owned),
                at: (state != State::Fine).then(|| when("2 h ago")),
            }
        };
        let row = |kind: &str,
                   cause: EventCause,
                   outcome: &str,
                   customer: Option<&str>,
                   amount: Option<&str>,
                   times: &str| DeliveryRow {
            href: "/dashboard/integrations/webhooks/deliveries/evt_1".into(),
            kind: kind.into(),
            key: "evt_1PqT2eLkdIwHu7ix0".into(),
            at: when("12 min ago"),
            outcome: words::event_outcome(outcome, cause),
            why: if outcome == "recorded" && cause == EventCause::PaymentRecorded {
                String::new()
            } else {
                cause.sentence().into()
            },
            customer: customer.map(|name| Ref::customer("cus_1", name)),
            amount: amount.map(str::to_owned),
            times: times.into(),
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Integrations),
            summary: Badge::new(Tone::Bad, "2 things to mend"),
            checks: vec![
                line(WebhookCheck::Address, State::Fine, "The address has its signing secret.", None),
                line(WebhookCheck::Arriving, State::Unknown, "Nothing has come for 2 days; about 1 a day are usual, so it may be chance.",
                    Some("Open the provider’s own list of deliveries for this address: it shows what was sent and what we answered.")),
                line(WebhookCheck::Refusals, State::Broken, "4 were refused in the last 7 days. Its signature does not fit the signing secret of this address.",
                    Some(AttemptRefusal::SignatureWrong.mend())),
                line(WebhookCheck::KnownCustomers, State::Broken, "40 of 100 payments in the last 28 days came from customers of whom no sign-up is known.",
                    Some("Have the payment provider know your own key of each customer.")),
                line(WebhookCheck::Clock, State::Fine, "The latest deliveries took 2 seconds to arrive by both clocks.", None),
            ],
            addresses: vec![AddressRow { provider: "Stripe".into(), url: "https://whence.acme.test/webhooks/stripe/hook_01jabcdefghjkmnpqrstvwxyz0".into(), has_secret: true }],
            filters: Filters::default(),
            outcomes: words::outcome_choices(""),
            rows: vec![
                row("charge.succeeded", EventCause::PaymentRecorded, "recorded", Some("Ada Park"), Some("€120.00"), ""),
                row("charge.succeeded", EventCause::CustomerUnknown, "recorded", Some("jo@example.test"), Some("€24.00"), "came 3 times"),
                row("charge.refunded", EventCause::RefundWaits, "unmatched", None, None, ""),
                row("payment_intent.created", EventCause::NothingForUs, "ignored", None, None, ""),
                row(&"very.long.kind.".repeat(8), EventCause::FieldMissing, "ignored", Some(LONG), None, "came 2 times, replayed once"),
            ],
            refused: vec![RefusedRow {
                attempts: "4 attempts".into(),
                why: AttemptRefusal::SignatureWrong.sentence(),
                mend: AttemptRefusal::SignatureWrong.mend(),
                tone: Tone::Bad,
                last: when("2 h ago"),
                samples: vec!["12 Mar 2026, 14:03 · charge.succeeded · evt_9 · 2,841 bytes · sent by Stripe/1.0 · signed 1 second before".into(),
                    format!("12 Mar 2026, 14:02 · sent by {LONG}")],
            }],
            pager: Pager { first: None, next: Some("/dashboard/integrations/webhooks?after=x".into()) },
        };
        let mut empty = typical.clone();
        empty.summary = Badge::new(Tone::Wait, "3 things could not be told");
        (empty.rows, empty.refused, empty.addresses) = Default::default();
        empty.pager = Pager::default();
        let mut narrowed = empty.clone();
        narrowed.filters.kind = "<script>alert(1)</script>".into();
        vec![("webhook_list", typical), ("webhook_list_empty", empty), ("webhook_list_narrowed", narrowed)]
    }
}
