//! Amounts: the labelled table of roundings, and what must hold for any amount.

mod support;

use proptest::prelude::*;
use std::fs;
use std::path::Path;
use support::cases;
use whence_domain::money::MAX_TRANSACTION_MINOR;
use whence_domain::{Currency, Money, MoneyError, Rate};

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("a currency")
}

fn eur(minor: i64) -> Money {
    Money::new(minor, currency("EUR"))
}

#[test]
fn a_rate_rounds_half_to_even_once() {
    let table = [
        ("an exact share", 10_000, 200_000, 2_000),
        ("just below a half goes down", 249, 10_000, 2),
        ("a half goes down to the even one", 250, 10_000, 2),
        ("a half goes up to the even one", 350, 10_000, 4),
        ("just above a half goes up", 251, 10_000, 3),
        ("a half of one goes to nothing", 50, 10_000, 0),
        ("one and a half goes to two", 150, 10_000, 2),
        ("a negative half goes to the even one", -250, 10_000, -2),
        ("a negative half goes to the even one below", -350, 10_000, -4),
        ("below a negative half goes away from nothing", -251, 10_000, -3),
        ("a third that never ends", 999, 333_333, 333),
        ("the smallest rate of a small amount is nothing", 499_999, 1, 0),
        ("the smallest rate of half a million is a half: even", 500_000, 1, 0),
        ("the smallest rate just above it", 500_001, 1, 1),
        ("all of it", 12_345, 1_000_000, 12_345),
        ("nothing of it", 12_345, 0, 0),
        ("the greatest transaction", MAX_TRANSACTION_MINOR, 999_999, 49_999_950_000),
        ("the greatest amount that fits", i64::MAX, 1_000_000, i64::MAX),
        ("the least amount that fits", i64::MIN, 1_000_000, i64::MIN),
    ];
    for (name, minor, ppm, expected) in table {
        assert_eq!(Rate::from_ppm(ppm).of(eur(minor)), Ok(eur(expected)), "{name}");
    }
    assert_eq!(Rate::from_ppm(1_000_001).of(eur(i64::MAX)), Err(MoneyError::Overflow));
}

#[test]
fn amounts_are_written_by_the_exponent_of_their_currency() {
    let table = [
        (1_234, "EUR", "12.34 EUR"),
        (5, "EUR", "0.05 EUR"),
        (-5, "EUR", "-0.05 EUR"),
        (0, "EUR", "0.00 EUR"),
        (500, "JPY", "500 JPY"),
        (1_234, "KWD", "1.234 KWD"),
        (i64::MIN, "USD", "-92233720368547758.08 USD"),
    ];
    for (minor, code, expected) in table {
        assert_eq!(Money::new(minor, currency(code)).to_string(), expected);
    }
    assert_eq!(Rate::from_ppm(125_000).to_string(), "12.5 %");
    assert_eq!(Rate::from_ppm(200_000).to_string(), "20 %");
    assert_eq!(Rate::from_ppm(333_333).to_string(), "33.3333 %");
}

#[test]
fn amounts_that_do_not_fit_together_are_refused() {
    assert_eq!(eur(1).checked_add(Money::new(1, currency("USD"))), Err(MoneyError::CurrencyMismatch));
    assert_eq!(eur(i64::MAX).checked_add(eur(1)), Err(MoneyError::Overflow));
    assert_eq!(eur(i64::MIN).checked_neg(), Err(MoneyError::Overflow));
    assert_eq!(eur(1).allocate(&[]), Err(MoneyError::NoWeights));
    assert_eq!(eur(1).allocate(&[0, 0]), Err(MoneyError::NoWeights));
    assert_eq!(eur(MAX_TRANSACTION_MINOR).for_transaction(), Ok(eur(MAX_TRANSACTION_MINOR)));
    assert_eq!(eur(-MAX_TRANSACTION_MINOR - 1).for_transaction(), Err(MoneyError::OutOfRange));
    assert_eq!(eur(i64::MIN).for_transaction(), Err(MoneyError::OutOfRange));
}

#[test]
fn what_is_left_of_a_split_goes_to_the_largest_remainders() {
    let split = |minor: i64, weights: &[u64]| -> Vec<i64> {
        let parts = eur(minor).allocate(weights).expect("weights");
        parts.into_iter().map(|part| part.minor).collect()
    };
    assert_eq!(split(100, &[1, 1, 1]), vec![34, 33, 33], "ties go to whoever stands first");
    assert_eq!(split(-100, &[1, 1, 1]), vec![-34, -33, -33]);
    assert_eq!(split(10, &[1, 2, 4]), vec![1, 3, 6]);
    assert_eq!(split(2, &[0, 1, 0]), vec![0, 2, 0], "who has no weight gets nothing");
}

#[test]
fn an_amount_reads_back_as_it_was_stored() {
    let text = serde_json::to_string(&eur(-1_234)).expect("JSON");
    assert_eq!(text, r#"{"amount":-1234,"currency":"EUR"}"#);
    assert_eq!(serde_json::from_str::<Money>(&text).expect("an amount"), eur(-1_234));
    assert!(serde_json::from_str::<Money>(r#"{"amount":1,"currency":"XYZ!"}"#).is_err());
}

/// Every Rust file of the domain, tests included.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("the file can be read");
            found.push((path.display().to_string(), text));
        }
    }
}

#[test]
fn no_floating_point_comes_near_the_rules() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 20, "the sources were found");
    for kind in [16, 32, 64, 128].map(|bits| format!("f{bits}")) {
        for (path, text) in &found {
            let word = |character: char| character.is_alphanumeric() || character == '_';
            assert!(!text.split(|c| !word(c)).any(|token| token.ends_with(&kind)), "{path} uses {kind}");
        }
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn splits_add_up_to_the_whole_and_no_part_has_the_other_sign(
        minor in any::<i64>(), weights in prop::collection::vec(0..1_000_000_u64, 1..12),
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let parts = eur(minor).allocate(&weights).expect("weights");
        prop_assert_eq!(Money::sum(parts.iter().copied(), currency("EUR")), Ok(eur(minor)));
        prop_assert!(parts.iter().all(|part| part.minor == 0 || part.minor.signum() == minor.signum()));
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        for (part, weight) in parts.iter().zip(&weights) {
            let apart = (i128::from(part.minor) * total - i128::from(minor) * i128::from(*weight)).abs();
            prop_assert!(apart < total, "no part is a unit or more away from its share");
        }
    }

    #[test]
    fn a_share_is_within_half_a_unit_and_grows_with_the_amount(
        minor in -MAX_TRANSACTION_MINOR..MAX_TRANSACTION_MINOR, more in 0..1_000_000_i64, ppm in 0..=1_000_000_u32,
    ) {
        let of = |minor: i64| Rate::from_ppm(ppm).of(eur(minor)).expect("in range").minor;
        let apart = (i128::from(of(minor)) * 1_000_000 - i128::from(minor) * i128::from(ppm)).abs();
        prop_assert!(apart * 2 <= 1_000_000);
        prop_assert!(of(minor) <= of(minor + more));
        prop_assert_eq!(of(-minor), -of(minor), "taking back is giving the other way");
    }
}
