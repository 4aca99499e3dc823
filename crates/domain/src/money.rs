//! Amounts with their currency, and rates. Integers only: no floating point comes anywhere near them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The greatest amount of one transaction either way, in minor units (`wire.md` 3.1).
pub const MAX_TRANSACTION_MINOR: i64 = 50_000_000_000;

/// Parts of a whole that a rate counts in: 1,000,000.
const MILLION: i128 = 1_000_000;

/// An ISO 4217 code of three upper-case letters that names a currency we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(iso_currency::Currency);

/// An amount in minor units (cents of EUR, yen of JPY) of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units; negative for what is taken back.
    #[serde(rename = "amount")]
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

/// Why amounts could not be put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// They are of different currencies.
    #[error("amounts of different currencies cannot be added")]
    CurrencyMismatch,
    /// The result does not fit.
    #[error("the amount is too large")]
    Overflow,
    /// There is nobody to split it among.
    #[error("an amount cannot be split by weights that add up to nothing")]
    NoWeights,
    /// A transaction of more than fifty billion minor units.
    #[error("the amount must lie between -50000000000 and 50000000000 minor units")]
    OutOfRange,
}

impl MoneyError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CurrencyMismatch => "currency_mismatch",
            Self::Overflow => "amount_too_large",
            Self::NoWeights => "no_weights",
            Self::OutOfRange => "amount_out_of_range",
        }
    }
}

/// A share, in parts per million: 20 % is 200,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(u32);

impl Currency {
    /// Reads a code in either case; `None` if no such currency exists.
    pub fn parse(code: &str) -> Option<Self> {
        iso_currency::Currency::from_code(&code.to_ascii_uppercase()).map(Self)
    }

    /// The code, upper case.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimal digits its minor unit has: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent().unwrap_or(0).into()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("no such currency"))
    }
}

impl Rate {
    /// The whole: 100 %.
    pub const WHOLE: Self = Self(1_000_000);

    /// From parts per million.
    pub const fn from_ppm(ppm: u32) -> Self {
        Self(ppm)
    }

    /// From parts per million that came from outside; `None` below nothing or above the whole.
    pub fn parse_ppm(ppm: i64) -> Option<Self> {
        u32::try_from(ppm).ok().map(Self).filter(|rate| *rate <= Self::WHOLE)
    }

    /// Parts per million.
    pub const fn ppm(self) -> u32 {
        self.0
    }

    /// This share of `amount`, rounded half to even, once (`money.md` 2). Half to even so that many small amounts are not
    /// all rounded one way.
    pub fn of(self, amount: Money) -> Result<Money, MoneyError> {
        let product = i128::from(amount.minor) * i128::from(self.0);
        let minor = i64::try_from(divide_half_even(product, MILLION)).map_err(|_| MoneyError::Overflow)?;
        Ok(Money::new(minor, amount.currency))
    }
}

impl fmt::Display for Rate {
    /// Writes it as a percentage without trailing zeros: `12.5 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 10_000, self.0 % 10_000);
        if part == 0 {
            return write!(f, "{whole} %");
        }
        let part = format!("{part:04}");
        write!(f, "{whole}.{} %", part.trim_end_matches('0'))
    }
}

impl Money {
    /// So many minor units of a currency.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Both together.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_add(other.minor).map(|minor| Self::new(minor, self.currency)).ok_or(MoneyError::Overflow)
    }

    /// This without the other.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_sub(other.minor).map(|minor| Self::new(minor, self.currency)).ok_or(MoneyError::Overflow)
    }

    /// The same amount the other way.
    pub fn checked_neg(self) -> Result<Self, MoneyError> {
        self.minor.checked_neg().map(|minor| Self::new(minor, self.currency)).ok_or(MoneyError::Overflow)
    }

    /// The sum of all, in a currency that all must have.
    pub fn sum(amounts: impl IntoIterator<Item = Self>, currency: Currency) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    /// Splits the amount by weights, so that the parts add up to the whole to the minor unit. Each part is rounded towards
    /// nothing; what is left goes, a unit each, to the largest remainders, ties to whoever stands first (callers order by
    /// partner id: `money.md` 2). No part has the other sign.
    pub fn allocate(self, weights: &[u64]) -> Result<Vec<Self>, MoneyError> {
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        if total == 0 {
            return Err(MoneyError::NoWeights);
        }
        let products = |weight: &u64| i128::from(self.minor).checked_mul(i128::from(*weight));
        let products: Vec<i128> = weights.iter().map(products).collect::<Option<_>>().ok_or(MoneyError::Overflow)?;
        let mut parts: Vec<i128> = products.iter().map(|product| product / total).collect();

        let left = (i128::from(self.minor) - parts.iter().sum::<i128>()).unsigned_abs();
        let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
        // The sort is stable, so equal remainders keep their order.
        by_remainder.sort_by_key(|index| std::cmp::Reverse((products[*index] % total).unsigned_abs()));
        for (index, _) in by_remainder.into_iter().zip(0..left) {
            parts[index] += i128::from(self.minor.signum());
        }
        let part = |minor| i64::try_from(minor).map(|minor| Self::new(minor, self.currency));
        parts.into_iter().map(part).collect::<Result<_, _>>().map_err(|_| MoneyError::Overflow)
    }

    /// Lets the amount of a transaction through if it lies in the range that the API takes (`wire.md` 3.1): at most
    /// [`MAX_TRANSACTION_MINOR`] either way. Negative ones are legal.
    pub fn for_transaction(self) -> Result<Self, MoneyError> {
        (self.minor.unsigned_abs() <= MAX_TRANSACTION_MINOR.unsigned_abs())
            .then_some(self)
            .ok_or(MoneyError::OutOfRange)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        (self.currency == other.currency).then_some(()).ok_or(MoneyError::CurrencyMismatch)
    }
}

impl fmt::Display for Money {
    /// Writes it plainly by the currency's exponent: `12.34 EUR`, `-500 JPY`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exponent = self.currency.exponent() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0width$}", self.minor.unsigned_abs(), width = exponent + 1);
        let (whole, part) = digits.split_at(digits.len() - exponent);
        let point = if part.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{part} {}", self.currency)
    }
}

/// Divides and rounds to the nearest whole number, a half to the even one. `divisor` is positive.
fn divide_half_even(dividend: i128, divisor: i128) -> i128 {
    let floor = dividend.div_euclid(divisor);
    let twice = dividend.rem_euclid(divisor) * 2;
    let up = twice > divisor || (twice == divisor && floor % 2 != 0);
    floor + i128::from(up)
}
