//! A block list or a network stops the link's host, so that no click ever reaches us. Nothing can show it.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let unseen = case.somebody_asks() && case.facts.click_count == 0 && case.facts.clicks.is_empty();
    if !unseen || !case.facts.misses.is_empty() || !case.may_be_lost() || case.facts.link_host_on_site {
        return Finding::Silent;
    }
    Draft::unknown(Cause::LinkHostBlocked, 26)
        .because("No click on any link of this partner reached us in this time.", CiteKind::Partner, "")
        .missing("Does the partner’s link open in the customer’s browser and network?")
        .rivals(&[Cause::UrlTypedDirectly])
        .had(Change::SignUpBroughtAClick, "If the click had reached us, the customer would be this partner’s.")
        .holds()
}
