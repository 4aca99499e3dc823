//! A fresh database of either engine for each test, and the macro that runs each test on both.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use std::future::Future;
use std::str::FromStr;
use tempfile::TempDir;
use whence::clock::random_text;
use whence::store::Engine;

/// A database of its own for one test, gone when this is dropped.
pub struct Database {
    /// A folder of the test's own.
    pub folder: TempDir,
    /// The address, if it is PostgreSQL.
    pub url: Option<String>,
    name: String,
}

/// Something that a test is given, made anew on an engine.
pub trait Fresh: Sized {
    /// Makes it.
    fn fresh(engine: Engine) -> impl Future<Output = Self> + Send;
}

impl Fresh for Database {
    async fn fresh(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = format!("whence_it_{}", random_text(16).to_lowercase());
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(create(&name).await),
        };
        Self { folder, url, name }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.url.is_none() {
            return;
        }
        let statement = format!("drop database if exists {} with (force)", self.name);
        // Dropping cannot wait for a future of the test's own runtime, so a thread does.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(run(statement)).map_err(std::io::Error::other)
        });
        let _ = dropped.join();
    }
}

fn server() -> String {
    std::env::var("WHENCE_TEST_POSTGRES_URL").expect(
        "WHENCE_TEST_POSTGRES_URL is not set: run the test command, which starts a PostgreSQL, or `cargo xtask pg`",
    )
}

async fn create(name: &str) -> String {
    run(format!("create database {name}")).await.expect("a database could be made");
    let options = PgConnectOptions::from_str(&server()).expect("a PostgreSQL address").database(name);
    options.to_url_lossy().to_string()
}

async fn run(statement: String) -> Result<(), sqlx::Error> {
    let mut conn = PgConnection::connect(&server()).await?;
    // The only text in it that is not ours here is a name drawn from letters and digits.
    conn.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await?;
    conn.close().await
}

/// Runs each test once on SQLite and once on PostgreSQL, in modules of these names. A test is a function of what it is
/// given, made anew for it: `async fn a_sentence(app: TestApp) { … }`.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($given:ident: $kind:ty) $body:block)+) => {
        $($(#[$doc])* async fn $name($given: $kind) $body)+

        mod sqlite {
            #[allow(unused_imports, reason = "tests differ in what they name")]
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(<$kind as $crate::support::Fresh>::fresh(whence::store::Engine::Sqlite).await).await;
            })+
        }

        mod postgres {
            #[allow(unused_imports, reason = "tests differ in what they name")]
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(<$kind as $crate::support::Fresh>::fresh(whence::store::Engine::Postgres).await).await;
            })+
        }
    };
}
