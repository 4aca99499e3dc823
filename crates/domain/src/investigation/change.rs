//! Facts that could have been otherwise, and what the decision would have been then.
//!
//! A counterfactual is no prose: it is a change of the facts, and the same pure functions that decided are run on the
//! changed ones (`causes.md` 2b, notes). Only a change that makes the outcome a better one for the partner may be told.

use super::facts::{ClickSeen, CustomerFacts, Facts};
use crate::earning::offer::OfferVersion;
use crate::earning::{
    EarningNote, Limits, ProductRules, ReckonFacts, Reckoning, Refunds, Terms, Transaction, Trigger, reckon,
};
use crate::id::{ClaimId, CustomerId, GroupId, OfferId, PartnerId, TransactionId};
use crate::money::{Currency, Money, Rate};
use crate::program::partner::{PartnerStatus, PartnerVersion};
use crate::time::{Instant, Window};
use crate::tracking::{
    Attribution, AttributionFacts, CameBy, Claim, ClaimSource, MatchedBy, PaymentSeen, Touch, TouchClass, TouchId,
    attribute,
};
use serde::{Deserialize, Serialize};

/// One thing that could have been otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The sign-up had brought this click along, as a person's.
    SignUpBroughtClick {
        /// Which click.
        click: TouchId,
    },
    /// The customer had come by a click on the partner's link just before, and the sign-up had brought it along.
    SignUpBroughtAClick,
    /// The sign-up had been told to us, with a click on the partner's link.
    SignUpTold {
        /// When the customer would have signed up.
        at: Instant,
    },
    /// No other partner's click had been made.
    NoOtherPartnersClick,
    /// The window had been at least so long, and the browser had kept the click for it.
    WindowOf {
        /// In days.
        days: u32,
    },
    /// The customer had signed up after its click, and not been there before it.
    SignUpAfterClick,
    /// The partner had been active.
    PartnerActive,
    /// An offer had paid for what happened.
    OfferPaid,
    /// Both records had been one: the payment had named the customer who signed up.
    SameCustomer,
    /// The customer's payment had been told to us.
    PaymentTold,
    /// No person had decided otherwise.
    NotDecidedByPerson,
    /// It had been known before the matter was settled.
    KnownBeforeSettlement,
}

/// How well it went for the partner who asks, from worst to best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The customer is not known, or not the partner's.
    NotTheirs,
    /// It is theirs, has paid, and nothing is earned.
    EarnsNothing,
    /// It is theirs and has not paid.
    NotPaid,
    /// It is theirs and earns.
    Earns,
}

/// Whose the customer is, as tracking decides it.
pub fn attribution(facts: &Facts) -> Option<Attribution> {
    facts.customer.as_ref().map(|customer| attribute(&attribution_facts(facts, customer)))
}

fn attribution_facts(facts: &Facts, customer: &CustomerFacts) -> AttributionFacts {
    AttributionFacts {
        claims: customer.claims.clone(),
        touches: customer.touches.clone(),
        partners: facts.partners.clone(),
        decisions: customer.decisions.clone(),
        policies: facts.policies.clone(),
        payments: customer.paid.clone(),
        settled_at: customer.settled_at,
    }
}

/// What each offer makes of what the customer did, with the reason, as earning decides it.
pub fn earning_notes(facts: &Facts) -> Vec<EarningNote> {
    let reckoning = facts.customer.as_ref().map(|customer| reckoned(facts, customer));
    reckoning.map(|reckoning| reckoning.notes).unwrap_or_default()
}

/// Earning's decision from nothing: what would be posted if nothing stood yet.
fn reckoned(facts: &Facts, customer: &CustomerFacts) -> Reckoning {
    reckon(&ReckonFacts {
        mode: facts.mode,
        customer: customer.id.clone(),
        signed_up_at: customer.signed_up_at,
        attribution: attribute(&attribution_facts(facts, customer)),
        transactions: customer.transactions.clone(),
        partners: facts.partners.clone(),
        offers: facts.offers.clone(),
        standing: Vec::new(),
        now: facts.now,
    })
}

/// Decides as tracking and earning do, for the partner who asks; where none is named, for whichever partner it is.
pub fn replay(facts: &Facts) -> Outcome {
    let Some(customer) = &facts.customer else { return Outcome::NotTheirs };
    let Some(partner) = attribute(&attribution_facts(facts, customer)).partner().cloned() else {
        return Outcome::NotTheirs;
    };
    if facts.question.partner.as_ref().is_some_and(|asking| *asking != partner) {
        return Outcome::NotTheirs;
    }
    let reckoning = reckoned(facts, customer);
    let made = reckoning.postings.iter().any(|posting| posting.partner == partner && posting.amount.minor > 0);
    // What a person made by hand stands beside what offers make.
    let by_hand = customer.commissions.iter().any(|one| one.by_hand && one.partner == partner && one.amount.minor > 0);
    if made || by_hand {
        Outcome::Earns
    } else if customer.transactions.iter().any(is_payment) {
        Outcome::EarnsNothing
    } else {
        Outcome::NotPaid
    }
}

/// Whether something was paid; a trial for nothing and what the company deleted are no payments.
pub(super) fn is_payment(transaction: &Transaction) -> bool {
    transaction.amount.minor > 0 && transaction.removed_at.is_none()
}

/// Whether the outcome would have been better for the partner.
pub fn flips(facts: &Facts, change: &Change) -> bool {
    replay(facts) < replay(&apply(facts, change))
}

/// The facts, but for one change.
pub fn apply(facts: &Facts, change: &Change) -> Facts {
    let mut facts = facts.clone();
    match change {
        Change::SignUpBroughtClick { click } => bring_along(&mut facts, *click),
        Change::SignUpBroughtAClick => {
            let at = signed_up_at(&facts);
            bring_along(&mut facts, imagined_click(at));
        }
        Change::SignUpTold { at } => {
            facts.customer = Some(imagined_customer(*at));
            bring_along(&mut facts, imagined_click(*at));
        }
        Change::NoOtherPartnersClick => without_others(&mut facts),
        Change::WindowOf { days } => widen(&mut facts, *days),
        Change::SignUpAfterClick => sign_up_after_click(&mut facts),
        Change::PartnerActive => activate(&mut facts),
        Change::OfferPaid => pay_by_offer(&mut facts),
        Change::SameCustomer => join(&mut facts),
        Change::PaymentTold => tell_payment(&mut facts),
        Change::NotDecidedByPerson => undecide(&mut facts),
        Change::KnownBeforeSettlement => {
            if let Some(customer) = &mut facts.customer {
                customer.settled_at = None;
                customer.decisions.clear();
            }
        }
    }
    facts
}

/// Whom an imagined click belongs to: the partner who asks, else one who is imagined with it.
fn whose(facts: &Facts) -> PartnerId {
    facts.question.partner.clone().unwrap_or_else(|| PartnerId::from_stored("part_imagined".into()))
}

/// An id that no real click has, one millisecond before `at`.
fn imagined_click(at: Instant) -> TouchId {
    TouchId { millis: at.millis().saturating_sub(1), incarnation: u32::MAX, counter: u16::MAX }
}

fn signed_up_at(facts: &Facts) -> Instant {
    facts.customer.as_ref().map_or(facts.question.period.end, |customer| customer.signed_up_at)
}

fn imagined_customer(at: Instant) -> CustomerFacts {
    CustomerFacts {
        id: CustomerId::from_stored("cus_imagined".into()),
        confirmed_at: Some(at),
        signed_up_at: at,
        sign_ups: Vec::new(),
        claims: vec![imagined_claim(at)],
        touches: Vec::new(),
        decisions: Vec::new(),
        paid: Vec::new(),
        settled_at: None,
        transactions: Vec::new(),
        commissions: Vec::new(),
        has_provider_key: false,
        is_partner_itself: false,
        same_domain_as_partner: false,
    }
}

fn imagined_claim(at: Instant) -> Claim {
    Claim {
        id: ClaimId::from_stored("claim_imagined".into()),
        source: ClaimSource::S2s,
        named_partner: None,
        matched_by: MatchedBy::CustomerKey,
        confirmed: true,
        occurred_at: at,
        recorded_at: at,
    }
}

/// The customer's sign-up brings a click along, as a person's click on an active partner's link.
fn bring_along(facts: &mut Facts, click: TouchId) {
    let partner = facts.clicks.iter().find(|seen| seen.id == click).map(|seen| seen.partner.clone());
    let partner = partner.unwrap_or_else(|| whose(facts));
    let is_known = facts.partners.iter().any(|version| version.partner == partner);
    if !is_known {
        facts.partners.push(imagined_partner(&partner));
    }
    let at = signed_up_at(facts).max(click.at());
    let customer = facts.customer.get_or_insert_with(|| imagined_customer(at));
    if customer.claims.is_empty() {
        customer.claims.push(imagined_claim(at));
    }
    // The latest word that came after the click brings it; so it is in time, and within a window where any word is.
    let bringer =
        customer.claims.iter().filter(|claim| claim.occurred_at >= click.at()).min_by_key(|claim| claim.occurred_at);
    let claim = bringer.or(customer.claims.last()).map(|claim| claim.id.clone());
    customer.touches.retain(|touch| touch.id != click);
    customer.touches.push(Touch {
        id: click,
        xid: "imagined".into(),
        partner,
        class: TouchClass::Counts,
        landed_at: Some(click.at()),
        came_by: CameBy::Cookie,
        claim: claim.unwrap_or_else(|| ClaimId::from_stored("claim_imagined".into())),
        shared_id: false,
    });
}

fn imagined_partner(partner: &PartnerId) -> PartnerVersion {
    PartnerVersion {
        partner: partner.clone(),
        version: 1,
        from_at: Instant::from_micros(0),
        group: GroupId::from_stored("grup_imagined".into()),
        status: PartnerStatus::Active,
    }
}

fn without_others(facts: &mut Facts) {
    let asking = whose(facts);
    let missing = facts.clicks.iter().filter(|click| click.partner == asking).map(|click| click.id).max();
    if let Some(customer) = &mut facts.customer {
        customer.touches.retain(|touch| touch.partner == asking);
        if let (true, Some(click)) = (customer.touches.is_empty(), missing) {
            // Without the later click's cookie, the earlier one's would still have been there.
            bring_along(facts, click);
        }
    }
}

fn widen(facts: &mut Facts, days: u32) {
    for policy in &mut facts.policies {
        policy.window = Window::from_days(policy.window.days().max(days));
    }
    let asking = facts.question.partner.clone();
    let has_touch = facts.customer.as_ref().is_some_and(|customer| {
        customer.touches.iter().any(|touch| asking.as_ref().is_none_or(|asking| touch.partner == *asking))
    });
    let at = signed_up_at(facts);
    let fits = |click: &&ClickSeen| click.at() <= at && asking.as_ref().is_none_or(|asking| click.partner == *asking);
    let latest = facts.clicks.iter().filter(fits).map(|click| click.id).max();
    if let (false, Some(click)) = (has_touch, latest) {
        bring_along(facts, click);
    }
}

/// The customer was not there before its click: earlier words and payments move to just after it.
fn sign_up_after_click(facts: &mut Facts) {
    let asking = facts.question.partner.clone();
    let is_theirs = |partner: &PartnerId| asking.as_ref().is_none_or(|asking| asking == partner);
    let brought = facts.customer.iter().flat_map(|customer| &customer.touches);
    let touch = brought.filter(|touch| is_theirs(&touch.partner)).map(|touch| touch.id).max();
    let click =
        touch.or_else(|| facts.clicks.iter().filter(|click| is_theirs(&click.partner)).map(|click| click.id).max());
    let (Some(click), Some(customer)) = (click, &mut facts.customer) else { return };
    let after = click.at().plus_micros(1_000);
    let not_before = |at: &mut Instant| *at = (*at).max(after);
    not_before(&mut customer.signed_up_at);
    customer.claims.iter_mut().for_each(|claim| not_before(&mut claim.occurred_at));
    customer.paid.iter_mut().for_each(|paid| not_before(&mut paid.occurred_at));
    customer.transactions.iter_mut().for_each(|paid| not_before(&mut paid.occurred_at));
    if !customer.touches.iter().any(|touch| touch.id == click) {
        bring_along(facts, click);
    }
}

fn activate(facts: &mut Facts) {
    let asking = facts.question.partner.clone();
    for version in &mut facts.partners {
        if asking.as_ref().is_none_or(|asking| version.partner == *asking) {
            version.status = PartnerStatus::Active;
            version.from_at = Instant::from_micros(0).min(version.from_at);
        }
    }
}

fn pay_by_offer(facts: &mut Facts) {
    facts.offers.push(OfferVersion {
        offer: OfferId::from_stored("offer_imagined".into()),
        version: 1,
        from_at: Instant::from_micros(i64::MIN),
        description: String::new(),
        trigger: Trigger::Transaction,
        terms: Terms::Percent { rate: Rate::WHOLE },
        limits: Limits::default(),
        rules: ProductRules::default(),
        hold_days: 0,
        group: None,
        archived_at: None,
    });
    // What was given back earns nothing whatever the offer: then it is the refund that would not have been.
    for payment in facts.customer.iter_mut().flat_map(|customer| &mut customer.transactions) {
        payment.refunds = Refunds::default();
    }
}

/// What other records of the same person hold becomes this one's.
fn join(facts: &mut Facts) {
    let others = std::mem::take(&mut facts.others);
    let Some(customer) = &mut facts.customer else { return };
    let known = customer.claims.first().cloned();
    for other in others {
        customer.signed_up_at = customer.signed_up_at.min(other.since);
        let claim = Claim {
            id: ClaimId::from_stored(format!("claim_of_{}", other.customer)),
            occurred_at: other.since,
            recorded_at: other.since,
            ..known.clone().unwrap_or_else(|| imagined_claim(other.since))
        };
        let touches = other.touches.into_iter().map(|touch| Touch { claim: claim.id.clone(), ..touch });
        customer.touches.extend(touches);
        customer.paid.extend(
            other
                .transactions
                .iter()
                .filter(|paid| is_payment(paid))
                .map(|paid| PaymentSeen { occurred_at: paid.occurred_at, recorded_at: paid.occurred_at }),
        );
        customer.transactions.extend(other.transactions);
        customer.claims.push(claim);
    }
}

fn tell_payment(facts: &mut Facts) {
    let at = facts.now;
    let currency = currency_of_offers(facts);
    if let (Some(customer), Some(currency)) = (&mut facts.customer, currency) {
        customer.transactions.push(Transaction {
            id: TransactionId::from_stored("tran_imagined".into()),
            key: "imagined".into(),
            amount: Money::new(10_000, currency),
            product_key: None,
            category_key: None,
            occurred_at: at,
            removed_at: None,
            refunds: Refunds::default(),
        });
    }
}

fn currency_of_offers(facts: &Facts) -> Option<Currency> {
    let flat = facts.offers.iter().find_map(|offer| match offer.terms {
        Terms::Flat { amount } => Some(amount.currency),
        Terms::Percent { .. } => None,
    });
    flat.or_else(|| Currency::parse("EUR"))
}

fn undecide(facts: &mut Facts) {
    if let Some(customer) = &mut facts.customer {
        customer.decisions.clear();
        for claim in customer.claims.iter_mut().filter(|claim| claim.source == ClaimSource::Manual) {
            claim.named_partner = None;
        }
    }
}
