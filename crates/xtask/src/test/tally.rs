//! Counting tests, per database engine.

use std::collections::BTreeMap;

/// The engines that every store test runs on. A test belongs to one by a word of its path: `sqlite::…`.
pub const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// What passed and what did not.
#[derive(Default)]
pub struct Tally {
    passed: u32,
    failures: Vec<String>,
    per_engine: BTreeMap<&'static str, u32>,
}

impl Tally {
    /// Reads one line of `cargo test`: `test path::name ... ok`. An ignored test counts as failed: tests that nobody
    /// runs prove nothing.
    pub fn cargo_line(&mut self, line: &str) {
        let Some((name, outcome)) = line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... ")) else {
            return;
        };
        self.add(name.trim_end_matches(" - should panic"), outcome == "ok");
    }

    /// Reads one line of the TAP that Node's test runner writes: `ok 1 - name`, at any depth.
    pub fn tap_line(&mut self, line: &str) {
        let line = line.trim_start();
        let (rest, good) = match (line.strip_prefix("ok "), line.strip_prefix("not ok ")) {
            (Some(rest), _) => (rest, !rest.contains("# SKIP") && !rest.contains("# TODO")),
            (_, Some(rest)) => (rest, false),
            _ => return,
        };
        if let Some((_, name)) = rest.split_once(" - ") {
            self.add(name, good);
        }
    }

    /// Counts one test.
    pub fn add(&mut self, name: &str, passed: bool) {
        if passed {
            self.passed += 1;
        } else {
            self.failures.push(name.to_owned());
        }
        for engine in ENGINES {
            if name.split("::").any(|part| part == engine) {
                *self.per_engine.entry(engine).or_default() += 1;
            }
        }
    }

    /// How many failed so far.
    pub fn failed(&self) -> usize {
        self.failures.len()
    }

    /// Prints the tests per engine, what failed, and the closing line.
    pub fn report(&self) {
        for engine in ENGINES {
            println!("tests on {engine}: {}", self.per_engine.get(engine).copied().unwrap_or(0));
        }
        for name in &self.failures {
            println!("failed: {name}");
        }
        println!("{} passed, {} failed", self.passed, self.failures.len());
    }

    /// What makes the whole run a failure, if anything does.
    pub fn verdict(&self) -> Option<String> {
        if !self.failures.is_empty() {
            return Some(format!("{} tests failed", self.failures.len()));
        }
        let untested = ENGINES.into_iter().find(|engine| !self.per_engine.contains_key(engine))?;
        Some(format!("no test ran on {untested}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_counted_for_the_engine_in_its_path() {
        let mut tally = Tally::default();
        tally.cargo_line("test store::contract::sqlite::a_click_is_kept ... ok");
        tally.cargo_line("test store::contract::postgres::a_click_is_kept ... ok");
        tally.cargo_line("running 2 tests");
        assert_eq!(tally.passed, 2);
        assert_eq!(tally.verdict(), None);
    }

    #[test]
    fn an_engine_without_tests_fails_the_run() {
        let mut tally = Tally::default();
        tally.cargo_line("test store::sqlite::a_click_is_kept ... ok");
        assert_eq!(tally.verdict().as_deref(), Some("no test ran on postgres"));
    }

    #[test]
    fn an_ignored_test_fails_the_run() {
        let mut tally = Tally::default();
        tally.cargo_line("test a ... ignored");
        tally.tap_line("    ok 1 - b # SKIP");
        tally.tap_line("not ok 2 - c");
        assert_eq!(tally.failed(), 3);
    }
}
