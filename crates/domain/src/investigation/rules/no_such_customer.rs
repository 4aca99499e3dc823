//! Nobody of that e-mail, name or key is known here. That says only that no word of them arrived.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    if case.customer().is_some() || !case.facts.question.describes_customer {
        return Finding::Silent;
    }
    Draft::unknown(Cause::NoSuchCustomer, 62)
        .because(
            "Nobody who fits this description has signed up or paid, as far as anything told us.",
            CiteKind::Customer,
            "",
        )
        .missing("Does the company’s own list have this customer, and under which e-mail address or key?")
        .rivals(&[Cause::SignupCallMissing, Cause::PaymentWebhookFailing])
        .had(
            Change::SignUpTold { at: case.moment() },
            "If the sign-up had been told to us with the partner’s click, the customer would be this partner’s.",
        )
        .holds()
}
