//! Whether one click could have a customer: the reasons against it, in the order in which they are told.

use super::attribution::AttributionFacts;
use super::claim::Claim;
use super::touch::{Touch, TouchClass, TouchId, TouchWhy};
use crate::id::{ClaimId, PartnerId};
use crate::program::partner::PartnerVersion;
use crate::program::policy::Policy;
use crate::program::version::as_of_or_first;
use crate::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// How far a click's time may lie after a claim that brought its id along. Whoever shows an id has clicked before; the
/// click was stamped by another node's clock, or by an incarnation whose issued time runs ahead (`product.md` 4 "Click
/// id": 60 s at most).
const CLOCK_SKEW_MICROS: i64 = 60_000_000;

/// One click with every claim that brought it.
pub(super) struct Candidate<'a> {
    /// The touch as the first claim brought it.
    pub touch: &'a Touch,
    /// The claims in time that brought it, in their order.
    pub claims: Vec<&'a Claim>,
    /// Whether a landing is known that shows a person behind it.
    pub landed: bool,
    /// Whether customers with nothing else in common came with its id.
    pub shared_id: bool,
}

/// A click that may have the customer.
#[derive(Clone)]
pub(super) struct Eligible<'a> {
    /// The click.
    pub touch: &'a Touch,
    /// The claims that brought it.
    pub claims: Vec<&'a Claim>,
    /// From when it has the customer: none is from the start, otherwise after the first payment.
    pub from: Option<Instant>,
    /// The version of the policy that let it through.
    pub policy_version: i64,
}

/// What stands before any click is judged.
pub(super) struct Setting<'a> {
    /// All facts.
    pub facts: &'a AttributionFacts,
    /// Claims known before the settlement, in the order of their time.
    pub claims: Vec<&'a Claim>,
    /// Whether an authenticated fact has confirmed the customer.
    pub confirmed: bool,
    /// When the matter was settled.
    pub settled_at: Option<Instant>,
    /// The first payment known before the settlement.
    pub first_payment_at: Option<Instant>,
}

impl<'a> Setting<'a> {
    /// Sorts the facts into those in time and those too late.
    pub fn new(facts: &'a AttributionFacts) -> Self {
        let decided = facts.decisions.iter().filter(|decision| decision.settles()).map(|decision| decision.decided_at);
        let settled_at = decided.chain(facts.settled_at).min();
        let in_time = |recorded_at: Instant| settled_at.is_none_or(|settled_at| recorded_at <= settled_at);

        let mut claims: Vec<&Claim> = facts.claims.iter().filter(|claim| in_time(claim.recorded_at)).collect();
        claims.sort_by_key(|claim| (claim.occurred_at, &claim.id));
        claims.dedup_by(|one, other| one.id == other.id);
        let payments = facts.payments.iter().filter(|payment| in_time(payment.recorded_at));
        let first_payment_at = payments.map(|payment| payment.occurred_at).min();
        let confirmed =
            claims.iter().any(|claim| claim.confirmed) || first_payment_at.is_some() || !facts.decisions.is_empty();
        Self { facts, claims, confirmed, settled_at, first_payment_at }
    }

    /// The policy in force at an instant.
    pub fn policy_at(&self, at: Instant) -> Policy {
        as_of_or_first(&self.facts.policies, at).cloned().unwrap_or_default()
    }

    /// Puts the touches of one click together, for every click that was brought, in the order of their time.
    pub fn candidates(&self) -> BTreeMap<TouchId, Candidate<'a>> {
        let in_time: BTreeSet<&ClaimId> = self.claims.iter().map(|claim| &claim.id).collect();
        let mut touches: Vec<&Touch> = self.facts.touches.iter().collect();
        // The one that is told of is in time if any is, so that a late claim changes no word of a settled decision.
        touches.sort_by_key(|touch| (touch.id, !in_time.contains(&touch.claim), touch.came_by, &touch.claim));
        let mut candidates: BTreeMap<TouchId, Candidate<'a>> = BTreeMap::new();
        for touch in touches {
            let landed = touch.landed_at.is_some_and(|at| self.settled_at.is_none_or(|settled_at| at <= settled_at));
            let candidate = candidates.entry(touch.id).or_insert_with(|| Candidate {
                touch,
                claims: Vec::new(),
                landed: false,
                shared_id: false,
            });
            candidate.landed |= landed;
            candidate.shared_id |= touch.shared_id;
            let brought_it = self.claims.iter().filter(|claim| claim.id == touch.claim);
            candidate.claims.extend(brought_it);
        }
        for candidate in candidates.values_mut() {
            candidate.claims.sort_by_key(|claim| (claim.occurred_at, &claim.id));
            candidate.claims.dedup_by(|one, other| one.id == other.id);
        }
        candidates
    }

    /// Whether the click could have the customer, and from when; or the first reason why not.
    pub fn judge(&self, candidate: &Candidate<'a>) -> Result<Eligible<'a>, TouchWhy> {
        let touch = candidate.touch;
        let at = touch.id.at();
        let brought_at = candidate.claims.first().map(|claim| claim.occurred_at).ok_or(TouchWhy::LateFact)?;
        match touch.class {
            TouchClass::Never => return Err(TouchWhy::NeverCounts),
            TouchClass::CountsOnceConfirmed if !candidate.landed && !self.confirmed => {
                return Err(TouchWhy::ScreenedOut);
            }
            TouchClass::Counts | TouchClass::CountsOnceConfirmed => {}
        }
        if !PartnerVersion::of(&self.facts.partners, &touch.partner, at).is_some_and(|partner| partner.status.earns()) {
            return Err(TouchWhy::PartnerNotActive);
        }
        let signed_up_at = self.sign_up_after(candidate).ok_or(TouchWhy::AfterClaim)?;
        let policy = self.policy_at(signed_up_at);
        if !policy.window.covers(at.min(signed_up_at), signed_up_at) {
            return Err(TouchWhy::WindowClosed);
        }
        let after_payment = self.first_payment_at.is_some_and(|paid_at| at > paid_at);
        if after_payment && !policy.reattribute_after_payment {
            return Err(TouchWhy::AfterFirstPayment);
        }
        // A click after the first payment has what is paid once a claim has shown it; one before has everything.
        let from = after_payment.then(|| brought_at.max(at));
        Ok(Eligible { touch, claims: candidate.claims.clone(), from, policy_version: policy.version })
    }

    /// The sign-up that the click led to: the first claim at or after it, whoever brought the id; or one that brought the
    /// id itself and was stamped by a clock slightly behind.
    fn sign_up_after(&self, candidate: &Candidate<'a>) -> Option<Instant> {
        let at = candidate.touch.id.at();
        let after = self.claims.iter().map(|claim| claim.occurred_at).find(|occurred_at| *occurred_at >= at);
        after.or_else(|| {
            let brought = candidate.claims.iter().map(|claim| claim.occurred_at);
            brought.rev().find(|occurred_at| occurred_at.plus_micros(CLOCK_SKEW_MICROS) >= at)
        })
    }

    /// Whether a partner that the company named was active then; before the partner was entered here, its first state
    /// holds, so that a company can bring its history along.
    pub fn may_be_named(&self, partner: &PartnerId, at: Instant) -> bool {
        PartnerVersion::of_or_first(&self.facts.partners, partner, at).is_some_and(|version| version.status.earns())
    }
}
