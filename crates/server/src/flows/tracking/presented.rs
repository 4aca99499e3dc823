//! What a click id that somebody shows us is worth.

use crate::store::program::links;
use crate::store::tracking::touches::NewTouch;
use crate::store::{Conn, StoreError};
use whence_domain::Tenant;
use whence_domain::program::LinkVersion;
use whence_domain::program::version::as_of_or_first;
use whence_domain::tracking::xid::{KeyRing, XidFields};
use whence_domain::tracking::{CameBy, TouchId};

/// A click id as somebody showed it, with what its signature says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// As it was sent.
    pub text: String,
    /// How it came.
    pub came_by: CameBy,
    /// What it says, if it is genuine.
    pub fields: Option<XidFields>,
}

/// What became of an id, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XidVerdict {
    /// One of ours, for this program and mode.
    Genuine,
    /// Not one of ours.
    Forged,
    /// One of ours, but of another program or mode: it never attributes.
    Foreign,
    /// None was shown.
    Absent,
}

impl XidVerdict {
    /// The stored word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Forged => "forged",
            Self::Foreign => "foreign",
            Self::Absent => "absent",
        }
    }
}

impl Presented {
    /// Looks at an id's signature; no look-up is needed for that.
    pub fn read(text: &str, came_by: CameBy, keys: &KeyRing) -> Self {
        Self { text: text.to_owned(), came_by, fields: keys.verify(text).ok() }
    }
}

/// Turns a shown id into a touch, if it is genuine and of this tenant.
pub async fn weigh(
    conn: &mut Conn,
    tenant: &Tenant,
    presented: Option<&Presented>,
) -> Result<(XidVerdict, Option<NewTouch>), StoreError> {
    let Some(presented) = presented else { return Ok((XidVerdict::Absent, None)) };
    let Some(fields) = &presented.fields else { return Ok((XidVerdict::Forged, None)) };
    let number = i64::try_from(fields.link_number).map_err(|error| StoreError::corrupt("click id", error))?;
    let link = match links::find_by_number(conn, tenant, number).await? {
        Some(link) if fields.mode == tenant.mode => link,
        _ => return Ok((XidVerdict::Foreign, None)),
    };
    let id = TouchId { millis: fields.key.millis, incarnation: fields.key.incarnation, counter: fields.key.counter };
    let versions: Vec<LinkVersion> = links::list_versions(conn, tenant, &link.id).await?;
    let partner = as_of_or_first(&versions, id.at()).map_or(link.partner.clone(), |version| version.partner.clone());
    let touch = NewTouch {
        id,
        xid: presented.text.clone(),
        link: link.id,
        partner,
        outcome: fields.class,
        came_by: presented.came_by,
    };
    Ok((XidVerdict::Genuine, Some(touch)))
}
