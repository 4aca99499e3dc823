//! What happened, in order of time and in plain words.

use super::case::{Case, agent_words};
use super::facts::{ConsentSeen, Kept, TagSeen};
use super::verdict::{CiteKind, TimelineEntry};
use crate::time::Instant;
use crate::tracking::ClaimSource;

/// Entries told at most: a page holds them, and nobody reads more.
const MOST: usize = 200;

/// The timeline of a question.
pub(super) fn timeline(case: &Case<'_>) -> Vec<TimelineEntry> {
    let mut entries = Vec::new();
    let mut tell = |at: Instant, text: String, kind: CiteKind, key: String| {
        entries.push(TimelineEntry { at, text, kind, key });
    };
    for click in &case.facts.clicks {
        let came_along = case.touches().any(|touch| touch.touch == click.id);
        let fits = case.fits.iter().chain(&case.too_old).any(|fit| fit.id == click.id);
        let whose = match (came_along, fits) {
            (true, _) => "The click that came with this customer",
            (_, true) => "A click that may have been this customer’s",
            _ => "Another click",
        };
        let text = format!("{whose}: {}, sent to {}{}.", agent_words(&click.agent), click.dest.host, click.dest.path);
        tell(click.at(), text, CiteKind::Click, click.xid.clone());
    }
    for landing in &case.facts.landings {
        let click = if landing.click.is_some() { "with its click" } else { "without a click" };
        let kept = match (landing.cookie, landing.consent) {
            (_, ConsentSeen::Denied | ConsentSeen::Awaited) => ", without consent",
            (Kept::Yes, _) => ", and the cookie was kept",
            (Kept::No, _) => ", and the cookie could not be kept",
            (Kept::Unsaid, _) => "",
        };
        let text = format!(
            "The page {}{} was seen {click}{kept} ({}).",
            landing.page.host,
            landing.page.path,
            agent_words(&landing.agent)
        );
        tell(landing.at, text, CiteKind::Landing, landing.key.clone());
    }
    for miss in &case.facts.misses {
        let text = format!("Somebody asked for /{} and was led nowhere.", miss.path.trim_start_matches('/'));
        tell(miss.at, text, CiteKind::LinkMiss, miss.key.clone());
    }
    for check in &case.facts.checks {
        let found = match check.tag {
            TagSeen::Found => "found the snippet",
            TagSeen::Missing => "found no snippet",
            TagSeen::Unknown => "could not tell whether the snippet is there",
        };
        let text = format!("Whence checked {}{} and {found}.", check.page.host, check.page.path);
        tell(check.at, text, CiteKind::LinkCheck, check.key.clone());
    }
    for refusal in &case.facts.refusals {
        let text = format!("{} reports of pages on {} were refused.", refusal.requests, refusal.origin);
        tell(refusal.last_at, text, CiteKind::Refusal, refusal.key.clone());
    }
    for refused in &case.facts.payments.refused {
        let text = format!("{} deliveries of the payment provider were refused.", refused.count);
        tell(refused.last_at, text, CiteKind::Delivery, refused.key.clone());
    }
    if let Some(customer) = case.customer() {
        for sign_up in &customer.sign_ups {
            let who = match sign_up.source {
                ClaimSource::Snippet => "The page said that the customer signed up",
                ClaimSource::S2s | ClaimSource::Api => "The company’s server said that the customer signed up",
                ClaimSource::Manual => "A person entered the customer",
                ClaimSource::Webhook => "The payment provider named the customer",
            };
            tell(sign_up.at, format!("{who}."), CiteKind::SignUp, sign_up.claim.to_string());
        }
        for payment in &customer.transactions {
            let text = format!("The customer paid {}.", payment.amount);
            tell(payment.occurred_at, text, CiteKind::Payment, payment.id.to_string());
        }
        for commission in &customer.commissions {
            let text =
                format!("A commission of {} was made; {}", commission.amount, lower(commission.status.sentence()));
            tell(commission.at, text, CiteKind::Commission, commission.id.to_string());
        }
        for decision in &customer.decisions {
            tell(
                decision.decided_at,
                "A person decided whose the customer is.".into(),
                CiteKind::Decision,
                decision.seq.to_string(),
            );
        }
    }
    entries.sort_by(|one, other| (one.at, one.kind.code(), &one.key).cmp(&(other.at, other.kind.code(), &other.key)));
    let superfluous = entries.len().saturating_sub(MOST);
    entries.drain(..superfluous);
    entries
}

fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
