//! A program changes a promise. What happened before keeps the version of its time.

use super::create_offer::note;
use crate::app::App;
use crate::flows::Change;
use crate::flows::program::find_group;
use crate::refusals;
use crate::store::audit::Actor;
use crate::store::earning::offers::{self, Offer};
use crate::store::{Conn, Priority};
use whence_domain::earning::{Limits, OfferError, ProductRules, Terms, Trigger};
use whence_domain::{OfferId, Tenant};

/// What is to change; the rest stays.
#[derive(Clone, Debug, Default)]
pub struct OfferChanges {
    /// Another description.
    pub description: Option<String>,
    /// Another trigger.
    pub trigger: Option<Trigger>,
    /// Other terms.
    pub terms: Option<Terms>,
    /// Other limits, all of them.
    pub limits: Option<Limits>,
    /// Other rules, all of them.
    pub rules: Option<ProductRules>,
    /// Another wait, in days.
    pub hold_days: Option<u32>,
    /// Another group by key or slug; `Some(None)` makes it every group's.
    pub group: Option<Option<String>>,
    /// Put away, or taken back.
    pub archived: Option<bool>,
}

refusals! {
    /// Why an offer could not be changed.
    pub enum UpdateOfferError {
        Unknown = Missing, "offer_not_found", "", "no offer has this key";
        GroupUnknown = Missing, "group_not_found", "group_key", "no group has this key";
        PercentWithoutAmount = Invalid, "percent_without_amount", "terms.type", "only an offer for transactions can pay a percentage";
        Rate = Invalid, "rate_out_of_range", "terms.rate_ppm", "the rate lies between 1 and 1000000 parts per million";
        FlatAmount = Invalid, "flat_amount_out_of_range", "terms.amount", "a flat amount is more than nothing, and at most 50000000000";
        Limit = Invalid, "limit_out_of_range", "limits", "a limit is at least 1";
        HoldDays = Invalid, "hold_days_out_of_range", "hold_days", "commissions wait at most 3650 days";
    }
}

impl From<OfferError> for UpdateOfferError {
    fn from(error: OfferError) -> Self {
        match error {
            OfferError::PercentWithoutAmount => Self::PercentWithoutAmount,
            OfferError::Rate => Self::Rate,
            OfferError::FlatAmount => Self::FlatAmount,
            OfferError::Limit => Self::Limit,
            OfferError::HoldDays => Self::HoldDays,
        }
    }
}

/// Changes an offer by a new version of it, in force from now on. Saying what already holds changes nothing.
///
/// # Errors
/// If there is no such offer or group, or it makes no sense so.
pub async fn update_offer(
    app: &App,
    tenant: &Tenant,
    actor: Actor,
    id: OfferId,
    changes: OfferChanges,
) -> Result<Offer, UpdateOfferError> {
    let input = (tenant.clone(), Change::by(app, actor), id, changes);
    app.store
        .write(Priority::Money, input, |conn, (tenant, change, id, changes)| {
            Box::pin(save(conn, tenant, change, id, changes))
        })
        .await
}

/// Puts an offer away: what happens from now on no longer earns by it. Again changes nothing.
///
/// # Errors
/// If there is no such offer.
pub async fn archive_offer(app: &App, tenant: &Tenant, actor: Actor, id: OfferId) -> Result<Offer, UpdateOfferError> {
    update_offer(app, tenant, actor, id, OfferChanges { archived: Some(true), ..OfferChanges::default() }).await
}

async fn save(
    conn: &mut Conn,
    tenant: &Tenant,
    change: &Change,
    id: &OfferId,
    changes: &OfferChanges,
) -> Result<Offer, UpdateOfferError> {
    let offer = offers::find(conn, tenant, id).await?.ok_or(UpdateOfferError::Unknown)?;
    let before = &offer.latest;
    let mut after = before.clone();
    after.group = match &changes.group {
        Some(Some(name)) => {
            Some(find_group(conn, &tenant.program, name).await?.ok_or(UpdateOfferError::GroupUnknown)?.id)
        }
        Some(None) => None,
        None => after.group,
    };
    after.description = changes.description.clone().unwrap_or(after.description);
    after.trigger = changes.trigger.unwrap_or(after.trigger);
    after.terms = changes.terms.unwrap_or(after.terms);
    after.limits = changes.limits.unwrap_or(after.limits);
    after.rules = changes.rules.clone().unwrap_or(after.rules);
    after.hold_days = changes.hold_days.unwrap_or(after.hold_days);
    after.archived_at = match changes.archived {
        Some(true) => after.archived_at.or(Some(change.at)),
        Some(false) => None,
        None => after.archived_at,
    };
    if after == *before {
        return Ok(offer);
    }
    after.version = before.version + 1;
    after.from_at = change.at;
    let after = after.check()?;
    offers::update(conn, tenant, &after).await?;
    note(conn, tenant, change, "offer.updated", &after).await?;
    Ok(Offer { latest: after, created_at: offer.created_at, updated_at: change.at })
}
