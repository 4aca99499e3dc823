//! People who sign in.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, email};
use whence::store::program::users::{self, User};
use whence_domain::UserId;

/// A user.
pub fn user(number: u128) -> User {
    User {
        id: UserId::from_bits(number),
        email: email(&format!("u{number}@shop.test")),
        name: "Ada".into(),
        password_hash: "$argon2id$old".into(),
        created_at: at(0),
    }
}

on_both_engines! {
    async fn a_user_is_found_by_the_address_and_changes_the_password(shop: Shop) {
        let mut conn = shop.conn().await;
        assert!(users::insert(&mut conn, &user(1)).await.expect("stored"));
        assert!(!users::insert(&mut conn, &User { id: UserId::from_bits(2), ..user(1) }).await.expect("asked"));
        assert_eq!(users::find_by_email(&mut conn, &email("U1@Shop.test")).await.expect("asked"), Some(user(1)));
        assert_eq!(users::find_by_email(&mut conn, &email("u2@shop.test")).await.expect("asked"), None);
        users::mark_password(&mut conn, &user(1).id, "$argon2id$new").await.expect("changed");
        let changed = users::get(&mut conn, &user(1).id).await.expect("there");
        assert_eq!(changed, User { password_hash: "$argon2id$new".into(), ..user(1) });
        assert!(users::get(&mut conn, &UserId::from_bits(9)).await.is_err());
    }
}
