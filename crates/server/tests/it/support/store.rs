//! A store of its own for one test.

use super::{Database, Fresh};
use std::path::PathBuf;
use whence::store::{Conn, Engine, Location, Store};

/// A migrated store that is gone after the test.
pub struct TestStore {
    /// The store.
    pub store: Store,
    database: Database,
}

impl Fresh for TestStore {
    async fn fresh(engine: Engine) -> Self {
        let database = Database::fresh(engine).await;
        let file = database.folder.path().join("whence.db");
        let location = database.url.as_deref().map_or(Location::File(&file), Location::Url);
        let store = Store::open(location).await.expect("a store could be opened");
        Self { store, database }
    }
}

impl TestStore {
    /// Where SQLite's file is.
    pub fn file(&self) -> PathBuf {
        self.database.folder.path().join("whence.db")
    }

    /// A connection that can write, outside of any transaction: what store tests call functions with.
    pub async fn conn(&self) -> Conn {
        let file = self.file();
        let address = match &self.database.url {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", file.display()),
        };
        match self.store.engine() {
            Engine::Sqlite => {
                let pool = sqlx::SqlitePool::connect(&address).await.expect("the database file");
                Conn::Sqlite(pool.acquire().await.expect("a connection"))
            }
            Engine::Postgres => {
                let pool = sqlx::PgPool::connect(&address).await.expect("the database");
                Conn::Postgres(pool.acquire().await.expect("a connection"))
            }
        }
    }
}
