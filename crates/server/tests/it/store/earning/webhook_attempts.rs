//! Refused deliveries.

use crate::on_both_engines;
use crate::store::facts::{Shop, at};
use whence::store::earning::webhook_attempts::{self, Counted};
use whence_domain::Tenant;
use whence_domain::investigation::AttemptRefusal;

fn counted(tenant: Option<&Tenant>, slot: i64, attempts: i64) -> Counted {
    Counted {
        hour: at(0).micros() / 3_600_000_000,
        provider: "stripe".into(),
        endpoint_key: tenant.map_or(String::new(), |_| "hook_1".into()),
        reason: AttemptRefusal::SignatureWrong,
        slot,
        tenant: tenant.cloned(),
        attempts,
        samples: format!("[{slot}]"),
        first_at: at(slot),
        last_at: at(10 + slot),
    }
}

on_both_engines! {
    async fn counts_of_one_hour_are_replaced_by_their_run_and_added_over_runs(shop: Shop) {
        let mut conn = shop.conn().await;
        let later = Counted { hour: 1 + at(0).micros() / 3_600_000_000, last_at: at(4_000), attempts: 2, ..counted(Some(&shop.tenant), 3, 2) };
        let missing = Counted { reason: AttemptRefusal::SignatureMissing, ..counted(Some(&shop.tenant), 1, 9) };
        for row in [counted(Some(&shop.tenant), 1, 1), counted(Some(&shop.tenant), 1, 5), counted(Some(&shop.tenant), 2, i64::from(i32::MAX)), counted(None, 1, 7), later, missing] {
            webhook_attempts::store(&mut conn, &row).await.expect("stored");
        }
        let found = webhook_attempts::refused_between(&mut conn, &shop.tenant, at(0), at(9_000)).await.expect("a list");
        let sums: Vec<_> = found.iter().map(|refused| (refused.reason, refused.attempts, refused.samples.as_str())).collect();
        assert_eq!(sums, [
            (AttemptRefusal::SignatureWrong, i64::from(i32::MAX) + 7, "[3]"),
            (AttemptRefusal::SignatureMissing, 9, "[1]"),
        ]);
        assert_eq!((found[0].first_at, found[0].last_at), (at(1), at(4_000)));
        let early = webhook_attempts::refused_between(&mut conn, &shop.tenant, at(0), at(12)).await.expect("a list");
        assert_eq!(early.iter().map(|refused| refused.attempts).collect::<Vec<_>>(), [9, 5]);
        let hours = webhook_attempts::list(&mut conn, &shop.tenant, at(0), at(9_000), 2).await.expect("a list");
        assert_eq!(hours.iter().map(|refused| refused.attempts).collect::<Vec<_>>(), [2, i64::from(i32::MAX) + 5]);
    }

    async fn what_was_sent_to_no_address_is_nobodys_and_the_rest_its_tenants(shop: Shop) {
        let mut conn = shop.conn().await;
        webhook_attempts::store(&mut conn, &counted(None, 1, 7)).await.expect("stored");
        webhook_attempts::store(&mut conn, &counted(Some(&shop.tenant), 1, 1)).await.expect("stored");
        for other in shop.others() {
            assert_eq!(webhook_attempts::refused_between(&mut conn, &other, at(0), at(99)).await.expect("a list"), []);
            assert_eq!(webhook_attempts::list(&mut conn, &other, at(0), at(99), 9).await.expect("a list"), []);
        }
        assert_eq!(webhook_attempts::list(&mut conn, &shop.tenant, at(0), at(99), 9).await.expect("a list").len(), 1);
    }
}
