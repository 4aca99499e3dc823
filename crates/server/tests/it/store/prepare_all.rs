//! Every statement that Whence runs is prepared on both engines, so that a text which one of them does not understand
//! cannot be released.

use crate::on_both_engines;
use crate::support::TestStore;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
use std::path::Path;
use whence::store::Conn;

fn statements() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sql");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of statements")
        .map(|entry| {
            let path = entry.expect("a file").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a text"))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_statement_begins_with_the_question_it_answers() {
    let silent: Vec<_> = statements().into_iter().filter(|(_, text)| !text.starts_with("-- ")).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn every_statement_is_run_by_somebody() {
    let mut source = String::new();
    read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut source);
    let named = |name: &str| source.contains(&format!("\"{}\"", name.trim_end_matches(".sql")));
    let idle: Vec<_> = statements().into_iter().map(|(name, _)| name).filter(|name| !named(name)).collect();
    assert!(idle.is_empty(), "no code runs {idle:?}");
}

fn read_all(folder: &Path, source: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_all(&path, source);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            source.push_str(&std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

on_both_engines! {
    async fn every_statement_can_be_prepared(test: TestStore) {
        let mut conn = test.conn().await;
        let mut wrong = Vec::new();
        for (name, text) in statements() {
            let text = AssertSqlSafe(text).into_sql_str();
            let prepared = match &mut conn {
                Conn::Sqlite(conn) => conn.prepare(text).await.map(|_| ()),
                Conn::Postgres(conn) => conn.prepare(text).await.map(|_| ()),
            };
            if let Err(error) = prepared {
                wrong.push(format!("{name}: {error}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
