//! Following an address, hop by hop, as a visitor's browser would: redirects, and pages that send their visitors on.

use super::read_page::{self, Read};
use crate::app::App;
use crate::edge::own::OwnAnswer;
use crate::edge::table::{Link, Program};
use crate::outgoing::{Page, Refused};
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderName};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::Url;
use whence_domain::investigation::link_check::{Carried, CookieFact, Hop, RawPage, Unreached, Via, lost_between};
use whence_domain::tracking::cookie::{OLD_PARTNER_KEY_COOKIE, OLD_XID_COOKIE, PARTNER_KEY_COOKIE, XID_COOKIE};

/// How long asking may take; reading what came adds less than a second, and ten seconds is what was promised.
const WHOLE: Duration = Duration::from_secs(9);
/// Checks at a time; others wait. Each takes some megabytes.
static CHECKS: Semaphore = Semaphore::const_new(8);
/// Redirects that are followed; the link's own is not counted.
const REDIRECTS: usize = 5;
/// The longest address that is followed, in bytes.
const ADDRESS: usize = 8_192;

/// What was met on the way.
pub struct Walk {
    /// The addresses.
    pub hops: Vec<Hop>,
    /// Why the last one gave no answer.
    pub refused: Option<Refused>,
    /// The same, as it is kept.
    pub unreached: Option<Unreached>,
    /// How many of the first addresses were ours.
    pub own_hops: usize,
    /// The page at the end.
    pub page: Option<RawPage>,
    /// The link that was followed first, if one was.
    pub link: Option<(Arc<Program>, Arc<Link>)>,
    /// Cookies of ours that were set.
    pub cookies: Vec<CookieFact>,
    /// Whether the last answer says that it turns machines away.
    pub turns_machines_away: bool,
}

/// What came from one address.
enum Came {
    Ours(OwnAnswer),
    Theirs(Page),
    Nothing(Unreached, Option<Refused>),
}

/// Follows an address.
pub async fn walk(app: &App, start: &Url) -> Walk {
    // The semaphore is never closed, so there is always a place in the end.
    let _place = CHECKS.acquire().await;
    let deadline = Instant::now() + WHOLE;
    let mut walk = Walk {
        hops: Vec::new(),
        refused: None,
        unreached: None,
        own_hops: 0,
        page: None,
        link: None,
        cookies: Vec::new(),
        turns_machines_away: false,
    };
    let mut next = Some((start.clone(), Via::Asked));
    while let Some((url, via)) = next.take() {
        walk.arrive(&url, via);
        if walk.hops.len() > walk.own_hops.min(1) + 1 + REDIRECTS {
            walk.end(Unreached::TooManyRedirects, Some(Refused::TooManyRedirects));
            break;
        }
        next = match ask(app, &url, deadline).await {
            Came::Nothing(unreached, refused) => {
                walk.end(unreached, refused);
                None
            }
            Came::Ours(answer) => walk.take_own(&url, answer),
            Came::Theirs(page) => walk.take(&url, page).await,
        };
    }
    walk
}

async fn ask(app: &App, url: &Url, deadline: Instant) -> Came {
    if let Some(edge) = app.edge().filter(|edge| edge.is_ours(url)) {
        return match edge.follow_own(url).await {
            Some(answer) => Came::Ours(answer),
            None => Came::Nothing(Unreached::NoAnswerHere, None),
        };
    }
    match app.outgoing().get(url, deadline).await {
        Ok(page) => Came::Theirs(page),
        Err(refused) => Came::Nothing(unreached(refused), Some(refused)),
    }
}

/// Why there was no answer, as it is kept.
fn unreached(refused: Refused) -> Unreached {
    match refused {
        Refused::Scheme | Refused::Host | Refused::Credentials => Unreached::BadAddress,
        Refused::Address { .. } => Unreached::ForbiddenAddress,
        Refused::Port(_) => Unreached::ForbiddenPort,
        Refused::TooManyRedirects => Unreached::TooManyRedirects,
        Refused::NoSuchHost => Unreached::NoSuchHost,
        Refused::Unreachable(_) => Unreached::Unreachable,
        Refused::Tls => Unreached::Tls,
        Refused::Protocol => Unreached::Protocol,
        Refused::Timeout => Unreached::Timeout,
    }
}

impl Walk {
    fn arrive(&mut self, url: &Url, via: Via) {
        let carried = Carried::read(url);
        if let Some(last) = self.hops.last_mut() {
            last.lost = lost_between(&last.carried, &carried);
        }
        self.hops.push(Hop { url: url.to_string(), status: None, via, carried, lost: Vec::new() });
    }

    fn end(&mut self, unreached: Unreached, refused: Option<Refused>) {
        self.unreached = Some(unreached);
        self.refused = refused;
    }

    fn answered(&mut self, status: u16) {
        if let Some(last) = self.hops.last_mut() {
            last.status = Some(status);
        }
    }

    fn take_own(&mut self, url: &Url, answer: OwnAnswer) -> Option<(Url, Via)> {
        self.own_hops += 1;
        self.answered(answer.status);
        self.note_cookies(&answer.headers, "redirect");
        let is_first = self.hops.len() == 1;
        if is_first {
            self.link = answer.link;
        }
        let location = answer.headers.get(LOCATION)?.to_str().ok()?.to_owned();
        self.onward(url, &location, Via::Redirect)
    }

    async fn take(&mut self, url: &Url, page: Page) -> Option<(Url, Via)> {
        self.answered(page.status);
        self.turns_machines_away = turns_machines_away(&page.headers);
        if let Some(location) = page.location() {
            return self.onward(url, &location, Via::Redirect);
        }
        let Read { page, refresh } = self.read(url, page).await?;
        if let Some(refresh) = refresh
            && let Some(next) = self.onward(url, &refresh, Via::Refresh)
        {
            // A page that leads to itself waits for something.
            if next.0 != *url {
                return Some(next);
            }
        }
        self.page = Some(page);
        None
    }

    async fn read(&mut self, url: &Url, page: Page) -> Option<Read> {
        self.note_cookies(&page.headers, "page");
        let url = url.clone();
        // Parsing is work without waiting. It ends by itself: what it reads is bounded.
        let read = tokio::task::spawn_blocking(move || read_page::read(&url, &page.headers, &page.body, page.is_whole));
        match read.await {
            Ok(read) => Some(read),
            Err(error) => {
                tracing::error!(%error, "a page could not be read");
                self.end(Unreached::Protocol, None);
                None
            }
        }
    }

    fn onward(&mut self, from: &Url, address: &str, via: Via) -> Option<(Url, Via)> {
        match from.join(address.trim()) {
            Ok(url) if url.as_str().len() <= ADDRESS => Some((url, via)),
            _ if via == Via::Refresh => None,
            _ => {
                self.end(Unreached::BadAddress, None);
                None
            }
        }
    }

    fn note_cookies(&mut self, headers: &HeaderMap, by: &str) {
        const OURS: [&str; 4] = [XID_COOKIE, PARTNER_KEY_COOKIE, OLD_XID_COOKIE, OLD_PARTNER_KEY_COOKIE];
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).take(100) {
            let mut parts = cookie.split(';').map(str::trim);
            let name = parts.next().and_then(|pair| pair.split_once('=')).map_or("", |(name, _)| name.trim());
            if !OURS.contains(&name) || self.cookies.len() >= 20 {
                continue;
            }
            let domain = parts.find_map(|part| {
                let (key, value) = part.split_once('=')?;
                key.trim()
                    .eq_ignore_ascii_case("domain")
                    .then(|| value.trim().trim_start_matches('.').to_ascii_lowercase())
            });
            let domain = domain.filter(|domain| !domain.is_empty() && domain.len() <= 253);
            self.cookies.push(CookieFact { name: name.to_owned(), domain, by: by.to_owned() });
        }
    }
}

/// Whether an answer asks its reader to prove that they are a person.
fn turns_machines_away(headers: &HeaderMap) -> bool {
    let has = |name: &'static str| headers.contains_key(HeaderName::from_static(name));
    let says = |name: &'static str, word: &str| {
        headers
            .get(HeaderName::from_static(name))
            .is_some_and(|value| value.to_str().is_ok_and(|value| value.contains(word)))
    };
    says("cf-mitigated", "challenge")
        || has("x-datadome")
        || says("x-amzn-waf-action", "challenge")
        || says("x-amzn-waf-action", "captcha")
}
