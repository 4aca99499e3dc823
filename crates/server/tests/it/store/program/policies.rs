//! Policies and their versions.

use crate::on_both_engines;
use crate::store::facts::{at, program};
use crate::support::TestStore;
use whence::store::program::{policies, programs};
use whence_domain::program::Policy;

on_both_engines! {
    async fn the_latest_policy_is_the_one_of_the_greatest_number(test: TestStore) {
        let mut conn = test.conn().await;
        programs::insert(&mut conn, &program(1)).await.expect("stored");
        let later = Policy { version: 2, from_at: at(5), trust_email_matches: true, ..Policy::default() };
        assert!(policies::insert(&mut conn, &program(1).id, &later).await.expect("stored"));
        assert!(policies::insert(&mut conn, &program(1).id, &Policy::default()).await.expect("stored"));
        assert!(!policies::insert(&mut conn, &program(1).id, &later).await.expect("asked"));
        assert_eq!(policies::get_latest(&mut conn, &program(1).id).await.expect("there"), later);
        let all = policies::list(&mut conn, &program(1).id).await.expect("listed");
        assert_eq!(all, [Policy::default(), later]);
    }

    async fn a_program_sees_its_own_policy_alone(test: TestStore) {
        let mut conn = test.conn().await;
        for number in [1, 2] {
            programs::insert(&mut conn, &program(number)).await.expect("stored");
        }
        policies::insert(&mut conn, &program(1).id, &Policy::default()).await.expect("stored");
        assert_eq!(policies::list(&mut conn, &program(2).id).await.expect("listed"), []);
        assert!(policies::get_latest(&mut conn, &program(2).id).await.is_err(), "a program without a policy is broken");
    }
}
