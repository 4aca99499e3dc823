//! A request to a link: look it up in memory, say what the request is, make the click durable, answer.

use super::Edge;
use super::body::{self, Answer};
use super::client;
use super::pages;
use super::table::{Link, Program, Table};
use crate::spool::{Click, Miss, Record};
use http::header::{CACHE_CONTROL, COOKIE, LOCATION, SET_COOKIE};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use whence_domain::tracking::agent::{self, Declared};
use whence_domain::tracking::cookie::{earlier_ids, set_cookies};
use whence_domain::tracking::destination::{parameter_names, sub_ids};
use whence_domain::tracking::screening::{LinkState, Recent, RequestFacts, screen};
use whence_domain::tracking::{Outcome, RedirectTarget, Xid, XidFields};

/// The header that says what became of a request to a link.
pub const OUTCOME: HeaderName = HeaderName::from_static("whence-outcome");

/// A request that carries this process's own word is a check of ours.
pub const OWN: HeaderName = HeaderName::from_static("whence-own");

/// How every version of our link check begins to name itself.
const CHECKER: &str = "Whence-Link-Check/";

/// A disk that has not answered after this time does not keep the visitor any longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A request to a link host's path or to `/l/…`.
pub struct LinkRequest<'a> {
    /// The request's head.
    pub head: &'a Parts,
    /// The host asked for.
    pub host: &'a str,
    /// The program whose host or slug it is.
    pub program: Option<&'a Arc<Program>>,
    /// What stands where the link key stands.
    pub link_key: &'a str,
    /// The visitor's address.
    pub address: IpAddr,
}

impl Edge {
    /// Answers a request to a link.
    pub async fn follow(&self, request: &LinkRequest<'_>) -> Answer {
        if !matches!(request.head.method, Method::GET | Method::HEAD) {
            return pages::method_not_allowed();
        }
        let table = self.links.table();
        let found = request.program.and_then(|program| program.find_link(request.link_key).map(|link| (program, link)));
        let answer = match found.map(|(program, link)| (program, link, link.target())) {
            Some((program, link, Ok(target))) => self.redirect(request, &table, program, link, target).await,
            Some((_, link, Err(reason))) => self.miss(request, Some(link), reason).await,
            None if request.program.is_some() => self.miss(request, None, "no_such_link").await,
            None => self.miss(request, None, "no_such_program").await,
        };
        if request.head.method == Method::HEAD { body::headers_only(answer) } else { answer }
    }

    async fn redirect(
        &self,
        request: &LinkRequest<'_>,
        table: &Table,
        program: &Program,
        link: &Link,
        target: &RedirectTarget,
    ) -> Answer {
        let headers = &request.head.headers;
        let now = self.app.now();
        let user_agent = client::user_agent(headers);
        let outcome = self.screen(request, link, user_agent, now.millis());
        let key = self.spool.issue(now.millis());
        let fields = XidFields { link_number: link.row.number, mode: link.row.mode, class: outcome, key };
        let xid = table.keys.mint(&fields);
        let query = request.head.uri.query().unwrap_or_default();
        let gpc = client::gpc(headers);
        let earlier = earlier_ids(headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()), &table.keys);
        let prefix = client::prefix(request.address);
        let stored = self.spool.append(&Record::Click(Click {
            key: key.into(),
            program: program.id.as_str(),
            mode: link.row.mode,
            link: &link.row.id,
            partner: &link.row.partner,
            xid: xid.as_str(),
            outcome,
            dest: &link.row.dest,
            earlier_xids: earlier.iter().map(Xid::as_str).collect(),
            sub_ids: sub_ids(query),
            params: parameter_names(query),
            referrer_host: client::referrer_host(headers),
            country: None,
            gpc,
            user_agent,
            ip_prefix: Some(&prefix),
        }));
        let location = target.location(query, &link.encoded_key, &xid);
        let durable = matches!(tokio::time::timeout(PATIENCE, stored).await, Ok(Ok(())));
        // The id keeps the class that screening gave: if a sign-up shows it, the partner is not the one to lose by our
        // disk's trouble.
        let mut answer = outcome_only(StatusCode::FOUND, if durable { outcome } else { Outcome::Unrecorded });
        if let Ok(location) = HeaderValue::try_from(location) {
            answer.headers_mut().insert(LOCATION, location);
        }
        if may_set_cookies(program, gpc) {
            set(&mut answer, program, request.host, &link.row.partner_key, &xid);
        }
        answer
    }

    fn screen(&self, request: &LinkRequest<'_>, link: &Link, user_agent: Option<&str>, now_millis: i64) -> Outcome {
        let headers = &request.head.headers;
        let facts = RequestFacts {
            link: LinkState::Active,
            is_head: request.head.method == Method::HEAD,
            declared: user_agent.and_then(declared),
            purpose: client::purpose(headers),
            is_own: headers.get(OWN).is_some_and(|word| self.is_own_word(word.as_bytes()))
                // A check made by another node, or by another installation that is asked about a link of this one. Who
                // lends the name merely sees to it that their own click does not count.
                || user_agent.is_some_and(|agent| agent.starts_with(CHECKER)),
            recent: Recent::default(),
        };
        let outcome = screen(&facts);
        if outcome != Outcome::Counted {
            return outcome;
        }
        // Only what would be counted is remembered: a preview that fetched the link first must not make the person who
        // then follows it a repeat.
        let recent = self.recent.note(link.row.number, request.address, user_agent.unwrap_or_default(), now_millis);
        screen(&RequestFacts { recent, ..facts })
    }

    async fn miss(&self, request: &LinkRequest<'_>, link: Option<&Arc<Link>>, reason: &'static str) -> Answer {
        let outcome = if link.is_some() { Outcome::Inactive } else { Outcome::Unknown };
        let stored = self.spool.append(&Record::Miss(Miss {
            at: self.app.now(),
            program: request.program.map(|program| program.id.as_str()),
            mode: link.map(|link| link.row.mode),
            host: client::cut(request.host, 253),
            path: client::cut(request.head.uri.path(), 1_024),
            link: link.map(|link| link.row.id.as_str()),
            outcome,
            reason,
            referrer_host: client::referrer_host(&request.head.headers),
        }));
        // The page is the same whether or not it could be kept; the spool has told the operator.
        let _ = tokio::time::timeout(PATIENCE, stored).await;
        let mut answer = if link.is_some() { pages::inactive_link() } else { pages::unknown_link() };
        answer.headers_mut().insert(OUTCOME, HeaderValue::from_static(outcome.as_str()));
        answer
    }
}

/// An answer with nothing but its status, the outcome, and the word that nobody may keep it.
fn outcome_only(status: StatusCode, outcome: Outcome) -> Answer {
    let mut answer = body::empty(status);
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(OUTCOME, HeaderValue::from_static(outcome.as_str()));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    answer
}

/// Whether the program and the visitor let a click leave cookies before anybody was asked.
pub fn may_set_cookies(program: &Program, gpc: bool) -> bool {
    let denied = gpc && program.policy.honor_gpc;
    // The country is known to no part of the edge yet, and where it is unknown consent by region is required.
    !denied && !program.policy.consent.is_required_in(None)
}

/// Adds the four cookies, if the host lies on the program's own site.
pub fn set(answer: &mut Answer, program: &Program, host: &str, partner_key: &str, xid: &Xid) {
    let Some(scope) = program.cookie_scope(host) else { return };
    for cookie in set_cookies(&scope, program.site_is_https, partner_key, xid) {
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            answer.headers_mut().append(SET_COOKIE, cookie);
        }
    }
}

/// What an agent declares itself to be. Few different agents make most of the traffic, so each loop remembers those it has
/// read.
fn declared(user_agent: &str) -> Option<Declared> {
    const REMEMBERED: usize = 512;
    thread_local! {
        static KNOWN: RefCell<HashMap<Box<str>, Option<Declared>>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some(declared) = known.get(user_agent) {
            return *declared;
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        let declared = agent::declared(&user_agent.to_ascii_lowercase());
        known.insert(user_agent.into(), declared);
        declared
    })
}
