//! How long an investigation takes over much data, and over ten times as much.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    generate::{self, Size},
    postgres::{Durability, Postgres},
    prove,
    server::Server,
};

/// What to measure.
#[derive(Args)]
pub struct Options {
    /// Sizes, as clicks:customers
    #[arg(long, value_delimiter = ',', default_values_t = ["1000000:100000".to_owned(), "10000000:1000000".to_owned()])]
    sizes: Vec<String>,
    /// Questions for each size
    #[arg(long, default_value_t = 300)]
    questions: u64,
    /// A folder in which the data are kept and used again; a temporary one otherwise
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Measure PostgreSQL instead of SQLite
    #[arg(long)]
    postgres: bool,
}

/// The readings of one size.
struct Readings {
    name: String,
    p95: Duration,
}

/// Measures and prints every size, and how the cost grows from the first to the last.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let binary = prove::release()?;
    let temporary = tempfile::Builder::new().prefix("whence-bench-").tempdir()?;
    let root = options.keep.clone().unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&root)?;
    let mut postgres = if options.postgres { Some(Postgres::start(Durability::Full)?) } else { None };
    println!("clicks:customers   | questions |  p50 ms |  p95 ms |  max ms");
    let mut all = Vec::new();
    for size in &options.sizes {
        let (clicks, customers) = size.split_once(':').context("a size is clicks:customers")?;
        let size = Size { clicks: clicks.parse()?, customers: customers.parse()? };
        let database = match &mut postgres {
            Some(postgres) => Some(postgres.create(&format!("bench_{clicks}"))?),
            None => None,
        };
        all.push(measure(&binary, &root.join(format!("{clicks}-{customers}")), database, size, options.questions)?);
    }
    if let (Some(first), Some(last)) = (all.first(), all.last()) {
        let percent = last.p95.as_micros() * 100 / first.p95.as_micros().max(1);
        println!("p95 from {} to {}: {}.{:02} times", first.name, last.name, percent / 100, percent % 100);
    }
    Ok(())
}

fn measure(
    binary: &Path,
    folder: &Path,
    database: Option<String>,
    size: Size,
    questions: u64,
) -> anyhow::Result<Readings> {
    let file = folder.join("whence.db");
    let server = match Server::reopen(binary, folder)? {
        Some(server) => server,
        None => {
            let mut server = Server::new(binary, folder, database.clone())?;
            let offer = json!({ "description": "A share", "trigger": "transaction", "terms": { "type": "percent", "rate_ppm": 100_000 } });
            server.post("/offers", &offer)?;
            server.stop()?;
            let database = database.unwrap_or_else(|| file.display().to_string());
            generate::fill(&database, size)?;
            server.start()?;
            server.remember()?;
            server
        }
    };
    // The first questions fill the caches that a server at work has filled.
    for number in 0..20 {
        ask(&server, size, questions + number)?;
    }
    let mut took = Vec::new();
    for number in 0..questions {
        let began = Instant::now();
        ask(&server, size, number)?;
        took.push(began.elapsed());
    }
    took.sort();
    let at = |percent: usize| took[(took.len() * percent / 100).min(took.len() - 1)];
    let ms = |time: Duration| format!("{}.{}", time.as_millis(), time.as_micros() / 100 % 10);
    let name = format!("{}:{}", size.clicks, size.customers);
    println!("{name:18} | {questions:9} | {:>7} | {:>7} | {:>7}", ms(at(50)), ms(at(95)), ms(at(100)));
    Ok(Readings { name, p95: at(95) })
}

/// Asks the question of this number, as different people would: by e-mail and date, by a misspelt name, by an order, by the
/// partner and a date alone.
fn ask(server: &Server, size: Size, number: u64) -> anyhow::Result<()> {
    let customer = number.wrapping_mul(7_919_333).wrapping_add(17) % size.customers;
    let partner = format!("partner-{}", number * 31 % size.partners());
    let around = generate::signed_up_at(size, customer);
    let question = match number % 5 {
        0 => json!({ "email": generate::email(customer), "partner_key": partner, "around": around }),
        1 => json!({ "email": generate::email(customer) }),
        2 => json!({ "name": misspelt(&generate::name(customer)), "partner_key": partner, "around": around }),
        3 => json!({ "order": format!("pi_g{}", customer - customer % 10), "partner_key": partner }),
        _ => json!({ "partner_key": partner, "around": around }),
    };
    let answer = server.post("/investigations", &question)?;
    let found = answer.get("customer_key").is_some_and(Value::is_string);
    ensure!(found || number % 5 == 4 || number % 5 == 2, "nobody was found by {question}: {answer}");
    ensure!(answer["verdicts"].as_array().is_some_and(|verdicts| !verdicts.is_empty()), "no verdict: {answer}");
    Ok(())
}

/// The name with two letters of its last word swapped.
fn misspelt(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let last = letters.len() - 1;
    letters.swap(last - 1, last - 2);
    letters.into_iter().collect()
}
