//! A new group of partners.

use crate::app::App;
use crate::flows::Change;
use crate::refusals;
use crate::store::audit::{self, Actor, Entry};
use crate::store::program::groups;
use crate::store::{Conn, Priority};
use serde_json::json;
use whence_domain::program::{Group, Slug};
use whence_domain::{GroupId, ProgramId};

refusals! {
    /// Why a group could not be made.
    pub enum CreateGroupError {
        SlugTaken = Conflict, "group_slug_taken", "slug", "another group has this slug";
    }
}

/// Makes a group. Groups stand beside the modes: it is there for live and test partners alike.
///
/// # Errors
/// If another group of the program has the slug.
pub async fn create_group(
    app: &App,
    program: &ProgramId,
    actor: Actor,
    name: String,
    slug: Slug,
) -> Result<Group, CreateGroupError> {
    let change = Change::by(app, actor);
    let group = Group {
        id: GroupId::from_bits(app.id_bits(change.at)),
        slug,
        name,
        default_at: None,
        archived_at: None,
        created_at: change.at,
        updated_at: change.at,
    };
    let input = (program.clone(), change, group);
    app.store
        .write(Priority::Money, input, |conn, (program, change, group)| Box::pin(save(conn, program, change, group)))
        .await
}

async fn save(conn: &mut Conn, program: &ProgramId, change: &Change, group: &Group) -> Result<Group, CreateGroupError> {
    if !groups::insert(conn, program, group).await? {
        return Err(CreateGroupError::SlugTaken);
    }
    let entry = Entry {
        id: change.audit.clone(),
        program,
        mode: None,
        actor: &change.actor,
        action: "group.created",
        subject_kind: "group",
        subject_id: group.id.as_str(),
        detail: json!({ "slug": group.slug }),
        at: change.at,
    };
    audit::insert(conn, &entry).await?;
    Ok(group.clone())
}
