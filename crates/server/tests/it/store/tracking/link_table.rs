//! What the link table serves.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, link, partner, program};
use whence::store::program::hosts::{self, LinkHost};
use whence::store::program::keys::{self, KeyPair};
use whence::store::program::{links, partners, policies};
use whence::store::tracking::link_table;
use whence_domain::program::{Link, Partner, PartnerStatus, Policy};
use whence_domain::{KeyPairId, Mode, ProgramId};

on_both_engines! {
    async fn a_program_is_loaded_with_everything_it_serves_in_both_modes(shop: Shop) {
        let mut conn = shop.conn().await;
        let [testing, other] = shop.others();
        let mine = &shop.tenant.program;
        for number in [1, 2] {
            policies::insert(&mut conn, &program(number).id, &Policy::default()).await.expect("stored");
        }
        let host = LinkHost { host: "go.shop.test".into(), program: mine.clone(), proof: "operator".into(), verified_at: at(0) };
        hosts::insert(&mut conn, &host).await.expect("stored");
        hosts::insert_origin(&mut conn, mine, "blog.test", at(0)).await.expect("stored");
        for (number, tenant) in [(1, &shop.tenant), (2, &testing), (3, &other)] {
            let pair = KeyPair {
                id: KeyPairId::from_bits(number),
                tenant: tenant.clone(),
                public_key: format!("pk_{number}"),
                secret_hash: "hash".into(),
                created_at: at(0),
                revoked_at: None,
            };
            keys::insert(&mut conn, &pair).await.expect("stored");
        }
        partners::update(&mut conn, &shop.tenant, &Partner { status: PartnerStatus::Archived, version: 2, ..partner(2, "bo") }).await.expect("updated");
        links::insert(&mut conn, &shop.tenant, &link(1, "Spring", 1)).await.expect("stored");
        let gone = Link { archived_at: Some(at(9)), ..link(2, "gone", 2) };
        links::insert(&mut conn, &testing, &gone).await.expect("stored");
        links::insert(&mut conn, &other, &link(3, "theirs", 1)).await.expect("stored");

        let rows = link_table::load(&mut conn, mine).await.expect("loaded").expect("there");
        assert_eq!((rows.id.as_str(), rows.slug.as_str(), rows.version), (mine.as_str(), "shop-1", 1));
        assert_eq!((rows.hosts, rows.origins), (vec!["go.shop.test".to_owned()], vec!["blog.test".to_owned()]));
        let mut keys = rows.keys;
        keys.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(keys, [("pk_1".to_owned(), Mode::Live), ("pk_2".to_owned(), Mode::Test)]);
        let mut served: Vec<_> = rows.links.iter().map(|link| (link.number, link.folded.as_str(), link.mode, link.partner_is_active, link.archived)).collect();
        served.sort_by_key(|link| link.0);
        assert_eq!(served, [(1, "spring", Mode::Live, true, false), (2, "gone", Mode::Test, false, true)]);
        let absent = link_table::load(&mut conn, &ProgramId::from_bits(9)).await.expect("asked");
        assert_eq!(absent, None);
    }
}
