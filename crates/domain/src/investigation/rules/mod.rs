//! One file per cause: what the facts say about it, and nothing about any other; what several share has a file too. A rule may be certain only of what a
//! stored fact shows; of what leaves no trace by nature it says at most that it is probable, names its rivals, and asks the
//! one question that tells them apart.

mod another_partner_clicked_later;
mod awaiting_confirmation;
mod bot_or_scanner_click;
mod checkout_on_other_domain;
mod claimed_by_lead_or_deal;
mod cname_cap;
mod consent_not_given;
mod cookie_domain_too_narrow;
mod cookie_expired;
mod cookies_blocked;
mod cookies_cleared;
mod coupon_took_precedence;
mod customer_key_mismatch;
mod destination_down;
mod destination_not_allowed;
mod different_browser_or_device;
mod duplicate_snippet;
mod evidence_expired;
mod existing_or_excluded_customer;
mod in_app_browser;
mod itp_one_day_cap;
mod itp_seven_day_cap;
mod late_fact;
mod link_host_blocked;
mod link_inactive;
mod moved_by_hand;
mod no_offer_applied;
mod no_payment_yet;
mod no_such_customer;
mod offline_sale;
mod page_policy_blocks_snippet;
mod parameters_stripped_by_browser;
mod payment_webhook_failing;
mod platform_outage;
mod prefetched_click;
mod public_key_missing;
mod public_suffix_host;
mod redirect_drops_parameters;
mod scripts_disabled;
mod signup_before_click;
mod signup_call_missing;
mod snippet_blocked;
mod snippet_broken;
mod snippet_data_overwritten;
mod snippet_in_cross_site_frame;
mod snippet_loaded_too_late;
mod snippet_missing_on_landing_page;
mod told_by_snippet;
mod tracked;
mod unopened;
mod url_typed_directly;
mod wrong_environment;

use super::case::Case;
use super::cause::Cause;
use super::change::Change;
use super::draft::{Draft, Finding};
use super::facts::{ClickSeen, PageSeen};
use super::verdict::CiteKind;

/// A rule.
pub(super) type Rule = fn(&Case<'_>) -> Finding;

/// All rules, in the order of `causes.md`; outcomes that are not losses first.
pub(super) const ALL: &[Rule] = &[
    tracked::paid_or_payable,
    tracked::pending,
    tracked::held,
    tracked::declined,
    late_fact::rule,
    moved_by_hand::rule,
    coupon_took_precedence::rule,
    claimed_by_lead_or_deal::rule,
    awaiting_confirmation::rule,
    no_payment_yet::rule,
    another_partner_clicked_later::rule,
    cookies_cleared::rule,
    cookies_blocked::rule,
    snippet_broken::rule,
    cookie_expired::rule,
    different_browser_or_device::rule,
    snippet_data_overwritten::rule,
    public_key_missing::rule,
    snippet_missing_on_landing_page::rule,
    url_typed_directly::rule,
    redirect_drops_parameters::rule,
    link_host_blocked::rule,
    snippet_blocked::rule,
    consent_not_given::rule,
    itp_seven_day_cap::rule,
    itp_one_day_cap::rule,
    cname_cap::rule,
    parameters_stripped_by_browser::rule,
    bot_or_scanner_click::rule,
    prefetched_click::rule,
    in_app_browser::rule,
    cookie_domain_too_narrow::rule,
    public_suffix_host::rule,
    checkout_on_other_domain::rule,
    snippet_in_cross_site_frame::rule,
    link_inactive::rule,
    destination_not_allowed::rule,
    snippet_loaded_too_late::rule,
    page_policy_blocks_snippet::rule,
    signup_call_missing::rule,
    customer_key_mismatch::rule,
    payment_webhook_failing::rule,
    wrong_environment::rule,
    existing_or_excluded_customer::rule,
    signup_before_click::rule,
    no_offer_applied::rule,
    duplicate_snippet::rule,
    offline_sale::rule,
    scripts_disabled::rule,
    platform_outage::rule,
    no_such_customer::rule,
    destination_down::rule,
    evidence_expired::rule,
];

/// What is said where no rule has anything to say: that somebody has to be asked.
pub(super) fn nothing_fits(case: &Case<'_>) -> Draft {
    let draft = Draft::unknown(Cause::UrlTypedDirectly, 10);
    let draft = match case.customer() {
        Some(customer) => draft.because(
            "The customer is known, and nothing that is stored ties them to this partner.",
            CiteKind::Customer,
            customer.id.to_string(),
        ),
        None => draft.because("Nothing that is stored fits this question.", CiteKind::Hint, ""),
    };
    draft
        .missing("How did the customer come to the site, and what is their e-mail address or order number?")
        .rivals(&[Cause::LinkHostBlocked, Cause::OfflineSale, Cause::DifferentBrowserOrDevice])
        .had(
            Change::SignUpBroughtAClick,
            "If the customer had come by the partner’s link, the customer would be this partner’s.",
        )
}

/// Whether payments may be missing rather than not made: then nobody can say that the customer has not paid.
fn money_may_be_missing(case: &Case<'_>) -> bool {
    let since = case.signed_up_at().plus_days(-1);
    let refused = case.facts.payments.refused.iter().any(|refused| refused.last_at >= since);
    refused || case.facts.others.iter().any(|other| other.paid)
}

/// A fitting click whose arrival was never told, on a page whose other arrivals are.
fn unseen_arrival<'a>(case: &Case<'a>) -> Option<(&'a ClickSeen, &'a PageSeen)> {
    if !case.may_be_lost() {
        return None;
    }
    let unseen = case.fits.iter().filter(|click| case.landing_of(click).is_none());
    let unseen = unseen.filter_map(|click| Some((*click, case.page(&click.dest)?)));
    let mut works = unseen.filter(|(click, page)| {
        page.landings_with_click > 0 && page.last_landing_at.is_some_and(|last| last >= click.at())
    });
    works.next()
}
