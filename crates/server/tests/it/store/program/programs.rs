//! Programs.

use crate::on_both_engines;
use crate::store::facts::program;
use crate::support::TestStore;
use whence::store::program::programs;
use whence_domain::ProgramId;
use whence_domain::program::{Program, Slug};

on_both_engines! {
    async fn a_program_is_read_back_as_it_was_stored(test: TestStore) {
        let mut conn = test.conn().await;
        assert!(programs::insert(&mut conn, &program(1)).await.expect("stored"));
        assert!(!programs::insert(&mut conn, &Program { id: ProgramId::from_bits(2), ..program(1) }).await.expect("asked"));
        assert_eq!(programs::get(&mut conn, &program(1).id).await.expect("there"), program(1));
        let found = programs::find_by_slug(&mut conn, &Slug::parse("SHOP-1").expect("a slug")).await.expect("asked");
        assert_eq!(found, Some(program(1)));
        assert!(programs::get(&mut conn, &ProgramId::from_bits(9)).await.is_err());
    }

    async fn a_programs_version_grows_with_each_change(test: TestStore) {
        let mut conn = test.conn().await;
        programs::insert(&mut conn, &program(1)).await.expect("stored");
        programs::mark_changed(&mut conn, &program(1).id).await.expect("marked");
        assert_eq!(programs::list_versions(&mut conn).await.expect("listed"), [(program(1).id, 2)]);
    }

    async fn programs_are_listed_oldest_first(test: TestStore) {
        let mut conn = test.conn().await;
        assert_eq!(programs::list(&mut conn).await.expect("listed"), []);
        for number in [2, 1] {
            programs::insert(&mut conn, &program(number)).await.expect("stored");
        }
        assert_eq!(programs::list(&mut conn).await.expect("listed"), [program(1), program(2)]);
        let absent = Slug::parse("nobody").expect("a slug");
        assert_eq!(programs::find_by_slug(&mut conn, &absent).await.expect("asked"), None);
    }
}
