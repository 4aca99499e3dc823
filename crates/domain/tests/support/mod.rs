//! What the property tests share: short names for facts, and how many cases to try.

#![allow(dead_code, reason = "each test binary uses some of it")]

use proptest::prelude::*;
use proptest::test_runner::Config;
use whence_domain::program::{PartnerStatus, PartnerVersion, Policy};
use whence_domain::tracking::{
    AttributionDecision, AttributionFacts, CameBy, Claim, ClaimSource, DecisionScope, MatchedBy, PaymentSeen, Touch,
    TouchClass, TouchId,
};
use whence_domain::{ClaimId, GroupId, Instant, PartnerId, TransactionId, Window};

/// The day on which the stories begin.
pub const START_MILLIS: i64 = 1_767_225_600_000;

/// 1,000 cases, or as many as `PROPTEST_CASES` says.
pub fn cases() -> Config {
    #[expect(clippy::disallowed_methods, reason = "how long to test is no decision")]
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config {
        cases: asked.unwrap_or(1_000),
        failure_persistence: None,
        max_global_rejects: 10_000_000,
        ..Config::default()
    }
}

/// So many hours after the beginning.
pub fn hour(hours: i64) -> Instant {
    Instant::from_millis(START_MILLIS + hours * 3_600_000)
}

pub fn partner(number: u8) -> PartnerId {
    PartnerId::from_bits(number.into())
}

pub fn group(number: u8) -> GroupId {
    GroupId::from_bits(number.into())
}

pub fn claim_id(number: u8) -> ClaimId {
    ClaimId::from_bits(number.into())
}

pub fn transaction_id(number: u8) -> TransactionId {
    TransactionId::from_bits(number.into())
}

/// A partner that is active from long before the beginning.
pub fn active(number: u8) -> PartnerVersion {
    PartnerVersion {
        partner: partner(number),
        version: 1,
        from_at: Instant::from_micros(0),
        group: group(0),
        status: PartnerStatus::Active,
    }
}

/// A browser's claim by customer key, recorded when it was made.
pub fn sign_up(number: u8, at: Instant) -> Claim {
    Claim {
        id: claim_id(number),
        source: ClaimSource::Snippet,
        named_partner: None,
        matched_by: MatchedBy::CustomerKey,
        confirmed: false,
        occurred_at: at,
        recorded_at: at,
    }
}

/// A claim of the company's server, which names a partner or none.
pub fn by_server(number: u8, at: Instant, named: Option<u8>) -> Claim {
    Claim { source: ClaimSource::Api, named_partner: named.map(partner), confirmed: true, ..sign_up(number, at) }
}

/// A person's click, brought by a claim.
pub fn click(of: u8, hours: i64, claim: u8) -> Touch {
    let id = TouchId { millis: START_MILLIS + hours * 3_600_000, incarnation: 1, counter: of.into() };
    Touch {
        id,
        xid: format!("x{hours}p{of}"),
        partner: partner(of),
        class: TouchClass::Counts,
        landed_at: None,
        came_by: CameBy::Cookie,
        claim: claim_id(claim),
        shared_id: false,
    }
}

pub fn decided(seq: i64, of: Option<u8>, scope: DecisionScope, at: Instant) -> AttributionDecision {
    AttributionDecision { seq, partner: of.map(partner), scope, decided_at: at }
}

/// Facts with partners 1 to 3 active and the default policy.
pub fn facts(claims: Vec<Claim>, touches: Vec<Touch>) -> AttributionFacts {
    AttributionFacts {
        claims,
        touches,
        partners: vec![active(1), active(2), active(3)],
        policies: vec![Policy::default()],
        ..AttributionFacts::default()
    }
}

pub fn paid(at: Instant) -> PaymentSeen {
    PaymentSeen { occurred_at: at, recorded_at: at }
}

const HOURS: i64 = 24 * 130;

fn any_instant() -> impl Strategy<Value = Instant> {
    // Few distinct instants, so that equal ones are common.
    (0..HOURS / 7).prop_map(|step| hour(step * 7))
}

pub fn any_claim() -> impl Strategy<Value = Claim> {
    let sources = prop::sample::select(ClaimSource::ALL);
    let matches = prop::sample::select(MatchedBy::ALL);
    (0..8_u8, sources, prop::option::of(1..5_u8), matches, any::<bool>(), any_instant(), 0..60_i64).prop_map(
        |(number, source, named, matched_by, vouched, at, delay)| Claim {
            // One id is one claim: whatever else differs follows from the number.
            id: ClaimId::from_bits(u128::from(number) << 64 | u128::from(at.micros().unsigned_abs())),
            source,
            named_partner: named.map(partner),
            matched_by,
            confirmed: vouched || source.is_authenticated(),
            occurred_at: at,
            recorded_at: at.plus_micros(delay * 3_600_000_000),
        },
    )
}

/// A click brought by one of these claims, or by one that is not among them.
pub fn any_touch(claims: Vec<ClaimId>) -> impl Strategy<Value = Touch> {
    let claims = if claims.is_empty() { vec![claim_id(99)] } else { claims };
    let classes = prop::sample::select(vec![
        TouchClass::Counts,
        TouchClass::Counts,
        TouchClass::CountsOnceConfirmed,
        TouchClass::Never,
    ]);
    let ways = prop::sample::select(CameBy::ALL);
    (1..5_u8, 0..HOURS / 7, classes, ways, prop::sample::select(claims), prop::option::of(any_instant())).prop_map(
        |(of, step, class, came_by, claim, landed_at)| {
            let plain = click(of, step * 7, 0);
            Touch { class, came_by, claim, landed_at, ..plain }
        },
    )
}

fn any_partners() -> impl Strategy<Value = Vec<PartnerVersion>> {
    let statuses = prop::sample::select(PartnerStatus::ALL);
    prop::collection::vec((1..4_u8, 2..4_i64, any_instant(), statuses), 0..3).prop_map(|changes| {
        let mut versions = vec![active(1), active(2), active(3)];
        for (number, version, from_at, status) in changes {
            versions.retain(|known| known.partner != partner(number) || known.version != version);
            versions.push(PartnerVersion { version, from_at, status, ..active(number) });
        }
        versions
    })
}

fn any_policies() -> impl Strategy<Value = Vec<Policy>> {
    (1..100_u32, any::<bool>(), any::<bool>(), any_instant(), 1..100_u32).prop_map(|(days, trust, after, at, later)| {
        let first = Policy {
            window: Window::from_days(days),
            trust_email_matches: trust,
            reattribute_after_payment: after,
            ..Policy::default()
        };
        let second = Policy {
            version: 2,
            from_at: at,
            window: Window::from_days(later),
            reattribute_after_payment: !after,
            ..first.clone()
        };
        vec![first, second]
    })
}

fn any_decisions() -> impl Strategy<Value = Vec<AttributionDecision>> {
    let scope = prop_oneof![
        Just(DecisionScope::Start),
        any_instant().prop_map(DecisionScope::From),
        (0..4_u8).prop_map(|number| DecisionScope::Payment(transaction_id(number))),
    ];
    let one = (prop::option::of(1..4_u8), scope, any_instant());
    prop::collection::vec(one, 0..3).prop_map(|decisions| {
        let numbered = decisions.into_iter().zip(1..);
        numbered.map(|((of, scope, at), seq)| decided(seq, of, scope, at)).collect()
    })
}

fn any_payments() -> impl Strategy<Value = Vec<PaymentSeen>> {
    let one = (any_instant(), 0..200_i64)
        .prop_map(|(at, delay)| PaymentSeen { occurred_at: at, recorded_at: at.plus_micros(delay * 3_600_000_000) });
    prop::collection::vec(one, 0..3)
}

/// Everything that may be known of a customer.
pub fn any_facts() -> impl Strategy<Value = AttributionFacts> {
    prop::collection::vec(any_claim(), 0..6)
        .prop_flat_map(|mut claims| {
            claims.sort_by(|one, other| one.id.cmp(&other.id));
            claims.dedup_by(|one, other| one.id == other.id);
            let ids = claims.iter().map(|claim| claim.id.clone()).collect();
            (Just(claims), prop::collection::vec(any_touch(ids), 0..9))
        })
        .prop_flat_map(|(claims, touches)| {
            let settled_at = prop::option::weighted(0.3, any_instant());
            (Just(claims), Just(touches), any_partners(), any_decisions(), any_policies(), any_payments(), settled_at)
        })
        .prop_map(|(claims, touches, partners, decisions, policies, payments, settled_at)| AttributionFacts {
            claims,
            touches: one_story_per_click(touches),
            partners,
            decisions,
            policies,
            payments,
            settled_at,
        })
}

/// A click has one class and one landing however many claims bring it.
fn one_story_per_click(touches: Vec<Touch>) -> Vec<Touch> {
    let mut told: Vec<Touch> = Vec::new();
    for touch in touches {
        let same = told.iter().find(|known| known.id == touch.id).cloned();
        told.push(match same {
            Some(known) => Touch { claim: touch.claim, came_by: touch.came_by, ..known },
            None => touch,
        });
    }
    told
}

/// The same set of facts in another order and with repeats.
pub fn shuffled(facts: &AttributionFacts, seed: usize) -> AttributionFacts {
    let mut facts = facts.clone();
    stir(&mut facts.claims, seed);
    stir(&mut facts.touches, seed / 3);
    stir(&mut facts.partners, seed / 5);
    stir(&mut facts.decisions, seed / 7);
    stir(&mut facts.policies, seed / 11);
    stir(&mut facts.payments, seed / 13);
    facts
}

/// Turns a list round, swaps neighbours, and repeats one of it.
pub fn stir<T: Clone>(list: &mut Vec<T>, seed: usize) {
    if list.is_empty() {
        return;
    }
    let length = list.len();
    list.push(list[seed % length].clone());
    list.rotate_left(seed % (length + 1));
    if seed % 2 == 1 {
        list.reverse();
    }
    for place in 1..list.len() {
        if (seed >> (place % 8)) & 1 == 1 {
            list.swap(place - 1, place);
        }
    }
}
