//! Who is signed in.

use super::users::user;
use crate::on_both_engines;
use crate::store::facts::{Shop, at};
use whence::store::program::sessions::{self, Session};
use whence::store::program::users;

fn session(token: &str, number: u128) -> Session {
    Session {
        token_hash: token.into(),
        user: user(number).id,
        csrf_token: "csrf".into(),
        user_agent: Some("Browser".into()),
        created_at: at(0),
        seen_at: at(0),
        expires_at: at(10),
    }
}

on_both_engines! {
    async fn a_session_lasts_until_it_expires_and_longer_if_it_is_used(shop: Shop) {
        let mut conn = shop.conn().await;
        users::insert(&mut conn, &user(1)).await.expect("stored");
        sessions::insert(&mut conn, &session("a", 1)).await.expect("stored");
        assert_eq!(sessions::find(&mut conn, "a", at(9)).await.expect("asked"), Some(session("a", 1)));
        assert_eq!(sessions::find(&mut conn, "a", at(10)).await.expect("asked"), None, "it has expired then");
        assert_eq!(sessions::find(&mut conn, "A", at(9)).await.expect("asked"), None, "another token");
        sessions::mark_seen(&mut conn, "a", at(9), at(19)).await.expect("noted");
        let seen = sessions::find(&mut conn, "a", at(18)).await.expect("asked").expect("there");
        assert_eq!((seen.seen_at, seen.expires_at), (at(9), at(19)));
    }

    async fn sessions_are_ended_one_by_one_by_user_and_by_age(shop: Shop) {
        let mut conn = shop.conn().await;
        for number in [1, 2] {
            users::insert(&mut conn, &user(number)).await.expect("stored");
        }
        for (token, number) in [("a", 1), ("b", 1), ("c", 1), ("d", 2)] {
            sessions::insert(&mut conn, &session(token, number)).await.expect("stored");
        }
        sessions::delete(&mut conn, "a").await.expect("ended");
        assert_eq!(sessions::find(&mut conn, "a", at(1)).await.expect("asked"), None);
        sessions::delete_all_of(&mut conn, &user(1).id).await.expect("ended");
        assert_eq!(sessions::find(&mut conn, "b", at(1)).await.expect("asked"), None);
        assert!(sessions::find(&mut conn, "d", at(1)).await.expect("asked").is_some(), "another's session");
        assert_eq!(sessions::delete_expired(&mut conn, at(9)).await.expect("cleared"), 0);
        assert_eq!(sessions::delete_expired(&mut conn, at(10)).await.expect("cleared"), 1);
    }
}
