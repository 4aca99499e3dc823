//! Load with a bound: so many visitors at once, each clicking again when answered.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    http::Connection,
    server::{self, Server},
};

/// How many visitors click at the same time.
const VISITORS: usize = 16;

/// What the visitors saw.
#[derive(Default)]
pub struct Clicks {
    /// The ids that were acknowledged by a 302.
    pub acknowledged: Vec<String>,
    /// Requests that got no such answer.
    pub unanswered: u64,
    /// The longest that an acknowledged click took.
    pub slowest: Duration,
}

impl Clicks {
    /// Adds what another round saw.
    pub fn add(&mut self, other: Self) {
        self.acknowledged.extend(other.acknowledged);
        self.unanswered += other.unanswered;
        self.slowest = self.slowest.max(other.slowest);
    }
}

/// Clicks on the server's link until `during` returns; a visitor whose connection breaks opens another one.
pub fn while_running<T>(server: &mut Server, during: impl FnOnce(&mut Server) -> T) -> (Clicks, T) {
    let over = AtomicBool::new(false);
    let (address, link) = (server.address, server.link.clone());
    thread::scope(|scope| {
        let visitor = || {
            let mut clicks = Clicks::default();
            while !over.load(Ordering::Relaxed) {
                let Ok(mut connection) = Connection::open(address) else {
                    thread::sleep(Duration::from_millis(2));
                    continue;
                };
                while !over.load(Ordering::Relaxed) {
                    let asked = Instant::now();
                    let Ok(id) = server::click(&mut connection, &link) else {
                        clicks.unanswered += 1;
                        break;
                    };
                    clicks.acknowledged.push(id);
                    clicks.slowest = clicks.slowest.max(asked.elapsed());
                }
            }
            clicks
        };
        let visitors: Vec<_> = (0..VISITORS).map(|_| scope.spawn(visitor)).collect();
        let outcome = during(server);
        over.store(true, Ordering::Relaxed);
        let mut all = Clicks::default();
        visitors.into_iter().for_each(|one| all.add(one.join().expect("a visitor does not panic")));
        (all, outcome)
    })
}
