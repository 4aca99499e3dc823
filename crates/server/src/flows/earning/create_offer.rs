//! A program promises something to its partners.

use crate::app::App;
use crate::flows::Change;
use crate::flows::program::find_group;
use crate::refusals;
use crate::store::audit::{self, Actor, Entry};
use crate::store::earning::offers::{self, Offer};
use crate::store::{Conn, Priority, StoreError};
use serde_json::json;
use whence_domain::earning::{Limits, OfferError, OfferVersion, ProductRules, Terms, Trigger};
use whence_domain::{OfferId, Tenant};

/// What is said of a new offer.
#[derive(Clone, Debug)]
pub struct NewOffer {
    /// What partners read.
    pub description: String,
    /// What must happen.
    pub trigger: Trigger,
    /// How much it pays.
    pub terms: Terms,
    /// How often.
    pub limits: Limits,
    /// For what.
    pub rules: ProductRules,
    /// Days that a commission waits before review.
    pub hold_days: u32,
    /// The group whose partners have it, by key or slug; every group if absent.
    pub group: Option<String>,
}

refusals! {
    /// Why an offer could not be made.
    pub enum CreateOfferError {
        GroupUnknown = Missing, "group_not_found", "group_key", "no group has this key";
        PercentWithoutAmount = Invalid, "percent_without_amount", "terms.type", "only an offer for transactions can pay a percentage";
        Rate = Invalid, "rate_out_of_range", "terms.rate_ppm", "the rate lies between 1 and 1000000 parts per million";
        FlatAmount = Invalid, "flat_amount_out_of_range", "terms.amount", "a flat amount is more than nothing, and at most 50000000000";
        Limit = Invalid, "limit_out_of_range", "limits", "a limit is at least 1";
        HoldDays = Invalid, "hold_days_out_of_range", "hold_days", "commissions wait at most 3650 days";
    }
}

impl From<OfferError> for CreateOfferError {
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

/// Makes an offer; it earns what happens from now on.
///
/// # Errors
/// If its group does not exist, or it makes no sense.
pub async fn create_offer(app: &App, tenant: &Tenant, actor: Actor, new: NewOffer) -> Result<Offer, CreateOfferError> {
    let change = Change::by(app, actor);
    let id = OfferId::from_bits(app.id_bits(change.at));
    let input = (tenant.clone(), change, id, new);
    app.store
        .write(Priority::Money, input, |conn, (tenant, change, id, new)| Box::pin(save(conn, tenant, change, id, new)))
        .await
}

async fn save(
    conn: &mut Conn,
    tenant: &Tenant,
    change: &Change,
    id: &OfferId,
    new: &NewOffer,
) -> Result<Offer, CreateOfferError> {
    let group = match &new.group {
        Some(name) => Some(find_group(conn, &tenant.program, name).await?.ok_or(CreateOfferError::GroupUnknown)?.id),
        None => None,
    };
    let version = OfferVersion {
        offer: id.clone(),
        version: 1,
        from_at: change.at,
        description: new.description.clone(),
        archived_at: None,
        trigger: new.trigger,
        terms: new.terms,
        limits: new.limits,
        rules: new.rules.clone(),
        hold_days: new.hold_days,
        group,
    };
    let version = version.check()?;
    offers::insert(conn, tenant, &version).await?;
    note(conn, tenant, change, "offer.created", &version).await?;
    Ok(Offer { latest: version, created_at: change.at, updated_at: change.at })
}

/// Notes a change of an offer.
pub(super) async fn note(
    conn: &mut Conn,
    tenant: &Tenant,
    change: &Change,
    action: &'static str,
    version: &OfferVersion,
) -> Result<(), StoreError> {
    let entry = Entry {
        id: change.audit.clone(),
        program: &tenant.program,
        mode: Some(tenant.mode),
        actor: &change.actor,
        action,
        subject_kind: "offer",
        subject_id: version.offer.as_str(),
        detail: json!({ "version": version.version, "terms": version.terms, "archived": version.archived_at.is_some() }),
        at: change.at,
    };
    audit::insert(conn, &entry).await
}
