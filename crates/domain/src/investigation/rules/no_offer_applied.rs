//! The customer is the partner's and has paid, and no offer pays for it. Not a fault of tracking: a rule says so.

use crate::earning::EarningWhy;
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::{self, Change, Outcome};
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::NoOfferApplied;
    let (Outcome::EarnsNothing, Some(customer)) = (case.outcome, case.customer()) else { return Finding::Silent };
    if customer.commissions.iter().any(|commission| commission.amount.minor > 0 && case.is_asking(&commission.partner))
    {
        return Finding::Silent;
    }
    let mut draft = Draft::determined(cause, 97).of_their_own();
    let notes = change::earning_notes(case.facts);
    for note in notes.iter().filter(|note| !note.why.pays() && note.why != EarningWhy::OtherTrigger).take(10) {
        let key = note.offer.as_ref().map(ToString::to_string).unwrap_or_default();
        draft = draft.because(note.why.sentence(), CiteKind::Offer, key);
    }
    if let Some(payment) = customer.transactions.iter().find(|payment| change::is_payment(payment)) {
        draft = draft.because(
            format!("The customer paid {} on {}.", payment.amount, case.when(payment.occurred_at)),
            CiteKind::Payment,
            payment.id.to_string(),
        );
    }
    draft
        .had(Change::OfferPaid, "If an offer had paid for this payment, the partner would have earned a commission.")
        .holds()
}
