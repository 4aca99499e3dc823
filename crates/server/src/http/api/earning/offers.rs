//! `/offers`: what partners are promised (`product.md` 5 "REST API").

use crate::app::App;
use crate::flows::earning::create_offer::{NewOffer, create_offer};
use crate::flows::earning::update_offer::{OfferChanges, archive_offer, update_offer};
use crate::http::auth::ApiKey;
use crate::http::body::Fields;
use crate::http::envelope::{Data, List};
use crate::http::params::Params;
use crate::http::{Answer, ApiError};
use crate::store::earning::offers::{self, Offer, OfferFilter};
use axum::extract::{Path, State};
use serde::Serialize;
use whence_domain::earning::{Limits, ProductRules, Terms, Trigger};
use whence_domain::money::MAX_TRANSACTION_MINOR;
use whence_domain::{Currency, GroupId, Money, OfferId, Rate};

/// Characters of a description at most.
const MAX_DESCRIPTION: usize = 1000;

/// Characters of a group's key or slug at most.
const MAX_GROUP: usize = 64;

/// Products or kinds that one rule names at most, and characters of each.
const MAX_KEYS: (usize, usize) = (100, 255);

/// An offer as the API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct OfferObject {
    key: String,
    description: String,
    trigger: Trigger,
    terms: Terms,
    limits: Limits,
    rules: ProductRules,
    hold_days: u32,
    group_key: Option<GroupId>,
    archived: bool,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl From<Offer> for OfferObject {
    fn from(offer: Offer) -> Self {
        let latest = offer.latest;
        Self {
            key: latest.offer.to_string(),
            description: latest.description,
            trigger: latest.trigger,
            terms: latest.terms,
            limits: latest.limits,
            rules: latest.rules,
            hold_days: latest.hold_days,
            group_key: latest.group,
            archived: latest.archived_at.is_some(),
            version: latest.version,
            created_at: offer.created_at.millis(),
            updated_at: offer.updated_at.millis(),
        }
    }
}

fn unknown() -> ApiError {
    ApiError::not_found("offer_not_found", "no offer has this key")
}

fn read_id(key: &str) -> Result<OfferId, ApiError> {
    OfferId::parse(key).ok_or_else(unknown)
}

/// `GET /offers`: filters `group_key` (with the offers of every group), `include_archived`.
pub async fn list(State(app): State<App>, key: ApiKey, params: Params) -> Answer<List<OfferObject>> {
    let page = params.page(|key| OfferId::parse(key).is_some())?;
    let filter = OfferFilter {
        group: params.word("group_key", GroupId::parse)?,
        with_archived: params.flag("include_archived")?,
    };
    let mut conn = app.store.read().await?;
    let listed = offers::list(&mut conn, &key.tenant, &filter, &page).await?;
    Ok(Data(listed.map(OfferObject::from).into()))
}

/// `POST /offers`: `trigger`, `terms`; `description`, `limits`, `rules`, `hold_days`, `group_key`.
pub async fn create(State(app): State<App>, key: ApiKey, fields: Fields) -> Answer<OfferObject> {
    let new = NewOffer {
        description: fields.text("description", MAX_DESCRIPTION)?.unwrap_or_default(),
        trigger: read_trigger(&fields)?.ok_or_else(|| fields.missing("trigger"))?,
        terms: read_terms(&fields)?.ok_or_else(|| fields.missing("terms"))?,
        limits: read_limits(&fields)?.unwrap_or_default(),
        rules: read_rules(&fields)?.unwrap_or_default(),
        hold_days: read_hold_days(&fields)?.unwrap_or_default(),
        group: fields.text("group_key", MAX_GROUP)?,
    };
    let offer = create_offer(&app, &key.tenant, key.actor(), new).await?;
    Ok(Data::said(offer.into(), "Offer created"))
}

/// `GET /offers/{key}`.
pub async fn show(State(app): State<App>, caller: ApiKey, Path(key): Path<String>) -> Answer<OfferObject> {
    let mut conn = app.store.read().await?;
    let offer = offers::find(&mut conn, &caller.tenant, &read_id(&key)?).await?;
    Ok(Data(offer.ok_or_else(unknown)?.into()))
}

/// `PATCH /offers/{key}`: the same fields as a new one, and `archived`. `group_key` null makes it every group's.
pub async fn update(
    State(app): State<App>,
    caller: ApiKey,
    Path(key): Path<String>,
    fields: Fields,
) -> Answer<OfferObject> {
    let changes = OfferChanges {
        description: fields.text("description", MAX_DESCRIPTION)?,
        trigger: read_trigger(&fields)?,
        terms: read_terms(&fields)?,
        limits: read_limits(&fields)?,
        rules: read_rules(&fields)?,
        hold_days: read_hold_days(&fields)?,
        group: match fields.text("group_key", MAX_GROUP)? {
            None => fields.has("group_key").then_some(None),
            given => Some(given),
        },
        archived: fields.boolean("archived")?,
    };
    let offer = update_offer(&app, &caller.tenant, caller.actor(), read_id(&key)?, changes).await?;
    Ok(Data::said(offer.into(), "Offer updated"))
}

/// `DELETE /offers/{key}`: archives it; what happens from now on no longer earns by it.
pub async fn archive(State(app): State<App>, caller: ApiKey, Path(key): Path<String>) -> Answer<OfferObject> {
    let offer = archive_offer(&app, &caller.tenant, caller.actor(), read_id(&key)?).await?;
    Ok(Data::said(offer.into(), "Offer archived"))
}

fn read_trigger(fields: &Fields) -> Result<Option<Trigger>, ApiError> {
    let sentence = "none of transaction, signup, action, lead_stage, deal_stage";
    fields.parsed("trigger", |word| Trigger::parse(word).ok_or(sentence))
}

fn read_terms(fields: &Fields) -> Result<Option<Terms>, ApiError> {
    let Some(terms) = fields.object("terms")? else { return Ok(None) };
    match terms.required_text("type", 100)?.as_str() {
        "percent" => {
            let ppm = terms.required_integer("rate_ppm", 1..=i64::from(Rate::WHOLE.ppm()))?;
            let rate = Rate::parse_ppm(ppm).ok_or_else(|| terms.wrong_type("rate_ppm", "parts per million"))?;
            Ok(Some(Terms::Percent { rate }))
        }
        "flat" => {
            let minor = terms.required_integer("amount", 1..=MAX_TRANSACTION_MINOR)?;
            let currency = terms.required("currency", |code| Currency::parse(code).ok_or("no such currency"))?;
            Ok(Some(Terms::Flat { amount: Money::new(minor, currency) }))
        }
        _ => Err(ApiError::invalid("terms.type", "unknown_value", "must be percent or flat")),
    }
}

fn read_limits(fields: &Fields) -> Result<Option<Limits>, ApiError> {
    let Some(limits) = fields.object("limits")? else { return Ok(None) };
    refuse_others(&limits, &["first_n", "months", "cap_amount"])?;
    let small =
        |name| Ok::<_, ApiError>(limits.integer(name, 1..=i64::from(u32::MAX))?.and_then(|n| u32::try_from(n).ok()));
    Ok(Some(Limits {
        first_n: small("first_n")?,
        months: limits.integer("months", 1..=1200)?.and_then(|n| u32::try_from(n).ok()),
        cap_amount: limits.integer("cap_amount", 1..=MAX_TRANSACTION_MINOR)?,
    }))
}

fn read_rules(fields: &Fields) -> Result<Option<ProductRules>, ApiError> {
    // An empty list says the same as an empty object: no rules.
    if fields.value("rules").and_then(|rules| rules.as_array()).is_some_and(Vec::is_empty) {
        return Ok(Some(ProductRules::default()));
    }
    let Some(rules) = fields.object("rules")? else { return Ok(None) };
    refuse_others(&rules, &["product_keys", "except_product_keys", "category_keys", "min_amount"])?;
    let (count, length) = MAX_KEYS;
    Ok(Some(ProductRules {
        product_keys: rules.texts("product_keys", count, length)?.unwrap_or_default(),
        except_product_keys: rules.texts("except_product_keys", count, length)?.unwrap_or_default(),
        category_keys: rules.texts("category_keys", count, length)?.unwrap_or_default(),
        min_amount: rules.integer("min_amount", 0..=MAX_TRANSACTION_MINOR)?,
    }))
}

fn read_hold_days(fields: &Fields) -> Result<Option<u32>, ApiError> {
    Ok(fields.integer("hold_days", 0..=3650)?.and_then(|days| u32::try_from(days).ok()))
}

/// A limit or rule that is not understood must not be passed over in silence: the offer would pay more than was meant.
fn refuse_others(fields: &Fields, known: &[&str]) -> Result<(), ApiError> {
    match fields.names().find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let name: String = fields.name(name).chars().filter(|c| !c.is_control()).take(100).collect();
            Err(ApiError::invalid(name, "unknown_field", "does not exist; leave it out"))
        }
    }
}
