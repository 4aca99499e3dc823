//! Offers: what partners are promised.

use crate::flows::Refusal;
use crate::flows::earning::update_offer::{UpdateOfferError, archive_offer};
use crate::store::earning::offers::{self, OfferFilter};
use crate::store::program::groups;
use crate::store::{Conn, Page, StoreError};
use crate::ui::answer::{UiError, done, page};
use crate::ui::dashboard::settings_show::NothingMore;
use crate::ui::format::{count, counted, money, money_of, percent};
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::visitor::{Posted, Visitor};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use whence_domain::OfferId;
use whence_domain::earning::{OfferVersion, Terms, Trigger};
use whence_domain::program::Role;

/// An offer as a card.
#[derive(Clone, Debug)]
pub struct OfferCard {
    /// Its id.
    pub key: String,
    /// `20%`, `€50.00`.
    pub terms: String,
    /// `of every payment`, `for a sign-up`.
    pub trigger: String,
    /// The company's own description.
    pub description: String,
    /// Sentences: `For the first 3 payments of a customer`, `Held for 30 days`.
    pub limits: Vec<String>,
    /// `Every group`, or the name of one.
    pub group: String,
    /// `since 12 Mar 2026`.
    pub since: String,
    /// Whether it earns nothing any more.
    pub archived: bool,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/offer_list.html")]
pub struct OfferListPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Those that earn.
    pub current: Vec<OfferCard>,
    /// Those that did.
    pub archived: Vec<OfferCard>,
}

/// How many offers the page shows; a program with more would have lost count of them.
const SHOWN: u16 = 200;
const PATH: &str = "/dashboard/offers";

/// `GET /dashboard/offers`.
pub async fn list(visitor: Visitor) -> Result<Response, UiError> {
    let mut conn = visitor.app.store.read().await?;
    let filter = OfferFilter { group: None, with_archived: true };
    let listed = offers::list(&mut conn, &visitor.tenant, &filter, &Page::first(SHOWN)).await?;
    let mut shown = OfferListPage { chrome: visitor.chrome(Section::Offers), current: vec![], archived: vec![] };
    for offer in &listed.items {
        let card = card(&mut conn, &visitor, offer).await?;
        if card.archived { &mut shown.archived } else { &mut shown.current }.push(card);
    }
    page(&visitor, &shown)
}

/// `POST /dashboard/offers/{id}/archive`.
pub async fn archive(Path(id): Path<String>, Posted { visitor, .. }: Posted<NothingMore>) -> Result<Response, UiError> {
    visitor.require(&[Role::Manager])?;
    let id = OfferId::parse(&id).ok_or(UiError::NotFound)?;
    match archive_offer(&visitor.app, &visitor.tenant, visitor.actor(), id).await {
        Ok(offer) => {
            let text = format!("“{}” earns nothing from now on. What was earned stays.", offer.latest.description);
            Ok(done(&visitor, PATH, &text))
        }
        Err(UpdateOfferError::Unknown) => Err(UiError::NotFound),
        Err(error) if error.failure().is_some() => Err(UiError::Broken(error.to_string())),
        Err(_) => Err(UiError::BadForm),
    }
}

async fn card(conn: &mut Conn, visitor: &Visitor, offer: &offers::Offer) -> Result<OfferCard, StoreError> {
    let latest = &offer.latest;
    let group = match &latest.group {
        Some(id) => groups::find(conn, &visitor.tenant.program, id).await?.map(|group| group.name),
        None => None,
    };
    Ok(OfferCard {
        key: latest.offer.to_string(),
        terms: match latest.terms {
            Terms::Percent { rate } => percent(rate.ppm()),
            Terms::Flat { amount } => money(amount),
        },
        trigger: trigger(latest).to_owned(),
        description: latest.description.clone(),
        limits: limits(visitor, latest),
        group: group.unwrap_or_else(|| "Every group".into()),
        since: format!("since {}", visitor.calendar.day(offer.created_at)),
        archived: latest.archived_at.is_some(),
    })
}

fn trigger(offer: &OfferVersion) -> &'static str {
    match (offer.trigger, offer.terms, offer.limits.first_n) {
        (Trigger::Transaction, Terms::Percent { .. }, Some(1)) => "of the first payment",
        (Trigger::Transaction, Terms::Percent { .. }, _) => "of every payment",
        (Trigger::Transaction, Terms::Flat { .. }, Some(1)) => "for the first payment",
        (Trigger::Transaction, Terms::Flat { .. }, _) => "for every payment",
        (Trigger::Signup, ..) => "for a sign-up",
        (Trigger::Action, ..) => "for an action",
        (Trigger::LeadStage, ..) => "for a lead",
        (Trigger::DealStage, ..) => "for a deal",
    }
}

/// What limits the offer, a sentence each.
fn limits(visitor: &Visitor, offer: &OfferVersion) -> Vec<String> {
    let currency = match offer.terms {
        Terms::Flat { amount } => amount.currency.code(),
        Terms::Percent { .. } => visitor.program.currency.code(),
    };
    let of = |list: &[String]| list.join(", ");
    let rules = &offer.rules;
    [
        offer
            .limits
            .first_n
            .filter(|n| *n > 1)
            .map(|n| format!("For the first {} payments of a customer", count(n.into()))),
        offer.limits.months.map(|n| format!("For {} after the first payment", counted(n.into(), "month", "months"))),
        offer.limits.cap_amount.map(|cap| format!("At most {} per customer", money_of(cap, currency))),
        (offer.hold_days > 0).then(|| format!("Held for {}", counted(offer.hold_days.into(), "day", "days"))),
        (!rules.product_keys.is_empty()).then(|| format!("Only for {}", of(&rules.product_keys))),
        (!rules.except_product_keys.is_empty()).then(|| format!("Not for {}", of(&rules.except_product_keys))),
        (!rules.category_keys.is_empty()).then(|| format!("Only in {}", of(&rules.category_keys))),
        rules.min_amount.map(|least| format!("For payments of {} or more", money_of(least, currency))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
impl OfferListPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::LONG;
        use crate::ui::layout::Section;
        let card = |terms: &str, trigger: &str, description: &str, limits: &[&str], archived| OfferCard {
            key: "offer_1".into(),
            terms: terms.into(),
            trigger: trigger.into(),
            description: description.into(),
            limits: limits.iter().map(|&limit| limit.to_owned()).collect(),
            group: "Every group".into(),
            since: "since 12 Mar 2026".into(),
            archived,
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Offers),
            current: vec![
                card(
                    "20%",
                    "of every payment",
                    "Standard",
                    &["For the first 12 payments of a customer", "Held for 30 days"],
                    false,
                ),
                card("€50.00", "for a sign-up", "Spring push", &[], false),
                card("12.5%", "of the first payment", LONG, &["At most €500.00 per customer"], false),
            ],
            archived: vec![card("30%", "of every payment", "Launch month", &[], true)],
        };
        let empty = Self { current: Vec::new(), archived: Vec::new(), ..typical.clone() };
        vec![("offer_list", typical), ("offer_list_empty", empty)]
    }
}
