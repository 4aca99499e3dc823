//! What the link table serves, read program by program.

use crate::store::program::{hosts, policies};
use crate::store::read::known;
use crate::store::{Conn, StoreError};
use crate::{fetch_all, fetch_optional};
use serde::{Deserialize, Serialize};
use whence_domain::program::PartnerStatus;
use whence_domain::{Mode, ProgramId};

/// Everything that the link table serves of one program. Also what the snapshot beside the spool holds, so a field is
/// never added or moved without a new version of that file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRows {
    /// `prog_…`.
    pub id: String,
    /// Grows with every change.
    pub version: i64,
    /// In lower case.
    pub slug: String,
    /// The company's site.
    pub site: String,
    /// Its registrable domain.
    pub site_domain: String,
    /// The policy in force, as JSON.
    pub policy: String,
    /// Its link hosts.
    pub hosts: Vec<String>,
    /// Further sites whose pages may talk to us.
    pub origins: Vec<String>,
    /// Its public keys.
    pub keys: Vec<(String, Mode)>,
    /// Its links, in both modes.
    pub links: Vec<LinkRow>,
}

/// One link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    /// Carried by click ids.
    pub number: u64,
    /// `link_…`.
    pub id: String,
    /// Live or test.
    pub mode: Mode,
    /// The link key in lower case.
    pub folded: String,
    /// `part_…`.
    pub partner: String,
    /// The partner's public code.
    pub partner_key: String,
    /// Whether the partner takes part.
    pub partner_is_active: bool,
    /// Where it leads.
    pub dest: String,
    /// Whether it was put away.
    pub archived: bool,
}

#[derive(sqlx::FromRow)]
struct ProgramRow {
    slug: String,
    site: String,
    site_domain: String,
    version: i64,
}

#[derive(sqlx::FromRow)]
struct StoredLink {
    number: i64,
    id: String,
    mode: String,
    folded: String,
    partner_id: String,
    partner_key: String,
    partner_status: String,
    dest: String,
    archived_at: Option<i64>,
}

/// Reads all of one program; `None` if there is none. The version is read first: what changes while the rest is read is
/// read again, since the version has grown then.
pub async fn load(conn: &mut Conn, program: &ProgramId) -> Result<Option<ProgramRows>, StoreError> {
    let Some(row) = fetch_optional!(conn, ProgramRow, "link_table.find_program", program.as_str())? else {
        return Ok(None);
    };
    let policy = policies::get_latest(conn, program).await?;
    let policy = serde_json::to_string(&policy).map_err(|error| StoreError::corrupt("policy", error))?;
    let hosts = hosts::list(conn, program).await?.into_iter().map(|host| host.host).collect();
    let origins = hosts::list_origins(conn, program).await?;
    let keys = fetch_all!(conn, (String, String), "link_table.list_keys", program.as_str())?
        .into_iter()
        .map(|(key, mode)| Ok((key, known("mode", &mode, Mode::parse(&mode))?)))
        .collect::<Result<_, StoreError>>()?;
    let links = fetch_all!(conn, StoredLink, "link_table.list_links", program.as_str())?
        .into_iter()
        .map(link)
        .collect::<Result<_, StoreError>>()?;
    Ok(Some(ProgramRows {
        id: program.as_str().to_owned(),
        version: row.version,
        slug: row.slug.to_ascii_lowercase(),
        site: row.site,
        site_domain: row.site_domain,
        policy,
        hosts,
        origins,
        keys,
        links,
    }))
}

fn link(row: StoredLink) -> Result<LinkRow, StoreError> {
    Ok(LinkRow {
        number: u64::try_from(row.number).map_err(|error| StoreError::corrupt("link number", error))?,
        id: row.id,
        mode: known("mode", &row.mode, Mode::parse(&row.mode))?,
        folded: row.folded,
        partner: row.partner_id,
        partner_key: row.partner_key,
        partner_is_active: row.partner_status == PartnerStatus::Active.code(),
        dest: row.dest,
        archived: row.archived_at.is_some(),
    })
}
