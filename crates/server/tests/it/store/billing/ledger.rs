//! The ledger.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, commission, euros};
use whence::store::billing::ledger::{self, NewTransfer};
use whence::store::earning::commissions::{self, Kept};
use whence::store::{Conn, StoreError};
use whence_domain::billing::ledger::{Account, Balances, Transfer};
use whence_domain::{PartnerId, Tenant, TransferId};

async fn keep(conn: &mut Conn, tenant: &Tenant, numbers: &[u32]) {
    for &number in numbers {
        let kept: Kept = commission(number, 1_000);
        commissions::insert(conn, tenant, &kept, None).await.expect("stored");
    }
}

fn transfer(partner: u32, debit: Account, credit: Account, minor: i64) -> Transfer {
    Transfer { partner: PartnerId::from_bits(partner.into()), debit, credit, amount: euros(minor) }
}

async fn post(conn: &mut Conn, tenant: &Tenant, number: u128, of: u32, transfer: &Transfer) -> Result<(), StoreError> {
    let new = NewTransfer {
        id: TransferId::from_bits(number),
        commission: &commission(of, 0).id,
        transfer,
        why: "posted",
        occurred_at: at(1),
        recorded_at: at(1),
    };
    ledger::post(conn, tenant, &new).await
}

on_both_engines! {
    async fn balances_are_the_running_sums_of_transfers(shop: Shop) {
        let mut conn = shop.conn().await;
        keep(&mut conn, &shop.tenant, &[1, 2]).await;
        let moves = [
            (1, transfer(1, Account::Expense, Account::Pending, 1_000)),
            (1, transfer(1, Account::Pending, Account::Approved, 1_000)),
            (2, transfer(1, Account::Pending, Account::Expense, 300)),
            (2, transfer(2, Account::Expense, Account::Held, 7)),
        ];
        for (number, (commission, moved)) in (1..).zip(&moves) {
            post(&mut conn, &shop.tenant, number, *commission, moved).await.expect("posted");
        }
        let folded = Balances::fold(moves.iter().map(|(_, moved)| moved)).expect("small sums");
        assert_eq!(ledger::get_balances(&mut conn, &shop.tenant).await.expect("read"), folded);
        let listed = ledger::list_transfers(&mut conn, &shop.tenant).await.expect("listed");
        let mut moved: Vec<_> = listed.iter().map(|posted| posted.transfer.amount.minor).collect();
        moved.sort_unstable();
        assert_eq!(moved, [7, 300, 1_000, 1_000]);
        let rows = ledger::list_rows(&mut conn, &shop.tenant).await.expect("listed");
        assert_eq!(rows.iter().map(|row| row.commission.clone()).collect::<Vec<_>>(), [commission(1, 0).id, commission(2, 0).id]);
        for other in shop.others() {
            assert_eq!(ledger::get_balances(&mut conn, &other).await.expect("read"), Balances::default());
            assert_eq!(ledger::list_transfers(&mut conn, &other).await.expect("listed"), []);
            assert_eq!(ledger::list_rows(&mut conn, &other).await.expect("listed"), []);
        }
    }

    async fn a_balance_beyond_what_can_be_counted_is_refused_and_never_rounded(shop: Shop) {
        let mut conn = shop.conn().await;
        keep(&mut conn, &shop.tenant, &[1]).await;
        let most = transfer(1, Account::Expense, Account::Pending, i64::MAX);
        post(&mut conn, &shop.tenant, 1, 1, &most).await.expect("posted");
        let one_more = transfer(1, Account::Expense, Account::Pending, 2);
        post(&mut conn, &shop.tenant, 2, 1, &one_more).await.expect_err("it does not fit");
    }

    async fn a_transfer_of_nothing_is_refused(shop: Shop) {
        let mut conn = shop.conn().await;
        keep(&mut conn, &shop.tenant, &[1]).await;
        let nothing = transfer(1, Account::Expense, Account::Pending, 0);
        post(&mut conn, &shop.tenant, 1, 1, &nothing).await.expect_err("a transfer moves something");
        assert_eq!(ledger::list_transfers(&mut conn, &shop.tenant).await.expect("listed"), []);
    }
}
