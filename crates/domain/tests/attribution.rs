//! Whose a customer is: told cases first, then what must hold for any set of facts.

mod support;

use proptest::prelude::*;
use support::*;
use whence_domain::program::{PartnerStatus, PartnerVersion, Policy};
use whence_domain::tracking::{
    Attribution, AttributionDecision, AttributionFacts, AttributionHold, AttributionReason, AttributionSource, Claim,
    ClaimSource, DecisionScope, MatchedBy, Touch, TouchClass, TouchWhy, attribute,
};
use whence_domain::{Instant, PartnerId, Window};

fn why(attribution: &Attribution, touch: &Touch) -> TouchWhy {
    let judged = attribution.touches.iter().find(|judged| judged.touch == touch.id);
    judged.expect("every touch is judged").why
}

fn of(attribution: &Attribution) -> (Option<PartnerId>, AttributionSource, AttributionReason) {
    let current = attribution.current();
    (current.partner.clone(), current.source, current.reason)
}

#[test]
fn the_last_click_before_the_sign_up_has_the_customer() {
    let (first, last) = (click(1, 0, 1), click(2, 24, 1));
    let attribution = attribute(&facts(vec![sign_up(1, hour(48))], vec![first.clone(), last.clone()]));
    assert_eq!(of(&attribution), (Some(partner(2)), AttributionSource::Click, AttributionReason::LastClick));
    assert_eq!(why(&attribution, &last), TouchWhy::LastClick);
    assert_eq!(why(&attribution, &first), TouchWhy::EarlierClick);
    assert_eq!(attribution.touches.iter().filter(|touch| touch.won).count(), 1);
    assert!(!attribution.confirmed && !attribution.settled);
}

#[test]
fn the_window_is_exact_to_the_microsecond() {
    let touch = click(1, 0, 1);
    let last = hour(0).plus_days(90);
    let outcome = |at: Instant| attribute(&facts(vec![sign_up(1, at)], vec![touch.clone()]));
    assert_eq!(outcome(last).partner(), Some(&partner(1)));
    let late = outcome(last.plus_micros(1));
    assert_eq!(of(&late), (None, AttributionSource::None, AttributionReason::NoEligibleClick));
    assert_eq!(why(&late, &touch), TouchWhy::WindowClosed);
}

#[test]
fn the_window_is_that_of_the_policy_in_force_at_the_sign_up() {
    let touch = click(1, 0, 1);
    let mut known = facts(vec![sign_up(1, hour(24 * 40))], vec![touch.clone()]);
    let shorter = Policy { version: 2, from_at: hour(24), window: Window::from_days(30), ..Policy::default() };
    known.policies.push(shorter.clone());
    assert_eq!(why(&attribute(&known), &touch), TouchWhy::WindowClosed);
    known.policies[1] = Policy { from_at: hour(24 * 41), ..shorter };
    assert_eq!(attribute(&known).current().policy_version, 1);
    assert_eq!(attribute(&known).partner(), Some(&partner(1)));
}

#[test]
fn showing_an_old_id_again_extends_nothing() {
    let claims = vec![sign_up(1, hour(10)), sign_up(2, hour(50))];
    let touches = vec![click(1, 0, 1), click(2, 5, 1), click(1, 0, 2)];
    assert_eq!(attribute(&facts(claims, touches)).partner(), Some(&partner(2)));
}

#[test]
fn a_later_click_takes_over_before_the_first_payment_only() {
    let (bound, later) = (click(1, 0, 1), click(2, 20, 2));
    let mut known = facts(
        vec![sign_up(1, hour(10)), by_server(3, hour(11), None), sign_up(2, hour(21))],
        vec![bound, later.clone()],
    );
    assert_eq!(attribute(&known).partner(), Some(&partner(2)));

    known.payments = vec![paid(hour(15))];
    let attribution = attribute(&known);
    assert_eq!(attribution.partner(), Some(&partner(1)));
    assert_eq!(why(&attribution, &later), TouchWhy::AfterFirstPayment);
}

#[test]
fn a_program_may_let_a_later_click_have_the_payments_that_follow() {
    let (bound, later) = (click(1, 0, 1), click(2, 20, 2));
    let mut known = facts(vec![sign_up(1, hour(10)), sign_up(2, hour(21))], vec![bound.clone(), later.clone()]);
    known.payments = vec![paid(hour(15)), paid(hour(30))];
    known.policies = vec![Policy { reattribute_after_payment: true, ..Policy::default() }];
    let attribution = attribute(&known);
    assert_eq!(attribution.at(hour(15)).partner, Some(partner(1)));
    assert_eq!(attribution.at(hour(30)).partner, Some(partner(2)));
    assert_eq!(why(&attribution, &bound), TouchWhy::WonEarlierPayments);
    assert_eq!(why(&attribution, &later), TouchWhy::LastClickAfterPayment);
}

#[test]
fn a_later_click_has_payments_only_from_when_it_was_shown() {
    let touches = vec![click(1, 0, 1), click(2, 20, 2), click(3, 18, 3)];
    let mut known = facts(vec![sign_up(1, hour(10)), sign_up(2, hour(40)), sign_up(3, hour(60))], touches.clone());
    known.payments = vec![paid(hour(15))];
    known.policies = vec![Policy { reattribute_after_payment: true, ..Policy::default() }];
    let attribution = attribute(&known);
    assert_eq!(attribution.at(hour(30)).partner, Some(partner(1)), "paid before anybody knew of the later click");
    assert_eq!(attribution.at(hour(40)).partner, Some(partner(2)));
    assert_eq!(
        attribution.at(hour(70)).partner,
        Some(partner(2)),
        "an older click that is shown later changes nothing"
    );
    assert_eq!(why(&attribution, &touches[2]), TouchWhy::EarlierClick);
}

#[test]
fn a_click_at_the_instant_of_the_sign_up_or_of_the_payment_is_before_it() {
    let mut known = facts(vec![by_server(1, hour(5), None), sign_up(2, hour(24 * 200))], vec![click(1, 5, 2)]);
    known.payments = vec![paid(hour(5))];
    assert_eq!(attribute(&known).partner(), Some(&partner(1)));
}

#[test]
fn a_click_before_the_payment_counts_though_the_sign_up_arrives_after_it() {
    let mut known = facts(vec![by_server(1, hour(5), None), sign_up(2, hour(6))], vec![click(1, 1, 2)]);
    known.payments = vec![paid(hour(5))];
    assert_eq!(attribute(&known).partner(), Some(&partner(1)));
}

#[test]
fn a_customer_that_the_server_gives_to_a_partner_needs_no_click() {
    let attribution = attribute(&facts(vec![by_server(1, hour(5), Some(1))], vec![]));
    assert_eq!(of(&attribution), (Some(partner(1)), AttributionSource::Api, AttributionReason::PartnerNamedByServer));
    assert!(attribution.confirmed && attribution.current().hold.is_none());
}

#[test]
fn an_organic_customer_has_a_reason_too() {
    let attribution = attribute(&facts(vec![by_server(1, hour(5), None)], vec![]));
    assert_eq!(of(&attribution), (None, AttributionSource::None, AttributionReason::NoClick));
    assert_eq!(of(&attribute(&facts(vec![], vec![]))).2, AttributionReason::NoClaim);
}

#[test]
fn a_partner_key_that_a_browser_typed_moves_nothing() {
    let claim = Claim { named_partner: Some(partner(1)), ..sign_up(1, hour(5)) };
    let attribution = attribute(&facts(vec![claim, by_server(2, hour(6), None)], vec![]));
    assert_eq!(of(&attribution), (None, AttributionSource::None, AttributionReason::PartnerKeyWithoutClick));
}

#[test]
fn a_servers_click_is_told_apart_from_a_browsers() {
    let by_s2s = Claim { source: ClaimSource::S2s, confirmed: true, ..sign_up(2, hour(6)) };
    let alone = attribute(&facts(vec![by_s2s.clone()], vec![click(1, 0, 2)]));
    assert_eq!(alone.current().source, AttributionSource::S2s);
    let both = attribute(&facts(vec![by_s2s, sign_up(1, hour(5))], vec![click(1, 0, 2), click(1, 0, 1)]));
    assert_eq!(both.current().source, AttributionSource::Click);
}

#[test]
fn rivals_that_no_click_can_order_put_commissions_on_hold() {
    let claims = vec![by_server(1, hour(5), Some(1)), sign_up(2, hour(6))];
    let attribution = attribute(&facts(claims.clone(), vec![click(2, 0, 2)]));
    assert_eq!(attribution.current().hold, Some(AttributionHold::ConflictingClaims));
    // With a click of each, the clicks say who was last.
    let ordered = attribute(&facts(claims, vec![click(2, 0, 2), click(1, 1, 2)]));
    assert_eq!((ordered.partner(), ordered.current().hold), (Some(&partner(1)), None));

    let two_servers = attribute(&facts(vec![by_server(1, hour(5), Some(1)), by_server(2, hour(6), Some(2))], vec![]));
    assert_eq!(two_servers.partner(), Some(&partner(1)));
    assert_eq!(two_servers.current().hold, Some(AttributionHold::ConflictingClaims));
}

#[test]
fn a_match_by_e_mail_alone_is_on_hold_unless_the_program_trusts_it() {
    let claim = Claim { matched_by: MatchedBy::Email, ..sign_up(1, hour(5)) };
    // Before anybody has confirmed the customer there is nothing that the address could be matched with.
    assert_eq!(attribute(&facts(vec![claim.clone()], vec![click(1, 0, 1)])).current().hold, None);
    let mut known = facts(vec![claim, by_server(2, hour(6), None)], vec![click(1, 0, 1)]);
    assert_eq!(attribute(&known).current().hold, Some(AttributionHold::EmailMatch));
    known.policies = vec![Policy { trust_email_matches: true, ..Policy::default() }];
    assert_eq!(attribute(&known).current().hold, None);
}

#[test]
fn a_click_screened_out_counts_once_somebody_confirms() {
    let touch = Touch { class: TouchClass::CountsOnceConfirmed, ..click(1, 0, 1) };
    let mut known = facts(vec![sign_up(1, hour(5))], vec![touch.clone()]);
    assert_eq!(why(&attribute(&known), &touch), TouchWhy::ScreenedOut);
    known.claims.push(by_server(2, hour(9), None));
    assert_eq!(attribute(&known).partner(), Some(&partner(1)));

    let landed = Touch { landed_at: Some(hour(1)), ..touch };
    assert_eq!(attribute(&facts(vec![sign_up(1, hour(5))], vec![landed])).partner(), Some(&partner(1)));
    let test = Touch { class: TouchClass::Never, ..click(1, 0, 1) };
    let attribution = attribute(&facts(vec![by_server(1, hour(5), None)], vec![test.clone()]));
    assert_eq!(why(&attribution, &test), TouchWhy::NeverCounts);
}

#[test]
fn a_partner_that_was_not_active_at_the_click_earns_nothing() {
    let touch = click(1, 10, 1);
    let mut known = facts(vec![sign_up(1, hour(20))], vec![click(2, 0, 1), touch.clone()]);
    known.partners.push(PartnerVersion { version: 2, from_at: hour(9), status: PartnerStatus::Archived, ..active(1) });
    let attribution = attribute(&known);
    assert_eq!(why(&attribution, &touch), TouchWhy::PartnerNotActive);
    assert_eq!(attribution.partner(), Some(&partner(2)));
}

#[test]
fn a_click_from_the_future_does_not_count_but_a_slow_clock_does_no_harm() {
    let touch = click(1, 5, 1);
    let ahead = |micros: i64| attribute(&facts(vec![sign_up(1, hour(5).plus_micros(-micros))], vec![touch.clone()]));
    assert_eq!(ahead(60_000_000).partner(), Some(&partner(1)));
    assert_eq!(why(&ahead(60_000_001), &touch), TouchWhy::AfterClaim);
}

#[test]
fn a_persons_decision_settles_and_what_comes_later_is_late() {
    let mut known = facts(vec![sign_up(1, hour(5))], vec![click(1, 0, 1)]);
    known.decisions = vec![decided(1, Some(2), DecisionScope::From(hour(40)), hour(30))];
    let late = click(3, 29, 2);
    known.claims.push(sign_up(2, hour(31)));
    known.touches.push(late.clone());
    let attribution = attribute(&known);
    assert_eq!(attribution.at(hour(39)).partner, Some(partner(1)));
    assert_eq!(attribution.at(hour(40)).partner, Some(partner(2)));
    assert_eq!(of(&attribution), (Some(partner(2)), AttributionSource::Manual, AttributionReason::DecidedByPerson));
    assert_eq!(why(&attribution, &late), TouchWhy::LateFact);
    assert_eq!(attribution.late_claims, vec![claim_id(2)]);
    assert!(attribution.settled && attribution.confirmed);
}

#[test]
fn what_becomes_known_at_the_instant_of_the_settlement_is_in_time() {
    let mut known = facts(vec![sign_up(1, hour(5))], vec![click(1, 0, 1)]);
    known.settled_at = Some(hour(5));
    assert_eq!(attribute(&known).partner(), Some(&partner(1)));
    known.settled_at = Some(hour(5).plus_micros(-1));
    assert_eq!(of(&attribute(&known)).2, AttributionReason::NoClaim);
}

#[test]
fn a_decision_about_all_payments_takes_back_those_about_one() {
    let mut known = facts(vec![sign_up(1, hour(5))], vec![click(1, 0, 1)]);
    let all = decided(1, Some(3), DecisionScope::Start, hour(30));
    let one = decided(2, Some(2), DecisionScope::Payment(transaction_id(7)), hour(31));
    known.decisions = vec![one.clone(), all.clone()];
    assert_eq!(attribute(&known).for_payment(&transaction_id(7), hour(20)).partner, Some(partner(2)));
    known.decisions = vec![AttributionDecision { seq: 3, ..all }, one];
    assert_eq!(attribute(&known).for_payment(&transaction_id(7), hour(20)).partner, Some(partner(3)));
}

#[test]
fn a_decision_about_one_payment_leaves_the_others() {
    let mut known = facts(vec![sign_up(1, hour(5))], vec![click(1, 0, 1)]);
    known.decisions = vec![decided(1, Some(2), DecisionScope::Payment(transaction_id(7)), hour(30))];
    let attribution = attribute(&known);
    assert_eq!(attribution.for_payment(&transaction_id(7), hour(20)).partner, Some(partner(2)));
    assert_eq!(attribution.for_payment(&transaction_id(8), hour(20)).partner, Some(partner(1)));
    assert!(!attribution.settled);
}

#[test]
fn a_stored_attribution_reads_back_the_same() {
    let mut known = facts(vec![sign_up(1, hour(5))], vec![click(1, 0, 1), click(2, 1, 1)]);
    known.decisions = vec![decided(1, None, DecisionScope::Payment(transaction_id(7)), hour(30))];
    let attribution = attribute(&known);
    let text = serde_json::to_string(&attribution).expect("an attribution is JSON");
    assert_eq!(serde_json::from_str::<Attribution>(&text).expect("and back"), attribution);
}

/// What a change of facts that does not concern the winner must leave alone.
fn winner(attribution: &Attribution) -> (Option<PartnerId>, Option<whence_domain::tracking::TouchId>) {
    (attribution.current().partner.clone(), attribution.current().touch)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_order_and_repetition_of_facts_gives_the_same_attribution(known in any_facts(), seed in any::<usize>()) {
        prop_assert_eq!(attribute(&known), attribute(&shuffled(&known, seed)));
    }

    #[test]
    fn an_older_touch_never_changes_the_winner(known in any_facts(), older in any_touch(vec![]), which in any::<usize>()) {
        let before = attribute(&known);
        let Some(won) = before.current().touch else { return Ok(()) };
        prop_assume!(older.id < won && !known.claims.is_empty());
        prop_assume!(known.touches.iter().all(|touch| touch.id != older.id));
        let mut more = known.clone();
        more.touches.push(Touch { claim: known.claims[which % known.claims.len()].id.clone(), ..older });
        prop_assert_eq!(winner(&before), winner(&attribute(&more)));
    }

    #[test]
    fn an_ineligible_touch_never_changes_the_winner(known in any_facts(), other in any_touch(vec![]), which in any::<usize>()) {
        prop_assume!(!known.claims.is_empty() && known.touches.iter().all(|touch| touch.id != other.id));
        let mut more = known.clone();
        more.touches.push(Touch { claim: known.claims[which % known.claims.len()].id.clone(), ..other.clone() });
        let (before, after) = (attribute(&known), attribute(&more));
        prop_assume!(!why(&after, &other).was_eligible());
        prop_assert_eq!(winner(&before), winner(&after));
        prop_assert_eq!(before.current().hold, after.current().hold);
        prop_assert_eq!(before.payments, after.payments);
    }

    #[test]
    fn what_becomes_known_after_the_settlement_changes_nothing(
        known in any_facts(),
        at in 0..3_000_i64,
        claims in prop::collection::vec(any_claim(), 1..4),
        touches in prop::collection::vec(any_touch(vec![]), 1..4),
    ) {
        let settled = AttributionFacts { settled_at: Some(hour(at)), ..known };
        let mut more = settled.clone();
        for (number, (claim, touch)) in claims.into_iter().zip(touches).enumerate() {
            let id = claim_id(200 + u8::try_from(number).expect("few"));
            let late = hour(at).plus_micros(1);
            more.touches.push(Touch { claim: id.clone(), landed_at: None, class: TouchClass::Counts, ..touch });
            more.claims.push(Claim { id, recorded_at: claim.recorded_at.max(late), ..claim });
        }
        let (before, after) = (attribute(&settled), attribute(&more));
        prop_assert_eq!(before.bindings, after.bindings);
        prop_assert_eq!(before.payments, after.payments);
    }

    #[test]
    fn with_one_sign_up_the_last_click_within_the_window_wins(
        hours in prop::collection::vec((1..4_u8, 0..3_000_i64), 0..12),
        at in 0..3_000_i64,
        days in 1..120_u32,
    ) {
        let touches: Vec<Touch> = hours.iter().map(|(of, hours)| click(*of, *hours, 1)).collect();
        let mut known = facts(vec![sign_up(1, hour(at))], touches);
        known.policies = vec![Policy { window: Window::from_days(days), ..Policy::default() }];
        let within = |hours: i64| hours <= at && at - hours <= i64::from(days) * 24;
        let expected = hours.iter().filter(|(_, hours)| within(*hours)).max_by_key(|(of, hours)| (*hours, *of));
        prop_assert_eq!(attribute(&known).partner().cloned(), expected.map(|(of, _)| partner(*of)));
    }

    #[test]
    fn every_touch_has_an_answer_and_at_most_one_won(known in any_facts()) {
        let attribution = attribute(&known);
        let distinct: std::collections::BTreeSet<_> = known.touches.iter().map(|touch| touch.id).collect();
        prop_assert_eq!(attribution.touches.len(), distinct.len());
        let won: Vec<_> = attribution.touches.iter().filter(|touch| touch.won).collect();
        prop_assert!(won.len() <= 1);
        prop_assert_eq!(won.first().map(|touch| touch.touch), attribution.current().touch);
        prop_assert!(won.iter().all(|touch| touch.why.was_eligible()));
        prop_assert!(attribution.bindings[0].from.is_none());
        prop_assert!(attribution.bindings.windows(2).all(|pair| pair[0].from < pair[1].from));
    }
}
