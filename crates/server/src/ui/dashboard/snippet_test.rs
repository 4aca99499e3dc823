//! Integrations → Test: the landing page that is tried, what has arrived from it since, and what to do next.

use super::integration_show::{public_key, snippet, snippet_origin};
use super::partner_create::sentence;
use super::rows::Ref;
use super::settings_show::NothingMore;
use crate::flows::program::ensure_test_partner::{EnsureError, find_test_partner};
use crate::flows::program::link_address::LinkAddresses;
use crate::flows::tracking::try_snippet::{self, Seen, begin_test, send_test_sale, simulate_sign_up};
use crate::store::dashboard::testing::{Click, Refused, SignUp, View};
use crate::store::tracking::snippet_tests;
use crate::ui::answer::{UiError, done, not_done, page, refused};
use crate::ui::format::{count, money};
use crate::ui::layout::{Chrome, Section};
use crate::ui::parts::{Tone, When};
use crate::ui::visitor::{Narrowed, Posted, Visitor};
use crate::ui::words;
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use whence_domain::program::{Destination, Role};
use whence_domain::tracking::Outcome;
use whence_domain::tracking::snippet_test::{Finding, StepState, TestStep};
use whence_domain::{CustomerId, Instant, Mode};

/// The page's address.
pub(super) const PATH: &str = "/dashboard/integrations/test";
/// Who may try the integration out; owners may everything.
pub(super) const ROLES: &[Role] = &[Role::Developer, Role::Manager];
/// What is looked at before anybody has begun a test, in microseconds: the last hour.
const BEFORE_ANY: i64 = 3_600_000_000;
/// How many arrivals are listed.
const SHOWN: usize = 30;

/// A step of the test.
#[derive(Clone, Debug)]
pub struct StepRow {
    /// What is to happen.
    pub title: &'static str,
    /// What was found.
    pub finding: &'static str,
    /// What to do next, or nothing.
    pub next: &'static str,
    /// `done`, `waits` or `wrong`.
    pub state: &'static str,
    /// Whether it is the first that is not done.
    pub is_next: bool,
}

/// Something that arrived.
#[derive(Clone, Debug)]
pub struct ArrivalRow {
    /// When, to the second.
    pub at: When,
    /// Its drawing.
    pub icon: &'static str,
    /// Its colour.
    pub tone: Tone,
    /// What it is.
    pub text: String,
    /// What is known of it.
    pub details: Vec<String>,
    /// A page about it.
    pub link: Option<Ref>,
}

/// The live part.
#[derive(Clone, Debug)]
pub struct Live {
    /// How many steps are done.
    pub done: usize,
    /// The steps.
    pub steps: Vec<StepRow>,
    /// What arrived, newest first.
    pub arrivals: Vec<ArrivalRow>,
    /// The customer whom a test sale would be of: id and name.
    pub customer: Option<(String, String)>,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/snippet_test.html")]
pub struct SnippetTestPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// The lines for the head of the landing page.
    pub snippet: String,
    /// The public key of the mode; empty if there is none yet.
    pub public_key: String,
    /// The landing page in the form.
    pub page: String,
    /// Why it was refused.
    pub error: Option<String>,
    /// When the test began; none before the first.
    pub began: Option<When>,
    /// The test partner's link, if it is there.
    pub test_link: String,
    /// Pages of these hosts are listened to.
    pub hosts: String,
    /// Whether the live part stands still.
    pub paused: bool,
    /// Whether the page loads itself again where there is no script.
    pub reloads: bool,
    /// The live part.
    pub live: Live,
}

/// How the page is looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Query {
    live: String,
}

/// The landing page that is to be tried.
#[derive(Deserialize)]
pub struct BeginForm {
    #[serde(default)]
    page: String,
}

/// The customer of a test sale.
#[derive(Deserialize)]
pub struct SaleForm {
    customer: String,
}

/// `GET /dashboard/integrations/test`.
pub async fn show(visitor: Visitor, Narrowed(query): Narrowed<Query>) -> Result<Response, UiError> {
    let shown = assemble(&visitor, &query, None).await?;
    page(&visitor, &shown)
}

/// `POST /dashboard/integrations/test`: a test begins.
pub async fn begin(Posted { visitor, form }: Posted<BeginForm>) -> Result<Response, UiError> {
    visitor.require(ROLES)?;
    let typed = form.page.trim().to_owned();
    // People copy a host without its scheme.
    let address = if typed.contains("://") { typed.clone() } else { format!("https://{typed}") };
    let refusal = match Destination::parse(&address) {
        Err(error) => sentence(&error.to_string()),
        Ok(dest) => {
            let begun = begin_test(&visitor.app, &visitor.tenant, &visitor.program, visitor.user.id.clone(), dest);
            match begun.await {
                Ok(_) => {
                    return Ok(done(&visitor, PATH, "The test has begun. What arrives from now on is shown below."));
                }
                Err(EnsureError::Refused(why)) => sentence(&why),
                Err(EnsureError::Store(error)) => return Err(error.into()),
            }
        }
    };
    let mut shown = assemble(&visitor, &Query::default(), Some(refusal)).await?;
    shown.page = typed;
    refused(&visitor, &shown)
}

/// `POST /dashboard/integrations/test/sign-up`: a sign-up for a site that cannot send one yet.
pub async fn sign_up(Posted { visitor, .. }: Posted<NothingMore>) -> Result<Response, UiError> {
    visitor.require(ROLES)?;
    if visitor.tenant.mode == Mode::Live {
        return Ok(not_done(&visitor, PATH, "Switch to test mode first: nothing is made for trial in live mode."));
    }
    if let Err(EnsureError::Store(error)) = ready(&visitor).await {
        return Err(error.into());
    }
    match simulate_sign_up(&visitor.app, &visitor.program).await {
        Ok(_) => Ok(done(&visitor, PATH, "A test customer has signed up. Send a sale of it next.")),
        Err(error) => Ok(not_done(&visitor, PATH, &error.to_string())),
    }
}

/// `POST /dashboard/integrations/test/sale`: a sale of a test customer.
pub async fn sale(Posted { visitor, form }: Posted<SaleForm>) -> Result<Response, UiError> {
    visitor.require(ROLES)?;
    if visitor.tenant.mode == Mode::Live {
        return Ok(not_done(&visitor, PATH, "Switch to test mode first: nothing is made for trial in live mode."));
    }
    let customer = CustomerId::parse(&form.customer).ok_or(UiError::NotFound)?;
    match send_test_sale(&visitor.app, &visitor.program, customer).await {
        Ok(sale) => {
            let why = sale.notes.first().map_or("", |note| note.why.sentence());
            Ok(done(
                &visitor,
                PATH,
                &format!("A test sale of {} arrived. It earned nothing. {why}", money(sale.amount)),
            ))
        }
        Err(error) => Ok(not_done(&visitor, PATH, &error.to_string())),
    }
}

/// Makes sure that there is a test partner whom a sign-up can belong to.
async fn ready(visitor: &Visitor) -> Result<(), EnsureError> {
    let site = Destination::parse(&visitor.program.site)
        .map_err(|error| EnsureError::Refused(sentence(&error.to_string())))?;
    let (app, program) = (&visitor.app, &visitor.program.id);
    crate::flows::program::ensure_test_partner::ensure_test_partner(app, program, &visitor.actor(), &site, None)
        .await
        .map(|_| ())
}

async fn assemble(visitor: &Visitor, query: &Query, error: Option<String>) -> Result<SnippetTestPage, UiError> {
    let (app, tenant) = (&visitor.app, &visitor.tenant);
    let partner = find_test_partner(app, &tenant.program).await?;
    let mut conn = app.store.read().await?;
    let test = snippet_tests::find_latest(&mut conn, tenant).await?;
    let origin = snippet_origin(visitor, &mut conn).await?;
    let public_key = public_key(tenant, &mut conn).await?;
    let links = LinkAddresses::of(app, &mut conn, &tenant.program).await?;
    drop(conn);
    let since = test.as_ref().map_or(Instant::from_micros(app.now().micros() - BEFORE_ANY), |test| test.started_at);
    let seen = try_snippet::look(app, tenant, since).await?;
    Ok(SnippetTestPage {
        chrome: visitor.chrome(Section::Integrations),
        snippet: snippet(&origin, &public_key),
        public_key,
        page: test.as_ref().map_or_else(|| visitor.program.site.clone(), |test| test.page.as_str().to_owned()),
        error,
        began: test.as_ref().map(|test| visitor.calendar.clock(test.started_at)),
        test_link: partner.map(|partner| links.link(&partner.link.link_key)).unwrap_or_default(),
        hosts: visitor.program.site_domain.clone(),
        paused: query.live == "0",
        reloads: query.live == "1",
        live: live(visitor, &seen, since),
    })
}

fn live(visitor: &Visitor, seen: &Seen, since: Instant) -> Live {
    let first_open = seen.steps.iter().position(|(_, finding)| finding.state() != StepState::Done);
    let steps: Vec<StepRow> = seen
        .steps
        .iter()
        .enumerate()
        .map(|(at, (step, finding))| row(*step, *finding, first_open == Some(at)))
        .collect();
    let mut arrivals: Vec<(i64, ArrivalRow)> = Vec::new();
    arrivals.extend(seen.clicks.iter().map(|click| (click.at.micros(), clicked(visitor, click))));
    arrivals.extend(seen.views.iter().map(|(mode, view)| (view.occurred_at, viewed(visitor, *mode, view))));
    arrivals.extend(seen.sign_ups.iter().map(|sign_up| (sign_up.at.micros(), signed_up(visitor, sign_up))));
    arrivals.extend(seen.refused.iter().map(|refused| (refused.last_at, turned_away(visitor, refused, since))));
    arrivals.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Live {
        done: steps.iter().filter(|step| step.state == "done").count(),
        steps,
        arrivals: arrivals.into_iter().take(SHOWN).map(|(_, arrival)| arrival).collect(),
        customer: match visitor.tenant.mode {
            Mode::Live => None,
            Mode::Test => seen.sign_ups.first().map(|one| (one.customer.to_string(), one.name.clone())),
        },
    }
}

fn row(step: TestStep, finding: Finding, is_next: bool) -> StepRow {
    let state = match finding.state() {
        StepState::Done => "done",
        StepState::Waits => "waits",
        StepState::Wrong => "wrong",
    };
    StepRow { title: step.sentence(), finding: finding.sentence(), next: finding.next(), state, is_next }
}

fn clicked(visitor: &Visitor, click: &Click) -> ArrivalRow {
    let (tone, text) = match click.outcome {
        Outcome::Own => (Tone::Plain, "Whence looked where the test link leads"),
        outcome if outcome.attributes() => (Tone::Good, "The test link was followed"),
        _ => (Tone::Wait, "The test link was followed"),
    };
    ArrivalRow {
        at: visitor.calendar.clock(click.at),
        icon: "link",
        tone,
        text: text.into(),
        details: vec![format!("to {}", click.dest), words::outcome(click.outcome)],
        link: None,
    }
}

fn viewed(visitor: &Visitor, mode: Mode, view: &View) -> ArrivalRow {
    let page = view
        .page_host
        .clone()
        .map_or_else(|| "A page".to_owned(), |host| format!("{host}{}", view.page_path.clone().unwrap_or_default()));
    let right = mode == visitor.tenant.mode;
    let problems = try_snippet::problems(&view.problems);
    let mut details = vec![format!("{} key", if mode == Mode::Live { "live" } else { "test" })];
    details.push(words::click_verdict(&view.xid_verdict).to_owned());
    details.push(cookie(view));
    details.push(format!("storage {}", words::kept(&view.local_storage)));
    details.extend(view.consent.as_deref().map(|consent| format!("consent: {}", words::consent(consent))));
    details.extend(view.snippet.as_deref().map(|version| format!("snippet {version}")));
    details.extend(problems.iter().map(|problem| words::problem(problem)));
    let quiet = problems.is_empty() && view.cookie != "failed";
    ArrivalRow {
        at: visitor.calendar.clock(Instant::from_micros(view.occurred_at)),
        icon: "landing",
        tone: match (right, quiet) {
            (true, true) => Tone::Good,
            (true, false) => Tone::Wait,
            (false, _) => Tone::Bad,
        },
        text: page,
        details,
        link: None,
    }
}

fn cookie(view: &View) -> String {
    match (view.cookie.as_str(), view.cookie_domain.as_deref()) {
        ("written_and_read", Some("")) => "cookie written and read back, for this host alone".into(),
        ("written_and_read", Some(domain)) => format!("cookie written and read back, for {domain}"),
        (kept, _) => format!("cookie {}", words::kept(kept)),
    }
}

fn signed_up(visitor: &Visitor, sign_up: &SignUp) -> ArrivalRow {
    let mut details = vec![match sign_up.source.as_str() {
        "snippet" => sign_up.page.clone().map_or_else(|| "from the snippet".into(), |page| format!("from {page}")),
        "dashboard" => "made here by a person".into(),
        _ => "from your server".into(),
    }];
    details.push(match &sign_up.partner_key {
        Some(key) => format!("belongs to {key}"),
        None => "belongs to no partner".into(),
    });
    if sign_up.sales > 0 {
        details.push(format!("{} sold, nothing earned", count(sign_up.sales)));
    }
    details.extend(try_snippet::problems(&sign_up.problems).iter().map(|problem| words::problem(problem)));
    ArrivalRow {
        at: visitor.calendar.clock(sign_up.at),
        icon: "sign-up",
        tone: if sign_up.partner_key.is_some() { Tone::Good } else { Tone::Wait },
        text: "Sign-up".into(),
        details,
        link: Some(Ref::customer(sign_up.customer.as_str(), &sign_up.name)),
    }
}

/// A refused request, with the newest reason that was kept since the test began.
fn turned_away(visitor: &Visitor, refused: &Refused, since: Instant) -> ArrivalRow {
    let samples: Vec<serde_json::Value> = serde_json::from_str(&refused.samples).unwrap_or_default();
    let sample = samples.iter().rev().find(|sample| sample["at"].as_i64() >= Some(since.millis()));
    let mut details = vec![format!("from {}", refused.origin), words::refusal(&refused.reason).to_owned()];
    details.extend(sample.and_then(|sample| sample["message"].as_str()).map(sentence));
    ArrivalRow {
        at: visitor.calendar.clock(Instant::from_micros(refused.last_at)),
        icon: "alert",
        tone: Tone::Bad,
        text: "Refused".into(),
        details,
        link: None,
    }
}

#[cfg(test)]
impl SnippetTestPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        use whence_domain::tracking::snippet_test::{TestFacts, check};
        let key = "pk_test_4Zk0pQ81nB7cXw2Rt9LmVd3yHs5GaJ6e";
        let arrival = |icon, tone, text: &str, details: &[&str]| ArrivalRow {
            at: when("14:03:22"),
            icon,
            tone,
            text: text.into(),
            details: details.iter().map(|&detail| detail.to_owned()).collect(),
            link: None,
        };
        let steps = |findings: &[Finding]| -> Vec<StepRow> {
            let open = findings.iter().position(|finding| finding.state() != StepState::Done);
            let rows = TestStep::ALL.iter().zip(findings).enumerate();
            rows.map(|(at, (step, finding))| row(*step, *finding, open == Some(at))).collect()
        };
        let waiting: Vec<Finding> =
            check(&TestFacts::default(), Mode::Test, "gstest").into_iter().map(|(_, finding)| finding).collect();
        let mut chrome = Chrome::sample(Section::Integrations);
        chrome.mode = Mode::Test;
        let empty = Self {
            chrome,
            snippet: snippet("https://go.acme.test", key),
            public_key: key.into(),
            page: "https://www.acme.test".into(),
            error: None,
            began: None,
            test_link: "https://go.acme.test/gstest".into(),
            hosts: "acme.test".into(),
            paused: false,
            reloads: false,
            live: Live { done: 0, steps: steps(&waiting), arrivals: Vec::new(), customer: None },
        };
        let mut half = empty.clone();
        half.began = Some(when("14:02:10"));
        half.live = Live {
            done: 4,
            steps: steps(&[
                Finding::LinkFollowed,
                Finding::PageReported,
                Finding::ClickSeen,
                Finding::CookieKept,
                Finding::StorageBlocked,
                Finding::Overwritten,
                Finding::SignUpWaits,
                Finding::PartnerWaits,
                Finding::SaleWaits,
                Finding::NothingEarnedWaits,
            ]),
            arrivals: vec![
                arrival(
                    "alert",
                    Tone::Bad,
                    "Refused",
                    &["from www.acme.test", "no public key", "Public_key is missing."],
                ),
                arrival(
                    "landing",
                    Tone::Wait,
                    &format!("www.acme.test/{LONG}"),
                    &["test key", "knows the click", "cookie written and read back, for acme.test", "storage blocked"],
                ),
                arrival("link", Tone::Good, "The test link was followed", &["to https://www.acme.test", "counted"]),
            ],
            customer: None,
        };
        let mut whole = half.clone();
        whole.live.done = 10;
        whole.live.steps = steps(&[
            Finding::LinkFollowed,
            Finding::PageReported,
            Finding::ClickSeen,
            Finding::CookieKept,
            Finding::StorageKept,
            Finding::Undisturbed,
            Finding::SignUpTold,
            Finding::PartnerRight,
            Finding::SaleTold,
            Finding::NothingEarned,
        ]);
        whole.live.customer = Some(("cus_01jabcdefghjkmnpqrstvwxyz0".into(), LONG.into()));
        let mut live_mode = empty.clone();
        live_mode.chrome.mode = Mode::Live;
        live_mode.error = Some("A destination begins with http:// or https://.".into());
        live_mode.public_key = String::new();
        live_mode.test_link = String::new();
        live_mode.reloads = true;
        vec![
            ("snippet_test_empty", empty),
            ("snippet_test", half),
            ("snippet_test_done", whole),
            ("snippet_test_live", live_mode),
        ]
    }
}
