//! Who acts for which program.

use super::users::user;
use crate::on_both_engines;
use crate::store::facts::{Shop, at, program};
use whence::store::program::{members, users};
use whence_domain::UserId;
use whence_domain::program::Role;

on_both_engines! {
    async fn a_member_has_one_role_in_each_program(shop: Shop) {
        let mut conn = shop.conn().await;
        let (first, second, ada) = (program(1).id, program(2).id, user(1).id);
        users::insert(&mut conn, &user(1)).await.expect("stored");
        members::insert(&mut conn, &second, &ada, Role::Support, at(1)).await.expect("stored");
        members::insert(&mut conn, &first, &ada, Role::Owner, at(2)).await.expect("stored");
        members::insert(&mut conn, &first, &ada, Role::Finance, at(3)).await.expect("asked");
        assert_eq!(members::find(&mut conn, &first, &ada).await.expect("asked"), Some(Role::Owner), "the first word stands");
        assert_eq!(members::find(&mut conn, &second, &ada).await.expect("asked"), Some(Role::Support));
        let stranger = UserId::from_bits(9);
        assert_eq!(members::find(&mut conn, &first, &stranger).await.expect("asked"), None);
        let listed = members::list_for_user(&mut conn, &ada).await.expect("listed");
        assert_eq!(listed, [(second, Role::Support), (first, Role::Owner)], "the first one joined first");
        assert_eq!(members::list_for_user(&mut conn, &stranger).await.expect("listed"), []);
    }
}
