//! Taking away what test mode gathered.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, click, commission, customer, euros, link, partner, payment_of};
use whence::store::Conn;
use whence::store::billing::ledger::{self, NewTransfer};
use whence::store::earning::{commissions, transactions};
use whence::store::program::test_data::{self, Counts, Kind};
use whence::store::program::{groups, links, partners};
use whence::store::tracking::{clicks, customers, drained, rollups};
use whence_domain::billing::ledger::{Account, Balances, Transfer};
use whence_domain::program::Slug;
use whence_domain::tracking::Outcome;
use whence_domain::{CustomerId, GroupId, LinkId, Mode, PartnerId, Tenant, TransferId};

/// Stores two customers with a payment each, and three clicks with their counts, under numbers of their own.
async fn fill(conn: &mut Conn, tenant: &Tenant, base: u32) {
    let owner = PartnerId::from_bits(u128::from(base) + 1);
    let group = crate::store::facts::group(base.into(), &format!("g-{base}"));
    groups::insert(conn, &tenant.program, &group).await.expect("stored");
    let ada = whence_domain::program::Partner {
        group: GroupId::from_bits(base.into()),
        ..partner(base + 1, &format!("p{base}"))
    };
    assert!(partners::insert(conn, tenant, &ada).await.expect("stored"));
    let road = link(base + 1, &format!("road-{base}"), base + 1);
    assert!(links::insert(conn, tenant, &road).await.expect("stored"));
    for number in [base + 1, base + 2] {
        customers::insert(conn, tenant, &customer(number)).await.expect("stored");
        let kept = payment_of(number, 500, number);
        assert!(transactions::insert(conn, tenant, &kept, &transactions::Origin::default()).await.expect("stored"));
    }
    // Tests never earn; but what stands there all the same goes too.
    let earned = commissions::Kept {
        partner: owner.clone(),
        customer: Some(CustomerId::from_bits(u128::from(base) + 1)),
        ..commission(base + 1, 700)
    };
    assert!(commissions::insert(conn, tenant, &earned, None).await.expect("stored"));
    let amount = euros(700);
    let transfer = Transfer { partner: owner.clone(), debit: Account::Expense, credit: Account::Pending, amount };
    let moved = NewTransfer {
        id: TransferId::from_bits(base.into()),
        commission: &earned.id,
        transfer: &transfer,
        why: "posted",
        occurred_at: at(1),
        recorded_at: at(1),
    };
    ledger::post(conn, tenant, &moved).await.expect("posted");
    let rows: Vec<_> = (1..=3)
        .map(|number| {
            let mut row = click(tenant, u16::try_from(base).expect("small") + number, Outcome::Counted);
            row.rollup.partner = owner.to_string();
            row.rollup.link = LinkId::from_bits(u128::from(base) + 1).to_string();
            row
        })
        .collect();
    drained::insert_clicks(conn, &rows).await.expect("drained");
    for row in &rows {
        clicks::add_to_rollup(conn, &row.rollup, 3, 1).await.expect("counted");
    }
}

async fn clicks_of(conn: &mut Conn, tenant: &Tenant) -> (i64, i64) {
    let sum = |counted: Vec<rollups::Counted>| counted.iter().map(|count| count.clicks).sum();
    (
        sum(rollups::recount(conn, tenant).await.expect("counted")),
        sum(rollups::list(conn, tenant).await.expect("counted")),
    )
}

on_both_engines! {
    async fn only_test_mode_of_the_one_program_is_taken_away_and_the_counts_are_right_after_each_step(shop: Shop) {
        let mut conn = shop.conn().await;
        let [testing, other] = shop.others();
        let other_testing = Tenant::new(other.program.clone(), Mode::Test);
        for (base, tenant) in [(100, &shop.tenant), (200, &testing), (300, &other_testing)] {
            fill(&mut conn, tenant, base).await;
        }
        let counted = test_data::count(&mut conn, &testing.program).await.expect("counted");
        assert_eq!(counted, Counts { customers: 2, transactions: 2, commissions: 1, clicks: 3, ..Counts::default() });

        let mut rows = 0;
        for kind in Kind::ALL {
            loop {
                let gone = test_data::delete(&mut conn, &testing.program, kind, 2).await.expect("taken away");
                let (clicks, rolled_up) = clicks_of(&mut conn, &testing).await;
                assert_eq!(clicks, rolled_up, "after {gone} of {kind:?}");
                rows += gone;
                if gone == 0 {
                    break;
                }
            }
        }
        assert!(rows >= 7, "only {rows} rows went");
        assert_eq!(test_data::count(&mut conn, &testing.program).await.expect("counted"), Counts::default());
        assert_eq!(customers::find(&mut conn, &testing, &CustomerId::from_bits(201)).await.expect("asked"), None);
        assert_eq!(ledger::list_transfers(&mut conn, &testing).await.expect("listed"), []);
        assert_eq!(ledger::get_balances(&mut conn, &testing).await.expect("read"), Balances::default());
        let kept = links::find_by_link_key(&mut conn, &testing, &Slug::parse("road-200").expect("a slug")).await;
        assert!(kept.expect("asked").is_some(), "links stay");

        for (base, tenant) in [(100_u32, &shop.tenant), (300, &other_testing)] {
            assert_eq!(clicks_of(&mut conn, tenant).await, (3, 3));
            let id = CustomerId::from_bits(u128::from(base) + 1);
            assert!(customers::find(&mut conn, tenant, &id).await.expect("asked").is_some());
            let paid = transactions::list_of_customer(&mut conn, tenant, &id).await.expect("listed");
            assert_eq!(paid.len(), 1, "{tenant:?}");
            assert_eq!(ledger::list_transfers(&mut conn, tenant).await.expect("listed").len(), 1);
            assert_ne!(ledger::get_balances(&mut conn, tenant).await.expect("read"), Balances::default());
        }
    }
}
