//! Which partner a customer belongs to, and why: a pure function of a set of facts (`product.md` 4 "Claims, identity,
//! attribution").
//!
//! The last click at or before the sign-up and within its window has the customer. A click of another partner takes over
//! only if it was made before the first confirmed payment, unless the program lets it have the payments that follow. Where
//! there is no such click, the partner that the company's own server or a person named has the customer. The outcome is provisional until a
//! settlement: a person's decision or the closing of the first invoice that uses it. What becomes known afterwards changes
//! nothing and is told as late. The order in which facts arrive never matters.

use super::claim::{Claim, ClaimSource};
use super::judging::{Eligible, Setting};
use super::touch::{CameBy, Touch, TouchId, TouchWhy};
use crate::closed::closed_list;
use crate::id::{ClaimId, PartnerId, TransactionId};
use crate::program::partner::PartnerVersion;
use crate::program::policy::Policy;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is known of one customer and bears on whose it is. Each list is a set: order and repeats do not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributionFacts {
    /// Every claim that names the customer.
    pub claims: Vec<Claim>,
    /// Every genuine click that those claims brought. Ids of other programs or modes and forged ones are not touches.
    pub touches: Vec<Touch>,
    /// All versions of every partner that a touch, claim or decision names.
    pub partners: Vec<PartnerVersion>,
    /// What persons decided.
    pub decisions: Vec<AttributionDecision>,
    /// All versions of the program's policy.
    pub policies: Vec<Policy>,
    /// The customer's confirmed payments; the first alone suffices if all were recorded before the settlement.
    pub payments: Vec<PaymentSeen>,
    /// When the first invoice that uses this attribution was closed.
    pub settled_at: Option<Instant>,
}

/// That the customer paid: when, and when we learned of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentSeen {
    /// When it was paid.
    pub occurred_at: Instant,
    /// When we learned of it.
    pub recorded_at: Instant,
}

/// Which payments a person's decision is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionScope {
    /// All, past and future.
    Start,
    /// Those at or after an instant.
    From(Instant),
    /// One alone.
    Payment(TransactionId),
}

/// A person's word whom the customer belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributionDecision {
    /// Its number among the customer's decisions; the later one holds where two are about the same payments.
    pub seq: i64,
    /// To whom; none makes the customer organic.
    pub partner: Option<PartnerId>,
    /// For which payments.
    pub scope: DecisionScope,
    /// When it was made.
    pub decided_at: Instant,
}

impl AttributionDecision {
    /// Whether it settles the customer's attribution. A decision about one payment settles that payment alone.
    pub const fn settles(&self) -> bool {
        !matches!(self.scope, DecisionScope::Payment(_))
    }
}

closed_list! {
    /// What ties the customer to the partner. The words of the REST API (`product.md` 5).
    pub enum AttributionSource {
        Click = "click", "A click on the partner's link.";
        Coupon = "coupon", "A coupon of the partner's.";
        S2s = "s2s", "A click that the company's server told us of.";
        Api = "api", "The company's server named the partner.";
        Manual = "manual", "A person at the company named the partner.";
        Lead = "lead", "A lead that the partner submitted.";
        None = "none", "Nothing ties the customer to a partner.";
    }
}

closed_list! {
    /// Why the customer belongs to this partner, or to none.
    pub enum AttributionReason {
        LastClick = "last_click", "The last click before the sign-up was on this partner's link.";
        LastClickAfterPayment = "last_click_after_payment",
            "A later click on this partner's link has the payments that follow it, as the program allows.";
        PartnerNamedByServer = "partner_named_by_server", "The company's server named this partner, without a click.";
        PartnerNamedByPerson = "partner_named_by_person", "A person at the company named this partner.";
        DecidedByPerson = "decided_by_person", "A person decided that the customer belongs to this partner.";
        DecidedOrganic = "decided_organic", "A person decided that the customer belongs to no partner.";
        NoClick = "no_click", "The sign-up came without a click of any partner.";
        PartnerKeyWithoutClick = "partner_key_without_click",
            "A browser sent a partner key but no click of ours: anybody can type a key.";
        NamedPartnerNotActive = "named_partner_not_active", "The partner that the company named was not active then.";
        NoEligibleClick = "no_eligible_click", "Clicks came with the sign-up, but none of them counts.";
        NoClaim = "no_claim", "Nobody has said that this customer signed up.";
    }
}

closed_list! {
    /// Why what the customer earns for the partner is held back.
    pub enum AttributionHold {
        ConflictingClaims = "conflicting_claims",
            "Different partners are named for this customer, and clicks cannot say who was last.";
        EmailMatch = "email_match",
            "Only an e-mail address that a browser sent ties this customer to the partner.";
    }
}

/// Whom the customer's payments belong to from some moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// From when; none is from the start.
    pub from: Option<Instant>,
    /// To whom; none is organic.
    pub partner: Option<PartnerId>,
    /// The click that won, if one did.
    pub touch: Option<TouchId>,
    /// Its id as text.
    pub xid: Option<String>,
    /// The claim that brought the click, or that named the partner.
    pub claim: Option<ClaimId>,
    /// The number of the decision, if a person decided.
    pub decision: Option<i64>,
    /// What ties the two.
    pub source: AttributionSource,
    /// Why.
    pub reason: AttributionReason,
    /// Why commissions are held back.
    pub hold: Option<AttributionHold>,
    /// The version of the policy that was read.
    pub policy_version: i64,
}

/// A click that was considered, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedTouch {
    /// Which click.
    pub touch: TouchId,
    /// Its id as text.
    pub xid: String,
    /// Whose link.
    pub partner: PartnerId,
    /// When it was made.
    pub at: Instant,
    /// How its id came.
    pub came_by: CameBy,
    /// Whether customers with nothing else in common came with this id too.
    pub shared_id: bool,
    /// Whether the customer belongs to its partner because of it, now.
    pub won: bool,
    /// Why, or why not.
    pub why: TouchWhy,
}

/// Whose the customer is, and why. Stored whole, as JSON, each time it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// Whose the customer's payments are, from which moment on: in order of time, the first from the start, never empty.
    pub bindings: Vec<Binding>,
    /// Payments that a person decided one by one.
    pub payments: BTreeMap<TransactionId, Binding>,
    /// Whether an authenticated fact has confirmed the customer; until then all of it is a browser's word.
    pub confirmed: bool,
    /// Whether it is settled, so that facts that come later change nothing.
    pub settled: bool,
    /// Every click that was considered, latest first.
    pub touches: Vec<JudgedTouch>,
    /// Claims that came after the settlement; each is worth a proposed repair.
    pub late_claims: Vec<ClaimId>,
}

impl Attribution {
    /// Whose the customer is now.
    pub fn current(&self) -> &Binding {
        self.bindings.last().expect("an attribution always binds from the start")
    }

    /// Whose a payment is: as a person decided for it alone, else as of the time when it was paid.
    pub fn for_payment(&self, transaction: &TransactionId, occurred_at: Instant) -> &Binding {
        self.payments.get(transaction).unwrap_or_else(|| self.at(occurred_at))
    }

    /// Whose something of this customer is that happened at `at`.
    pub fn at(&self, at: Instant) -> &Binding {
        let begun = self.bindings.iter().rfind(|binding| binding.from.is_none_or(|from| from <= at));
        begun.unwrap_or_else(|| self.current())
    }

    /// Whose the sign-up itself is: the first binding's.
    pub fn for_sign_up(&self) -> &Binding {
        self.bindings.first().expect("an attribution always binds from the start")
    }

    /// The partner that it belongs to now.
    pub fn partner(&self) -> Option<&PartnerId> {
        self.current().partner.as_ref()
    }
}

/// Works out whose the customer is. Total: any facts give an answer, with its reason.
pub fn attribute(facts: &AttributionFacts) -> Attribution {
    let setting = Setting::new(facts);
    let candidates = setting.candidates();
    let mut whys: BTreeMap<TouchId, TouchWhy> = BTreeMap::new();
    let mut eligible: Vec<Eligible<'_>> = Vec::new();
    for (id, candidate) in &candidates {
        match setting.judge(candidate) {
            Ok(touch) => {
                whys.insert(*id, TouchWhy::EarlierClick);
                eligible.push(touch);
            }
            Err(why) => {
                whys.insert(*id, why);
            }
        }
    }

    let mut bindings =
        bind_by_facts(&setting, &eligible, candidates.values().all(|candidate| candidate.claims.is_empty()));
    explain(&bindings, &eligible, &mut whys);
    let payments = apply_decisions(&setting, &mut bindings, &mut whys);
    let current = bindings.last().and_then(|binding| binding.touch);

    let touches = candidates.iter().rev().map(|(id, candidate)| JudgedTouch {
        touch: *id,
        xid: candidate.touch.xid.clone(),
        partner: candidate.touch.partner.clone(),
        at: id.at(),
        came_by: candidate.touch.came_by,
        shared_id: candidate.shared_id,
        won: current == Some(*id),
        why: whys[id],
    });
    let in_time: BTreeSet<&ClaimId> = setting.claims.iter().map(|claim| &claim.id).collect();
    let late: BTreeSet<&ClaimId> =
        facts.claims.iter().map(|claim| &claim.id).filter(|id| !in_time.contains(id)).collect();
    Attribution {
        touches: touches.collect(),
        bindings,
        payments,
        confirmed: setting.confirmed,
        settled: setting.settled_at.is_some(),
        late_claims: late.into_iter().cloned().collect(),
    }
}

/// A partner that the company named itself.
struct Named<'a> {
    claim: &'a Claim,
    partner: &'a PartnerId,
}

/// Binds the customer by clicks and by what the company named, before any person's decision.
fn bind_by_facts(setting: &Setting<'_>, eligible: &[Eligible<'_>], no_touches: bool) -> Vec<Binding> {
    let named = named_partners(setting);
    let last_click = eligible.iter().rfind(|touch| touch.from.is_none());
    let mut first = match (last_click, named.first()) {
        (Some(touch), _) => bind_click(setting, touch),
        (None, Some(named)) => bind_named(setting, named),
        (None, None) => bind_nobody(setting, no_touches),
    };
    // A named partner that also has a click is ordered among the clicks. One without is a rival that nothing can order.
    let has_click = |partner: &PartnerId| eligible.iter().any(|touch| touch.touch.partner == *partner);
    let mut rivals = named.iter().filter(|named| Some(named.partner) != first.partner.as_ref());
    if rivals.any(|rival| !has_click(rival.partner)) {
        first.hold = Some(AttributionHold::ConflictingClaims);
    }

    let mut later: Vec<&Eligible<'_>> = eligible.iter().filter(|touch| touch.from.is_some()).collect();
    later.sort_by_key(|touch| (touch.from, touch.touch.id));
    let mut bindings = vec![first];
    for touch in later {
        let last = bindings.last().expect("the first binding is there");
        // An older click that is shown later than a newer one changes nothing.
        if last.touch >= Some(touch.touch.id) {
            continue;
        }
        // Of two that were shown at once the newer one has what follows.
        if last.from == touch.from {
            bindings.pop();
        }
        bindings.push(bind_click(setting, touch));
    }
    bindings
}

/// What authenticated claims say of partners: a person's word first, then the earliest.
fn named_partners<'a>(setting: &Setting<'a>) -> Vec<Named<'a>> {
    let naming = setting.claims.iter().filter(|claim| claim.source.is_authenticated());
    let mut named: Vec<Named<'a>> = naming
        .filter_map(|claim| claim.named_partner.as_ref().map(|partner| Named { claim, partner }))
        .filter(|named| setting.may_be_named(named.partner, named.claim.occurred_at))
        .collect();
    named.sort_by_key(|named| (named.claim.source != ClaimSource::Manual, named.claim.occurred_at, &named.claim.id));
    named
}

fn bind_click(setting: &Setting<'_>, touch: &Eligible<'_>) -> Binding {
    // A browser's click stays a click when a server repeats its id: confirming a customer does not change the story.
    let from_browser = touch.claims.iter().any(|claim| claim.source == ClaimSource::Snippet);
    let by_server = touch.claims.iter().any(|claim| claim.source == ClaimSource::S2s);
    let source = if by_server && !from_browser { AttributionSource::S2s } else { AttributionSource::Click };
    let email_alone = touch
        .claims
        .iter()
        .all(|claim| claim.is_email_match_alone() && !setting.policy_at(claim.occurred_at).trust_email_matches);
    Binding {
        from: touch.from,
        partner: Some(touch.touch.partner.clone()),
        touch: Some(touch.touch.id),
        xid: Some(touch.touch.xid.clone()),
        claim: touch.claims.first().map(|claim| claim.id.clone()),
        decision: None,
        source,
        reason: match touch.from {
            None => AttributionReason::LastClick,
            Some(_) => AttributionReason::LastClickAfterPayment,
        },
        hold: (setting.confirmed && email_alone).then_some(AttributionHold::EmailMatch),
        policy_version: touch.policy_version,
    }
}

fn bind_named(setting: &Setting<'_>, named: &Named<'_>) -> Binding {
    let (source, reason) = match named.claim.source {
        ClaimSource::Manual => (AttributionSource::Manual, AttributionReason::PartnerNamedByPerson),
        ClaimSource::S2s => (AttributionSource::S2s, AttributionReason::PartnerNamedByServer),
        _ => (AttributionSource::Api, AttributionReason::PartnerNamedByServer),
    };
    Binding {
        partner: Some(named.partner.clone()),
        claim: Some(named.claim.id.clone()),
        ..bound_to_nobody(source, reason, setting.policy_at(named.claim.occurred_at).version)
    }
}

fn bind_nobody(setting: &Setting<'_>, no_touches: bool) -> Binding {
    let named_by = |authenticated: bool| {
        let mut claims = setting.claims.iter();
        claims.any(|claim| claim.named_partner.is_some() && claim.source.is_authenticated() == authenticated)
    };
    let reason = if setting.claims.is_empty() {
        AttributionReason::NoClaim
    } else if named_by(true) {
        AttributionReason::NamedPartnerNotActive
    } else if !no_touches {
        AttributionReason::NoEligibleClick
    } else if named_by(false) {
        AttributionReason::PartnerKeyWithoutClick
    } else {
        AttributionReason::NoClick
    };
    let read_at = setting.claims.first().map_or(Instant::from_micros(0), |claim| claim.occurred_at);
    bound_to_nobody(AttributionSource::None, reason, setting.policy_at(read_at).version)
}

fn bound_to_nobody(source: AttributionSource, reason: AttributionReason, policy_version: i64) -> Binding {
    Binding {
        from: None,
        partner: None,
        touch: None,
        xid: None,
        claim: None,
        decision: None,
        source,
        reason,
        hold: None,
        policy_version,
    }
}

/// Tells every eligible click what became of it.
fn explain(bindings: &[Binding], eligible: &[Eligible<'_>], whys: &mut BTreeMap<TouchId, TouchWhy>) {
    for touch in eligible {
        let bound = bindings.iter().position(|binding| binding.touch == Some(touch.touch.id));
        let why = match bound {
            Some(place) if place + 1 < bindings.len() => TouchWhy::WonEarlierPayments,
            Some(0) => TouchWhy::LastClick,
            Some(_) => TouchWhy::LastClickAfterPayment,
            None => TouchWhy::EarlierClick,
        };
        whys.insert(touch.touch.id, why);
    }
}

/// Puts what persons decided over what the facts say; returns the payments that were decided one by one.
fn apply_decisions(
    setting: &Setting<'_>,
    bindings: &mut Vec<Binding>,
    whys: &mut BTreeMap<TouchId, TouchWhy>,
) -> BTreeMap<TransactionId, Binding> {
    let mut decisions: Vec<&AttributionDecision> = setting.facts.decisions.iter().collect();
    decisions.sort_by_key(|decision| decision.seq);
    let mut payments = BTreeMap::new();
    for decision in decisions {
        let mut binding = bind_decided(setting, decision);
        match &decision.scope {
            DecisionScope::Start => {
                bindings.clear();
                // One for all payments takes back those about single ones.
                payments.clear();
            }
            DecisionScope::From(from) => {
                bindings.retain(|bound| bound.from.is_none_or(|begun| begun < *from));
                binding.from = Some(*from);
            }
            DecisionScope::Payment(transaction) => {
                payments.insert(transaction.clone(), binding);
                continue;
            }
        }
        bindings.push(binding);
    }
    if bindings.last().is_some_and(|binding| binding.decision.is_some()) {
        let kept: BTreeSet<TouchId> = bindings.iter().filter_map(|binding| binding.touch).collect();
        for (touch, why) in whys.iter_mut().filter(|(_, why)| why.was_eligible()) {
            *why = if kept.contains(touch) { TouchWhy::WonEarlierPayments } else { TouchWhy::DecidedByPerson };
        }
    }
    payments
}

fn bind_decided(setting: &Setting<'_>, decision: &AttributionDecision) -> Binding {
    let (source, reason) = match decision.partner {
        Some(_) => (AttributionSource::Manual, AttributionReason::DecidedByPerson),
        None => (AttributionSource::None, AttributionReason::DecidedOrganic),
    };
    Binding {
        partner: decision.partner.clone(),
        decision: Some(decision.seq),
        ..bound_to_nobody(source, reason, setting.policy_at(decision.decided_at).version)
    }
}
