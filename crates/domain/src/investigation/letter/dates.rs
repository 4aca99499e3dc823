//! Days that a letter names: written out, in figures, or counted from the day on which it was written.

use super::words::{Letter, Word, Zone};
use super::{Days, Setting};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

/// Days that lie further apart than this are not one matter.
const ONE_MATTER: i32 = 62;
/// Most days read in a letter.
const MOST: usize = 20;

/// Days found, and what stands around them.
struct Found {
    days: Days,
    /// Number of the word at which they begin.
    at: usize,
    /// How many words name them.
    words: usize,
    /// Whether it is a beginning ("since March"), which often speaks of something else.
    since: bool,
}

/// A reader of one run of words.
struct Reader<'a, 'b> {
    words: &'b [&'b Word<'a>],
    today: Date,
    american: Order,
}

/// How `3/4/2026` is meant.
#[derive(Clone, Copy)]
enum Order {
    MonthFirst,
    DayFirst,
    /// Whichever is nearer in the past.
    Nearer,
}

/// The day on which the letter was written: its own date, else the present day.
pub(super) fn today(letter: &Letter<'_>, setting: &Setting<'_>) -> Date {
    let stamp = jiff::Timestamp::from_microsecond(setting.now.micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let now = stamp.to_zoned(setting.zone.clone()).date();
    let labels = ["date:", "sent:", "datum:", "gesendet:", "fecha:", "enviado:", "envoye"];
    let is_date = |word: &&Word<'_>| {
        let line = letter.lines.get(word.line).map_or("", |(line, _)| line.trim_start());
        word.zone == Zone::Header && labels.iter().any(|label| line.to_lowercase().starts_with(label))
    };
    let words: Vec<&Word<'_>> = letter.words.iter().filter(is_date).collect();
    let reader = Reader { words: &words, today: now, american: order(setting.zone) };
    // "Fri, 20 Mar 2026" names two days; the one in more words is meant.
    let all = reader.all();
    let named = all.iter().filter(|found| found.days.last <= now).max_by_key(|found| found.words);
    named.map_or(now, |found| found.days.last)
}

/// The days that the letter is about.
pub(super) fn read(letter: &Letter<'_>, today: Date, zone: &TimeZone) -> Option<Days> {
    let words = letter.body();
    let reader = Reader { words: &words, today, american: order(zone) };
    let mut all: Vec<Found> = reader.all().into_iter().filter(|found| found.days.first <= today).collect();
    if all.iter().any(|found| !found.since) {
        all.retain(|found| !found.since);
    }
    if all.iter().any(|found| reader.is_told_of(found)) {
        all.retain(|found| reader.is_told_of(found));
    }
    let first = all.first()?.days;
    let near = |days: &Days| (days.first - first.first).get_days().abs() <= ONE_MATTER;
    let together = all.iter().map(|found| found.days).filter(near);
    let joined =
        together.fold(first, |sum, days| Days { first: sum.first.min(days.first), last: sum.last.max(days.last) });
    Some(Days { first: joined.first, last: joined.last.min(today).max(joined.first) })
}

/// Whether a word is a date in figures.
pub(super) fn is_numeric_date(text: &str) -> bool {
    figures(text).is_some_and(|parts| match parts.as_slice() {
        [year, month, day] if *year > 1_900 => *month <= 12 && *day <= 31,
        [one, other, year] => {
            *one <= 31 && *other <= 31 && (*one <= 12 || *other <= 12) && (*year <= 99 || *year > 1_900)
        }
        _ => false,
    })
}

fn order(zone: &TimeZone) -> Order {
    const STATES: &[&str] = &[
        "US/",
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Los_Angeles",
        "America/Phoenix",
        "America/Anchorage",
        "America/Detroit",
        "America/Boise",
        "America/Indiana/",
        "America/Kentucky/",
        "America/North_Dakota/",
    ];
    match zone.iana_name() {
        Some(name) if STATES.iter().any(|state| name.starts_with(state)) => Order::MonthFirst,
        Some("UTC" | "Etc/UTC") | None => Order::Nearer,
        Some(_) => Order::DayFirst,
    }
}

/// The numbers of a text such as `11.03.2026`; none if anything else is in it.
fn figures(text: &str) -> Option<Vec<i16>> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '.' | '/' | '-') || text.len() > 10 {
        return None;
    }
    let parts: Option<Vec<i16>> =
        text.split(separator).map(|part| part.parse().ok().filter(|_| !part.starts_with('+'))).collect();
    parts.filter(|parts| (2..=3).contains(&parts.len()))
}

fn month(low: &str) -> Option<i8> {
    const MONTHS: [&[&str]; 12] = [
        &["january", "jan", "januar", "janner", "janvier", "enero", "ene"],
        &["february", "feb", "februar", "fevrier", "febrero", "fev"],
        &["march", "mar", "marz", "mars", "marzo", "mrz"],
        &["april", "apr", "avril", "abril", "avr", "abr"],
        &["may", "mai", "mayo"],
        &["june", "jun", "juni", "juin", "junio"],
        &["july", "jul", "juli", "juillet", "julio"],
        &["august", "aug", "aout", "agosto", "ago"],
        &["september", "sep", "sept", "septembre", "septiembre"],
        &["october", "oct", "oktober", "okt", "octobre", "octubre"],
        &["november", "nov", "novembre", "noviembre"],
        &["december", "dec", "dezember", "dez", "decembre", "diciembre", "dic"],
    ];
    let place = MONTHS.iter().position(|names| names.contains(&low))?;
    i8::try_from(place + 1).ok()
}

fn weekday(low: &str) -> Option<Weekday> {
    Some(match low {
        "monday" | "montag" | "lundi" | "lunes" => Weekday::Monday,
        "tuesday" | "tue" | "tues" | "dienstag" | "mardi" | "martes" => Weekday::Tuesday,
        "wednesday" | "wed" | "mittwoch" | "mercredi" | "miercoles" => Weekday::Wednesday,
        "thursday" | "thu" | "thurs" | "donnerstag" | "jeudi" | "jueves" => Weekday::Thursday,
        "friday" | "fri" | "freitag" | "vendredi" | "viernes" => Weekday::Friday,
        "saturday" | "samstag" | "sonnabend" | "samedi" | "sabado" => Weekday::Saturday,
        "sunday" | "sonntag" | "dimanche" | "domingo" => Weekday::Sunday,
        _ => return None,
    })
}

fn number(low: &str) -> Option<i32> {
    const WORDS: [(&[&str], i32); 13] = [
        (&["a", "an", "one", "einem", "einer", "ein", "eine", "un", "une", "una"], 1),
        (&["two", "couple", "zwei", "deux", "dos"], 2),
        (&["three", "few", "drei", "trois", "tres", "several", "some", "paar", "quelques", "unos", "unas"], 3),
        (&["four", "vier", "quatre", "cuatro"], 4),
        (&["five", "funf", "cinq", "cinco"], 5),
        (&["six", "sechs", "seis"], 6),
        (&["seven", "sieben", "sept", "siete"], 7),
        (&["eight", "acht", "huit", "ocho"], 8),
        (&["nine", "neun", "neuf", "nueve"], 9),
        (&["ten", "zehn", "dix", "diez"], 10),
        (&["eleven", "elf", "onze", "once"], 11),
        (&["twelve", "zwolf", "douze", "doce"], 12),
        (&["fourteen", "vierzehn", "quatorze", "catorce"], 14),
    ];
    let figure = low.parse().ok().filter(|number| (1..=400).contains(number));
    figure.or_else(|| WORDS.iter().find(|(words, _)| words.contains(&low)).map(|(_, number)| *number))
}

/// Days in the unit, and how many days around the day counted it may have been.
fn unit(low: &str) -> Option<(i32, i32)> {
    Some(match low {
        "day" | "days" | "tag" | "tage" | "tagen" | "jour" | "jours" | "dia" | "dias" => (1, 0),
        "week" | "weeks" | "woche" | "wochen" | "semaine" | "semaines" | "semana" | "semanas" => (7, 3),
        "month" | "months" | "monat" | "monate" | "monaten" | "mois" | "mes" | "meses" => (30, 10),
        _ => return None,
    })
}

const LAST: &[&str] = &[
    "last",
    "past",
    "previous",
    "letzte",
    "letzten",
    "letzter",
    "letztes",
    "vergangene",
    "vergangenen",
    "dernier",
    "derniere",
    "pasado",
    "pasada",
    "vorige",
    "vorigen",
];
const IN: &[&str] = &[
    "in", "during", "since", "of", "im", "seit", "en", "de", "du", "depuis", "desde", "early", "mid", "late", "around",
    "anfang", "mitte", "ende", "debut", "fin", "back", "from",
];

impl Reader<'_, '_> {
    fn low(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.low.as_str())
    }

    fn before(&self, at: usize, back: usize) -> &str {
        at.checked_sub(back).map_or("", |at| self.low(at))
    }

    /// All days named, in order.
    fn all(&self) -> Vec<Found> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.words.len() && found.len() < MOST {
            match self.at(at) {
                Some((days, words)) => {
                    let since = ["since", "seit", "depuis", "desde"];
                    let since = (1..=2).any(|back| since.contains(&self.before(at, back)));
                    let days = if since { Days { first: days.first, last: self.today.max(days.last) } } else { days };
                    // "Tuesday, March 3": the weekday only accompanies the day.
                    found.pop_if(|before: &mut Found| {
                        before.words == 1 && before.at + 1 == at && weekday(self.low(before.at)).is_some()
                    });
                    found.push(Found { days, at, words, since });
                    at += words;
                }
                None => at += 1,
            }
        }
        found
    }

    /// Whether what the customer did is told near these days.
    fn is_told_of(&self, found: &Found) -> bool {
        const DEEDS: &[&str] = &[
            "signed",
            "sign",
            "signup",
            "sign-up",
            "clicked",
            "click",
            "bought",
            "buy",
            "purchase",
            "purchased",
            "ordered",
            "order",
            "joined",
            "registered",
            "subscribed",
            "paid",
            "referred",
            "used",
            "opened",
            "created",
            "angemeldet",
            "gekauft",
            "bestellt",
            "geklickt",
            "registriert",
            "inscrit",
            "inscrite",
            "achete",
            "clique",
            "commande",
            "registro",
            "compro",
            "inscribio",
            "pidio",
            "upgraded",
            "started",
            "anmeldung",
            "inscription",
            "converted",
            "checkout",
        ];
        let from = found.at.saturating_sub(8);
        let to = (found.at + found.words + 8).min(self.words.len());
        self.words[from..to].iter().any(|word| DEEDS.contains(&word.low.as_str()))
    }

    /// The days named at this word, and how many words name them.
    fn at(&self, at: usize) -> Option<(Days, usize)> {
        self.in_figures(at)
            .or_else(|| self.day_of_month(at))
            .or_else(|| self.month_and_day(at))
            .or_else(|| self.whole_month(at))
            .or_else(|| self.counted(at))
            .or_else(|| self.relative(at))
    }

    fn in_figures(&self, at: usize) -> Option<(Days, usize)> {
        let word = self.words[at];
        let parts = figures(word.text)?;
        let date = match parts.as_slice() {
            [year, month, day] if *year > 1_900 => date(*year, narrow(*month)?, narrow(*day)?)?,
            [one, other, year] => {
                self.either(*one, *other, Some(if *year < 100 { 2_000 + year } else { *year }), word.text)?
            }
            [one, other] => {
                const ON: &[&str] = &[
                    "on", "around", "am", "vom", "le", "el", "between", "from", "since", "and", "seit", "about",
                    "until", "bis",
                ];
                let told = ON.contains(&self.before(at, 1));
                let fits = told && word.text.contains(['/', '.']);
                if !fits {
                    return None;
                }
                self.either(*one, *other, None, word.text)?
            }
            _ => return None,
        };
        Some((Days { first: date, last: date }, 1))
    }

    /// A date of two numbers whose order has to be guessed.
    fn either(&self, one: i16, other: i16, year: Option<i16>, text: &str) -> Option<Date> {
        let read = |day: i16, month: i16| self.latest(year, narrow(month)?, narrow(day)?);
        let day_first = read(one, other);
        if text.contains('.') {
            return day_first;
        }
        let month_first = read(other, one);
        match (day_first, month_first, self.american) {
            (Some(date), None, _) | (None, Some(date), _) => Some(date),
            (Some(by_day), Some(by_month), order) => Some(match order {
                Order::MonthFirst if by_month <= self.today || by_day > self.today => by_month,
                Order::DayFirst if by_day <= self.today || by_month > self.today => by_day,
                Order::MonthFirst => by_day,
                Order::DayFirst => by_month,
                Order::Nearer => {
                    [by_day, by_month].into_iter().filter(|date| *date <= self.today).max().unwrap_or(by_month)
                }
            }),
            (None, None, _) => None,
        }
    }

    /// "11 March 2026", "11th of March", "11. März", "el 11 de marzo de 2026", "3-10 March", "3 to 10 March".
    fn day_of_month(&self, at: usize) -> Option<(Days, usize)> {
        let (first, mut last) = self.days_in(self.low(at))?;
        let mut next = at + 1;
        let goes_on = ["to", "and", "until", "bis", "und", "au", "et", "al", "y", "–", "or"].contains(&self.low(next));
        if goes_on
            && let Some((_, until)) = self.days_in(self.low(next + 1))
            && self.month_after(next + 2).is_some()
        {
            last = until;
            next += 2;
        }
        let (month, next) = self.month_after(next)?;
        let (year, next) = self.year_after(next);
        self.span(year, month, first, last).map(|days| (days, next - at))
    }

    /// A month at this place, or after "of".
    fn month_after(&self, at: usize) -> Option<(i8, usize)> {
        let place = if matches!(self.low(at), "of" | "de" | "des" | "du") { at + 1 } else { at };
        month(self.low(place)).map(|month| (month, place + 1))
    }

    /// A year at this place, or after "de", else none.
    fn year_after(&self, at: usize) -> (Option<i16>, usize) {
        let place = if matches!(self.low(at), "of" | "de" | "del" | "in") { at + 1 } else { at };
        match self.low(place).parse::<i16>() {
            Ok(year) if (2_000..=2_100).contains(&year) && self.low(place).len() == 4 => (Some(year), place + 1),
            _ => (None, at),
        }
    }

    /// "March 11", "Mar 11th, 2026", "March 3-10", "March 3 to 10".
    fn month_and_day(&self, at: usize) -> Option<(Days, usize)> {
        let month = month(self.low(at))?;
        let (first, mut last) = self.days_in(self.low(at + 1))?;
        let mut next = at + 2;
        let goes_on = ["to", "and", "until", "through", "–", "or"].contains(&self.low(next));
        if goes_on && let Some((_, until)) = self.days_in(self.low(next + 1)).filter(|(day, _)| *day > last) {
            last = until;
            next += 2;
        }
        let (year, next) = self.year_after(next);
        self.span(year, month, first, last).map(|days| (days, next - at))
    }

    /// "in March", "early March 2026", "mid-March", "Anfang März".
    fn whole_month(&self, at: usize) -> Option<(Days, usize)> {
        let low = self.low(at);
        let (glued, name) = low.split_once('-').unwrap_or(("", low));
        let month = month(name)?;
        let (year, next) = self.year_after(at + 1);
        let before = [glued, self.before(at, 1), self.before(at, 2), self.before(at, 3)];
        // "Mar", "may" and "march" are words of their own.
        let told = IN.contains(&before[1]) || !glued.is_empty() || year.is_some() || LAST.contains(&before[1]);
        if !told || !self.words[at].text.starts_with(char::is_uppercase) && name.len() <= 3 {
            return None;
        }
        let first = self.latest(year, month, 1)?;
        let end = first.last_of_month();
        let part = |from: i8, to: i8| {
            Some(Days { first: first.with().day(from).build().ok()?, last: first.with().day(to).build().ok()? })
        };
        let says = |words: &[&str]| before.iter().any(|word| words.contains(word));
        let days = if says(&["early", "beginning", "start", "anfang", "debut", "principios", "comienzos"]) {
            part(1, 12)?
        } else if says(&["mid", "middle", "mitte", "mi", "mediados"]) {
            part(9, 21)?
        } else if says(&["late", "end", "ende", "fin", "finales"]) {
            part(18, end.day())?
        } else {
            Days { first, last: end }
        };
        Some((days, next - at))
    }

    /// "three weeks ago", "a couple of days ago", "vor zwei Wochen", "il y a deux semaines", "hace un mes".
    fn counted(&self, at: usize) -> Option<(Days, usize)> {
        let count = number(self.low(at))?;
        let (place, count) = match (self.low(at + 1), self.low(at + 2)) {
            ("few" | "couple", "of") => (at + 3, if self.low(at + 1) == "few" { 3 } else { 2 }),
            ("few", _) => (at + 2, 3),
            ("couple", _) => (at + 2, 2),
            ("paar", _) => (at + 2, 3),
            ("or" | "oder" | "ou", _) => (at + 3, number(self.low(at + 2)).unwrap_or(count)),
            ("of", _) => (at + 2, count),
            _ => (at + 1, count),
        };
        let (days, around) = unit(self.low(place))?;
        let ago = self.low(place + 1) == "ago" || self.low(place + 1) == "back";
        let before = (self.before(at, 1), self.before(at, 2));
        let told = matches!(before, ("vor" | "hace", _) | ("a", "y"))
            || matches!((self.before(at, 1), self.before(at, 2)), (_, "vor"));
        if !ago && !told {
            return None;
        }
        let day = self.today.checked_sub(count.saturating_mul(days).days()).ok()?;
        let days = Days {
            first: day.checked_sub(around.days()).ok()?,
            last: day.checked_add(around.days()).ok()?.min(self.today),
        };
        Some((days, place + 1 + usize::from(ago) - at))
    }

    /// "yesterday", "last week", "letzten Dienstag", "la semaine dernière", "on Tuesday".
    fn relative(&self, at: usize) -> Option<(Days, usize)> {
        let back = |from: i32, to: i32| {
            Some(Days {
                first: self.today.checked_sub(from.days()).ok()?,
                last: self.today.checked_sub(to.days()).ok()?,
            })
        };
        let (low, next) = (self.low(at), self.low(at + 1));
        let last = LAST.contains(&low);
        let follows = LAST.contains(&next);
        let day = match (low, next) {
            ("yesterday" | "gestern" | "ayer", _) => (back(1, 1)?, 1),
            ("hier", _) if !matches!(self.before(at, 1), "ich" | "ist" | "bin" | "sind") && self.says_french() => {
                (back(1, 1)?, 1)
            }
            ("today" | "heute" | "hoy" | "tonight", _) => (back(0, 0)?, 1),
            ("this", "morning" | "afternoon" | "evening") => (back(0, 0)?, 2),
            ("vorgestern" | "anteayer", _) => (back(2, 2)?, 1),
            ("last", "night") => (back(1, 0)?, 2),
            ("this", "week") | ("diese" | "dieser", "woche") | ("cette", "semaine") | ("esta", "semana") => {
                (back(6, 0)?, 2)
            }
            ("this", "month") | ("diesen" | "diesem", "monat") | ("ce", "mois") | ("este", "mes") => {
                (Days { first: self.today.first_of_month(), last: self.today }, 2)
            }
            ("weekend" | "wochenende" | "week-end", _) => (self.weekend()?, 1),
            (_, "weekend" | "wochenende") if last => (self.weekend()?, 2),
            (_, "week" | "woche") if last => (back(13, 3)?, 2),
            ("semaine" | "semana", _) if follows => (back(13, 3)?, 2),
            (_, "month" | "monat") if last => (self.month_before()?, 2),
            ("mois" | "mes", _) if follows => (self.month_before()?, 2),
            _ => return self.day_of_week(at, last, follows),
        };
        Some(day)
    }

    fn says_french(&self) -> bool {
        self.words
            .iter()
            .take(200)
            .any(|word| matches!(word.low.as_str(), "le" | "la" | "elle" | "mon" | "ma" | "est" | "client" | "cliente"))
    }

    fn day_of_week(&self, at: usize, last: bool, follows: bool) -> Option<(Days, usize)> {
        let place = if last { at + 1 } else { at };
        let day = weekday(self.low(place))?;
        let word = self.words.get(place)?;
        let spanish_or_french = follows || matches!(self.before(at, 1), "el" | "le" | "ce");
        if !last && !spanish_or_french && !word.text.starts_with(char::is_uppercase)
            || matches!(self.before(place, 1), "next" | "every")
        {
            return None;
        }
        let since = i32::from(self.today.weekday().since(day));
        let back = if since == 0 { 7 } else { since };
        let date = self.today.checked_sub(back.days()).ok()?;
        // On a Wednesday, "last Tuesday" is yesterday to some and a week ago to others.
        let first = if last || follows { date.checked_sub(if back <= 2 { 7 } else { 0 }.days()).ok()? } else { date };
        Some((Days { first, last: date }, place + 1 + usize::from(follows) - at))
    }

    fn weekend(&self) -> Option<Days> {
        let since = i32::from(self.today.weekday().since(Weekday::Sunday));
        let sunday = self.today.checked_sub(since.days()).ok()?;
        Some(Days { first: sunday.checked_sub(2.days()).ok()?, last: sunday })
    }

    fn month_before(&self) -> Option<Days> {
        let last = self.today.first_of_month().yesterday().ok()?;
        Some(Days { first: last.first_of_month(), last })
    }

    /// A day of a month, or two: "11", "11th", "3-10".
    fn days_in(&self, low: &str) -> Option<(i8, i8)> {
        let one = |text: &str| {
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let (digits, rest) = text.split_at(end);
            let day: i8 = digits.parse().ok()?;
            (matches!(rest, "" | "st" | "nd" | "rd" | "th" | "er" | "º" | "o" | ".") && (1..=31).contains(&day))
                .then_some(day)
        };
        match low.split_once(['-', '–']) {
            Some((from, to)) => one(from).zip(one(to)).filter(|(from, to)| from <= to),
            None => one(low).map(|day| (day, day)),
        }
    }

    fn span(&self, year: Option<i16>, month: i8, first: i8, last: i8) -> Option<Days> {
        let start = self.latest(year, month, first)?;
        let end = start.with().day(last).build().ok().filter(|end| *end >= start).unwrap_or(start);
        Some(Days { first: start, last: end })
    }

    /// The day in that year; where none is given, the latest such day that is not to come.
    fn latest(&self, year: Option<i16>, month: i8, day: i8) -> Option<Date> {
        if let Some(year) = year {
            return date(year, month, day);
        }
        let this = date(self.today.year(), month, day);
        match this.filter(|date| *date <= self.today) {
            Some(date) => Some(date),
            None => date(self.today.year() - 1, month, day),
        }
    }
}

fn narrow(number: i16) -> Option<i8> {
    i8::try_from(number).ok()
}

fn date(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}
