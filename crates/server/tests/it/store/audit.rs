//! Who changed what.

use crate::on_both_engines;
use crate::store::facts::{Shop, at};
use serde_json::json;
use whence::store::audit::{self, Actor, Entry};
use whence_domain::{AuditId, KeyPairId, Mode, UserId};

on_both_engines! {
    async fn every_kind_of_actor_is_noted_and_an_entry_is_added_once(shop: Shop) {
        let mut conn = shop.conn().await;
        let actors = [
            Actor::User(UserId::from_bits(1)),
            Actor::KeyPair(KeyPairId::from_bits(1)),
            Actor::Operator,
            Actor::System,
        ];
        for (number, actor) in (1..).zip(&actors) {
            let entry = Entry {
                id: AuditId::from_bits(number),
                program: &shop.tenant.program,
                mode: (number % 2 == 0).then_some(Mode::Test),
                actor,
                action: "partner.created",
                subject_kind: "partner",
                subject_id: "part_1",
                detail: json!({ "name": "ü".repeat(1_000) }),
                at: at(1),
            };
            audit::insert(&mut conn, &entry).await.expect("added");
            audit::insert(&mut conn, &entry).await.expect_err("an id is given once");
        }
    }
}
