//! Questions with their answers.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, customer};
use whence::store::audit::Actor;
use whence::store::investigation::investigations::{self, Candidate, Described, Investigation, Question};
use whence_domain::investigation::{Because, Cause, Certainty, CiteKind, Findings, Verdict};
use whence_domain::{InvestigationId, PartnerId, Period};

fn investigation(number: u32) -> Investigation {
    let because = vec![Because { text: "So it is.".into(), kind: CiteKind::Hint, key: String::new() }];
    Investigation {
        id: InvestigationId::from_bits(number.into()),
        described: Described {
            email: Some("ada@example.test".into()),
            name: Some("Zoë".into()),
            ..Described::default()
        },
        question: Question {
            partner_key: Some("ada".into()),
            around: Some(at(5)),
            same_browser: Some(false),
            period: Some(Period { start: at(1), end: at(9) }),
            candidates: vec![Candidate { customer: customer(2).id, signed_up_at: at(2), why: "name".into() }],
            ..Question::default()
        },
        findings: Findings {
            verdicts: vec![Verdict {
                cause: Cause::CookiesCleared,
                certainty: Certainty::Probable,
                because,
                missing: vec!["Who knows?".into()],
                rivals: vec![Cause::ItpSevenDayCap],
                counterfactual: None,
                next_steps: Vec::new(),
            }],
            ruled_out: Vec::new(),
            timeline: Vec::new(),
        },
        customer: Some(customer(1).id),
        partner: Some(PartnerId::from_bits(1)),
        created_at: at(7),
    }
}

on_both_engines! {
    async fn a_question_is_read_back_with_its_answer(shop: Shop) {
        let mut conn = shop.conn().await;
        for number in 1..=3 {
            investigations::insert(&mut conn, &shop.tenant, &investigation(number), &Actor::Operator).await.expect("stored");
        }
        let id = investigation(2).id;
        let found = investigations::find(&mut conn, &shop.tenant, &id).await.expect("asked");
        assert_eq!(found, Some(investigation(2)));
        let listed = investigations::list(&mut conn, &shop.tenant, None, 2).await.expect("listed");
        assert_eq!(listed, [investigation(3), investigation(2)]);
        let listed = investigations::list(&mut conn, &shop.tenant, Some(&id), 9).await.expect("listed");
        assert_eq!(listed, [investigation(1)]);
        for other in shop.others() {
            assert_eq!(investigations::find(&mut conn, &other, &id).await.expect("asked"), None);
            assert_eq!(investigations::list(&mut conn, &other, None, 9).await.expect("listed"), []);
        }
    }
}
