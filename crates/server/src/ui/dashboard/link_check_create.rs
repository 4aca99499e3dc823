//! Looking at where a link, or any address, leads.

use super::partner_create::sentence;
use crate::flows::Refusal;
use crate::flows::investigation::check_link::{CheckLinkError, Look, What, check_link};
use crate::store::StoreError;
use crate::store::investigation::link_checks::{self, LinkCheck, Why};
use crate::ui::answer::{UiError, not_done, page, refused};
use crate::ui::layout::{Chrome, Section};
use crate::ui::parts::{Badge, Tone, When};
use crate::ui::visitor::{Posted, Visitor};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use whence_domain::LinkId;
use whence_domain::investigation::link_check::{Verdict, interpret};

/// Where looks are shown.
pub const PATH: &str = "/dashboard/integrations/checks";
/// How many looks the page lists.
const SHOWN: i64 = 20;
/// The longest address that is read.
const MAX_ADDRESS: usize = 2_048;

/// What the form holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    /// A link's address, or any other.
    pub address: String,
    /// `on` if a real browser is to look too.
    pub browser: String,
}

/// An earlier look.
#[derive(Clone, Debug)]
pub struct CheckRow {
    /// Its id.
    pub key: String,
    /// What was looked at.
    pub what: String,
    /// What came of it.
    pub verdict: Badge,
    /// The first thing that is wrong, or that could not be determined.
    pub detail: String,
    /// When.
    pub at: When,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/link_check_create.html")]
pub struct LinkCheckCreatePage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What was typed.
    pub form: Form,
    /// Why it was refused, or nothing.
    pub error: String,
    /// The latest looks, newest first.
    pub checks: Vec<CheckRow>,
}

/// `GET /dashboard/integrations/checks`.
pub async fn form(visitor: Visitor) -> Result<Response, UiError> {
    let shown = assemble(&visitor, Form::default(), String::new()).await?;
    page(&visitor, &shown)
}

/// `POST /dashboard/integrations/checks`.
pub async fn create(Posted { visitor, form }: Posted<Form>) -> Result<Response, UiError> {
    if form.address.trim().is_empty() || form.address.len() > MAX_ADDRESS {
        let why = "Paste a partner's link, or the address of a page.".to_owned();
        return refused(&visitor, &assemble(&visitor, form, why).await?);
    }
    let browser = !form.browser.is_empty();
    let look = Look { what: What::Address(form.address.clone()), browser, why: Why::Person };
    match check_link(&visitor.app, &visitor.tenant, look).await {
        Ok(check) => Ok(Redirect::to(&format!("{PATH}/{}", check.id)).into_response()),
        Err(CheckLinkError::Store(error)) => Err(error.into()),
        Err(error) => {
            let why = sentence(&error.to_string());
            refused(&visitor, &assemble(&visitor, form, why).await?)
        }
    }
}

/// Which partner's page to return to, if it cannot be done.
#[derive(Debug, Deserialize)]
pub struct OfPartner {
    #[serde(default)]
    partner: String,
}

/// `POST /dashboard/links/{id}/check`.
pub async fn check(Path(id): Path<String>, Posted { visitor, form }: Posted<OfPartner>) -> Result<Response, UiError> {
    let link = LinkId::parse(&id).ok_or(UiError::NotFound)?;
    let look = Look { what: What::Link(link), browser: false, why: Why::Person };
    match check_link(&visitor.app, &visitor.tenant, look).await {
        Ok(check) => Ok(Redirect::to(&format!("{PATH}/{}", check.id)).into_response()),
        Err(CheckLinkError::LinkUnknown) => Err(UiError::NotFound),
        Err(error) if error.failure().is_some() => Err(UiError::Broken(error.to_string())),
        Err(error) => {
            let back = match whence_domain::PartnerId::parse(&form.partner) {
                Some(partner) => format!("/dashboard/partners/{partner}"),
                None => PATH.to_owned(),
            };
            Ok(not_done(&visitor, &back, &sentence(&error.to_string())))
        }
    }
}

async fn assemble(visitor: &Visitor, form: Form, error: String) -> Result<LinkCheckCreatePage, StoreError> {
    let checks = link_checks::list(&mut visitor.app.store.read().await?, &visitor.tenant, None, SHOWN).await?;
    Ok(LinkCheckCreatePage {
        chrome: visitor.chrome(Section::Integrations),
        form,
        error,
        checks: checks.iter().map(|check| row(visitor, check)).collect(),
    })
}

/// A look in one line.
pub fn row(visitor: &Visitor, check: &LinkCheck) -> CheckRow {
    let list = interpret(&check.facts);
    let verdict = list.verdict();
    let telling = list.lines.iter().find(|line| line.verdict == verdict && verdict != Verdict::Fine);
    CheckRow {
        key: check.id.to_string(),
        what: check.url.split(['?', '#']).next().unwrap_or_default().to_owned(),
        verdict: badge(verdict),
        detail: telling.map(|line| line.detail.clone()).unwrap_or_default(),
        at: visitor.calendar.when(check.checked_at),
    }
}

/// A verdict as a badge.
pub fn badge(verdict: Verdict) -> Badge {
    match verdict {
        Verdict::Fine => Badge::new(Tone::Good, "Fine"),
        Verdict::Broken => Badge::new(Tone::Bad, "Broken"),
        Verdict::Unknown => Badge::new(Tone::Wait, "Not determined"),
    }
}

#[cfg(test)]
impl LinkCheckCreatePage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::when;
        let row = |what: &str, verdict, detail: &str| CheckRow {
            key: "check_1".into(),
            what: what.into(),
            verdict: badge(verdict),
            detail: detail.into(),
            at: when("2 h ago"),
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Integrations),
            form: Form::default(),
            error: String::new(),
            checks: vec![
                row("https://go.acme.test/bo", Verdict::Fine, ""),
                row("https://go.acme.test/ada", Verdict::Broken, "The snippet is not in this page."),
                row(
                    "https://blog.acme.test/spring",
                    Verdict::Unknown,
                    "blog.acme.test: The host did not answer in time.",
                ),
            ],
        };
        let mut refused = typical.clone();
        refused.form = Form { address: "http://127.0.0.1/".into(), browser: "on".into() };
        refused.error = "The host is at 127.0.0.1, this machine itself.".into();
        let empty = Self { checks: Vec::new(), ..typical.clone() };
        vec![("link_check_create", typical), ("link_check_create_refused", refused), ("link_check_create_empty", empty)]
    }
}
