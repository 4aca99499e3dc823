//! A link changes: where it leads, whose it is, what it is called, or whether it leads anywhere.

use crate::app::App;
use crate::flows::Change;
use crate::refusals;
use crate::store::audit::{self, Actor, Entry};
use crate::store::program::{links, partners, programs};
use crate::store::{Conn, Priority};
use serde_json::json;
use whence_domain::program::{Destination, Link, Slug};
use whence_domain::{LinkId, Tenant};

/// What is to change; the rest stays.
#[derive(Clone, Debug, Default)]
pub struct LinkChanges {
    /// Another partner: a partner key, a partnership's key, or an e-mail address.
    pub partner: Option<String>,
    /// Another destination.
    pub dest: Option<Destination>,
    /// Another path.
    pub link_key: Option<Slug>,
    /// Another title; `Some(None)` takes it away.
    pub title: Option<Option<String>>,
    /// Put away, or taken back.
    pub archived: Option<bool>,
}

refusals! {
    /// Why a link could not be changed.
    pub enum UpdateLinkError {
        Unknown = Missing, "link_not_found", "", "no link has this key";
        PartnerUnknown = Missing, "partnership_not_found", "partner_key", "no partnership has this key";
        LinkKeyTaken = Conflict, "link_key_taken", "link_key", "another link of the program has this link key";
    }
}

/// Changes a link and keeps a version of what it is from now on; visitors get the new destination before this returns.
/// Saying what already holds changes nothing.
///
/// # Errors
/// If there is no such link or partner, or the link key is taken.
pub async fn update_link(
    app: &App,
    tenant: &Tenant,
    actor: Actor,
    id: LinkId,
    changes: LinkChanges,
) -> Result<Link, UpdateLinkError> {
    let input = (tenant.clone(), Change::by(app, actor), id, changes);
    let link = app
        .store
        .write(Priority::Money, input, |conn, (tenant, change, id, changes)| {
            Box::pin(save(conn, tenant, change, id, changes))
        })
        .await?;
    app.links_changed(&tenant.program).await;
    app.tell_of_new_destination();
    Ok(link)
}

/// Puts a link away: from now on it answers 410. Again changes nothing.
///
/// # Errors
/// If there is no such link.
pub async fn archive_link(app: &App, tenant: &Tenant, actor: Actor, id: LinkId) -> Result<Link, UpdateLinkError> {
    update_link(app, tenant, actor, id, LinkChanges { archived: Some(true), ..LinkChanges::default() }).await
}

async fn save(
    conn: &mut Conn,
    tenant: &Tenant,
    change: &Change,
    id: &LinkId,
    changes: &LinkChanges,
) -> Result<Link, UpdateLinkError> {
    let before = links::find(conn, tenant, id).await?.ok_or(UpdateLinkError::Unknown)?;
    let after = apply(conn, tenant, change, &before, changes).await?;
    if after == before && after.link_key.as_str() == before.link_key.as_str() {
        return Ok(before);
    }
    let after = Link { version: before.version + 1, updated_at: change.at, ..after };
    links::update(conn, tenant, &after).await?;
    programs::mark_changed(conn, &tenant.program).await?;
    let entry = Entry {
        id: change.audit.clone(),
        program: &tenant.program,
        mode: Some(tenant.mode),
        actor: &change.actor,
        action: "link.updated",
        subject_kind: "link",
        subject_id: after.id.as_str(),
        detail: json!({
            "version": after.version,
            "link_key": after.link_key,
            "partner": after.partner,
            "dest": after.dest,
            "archived": after.archived_at.is_some(),
        }),
        at: change.at,
    };
    audit::insert(conn, &entry).await?;
    Ok(after)
}

async fn apply(
    conn: &mut Conn,
    tenant: &Tenant,
    change: &Change,
    before: &Link,
    changes: &LinkChanges,
) -> Result<Link, UpdateLinkError> {
    let mut after = before.clone();
    if let Some(partner) = &changes.partner {
        let partner = partners::find_by_identifier(conn, tenant, partner).await?;
        after.partner = partner.ok_or(UpdateLinkError::PartnerUnknown)?.id;
    }
    if let Some(key) = &changes.link_key {
        let holder = links::find_holder(conn, &tenant.program, key).await?;
        if holder.is_some_and(|holder| holder != before.id) {
            return Err(UpdateLinkError::LinkKeyTaken);
        }
        after.link_key = key.clone();
    }
    after.dest = changes.dest.clone().unwrap_or(after.dest);
    after.title = changes.title.clone().unwrap_or(after.title);
    after.archived_at = match changes.archived {
        Some(true) => after.archived_at.or(Some(change.at)),
        Some(false) => None,
        None => after.archived_at,
    };
    Ok(after)
}
