//! Turns what was read from a segment into the rows that the database gets.

use super::reader::Entry;
use super::record::{Click, Miss, Record, Visit};
use crate::store::tracking::clicks::RollupKey;
use crate::store::tracking::drained::{ClickRow, MissRow, Place, QuarantinedRow, VisitRow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use whence_domain::investigation::page_name::fold_path;
use whence_domain::tracking::{ClickKey, agent};
use whence_domain::{Day, Instant, ProgramId, Tenant};

/// The rows of one unit of draining, in the order of the log.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Clicks.
    pub clicks: Vec<ClickRow>,
    /// Page views.
    pub visits: Vec<VisitRow>,
    /// Requests to links that lead nowhere.
    pub misses: Vec<MissRow>,
    /// What cannot be read, or was refused.
    pub quarantined: Vec<QuarantinedRow>,
}

/// The time zones of programs, to find the day on which a click counts.
pub type Zones = HashMap<String, TimeZone>;

/// Where an entry lies.
pub fn place(incarnation: u32, segment: u32, entry: &Entry) -> Place {
    let (Entry::Record { offset, .. } | Entry::Damaged { offset, .. }) = entry;
    Place { incarnation, segment, offset: *offset }
}

impl Rows {
    /// Adds what an entry says; what cannot be read is put aside with the reason.
    pub fn add(&mut self, place: Place, entry: &Entry, zones: &Zones, now: Instant) {
        match entry {
            Entry::Damaged { bytes, .. } => self.put_aside(place, bytes, "damaged on disk", now),
            Entry::Record { payload, .. } => match postcard::from_bytes::<Record<'_>>(payload) {
                Ok(Record::Click(click)) => self.clicks.push(click_row(&click, zones, now)),
                Ok(Record::Visit(visit)) => self.visits.push(visit_row(place, &visit, None, zones, now)),
                Ok(Record::VisitOn(visit, domain)) => {
                    self.visits.push(visit_row(place, &visit, Some(domain), zones, now));
                }
                Ok(Record::Miss(miss)) => self.misses.push(miss_row(place, &miss, now)),
                Err(error) => self.put_aside(place, payload, &format!("not readable: {error}"), now),
            },
        }
    }

    /// Puts an entry aside, since the database refused it.
    pub fn add_refused(&mut self, place: Place, entry: &Entry, reason: &str, now: Instant) {
        let (Entry::Damaged { bytes, .. } | Entry::Record { payload: bytes, .. }) = entry;
        self.put_aside(place, bytes, reason, now);
    }

    fn put_aside(&mut self, place: Place, bytes: &[u8], reason: &str, now: Instant) {
        self.quarantined.push(QuarantinedRow {
            place,
            reason: text(reason),
            record: STANDARD.encode(bytes),
            recorded_at: now.micros(),
        });
    }
}

fn click_row(click: &Click<'_>, zones: &Zones, now: Instant) -> ClickRow {
    let key = ClickKey::from(click.key);
    let at = Instant::from_millis(key.millis);
    let day = day_of(zones, click.program, at);
    let agent = agent::classify(click.user_agent.unwrap_or_default());
    ClickRow {
        key,
        xid: text(click.xid),
        outcome: click.outcome,
        rollup: RollupKey {
            program: text(click.program),
            mode: click.mode.as_str(),
            day: day.as_str().to_owned(),
            partner: text(click.partner),
            link: text(click.link),
            outcome: click.outcome.as_str(),
        },
        recorded_at: now.micros(),
        dest: text(click.dest),
        earlier_xids: list(&click.earlier_xids),
        sub_ids: list(&click.sub_ids),
        params: list(&click.params),
        referrer_host: click.referrer_host.map(text),
        device: agent.device.as_str(),
        browser: agent.browser.as_str(),
        engine: agent.engine.as_str(),
        in_app: agent.in_app,
        country: click.country.map(text),
        gpc_at: click.gpc.then_some(at.micros()),
        user_agent: click.user_agent.map(text),
        ip_prefix: click.ip_prefix.map(text),
    }
}

fn day_of(zones: &Zones, program: &str, at: Instant) -> Day {
    Day::of(at, zones.get(program).unwrap_or(&TimeZone::UTC))
}

fn visit_row(place: Place, visit: &Visit<'_>, cookie_domain: Option<&str>, zones: &Zones, now: Instant) -> VisitRow {
    let agent = agent::classify(visit.user_agent.unwrap_or_default());
    let page_host = visit.page_host.map(text);
    let page_path = visit.page_path.map(text);
    let counts = page_host.is_some() && page_path.is_some();
    VisitRow {
        place,
        tenant: Tenant::new(ProgramId::from_stored(text(visit.program)), visit.mode),
        occurred_at: visit.at.micros(),
        recorded_at: now.micros(),
        day: counts.then(|| day_of(zones, visit.program, visit.at).as_str().to_owned()),
        page_template: page_path.as_deref().filter(|_| counts).map(fold_path),
        page_host,
        page_path,
        params: list(&visit.params),
        referrer_host: visit.referrer_host.map(text),
        origin_host: visit.origin_host.map(text),
        xid: visit.xid.map(text),
        xid_verdict: visit.xid_verdict.as_str(),
        click: visit.click.map(|(key, class)| (key.into(), class)),
        partner_key: visit.partner_key.map(text),
        cookie: visit.cookie.as_str(),
        cookie_domain: cookie_domain.map(text),
        local_storage: visit.local_storage.as_str(),
        consent: visit.consent.map(text),
        gpc_at: visit.gpc.then_some(visit.at.micros()),
        snippet: visit.snippet.map(text),
        problems: list(&visit.problems),
        browser: agent.browser.as_str(),
        engine: agent.engine.as_str(),
        device: agent.device.as_str(),
        user_agent: visit.user_agent.map(text),
        ip_prefix: visit.ip_prefix.map(text),
    }
}

fn miss_row(place: Place, miss: &Miss<'_>, now: Instant) -> MissRow {
    MissRow {
        place,
        program: miss.program.map(text),
        mode: miss.mode.map(whence_domain::Mode::as_str),
        host: text(miss.host),
        path: text(miss.path),
        link: miss.link.map(text),
        outcome: miss.outcome.as_str(),
        reason: text(miss.reason),
        occurred_at: miss.at.micros(),
        recorded_at: now.micros(),
        referrer_host: miss.referrer_host.map(text),
    }
}

/// PostgreSQL keeps no NUL in text. The door strips it; a record made before that, or by a fault, must not stop the drain.
fn text(value: &str) -> String {
    if value.contains('\0') { value.replace('\0', "") } else { value.to_owned() }
}

fn list<T: AsRef<str>>(values: &[T]) -> String {
    let values: Vec<String> = values.iter().map(|value| text(value.as_ref())).collect();
    serde_json::Value::from(values).to_string()
}
