//! The domain's closed lists in the words of a page: short, plain, with a colour. Sentences are the domain's own.

use crate::store::dashboard::commissions::Listed;
use crate::store::dashboard::customers;
use crate::ui::dashboard::partner_create::Choice;
use crate::ui::dashboard::rows::{CommissionRow, Ref, ReferralRow};
use crate::ui::format::{Calendar, money};
use crate::ui::parts::{Badge, Tone};
use whence_domain::Money;
use whence_domain::earning::commission::{Verdict, decide};
use whence_domain::earning::{CommissionStatus, HoldReason};
use whence_domain::investigation::EventCause;
use whence_domain::program::PartnerStatus;
use whence_domain::tracking::{AttributionSource, ClaimSource};

/// How a customer and a partner are tied, in a word or two.
pub fn source(source: AttributionSource) -> &'static str {
    match source {
        AttributionSource::Click => "Partner link",
        AttributionSource::Coupon => "Coupon",
        AttributionSource::S2s => "Your server, by click",
        AttributionSource::Api => "Your server",
        AttributionSource::Manual => "By hand",
        AttributionSource::Lead => "Lead",
        AttributionSource::None => "No partner",
    }
}

/// Who told of a sign-up.
pub fn told_by(source: ClaimSource, page: Option<String>) -> String {
    match (source, page) {
        (ClaimSource::Snippet, Some(page)) => format!("Told by the snippet on {page}"),
        (ClaimSource::Snippet, None) => "Told by the snippet".into(),
        (ClaimSource::S2s, _) => "Told by your server, with the click id".into(),
        (ClaimSource::Api, _) => "Told by your server".into(),
        (ClaimSource::Manual, _) => "Entered by a person".into(),
        (ClaimSource::Webhook, _) => "Told by the payment provider, signed".into(),
    }
}

/// A partner's status.
pub fn partner_status(status: PartnerStatus) -> Badge {
    match status {
        PartnerStatus::Active => Badge::new(Tone::Good, "Active"),
        PartnerStatus::Pending => Badge::new(Tone::Wait, "Waiting for approval"),
        PartnerStatus::Declined => Badge::new(Tone::Bad, "Declined"),
        PartnerStatus::Archived => Badge::new(Tone::Plain, "Archived"),
    }
}

/// A commission's status.
pub fn commission_status(status: CommissionStatus) -> Badge {
    match status {
        CommissionStatus::Scheduled => Badge::new(Tone::Plain, "Not due yet"),
        CommissionStatus::Hold => Badge::new(Tone::Wait, "On hold"),
        CommissionStatus::Pending => Badge::new(Tone::Wait, "To review"),
        CommissionStatus::Approved => Badge::new(Tone::Good, "Approved"),
        CommissionStatus::Declined => Badge::new(Tone::Bad, "Declined"),
        CommissionStatus::Invoiced => Badge::new(Tone::Good, "On an invoice"),
        CommissionStatus::Paid => Badge::new(Tone::Good, "Paid"),
        CommissionStatus::Recoverable => Badge::new(Tone::Bad, "To be taken back"),
    }
}

/// A customer's state: paid weighs more than signed up, and a word of a browser alone less.
pub fn customer_state(confirmed: bool, paid: bool) -> Badge {
    match (paid, confirmed) {
        (true, _) => Badge::new(Tone::Good, "Paid"),
        (false, true) => Badge::new(Tone::Plain, "Signed up"),
        (false, false) => Badge::new(Tone::Wait, "Unconfirmed"),
    }
}

/// Amounts of several currencies, a text each.
pub fn amounts(amounts: &[Money]) -> Vec<String> {
    amounts.iter().map(|amount| money(*amount)).collect()
}

/// A commission as a row.
pub fn commission_row(calendar: &Calendar, row: &Listed) -> CommissionRow {
    let may = |verdict, becomes| row.status != becomes && decide(row.status, verdict) == Ok(becomes);
    CommissionRow {
        key: row.id.to_string(),
        partner: Ref::partner(row.partner.id.as_str(), &row.partner.name),
        customer: row.customer.as_ref().map(|(id, name)| Ref::customer(id.as_str(), name)),
        amount: money(row.amount),
        negative: row.amount.minor < 0,
        declined: row.status == CommissionStatus::Declined,
        state: commission_status(row.status),
        offer: row.description.clone(),
        reason: reason(calendar, row),
        created: calendar.when(row.created_at),
        can_approve: may(Verdict::Approve, CommissionStatus::Approved),
        can_hold: may(Verdict::Hold, CommissionStatus::Hold),
        can_decline: may(Verdict::Decline, CommissionStatus::Declined),
    }
}

/// Why it is held or declined.
fn reason(calendar: &Calendar, row: &Listed) -> Option<String> {
    match (row.status, row.hold, row.release_at) {
        (CommissionStatus::Declined, ..) => row.decline_reason.clone(),
        (CommissionStatus::Hold, Some(HoldReason::HoldPeriod), Some(until)) => {
            Some(format!("The offer's waiting time ends on {}.", calendar.day(until)))
        }
        (CommissionStatus::Hold, Some(hold), _) => Some(hold.sentence().to_owned()),
        _ => None,
    }
}

/// A customer as a row, with what they paid.
pub fn referral_row(calendar: &Calendar, row: &customers::Listed, paid: &[Money]) -> ReferralRow {
    let email = row.email.clone().filter(|email| *email != row.name);
    ReferralRow {
        customer: Ref::customer(row.id.as_str(), &row.name),
        email: email.unwrap_or_default(),
        partner: row.partner.as_ref().map(|partner| Ref::partner(partner.id.as_str(), &partner.name)),
        state: customer_state(row.confirmed, !paid.is_empty()),
        source: source(row.source).to_owned(),
        paid: amounts(paid),
        signed_up: calendar.when(row.signed_up_at),
        warning: None,
    }
}

/// What may become of something that arrives, in the order in which a list offers it.
pub const OUTCOMES: [&str; 6] = ["recorded", "unmatched", "refused", "duplicate", "ignored", "failed"];

/// What became of something that arrived. A payment that found no partner's customer is taken, and worth a look.
pub fn event_outcome(outcome: &str, cause: EventCause) -> Badge {
    match (outcome, cause) {
        ("recorded", EventCause::CustomerUnknown) => Badge::new(Tone::Wait, "Customer unknown"),
        _ => plain_outcome(outcome),
    }
}

/// The same, of whatever cause.
pub fn plain_outcome(outcome: &str) -> Badge {
    match outcome {
        "recorded" => Badge::new(Tone::Good, "Taken"),
        "duplicate" => Badge::new(Tone::Plain, "Repeated"),
        "ignored" => Badge::new(Tone::Plain, "Not needed"),
        "unmatched" => Badge::new(Tone::Wait, "No match"),
        "refused" => Badge::new(Tone::Bad, "Refused"),
        _ => Badge::new(Tone::Bad, "Failed"),
    }
}

/// The outcomes to choose from.
pub fn outcome_choices(chosen: &str) -> Vec<Choice> {
    let choice =
        |code: &str| Choice { value: code.to_owned(), label: plain_outcome(code).text, selected: code == chosen };
    OUTCOMES.into_iter().map(choice).collect()
}

/// A payment provider's name.
pub fn provider(code: &str) -> String {
    let mut letters = code.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Where something came from.
pub fn event_source(code: &str) -> String {
    match code {
        "snippet" => "Snippet".into(),
        "s2s" => "Your server, by click".into(),
        "api" => "API".into(),
        "dashboard" => "By hand".into(),
        "import" => "Import".into(),
        other => provider(other),
    }
}

/// What something that arrived is.
pub fn event_kind(code: &str) -> String {
    match code {
        "signup" => "Sign-up".into(),
        "customer" => "Customer".into(),
        "conversion" => "Sign-up told by your server".into(),
        "transaction" => "Payment".into(),
        "webhook_attempt" => "Delivery that was refused".into(),
        "page_request" => "Message of the snippet that was refused".into(),
        other => other.to_owned(),
    }
}
