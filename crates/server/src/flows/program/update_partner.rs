//! A partner changes: its name, its address, its group, or whether it takes part.

use super::find_group;
use crate::app::App;
use crate::flows::Change;
use crate::refusals;
use crate::store::audit::{self, Actor, Entry};
use crate::store::program::{partners, programs};
use crate::store::{Conn, Priority};
use serde_json::json;
use whence_domain::program::{Email, Partner, PartnerStatus};
use whence_domain::{PartnerId, Tenant};

/// What is to change; the rest stays.
#[derive(Clone, Debug, Default)]
pub struct PartnerChanges {
    /// Another e-mail address.
    pub email: Option<Email>,
    /// Another first name.
    pub first_name: Option<String>,
    /// Another last name.
    pub last_name: Option<String>,
    /// Another group, by key or slug.
    pub group: Option<String>,
    /// Another standing.
    pub status: Option<PartnerStatus>,
}

refusals! {
    /// Why a partner could not be changed.
    pub enum UpdatePartnerError {
        Unknown = Missing, "partnership_not_found", "", "no partnership has this key";
        GroupUnknown = Missing, "group_not_found", "group_key", "no group has this key";
        EmailTaken = Conflict, "email_taken", "email", "another partner has this e-mail address";
        NoSuchChange = Conflict, "partner_transition", "status", "a partner that stands so cannot be changed to this";
    }
}

/// Changes a partner and keeps a version of what it is from now on. Saying what already holds changes nothing.
///
/// # Errors
/// If there is no such partner or group, the e-mail is taken, or there is no way to that standing.
pub async fn update_partner(
    app: &App,
    tenant: &Tenant,
    actor: Actor,
    id: PartnerId,
    changes: PartnerChanges,
) -> Result<Partner, UpdatePartnerError> {
    let input = (tenant.clone(), Change::by(app, actor), id, changes);
    let partner = app
        .store
        .write(Priority::Money, input, |conn, (tenant, change, id, changes)| {
            Box::pin(save(conn, tenant, change, id, changes))
        })
        .await?;
    app.links_changed(&tenant.program).await;
    Ok(partner)
}

async fn save(
    conn: &mut Conn,
    tenant: &Tenant,
    change: &Change,
    id: &PartnerId,
    changes: &PartnerChanges,
) -> Result<Partner, UpdatePartnerError> {
    let before = partners::find(conn, tenant, id).await?.ok_or(UpdatePartnerError::Unknown)?;
    let mut after = before.clone();
    if let Some(email) = &changes.email {
        let holder = partners::find_by_email(conn, tenant, email).await?;
        if holder.is_some_and(|holder| holder.id != before.id) {
            return Err(UpdatePartnerError::EmailTaken);
        }
        after.email = email.clone();
    }
    if let Some(name) = &changes.group {
        after.group = find_group(conn, &tenant.program, name).await?.ok_or(UpdatePartnerError::GroupUnknown)?.id;
    }
    if let Some(status) = changes.status {
        after.status = before.status.change_to(status).map_err(|_| UpdatePartnerError::NoSuchChange)?;
    }
    after.first_name = changes.first_name.clone().unwrap_or(after.first_name);
    after.last_name = changes.last_name.clone().unwrap_or(after.last_name);
    if after == before {
        return Ok(before);
    }
    after.version = before.version + 1;
    after.updated_at = change.at;
    partners::update(conn, tenant, &after).await?;
    // Links of a partner that does not take part lead nowhere, so the link table must hear of it.
    programs::mark_changed(conn, &tenant.program).await?;
    let entry = Entry {
        id: change.audit.clone(),
        program: &tenant.program,
        mode: Some(tenant.mode),
        actor: &change.actor,
        action: "partner.updated",
        subject_kind: "partner",
        subject_id: after.id.as_str(),
        detail: json!({
            "version": after.version,
            "group": after.group,
            "status": after.status,
            "email_changed": after.email != before.email,
        }),
        at: change.at,
    };
    audit::insert(conn, &entry).await?;
    Ok(after)
}
