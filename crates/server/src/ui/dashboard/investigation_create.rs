//! Asking why something was not tracked: one form, which can read a partner's letter, and the questions asked before.

use super::investigation_words::{about, certainty_badge};
use super::partner_list::partner_name;
use super::rows::Ref;
use crate::app::App;
use crate::flows::investigation::investigate::{Asked, InvestigateError, investigate};
use crate::store::investigation::investigations;
use crate::store::program::partners::{self, PartnerFilter};
use crate::store::program::{hosts, links};
use crate::store::{Conn, Page, StoreError};
use crate::ui::answer::{UiError, page, refused};
use crate::ui::layout::{Chrome, Section};
use crate::ui::parts::{Badge, When};
use crate::ui::visitor::{Narrowed, Posted, Visitor};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::BTreeSet;
use whence_domain::investigation::letter::{self, Reading, Setting};
use whence_domain::investigation::texts;
use whence_domain::program::{Email, Partner};
use whence_domain::tracking::agent::{Browser, Device};
use whence_domain::{CustomerId, Tenant};

/// What the form holds; also what an address may fill in beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct Form {
    /// The partner's letter.
    pub letter: String,
    /// The customer's e-mail address.
    pub email: String,
    /// The customer's name.
    pub name: String,
    /// The company's own key of the customer.
    pub customer_key: String,
    /// A number of an order, invoice or payment.
    pub order: String,
    /// The partner who asks: a key, a name or an e-mail address.
    pub partner_key: String,
    /// The link.
    pub link: String,
    /// A day as `2026-03-11`, about or since then.
    pub from: String,
    /// The last day.
    pub to: String,
    /// In an address: about when, in milliseconds or as a day.
    pub around: String,
    /// The browser's word.
    pub browser: String,
    /// The device's word.
    pub device: String,
    /// `yes`, `no` or empty.
    pub same_browser: String,
    /// The customer that a person picked among several.
    pub customer: String,
    /// Which button was pressed: `read` or `ask`.
    #[serde(rename = "do")]
    pub act: String,
}

impl Form {
    /// Whether nothing but a letter is there.
    fn is_letter_alone(&self) -> bool {
        let fields = [&self.email, &self.name, &self.customer_key, &self.order, &self.partner_key, &self.link];
        !self.letter.trim().is_empty() && fields.into_iter().all(|field| field.trim().is_empty())
    }

    /// Whether anything is said about time, browser or device, so that this part of the form is open.
    pub fn has_more(&self) -> bool {
        ![&self.customer_key, &self.order, &self.browser, &self.device, &self.same_browser]
            .iter()
            .all(|text| text.is_empty())
    }
}

/// A value to choose.
#[derive(Clone, Debug)]
pub struct Choosable {
    /// As sent.
    pub value: &'static str,
    /// As read.
    pub label: &'static str,
}

/// The browsers that people know by name.
const BROWSERS: &[(Browser, &str)] = &[
    (Browser::Safari, "Safari"),
    (Browser::Chrome, "Chrome"),
    (Browser::Firefox, "Firefox"),
    (Browser::Edge, "Edge"),
    (Browser::Samsung, "Samsung Internet"),
    (Browser::Opera, "Opera"),
    (Browser::Other, "Another one"),
];

const DEVICES: &[(Device, &str)] = &[
    (Device::Phone, "Phone"),
    (Device::Tablet, "Tablet"),
    (Device::Desktop, "Computer"),
    (Device::Other, "Something else"),
];

/// A question asked before.
#[derive(Clone, Debug)]
pub struct RecentRow {
    /// Whom it was about; leads to the answer.
    pub about: Ref,
    /// Who asked.
    pub partner: Option<Ref>,
    /// What the answer was.
    pub answer: &'static str,
    /// How sure.
    pub certainty: Badge,
    /// When.
    pub at: When,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/investigation_create.html")]
pub struct InvestigatePage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What was typed, or read in a letter.
    pub form: Form,
    /// What was read in the letter, in a sentence; empty if none was read.
    pub read: String,
    /// The field that was refused, and why.
    pub error: Option<(&'static str, String)>,
    /// The latest questions.
    pub recent: Vec<RecentRow>,
}

impl InvestigatePage {
    /// Why the field was refused, or nothing.
    pub fn error_of(&self, field: &str) -> &str {
        self.error.as_ref().filter(|(name, _)| *name == field).map_or("", |(_, why)| why)
    }

    /// Browsers to choose from.
    pub fn browsers(&self) -> Vec<Choosable> {
        BROWSERS.iter().map(|(browser, label)| Choosable { value: browser.as_str(), label }).collect()
    }

    /// Devices to choose from.
    pub fn devices(&self) -> Vec<Choosable> {
        DEVICES.iter().map(|(device, label)| Choosable { value: device.as_str(), label }).collect()
    }
}

/// How many questions the page lists, how many addresses of a letter are looked up, and the longest text of one field.
const RECENT: i64 = 8;
const LONGEST_FIELD: usize = 500;

/// `GET /dashboard/investigate`.
pub async fn form(visitor: Visitor, Narrowed(mut form): Narrowed<Form>) -> Result<Response, UiError> {
    if form.from.is_empty() && !form.around.is_empty() {
        form.from = visitor.calendar.day_key(&form.around).unwrap_or_default();
    }
    let shown = assemble(&visitor, form, String::new(), None).await?;
    page(&visitor, &shown)
}

/// `POST /dashboard/investigate`: reads the letter, or asks.
pub async fn ask(Posted { visitor, form }: Posted<Form>) -> Result<Response, UiError> {
    if !form.letter.trim().is_empty() && (form.act == "read" || form.is_letter_alone()) {
        let (form, read) = read_letter(&visitor, form).await?;
        let shown = assemble(&visitor, form, read, None).await?;
        return page(&visitor, &shown);
    }
    let mut conn = visitor.app.store.read().await?;
    let asked = asked(&mut conn, &visitor, &form).await?;
    drop(conn);
    let asked = match asked {
        Ok(asked) => asked,
        Err(error) => return refused(&visitor, &assemble(&visitor, form, String::new(), Some(error)).await?),
    };
    match investigate(&visitor.app, &visitor.tenant, visitor.actor(), asked).await {
        Ok(answer) => Ok(Redirect::to(&format!("/dashboard/investigations/{}", answer.id)).into_response()),
        Err(InvestigateError::Nothing) => {
            let why = "Tell at least one thing: an address, a name, a number, a partner or a link.".to_owned();
            refused(&visitor, &assemble(&visitor, form, String::new(), Some(("email", why))).await?)
        }
        Err(InvestigateError::PeriodReversed) => {
            let why = "The last day lies before the first.".to_owned();
            refused(&visitor, &assemble(&visitor, form, String::new(), Some(("to", why))).await?)
        }
        Err(error) => Err(UiError::Broken(error.to_string())),
    }
}

/// A refused field and why.
type Refused = (&'static str, String);

/// What the form asks; the partner is looked up, so that a typing mistake is seen before it becomes an answer.
async fn asked(conn: &mut Conn, visitor: &Visitor, form: &Form) -> Result<Result<Asked, Refused>, StoreError> {
    let text = |typed: &str| {
        let typed: String = typed.trim().chars().take(LONGEST_FIELD).collect();
        (!typed.is_empty()).then_some(typed)
    };
    let email = match text(&form.email).map(|email| Email::parse(&email)) {
        Some(Ok(email)) => Some(email),
        Some(Err(_)) => return Ok(Err(("email", "This is no e-mail address.".into()))),
        None => None,
    };
    let partner_key = match text(&form.partner_key) {
        Some(typed) => match find_partner(conn, &visitor.tenant, &typed).await? {
            Ok(partner) => Some(partner.key.to_string()),
            Err(why) => return Ok(Err(("partner_key", why))),
        },
        None => None,
    };
    let (from, to) = (visitor.calendar.start_of(&form.from), visitor.calendar.end_of(&form.to));
    for (field, typed, read) in [("from", &form.from, from), ("to", &form.to, to)] {
        if !typed.trim().is_empty() && read.is_none() {
            return Ok(Err((field, "Write the day as 2026-03-31.".into())));
        }
    }
    let alone = from.filter(|_| to.is_none());
    Ok(Ok(Asked {
        email,
        name: text(&form.name),
        customer_key: text(&form.customer_key),
        order: text(&form.order),
        customer: CustomerId::parse(&form.customer),
        partner_key,
        link: text(&form.link),
        // A single day is meant roughly: noon of it, and two weeks around.
        around: alone.map(|start| start.plus_micros(12 * 3_600_000_000)),
        from: from.filter(|_| to.is_some()),
        to,
        browser: text(&form.browser),
        device: text(&form.device),
        same_browser: match form.same_browser.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
    }))
}

/// The partner by key, e-mail address or, if only one fits, a part of the name.
async fn find_partner(conn: &mut Conn, tenant: &Tenant, typed: &str) -> Result<Result<Partner, String>, StoreError> {
    if let Some(partner) = partners::find_by_identifier(conn, tenant, typed).await? {
        return Ok(Ok(partner));
    }
    let filter = PartnerFilter { with_archived: true, search: Some(typed.to_owned()), ..PartnerFilter::default() };
    let mut found = partners::list(conn, tenant, &filter, &Page::first(4)).await?.items;
    Ok(match found.len() {
        0 => Err("No partner has this key, name or e-mail address.".into()),
        1 => Ok(found.remove(0)),
        _ => {
            let keys: Vec<&str> = found.iter().take(3).map(|partner| partner.key.as_str()).collect();
            Err(format!("Several partners fit: {}, … Write the key of one.", keys.join(", ")))
        }
    })
}

/// Fills in what is empty out of the letter, and says what was found.
async fn read_letter(visitor: &Visitor, mut form: Form) -> Result<(Form, String), StoreError> {
    let mut conn = visitor.app.store.read().await?;
    let mut known = BTreeSet::new();
    for email in letter::addresses(&form.letter) {
        if partners::find_by_email(&mut conn, &visitor.tenant, &email).await?.is_some() {
            known.insert(email);
        }
    }
    let (link_hosts, own_hosts) = hosts_of(&mut conn, &visitor.app, &visitor.tenant).await?;
    let reading = letter::read(
        &form.letter,
        &Setting {
            now: visitor.calendar.now,
            zone: &visitor.calendar.zone,
            link_hosts: &link_hosts,
            own_hosts: &own_hosts,
            partners: &known,
        },
    );
    let sender = reading.sender.as_deref().and_then(|sender| Email::parse(sender).ok());
    let partner = match &sender {
        Some(sender) => partners::find_by_email(&mut conn, &visitor.tenant, sender).await?,
        None => None,
    };
    let partner = match partner {
        Some(partner) => Some(partner),
        None => owner_of_link(&mut conn, &visitor.tenant, reading.link.as_deref()).await?,
    };
    fill(&mut form, &reading, partner.as_ref());
    Ok((form.clone(), sentence(&reading, partner.as_ref())))
}

async fn hosts_of(conn: &mut Conn, app: &App, tenant: &Tenant) -> Result<(Vec<String>, Vec<String>), StoreError> {
    let links = hosts::list(conn, &tenant.program).await?.into_iter().map(|host| host.host).collect();
    let mut own = hosts::list_origins(conn, &tenant.program).await?;
    own.extend(app.config.app_url.host_str().map(str::to_owned));
    Ok((links, own))
}

async fn owner_of_link(conn: &mut Conn, tenant: &Tenant, link: Option<&str>) -> Result<Option<Partner>, StoreError> {
    let Some(key) = link.and_then(link_key) else { return Ok(None) };
    match links::find_by_link_key(conn, tenant, &key).await? {
        Some(link) => partners::find(conn, tenant, &link.partner).await,
        None => Ok(None),
    }
}

fn link_key(link: &str) -> Option<whence_domain::program::Slug> {
    let path = link.split(['?', '#']).next()?.trim_end_matches('/');
    whence_domain::program::Slug::parse(path.rsplit('/').next()?).ok()
}

fn fill(form: &mut Form, reading: &Reading, partner: Option<&Partner>) {
    let set = |field: &mut String, value: Option<String>| {
        if field.trim().is_empty() {
            *field = value.unwrap_or_default();
        }
    };
    set(&mut form.email, reading.email.clone());
    set(&mut form.name, reading.name.clone());
    set(&mut form.customer_key, reading.customer_key.clone());
    set(&mut form.order, reading.order.clone());
    set(&mut form.link, reading.link.clone());
    set(&mut form.partner_key, partner.map(|partner| partner.key.to_string()));
    set(&mut form.browser, reading.browser.map(|browser| browser.as_str().to_owned()));
    set(&mut form.device, reading.device.map(|device| device.as_str().to_owned()));
    set(&mut form.same_browser, reading.same_browser.map(|same| if same { "yes" } else { "no" }.to_owned()));
    if let Some(days) = reading.days.filter(|_| form.from.is_empty() && form.to.is_empty()) {
        form.from = days.first.to_string();
        form.to = if days.first == days.last { String::new() } else { days.last.to_string() };
    }
}

/// What was found in the letter, for the person who checks it.
fn sentence(reading: &Reading, partner: Option<&Partner>) -> String {
    if reading.is_empty() && partner.is_none() {
        return "Nothing in the e-mail could be read with certainty. Type what you find in it below.".into();
    }
    let found = [
        ("who the customer is", reading.email.is_some() || reading.name.is_some()),
        ("who wrote", partner.is_some()),
        ("the link", reading.link.is_some()),
        ("when it happened", reading.days.is_some()),
        ("a number", reading.order.is_some() || reading.customer_key.is_some()),
        ("the browser or device", reading.browser.is_some() || reading.device.is_some()),
    ];
    let found: Vec<&str> = found.into_iter().filter_map(|(what, there)| there.then_some(what)).collect();
    let found = match found.as_slice() {
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
        [] => "a mention of the browser".to_owned(),
    };
    let others = match reading.other_emails.as_slice() {
        [] => String::new(),
        others => format!(" It also names {}.", others.join(", ")),
    };
    format!("The e-mail says {found}. Check the fields, then ask.{others}")
}

async fn assemble(
    visitor: &Visitor,
    form: Form,
    read: String,
    error: Option<Refused>,
) -> Result<InvestigatePage, StoreError> {
    let mut conn = visitor.app.store.read().await?;
    let latest = investigations::list(&mut conn, &visitor.tenant, None, RECENT).await?;
    let mut recent = Vec::new();
    for asked in &latest {
        let partner = match &asked.partner {
            Some(id) => partners::find(&mut conn, &visitor.tenant, id).await?,
            None => None,
        };
        let best = asked.findings.best();
        recent.push(RecentRow {
            about: Ref {
                text: about(&asked.described, &asked.question),
                href: format!("/dashboard/investigations/{}", asked.id),
            },
            partner: partner.map(|partner| Ref::partner(partner.id.as_str(), &partner_name(&partner))),
            answer: texts::of(best.cause).title,
            certainty: certainty_badge(best.certainty),
            at: visitor.calendar.when(asked.created_at),
        });
    }
    Ok(InvestigatePage { chrome: visitor.chrome(Section::Investigate), form, read, error, recent })
}

/// The address of the form with these fields filled in.
pub fn prefilled(fields: &[(&str, &str)]) -> String {
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    out.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
    match out.finish().as_str() {
        "" => "/dashboard/investigate".to_owned(),
        query => format!("/dashboard/investigate?{query}"),
    }
}

#[cfg(test)]
impl InvestigatePage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        use whence_domain::investigation::{Cause, Certainty};
        let row = |about: &str, partner: Option<&str>, cause: Cause, certainty, at: &str| RecentRow {
            about: Ref { text: about.into(), href: "/dashboard/investigations/inv_1".into() },
            partner: partner.map(|name| Ref::partner("part_1", name)),
            answer: texts::of(cause).title,
            certainty: certainty_badge(certainty),
            at: when(at),
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Investigate),
            form: Form::default(),
            read: String::new(),
            error: None,
            recent: vec![
                row(
                    "Ada Park",
                    Some("Bo Lindqvist"),
                    Cause::RedirectDropsParameters,
                    Certainty::Determined,
                    "12 min ago",
                ),
                row("jo@example.test", Some("Tomás Ferreira"), Cause::CookiesCleared, Certainty::Probable, "3 h ago"),
                row(LONG, None, Cause::NoSuchCustomer, Certainty::Unknown, "yesterday"),
            ],
        };
        let empty = Self { recent: Vec::new(), ..typical.clone() };
        let mut read = typical.clone();
        read.form = Form {
            letter: "Hi Mara,\n\nmy customer Ada Park (ada@park.test) signed up on March 11 through https://go.acme.test/bo, and she is \
                     still not in my list. She clicked on her iPhone in Safari and signed up on her laptop.\n\nThanks,\nBo"
                .into(),
            email: "ada@park.test".into(),
            name: "Ada Park".into(),
            partner_key: "bo-lindqvist".into(),
            link: "https://go.acme.test/bo".into(),
            from: "2026-03-11".into(),
            browser: "safari".into(),
            device: "phone".into(),
            same_browser: "no".into(),
            ..Form::default()
        };
        read.read = "The e-mail says who the customer is, the link, when it happened and the browser or device. Check the fields, then ask.".into();
        let mut wrong = typical.clone();
        wrong.form.partner_key = "<nobody>".into();
        wrong.error = Some(("partner_key", "No partner has this key, name or e-mail address.".into()));
        vec![
            ("investigate", typical),
            ("investigate_empty", empty),
            ("investigate_read", read),
            ("investigate_refused", wrong),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_fills_only_what_is_empty() {
        let reading = Reading {
            email: Some("ada@park.test".into()),
            name: Some("Ada Park".into()),
            days: Some(letter::Days { first: jiff::civil::date(2026, 3, 1), last: jiff::civil::date(2026, 3, 31) }),
            browser: Some(Browser::Safari),
            same_browser: Some(false),
            ..Reading::default()
        };
        let mut form = Form { name: "A. Park".into(), ..Form::default() };
        fill(&mut form, &reading, None);
        assert_eq!((form.name.as_str(), form.email.as_str()), ("A. Park", "ada@park.test"));
        assert_eq!((form.from.as_str(), form.to.as_str()), ("2026-03-01", "2026-03-31"));
        assert_eq!((form.browser.as_str(), form.same_browser.as_str()), ("safari", "no"));
        assert_eq!(
            sentence(&reading, None),
            "The e-mail says who the customer is, when it happened and the browser or device. Check the fields, then ask."
        );
        assert!(sentence(&Reading::default(), None).starts_with("Nothing in the e-mail"));
    }

    #[test]
    fn a_link_to_the_form_carries_what_is_known() {
        assert_eq!(prefilled(&[("email", ""), ("name", "")]), "/dashboard/investigate");
        assert_eq!(prefilled(&[("name", "Ada & Bo"), ("email", "")]), "/dashboard/investigate?name=Ada+%26+Bo");
    }
}
