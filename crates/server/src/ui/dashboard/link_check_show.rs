//! One look at where a link leads: the way, and the checklist line by line.

use super::link_check_create::{CheckRow, badge, row};
use crate::store::StoreError;
use crate::store::investigation::link_checks::{self, LinkCheck, Why};
use crate::store::program::links;
use crate::ui::answer::{UiError, page};
use crate::ui::layout::{Chrome, Section};
use crate::ui::parts::{Badge, When};
use crate::ui::visitor::Visitor;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use whence_domain::LinkCheckId;
use whence_domain::investigation::link_check::{Line, Via, interpret};

/// How many other looks at the same link are listed.
const SHOWN: i64 = 15;

/// An address on the way.
#[derive(Clone, Debug)]
pub struct HopRow {
    /// The address.
    pub url: String,
    /// `302`, or `no answer`.
    pub status: String,
    /// How one comes to it: `redirects to`.
    pub via: &'static str,
    /// What its answer loses.
    pub lost: String,
}

/// A line of the checklist.
#[derive(Clone, Debug)]
pub struct LineRow {
    /// What it is about.
    pub title: &'static str,
    /// What it says.
    pub verdict: Badge,
    /// What was seen.
    pub detail: String,
    /// What to do, if something is broken.
    pub mend: String,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/link_check_show.html")]
pub struct LinkCheckPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What was looked at.
    pub what: String,
    /// All in all.
    pub verdict: Badge,
    /// When.
    pub at: When,
    /// Why somebody looked.
    pub why: &'static str,
    /// The link, to look again.
    pub link: Option<String>,
    /// The way.
    pub hops: Vec<HopRow>,
    /// Line by line.
    pub lines: Vec<LineRow>,
    /// Other looks at the same link, newest first.
    pub others: Vec<CheckRow>,
    /// The link's partner.
    pub partner: Option<String>,
}

/// `GET /dashboard/integrations/checks/{key}`.
pub async fn show(visitor: Visitor, Path(key): Path<String>) -> Result<Response, UiError> {
    let id = LinkCheckId::parse(&key).ok_or(UiError::NotFound)?;
    let mut conn = visitor.app.store.read().await?;
    let check = link_checks::find(&mut conn, &visitor.tenant, &id).await?.ok_or(UiError::NotFound)?;
    drop(conn);
    page(&visitor, &assemble(&visitor, &check).await?)
}

async fn assemble(visitor: &Visitor, check: &LinkCheck) -> Result<LinkCheckPage, StoreError> {
    let mut conn = visitor.app.store.read().await?;
    let (mut others, mut partner) = (Vec::new(), None);
    if let Some(link) = &check.link {
        others = link_checks::list(&mut conn, &visitor.tenant, Some(link), SHOWN).await?;
        others.retain(|other| other.id != check.id);
        partner = links::find(&mut conn, &visitor.tenant, link).await?.map(|link| link.partner.to_string());
    }
    let list = interpret(&check.facts);
    Ok(LinkCheckPage {
        chrome: visitor.chrome(Section::Integrations),
        what: check.url.clone(),
        verdict: badge(list.verdict()),
        at: visitor.calendar.when(check.checked_at),
        why: match check.why {
            Why::Made => "when the link was made",
            Why::Daily => "on the daily round",
            Why::Person => "because somebody asked",
        },
        link: check.link.as_ref().map(ToString::to_string),
        hops: hops(check),
        lines: list.lines.iter().map(line).collect(),
        others: others.iter().map(|other| row(visitor, other)).collect(),
        partner,
    })
}

fn hops(check: &LinkCheck) -> Vec<HopRow> {
    let hop = |hop: &whence_domain::investigation::link_check::Hop| HopRow {
        url: hop.url.clone(),
        status: hop.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string()),
        via: match hop.via {
            Via::Asked => "asked for",
            Via::Redirect => "redirected to",
            Via::Refresh => "sent on by the page to",
        },
        lost: hop.lost.join(", "),
    };
    check.facts.hops.iter().map(hop).collect()
}

fn line(line: &Line) -> LineRow {
    LineRow {
        title: line.subject.sentence(),
        verdict: badge(line.verdict),
        detail: line.detail.clone(),
        mend: line.mend.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
impl LinkCheckPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::when;
        use whence_domain::investigation::link_check::Verdict;
        let hop = |url: &str, status: &str, via, lost: &str| HopRow {
            url: url.into(),
            status: status.into(),
            via,
            lost: lost.into(),
        };
        let line = |title, verdict, detail: &str, mend: &str| LineRow {
            title,
            verdict: badge(verdict),
            detail: detail.into(),
            mend: mend.into(),
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Integrations),
            what: "https://go.acme.test/bo".into(),
            verdict: badge(Verdict::Broken),
            at: when("2 h ago"),
            why: "on the daily round",
            link: Some("link_1".into()),
            hops: vec![
                hop("https://go.acme.test/bo", "302", "asked for", ""),
                hop(
                    "https://acme.test/spring?ps_partner_key=Ym8&gspk=Ym8",
                    "301",
                    "redirected to",
                    "ps_partner_key, gspk",
                ),
                hop("https://www.acme.test/spring", "200", "redirected to", ""),
            ],
            lines: vec![
                line("The page answers.", Verdict::Fine, "www.acme.test answered with status 200.", ""),
                line(
                    "Everything that tells visitors apart arrives at the page.",
                    Verdict::Broken,
                    "https://acme.test/spring redirects to https://www.acme.test/spring and loses ps_partner_key, gspk.",
                    "Have acme.test keep the whole query when it redirects.",
                ),
                line(
                    "The page has the snippet.",
                    Verdict::Unknown,
                    "The page's text says ‹script›alert(1)‹/script›.",
                    "",
                ),
            ],
            others: vec![CheckRow {
                key: "check_2".into(),
                what: "https://go.acme.test/bo".into(),
                verdict: badge(Verdict::Fine),
                detail: String::new(),
                at: when("yesterday"),
            }],
            partner: Some("part_1".into()),
        };
        let address = Self { link: None, partner: None, others: Vec::new(), ..typical.clone() };
        vec![("link_check_show", typical), ("link_check_show_address", address)]
    }
}
