//! Who is signed in: the cookie, how long it holds, and bounds on guessing passwords.
//!
//! The cookie holds a random token of which the database knows only the hash. A session ends after [`IDLE`] without a
//! visit and after [`ABSOLUTE`] in any case; signing in and changing the password always make a new one.

use crate::app::App;
use crate::clock::random_text;
use crate::secret;
use crate::store::program::{sessions, users};
use crate::store::{Priority, StoreError};
use http::{HeaderMap, HeaderValue, header};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use whence_domain::program::Email;
use whence_domain::{Instant, UserId};

const MINUTE: i64 = 60_000_000;
/// A session ends after so long without a visit.
const IDLE: i64 = 3 * 24 * 60 * MINUTE;
/// A session ends after so long in any case.
const ABSOLUTE: i64 = 30 * 24 * 60 * MINUTE;
/// A visit is noted at most this often, so that reading pages hardly writes.
const NOTED_EVERY: i64 = 5 * MINUTE;
/// So many wrong passwords for one address within [`ATTEMPTS_WITHIN`], then nothing is tried until they are older.
const ATTEMPTS: usize = 8;
const ATTEMPTS_WITHIN: i64 = 15 * MINUTE;
/// So many addresses are remembered; beyond that the oldest is forgotten.
const ATTEMPTS_KEPT: usize = 10_000;
/// Passwords hashed at once: each takes a core and 19 MB for a while.
const HASHING_AT_ONCE: usize = 2;
/// How long somebody waits for their turn to have a password hashed.
const HASHING_WAIT: Duration = Duration::from_secs(10);
/// What an unknown address is checked against, so that it takes as long as a known one. No password has this hash.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZS1zYWx0LXRleHQ$BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA";

/// A new session: what the cookie carries and what the database keeps.
pub struct Opened {
    /// The value of the cookie.
    pub token: String,
    /// What is stored.
    pub session: sessions::Session,
}

/// Why nobody was signed in.
#[derive(Debug)]
pub enum SignInRefusal {
    /// Address or password is wrong; which of them is not said.
    Wrong,
    /// Too many wrong ones; try again after so many minutes.
    TooMany(i64),
    /// Too many people sign in at this moment.
    Busy,
    /// The database failed.
    Store(StoreError),
}

impl From<StoreError> for SignInRefusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Wrong passwords of late, and the queue for hashing. One per process.
#[derive(Clone)]
pub struct Doorkeeper {
    wrong: Arc<Mutex<HashMap<String, Vec<Instant>>>>,
    hashing: Arc<Semaphore>,
}

impl Default for Doorkeeper {
    fn default() -> Self {
        Self { wrong: Arc::default(), hashing: Arc::new(Semaphore::new(HASHING_AT_ONCE)) }
    }
}

impl Doorkeeper {
    /// Minutes until this address may be tried again; none if it may be now.
    fn must_wait(&self, email: &str, now: Instant) -> Option<i64> {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let times = wrong.get_mut(email)?;
        times.retain(|at| at.micros() > now.micros() - ATTEMPTS_WITHIN);
        let oldest = *times.first()?;
        (times.len() >= ATTEMPTS).then(|| (oldest.micros() + ATTEMPTS_WITHIN - now.micros()) / MINUTE + 1)
    }

    fn note_wrong(&self, email: &str, now: Instant) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= ATTEMPTS_KEPT && !wrong.contains_key(email) {
            let oldest = wrong.iter().min_by_key(|(_, times)| times.last().copied()).map(|(email, _)| email.clone());
            wrong.remove(&oldest.unwrap_or_default());
        }
        wrong.entry(email.to_owned()).or_default().push(now);
    }

    fn forget(&self, email: &str) {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).remove(email);
    }

    /// Runs password work off the async threads, a few at once; `None` if the queue is too long.
    async fn hashing<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let turn = tokio::time::timeout(HASHING_WAIT, self.hashing.clone().acquire_owned()).await.ok()?.ok()?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .ok()
    }

    /// Whether this is the user's password; `None` if there is no turn to find out.
    pub async fn password_matches(&self, password: String, hash: String) -> Option<bool> {
        self.hashing(move || secret::password_matches(&password, &hash)).await
    }

    /// The hash to store for a new password; `None` if there is no turn to make it.
    pub async fn hash_password(&self, password: String) -> Option<String> {
        self.hashing(move || secret::hash_password(&password).ok()).await.flatten()
    }
}

/// Checks address and password, and opens a session.
pub async fn sign_in(
    app: &App,
    doorkeeper: &Doorkeeper,
    email: &str,
    password: String,
    user_agent: Option<String>,
) -> Result<Opened, SignInRefusal> {
    let now = app.now();
    let typed = email.trim().to_lowercase();
    if let Some(minutes) = doorkeeper.must_wait(&typed, now) {
        return Err(SignInRefusal::TooMany(minutes));
    }
    let user = match Email::parse(&typed) {
        Ok(email) => users::find_by_email(&mut app.store.read().await?, &email).await?,
        Err(_) => None,
    };
    let hash = user.as_ref().map_or(NOBODYS_HASH, |user| user.password_hash.as_str()).to_owned();
    let matches = doorkeeper.password_matches(password, hash).await.ok_or(SignInRefusal::Busy)?;
    match user.filter(|_| matches) {
        Some(user) => {
            doorkeeper.forget(&typed);
            Ok(open(app, user.id, user_agent).await?)
        }
        None => {
            doorkeeper.note_wrong(&typed, now);
            Err(SignInRefusal::Wrong)
        }
    }
}

/// Opens a session for somebody who has just proved who they are.
pub async fn open(app: &App, user: UserId, user_agent: Option<String>) -> Result<Opened, StoreError> {
    let now = app.now();
    let token = random_text(43);
    let session = sessions::Session {
        token_hash: secret::hash(&token),
        user,
        csrf_token: random_text(32),
        user_agent: user_agent.map(|text| text.chars().filter(|c| !c.is_control()).take(200).collect()),
        created_at: now,
        seen_at: now,
        expires_at: now.plus_micros(IDLE),
    };
    let input = (session.clone(), now);
    app.store
        .write(Priority::Money, input, |conn, (session, now)| {
            Box::pin(async move {
                sessions::delete_expired(conn, *now).await?;
                sessions::insert(conn, session).await
            })
        })
        .await?;
    Ok(Opened { token, session })
}

/// The session that the request's cookie stands for, if it still holds; notes the visit.
pub async fn find(app: &App, headers: &HeaderMap) -> Result<Option<sessions::Session>, StoreError> {
    let Some(token) = cookie(headers, cookie_name(app)) else { return Ok(None) };
    let now = app.now();
    let token_hash = secret::hash(token);
    let Some(session) = sessions::find(&mut app.store.read().await?, &token_hash, now).await? else { return Ok(None) };
    if now.micros() - session.seen_at.micros() > NOTED_EVERY {
        let last = session.created_at.plus_micros(ABSOLUTE);
        let input = (token_hash, now, now.plus_micros(IDLE).min(last));
        let noted: Result<(), StoreError> = app
            .store
            .write(Priority::Bulk, input, |conn, (token_hash, now, until)| {
                Box::pin(sessions::mark_seen(conn, token_hash, *now, *until))
            })
            .await;
        // A page is worth showing also while nothing can be written.
        if let Err(error) = noted {
            tracing::warn!(%error, "a visit could not be noted");
        }
    }
    Ok(Some(session))
}

/// Ends a session.
pub async fn close(app: &App, token_hash: String) -> Result<(), StoreError> {
    app.store.write(Priority::Money, token_hash, |conn, token_hash| Box::pin(sessions::delete(conn, token_hash))).await
}

/// Over https the cookie is bound to exactly this host by its name; over http browsers refuse that name.
fn cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-whence_session" } else { "whence_session" }
}

/// Whether people reach us over https.
pub fn is_https(app: &App) -> bool {
    app.config.app_url.scheme() == "https"
}

/// The `Set-Cookie` that carries a session.
pub fn set_cookie(app: &App, opened: &Opened) -> HeaderValue {
    cookie_value(app, cookie_name(app), &opened.token, ABSOLUTE / 1_000_000)
}

/// The `Set-Cookie` that takes it back.
pub fn clear_cookie(app: &App) -> HeaderValue {
    cookie_value(app, cookie_name(app), "", 0)
}

/// A `Set-Cookie` for the whole of this host, out of scripts' reach. The value is letters, digits and `%`, `.`, `-`, `_`.
pub fn cookie_value(app: &App, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let secure = if is_https(app) { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("whence_broken=; Max-Age=0"))
}

/// The value of a cookie of the request.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
        .filter(|value| !value.is_empty())
}

/// Whether an unsafe request comes from a page of ours: by `Sec-Fetch-Site` where the browser says it, else by `Origin`
/// against the host that was asked. Without either it comes from no browser, and carries no cookie by accident.
pub fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else { return true };
    let from = origin.split_once("://").map(|(_, host)| host);
    from.is_some() && from == text("host")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|&(name, value)| (name.parse().expect("a name"), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_pages_of_ours_may_change_anything() {
        assert!(is_same_origin(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(!is_same_origin(&headers(&[("sec-fetch-site", "same-site"), ("host", "a.test")])));
        assert!(!is_same_origin(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(is_same_origin(&headers(&[("origin", "http://a.test:8080"), ("host", "a.test:8080")])));
        assert!(!is_same_origin(&headers(&[("origin", "http://b.test"), ("host", "a.test")])));
        assert!(!is_same_origin(&headers(&[("origin", "null"), ("host", "a.test")])));
        assert!(is_same_origin(&headers(&[("host", "a.test")])));
    }

    #[test]
    fn a_cookie_is_found_among_others_and_an_empty_one_is_none() {
        let headers = headers(&[("cookie", "a=1; whence_session=abc; b="), ("cookie", "c=2")]);
        assert_eq!(cookie(&headers, "whence_session"), Some("abc"));
        assert_eq!(cookie(&headers, "session"), None);
        assert_eq!(cookie(&headers, "b"), None);
        assert_eq!(cookie(&headers, "c"), Some("2"));
    }

    #[test]
    fn guessing_stops_after_a_few_wrong_passwords_and_may_go_on_later() {
        let doorkeeper = Doorkeeper::default();
        let now = Instant::from_seconds(1_000_000);
        for _ in 0..ATTEMPTS {
            assert_eq!(doorkeeper.must_wait("bo@x.test", now), None);
            doorkeeper.note_wrong("bo@x.test", now);
        }
        assert_eq!(doorkeeper.must_wait("bo@x.test", now), Some(16));
        assert_eq!(doorkeeper.must_wait("ada@x.test", now), None);
        assert_eq!(doorkeeper.must_wait("bo@x.test", now.plus_micros(ATTEMPTS_WITHIN)), None);
    }

    #[test]
    fn nobodys_hash_is_a_hash_that_takes_its_time_and_no_password_has_it() {
        assert!(argon2::password_hash::phc::PasswordHash::new(NOBODYS_HASH).is_ok());
        assert!(!secret::password_matches("", NOBODYS_HASH));
    }
}
