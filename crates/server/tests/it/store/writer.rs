//! Units of work: all or nothing, in the order of their priority, run again when they lose a race.

use super::facts::{customer, program};
use crate::on_both_engines;
use crate::support::{Fresh, TestStore};
use futures_util::future::join_all;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Barrier, Semaphore};
use whence::store::program::programs;
use whence::store::tracking::{customers, identities};
use whence::store::{Conn, Engine, Priority, Store, StoreError};
use whence_domain::{Mode, Tenant};

/// Stores a program, and then refuses if it is told to.
async fn insert(store: &Store, priority: Priority, number: u128, refuse: bool) -> Result<(), StoreError> {
    let work = store.write(priority, (number, refuse), |conn, (number, refuse)| {
        Box::pin(async move {
            programs::insert(conn, &program(*number)).await?;
            if *refuse { Err(StoreError::Unusable("on purpose".into())) } else { Ok(()) }
        })
    });
    work.await
}

async fn stored(store: &Store) -> usize {
    programs::list(&mut store.read().await.expect("a connection")).await.expect("listed").len()
}

async fn tenant(store: &Store) -> Tenant {
    insert(store, Priority::Money, 1, false).await.expect("stored");
    Tenant::new(program(1).id, Mode::Live)
}

/// How many commits a write-ahead log holds: its frames that say how large the database is after them.
fn commits(log: &Path) -> usize {
    let bytes = std::fs::read(log).expect("a log");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    let page = usize::try_from(number(8)).expect("a page");
    let salt = number(16);
    (32..bytes.len()).step_by(24 + page).filter(|&at| number(at + 4) != 0 && number(at + 8) == salt).count()
}

on_both_engines! {
    async fn a_unit_that_refuses_leaves_nothing_and_takes_nobody_with_it(test: TestStore) {
        let units = (1..=30).map(|number| insert(&test.store, Priority::Money, number, number % 3 == 0));
        let outcomes = join_all(units).await;
        for (number, outcome) in (1..).zip(&outcomes) {
            assert_eq!(outcome.is_err(), number % 3 == 0, "unit {number}: {outcome:?}");
        }
        let kept = programs::list(&mut test.conn().await).await.expect("listed");
        let expected: Vec<_> = (1..=30).filter(|number| number % 3 != 0).map(|number| program(number).id).collect();
        assert_eq!(kept.into_iter().map(|program| program.id).collect::<Vec<_>>(), expected);
    }

    async fn a_statement_that_fails_undoes_its_unit_alone(test: TestStore) {
        let tenant = tenant(&test.store).await;
        let unit = |number: u32| {
            test.store.write(Priority::Money, (tenant.clone(), number), |conn, (tenant, number)| {
                Box::pin(async move {
                    customers::insert(conn, tenant, &customer(*number)).await?;
                    // Every second unit breaks a key of its own making.
                    if number % 2 == 0 { customers::insert(conn, tenant, &customer(*number)).await } else { Ok(()) }
                })
            })
        };
        let outcomes = join_all((1..=10).map(unit)).await;
        let mut conn = test.conn().await;
        for (number, outcome) in (1..).zip(outcomes) {
            let found = customers::find(&mut conn, &tenant, &customer(number).id).await.expect("asked");
            assert_eq!((outcome.is_ok(), found.is_some()), (number % 2 == 1, number % 2 == 1), "unit {number}");
        }
    }

    async fn a_unit_whose_caller_has_gone_is_done_all_the_same(test: TestStore) {
        let left = tokio::time::timeout(Duration::ZERO, insert(&test.store, Priority::Money, 1, false)).await;
        drop(left);
        for _ in 0..500 {
            if stored(&test.store).await == 1 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the unit was not done within ten seconds");
    }

    async fn units_that_take_the_same_names_are_all_done_one_after_the_other(test: TestStore) {
        let tenant = tenant(&test.store).await;
        let unit = |names: [&str; 2]| {
            let input = (tenant.clone(), names.map(String::from));
            test.store.write(Priority::Money, input, |conn, (tenant, names)| {
                Box::pin(async move {
                    identities::bump(conn, tenant, names).await?;
                    // Each counts what the others have left, so that two that overlapped would make the same program.
                    let next = programs::list(conn).await?.len() as u128 + 1;
                    programs::insert(conn, &program(next)).await
                })
            })
        };
        let outcomes = join_all((0..8).map(|number| unit(if number % 2 == 0 { ["a", "b"] } else { ["b", "a"] }))).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(true))), "{outcomes:?}");
        assert_eq!(stored(&test.store).await, 9);
    }

    async fn a_unit_that_breaks_an_invariant_stops_nobody_else(test: TestStore) {
        let broken = test.store.write(Priority::Money, (), |conn, ()| {
            Box::pin(async move {
                programs::insert(conn, &program(1)).await?;
                panic!("an invariant broken on purpose")
            })
        });
        let broken: Result<(), StoreError> = broken.await;
        assert!(matches!(broken, Err(StoreError::Panicked)), "{broken:?}");
        insert(&test.store, Priority::Money, 2, false).await.expect("stored");
        let kept = programs::list(&mut test.conn().await).await.expect("listed");
        assert_eq!(kept, [program(2)], "what it had stored is undone");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_passes_bulk_that_waits_on_sqlite() {
    let test = TestStore::fresh(Engine::Sqlite).await;
    let (gate, order) = (Arc::new(Semaphore::new(0)), Arc::new(Mutex::new(Vec::new())));
    let entered = Arc::new(Semaphore::new(0));
    let held = test.store.write(Priority::Bulk, (gate.clone(), entered.clone()), |_, (gate, entered)| {
        Box::pin(async move {
            entered.add_permits(1);
            gate.acquire().await.expect("it is never closed").forget();
            // Longer than a batch lasts, so that those who wait are in the next.
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok::<(), StoreError>(())
        })
    });
    let note = |priority: Priority| {
        test.store.write(priority, (priority, order.clone()), |_, (priority, order)| {
            Box::pin(async move {
                order.lock().expect("nobody panics").push(*priority);
                Ok::<(), StoreError>(())
            })
        })
    };
    let waiting = async {
        entered.acquire().await.expect("it is never closed").forget();
        let queued = [Priority::Bulk, Priority::Drain, Priority::Bulk, Priority::SignUp, Priority::Money].map(note);
        // The gate opens once all have queued.
        let (done, ()) = tokio::join!(join_all(queued), async { gate.add_permits(1) });
        done
    };
    let (first, done) = tokio::join!(held, waiting);
    assert!(first.is_ok() && done.iter().all(Result::is_ok));
    let order = order.lock().expect("nobody panics").clone();
    assert_eq!(order, [Priority::Money, Priority::SignUp, Priority::Drain, Priority::Bulk, Priority::Bulk]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_units_share_a_commit_on_sqlite() {
    let test = TestStore::fresh(Engine::Sqlite).await;
    let log = test.file().with_extension("db-wal");
    let before = commits(&log);
    let units = 200;
    let outcomes = join_all((1..=units).map(|number| insert(&test.store, Priority::Money, number, false))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(stored(&test.store).await, 200);
    let shared = commits(&log) - before;
    assert!((1..=50).contains(&shared), "200 units took {shared} commits");
}

/// What both units of a race share.
struct Race {
    start: Barrier,
    attempts: AtomicUsize,
    tenant: Tenant,
}

impl Race {
    /// Counts an attempt; the first two wait for each other here, each with what it has read.
    async fn meet(&self) {
        if self.attempts.fetch_add(1, Ordering::SeqCst) < 2 {
            self.start.wait().await;
        }
    }
}

async fn find_or_insert(conn: &mut Conn, race: &Race) -> Result<bool, StoreError> {
    let known = customers::find(conn, &race.tenant, &customer(1).id).await?.is_some();
    race.meet().await;
    if !known {
        customers::insert(conn, &race.tenant, &customer(1)).await?;
    }
    Ok(known)
}

async fn count_and_insert(conn: &mut Conn, race: &Race) -> Result<bool, StoreError> {
    let next = programs::list(conn).await?.len() as u128 + 1;
    race.meet().await;
    programs::insert(conn, &program(next)).await
}

async fn race(test: &TestStore) -> Arc<Race> {
    let tenant = tenant(&test.store).await;
    Arc::new(Race { start: Barrier::new(2), attempts: AtomicUsize::new(0), tenant })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_insert_the_same_key_the_loser_runs_again_and_finds_it_on_postgres() {
    let test = TestStore::fresh(Engine::Postgres).await;
    let race = race(&test).await;
    let unit = || test.store.write(Priority::Money, race.clone(), |conn, race| Box::pin(find_or_insert(conn, race)));
    let (one, other) = tokio::join!(unit(), unit());
    let mut known = [one.expect("done"), other.expect("done")];
    known.sort_unstable();
    assert_eq!(known, [false, true]);
    assert!(race.attempts.load(Ordering::SeqCst) > 2, "somebody ran again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_read_what_the_other_writes_the_loser_runs_again_on_postgres() {
    let test = TestStore::fresh(Engine::Postgres).await;
    let race = race(&test).await;
    let unit = || test.store.write(Priority::Money, race.clone(), |conn, race| Box::pin(count_and_insert(conn, race)));
    let (one, other) = tokio::join!(unit(), unit());
    assert!(one.expect("done") && other.expect("done"), "each made a program of its own");
    assert_eq!(stored(&test.store).await, 3);
    assert!(race.attempts.load(Ordering::SeqCst) > 2, "somebody ran again");
}
