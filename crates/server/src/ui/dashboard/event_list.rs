//! Events: everything that arrived, as it arrives, with what was refused before it could become an event.

use super::partner_create::Choice;
use super::rows::Ref;
use crate::store::dashboard::arrivals::{self, RefusedGroup};
use crate::store::earning::events::{self, EventFilter, ShownEvent};
use crate::store::{Conn, Cursor, Page, StoreError};
use crate::ui::answer::{UiError, page};
use crate::ui::format::{Calendar, counted};
use crate::ui::layout::{Chrome, Section};
use crate::ui::parts::{Badge, Pager, When};
use crate::ui::visitor::{Narrowed, Visitor};
use crate::ui::words;
use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use whence_domain::investigation::{AttemptRefusal, EventCause};
use whence_domain::{EventId, Instant, Tenant};

/// Something that arrived, or several requests that were refused for one reason.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// Leads to the event; nothing for what was refused.
    pub href: Option<String>,
    /// What it is.
    pub kind: String,
    /// Where it came from.
    pub source: String,
    /// What became of it.
    pub outcome: Badge,
    /// Why.
    pub why: String,
    /// What it is about.
    pub subject: Option<Ref>,
    /// When; the last of several.
    pub at: When,
}

/// What the list is narrowed to; lives in the address.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Filters {
    /// The kind's code.
    pub kind: String,
    /// What became of it.
    pub outcome: String,
    /// The cause's code.
    pub cause: String,
    /// Where it came from.
    pub source: String,
    /// The first day, `2026-03-31`.
    pub from: String,
    /// The last day.
    pub to: String,
    /// The last row of the page before.
    pub after: String,
}

impl Filters {
    /// Whether anything is narrowed at all.
    pub fn is_empty(&self) -> bool {
        [&self.kind, &self.outcome, &self.cause, &self.source, &self.from, &self.to].iter().all(|text| text.is_empty())
    }
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/event_list.html")]
pub struct EventListPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What it is narrowed to.
    pub filters: Filters,
    /// The outcomes to choose from.
    pub outcomes: Vec<Choice>,
    /// The causes to choose from.
    pub causes: Vec<Choice>,
    /// The sources to choose from.
    pub sources: Vec<Choice>,
    /// What arrived, newest first.
    pub rows: Vec<EventRow>,
    /// Whether it is the first page, which stays live.
    pub live: bool,
    /// The neighbouring pages.
    pub pager: Pager,
}

/// How many events a page lists, and groups of refused requests among them.
const SHOWN: u16 = 50;
const GROUPS: i64 = 50;
/// How far back refused requests are looked for where the list has an end of its own.
const REFUSED_DAYS: i64 = 30;
const PATH: &str = "/dashboard/events";
const SOURCES: [&str; 5] = ["snippet", "stripe", "api", "s2s", "dashboard"];

/// `GET /dashboard/events`.
pub async fn list(visitor: Visitor, Narrowed(filters): Narrowed<Filters>) -> Result<Response, UiError> {
    let app = &visitor.app;
    app.webhook_attempts.flush(app).await?;
    let mut conn = app.store.read().await?;
    let (tenant, calendar) = (&visitor.tenant, &visitor.calendar);
    let word = |text: &String| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let filter = EventFilter {
        kind: word(&filters.kind),
        outcome: word(&filters.outcome),
        cause: word(&filters.cause),
        source: word(&filters.source),
    };
    let (from, to) = (day_start(calendar, &filters.from, 0), day_start(calendar, &filters.to, 1));
    let after = EventId::parse(&filters.after);
    let asked = Page {
        cursor: after.as_ref().map(|after| Cursor::After(after.to_string())),
        min_created: from,
        max_created: to.map(|to| to.plus_micros(-1)),
        ..Page::first(SHOWN)
    };
    let listed = events::list(&mut conn, tenant, &filter, &asked).await?;
    let until = match &after {
        Some(after) => events::find(&mut conn, tenant, after).await?.map(|event| event.at),
        None => None,
    };
    let upper = until.or(to).unwrap_or(calendar.now.plus_micros(1));
    let lower = listed.items.last().filter(|_| listed.has_more).map(|event| event.at);
    let lower = lower.or(from).unwrap_or(upper.plus_days(-REFUSED_DAYS));
    let refused = arrivals::refused(&mut conn, tenant, lower, upper, GROUPS).await?;
    let rows =
        merge(&mut conn, tenant, calendar, &listed.items, refused.iter().filter(|group| group.fits(&filter))).await?;
    let last = listed.items.last().filter(|_| listed.has_more).map(|event| event.id.as_str());
    let query = [
        ("kind", filters.kind.as_str()),
        ("outcome", &filters.outcome),
        ("cause", &filters.cause),
        ("source", &filters.source),
        ("from", &filters.from),
        ("to", &filters.to),
    ];
    let shown = EventListPage {
        chrome: visitor.chrome(Section::Events),
        outcomes: words::outcome_choices(&filters.outcome),
        causes: causes(&filters.cause),
        sources: sources(&filters.source),
        rows,
        live: filters.after.is_empty(),
        pager: Pager::of(PATH, &query, &filters.after, last),
        filters,
    };
    page(&visitor, &shown)
}

/// The first instant of a day in the program's zone, so many days later; none if the text is no day.
fn day_start(calendar: &Calendar, day: &str, later: i64) -> Option<Instant> {
    let date: Date = day.trim().parse().ok()?;
    let date = date.checked_add(jiff::Span::new().try_days(later).ok()?).ok()?;
    let start = date.to_zoned(calendar.zone.clone()).ok()?.timestamp();
    Some(Instant::from_micros(start.as_microsecond()))
}

/// Events and refused requests in one order, the newest first.
async fn merge<'a>(
    conn: &mut Conn,
    tenant: &Tenant,
    calendar: &Calendar,
    events: &[ShownEvent],
    refused: impl Iterator<Item = &'a RefusedGroup>,
) -> Result<Vec<EventRow>, StoreError> {
    let mut rows = Vec::new();
    for event in events {
        rows.push((event.at, event_row(conn, tenant, calendar, event).await?));
    }
    rows.extend(refused.map(|group| (group.last_at, refused_row(calendar, group))));
    rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

async fn event_row(
    conn: &mut Conn,
    tenant: &Tenant,
    calendar: &Calendar,
    event: &ShownEvent,
) -> Result<EventRow, StoreError> {
    let quiet = event.outcome == "recorded" && event.cause != EventCause::CustomerUnknown;
    Ok(EventRow {
        href: Some(format!("{PATH}/{}", event.id)),
        kind: if event.replay_of.is_some() {
            format!("{}, replayed", words::event_kind(&event.kind))
        } else {
            words::event_kind(&event.kind)
        },
        source: words::event_source(&event.source),
        outcome: words::event_outcome(&event.outcome, event.cause),
        why: if quiet { String::new() } else { event.cause.sentence().to_owned() },
        subject: super::event_show::subject(conn, tenant, event.subject.as_ref()).await?.map(|found| found.about),
        at: calendar.when(event.at),
    })
}

fn refused_row(calendar: &Calendar, group: &RefusedGroup) -> EventRow {
    let requests = counted(group.requests, "request", "requests");
    let from = match (&group.origin, group.source.as_str()) {
        (Some(host), "snippet") => format!("{requests} from pages of {host}. "),
        (None, "snippet") => format!("{requests} from no page. "),
        _ => format!("{requests}. "),
    };
    EventRow {
        href: (group.source != "snippet").then(|| super::webhook_list::PATH.to_owned()),
        kind: words::event_kind(group.kind()),
        source: words::event_source(&group.source),
        outcome: words::plain_outcome("refused"),
        why: format!("{from}{}", group.why()),
        subject: None,
        at: calendar.when(group.last_at),
    }
}

fn causes(chosen: &str) -> Vec<Choice> {
    let choice = |code: &str, sentence: &str| Choice {
        value: code.to_owned(),
        label: short(sentence),
        selected: code == chosen,
    };
    let events = EventCause::ALL.iter().map(|cause| choice(cause.code(), cause.sentence()));
    events.chain(AttemptRefusal::ALL.iter().map(|cause| choice(cause.code(), cause.sentence()))).collect()
}

/// The beginning of a sentence, for a list to choose from.
fn short(sentence: &str) -> String {
    let cut = sentence.split([':', ';', ',']).next().unwrap_or_default().trim_end_matches('.');
    cut.chars().take(60).collect()
}

fn sources(chosen: &str) -> Vec<Choice> {
    let choice =
        |code: &str| Choice { value: code.to_owned(), label: words::event_source(code), selected: code == chosen };
    SOURCES.into_iter().map(choice).collect()
}

#[cfg(test)]
impl EventListPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        let row =
            |kind: &str, source: &str, outcome: &str, cause: EventCause, subject: Option<&str>, at: &str| EventRow {
                href: Some("/dashboard/events/evt_1".into()),
                kind: words::event_kind(kind),
                source: words::event_source(source),
                outcome: words::event_outcome(outcome, cause),
                why: if outcome == "recorded" && cause != EventCause::CustomerUnknown {
                    String::new()
                } else {
                    cause.sentence().into()
                },
                subject: subject.map(|name| Ref::customer("cus_1", name)),
                at: when(at),
            };
        let refused = EventRow {
            href: None,
            kind: words::event_kind("page_request"),
            source: "Snippet".into(),
            outcome: words::plain_outcome("refused"),
            why: "1,204 requests from pages of www.acme.test. The public key is unknown here.".into(),
            subject: None,
            at: when("3 min ago"),
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Events),
            filters: Filters::default(),
            outcomes: words::outcome_choices(""),
            causes: causes(""),
            sources: sources(""),
            rows: vec![
                row("signup", "snippet", "recorded", EventCause::SignUpTold, Some("Ada Park"), "just now"),
                refused,
                row(
                    "charge.succeeded",
                    "stripe",
                    "recorded",
                    EventCause::CustomerUnknown,
                    Some("jo@example.test"),
                    "12 min ago",
                ),
                row("charge.refunded", "stripe", "unmatched", EventCause::RefundWaits, None, "1 h ago"),
                row("transaction", "api", "duplicate", EventCause::PaymentKnown, Some(LONG), "yesterday"),
            ],
            live: true,
            pager: Pager { first: None, next: Some("/dashboard/events?after=x".into()) },
        };
        let empty = Self { rows: Vec::new(), pager: Pager::default(), ..typical.clone() };
        let mut narrowed = empty.clone();
        narrowed.filters.kind = "\"><script>@".into();
        vec![("event_list", typical), ("event_list_empty", empty), ("event_list_narrowed", narrowed)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_programs_zone() {
        let calendar = Calendar::new(Instant::from_seconds(1_772_323_200), "Europe/Berlin");
        let start = |day: &str, later| day_start(&calendar, day, later).map(Instant::micros);
        assert_eq!(start("2026-03-01", 0), Some((1_772_323_200 - 3_600) * 1_000_000));
        let day = start("2026-03-29", 1).zip(start("2026-03-29", 0)).map(|(end, begin)| end - begin);
        assert_eq!(day, Some(23 * 3_600_000_000), "the day on which clocks go forward");
        for odd in ["", "soon", "2026-02-30", "9999999-01-01"] {
            assert_eq!(start(odd, 0), None, "{odd}");
        }
    }
}
