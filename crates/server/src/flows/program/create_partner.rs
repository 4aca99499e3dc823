//! A partner joins a program.

use crate::app::App;
use crate::clock::random_text;
use crate::flows::Change;
use crate::refusals;
use crate::store::audit::{self, Actor, Entry};
use crate::store::program::{groups, partners};
use crate::store::{Conn, Priority};
use serde_json::json;
use whence_domain::program::{Email, Group, Partner, PartnerKey, PartnerStatus};
use whence_domain::{GroupId, PartnerId, ProgramId, Tenant};

/// What is said of a new partner.
#[derive(Clone, Debug)]
pub struct NewPartner {
    /// Its public code; one is drawn if absent.
    pub key: Option<PartnerKey>,
    /// How to reach it.
    pub email: Email,
    /// First name, perhaps empty.
    pub first_name: String,
    /// Last name, perhaps empty.
    pub last_name: String,
    /// Its group's key or slug; the default group if absent.
    pub group: Option<String>,
}

refusals! {
    /// Why a partner could not join.
    pub enum CreatePartnerError {
        GroupUnknown = Missing, "group_not_found", "group_key", "no group has this key";
        KeyTaken = Conflict, "partner_key_taken", "partner_key", "another partner has this key";
        EmailTaken = Conflict, "email_taken", "email", "another partner has this e-mail address";
    }
}

/// Adds a partner, active at once (`product.md` 5 "Hosts and defaults"), with its first version.
///
/// # Errors
/// If its group does not exist, or its key or e-mail is taken.
pub async fn create_partner(
    app: &App,
    tenant: &Tenant,
    actor: Actor,
    new: NewPartner,
) -> Result<Partner, CreatePartnerError> {
    let change = Change::by(app, actor);
    let id = PartnerId::from_bits(app.id_bits(change.at));
    // Lower case, so that a key read aloud or typed from paper is found.
    let drawn = random_text(12).to_ascii_lowercase();
    let input = (tenant.clone(), change, id, drawn, new);
    app.store
        .write(Priority::Money, input, |conn, (tenant, change, id, drawn, new)| {
            Box::pin(save(conn, tenant, change, id, drawn, new))
        })
        .await
}

async fn save(
    conn: &mut Conn,
    tenant: &Tenant,
    change: &Change,
    id: &PartnerId,
    drawn: &str,
    new: &NewPartner,
) -> Result<Partner, CreatePartnerError> {
    let group = match &new.group {
        Some(name) => find_group(conn, &tenant.program, name).await?.ok_or(CreatePartnerError::GroupUnknown)?,
        None => groups::get_default(conn, &tenant.program).await?,
    };
    let key = match &new.key {
        Some(key) => key.clone(),
        None => PartnerKey::parse(drawn).map_err(|error| crate::store::StoreError::corrupt("drawn key", error))?,
    };
    let partner = Partner {
        id: id.clone(),
        key,
        email: new.email.clone(),
        first_name: new.first_name.clone(),
        last_name: new.last_name.clone(),
        group: group.id,
        status: PartnerStatus::Active,
        version: 1,
        joined_at: change.at,
        created_at: change.at,
        updated_at: change.at,
    };
    if !partners::insert(conn, tenant, &partner).await? {
        let email_taken = partners::find_by_email(conn, tenant, &partner.email).await?.is_some();
        return Err(if email_taken { CreatePartnerError::EmailTaken } else { CreatePartnerError::KeyTaken });
    }
    let entry = Entry {
        id: change.audit.clone(),
        program: &tenant.program,
        mode: Some(tenant.mode),
        actor: &change.actor,
        action: "partner.created",
        subject_kind: "partner",
        subject_id: partner.id.as_str(),
        detail: json!({ "partner_key": partner.key, "group": partner.group }),
        at: change.at,
    };
    audit::insert(conn, &entry).await?;
    Ok(partner)
}

/// The group that a request names by key or by slug; put-away ones take nobody in.
pub(in crate::flows) async fn find_group(
    conn: &mut Conn,
    program: &ProgramId,
    name: &str,
) -> Result<Option<Group>, crate::store::StoreError> {
    let group = match GroupId::parse(name) {
        Some(id) => groups::find(conn, program, &id).await?,
        None => groups::find_by_slug(conn, program, name).await?,
    };
    Ok(group.filter(|group| group.archived_at.is_none()))
}
