//! The payment provider's messages are refused, or have stopped, so that payments are not known here.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::{Change, Outcome};
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::verdict::CiteKind;

/// From so many deliveries a day on, in thousandths, a quiet time says something.
const BUSY_MILLI: u64 = 1_000;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::PaymentWebhookFailing;
    let channel = &case.facts.payments;
    let unpaid = match case.customer() {
        Some(customer) => case.outcome == Outcome::NotPaid || (customer.paid.is_empty() && !case.is_theirs()),
        None => true,
    };
    if !unpaid {
        return ruled_out(cause, "The customer’s payment arrived.", CiteKind::Payment, "");
    }
    let refused = channel.refused.iter().filter(|refused| refused.last_at >= case.signed_up_at().plus_days(-1));
    let had = "If the payment provider’s message had been taken in, the payment would have earned.";
    if let Some(refused) = refused.max_by_key(|refused| refused.last_at) {
        let text = format!(
            "{} messages of the payment provider were refused, the last on {}: {}.",
            refused.count,
            case.when(refused.last_at),
            refused.reason.replace('_', " ")
        );
        let draft = match (case.outcome, case.customer()) {
            (Outcome::NotPaid, _) => Draft::determined(cause, 94),
            (_, None) => Draft::probable(cause, 56).missing("Did this customer pay, and when?"),
            _ => Draft::unknown(cause, 36).missing("Did this customer pay, and when?"),
        };
        return draft
            .of_their_own()
            .because(text, CiteKind::Delivery, refused.key.clone())
            .had(Change::PaymentTold, had)
            .holds();
    }
    let is_quiet = channel.connected && channel.deliveries == 0 && channel.norm_per_day_milli >= BUSY_MILLI;
    if case.outcome != Outcome::NotPaid || !is_quiet {
        return Finding::Silent;
    }
    Draft::probable(cause, 60)
        .of_their_own()
        .because(
            "No message of the payment provider came in this time, although some come every day.",
            CiteKind::Delivery,
            "",
        )
        .missing("Does the provider’s own list of messages have any that did not arrive?")
        .had(Change::PaymentTold, had)
        .holds()
}
