//! One partner: links, clicks by outcome, customers, commissions.

use super::link_check_create::{CheckRow, row};
use super::partner_create::sentence;
use super::partner_list::{earned, partner_name};
use super::rows::{CommissionRow, ReferralRow};
use crate::flows::Refusal;
use crate::flows::program::create_link::{NewLink, create_link};
use crate::flows::program::link_address::LinkAddresses;
use crate::flows::program::update_link::archive_link;
use crate::flows::program::update_partner::{PartnerChanges, UpdatePartnerError, update_partner};
use crate::store::dashboard::partners as sums;
use crate::store::dashboard::{commissions, customers};
use crate::store::investigation::link_checks::{self, LinkCheck};
use crate::store::program::links::{self, LinkFilter};
use crate::store::program::{groups, partners};
use crate::store::{Page, StoreError};
use crate::ui::answer::{UiError, done, not_done, page, refused};
use crate::ui::chart::Share;
use crate::ui::dashboard::click_list::outcome_words;
use crate::ui::format::count;
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::parts::{Badge, When};
use crate::ui::visitor::{Posted, Visitor};
use crate::ui::words::{amounts, commission_row, partner_status, referral_row};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use whence_domain::program::{Destination, Link, Partner, PartnerStatus, Role, Slug};
use whence_domain::tracking::Outcome;
use whence_domain::{LinkId, PartnerId};

/// One of the partner's links.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// Its id.
    pub key: String,
    /// The address to share.
    pub url: String,
    /// Where it leads.
    pub dest: String,
    /// What the partner calls it.
    pub title: String,
    /// Clicks that count, in all.
    pub clicks: String,
    /// Whether it no longer leads anywhere.
    pub archived: bool,
    /// When it was made.
    pub created: When,
    /// The last look at where it leads, if there was one.
    pub check: Option<CheckRow>,
}

/// Clicks with one outcome.
#[derive(Clone, Debug)]
pub struct OutcomeBar {
    /// The outcome in plain words.
    pub label: String,
    /// How many.
    pub count: String,
    /// Whether they can bring a customer.
    pub counts: bool,
    /// Compared with the commonest.
    pub share: Share,
}

/// What the form for a new link holds.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct LinkForm {
    /// The short end of the address; made up if empty.
    pub slug: String,
    /// Where the link leads.
    pub dest: String,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/partner_show.html")]
pub struct PartnerPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Their id.
    pub key: String,
    /// Their name.
    pub name: String,
    /// Active, pending, archived.
    pub status: Badge,
    /// Whether they can be archived, or made active again.
    pub active: bool,
    /// Their public code.
    pub partner_key: String,
    /// Label and value.
    pub facts: Vec<(&'static str, String)>,
    /// Their links, newest first.
    pub links: Vec<LinkRow>,
    /// What stands before the slug in a link's address.
    pub link_prefix: String,
    /// What was typed for a new link.
    pub form: LinkForm,
    /// The field of it that was refused, and why.
    pub error: Option<(&'static str, String)>,
    /// Clicks by outcome, commonest first.
    pub outcomes: Vec<OutcomeBar>,
    /// Their latest customers.
    pub referrals: Vec<ReferralRow>,
    /// Their latest commissions.
    pub commissions: Vec<CommissionRow>,
    /// What stands, one text per currency.
    pub earned: Vec<String>,
    /// Where a decision on a commission returns to.
    pub back: String,
}

impl PartnerPage {
    /// Why the field of the new link was refused, or nothing.
    pub fn error_of(&self, field: &str) -> &str {
        self.error.as_ref().filter(|(name, _)| *name == field).map_or("", |(_, why)| why)
    }
}

/// How many customers and commissions the page lists; their own pages have the rest.
const SHOWN: i64 = 10;
/// How many links it lists.
const LINKS: u16 = 100;

/// `GET /dashboard/partners/{id}`.
pub async fn show(visitor: Visitor, Path(id): Path<String>) -> Result<Response, UiError> {
    let partner = find(&visitor, &id).await?;
    let form = LinkForm { slug: String::new(), dest: visitor.program.site.clone() };
    let shown = assemble(&visitor, &partner, form, None).await?;
    page(&visitor, &shown)
}

/// `POST /dashboard/partners/{id}/links`.
pub async fn add_link(Path(id): Path<String>, Posted { visitor, form }: Posted<LinkForm>) -> Result<Response, UiError> {
    visitor.require(&[Role::Manager])?;
    let partner = find(&visitor, &id).await?;
    let new = match read(&form, &partner) {
        Ok(new) => new,
        Err(error) => return refused(&visitor, &assemble(&visitor, &partner, form, Some(error)).await?),
    };
    match create_link(&visitor.app, &visitor.tenant, visitor.actor(), new).await {
        Ok(_) => Ok(done(&visitor, &format!("/dashboard/partners/{id}"), "The link is ready to share.")),
        Err(error) if error.failure().is_some() => Err(UiError::Broken(error.to_string())),
        Err(error) => {
            let error = Some(("slug", sentence(&error.to_string())));
            refused(&visitor, &assemble(&visitor, &partner, form, error).await?)
        }
    }
}

/// Which partner's page to return to.
#[derive(Debug, Deserialize)]
pub struct OfPartner {
    partner: String,
}

/// `POST /dashboard/links/{id}/archive`.
pub async fn remove_link(
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<OfPartner>,
) -> Result<Response, UiError> {
    visitor.require(&[Role::Manager])?;
    let link = LinkId::parse(&id).ok_or(UiError::NotFound)?;
    let partner = PartnerId::parse(&form.partner).ok_or(UiError::NotFound)?;
    let back = format!("/dashboard/partners/{partner}");
    match archive_link(&visitor.app, &visitor.tenant, visitor.actor(), link).await {
        Ok(link) => {
            let text = format!("The link {} no longer leads anywhere. Its clicks and customers stay.", link.link_key);
            Ok(done(&visitor, &back, &text))
        }
        Err(error) if error.failure().is_some() => Err(UiError::Broken(error.to_string())),
        Err(_) => Err(UiError::NotFound),
    }
}

/// What a partner is to become.
#[derive(Debug, Deserialize)]
pub struct StatusForm {
    status: String,
}

/// `POST /dashboard/partners/{id}/status`.
pub async fn change_status(
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<StatusForm>,
) -> Result<Response, UiError> {
    visitor.require(&[Role::Manager])?;
    let partner = PartnerId::parse(&id).ok_or(UiError::NotFound)?;
    let status = PartnerStatus::parse(&form.status).ok_or(UiError::BadForm)?;
    let changes = PartnerChanges { status: Some(status), ..PartnerChanges::default() };
    let back = format!("/dashboard/partners/{id}");
    match update_partner(&visitor.app, &visitor.tenant, visitor.actor(), partner, changes).await {
        Ok(partner) if status == PartnerStatus::Archived => {
            let name = partner_name(&partner);
            Ok(done(&visitor, &back, &format!("{name} is archived: the links lead nowhere, what was earned stays.")))
        }
        Ok(partner) => Ok(done(&visitor, &back, &format!("{} takes part again.", partner_name(&partner)))),
        Err(UpdatePartnerError::Unknown) => Err(UiError::NotFound),
        Err(error) if error.failure().is_some() => Err(UiError::Broken(error.to_string())),
        Err(error) => Ok(not_done(&visitor, &back, &sentence(&error.to_string()))),
    }
}

async fn find(visitor: &Visitor, id: &str) -> Result<Partner, UiError> {
    let id = PartnerId::parse(id).ok_or(UiError::NotFound)?;
    let mut conn = visitor.app.store.read().await?;
    partners::find(&mut conn, &visitor.tenant, &id).await?.ok_or(UiError::NotFound)
}

fn read(form: &LinkForm, partner: &Partner) -> Result<NewLink, (&'static str, String)> {
    let dest = Destination::parse(form.dest.trim()).map_err(|error| ("dest", sentence(&error.to_string())))?;
    let link_key = match form.slug.trim() {
        "" => None,
        typed => Some(Slug::parse_link_key(typed).map_err(|error| ("slug", sentence(&error.to_string())))?),
    };
    Ok(NewLink { partner: partner.id.to_string(), dest, link_key, title: None })
}

async fn assemble(
    visitor: &Visitor,
    partner: &Partner,
    form: LinkForm,
    error: Option<(&'static str, String)>,
) -> Result<PartnerPage, StoreError> {
    let mut conn = visitor.app.store.read().await?;
    let (tenant, calendar) = (&visitor.tenant, &visitor.calendar);
    let clicks = sums::clicks(&mut conn, tenant, &partner.id).await?;
    let filter = LinkFilter { partner: Some(partner.id.clone()), with_archived: true };
    let links = links::list(&mut conn, tenant, &filter, &Page::first(LINKS)).await?;
    let addresses = LinkAddresses::of(&visitor.app, &mut conn, &tenant.program).await?;
    let checks = link_checks::newest_of_partner(&mut conn, tenant, &partner.id).await?;
    let of_partner = customers::Filter { partner: Some(partner.id.clone()), ..customers::Filter::default() };
    let mut referrals = Vec::new();
    for row in customers::list(&mut conn, tenant, &of_partner, SHOWN).await? {
        let paid = customers::paid(&mut conn, tenant, &row.id).await?;
        referrals.push(referral_row(calendar, &row, &paid));
    }
    let of_partner = commissions::Filter { partner: Some(partner.id.clone()), ..commissions::Filter::default() };
    let commissions = commissions::list(&mut conn, tenant, &of_partner, SHOWN).await?;
    let group = groups::find(&mut conn, &tenant.program, &partner.group).await?;
    let customers = sums::customers(&mut conn, tenant, &partner.id).await?;
    Ok(PartnerPage {
        chrome: visitor.chrome(Section::Partners),
        key: partner.id.to_string(),
        name: partner_name(partner),
        status: partner_status(partner.status),
        active: partner.status == PartnerStatus::Active,
        partner_key: partner.key.to_string(),
        facts: vec![
            ("E-mail", partner.email.to_string()),
            ("Group", group.map_or_else(String::new, |group| group.name)),
            ("Joined", calendar.day(partner.joined_at)),
            ("Clicks that count", count(counted(&clicks, None))),
            ("Customers", count(customers)),
        ],
        links: links.items.iter().map(|owned| link_row(visitor, &addresses, &owned.link, &clicks, &checks)).collect(),
        link_prefix: addresses.prefix().to_owned(),
        form,
        error,
        outcomes: outcomes(&clicks),
        referrals,
        commissions: commissions.iter().map(|row| commission_row(calendar, row)).collect(),
        earned: amounts(&earned(&mut conn, tenant, &partner.id).await?),
        back: format!("/dashboard/partners/{}", partner.id),
    })
}

fn counted(clicks: &[sums::Clicks], link: Option<&LinkId>) -> i64 {
    let of_link = |row: &&sums::Clicks| link.is_none_or(|link| row.link == *link);
    clicks.iter().filter(of_link).filter(|row| row.outcome == Outcome::Counted).map(|row| row.clicks).sum()
}

fn link_row(
    visitor: &Visitor,
    addresses: &LinkAddresses,
    link: &Link,
    clicks: &[sums::Clicks],
    checks: &[LinkCheck],
) -> LinkRow {
    LinkRow {
        key: link.id.to_string(),
        url: addresses.link(&link.link_key),
        dest: link.dest.as_str().to_owned(),
        title: link.title.clone().unwrap_or_default(),
        clicks: count(counted(clicks, Some(&link.id))),
        archived: link.archived_at.is_some(),
        created: visitor.calendar.when(link.created_at),
        check: checks.iter().find(|check| check.link.as_ref() == Some(&link.id)).map(|check| row(visitor, check)),
    }
}

/// Clicks by outcome over all links, commonest first.
fn outcomes(clicks: &[sums::Clicks]) -> Vec<OutcomeBar> {
    let of = |outcome| clicks.iter().filter(|row| row.outcome == outcome).map(|row| row.clicks).sum::<i64>();
    let mut sums: Vec<(Outcome, i64)> = Outcome::ALL.into_iter().map(|outcome| (outcome, of(outcome))).collect();
    sums.retain(|(_, many)| *many > 0);
    sums.sort_by_key(|(_, many)| std::cmp::Reverse(*many));
    let most = sums.first().map_or(0, |(_, many)| *many);
    sums.into_iter()
        .map(|(outcome, many)| OutcomeBar {
            label: outcome_words(outcome.as_str()).1.to_owned(),
            count: count(many),
            counts: outcome.attributes(),
            share: Share::of(many, most),
        })
        .collect()
}

#[cfg(test)]
impl PartnerPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::link_check_create::badge;
        use super::rows::samples::{LONG, commissions, referrals, when};
        use crate::ui::layout::Section;
        use crate::ui::parts::Tone;
        use whence_domain::investigation::link_check::Verdict;
        let link = |slug: &str, dest: &str, clicks: &str, archived| LinkRow {
            key: "link_1".into(),
            url: format!("https://go.acme.test/{slug}"),
            dest: dest.into(),
            title: String::new(),
            clicks: clicks.into(),
            archived,
            created: when("12 Mar 2026"),
            check: (!archived).then(|| CheckRow {
                key: "check_1".into(),
                what: format!("https://go.acme.test/{slug}"),
                verdict: badge(Verdict::Fine),
                detail: String::new(),
                at: when("2 h ago"),
            }),
        };
        let outcome = |label: &str, count: &str, counts, per_mille| OutcomeBar {
            label: label.into(),
            count: count.into(),
            counts,
            share: Share { per_mille },
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Partners),
            key: "part_1".into(),
            name: "Bo Lindqvist".into(),
            status: Badge::new(Tone::Good, "Active"),
            active: true,
            partner_key: "bo-lindqvist".into(),
            facts: vec![
                ("E-mail", "bo@lindqvist.test".into()),
                ("Group", "Default".into()),
                ("Joined", "12 Mar 2026".into()),
                ("Clicks that count", "2,204".into()),
                ("Customers", "41".into()),
            ],
            links: vec![
                link("bo", "https://www.acme.test/", "1,804", false),
                link("bo-pricing", "https://www.acme.test/pricing?plan=team", "400", false),
                link("old-campaign", "https://www.acme.test/spring", "0", true),
            ],
            link_prefix: "https://go.acme.test/".into(),
            form: LinkForm { slug: String::new(), dest: "https://www.acme.test/".into() },
            error: None,
            outcomes: vec![
                outcome("Counted", "2,204", true, 1000),
                outcome("Repeated within a short time", "310", true, 141),
                outcome("Made by a bot", "122", false, 55),
                outcome("Link preview in a chat or feed", "61", false, 28),
            ],
            referrals: referrals(),
            commissions: commissions(),
            earned: vec!["€1,048.00".into()],
            back: "/dashboard/partners/part_1".into(),
        };
        let mut fresh = typical.clone();
        fresh.name = LONG.into();
        fresh.status = Badge::new(Tone::Plain, "Archived");
        fresh.active = false;
        fresh.form.slug = "bo!".into();
        fresh.error = Some(("slug", "Letters, digits and dashes only.".into()));
        (fresh.links, fresh.outcomes, fresh.referrals, fresh.commissions, fresh.earned) = Default::default();
        vec![("partner_show", typical), ("partner_show_fresh", fresh)]
    }
}
