//! One visit: start the browser, open the link, wait until the page is at rest, ask it, end the browser.

use super::chromium::{Chromium, Unavailable};
use super::devtools::{CallError, DevTools, Event};
use super::limits::{ANSWER, Limits};
use super::page::{self, Reading};
use super::proxy::Proxy;
use super::rules::{OurHosts, on_question, on_request};
use super::seen::Seen;
use super::{BrowserSettings, limits};
use crate::outgoing::fetch::check_url;
use crate::outgoing::{Outgoing, Refused, USER_AGENT};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;
use url::Url;
use whence_domain::investigation::link_check::visit::{Visit, VisitEnd};

/// Visits of this process at a time; others wait.
static VISITS: Semaphore = Semaphore::const_new(1);
/// How long one waits for its turn.
const TURN: Duration = Duration::from_secs(120);
/// How long the browser may take to start.
const START: Duration = Duration::from_secs(12);
/// Frames and workers of a page that are let run. What comes beyond stays paused.
const TARGETS: usize = 100;
/// Requests whose question for a password is remembered.
const QUESTIONS: usize = 5_000;

/// What to visit.
pub struct VisitRequest {
    /// The link, or any address.
    pub url: Url,
    /// Our own hosts, which must know the visit as ours.
    pub ours: OurHosts,
}

/// Why there was no visit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VisitError {
    /// None can be had here.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The address is none that may be visited.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Others are waiting already.
    #[error("other visits are under way: try again in a minute")]
    Busy,
    /// The browser did not do what was asked of it.
    #[error("the browser could not be driven: {0}")]
    Browser(#[from] CallError),
}

/// Visits an address and says what a browser saw. Takes at most about half a minute, and leaves no process and no file.
///
/// # Errors
/// Why there was no visit. What a page does is no error.
pub async fn visit(
    request: VisitRequest,
    outgoing: &Outgoing,
    settings: &BrowserSettings,
) -> Result<Visit, VisitError> {
    check_url(&request.url)?;
    run(Some(request.url), request.ours, outgoing, settings).await
}

/// Starts a browser, makes sure of its sandbox, and ends it: whether a visit could be had here.
///
/// # Errors
/// What to do.
pub async fn probe(outgoing: &Outgoing, settings: &BrowserSettings) -> Result<(), VisitError> {
    run(None, OurHosts::default(), outgoing, settings).await.map(|_| ())
}

async fn run(
    url: Option<Url>,
    ours: OurHosts,
    outgoing: &Outgoing,
    settings: &BrowserSettings,
) -> Result<Visit, VisitError> {
    super::chromium::find(settings)?;
    let turn = tokio::time::timeout(TURN, VISITS.acquire()).await;
    let Ok(Ok(_turn)) = turn else { return Err(VisitError::Busy) };
    let proxy = Proxy::start(outgoing.clone(), settings.limits.bytes)
        .await
        .map_err(|error| Unavailable::NotStarted(format!("its proxy did not: {}", error.kind())))?;
    let (mut chromium, devtools, events) = Chromium::start(settings, proxy.address()).await?;
    let driven = drive(url.as_ref(), ours, &settings.limits, &proxy, &mut chromium, &devtools, events).await;
    chromium.end().await;
    driven
}

async fn drive(
    url: Option<&Url>,
    ours: OurHosts,
    limits: &Limits,
    proxy: &Proxy,
    chromium: &mut Chromium,
    devtools: &DevTools,
    events: UnboundedReceiver<Event>,
) -> Result<Visit, VisitError> {
    let seen = Mutex::new(Seen::new(ours));
    let uid = chromium.uid();
    let mut pump = std::pin::pin!(pump(devtools, proxy.secret(), &seen, events));

    // First a page in its sandbox, or no visit at all.
    let prepared = async {
        let session = prepare(devtools, &seen).await?;
        Ok::<_, CallError>(session)
    };
    let prepared = tokio::select! {
        biased;
        prepared = tokio::time::timeout(START, prepared) => prepared,
        () = &mut pump => Ok(Err(CallError::Gone)),
    };
    let session = match prepared {
        Ok(Ok(session)) => session,
        Ok(Err(error)) => return Err(why_not(chromium, error).await),
        Err(_) => return Err(VisitError::Browser(CallError::Late)),
    };
    chromium.check_sandbox().await?;
    let Some(url) = url else { return Ok(Visit::default()) };

    let mut reading = Reading::default();
    let (end, may_be_read) = tokio::select! {
        biased;
        end = open(devtools, &session, url, limits, &seen) => (end, true),
        end = trouble(&mut pump, uid, limits, proxy, limits.time) => (end, false),
    };
    let mut end = end;
    if may_be_read && end.was_read() {
        let (frame, address) = {
            let seen = lock(&seen);
            (seen.frame.clone().unwrap_or_default(), seen.address.clone())
        };
        // A page that is busy for ever does not answer; then what the browser itself told has to do.
        end = tokio::select! {
            biased;
            read = page::read(devtools, &session, &frame, &address) => match read {
                Ok(read) => { reading = read; end }
                Err(_) => VisitEnd::TimeUp,
            },
            trouble = trouble(&mut pump, uid, limits, proxy, ANSWER * 2) => trouble,
        };
    }
    if proxy.is_spent() {
        end = VisitEnd::TooMuchData;
    }
    Ok(lock(&seen).facts(end, &reading, &proxy.refusals()))
}

fn lock<'a>(seen: &'a Mutex<Seen>) -> MutexGuard<'a, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why the browser is gone before it had a page.
async fn why_not(chromium: &mut Chromium, error: CallError) -> VisitError {
    match tokio::time::timeout(Duration::from_secs(2), chromium.ended()).await {
        Ok(why) => VisitError::Unavailable(why),
        Err(_) => VisitError::Browser(error),
    }
}

/// Waits for what ends a visit from outside, while the browser's events are taken in.
async fn trouble(pump: impl Future<Output = ()>, uid: u32, limits: &Limits, proxy: &Proxy, time: Duration) -> VisitEnd {
    tokio::select! {
        () = pump => VisitEnd::Crashed,
        () = limits::exceeded(uid, limits.memory) => VisitEnd::TooMuchMemory,
        () = proxy.spent() => VisitEnd::TooMuchData,
        () = tokio::time::sleep(time) => VisitEnd::TimeUp,
    }
}

/// Takes the browser's first page in hand: nothing of it goes out unseen, nothing comes in as a file.
async fn prepare(devtools: &DevTools, seen: &Mutex<Seen>) -> Result<String, CallError> {
    let version = devtools.call(None, "Browser.getVersion", json!({}), START).await?;
    devtools.call(None, "Browser.setDownloadBehavior", json!({ "behavior": "deny" }), ANSWER).await?;
    devtools.call(None, "Target.setAutoAttach", attaching(), ANSWER).await?;
    let session = loop {
        if let Some(session) = lock(seen).session.clone() {
            break session;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let session = session.as_str();
    let tree = devtools.call(Some(session), "Page.getFrameTree", json!({}), ANSWER).await?;
    lock(seen).frame = tree["frameTree"]["frame"]["id"].as_str().map(str::to_owned);
    // A browser as visitors have it, which says who sends it.
    let agent = version["userAgent"].as_str().unwrap_or_default().replace("HeadlessChrome", "Chrome");
    let agent = json!({ "userAgent": format!("{agent} {USER_AGENT}") });
    for (method, params) in [
        ("Fetch.enable", fetching()),
        ("Network.enable", json!({ "maxPostDataSize": 64 * 1024 })),
        ("Network.setBypassServiceWorker", json!({ "bypass": true })),
        ("Network.setUserAgentOverride", agent),
        ("Page.enable", json!({})),
        ("Runtime.enable", json!({})),
        ("Audits.enable", json!({})),
        ("Target.setAutoAttach", attaching()),
    ] {
        devtools.call(Some(session), method, params, ANSWER).await?;
    }
    Ok(session.to_owned())
}

/// New frames and workers wait until they are in hand too.
fn attaching() -> Value {
    json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true })
}

/// Every request asks first, and so does every question for a password.
fn fetching() -> Value {
    json!({ "patterns": [{ "urlPattern": "*" }], "handleAuthRequests": true })
}

/// Opens the address and waits until the page has settled.
async fn open(devtools: &DevTools, session: &str, url: &Url, limits: &Limits, seen: &Mutex<Seen>) -> VisitEnd {
    let begun = Instant::now();
    devtools.tell(Some(session), "Page.navigate", json!({ "url": url.as_str() }));
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let seen = lock(seen);
        if seen.crashed {
            return VisitEnd::Crashed;
        }
        if seen.not_opened {
            return VisitEnd::NotOpened;
        }
        if let Some(loaded) = seen.loaded_at {
            let is_quiet = seen.moved_at.max(loaded).elapsed() >= limits.quiet && !seen.awaits_script();
            if is_quiet {
                return VisitEnd::Settled;
            }
            if loaded.elapsed() >= limits.restless {
                return VisitEnd::Restless;
            }
        }
        if begun.elapsed() >= limits.load || seen.goes_round() {
            return VisitEnd::Restless;
        }
    }
}

/// Answers what the browser asks and keeps what it tells. Ends with the browser.
async fn pump(devtools: &DevTools, secret: &str, seen: &Mutex<Seen>, mut events: UnboundedReceiver<Event>) {
    let mut targets = 0;
    let mut asked = HashSet::new();
    while let Some(event) = events.recv().await {
        let session = event.session.as_deref();
        match event.method.as_str() {
            "Fetch.requestPaused" => {
                let (method, params) = on_request(&event.params, lock(seen).ours());
                devtools.tell(session, method, params);
            }
            "Fetch.authRequired" => {
                let id = event.params["requestId"].as_str().unwrap_or_default().to_owned();
                let is_first = asked.len() < QUESTIONS && asked.insert(id);
                let (method, params) = on_question(&event.params, secret, is_first);
                devtools.tell(session, method, params);
            }
            // A page that asks the visitor something gets no answer.
            "Page.javascriptDialogOpening" => {
                devtools.tell(session, "Page.handleJavaScriptDialog", json!({ "accept": false }));
            }
            "Target.attachedToTarget" => {
                targets += 1;
                take_in_hand(devtools, seen, &event.params, targets);
            }
            _ => lock(seen).note(&event),
        }
    }
}

/// A new page, frame or worker: the first page is the one that is visited, other pages are closed, the rest runs once it is
/// in hand.
fn take_in_hand(devtools: &DevTools, seen: &Mutex<Seen>, params: &Value, number: usize) {
    let Some(session) = params["sessionId"].as_str() else { return };
    let target = &params["targetInfo"];
    if target["type"] == "page" {
        let mut seen = lock(seen);
        if seen.session.is_none() {
            seen.session = Some(session.to_owned());
        } else if seen.session.as_deref() != Some(session) {
            devtools.tell(None, "Target.closeTarget", json!({ "targetId": target["targetId"] }));
        }
        return;
    }
    if number > TARGETS {
        return;
    }
    // Not every kind of target knows every command; what one refuses it does not need.
    devtools.tell(Some(session), "Fetch.enable", fetching());
    devtools.tell(Some(session), "Network.enable", json!({ "maxPostDataSize": 64 * 1024 }));
    devtools.tell(Some(session), "Target.setAutoAttach", attaching());
    devtools.tell(Some(session), "Runtime.runIfWaitingForDebugger", json!({}));
}
