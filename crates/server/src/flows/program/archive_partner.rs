//! A partner leaves. What it earned stays; its links lead nowhere from now on.

use super::update_partner::{PartnerChanges, UpdatePartnerError, update_partner};
use crate::app::App;
use crate::store::audit::Actor;
use whence_domain::program::{Partner, PartnerStatus};
use whence_domain::{PartnerId, Tenant};

/// Archives a partner. Again changes nothing.
///
/// # Errors
/// If there is no such partner.
pub async fn archive_partner(
    app: &App,
    tenant: &Tenant,
    actor: Actor,
    id: PartnerId,
) -> Result<Partner, UpdatePartnerError> {
    let changes = PartnerChanges { status: Some(PartnerStatus::Archived), ..PartnerChanges::default() };
    update_partner(app, tenant, actor, id, changes).await
}
