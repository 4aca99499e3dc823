//! Values as people read them: money by its currency's digits, counts with separators, instants in the program's zone.
//! Also the way back, from what a person typed. Integers only.

use crate::ui::parts::When;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use whence_domain::{Currency, Instant, Money};

/// U+2212, which is as wide as a digit, unlike the hyphen.
const MINUS: &str = "\u{2212}";

/// `€1,234.50`; `−€20.00`; `CHF 1,234.50` for a currency without a sign that everybody knows.
pub fn money(amount: Money) -> String {
    let sign = if amount.minor < 0 { MINUS } else { "" };
    let exponent = amount.currency.exponent();
    let digits = grouped_units(amount.minor.unsigned_abs(), exponent);
    match amount.currency.code() {
        "EUR" => format!("{sign}€{digits}"),
        "USD" => format!("{sign}${digits}"),
        "GBP" => format!("{sign}£{digits}"),
        "JPY" => format!("{sign}¥{digits}"),
        "INR" => format!("{sign}₹{digits}"),
        code => format!("{sign}{code}\u{a0}{digits}"),
    }
}

/// The amount with the code of a currency as it is stored; an unknown code is shown as it stands, in minor units.
pub fn money_of(minor: i64, code: &str) -> String {
    match Currency::parse(code) {
        Some(currency) => money(Money::new(minor, currency)),
        None => format!("{minor} {code}"),
    }
}

/// `12,480`.
pub fn count(number: i64) -> String {
    let sign = if number < 0 { MINUS } else { "" };
    format!("{sign}{}", grouped(number.unsigned_abs()))
}

/// `1 customer`, `3 customers`.
pub fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A rate in parts per million as `20%` or `12.5%`.
pub fn percent(ppm: u32) -> String {
    let whole = ppm / 10_000;
    let rest = format!("{:04}", ppm % 10_000);
    match rest.trim_end_matches('0') {
        "" => format!("{whole}%"),
        rest => format!("{whole}.{rest}%"),
    }
}

/// Reads `12.5` or `12.5%` as parts per million; `None` if it is no share of at most 100 %, or finer than one in a million.
pub fn parse_percent(text: &str) -> Option<u32> {
    let text = text.trim().trim_end_matches('%').trim_end();
    u32::try_from(parse_decimal(text, 4)?).ok().filter(|&ppm| ppm <= 1_000_000)
}

/// Reads `1,234.50` as minor units of the currency; `None` if it is not an amount or has more digits than the currency.
pub fn parse_money(text: &str, currency: Currency) -> Option<Money> {
    let text: String = text.trim().chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}')).collect();
    let minor = parse_decimal(&text, currency.exponent())?;
    Some(Money::new(minor, currency))
}

/// A decimal number of at most `places` places as an integer of that many places.
fn parse_decimal(text: &str, places: u32) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let places = usize::try_from(places).ok()?;
    if fraction.len() > places {
        return None;
    }
    format!("{whole}{fraction:0<places$}").parse().ok()
}

fn grouped_units(minor: u64, exponent: u32) -> String {
    let scale = 10_u64.pow(exponent);
    let whole = grouped(minor / scale);
    match exponent {
        0 => whole,
        places => format!("{whole}.{:0places$}", minor % scale, places = places as usize),
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The present moment and the program's zone: what is needed to write an instant.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// When the page is made.
    pub now: Instant,
    /// The program's time zone.
    pub zone: TimeZone,
}

impl Calendar {
    /// With a zone by its IANA name; an unknown one reads as UTC, as a new program has.
    pub fn new(now: Instant, zone: &str) -> Self {
        Self { now, zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC) }
    }

    /// The instant as people read it, short and exact.
    pub fn when(&self, at: Instant) -> When {
        let stamp = Timestamp::from_microsecond(at.micros()).unwrap_or(Timestamp::UNIX_EPOCH);
        let local = stamp.to_zoned(self.zone.clone());
        When {
            short: self.short(at),
            exact: local.strftime("%-d %b %Y, %H:%M:%S %Z").to_string(),
            iso: stamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }

    /// The instant with day and time, for timelines, where several fall on one day.
    pub fn moment(&self, at: Instant) -> When {
        let stamp = Timestamp::from_microsecond(at.micros()).unwrap_or(Timestamp::UNIX_EPOCH);
        let local = stamp.to_zoned(self.zone.clone());
        When { short: local.strftime("%-d %b %Y, %H:%M").to_string(), ..self.when(at) }
    }

    /// The instant to the second, `14:03:22`, where something happens now; with the day if that is another one.
    pub fn clock(&self, at: Instant) -> When {
        let stamp = Timestamp::from_microsecond(at.micros()).unwrap_or(Timestamp::UNIX_EPOCH);
        let local = stamp.to_zoned(self.zone.clone());
        let pattern = if self.day(at) == self.day(self.now) { "%H:%M:%S" } else { "%-d %b, %H:%M:%S" };
        When { short: local.strftime(pattern).to_string(), ..self.when(at) }
    }

    /// The day of an instant, `12 Mar 2026`.
    pub fn day(&self, at: Instant) -> String {
        let stamp = Timestamp::from_microsecond(at.micros()).unwrap_or(Timestamp::UNIX_EPOCH);
        stamp.to_zoned(self.zone.clone()).strftime("%-d %b %Y").to_string()
    }

    /// The first instant of a day written `2026-03-31`.
    pub fn start_of(&self, day: &str) -> Option<Instant> {
        let date: jiff::civil::Date = day.trim().parse().ok()?;
        let start = date.to_zoned(self.zone.clone()).ok()?.timestamp();
        Some(Instant::from_micros(start.as_microsecond()))
    }

    /// The first instant after a day written so.
    pub fn end_of(&self, day: &str) -> Option<Instant> {
        let date: jiff::civil::Date = day.trim().parse().ok()?;
        self.start_of(&date.tomorrow().ok()?.to_string())
    }

    /// The day of milliseconds since the epoch, or of a day written out, as `2026-03-31`.
    pub fn day_key(&self, typed: &str) -> Option<String> {
        let typed = typed.trim();
        if let Ok(millis) = typed.parse::<i64>() {
            let stamp = jiff::Timestamp::from_millisecond(millis).ok()?;
            return Some(stamp.to_zoned(self.zone.clone()).date().to_string());
        }
        typed.parse::<jiff::civil::Date>().ok().map(|date| date.to_string())
    }

    /// The last `count` days including today, oldest first.
    pub fn last_days(&self, count: i64) -> Vec<CalendarDay> {
        let stamp = Timestamp::from_microsecond(self.now.micros()).unwrap_or(Timestamp::UNIX_EPOCH);
        let today = stamp.to_zoned(self.zone.clone()).date();
        let day = |back: i64| {
            let date = today.checked_sub(jiff::Span::new().try_days(back).ok()?).ok()?;
            let start = date.to_zoned(self.zone.clone()).ok()?.timestamp();
            Some(CalendarDay {
                start: Instant::from_micros(start.as_microsecond()),
                key: date.to_string(),
                label: date.strftime("%-d %b").to_string(),
            })
        };
        (0..count).rev().filter_map(day).collect()
    }

    fn short(&self, at: Instant) -> String {
        const MINUTE: i64 = 60_000_000;
        const HOUR: i64 = 60 * MINUTE;
        match self.now.micros().saturating_sub(at.micros()) {
            past if past < -MINUTE => self.day(at),
            past if past < MINUTE => "just now".into(),
            past if past < HOUR => format!("{} min ago", past / MINUTE),
            past if past < 24 * HOUR => format!("{} h ago", past / HOUR),
            past if past < 48 * HOUR => "yesterday".into(),
            past if past < 7 * 24 * HOUR => format!("{} days ago", past / (24 * HOUR)),
            _ => self.day(at),
        }
    }
}

/// A day in the program's zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarDay {
    /// Its first instant.
    pub start: Instant,
    /// `2026-03-31`, as stored.
    pub key: String,
    /// `31 Mar`.
    pub label: String,
}

/// How long it is from one instant to a later one, in the unit that fits: `3 days`, `20 minutes`.
pub fn gap(from: Instant, to: Instant) -> String {
    const MINUTE: i64 = 60_000_000;
    match to.micros().saturating_sub(from.micros()) {
        span if span < MINUTE => "less than a minute".into(),
        span if span < 60 * MINUTE => counted(span / MINUTE, "minute", "minutes"),
        span if span < 48 * 60 * MINUTE => counted(span / (60 * MINUTE), "hour", "hours"),
        span => counted(span / (24 * 60 * MINUTE), "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(minor: i64, code: &str) -> String {
        money_of(minor, code)
    }

    #[test]
    fn money_has_the_digits_of_its_currency() {
        assert_eq!(amount(123_450, "EUR"), "€1,234.50");
        assert_eq!(amount(-2_000, "USD"), "\u{2212}$20.00");
        assert_eq!(amount(1_234_567, "JPY"), "¥1,234,567");
        assert_eq!(amount(1_234_567, "KWD"), "KWD\u{a0}1,234.567");
        assert_eq!(amount(5, "CHF"), "CHF\u{a0}0.05");
        assert_eq!(amount(5, "???"), "5 ???");
        assert_eq!(amount(i64::MIN, "EUR"), "\u{2212}€92,233,720,368,547,758.08");
    }

    #[test]
    fn rates_lose_nothing_and_show_no_idle_zeros() {
        assert_eq!(percent(200_000), "20%");
        assert_eq!(percent(125_000), "12.5%");
        assert_eq!(percent(1), "0.0001%");
    }

    #[test]
    fn what_a_person_typed_is_read_exactly_or_not_at_all() {
        let eur = Currency::parse("EUR").expect("known");
        let jpy = Currency::parse("JPY").expect("known");
        assert_eq!(parse_money("1,234.5", eur).map(|m| m.minor), Some(123_450));
        assert_eq!(parse_money(".5", eur).map(|m| m.minor), Some(50));
        assert_eq!(parse_money("10.005", eur), None);
        assert_eq!(parse_money("10.5", jpy), None);
        assert_eq!(parse_money("-3", eur), None);
        assert_eq!(parse_money("", eur), None);
        assert_eq!(parse_money("99999999999999999999", eur), None);
        assert_eq!(parse_percent("12.5 %"), Some(125_000));
        assert_eq!(parse_percent("100"), Some(1_000_000));
        assert_eq!(parse_percent("100.0001"), None);
        assert_eq!(parse_percent("a"), None);
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone_also_when_the_clocks_change() {
        let now = Instant::from_seconds(1_774_828_800); // 2026-03-30T00:00Z, the day after Berlin's clocks went forward
        let days = Calendar::new(now, "Europe/Berlin").last_days(3);
        let keys: Vec<&str> = days.iter().map(|day| day.key.as_str()).collect();
        assert_eq!(keys, ["2026-03-28", "2026-03-29", "2026-03-30"]);
        assert_eq!(days[2].start.micros() - days[1].start.micros(), 23 * 3_600_000_000);
        assert_eq!(gap(days[0].start, days[2].start), "47 hours");
        assert_eq!(gap(days[0].start, days[0].start.plus_days(3)), "3 days");
        assert_eq!(gap(days[0].start, days[0].start), "less than a minute");
    }

    #[test]
    fn an_instant_reads_in_the_programs_zone() {
        let now = Instant::from_seconds(1_772_323_200); // 2026-03-01T00:00Z
        let here = Calendar::new(now, "America/New_York");
        assert_eq!(here.when(now).short, "just now");
        assert_eq!(here.when(now.plus_days(-1)).short, "yesterday");
        assert_eq!(here.when(now.plus_days(-9)).short, "19 Feb 2026");
        assert_eq!(here.moment(now).short, "28 Feb 2026, 19:00");
        assert_eq!(here.when(now).iso, "2026-03-01T00:00:00Z");
        assert_eq!(Calendar::new(now, "Mars/Olympus").day(now), "1 Mar 2026");
    }
}
