//! Whatever the facts are: an answer comes, it does not depend on the order of the facts, and what it says would have
//! changed the outcome does.

use crate::story::{CHROME, FIREFOX, SAFARI, Story, asking, day, rival};
use proptest::prelude::*;
use whence_domain::investigation::change::flips;
use whence_domain::investigation::facts::{AgentSeen, Kept, ParametersSeen, RefusalReason, TagSeen};
use whence_domain::investigation::{Cause, CauseKind, Certainty};
use whence_domain::tracking::{CameBy, ClaimSource, Outcome};

/// One thing that a story tells.
#[derive(Clone, Debug)]
enum Told {
    Click { asks: bool, days: i64, agent: u8, outcome: u8, landed: Option<bool> },
    Bare { days: i64, agent: u8 },
    SignUp { days: i64, agent: u8, brings: Option<u8>, consent: bool },
    Confirmed { days: i64, api: bool },
    Pays { days: i64 },
    Check { days: i64, what: u8 },
    Refused { days: i64, reason: u8 },
    DeliveriesRefused { days: i64 },
    Miss { days: i64 },
    Decided { ours: bool, days: i64 },
    Other { paid: bool },
    NobodyAsks,
}

fn told() -> impl Strategy<Value = Told> {
    let days = -100i64..110;
    prop_oneof![
        4 => (any::<bool>(), days.clone(), any::<u8>(), 0u8..13, any::<Option<bool>>())
            .prop_map(|(asks, days, agent, outcome, landed)| Told::Click { asks, days, agent, outcome, landed }),
        1 => (days.clone(), any::<u8>()).prop_map(|(days, agent)| Told::Bare { days, agent }),
        3 => (days.clone(), any::<u8>(), any::<Option<u8>>(), any::<bool>())
            .prop_map(|(days, agent, brings, consent)| Told::SignUp { days, agent, brings, consent }),
        1 => (days.clone(), any::<bool>()).prop_map(|(days, api)| Told::Confirmed { days, api }),
        1 => days.clone().prop_map(|days| Told::Pays { days }),
        2 => (days.clone(), any::<u8>()).prop_map(|(days, what)| Told::Check { days, what }),
        1 => (days.clone(), any::<u8>()).prop_map(|(days, reason)| Told::Refused { days, reason }),
        1 => days.clone().prop_map(|days| Told::DeliveriesRefused { days }),
        1 => days.clone().prop_map(|days| Told::Miss { days }),
        1 => (any::<bool>(), days).prop_map(|(ours, days)| Told::Decided { ours, days }),
        1 => any::<bool>().prop_map(|paid| Told::Other { paid }),
        1 => Just(Told::NobodyAsks),
    ]
}

fn agent(number: u8) -> AgentSeen {
    [CHROME, FIREFOX, SAFARI][usize::from(number) % 3]
}

fn tell(all: &[Told]) -> Story {
    all.iter().enumerate().fold(Story::new(), |story, (at, told)| add(story, at as u16, told))
}

fn add(story: Story, number: u16, told: &Told) -> Story {
    let known = story.facts.customer.is_some();
    match told {
        Told::Click { asks, days, agent: with, outcome, landed } => {
            let partner = if *asks { asking() } else { rival() };
            let outcome = Outcome::from_code(*outcome).expect("a code");
            let story = story.click_of(number, &partner, day(*days), agent(*with), outcome);
            match landed {
                Some(kept) => story.landing(number, if *kept { Kept::Yes } else { Kept::No }),
                None => story,
            }
        }
        Told::Bare { days, agent: with } => story.bare_landing(day(*days), agent(*with)),
        Told::SignUp { days, agent: with, brings, consent } => {
            let clicks: Vec<u16> = story.facts.clicks.iter().map(|click| click.id.counter).collect();
            let brought = brings.filter(|_| !clicks.is_empty()).map(|at| clicks[usize::from(at) % clicks.len()]);
            let consent = *consent || brought.is_some();
            story.sign_up(day(*days), agent(*with), brought).with(|facts| {
                let sign_ups = &mut facts.customer.as_mut().expect("just signed up").sign_ups;
                sign_ups.last_mut().expect("just told").without_consent = !consent;
            })
        }
        Told::Confirmed { days, api } => {
            story.confirmed(if *api { ClaimSource::Api } else { ClaimSource::Webhook }, day(*days))
        }
        Told::Pays { days } if known => story.pays(day(*days)),
        Told::Check { days, what } => story.check(day(*days), |check| match what % 6 {
            0 => check.tag = TagSeen::Missing,
            1 => check.parameters = ParametersSeen::LostAt("shop.test/".into()),
            2 => check.http_status = Some(500),
            3 => check.overwritten_at = Some(3),
            4 => check.http_status = None,
            _ => {}
        }),
        Told::Refused { days, reason } => {
            let reasons =
                [RefusalReason::NoPublicKey, RefusalReason::UnknownPublicKey, RefusalReason::OriginNotAllowed];
            story.refused(reasons[usize::from(*reason) % 3], day(*days))
        }
        Told::DeliveriesRefused { days } => story.deliveries_refused(day(*days)),
        Told::Miss { days } => story.miss(day(*days)),
        Told::Decided { ours, days } if known => {
            story.decided(Some(if *ours { asking() } else { rival() }), day(*days))
        }
        Told::Other { paid } => story.other_record(*paid, None),
        Told::NobodyAsks => story.with(|facts| facts.question.partner = None),
        Told::Pays { .. } | Told::Decided { .. } => story,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_facts_are_answered_best_first_and_each_counterfactual_flips(all in prop::collection::vec(told(), 0..10)) {
        let story = tell(&all);
        let findings = story.findings();
        prop_assert!(!findings.verdicts.is_empty());
        let settles = |kind, certainty| kind == CauseKind::NotALoss && certainty == Certainty::Determined;
        let ranks: Vec<_> = findings
            .verdicts
            .iter()
            .map(|verdict| (!settles(verdict.cause.kind(), verdict.certainty), verdict.certainty))
            .collect();
        prop_assert!(ranks.is_sorted(), "{:?}", ranks);
        for verdict in &findings.verdicts {
            if let Some(had) = &verdict.counterfactual {
                prop_assert!(flips(&story.facts, &had.change), "{}: {}", verdict.cause, had.text);
            }
            let contradicted = findings.ruled_out.iter().any(|ruled_out| ruled_out.cause == verdict.cause);
            prop_assert!(!contradicted, "{} holds and is ruled out", verdict.cause);
        }
        let causes: std::collections::BTreeSet<Cause> = findings.verdicts.iter().map(|verdict| verdict.cause).collect();
        prop_assert_eq!(causes.len(), findings.verdicts.len(), "each cause is told once");
    }

    #[test]
    fn the_order_of_the_facts_changes_nothing(all in prop::collection::vec(told(), 0..10)) {
        let story = tell(&all);
        let turned = story.clone().with(|facts| {
            facts.clicks.reverse();
            facts.partners.reverse();
            facts.policies.reverse();
            if let Some(customer) = &mut facts.customer {
                customer.touches.reverse();
                customer.transactions.reverse();
            }
        });
        prop_assert_eq!(story.findings(), turned.findings());
    }

    #[test]
    fn without_a_partner_who_asks_no_loss_is_determined_of_somebody_nobody_referred(
        all in prop::collection::vec(told(), 0..8),
        days in -50i64..100,
    ) {
        let organic: Vec<Told> = all.into_iter().filter(|told| !matches!(told, Told::SignUp { .. } | Told::Decided { .. })).collect();
        let story = tell(&organic).sign_up(day(days), CHROME, None).with(|facts| facts.question.partner = None);
        for verdict in story.findings().verdicts {
            let loss = verdict.cause.kind() != CauseKind::NotALoss;
            prop_assert!(!loss || verdict.certainty != Certainty::Determined, "{}", verdict.cause);
        }
    }
}

#[test]
fn a_touch_that_came_along_by_any_way_is_never_called_another_browser() {
    for came_by in [CameBy::Cookie, CameBy::Storage, CameBy::Url, CameBy::S2s, CameBy::Unsaid] {
        let story = Story::new().click(1, &asking(), day(0), FIREFOX);
        let story = story.claim(ClaimSource::Snippet, day(1), Some(CHROME), Some(1), came_by);
        let causes: Vec<Cause> = story.findings().verdicts.iter().map(|verdict| verdict.cause).collect();
        assert!(!causes.contains(&Cause::DifferentBrowserOrDevice), "{causes:?}");
    }
}
