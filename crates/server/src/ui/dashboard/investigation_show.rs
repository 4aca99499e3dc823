//! The answer: why something was or was not tracked, on what evidence, and what to do about it.

use super::investigation_partner::{self, Reply};
use super::investigation_words::{
    Evidence, Places, Step, about, ask_again, certainty_badge, certainty_sentence, evidence, kind_words, page_of, step,
};
use super::partner_list::partner_name;
use super::rows::Ref;
use crate::store::investigation::investigations::{self, Investigation};
use crate::store::program::partners;
use crate::store::tracking::customers;
use crate::store::{Conn, StoreError};
use crate::ui::answer::{UiError, page};
use crate::ui::format::Calendar;
use crate::ui::layout::{Chrome, Section};
use crate::ui::parts::{Badge, When};
use crate::ui::visitor::Visitor;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use whence_domain::investigation::{CauseKind, Findings, TimelineEntry, Verdict, texts};
use whence_domain::program::{Email, Partner};
use whence_domain::tracking::CustomerKey;
use whence_domain::{Instant, InvestigationId, Tenant};

/// One answer, in words.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The headline.
    pub title: &'static str,
    /// What happened.
    pub text: &'static str,
    /// How sure.
    pub certainty: Badge,
    /// The same in a sentence.
    pub certainty_text: &'static str,
    /// The evidence.
    pub because: Vec<Evidence>,
    /// What would settle it.
    pub missing: Vec<String>,
    /// What else fits.
    pub rivals: Vec<&'static str>,
    /// What would have changed it; empty where nothing was lost.
    pub counterfactual: String,
    /// What mends it.
    pub mend: &'static str,
    /// What to do.
    pub steps: Vec<Step>,
    /// Whether nothing was lost.
    pub no_loss: bool,
}

/// A cause that the records contradict.
#[derive(Clone, Debug)]
pub struct Excluded {
    /// What it is called.
    pub title: &'static str,
    /// What contradicts it.
    pub because: Vec<Evidence>,
}

/// One line of the timeline.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its number, by which evidence points to it.
    pub number: usize,
    /// Name of the drawing.
    pub icon: &'static str,
    /// Whether the best answer cites it.
    pub cited: bool,
    /// A sentence.
    pub text: String,
    /// Where to look it up; empty if nowhere.
    pub href: String,
    /// When.
    pub at: When,
}

/// Somebody else who fits the description.
#[derive(Clone, Debug)]
pub struct Other {
    /// The customer; leads to their page.
    pub customer: Ref,
    /// Why they fit.
    pub why: &'static str,
    /// When they signed up.
    pub at: When,
    /// Asks the same of them.
    pub ask: String,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/investigation_show.html")]
pub struct InvestigationPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Its id.
    pub key: String,
    /// Whom it is about, as asked.
    pub about: String,
    /// Label and value of what was asked.
    pub question: Vec<(&'static str, String)>,
    /// When it was asked.
    pub asked: When,
    /// The form with the same question.
    pub again: String,
    /// The customer that was found.
    pub customer: Option<Ref>,
    /// The partner who asks.
    pub partner: Option<Ref>,
    /// The best answer.
    pub best: Answer,
    /// Other answers that hold or may.
    pub others: Vec<Answer>,
    /// What the records contradict.
    pub excluded: Vec<Excluded>,
    /// What happened, in order of time.
    pub timeline: Vec<Told>,
    /// Others who fit the description.
    pub candidates: Vec<Other>,
    /// A reply to the partner, if one asks.
    pub reply: Option<Reply>,
}

/// `GET /dashboard/investigations/{id}`.
pub async fn show(visitor: Visitor, Path(id): Path<String>) -> Result<Response, UiError> {
    let asked = find(&visitor, &id).await?;
    let mut conn = visitor.app.store.read().await?;
    let partner = match &asked.partner {
        Some(id) => partners::find(&mut conn, &visitor.tenant, id).await?,
        None => None,
    };
    let customer = match &asked.customer {
        Some(id) => Some(Ref::customer(id.as_str(), &customer_name(&mut conn, &visitor.tenant, id).await?)),
        None => None,
    };
    let candidates = candidates(&mut conn, &visitor, &asked).await?;
    let reply = match &partner {
        Some(partner) => Some(investigation_partner::reply(&mut conn, &visitor, &asked, partner).await?),
        None => None,
    };
    let shown = assemble(&visitor, &asked, partner.as_ref(), customer, candidates, reply);
    page(&visitor, &shown)
}

/// The question and its answer, of this program and mode.
pub async fn find(visitor: &Visitor, id: &str) -> Result<Investigation, UiError> {
    let id = InvestigationId::parse(id).ok_or(UiError::NotFound)?;
    let mut conn = visitor.app.store.read().await?;
    investigations::find(&mut conn, &visitor.tenant, &id).await?.ok_or(UiError::NotFound)
}

fn assemble(
    visitor: &Visitor,
    asked: &Investigation,
    partner: Option<&Partner>,
    customer: Option<Ref>,
    candidates: Vec<Other>,
    reply: Option<Reply>,
) -> InvestigationPage {
    let places = Places {
        customer: asked.customer.as_ref(),
        partner: partner.map(|partner| partner.id.as_str()),
        link: asked.question.link.as_deref(),
    };
    let findings = &asked.findings;
    let (first, rest) = findings.verdicts.split_first().expect("an investigation always says something");
    let (from, to) = days(&visitor.calendar, asked);
    InvestigationPage {
        chrome: visitor.chrome(Section::Investigate),
        key: asked.id.to_string(),
        about: about(&asked.described, &asked.question),
        question: question(&visitor.calendar, asked, partner),
        asked: visitor.calendar.when(asked.created_at),
        again: ask_again(&asked.described, &asked.question, (&from, &to), ""),
        customer,
        partner: partner.map(|partner| Ref::partner(partner.id.as_str(), &partner_name(partner))),
        best: answer(first, findings, &places),
        others: rest.iter().map(|verdict| answer(verdict, findings, &places)).collect(),
        excluded: excluded(findings, &places),
        timeline: timeline(&visitor.calendar, findings, &places),
        candidates,
        reply,
    }
}

fn answer(verdict: &Verdict, findings: &Findings, places: &Places<'_>) -> Answer {
    let words = texts::of(verdict.cause);
    let question = verdict.missing.first().map_or("Did this partner send them, and how?", String::as_str);
    Answer {
        title: words.title,
        text: words.agent,
        certainty: certainty_badge(verdict.certainty),
        certainty_text: certainty_sentence(verdict.certainty),
        because: verdict.because.iter().map(|because| cite(because, findings, places)).collect(),
        missing: verdict.missing.clone(),
        rivals: verdict.rivals.iter().map(|rival| texts::of(*rival).title).collect(),
        counterfactual: verdict.counterfactual.as_ref().map(|told| told.text.clone()).unwrap_or_default(),
        mend: words.mend,
        steps: verdict.next_steps.iter().map(|next| step(next, places, question)).collect(),
        no_loss: verdict.cause.kind() == CauseKind::NotALoss,
    }
}

fn cite(because: &whence_domain::investigation::Because, findings: &Findings, places: &Places<'_>) -> Evidence {
    evidence(because, places, |kind, key| {
        let same = |entry: &TimelineEntry| entry.kind == kind && entry.key == key && !key.is_empty();
        findings.timeline.iter().position(same)
    })
}

fn excluded(findings: &Findings, places: &Places<'_>) -> Vec<Excluded> {
    let one = |ruled: &whence_domain::investigation::RuledOut| Excluded {
        title: texts::of(ruled.cause).title,
        because: ruled.because.iter().map(|because| cite(because, findings, places)).collect(),
    };
    findings.ruled_out.iter().map(one).collect()
}

fn timeline(calendar: &Calendar, findings: &Findings, places: &Places<'_>) -> Vec<Told> {
    let cited = |entry: &TimelineEntry| {
        findings.best().because.iter().any(|because| because.kind == entry.kind && because.key == entry.key)
    };
    let told = |(number, entry): (usize, &TimelineEntry)| Told {
        number,
        icon: kind_words(entry.kind).1,
        cited: cited(entry),
        text: entry.text.clone(),
        href: page_of(entry.kind, &entry.key, places),
        at: calendar.moment(entry.at),
    };
    findings.timeline.iter().enumerate().map(told).collect()
}

/// The days that were asked about, as the form takes them.
fn days(calendar: &Calendar, asked: &Investigation) -> (String, String) {
    let key = |at: Instant| calendar.day_key(&at.millis().to_string()).unwrap_or_default();
    match (asked.question.from, asked.question.to, asked.question.around) {
        (from, Some(to), _) => (from.map(key).unwrap_or_default(), key(to.plus_micros(-1))),
        (Some(from), None, _) => (key(from), String::new()),
        (None, None, around) => (around.map(key).unwrap_or_default(), String::new()),
    }
}

fn question(calendar: &Calendar, asked: &Investigation, partner: Option<&Partner>) -> Vec<(&'static str, String)> {
    let (described, question) = (&asked.described, &asked.question);
    let period = question
        .period
        .map(|period| format!("{} to {}", calendar.day(period.start), calendar.day(period.end.plus_micros(-1))));
    let partner = partner
        .map(partner_name)
        .or_else(|| question.partner_key.clone().map(|key| format!("{key} (nobody has this key)")));
    let link = question
        .link
        .clone()
        .map(|link| if question.link_unknown { format!("{link} (no link of yours)") } else { link });
    let same = question.same_browser.map(|same| if same { "the same one" } else { "another one" }.to_owned());
    let capital = |word: &String| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    let browser: Vec<String> = [&question.browser, &question.device].into_iter().flatten().map(capital).collect();
    [
        ("Name", described.name.clone()),
        ("E-mail", described.email.clone()),
        ("Customer key", described.customer_key.clone()),
        ("Order", described.order.clone()),
        ("Asked by", partner),
        ("Link", link),
        ("Browser", (!browser.is_empty()).then(|| browser.join(", "))),
        ("Signed up in", same),
        ("Looked at", period),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, value.filter(|value| !value.trim().is_empty())?)))
    .collect()
}

async fn candidates(conn: &mut Conn, visitor: &Visitor, asked: &Investigation) -> Result<Vec<Other>, StoreError> {
    let (from, to) = days(&visitor.calendar, asked);
    let mut others = Vec::new();
    for candidate in asked.question.candidates.iter().take(SHOWN) {
        let name = customer_name(conn, &visitor.tenant, &candidate.customer).await?;
        others.push(Other {
            customer: Ref::customer(candidate.customer.as_str(), &name),
            why: match candidate.why.as_str() {
                "email" => "The same e-mail address",
                "customer_key" => "The same customer key",
                "provider_key" => "The same key at the payment provider",
                "order" => "The same order",
                "name" => "A similar name",
                "time" => "Signed up at that time",
                _ => "Fits the description",
            },
            at: visitor.calendar.when(candidate.signed_up_at),
            ask: ask_again(&asked.described, &asked.question, (&from, &to), candidate.customer.as_str()),
        });
    }
    Ok(others)
}

/// How many other candidates are shown.
const SHOWN: usize = 8;

/// What a customer is called.
async fn customer_name(conn: &mut Conn, tenant: &Tenant, id: &whence_domain::CustomerId) -> Result<String, StoreError> {
    let Some(entry) = customers::find(conn, tenant, id).await? else { return Ok("Without a name".into()) };
    let identity = &entry.customer.identity;
    let texts = [
        entry.customer.name.as_deref().filter(|name| !name.trim().is_empty()),
        identity.email.as_ref().map(Email::as_str),
        identity.customer_key.as_ref().map(CustomerKey::as_str),
    ];
    Ok(texts.into_iter().flatten().next().unwrap_or("Without a name").to_owned())
}

#[cfg(test)]
impl InvestigationPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        use whence_domain::CustomerId;
        use whence_domain::investigation::{Because, Cause, Certainty, CiteKind, Counterfactual, RuledOut, next_steps};
        let at = |minute: i64| Instant::from_seconds(1_773_190_000).plus_micros(minute * 60_000_000);
        let because = |text: &str, kind, key: &str| Because { text: text.into(), kind, key: key.into() };
        let entry = |minute, text: &str, kind, key: &str| TimelineEntry {
            at: at(minute),
            text: text.into(),
            kind,
            key: key.into(),
        };
        let verdict = |cause, certainty, because: Vec<Because>, missing: &[&str], rivals: &[Cause]| Verdict {
            cause,
            certainty,
            because,
            missing: missing.iter().map(|text| (*text).to_owned()).collect(),
            rivals: rivals.to_vec(),
            counterfactual: Some(Counterfactual {
                text: "If the browser had still had the cookie at the sign-up, the customer would be this partner’s."
                    .into(),
                change: whence_domain::investigation::Change::SignUpBroughtAClick,
            }),
            next_steps: next_steps(cause),
        };
        let findings = Findings {
            verdicts: vec![
                verdict(
                    Cause::CookiesCleared,
                    Certainty::Probable,
                    vec![
                        because(
                            "2 clicks on this partner’s links may have been this customer’s; the latest was made on 11 March 2026, \
                             09:12, with Safari on a phone.",
                            CiteKind::Click,
                            "click-2",
                        ),
                        because(
                            "The customer signed up on 12 March 2026, 14:03 on the page app.acme.test/join, with Safari on a phone, and \
                             no click came along.",
                            CiteKind::SignUp,
                            "claim-1",
                        ),
                        because(
                            "Other sign-ups from that page brought their clicks along.",
                            CiteKind::Page,
                            "app.acme.test/join",
                        ),
                    ],
                    &["Did the customer delete cookies, or browse privately, between the click and the sign-up?"],
                    &[Cause::DifferentBrowserOrDevice, Cause::ItpSevenDayCap],
                ),
                verdict(
                    Cause::DifferentBrowserOrDevice,
                    Certainty::Probable,
                    vec![because("The partner says that it was another device.", CiteKind::Hint, "")],
                    &["Did the customer follow the link in one browser or device, and sign up in another?"],
                    &[],
                ),
            ],
            ruled_out: vec![
                RuledOut {
                    cause: Cause::CookiesBlocked,
                    because: vec![because("The page wrote a cookie and read it back.", CiteKind::Landing, "visit-1")],
                },
                RuledOut {
                    cause: Cause::RedirectDropsParameters,
                    because: vec![because(
                        "The link was checked on 10 March, and everything arrived.",
                        CiteKind::LinkCheck,
                        "check-1",
                    )],
                },
            ],
            timeline: vec![
                entry(
                    -1_500,
                    "Whence checked www.acme.test/pricing and found the snippet.",
                    CiteKind::LinkCheck,
                    "check-1",
                ),
                entry(
                    -400,
                    "Another click: Chrome on a computer, sent to www.acme.test/pricing.",
                    CiteKind::Click,
                    "click-1",
                ),
                entry(
                    0,
                    "A click that may have been this customer’s: Safari on a phone, sent to www.acme.test/pricing.",
                    CiteKind::Click,
                    "click-2",
                ),
                entry(
                    1,
                    "The page www.acme.test/pricing was seen with its click, and the cookie was kept (Safari on a phone).",
                    CiteKind::Landing,
                    "visit-1",
                ),
                entry(1_700, "The page said that the customer signed up.", CiteKind::SignUp, "claim-1"),
                entry(1_760, "The customer paid 120.00 EUR.", CiteKind::Payment, "tran-1"),
            ],
        };
        let customer = CustomerId::from_bits(7);
        let places = Places { customer: Some(&customer), partner: Some("part_1"), link: None };
        let calendar = Calendar::new(at(100_000), "Europe/Berlin");
        let page = |findings: &Findings| {
            let (first, rest) = findings.verdicts.split_first().expect("a verdict");
            Self {
                chrome: Chrome::sample(Section::Investigate),
                key: "inv_00000000000000000000000007".into(),
                about: "Ada Park".into(),
                question: vec![
                    ("Name", "Ada Park".into()),
                    ("E-mail", "ada@park.test".into()),
                    ("Asked by", "Bo Lindqvist".into()),
                    ("Link", "https://go.acme.test/bo".into()),
                    ("Browser", "Safari, Phone".into()),
                    ("Looked at", "25 Feb 2026 to 25 Mar 2026".into()),
                ],
                asked: when("2 min ago"),
                again: "/dashboard/investigate?name=Ada+Park".into(),
                customer: Some(Ref::customer(customer.as_str(), "Ada Park")),
                partner: Some(Ref::partner("part_1", "Bo Lindqvist")),
                best: answer(first, findings, &places),
                others: rest.iter().map(|verdict| answer(verdict, findings, &places)).collect(),
                excluded: excluded(findings, &places),
                timeline: timeline(&calendar, findings, &places),
                candidates: vec![Other {
                    customer: Ref::customer("cus_2", "Ada Parker"),
                    why: "A similar name",
                    at: when("14 Mar 2026"),
                    ask: "/dashboard/investigate?name=Ada+Park&customer=cus_2".into(),
                }],
                reply: Some(investigation_partner::samples::reply()),
            }
        };
        let typical = page(&findings);
        let mut certain = findings.clone();
        certain.verdicts = vec![verdict(
            Cause::RedirectDropsParameters,
            Certainty::Determined,
            vec![because(
                "The check of 10 March 2026, 03:12 found that http://www.acme.test/pricing sends visitors on without what the link had added.",
                CiteKind::LinkCheck,
                "check-1",
            )],
            &[],
            &[],
        )];
        let certain = page(&certain);
        let mut unknown = findings.clone();
        unknown.verdicts = vec![verdict(
            Cause::NoSuchCustomer,
            Certainty::Unknown,
            Vec::new(),
            &["Is this person in your own list of customers, and under which address?"],
            &[Cause::SignupCallMissing],
        )];
        unknown.verdicts[0].counterfactual = None;
        (unknown.timeline, unknown.ruled_out) = Default::default();
        let mut nobody = page(&unknown);
        nobody.about = LONG.into();
        (nobody.customer, nobody.partner, nobody.reply) = Default::default();
        nobody.candidates.clear();
        vec![("investigation_probable", typical), ("investigation_certain", certain), ("investigation_nobody", nobody)]
    }
}
