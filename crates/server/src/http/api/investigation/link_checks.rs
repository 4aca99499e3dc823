//! `/link_checks`: where a link leads, and what is wrong there (`product.md` 5 "REST API").

use crate::app::App;
use crate::flows::investigation::check_link::{CheckLinkError, Look, What, check_link};
use crate::http::auth::ApiKey;
use crate::http::body::Fields;
use crate::http::envelope::Data;
use crate::http::{Answer, ApiError};
use crate::store::investigation::link_checks::{self, LinkCheck, Why};
use crate::store::program::links;
use axum::extract::{Path, State};
use serde::Serialize;
use whence_domain::investigation::link_check::{Checklist, Facts, TagState, interpret};
use whence_domain::program::Slug;
use whence_domain::{LinkCheckId, LinkId};

/// Characters of an address at most.
const MAX_URL: usize = 2_048;

/// Characters of a link key at most, with the prefix of a link's own key.
const MAX_LINK_KEY: usize = 64;

/// A kept look as the API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct LinkCheckObject {
    key: String,
    url: String,
    link_key: Option<String>,
    why: &'static str,
    verdict: &'static str,
    hops: Vec<HopObject>,
    final_url: Option<String>,
    unreached: Option<UnreachedObject>,
    partner_key: Option<String>,
    xid: Option<String>,
    snippet: SnippetObject,
    cookies: Vec<CookieObject>,
    problems: Vec<ProblemObject>,
    checklist: Vec<LineObject>,
    browser: bool,
    created_at: i64,
    updated_at: i64,
}

#[derive(Clone, Debug, Serialize)]
struct HopObject {
    url: String,
    status: Option<u16>,
    lost: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct UnreachedObject {
    code: &'static str,
    detail: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct SnippetObject {
    /// Null where it could not be determined.
    found: Option<bool>,
    in_head: Option<bool>,
    public_key: Option<String>,
    environment: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct CookieObject {
    name: String,
    domain: Option<String>,
    set_by: String,
}

#[derive(Clone, Debug, Serialize)]
struct ProblemObject {
    cause: &'static str,
    detail: String,
    mend: String,
}

#[derive(Clone, Debug, Serialize)]
struct LineObject {
    line: &'static str,
    title: &'static str,
    verdict: &'static str,
    detail: String,
    cause: Option<&'static str>,
    mend: Option<String>,
}

impl LinkCheckObject {
    /// The look, with the link key of its link as it is now.
    pub fn new(check: &LinkCheck, link_key: Option<String>) -> Self {
        let facts = &check.facts;
        let list = interpret(facts);
        let carried = facts.first_carrying().map(|(_, hop)| &hop.carried);
        Self {
            key: check.id.to_string(),
            url: check.url.clone(),
            link_key,
            why: check.why.as_str(),
            verdict: list.verdict().as_str(),
            hops: hops(facts),
            final_url: facts.final_hop().map(|hop| hop.url.clone()),
            unreached: facts.unreached.map(|why| UnreachedObject { code: why.code(), detail: why.sentence() }),
            partner_key: carried.and_then(|carried| carried.partner_key.clone()),
            xid: carried.and_then(|carried| carried.xid.clone()),
            snippet: snippet(facts),
            cookies: facts
                .cookies
                .iter()
                .map(|cookie| CookieObject {
                    name: cookie.name.clone(),
                    domain: cookie.domain.clone(),
                    set_by: cookie.by.clone(),
                })
                .collect(),
            problems: problems(&list),
            checklist: lines(&list),
            browser: check.browser_at.is_some(),
            created_at: check.checked_at.millis(),
            updated_at: check.checked_at.millis(),
        }
    }
}

fn hops(facts: &Facts) -> Vec<HopObject> {
    let hop = |hop: &whence_domain::investigation::link_check::Hop| HopObject {
        url: hop.url.clone(),
        status: hop.status,
        lost: hop.lost.clone(),
    };
    facts.hops.iter().map(hop).collect()
}

fn snippet(facts: &Facts) -> SnippetObject {
    let tag = facts.tag();
    SnippetObject {
        found: match facts.tag_state() {
            TagState::Found => Some(true),
            TagState::Missing => Some(false),
            TagState::Unknown => None,
        },
        in_head: tag.map(|tag| tag.in_head),
        public_key: tag.and_then(|tag| tag.public_key.clone()),
        environment: tag.and_then(|tag| tag.environment).map(|mode| mode.as_str()),
    }
}

fn problems(list: &Checklist) -> Vec<ProblemObject> {
    let problem = |problem: whence_domain::investigation::link_check::Problem| ProblemObject {
        cause: problem.fault.code(),
        detail: problem.detail,
        mend: problem.mend,
    };
    list.problems().into_iter().map(problem).collect()
}

fn lines(list: &Checklist) -> Vec<LineObject> {
    list.lines
        .iter()
        .map(|line| LineObject {
            line: line.subject.code(),
            title: line.subject.sentence(),
            verdict: line.verdict.as_str(),
            detail: line.detail.clone(),
            cause: line.fault.map(|fault| fault.code()),
            mend: line.mend.clone(),
        })
        .collect()
}

fn unknown() -> ApiError {
    ApiError::not_found("link_check_not_found", "no link check has this key")
}

/// `POST /link_checks`: `url` or `link_key`; `browser`.
pub async fn create(State(app): State<App>, key: ApiKey, fields: Fields) -> Answer<LinkCheckObject> {
    let (url, link_key) = (fields.text("url", MAX_URL)?, fields.text("link_key", MAX_LINK_KEY)?);
    let browser = fields.boolean("browser")?.unwrap_or(false);
    let what = match (url, link_key) {
        (Some(url), None) => What::Address(url),
        (None, Some(link_key)) => What::Link(find_link(&app, &key, &link_key).await?),
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid("link_key", "ambiguous", "and 'url' cannot be given together"));
        }
        (None, None) => return Err(ApiError::invalid("url", "missing", "or 'link_key' is required")),
    };
    let look = Look { what, browser, why: Why::Person };
    let check = check_link(&app, &key.tenant, look).await.map_err(|error| match error {
        CheckLinkError::LinkUnknown => no_link(),
        error => ApiError::from(error),
    })?;
    Ok(Data::said(object(&app, &key, &check).await?, "Link checked"))
}

/// `GET /link_checks/{key}`.
pub async fn show(State(app): State<App>, caller: ApiKey, Path(key): Path<String>) -> Answer<LinkCheckObject> {
    let id = LinkCheckId::parse(&key).ok_or_else(unknown)?;
    let check = link_checks::find(&mut app.store.read().await?, &caller.tenant, &id).await?.ok_or_else(unknown)?;
    Ok(Data(object(&app, &caller, &check).await?))
}

fn no_link() -> ApiError {
    ApiError::not_found("link_not_found", "'link_key': no link has this key").on("link_key")
}

/// A link by its link key, or by its own key.
async fn find_link(app: &App, caller: &ApiKey, name: &str) -> Result<LinkId, ApiError> {
    if let Some(id) = LinkId::parse(name) {
        return Ok(id);
    }
    let slug = Slug::parse_link_key(name).map_err(|_| no_link())?;
    let link = links::find_by_link_key(&mut app.store.read().await?, &caller.tenant, &slug).await?;
    Ok(link.ok_or_else(no_link)?.id)
}

async fn object(app: &App, caller: &ApiKey, check: &LinkCheck) -> Result<LinkCheckObject, ApiError> {
    let link = match &check.link {
        Some(link) => links::find(&mut app.store.read().await?, &caller.tenant, link).await?,
        None => None,
    };
    Ok(LinkCheckObject::new(check, link.map(|link| link.link_key.to_string())))
}
