//! A partner gets a link.

use crate::app::App;
use crate::clock::{random, random_text};
use crate::flows::Change;
use crate::refusals;
use crate::store::audit::{self, Actor, Entry};
use crate::store::program::{links, partners, programs};
use crate::store::{Conn, Priority, StoreError};
use serde_json::json;
use whence_domain::program::{Destination, Link, Partner, Slug};
use whence_domain::tracking::xid::MAX_LINK_NUMBER;
use whence_domain::{LinkId, Tenant};

/// What is said of a new link.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// Whose it is: a partner key, a partnership's key, or an e-mail address.
    pub partner: String,
    /// Where it leads.
    pub dest: Destination,
    /// Its path; one is drawn if absent.
    pub link_key: Option<Slug>,
    /// What people call it.
    pub title: Option<String>,
}

refusals! {
    /// Why a link could not be made.
    pub enum CreateLinkError {
        PartnerUnknown = Missing, "partnership_not_found", "partner_key", "no partnership has this key";
        LinkKeyTaken = Conflict, "link_key_taken", "link_key", "another link of the program has this link key";
    }
}

/// Numbers and link keys drawn before the work begins, since the work may run several times: the first that is free is
/// taken. Two to the 36 numbers make even the second one rare.
type Draws = [(i64, String); 4];

/// Makes a link that leads somewhere before this returns.
///
/// # Errors
/// If there is no such partner, or the link key is taken in the program (in either mode: they share the addresses).
pub async fn create_link(app: &App, tenant: &Tenant, actor: Actor, new: NewLink) -> Result<Link, CreateLinkError> {
    let change = Change::by(app, actor);
    let id = LinkId::from_bits(app.id_bits(change.at));
    let draws: Draws = std::array::from_fn(|_| (draw_number(), random_text(8).to_ascii_lowercase()));
    let input = (tenant.clone(), change, id, draws, new);
    let link = app
        .store
        .write(Priority::Money, input, |conn, (tenant, change, id, draws, new)| {
            Box::pin(save(conn, tenant, change, id, draws, new))
        })
        .await?;
    app.links_changed(&tenant.program).await;
    app.tell_of_new_destination();
    Ok(link)
}

/// A number below 2^36 for click ids to carry, drawn evenly so that no counter is hot. Never 0.
pub(super) fn draw_number() -> i64 {
    let number = u64::from_le_bytes(random()) & MAX_LINK_NUMBER;
    i64::try_from(number.max(1)).expect("36 bits fit")
}

async fn save(
    conn: &mut Conn,
    tenant: &Tenant,
    change: &Change,
    id: &LinkId,
    draws: &Draws,
    new: &NewLink,
) -> Result<Link, CreateLinkError> {
    let partner = partners::find_by_identifier(conn, tenant, &new.partner).await?;
    let partner = partner.ok_or(CreateLinkError::PartnerUnknown)?;
    if let Some(key) = &new.link_key
        && links::find_holder(conn, &tenant.program, key).await?.is_some()
    {
        return Err(CreateLinkError::LinkKeyTaken);
    }
    for (number, drawn) in draws {
        let link_key = match &new.link_key {
            Some(key) => key.clone(),
            None => Slug::parse_link_key(drawn).map_err(|error| StoreError::corrupt("drawn link key", error))?,
        };
        let link = make(change, id, *number, link_key, &partner, new);
        if links::insert(conn, tenant, &link).await? {
            note(conn, tenant, change, &link).await?;
            return Ok(link);
        }
    }
    Err(CreateLinkError::LinkKeyTaken)
}

fn make(change: &Change, id: &LinkId, number: i64, link_key: Slug, partner: &Partner, new: &NewLink) -> Link {
    Link {
        id: id.clone(),
        number,
        link_key,
        partner: partner.id.clone(),
        dest: new.dest.clone(),
        title: new.title.clone(),
        version: 1,
        archived_at: None,
        created_at: change.at,
        updated_at: change.at,
    }
}

async fn note(conn: &mut Conn, tenant: &Tenant, change: &Change, link: &Link) -> Result<(), StoreError> {
    programs::mark_changed(conn, &tenant.program).await?;
    let entry = Entry {
        id: change.audit.clone(),
        program: &tenant.program,
        mode: Some(tenant.mode),
        actor: &change.actor,
        action: "link.created",
        subject_kind: "link",
        subject_id: link.id.as_str(),
        detail: json!({ "link_key": link.link_key, "partner": link.partner, "dest": link.dest }),
        at: change.at,
    };
    audit::insert(conn, &entry).await
}
