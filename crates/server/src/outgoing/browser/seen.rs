//! What a visit's events tell, kept as far as a link check asks for it.

use super::devtools::Event;
use super::page::{Reading, Tag};
use super::proxy::Refusal;
use super::rules::{OurHosts, is_call};
use serde_json::Value;
use std::time::Instant;
use url::Url;
use whence_domain::investigation::link_check::visit::{
    Arrival, Blocked, BlockedBy, Excerpt, Platform, ReportCall, SnippetReport, SnippetTag, Visit, VisitEnd, VisitHop,
};

/// Addresses of the window that are kept: more than the redirects that a browser follows. A page that moves on more often
/// is going round in circles.
pub const HOPS: usize = 24;
/// What the proxy answers for a host that may not be reached.
const REFUSED: u16 = 403;
/// Of everything else.
const KEPT: usize = 40;
/// Hosts of the platform that companies come from.
const FORMER_SITES: [&str; 3] = ["partnerstack.com", "growsumo.com", "grsm.io"];
/// Where it serves its snippet on a company's own host.
const FORMER_PATH: &str = "/pr/js";

/// What was seen so far.
#[derive(Debug)]
pub struct Seen {
    ours: OurHosts,
    /// The session of the page.
    pub session: Option<String>,
    /// Its main frame.
    pub frame: Option<String>,
    /// When its load event came.
    pub loaded_at: Option<Instant>,
    /// When it last asked for something or got it.
    pub moved_at: Instant,
    /// Whether its process ended.
    pub crashed: bool,
    /// Whether the window could not be brought to its last address.
    pub not_opened: bool,
    /// Where the window is now, whole.
    pub address: String,
    hops: Vec<Hop>,
    loads: Vec<Load>,
    reports: Vec<(String, SnippetReport)>,
    scripts_underway: Vec<String>,
    blocked: Vec<Blocked>,
    errors: u32,
    first_error: Option<Excerpt>,
}

#[derive(Debug)]
struct Hop {
    request: String,
    host: Option<(String, u16)>,
    hop: VisitHop,
}

/// A snippet's script on its way.
#[derive(Debug)]
struct Load {
    request: String,
    url: String,
    inserted_by: Option<Excerpt>,
    arrival: Arrival,
}

impl Seen {
    /// Nothing yet.
    pub fn new(ours: OurHosts) -> Self {
        Self {
            ours,
            session: None,
            frame: None,
            loaded_at: None,
            moved_at: Instant::now(),
            crashed: false,
            not_opened: false,
            address: String::new(),
            hops: Vec::new(),
            loads: Vec::new(),
            reports: Vec::new(),
            scripts_underway: Vec::new(),
            blocked: Vec::new(),
            errors: 0,
            first_error: None,
        }
    }

    /// Our hosts.
    pub fn ours(&self) -> &OurHosts {
        &self.ours
    }

    /// Whether the window has moved on more often than is followed.
    pub fn goes_round(&self) -> bool {
        self.hops.len() >= HOPS
    }

    /// Whether a script is still on its way.
    pub fn awaits_script(&self) -> bool {
        !self.scripts_underway.is_empty()
    }

    /// Takes an event in.
    pub fn note(&mut self, event: &Event) {
        let is_main = event.session.is_some() && event.session == self.session;
        let params = &event.params;
        match event.method.as_str() {
            "Network.requestWillBeSent" => self.note_request(params),
            "Network.responseReceived" => self.note_answer(params),
            "Network.loadingFinished" => self.note_end(params),
            "Network.loadingFailed" => self.note_failure(params),
            "Page.loadEventFired" if is_main => self.loaded_at = Some(Instant::now()),
            "Inspector.targetCrashed" if is_main => self.crashed = true,
            "Audits.issueAdded" => self.note_issue(&params["issue"]),
            "Runtime.exceptionThrown" => self.note_error(&params["exceptionDetails"]),
            _ => {}
        }
    }

    fn note_request(&mut self, params: &Value) {
        let (Some(id), Some(url)) = (params["requestId"].as_str(), params["request"]["url"].as_str()) else { return };
        let Ok(parsed) = Url::parse(url) else { return };
        if !matches!(parsed.scheme(), "http" | "https") {
            return;
        }
        self.moved_at = Instant::now();
        let is_page = params["type"] == "Document" && params["frameId"].as_str() == self.frame.as_deref();
        if is_page {
            let redirected = status(&params["redirectResponse"]);
            self.note_hop(id, &parsed, redirected);
            return;
        }
        if params["type"] == "Script" && self.scripts_underway.len() < KEPT {
            self.scripts_underway.push(id.to_owned());
        }
        if platform(&parsed, &self.ours).is_some() && self.loads.len() < KEPT {
            let (request, url) = (id.to_owned(), url.to_owned());
            self.loads.push(Load {
                request,
                url,
                inserted_by: inserted_by(&params["initiator"]),
                arrival: Arrival::Open,
            });
        }
        if params["request"]["method"] == "POST" && is_call(&parsed, &self.ours) && self.reports.len() < KEPT {
            self.reports.push((id.to_owned(), report(&parsed, params["request"]["postData"].as_str())));
        }
    }

    fn note_hop(&mut self, id: &str, url: &Url, redirected: Option<u16>) {
        if let Some(last) = self.hops.iter_mut().rfind(|hop| hop.request == id)
            && redirected.is_some()
        {
            last.hop.status = redirected;
        }
        self.loaded_at = None;
        self.not_opened = false;
        if self.hops.len() >= HOPS {
            return;
        }
        self.address = url.as_str().to_owned();
        let parameters = url.query_pairs().take(KEPT).map(|(name, _)| Excerpt::cut(&name)).collect();
        let host = url.host_str().map(str::to_owned).zip(url.port_or_known_default());
        let hop = VisitHop { url: bare(url), parameters, status: None };
        self.hops.push(Hop { request: id.to_owned(), host, hop });
    }

    fn note_answer(&mut self, params: &Value) {
        let Some(id) = params["requestId"].as_str() else { return };
        self.moved_at = Instant::now();
        let Some(status) = status(&params["response"]) else { return };
        if let Some(last) = self.hops.iter_mut().rfind(|hop| hop.request == id) {
            last.hop.status = Some(status);
        }
        self.arrive(id, Arrival::Answered(status));
    }

    fn note_end(&mut self, params: &Value) {
        let Some(id) = params["requestId"].as_str() else { return };
        self.moved_at = Instant::now();
        self.scripts_underway.retain(|underway| underway != id);
    }

    fn note_failure(&mut self, params: &Value) {
        let Some(id) = params["requestId"].as_str() else { return };
        self.note_end(params);
        if let Some(last) = self.hops.last()
            && last.request == id
        {
            // A download or an empty answer leaves the window where it was, with its status; an address that cannot be
            // opened has none.
            self.not_opened = last.hop.status.is_none();
            self.loaded_at = Some(Instant::now());
        }
        let by = match params["blockedReason"].as_str() {
            None => return self.arrive(id, Arrival::Failed),
            Some("csp") => BlockedBy::ContentPolicy,
            Some("mixed-content") => BlockedBy::MixedContent,
            Some("integrity") => BlockedBy::Integrity,
            Some(_) => BlockedBy::Browser,
        };
        self.arrive(id, Arrival::Blocked);
        let url = self.loads.iter().find(|load| load.request == id).and_then(|load| Url::parse(&load.url).ok());
        let call = self.reports.iter().find(|(request, _)| request == id).map(|(_, report)| call_path(report.call));
        match (url, call) {
            (Some(url), _) => self.block(by, bare(&url), None),
            (None, Some(path)) => self.block(by, Excerpt::cut(path), None),
            (None, None) => {}
        }
    }

    fn arrive(&mut self, id: &str, arrival: Arrival) {
        for load in self.loads.iter_mut().filter(|load| load.request == id) {
            load.arrival = arrival;
        }
        for (_, report) in self.reports.iter_mut().filter(|(request, _)| request == id) {
            report.arrival = arrival;
        }
    }

    fn note_issue(&mut self, issue: &Value) {
        let details = &issue["details"]["contentSecurityPolicyIssueDetails"];
        let Some(url) = details["blockedURL"].as_str().and_then(|url| Url::parse(url).ok()) else { return };
        if details["isReportOnly"] == true || !(platform(&url, &self.ours).is_some() || self.ours.has(&url)) {
            return;
        }
        let directive = details["violatedDirective"].as_str().map(Excerpt::cut);
        self.block(BlockedBy::ContentPolicy, bare(&url), directive);
    }

    /// Notes what was kept back, once; a directive that is told later is added.
    fn block(&mut self, by: BlockedBy, url: Excerpt, directive: Option<Excerpt>) {
        let room = self.blocked.len() < KEPT;
        match self.blocked.iter_mut().find(|known| known.by == by && known.url == url) {
            Some(known) => known.directive = known.directive.take().or(directive),
            None if room => self.blocked.push(Blocked { by, url, directive }),
            None => {}
        }
    }

    fn note_error(&mut self, details: &Value) {
        self.errors = self.errors.saturating_add(1);
        if self.first_error.is_none() {
            let text = details["exception"]["description"].as_str().or(details["text"].as_str()).unwrap_or_default();
            self.first_error = Some(Excerpt::cut(text.lines().next().unwrap_or_default()));
        }
    }

    /// What a link check is told.
    pub fn facts(&self, mut end: VisitEnd, reading: &Reading, refusals: &[Refusal]) -> Visit {
        let mut hops: Vec<VisitHop> = self.hops.iter().map(|hop| hop.hop.clone()).collect();
        // The proxy's own refusal is no answer of the page's server.
        if let (Some(seen), Some(last)) = (self.hops.last(), hops.last_mut())
            && let Some((host, port)) = &seen.host
            && last.status == Some(REFUSED)
            && refusals.iter().any(|refusal| refusal.host == *host && refusal.port == *port)
        {
            last.status = None;
            end = VisitEnd::NotOpened;
        }
        let forbidden = refusals.iter().filter(|refusal| refusal.reason.is_forbidden());
        Visit {
            end,
            hops,
            scripts: reading.tags.iter().filter_map(|tag| self.tag(tag)).take(KEPT).collect(),
            globals: reading.globals,
            cookies: reading.cookies.clone(),
            reports: self.reports.iter().map(|(_, report)| report.clone()).collect(),
            blocked: self.blocked.clone(),
            script_errors: self.errors,
            first_error: self.first_error.clone(),
            forbidden_hosts: forbidden.map(|refusal| Excerpt::cut(&refusal.host)).collect(),
        }
    }

    fn tag(&self, tag: &Tag) -> Option<SnippetTag> {
        let url = Url::parse(&tag.src).ok()?;
        let platform = platform(&url, &self.ours)?;
        let load = self.loads.iter().rfind(|load| load.url == tag.src);
        Some(SnippetTag {
            platform,
            src: bare(&url),
            in_head: tag.in_head,
            inserted_by: load.and_then(|load| load.inserted_by.clone()),
            arrival: load.map_or(Arrival::Open, |load| load.arrival),
        })
    }
}

/// Whose snippet an address serves.
fn platform(url: &Url, ours: &OurHosts) -> Option<Platform> {
    let path = url.path();
    if ours.has(url) {
        let is_snippet =
            matches!(path, "/v1" | "/v1/" | FORMER_PATH) || path.starts_with("/v1/") && path.ends_with(".js");
        return is_snippet.then_some(Platform::Ours);
    }
    let host = url.host_str()?;
    let of_site = |site: &str| host == site || host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.'));
    let is_script = path == FORMER_PATH || path == "/v1/" || path.ends_with(".js");
    (path == FORMER_PATH || is_script && FORMER_SITES.iter().any(|site| of_site(site))).then_some(Platform::Former)
}

/// The host of the script that asked for something; nothing if the page itself did.
fn inserted_by(initiator: &Value) -> Option<Excerpt> {
    if initiator["type"] != "script" {
        return None;
    }
    let mut stack = &initiator["stack"];
    // A script that was called back by a timer stands in the stack of who set the timer.
    for _ in 0..8 {
        let frames = stack["callFrames"].as_array().into_iter().flatten();
        let host = frames
            .filter_map(|frame| Url::parse(frame["url"].as_str()?).ok())
            .find_map(|url| url.host_str().map(Excerpt::cut));
        if host.is_some() {
            return host;
        }
        stack = &stack["parent"];
    }
    None
}

fn report(url: &Url, body: Option<&str>) -> SnippetReport {
    let body: Value = body.and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(Excerpt::cut);
    SnippetReport {
        call: if url.path() == call_path(ReportCall::SignUp) { ReportCall::SignUp } else { ReportCall::PageView },
        arrival: Arrival::Open,
        public_key: text(&body["public_key"]),
        has_xid: text(&body["xid"]).is_some(),
        cookie_kept: body["storage"]["cookie"].as_bool(),
        version: text(&body["snippet"]),
        problems: body["problems"].as_array().into_iter().flatten().take(KEPT).filter_map(text).collect(),
    }
}

fn call_path(call: ReportCall) -> &'static str {
    match call {
        ReportCall::PageView => "/v1/visits",
        ReportCall::SignUp => "/v1/signup",
    }
}

fn status(answer: &Value) -> Option<u16> {
    answer["status"].as_u64().and_then(|status| u16::try_from(status).ok()).filter(|status| *status >= 100)
}

/// Scheme, host and path.
fn bare(url: &Url) -> Excerpt {
    Excerpt::cut(&url[..url::Position::AfterPath])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ours() -> OurHosts {
        OurHosts::new(["go.shop.test".into()], Vec::new(), "WORD".into())
    }

    fn seen(events: &[(&str, Value)]) -> Seen {
        let mut seen = Seen::new(ours());
        seen.session = Some("S".into());
        seen.frame = Some("F".into());
        for (method, params) in events {
            seen.note(&Event { session: Some("S".into()), method: (*method).into(), params: params.clone() });
        }
        seen
    }

    fn request(id: &str, kind: &str, url: &str) -> (&'static str, Value) {
        let request = json!({ "url": url, "method": "GET" });
        ("Network.requestWillBeSent", json!({ "requestId": id, "type": kind, "frameId": "F", "request": request }))
    }

    fn facts(seen: &Seen) -> Visit {
        seen.facts(VisitEnd::Settled, &Reading::default(), &[])
    }

    #[test]
    fn redirects_of_servers_and_of_scripts_make_one_chain() {
        let mut second = request("1", "Document", "https://shop.test/a?gspk=1&x=2");
        second.1["redirectResponse"] = json!({ "status": 302 });
        let events = [
            request("1", "Document", "https://go.shop.test/bo"),
            second,
            ("Network.responseReceived", json!({ "requestId": "1", "response": { "status": 200 } })),
            ("Page.loadEventFired", json!({})),
            request("2", "Document", "https://shop.test/b#frag"),
            ("Network.responseReceived", json!({ "requestId": "2", "response": { "status": 404 } })),
        ];
        let seen = seen(&events);
        let facts = facts(&seen);
        let told: Vec<(&str, Option<u16>)> = facts.hops.iter().map(|hop| (hop.url.as_str(), hop.status)).collect();
        assert_eq!(
            told,
            [
                ("https://go.shop.test/bo", Some(302)),
                ("https://shop.test/a", Some(200)),
                ("https://shop.test/b", Some(404))
            ]
        );
        assert_eq!(facts.hops[1].parameters, ["gspk".into(), "x".into()]);
        assert_eq!(seen.loaded_at, None, "the second page has not loaded yet");
    }

    #[test]
    fn an_address_that_cannot_be_opened_is_told_and_the_proxys_refusal_is_no_answer() {
        let failed = ("Network.loadingFailed", json!({ "requestId": "1", "errorText": "net::ERR_NAME_NOT_RESOLVED" }));
        assert!(seen(&[request("1", "Document", "https://nowhere.test/"), failed]).not_opened);
        let refused = seen(&[
            request("1", "Document", "http://evil.test/"),
            ("Network.responseReceived", json!({ "requestId": "1", "response": { "status": 403 } })),
        ]);
        let refusal = Refusal { host: "evil.test".into(), port: 80, reason: crate::outgoing::Refused::Host };
        let facts = refused.facts(VisitEnd::Settled, &Reading::default(), &[refusal]);
        assert_eq!((facts.end, facts.hops[0].status), (VisitEnd::NotOpened, None));
        assert_eq!(facts.forbidden_hosts, ["evil.test".into()]);
    }

    #[test]
    fn a_policy_that_keeps_the_snippet_back_is_told_once_with_its_directive() {
        let issue = |url: &str, report_only: bool| {
            (
                "Audits.issueAdded",
                json!({ "issue": { "details": { "contentSecurityPolicyIssueDetails": {
                "blockedURL": url, "violatedDirective": "script-src", "isReportOnly": report_only } } } }),
            )
        };
        let url = "https://go.shop.test/v1/partner.js";
        let events = [
            request("1", "Script", url),
            ("Network.loadingFailed", json!({ "requestId": "1", "blockedReason": "csp" })),
            issue(url, false),
            issue("https://other.test/x.js", false),
            issue("https://go.shop.test/v1/", true),
        ];
        let blocked = facts(&seen(&events)).blocked;
        assert_eq!(
            blocked,
            [Blocked { by: BlockedBy::ContentPolicy, url: url.into(), directive: Some("script-src".into()) }]
        );
    }

    #[test]
    fn a_report_is_read_without_what_it_says_of_anybody() {
        let mut event = request("1", "Fetch", "https://go.shop.test/v1/visits");
        event.1["request"]["method"] = "POST".into();
        event.1["request"]["postData"] = json!({ "public_key": "pk_1", "xid": "SECRET", "storage": { "cookie": true },
            "problems": ["cookies_blocked"], "page": "https://shop.test/SECRET" })
        .to_string()
        .into();
        let seen =
            seen(&[event, ("Network.responseReceived", json!({ "requestId": "1", "response": { "status": 202 } }))]);
        let facts = facts(&seen);
        let report = &facts.reports[0];
        assert_eq!(report.arrival, Arrival::Answered(202));
        assert_eq!(report.public_key, Some("pk_1".into()));
        assert!(report.has_xid && report.cookie_kept == Some(true));
        assert!(!format!("{facts:?}").contains("SECRET"));
    }

    #[test]
    fn a_snippet_is_known_by_where_it_comes_from() {
        for (url, expected) in [
            ("https://go.shop.test/v1/", Some(Platform::Ours)),
            ("https://go.shop.test/v1/1.0.0.js", Some(Platform::Ours)),
            ("https://go.shop.test/pr/js", Some(Platform::Ours)),
            ("https://go.shop.test/bo", None),
            ("https://js.partnerstack.com/v1/", Some(Platform::Former)),
            ("https://snippet.growsumo.com/growsumo.min.js", Some(Platform::Former)),
            ("https://partners.shop.test/pr/js", Some(Platform::Former)),
            ("https://evilpartnerstack.com/x.js", None),
            ("https://shop.test/app.js", None),
        ] {
            assert_eq!(platform(&Url::parse(url).expect("an address"), &ours()), expected, "{url}");
        }
    }

    #[test]
    fn who_inserted_a_script_is_found_behind_a_timer() {
        let stack = json!({ "callFrames": [{ "url": "" }], "parent": { "callFrames": [{ "url": "https://tags.test/gtm.js" }] } });
        assert_eq!(inserted_by(&json!({ "type": "script", "stack": stack })), Some("tags.test".into()));
        assert_eq!(inserted_by(&json!({ "type": "parser", "url": "https://shop.test/" })), None);
    }
}
