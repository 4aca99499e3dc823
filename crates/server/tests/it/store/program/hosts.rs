//! Link hosts and further sites.

use crate::on_both_engines;
use crate::store::facts::{at, program};
use crate::support::TestStore;
use whence::store::program::hosts::{self, LinkHost};
use whence::store::program::programs;
use whence_domain::ProgramId;

on_both_engines! {
    async fn a_link_host_has_one_owner(test: TestStore) {
        let mut conn = test.conn().await;
        for number in [1, 2] {
            programs::insert(&mut conn, &program(number)).await.expect("stored");
        }
        let host = |number| LinkHost {
            host: "go.shop.test".into(),
            program: ProgramId::from_bits(number),
            proof: "operator".into(),
            verified_at: at(0),
        };
        assert!(hosts::insert(&mut conn, &host(1)).await.expect("stored"));
        assert!(!hosts::insert(&mut conn, &host(2)).await.expect("asked"));
        assert_eq!(hosts::find(&mut conn, "go.shop.test").await.expect("asked"), Some(host(1)));
        assert_eq!(hosts::list(&mut conn, &ProgramId::from_bits(2)).await.expect("listed"), []);
    }

    async fn further_sites_are_listed_by_name_once(test: TestStore) {
        let mut conn = test.conn().await;
        for number in [1, 2] {
            programs::insert(&mut conn, &program(number)).await.expect("stored");
        }
        // By bytes: capitals, then small letters, then what is beyond ASCII, on either engine and under any locale.
        for host in ["b.test", "ä.test", "B.test", "a.test", "b.test"] {
            hosts::insert_origin(&mut conn, &program(1).id, host, at(1)).await.expect("stored");
        }
        let listed = hosts::list_origins(&mut conn, &program(1).id).await.expect("listed");
        assert_eq!(listed, ["B.test", "a.test", "b.test", "ä.test"]);
        assert!(hosts::list_origins(&mut conn, &program(2).id).await.expect("listed").is_empty());
    }
}
