//! Everything that is stored, on SQLite or PostgreSQL, by one SQL text for both.
//!
//! Functions here take and return the domain's types; rows stay private to their file. The five folders are the five
//! stages. Nothing here decides anything.

pub mod audit;
pub mod billing;
mod conn;
pub mod dashboard;
pub mod earning;
mod error;
pub mod idempotency;
pub mod investigation;
mod many;
mod migrate;
mod page;
pub mod program;
mod read;
pub mod tracking;
mod writer;

pub use conn::{Conn, Engine};
pub use error::StoreError;
pub use page::{Cursor, Listed, Order, Page};
pub use writer::{Priority, UnitError};

use futures_util::future::BoxFuture;
use idempotency::RequestKey;
use sqlx::migrate::Migrate;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Pool, Postgres, Sqlite};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use writer::SqliteWriter;

/// How long a caller waits for a free connection before it is told that the database is not there.
const ACQUIRE: Duration = Duration::from_secs(5);

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    runtime: tokio::runtime::Handle,
}

#[derive(Clone)]
enum Backend {
    Sqlite { read: Pool<Sqlite>, writer: Arc<SqliteWriter>, write: Pool<Sqlite> },
    Postgres { pool: Pool<Postgres>, losers: Arc<Mutex<()>> },
}

/// Where the database is.
#[derive(Clone, Debug)]
pub enum Location<'a> {
    /// A SQLite file.
    File(&'a Path),
    /// A PostgreSQL address, `postgres://…`.
    Url(&'a str),
}

impl Store {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// `Unusable` with a sentence for the operator if it cannot be opened or was migrated by a newer version.
    pub async fn open(location: Location<'_>) -> Result<Self, StoreError> {
        let store = Self::connect(location).await?;
        store.migrate().await?;
        Ok(store)
    }

    /// Connects without touching the schema. With PostgreSQL this succeeds while the server is down: connections are
    /// made when they are needed.
    ///
    /// # Errors
    /// `Unusable` if the address is malformed, or the SQLite file cannot be opened.
    pub async fn connect(location: Location<'_>) -> Result<Self, StoreError> {
        let backend = match location {
            Location::File(path) => open_sqlite(path).await?,
            Location::Url(url) => open_postgres(url)?,
        };
        Ok(Self { backend, runtime: tokio::runtime::Handle::current() })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// `Unusable` with a sentence for the operator.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let migrator = migrate::migrator(self.engine());
        let outcome = match &self.backend {
            Backend::Sqlite { write, .. } => migrator.run(write).await,
            Backend::Postgres { pool, .. } => migrator.run(pool).await,
        };
        outcome.map_err(migrate::explain)
    }

    /// The highest migration that the database has had, 0 for none.
    ///
    /// # Errors
    /// The driver's, if the database cannot be asked.
    pub async fn schema_version(&self) -> Result<i64, StoreError> {
        let applied = match &self.backend {
            Backend::Sqlite { write, .. } => {
                let mut conn = write.acquire().await?;
                conn.ensure_migrations_table("_sqlx_migrations").await.map_err(migrate::explain)?;
                conn.list_applied_migrations("_sqlx_migrations").await
            }
            Backend::Postgres { pool, .. } => {
                let mut conn = pool.acquire().await?;
                conn.ensure_migrations_table("_sqlx_migrations").await.map_err(migrate::explain)?;
                conn.list_applied_migrations("_sqlx_migrations").await
            }
        };
        Ok(applied.map_err(migrate::explain)?.iter().map(|migration| migration.version).max().unwrap_or(0))
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.backend {
            Backend::Sqlite { .. } => Engine::Sqlite,
            Backend::Postgres { .. } => Engine::Postgres,
        }
    }

    /// A connection to read with. On SQLite it cannot write.
    ///
    /// # Errors
    /// The driver's, if no connection can be had.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        Ok(match &self.backend {
            Backend::Sqlite { read, .. } => Conn::Sqlite(read.acquire().await?),
            Backend::Postgres { pool, .. } => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// Runs `work` in a transaction, durably committed when this returns `Ok` and without trace when it returns `Err`.
    ///
    /// The work may run several times, so it must have no effect but through its connection: what it needs (ids drawn,
    /// the present moment) comes in `input`. It goes on to its end even if the caller is dropped.
    ///
    /// # Errors
    /// The work's own refusal, or the database's failure turned into the work's error type.
    pub async fn write<I, T, E, F>(&self, priority: Priority, input: I, work: F) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: UnitError,
        F: for<'c> Fn(&'c mut Conn, &'c I) -> BoxFuture<'c, Result<T, E>> + Send + Sync + 'static,
    {
        match idempotency::served() {
            None => self.commit(priority, input, work).await,
            Some(request) => {
                let work = Arc::new(work);
                self.commit(priority, (input, request), move |conn, (input, request)| {
                    noting(Arc::clone(&work), conn, input, request)
                })
                .await
            }
        }
    }

    async fn commit<I, T, E, F>(&self, priority: Priority, input: I, work: F) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: UnitError,
        F: for<'c> Fn(&'c mut Conn, &'c I) -> BoxFuture<'c, Result<T, E>> + Send + Sync + 'static,
    {
        let input = Arc::new(input);
        match &self.backend {
            Backend::Sqlite { writer, .. } => writer.write(priority, input, work).await,
            Backend::Postgres { pool, losers } => self
                .runtime
                .spawn(writer::write_postgres(pool.clone(), Arc::clone(losers), input, work))
                .await
                .unwrap_or_else(|_| Err(StoreError::Closed.into())),
        }
    }

    /// Closes all connections; SQLite folds its log into the file.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Backend::Postgres { pool, .. } => pool.close().await,
        }
    }

    /// Writes a consistent copy of the whole SQLite database into a new file while others go on writing.
    ///
    /// # Errors
    /// `Unusable` on PostgreSQL, whose own tools do this.
    pub async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        let Backend::Sqlite { read, .. } = &self.backend else {
            return Err(StoreError::Unusable("back PostgreSQL up with pg_dump".into()));
        };
        // `query_only` forbids VACUUM INTO, so the copy is made over a connection of its own.
        let options = read.connect_options().as_ref().clone().pragma("query_only", "0");
        let mut conn = sqlx::SqliteConnection::connect_with(&options).await?;
        sqlx::query("vacuum into $1").bind(file.to_string_lossy().into_owned()).execute(&mut conn).await?;
        conn.close().await?;
        Ok(())
    }
}

/// The work, and after it, in the same transaction, the note that the request it serves has had its effect.
fn noting<'c, I, T, E, F>(
    work: Arc<F>,
    conn: &'c mut Conn,
    input: &'c I,
    request: &'c RequestKey,
) -> BoxFuture<'c, Result<T, E>>
where
    I: Sync,
    T: Send,
    E: UnitError,
    F: for<'u> Fn(&'u mut Conn, &'u I) -> BoxFuture<'u, Result<T, E>> + Send + Sync + 'static,
{
    Box::pin(async move {
        let done = work(&mut *conn, input).await?;
        idempotency::mark_effect(conn, request).await?;
        Ok(done)
    })
}

async fn open_sqlite(path: &Path) -> Result<Backend, StoreError> {
    let unusable = |error: sqlx::Error| {
        StoreError::Unusable(format!(
            "the database {} could not be opened ({error}): check that the folder exists, is writable, and holds a Whence database",
            path.display()
        ))
    };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(ACQUIRE)
        .pragma("mmap_size", "0");
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE)
        .connect_with(options.clone())
        .await
        .map_err(unusable)?;
    refuse_old_sqlite(&write).await?;
    let read = SqlitePoolOptions::new()
        .max_connections(4)
        .acquire_timeout(ACQUIRE)
        .connect_with(options.pragma("query_only", "1"))
        .await
        .map_err(unusable)?;
    let writer = Arc::new(SqliteWriter::start(write.clone()));
    Ok(Backend::Sqlite { read, writer, write })
}

/// Versions before 3.51.3 could corrupt a database in WAL mode (`reliability.md` 0, decision 4).
async fn refuse_old_sqlite(pool: &Pool<Sqlite>) -> Result<(), StoreError> {
    let (version,): (String,) = sqlx::query_as("select sqlite_version()").fetch_one(pool).await?;
    let numbers: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if numbers.as_slice() < [3, 51, 3].as_slice() {
        return Err(StoreError::Unusable(format!("SQLite {version} is too old; Whence needs 3.51.3 or later")));
    }
    Ok(())
}

fn open_postgres(url: &str) -> Result<Backend, StoreError> {
    let no_address = |why: &dyn std::fmt::Display| {
        StoreError::Unusable(format!(
            "the database address is not a PostgreSQL one ({why}): write postgres://user@host/name"
        ))
    };
    if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        // The driver itself would take any scheme, and look for PostgreSQL where another database is.
        return Err(no_address(&"it does not begin with postgres://"));
    }
    let options = PgConnectOptions::from_str(url).map_err(|error| no_address(&error))?;
    let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(ACQUIRE).connect_lazy_with(options);
    Ok(Backend::Postgres { pool, losers: Arc::default() })
}
