//! One connection of either engine, and the macros that run one SQL text on it.

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};

/// A connection to whichever database this installation uses. Store functions take `&mut Conn`; whether they run inside
/// a transaction is decided by who holds it (see [`super::Store::read`] and [`super::Store::write`]).
pub enum Conn {
    /// SQLite, in the data folder.
    Sqlite(PoolConnection<Sqlite>),
    /// PostgreSQL, by `--database-url`.
    Postgres(PoolConnection<Postgres>),
}

/// Which database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Conn {
    /// The engine behind this connection.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins reading one state of the database, whatever others write meanwhile.
    ///
    /// # Errors
    /// The driver's.
    pub async fn begin_snapshot(&mut self) -> Result<(), sqlx::Error> {
        self.run(match self.engine() {
            Engine::Sqlite => "begin",
            Engine::Postgres => "begin isolation level repeatable read read only",
        })
        .await
    }

    /// Ends it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn end_snapshot(&mut self) -> Result<(), sqlx::Error> {
        self.run("rollback").await
    }

    /// Runs a statement without parameters, such as `begin immediate`.
    pub(super) async fn run(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(conn) => sqlx::raw_sql(sql).execute(&mut **conn).await.map(|_| ()),
            Self::Postgres(conn) => sqlx::raw_sql(sql).execute(&mut **conn).await.map(|_| ()),
        }
    }
}

/// Embeds `store/sql/NAME.sql`. The file is named after the module and the function that runs it.
#[macro_export]
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/sql/", $name, ".sql"))
    };
}

/// `execute!(conn, "module.function", a, b)`: runs the statement and answers the number of rows it touched.
#[macro_export]
macro_rules! execute {
    ($conn:expr, $name:literal $(, $bind:expr)* $(,)?) => {
        match &mut *$conn {
            $crate::store::Conn::Sqlite(c) => sqlx::query($crate::sql!($name))$(.bind($bind))*
                .execute(&mut **c).await.map(|done| done.rows_affected()),
            $crate::store::Conn::Postgres(c) => sqlx::query($crate::sql!($name))$(.bind($bind))*
                .execute(&mut **c).await.map(|done| done.rows_affected()),
        }
    };
}

/// `fetch_optional!(conn, Row, "module.function", a, b)`: the first row, if any, as `Row` (which derives `FromRow`).
#[macro_export]
macro_rules! fetch_optional {
    ($conn:expr, $row:ty, $name:literal $(, $bind:expr)* $(,)?) => {
        match &mut *$conn {
            $crate::store::Conn::Sqlite(c) => sqlx::query_as::<_, $row>($crate::sql!($name))$(.bind($bind))*
                .fetch_optional(&mut **c).await,
            $crate::store::Conn::Postgres(c) => sqlx::query_as::<_, $row>($crate::sql!($name))$(.bind($bind))*
                .fetch_optional(&mut **c).await,
        }
    };
}

/// `fetch_all!(conn, Row, "module.function", a, b)`: all rows as `Row`.
#[macro_export]
macro_rules! fetch_all {
    ($conn:expr, $row:ty, $name:literal $(, $bind:expr)* $(,)?) => {
        match &mut *$conn {
            $crate::store::Conn::Sqlite(c) => sqlx::query_as::<_, $row>($crate::sql!($name))$(.bind($bind))*
                .fetch_all(&mut **c).await,
            $crate::store::Conn::Postgres(c) => sqlx::query_as::<_, $row>($crate::sql!($name))$(.bind($bind))*
                .fetch_all(&mut **c).await,
        }
    };
}
