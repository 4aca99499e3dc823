//! `cargo xtask generate`: a year of a busy program, written straight into the tables of a database that was set up before,
//! for measuring. Statements are whole sets, so that the database makes the rows itself: ten million clicks take minutes.

mod names;
mod statements;

use std::{path::PathBuf, time::Instant};

use anyhow::{Context as _, ensure};
use clap::Args;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};

/// How much, and where.
#[derive(Args)]
pub struct Options {
    /// Clicks
    #[arg(long, default_value_t = 1_000_000)]
    clicks: u64,
    /// Customers
    #[arg(long, default_value_t = 100_000)]
    customers: u64,
    /// A PostgreSQL address, or a SQLite file; its server must be stopped
    #[arg(long)]
    database: String,
}

/// How much is made.
#[derive(Clone, Copy)]
pub struct Size {
    /// Clicks.
    pub clicks: u64,
    /// Customers; at most as many as clicks.
    pub customers: u64,
}

impl Size {
    /// Partners: one for a thousand customers.
    pub const fn partners(self) -> u64 {
        let partners = self.customers / 1_000;
        if partners < 20 { 20 } else { partners }
    }

    /// Clicks from one sign-up to the next.
    pub const fn stride(self) -> u64 {
        self.clicks / self.customers
    }
}

/// Rows that one statement makes: a transaction of a second or two.
const CHUNK: u64 = 250_000;

/// A database of either engine.
enum Database {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let size = Size { clicks: options.clicks, customers: options.customers };
    fill(&options.database, size)
}

/// Fills the live data of the database's first program.
pub fn fill(database: &str, size: Size) -> anyhow::Result<()> {
    ensure!(size.customers > 0 && size.clicks >= size.customers, "there must be customers, and a click for each");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(fill_all(database, size))
}

async fn fill_all(address: &str, size: Size) -> anyhow::Result<()> {
    let began = Instant::now();
    let mut database = Database::open(address).await?;
    let program = database.program().await?;
    for text in statements::prepare(size, &program) {
        database.run(&text).await?;
    }
    for text in names::inserts() {
        database.run(&text).await?;
    }
    let indexes = database.drop_indexes().await?;
    for step in statements::steps(size, &program) {
        let started = Instant::now();
        let mut from = 0;
        while from < step.rows {
            let to = (from + CHUNK).min(step.rows);
            database.run(&step.text(from, to)).await.with_context(|| step.name.to_owned())?;
            from = to;
        }
        println!("{:>10} {} in {:.1?}", step.rows, step.name, started.elapsed());
    }
    for text in indexes.iter().map(String::as_str).chain(statements::FINISH) {
        let started = Instant::now();
        database.run(text).await?;
        let first = text.split('(').next().unwrap_or(text).trim();
        println!("{first} in {:.1?}", started.elapsed());
    }
    println!("{} clicks and {} customers in {:.0?}", size.clicks, size.customers, began.elapsed());
    Ok(())
}

impl Database {
    async fn open(address: &str) -> anyhow::Result<Self> {
        if address.starts_with("postgres") {
            return Ok(Self::Postgres(Box::new(PgConnection::connect(address).await?)));
        }
        let path = PathBuf::from(address);
        ensure!(path.is_file(), "{} is no database: set a program up first", path.display());
        let mut conn = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
        // Whoever is interrupted here begins with a new database.
        for pragma in ["synchronous = off", "journal_mode = off", "cache_size = -200000", "temp_store = memory"] {
            conn.execute(sqlx::raw_sql(AssertSqlSafe(format!("pragma {pragma}")))).await?;
        }
        Ok(Self::Sqlite(Box::new(conn)))
    }

    async fn run(&mut self, text: &str) -> anyhow::Result<()> {
        // Our own texts, with numbers of our own and the program's id in them.
        let text = sqlx::raw_sql(AssertSqlSafe(text.to_owned()));
        match self {
            Self::Sqlite(conn) => conn.execute(text).await.map(|_| ())?,
            Self::Postgres(conn) => conn.execute(text).await.map(|_| ())?,
        }
        Ok(())
    }

    async fn texts(&mut self, text: &'static str) -> anyhow::Result<Vec<(String, String)>> {
        match self {
            Self::Sqlite(conn) => {
                let rows = sqlx::query(text).fetch_all(&mut **conn).await?;
                rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
            }
            Self::Postgres(conn) => {
                let rows = sqlx::query(text).fetch_all(&mut **conn).await?;
                rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
            }
        }
    }

    /// The first program's id, once no text of ours can be broken by it.
    async fn program(&mut self) -> anyhow::Result<String> {
        let programs = self.texts("select id, slug from programs order by created_at, id").await?;
        let (id, _) = programs.into_iter().next().context("there is no program: run `whence setup` first")?;
        ensure!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{id} is no program's id");
        Ok(id)
    }

    /// Drops the indexes of the large tables, which are made faster at once than row by row; answers how to make them again.
    async fn drop_indexes(&mut self) -> anyhow::Result<Vec<String>> {
        let found = match self {
            Self::Sqlite(_) => {
                self.texts(
                    "select name, sql from sqlite_master where type = 'index' and sql is not null
                        and tbl_name in ('clicks', 'visits', 'claims', 'customers', 'customer_identities', 'transactions')",
                )
                .await?
            }
            Self::Postgres(_) => {
                self.texts(
                    "select indexname::text, indexdef from pg_indexes where schemaname = 'public'
                        and indexname not like '%_pkey' and indexname not like '%_key'
                        and tablename in ('clicks', 'visits', 'claims', 'customers', 'customer_identities', 'transactions')",
                )
                .await?
            }
        };
        let mut made = Vec::new();
        for (name, definition) in found {
            self.run(&format!("drop index {name}")).await?;
            made.push(definition);
        }
        Ok(made)
    }
}

/// The e-mail address of this customer.
pub fn email(customer: u64) -> String {
    format!("c{customer}@mail{}.test", customer % 50)
}

/// The name of this customer.
pub fn name(customer: u64) -> String {
    names::name(customer * 7_919 % names::COUNT)
}

/// When this customer signed up, in milliseconds.
pub fn signed_up_at(size: Size, customer: u64) -> u64 {
    statements::click_at(size, customer * size.stride()) + 3_600_000
}
