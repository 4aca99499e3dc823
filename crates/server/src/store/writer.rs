//! How changes reach the database: in units, each all or nothing, run again when they lost a race.
//!
//! **SQLite** has one writing connection. A task owns it and takes units by priority: it begins one transaction, runs
//! each waiting unit in a savepoint, commits them together, and only then answers. What arrives during that commit's
//! sync is the next batch, so no timer is needed and one sync serves many. **PostgreSQL** runs each unit in a
//! serialisable transaction of its own, and runs it again after a serialisation failure.

use super::{Conn, StoreError};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::{Pool, Postgres, Sqlite};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, mpsc, oneshot};

/// Who goes first when several wait for SQLite's one writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Payments, refunds, commissions, and whatever a person or an API caller waits for.
    Money = 0,
    /// Sign-ups.
    SignUp = 1,
    /// The spool's drain.
    Drain = 2,
    /// Imports, closing a month: resumable chunks.
    Bulk = 3,
}

const PRIORITIES: usize = 4;
/// A batch commits after this long even if more units wait, so that the first of them is not kept waiting.
const BATCH: Duration = Duration::from_millis(20);
/// How often a unit that lost a race on PostgreSQL is run before its caller is told.
const ATTEMPTS: u32 = 24;

/// An error that a unit of work may end in. A unit's own refusals roll it back and go to its caller; failures of the
/// database underneath may be worth another try.
pub trait UnitError: From<StoreError> + Send + 'static {
    /// The database's failure inside, if it is one.
    fn store_error(&self) -> Option<&StoreError>;
}

impl UnitError for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// A unit of work as the SQLite writer sees it: run it, then tell it whether the batch was committed.
pub(super) trait Unit: Send {
    /// Runs the work; false if it is to be rolled back.
    fn run<'c>(&'c mut self, conn: &'c mut Conn) -> BoxFuture<'c, bool>;
    /// Answers the caller after the commit, or with the reason why there was none.
    fn finish(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Work<I, T, E, F> {
    input: Arc<I>,
    work: F,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<I, T, E, F> Unit for Work<I, T, E, F>
where
    I: Send + Sync + 'static,
    T: Send + 'static,
    E: UnitError,
    F: for<'c> Fn(&'c mut Conn, &'c I) -> BoxFuture<'c, Result<T, E>> + Send + Sync + 'static,
{
    fn run<'c>(&'c mut self, conn: &'c mut Conn) -> BoxFuture<'c, bool> {
        Box::pin(async move {
            let result = unbroken(&self.work, conn, &self.input).await;
            let done = result.is_ok();
            self.result = Some(result);
            done
        })
    }

    fn finish(self: Box<Self>, commit: Result<(), StoreError>) {
        let result = match (self.result, commit) {
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Err(failure)) => Err(failure.into()),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(StoreError::Closed.into()),
        };
        // The caller may have gone; its work is done all the same.
        let _ = self.answer.send(result);
    }
}

/// Runs the work; a panic becomes an error. A bug in one unit must neither end the task that writes for everybody nor leave
/// a connection with a transaction open. What the unit changed is rolled back, and nobody uses its input again.
async fn unbroken<I, T, E, F>(work: &F, conn: &mut Conn, input: &I) -> Result<T, E>
where
    E: UnitError,
    F: for<'c> Fn(&'c mut Conn, &'c I) -> BoxFuture<'c, Result<T, E>>,
{
    let run = AssertUnwindSafe(async { work(conn, input).await });
    run.catch_unwind().await.unwrap_or_else(|_| Err(StoreError::Panicked.into()))
}

/// The queue before SQLite's writing connection.
pub(super) struct SqliteWriter {
    queues: [mpsc::UnboundedSender<Box<dyn Unit>>; PRIORITIES],
}

impl SqliteWriter {
    /// Starts the task that owns the writing connection.
    pub(super) fn start(pool: Pool<Sqlite>) -> Self {
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..PRIORITIES).map(|_| mpsc::unbounded_channel()).unzip();
        let mut receivers = receivers.into_iter();
        let queues = Queues(std::array::from_fn(|_| receivers.next().expect("as many receivers as senders")));
        tokio::spawn(serve(pool, queues));
        let mut senders = senders.into_iter();
        Self { queues: std::array::from_fn(|_| senders.next().expect("as many senders as priorities")) }
    }

    /// Queues the work and waits for the commit that contains it.
    pub(super) async fn write<I, T, E, F>(&self, priority: Priority, input: Arc<I>, work: F) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: UnitError,
        F: for<'c> Fn(&'c mut Conn, &'c I) -> BoxFuture<'c, Result<T, E>> + Send + Sync + 'static,
    {
        let (answer, result) = oneshot::channel();
        let unit = Box::new(Work { input, work, result: None, answer });
        if self.queues[priority as usize].send(unit).is_err() {
            return Err(StoreError::Closed.into());
        }
        result.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }
}

struct Queues([mpsc::UnboundedReceiver<Box<dyn Unit>>; PRIORITIES]);

impl Queues {
    /// The waiting unit of the highest priority, if any waits.
    fn take(&mut self) -> Option<Box<dyn Unit>> {
        self.0.iter_mut().find_map(|queue| queue.try_recv().ok())
    }

    /// Waits for a unit; `None` when the store is closed and nothing waits any more.
    async fn wait(&mut self) -> Option<Box<dyn Unit>> {
        let [money, sign_up, drain, bulk] = &mut self.0;
        tokio::select! {
            biased;
            Some(unit) = money.recv() => Some(unit),
            Some(unit) = sign_up.recv() => Some(unit),
            Some(unit) = drain.recv() => Some(unit),
            Some(unit) = bulk.recv() => Some(unit),
            else => None,
        }
    }
}

async fn serve(pool: Pool<Sqlite>, mut queues: Queues) {
    while let Some(first) = queues.wait().await {
        match pool.acquire().await {
            Ok(conn) => batch(&mut Conn::Sqlite(conn), first, &mut queues).await,
            Err(error) => first.finish(Err(error.into())),
        }
    }
}

/// Runs the first unit and those that wait behind it in one transaction, then answers them all.
async fn batch(conn: &mut Conn, first: Box<dyn Unit>, queues: &mut Queues) {
    let mut done = Vec::new();
    let outcome = match conn.run("begin immediate").await {
        Ok(()) => {
            let outcome = run_units(conn, first, queues, &mut done).await;
            end(conn, outcome).await
        }
        Err(error) => {
            done.push(first);
            Err(error)
        }
    };
    let outcome = outcome.map_err(StoreError::from);
    for unit in done {
        unit.finish(outcome.as_ref().copied().map_err(StoreError::again));
    }
}

async fn run_units(
    conn: &mut Conn,
    first: Box<dyn Unit>,
    queues: &mut Queues,
    done: &mut Vec<Box<dyn Unit>>,
) -> Result<(), sqlx::Error> {
    let began = Instant::now();
    let mut next = Some(first);
    while let Some(mut unit) = next {
        let outcome = run_unit(conn, unit.as_mut()).await;
        done.push(unit);
        outcome?;
        next = if began.elapsed() < BATCH { queues.take() } else { None };
    }
    Ok(())
}

/// Runs one unit in a savepoint, so that its refusal undoes its own rows and nobody else's.
async fn run_unit(conn: &mut Conn, unit: &mut dyn Unit) -> Result<(), sqlx::Error> {
    conn.run("savepoint unit").await?;
    if !unit.run(conn).await {
        conn.run("rollback to unit").await?;
    }
    conn.run("release unit").await
}

async fn end(conn: &mut Conn, outcome: Result<(), sqlx::Error>) -> Result<(), sqlx::Error> {
    let outcome = match outcome {
        Ok(()) => conn.run("commit").await,
        failed => failed,
    };
    if outcome.is_err() {
        // SQLite may have rolled back by itself (disk full, I/O error); then there is nothing left to undo.
        let _ = conn.run("rollback").await;
    }
    outcome
}

/// Runs the work in a serialisable transaction on PostgreSQL, again while it loses races.
pub(super) async fn write_postgres<I, T, E, F>(
    pool: Pool<Postgres>,
    losers: Arc<Mutex<()>>,
    input: Arc<I>,
    work: F,
) -> Result<T, E>
where
    I: Send + Sync + 'static,
    E: UnitError,
    F: for<'c> Fn(&'c mut Conn, &'c I) -> BoxFuture<'c, Result<T, E>>,
{
    let mut attempt = 0;
    let mut turn = None;
    loop {
        attempt += 1;
        match attempt_postgres(&pool, &input, &work).await {
            Err(error) if attempt < ATTEMPTS && error.store_error().is_some_and(StoreError::is_lost_race) => {
                // Of a crowd that wants the same row one wins each round, so the losers of this process queue up, and
                // only the first in the queue meets those who have just come. Losers of several nodes still meet each
                // other: they wait, longer each time.
                if turn.is_none() {
                    turn = Some(losers.lock().await);
                }
                tokio::time::sleep(Duration::from_millis(u64::from(attempt * attempt / 4))).await;
            }
            result => return result,
        }
    }
}

async fn attempt_postgres<I, T, E, F>(pool: &Pool<Postgres>, input: &Arc<I>, work: &F) -> Result<T, E>
where
    E: UnitError,
    F: for<'c> Fn(&'c mut Conn, &'c I) -> BoxFuture<'c, Result<T, E>>,
{
    let mut conn = Conn::Postgres(pool.acquire().await.map_err(StoreError::from)?);
    conn.run("begin isolation level serializable").await.map_err(StoreError::from)?;
    let result = unbroken(work, &mut conn, input).await;
    let end = if result.is_ok() { "commit" } else { "rollback" };
    match conn.run(end).await {
        Ok(()) => result,
        Err(error) => {
            // A connection that could not even roll back must not go back to the pool with a transaction open.
            if let Conn::Postgres(conn) = conn {
                drop(conn.detach());
            }
            result.and(Err(StoreError::from(error).into()))
        }
    }
}
