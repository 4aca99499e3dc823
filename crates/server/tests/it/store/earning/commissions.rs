//! Commissions.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, commission, currency, customer, euros};
use whence::store::earning::commissions::{self, Filter, Kept, MadeBy, Move};
use whence::store::{Conn, Cursor, Order, Page};
use whence_domain::earning::{CommissionStatus, HoldReason, PostingKind};
use whence_domain::{CommissionId, Instant, Money, PartnerId, Tenant};

fn approval(id: &CommissionId) -> Move<'_> {
    Move { id, from: CommissionStatus::Pending, to: CommissionStatus::Approved, hold: None, decline_reason: None }
}

fn numbers(kept: &[Kept]) -> Vec<u32> {
    (1..=9)
        .flat_map(|number| kept.iter().filter(move |kept| kept.id == commission(number, 0).id).map(move |_| number))
        .collect()
}

async fn of_customer(conn: &mut Conn, tenant: &Tenant, number: u32) -> Vec<u32> {
    let kept = commissions::list_of_customer(conn, tenant, &customer(number).id).await.expect("listed");
    assert!(kept.is_sorted_by_key(|kept| kept.id.clone()), "in the order of posting");
    numbers(&kept)
}

async fn listed(conn: &mut Conn, tenant: &Tenant, filter: &Filter) -> Vec<u32> {
    let found = commissions::list(conn, tenant, filter, &Page::first(9)).await.expect("a page");
    assert!(found.items.is_sorted_by_key(|kept| std::cmp::Reverse(kept.id.clone())), "newest first");
    let mut numbers = numbers(&found.items);
    numbers.reverse();
    numbers
}

on_both_engines! {
    async fn a_commission_is_kept_once_and_read_back_whole(shop: Shop) {
        let mut conn = shop.conn().await;
        let by_offer = Kept {
            status: CommissionStatus::Hold,
            hold: Some(HoldReason::HoldPeriod),
            release_at: Some(at(60)),
            description: "ü".repeat(500),
            ..commission(1, i64::MAX)
        };
        let by_hand = Kept {
            made_by: MadeBy::Hand,
            kind: PostingKind::Manual,
            customer: None,
            transaction: None,
            amount: Money::new(i64::MIN, currency("JPY")),
            ..commission(2, 0)
        };
        for kept in [&by_offer, &by_hand] {
            assert!(commissions::insert(&mut conn, &shop.tenant, kept, Some(1)).await.expect("stored"));
            assert_eq!(commissions::find(&mut conn, &shop.tenant, &kept.id).await.expect("asked").as_ref(), Some(kept));
            let by_key = commissions::find_by_key(&mut conn, &shop.tenant, &kept.key).await.expect("asked");
            assert_eq!(by_key.as_ref(), Some(kept));
        }
        let again = Kept { id: CommissionId::from_bits(9), ..commission(1, 5) };
        assert!(!commissions::insert(&mut conn, &shop.tenant, &again, None).await.expect("asked"));
        assert_eq!(commissions::find(&mut conn, &shop.tenant, &again.id).await.expect("asked"), None);
    }

    async fn nobody_else_finds_lists_or_moves_a_commission(shop: Shop) {
        let mut conn = shop.conn().await;
        let kept = commission(1, 100);
        commissions::insert(&mut conn, &shop.tenant, &kept, None).await.expect("stored");
        for other in shop.others() {
            assert_eq!(commissions::find(&mut conn, &other, &kept.id).await.expect("asked"), None);
            assert_eq!(commissions::find_by_key(&mut conn, &other, &kept.key).await.expect("asked"), None);
            assert!(of_customer(&mut conn, &other, 1).await.is_empty());
            assert!(listed(&mut conn, &other, &Filter::default()).await.is_empty());
            assert!(!commissions::mark_status(&mut conn, &other, &approval(&kept.id), at(9)).await.expect("asked"));
            commissions::move_all(&mut conn, &other, &customer(1).id, &customer(2).id).await.expect("asked");
        }
        assert_eq!(commissions::find(&mut conn, &shop.tenant, &kept.id).await.expect("asked"), Some(kept));
    }

    async fn a_status_is_left_only_from_where_it_stands(shop: Shop) {
        let mut conn = shop.conn().await;
        let id = commission(1, 100).id;
        commissions::insert(&mut conn, &shop.tenant, &commission(1, 100), None).await.expect("stored");
        assert!(commissions::mark_status(&mut conn, &shop.tenant, &approval(&id), at(9)).await.expect("moved"));
        assert!(!commissions::mark_status(&mut conn, &shop.tenant, &approval(&id), at(10)).await.expect("asked"));
        let declined = Move {
            id: &id,
            from: CommissionStatus::Approved,
            to: CommissionStatus::Declined,
            hold: None,
            decline_reason: Some("self-referral"),
        };
        assert!(commissions::mark_status(&mut conn, &shop.tenant, &declined, at(11)).await.expect("moved"));
        let kept = commissions::find(&mut conn, &shop.tenant, &id).await.expect("asked").expect("there");
        assert_eq!((kept.status, kept.decline_reason.as_deref()), (CommissionStatus::Declined, Some("self-referral")));
        assert_eq!((kept.amount, kept.updated_at), (euros(100), at(11)), "no amount is ever updated");
        let absent = CommissionId::from_bits(9);
        assert!(!commissions::mark_status(&mut conn, &shop.tenant, &approval(&absent), at(9)).await.expect("asked"));
    }

    async fn everything_earned_on_one_customer_moves_to_another(shop: Shop) {
        let mut conn = shop.conn().await;
        for number in 1..=2 {
            commissions::insert(&mut conn, &shop.tenant, &commission(number, 100), None).await.expect("stored");
        }
        let others = Kept { customer: Some(customer(3).id), ..commission(3, 100) };
        commissions::insert(&mut conn, &shop.tenant, &others, None).await.expect("stored");
        commissions::move_all(&mut conn, &shop.tenant, &customer(1).id, &customer(2).id).await.expect("moved");
        assert!(of_customer(&mut conn, &shop.tenant, 1).await.is_empty());
        assert_eq!(of_customer(&mut conn, &shop.tenant, 2).await, [1, 2], "in the order of posting");
        assert_eq!(of_customer(&mut conn, &shop.tenant, 3).await, [3]);
    }

    async fn commissions_are_listed_by_everything_asked_for(shop: Shop) {
        let mut conn = shop.conn().await;
        let second = Kept {
            partner: PartnerId::from_bits(2),
            customer: Some(customer(2).id),
            status: CommissionStatus::Approved,
            description: "bonus".into(),
            ..commission(2, 100)
        };
        for kept in [&commission(1, 100), &second, &commission(3, -100)] {
            commissions::insert(&mut conn, &shop.tenant, kept, None).await.expect("stored");
        }
        let any = Filter::default();
        for (filter, expected) in [
            (any.clone(), vec![3, 2, 1]),
            (Filter { status: Some(CommissionStatus::Approved), ..any.clone() }, vec![2]),
            (Filter { customer: Some(customer(1).id), ..any.clone() }, vec![3, 1]),
            (Filter { partner: Some(PartnerId::from_bits(2)), ..any.clone() }, vec![2]),
            (Filter { description: Some("bonus".into()), ..any.clone() }, vec![2]),
            (Filter { description: Some("BONUS".into()), ..any.clone() }, vec![]),
        ] {
            assert_eq!(listed(&mut conn, &shop.tenant, &filter).await, expected, "{filter:?}");
        }
        let page = Page { order: Order::OldestFirst, cursor: Some(Cursor::After(commission(1, 0).id.to_string())), ..Page::first(1) };
        let found = commissions::list(&mut conn, &shop.tenant, &any, &page).await.expect("a page");
        assert_eq!((found.items[0].id.clone(), found.has_more), (second.id, true));
    }

    async fn commissions_whose_waiting_time_has_passed_are_due(shop: Shop) {
        let mut conn = shop.conn().await;
        let waiting = |number, release: Option<Instant>, hold| Kept {
            status: CommissionStatus::Hold,
            hold: Some(hold),
            release_at: release,
            ..commission(number, 100)
        };
        for kept in [
            waiting(1, Some(at(60)), HoldReason::HoldPeriod),
            waiting(2, Some(at(61)), HoldReason::HoldPeriod),
            Kept { customer: Some(customer(2).id), ..waiting(3, Some(at(10)), HoldReason::ByPerson) },
            Kept { customer: None, ..waiting(4, Some(at(10)), HoldReason::HoldPeriod) },
        ] {
            commissions::insert(&mut conn, &shop.tenant, &kept, None).await.expect("stored");
        }
        assert_eq!(commissions::list_due(&mut conn, at(59), 9).await.expect("listed"), []);
        let due = commissions::list_due(&mut conn, at(99), 9).await.expect("listed");
        assert_eq!(due, [(shop.tenant.clone(), customer(1).id)], "each customer once, held by time alone");
        assert_eq!(commissions::list_due(&mut conn, at(99), 0).await.expect("listed"), []);
    }
}
