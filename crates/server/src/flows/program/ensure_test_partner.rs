//! The test partner: every program has one, and a program from which somebody took it away gets it back.

use super::create_link::{CreateLinkError, NewLink, create_link};
use super::create_partner::{CreatePartnerError, NewPartner, create_partner};
use super::set_up_program::TEST_PARTNER;
use super::update_link::{LinkChanges, UpdateLinkError, update_link};
use super::update_partner::{PartnerChanges, UpdatePartnerError, update_partner};
use crate::app::App;
use crate::flows::{Kind, Refusal};
use crate::store::audit::Actor;
use crate::store::program::links::{self, LinkFilter};
use crate::store::program::partners;
use crate::store::{Page, StoreError};
use whence_domain::program::{Destination, Email, Link, Partner, PartnerKey, PartnerStatus, Slug};
use whence_domain::{Mode, ProgramId, Tenant};

/// The test partner's address; nobody reads it.
pub(super) const TEST_EMAIL: &str = "gstest@example.com";

/// The test partner, ready, and its link.
#[derive(Clone, Debug)]
pub struct TestPartner {
    /// The partner, active.
    pub partner: Partner,
    /// A link of its own, that leads somewhere.
    pub link: Link,
}

/// Why the test partner could not be made ready: by what the steps refused, in words.
#[derive(Debug, thiserror::Error)]
pub enum EnsureError {
    /// Another partner of test mode has its e-mail address, or it cannot be made active again.
    #[error("the test partner cannot be made ready: {0}")]
    Refused(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes sure that the program has the test partner in test mode, active and with a link; where a destination is given,
/// the link leads there from now on. Done twice, it changes nothing.
///
/// # Errors
/// See [`EnsureError`].
pub async fn ensure_test_partner(
    app: &App,
    program: &ProgramId,
    actor: &Actor,
    site: &Destination,
    dest: Option<&Destination>,
) -> Result<TestPartner, EnsureError> {
    let tenant = Tenant::new(program.clone(), Mode::Test);
    let partner = ensure_partner(app, &tenant, actor).await?;
    let link = ensure_link(app, &tenant, actor, &partner, dest.unwrap_or(site)).await?;
    let Some(dest) = dest.filter(|dest| link.dest != **dest) else { return Ok(TestPartner { partner, link }) };
    let changes = LinkChanges { dest: Some(dest.clone()), ..LinkChanges::default() };
    let link = update_link(app, &tenant, actor.clone(), link.id, changes).await.map_err(refused::<UpdateLinkError>)?;
    Ok(TestPartner { partner, link })
}

/// The test partner and its link as they are, if both are there.
///
/// # Errors
/// The database's.
pub async fn find_test_partner(app: &App, program: &ProgramId) -> Result<Option<TestPartner>, StoreError> {
    let tenant = Tenant::new(program.clone(), Mode::Test);
    let mut conn = app.store.read().await?;
    let Some(partner) = partners::find_by_key(&mut conn, &tenant, &test_key()?).await? else { return Ok(None) };
    let link = find_link(&mut conn, &tenant, &partner).await?;
    Ok(link.filter(|_| partner.status == PartnerStatus::Active).map(|link| TestPartner { partner, link }))
}

async fn ensure_partner(app: &App, tenant: &Tenant, actor: &Actor) -> Result<Partner, EnsureError> {
    let key = test_key()?;
    let found = partners::find_by_key(&mut app.store.read().await?, tenant, &key).await?;
    match found {
        Some(partner) if partner.status == PartnerStatus::Active => Ok(partner),
        Some(partner) => {
            let changes = PartnerChanges { status: Some(PartnerStatus::Active), ..PartnerChanges::default() };
            update_partner(app, tenant, actor.clone(), partner.id, changes).await.map_err(refused::<UpdatePartnerError>)
        }
        None => {
            let new = NewPartner {
                key: Some(key.clone()),
                email: Email::parse(TEST_EMAIL).map_err(|error| StoreError::corrupt("test partner", error))?,
                first_name: "Test".into(),
                last_name: "Partner".into(),
                group: None,
            };
            match create_partner(app, tenant, actor.clone(), new).await {
                // Somebody else was making it at the same moment.
                Err(CreatePartnerError::KeyTaken | CreatePartnerError::EmailTaken) => {
                    let made = partners::find_by_key(&mut app.store.read().await?, tenant, &key).await?;
                    made.ok_or_else(|| EnsureError::Refused(format!("another partner has the address {TEST_EMAIL}")))
                }
                made => made.map_err(refused),
            }
        }
    }
}

async fn ensure_link(
    app: &App,
    tenant: &Tenant,
    actor: &Actor,
    partner: &Partner,
    dest: &Destination,
) -> Result<Link, EnsureError> {
    if let Some(link) = find_link(&mut app.store.read().await?, tenant, partner).await? {
        return Ok(link);
    }
    let named = Slug::parse_link_key(TEST_PARTNER).ok();
    let new = |link_key| NewLink {
        partner: partner.id.to_string(),
        dest: dest.clone(),
        link_key,
        title: Some("Try a referral".into()),
    };
    match create_link(app, tenant, actor.clone(), new(named)).await {
        // A put-away link keeps its address, and live mode may have one of that name.
        Err(CreateLinkError::LinkKeyTaken) => create_link(app, tenant, actor.clone(), new(None)).await.map_err(refused),
        made => made.map_err(refused),
    }
}

/// The oldest of the partner's links that lead somewhere.
async fn find_link(
    conn: &mut crate::store::Conn,
    tenant: &Tenant,
    partner: &Partner,
) -> Result<Option<Link>, StoreError> {
    let filter = LinkFilter { partner: Some(partner.id.clone()), with_archived: false };
    let page = Page { order: crate::store::Order::OldestFirst, ..Page::first(1) };
    let listed = links::list(conn, tenant, &filter, &page).await?;
    Ok(listed.items.into_iter().next().map(|owned| owned.link))
}

fn test_key() -> Result<PartnerKey, StoreError> {
    PartnerKey::parse(TEST_PARTNER).map_err(|error| StoreError::corrupt("test partner", error))
}

fn refused<E: Refusal>(error: E) -> EnsureError {
    match error.kind() {
        Kind::Failed => EnsureError::Store(StoreError::corrupt("test partner", error)),
        _ => EnsureError::Refused(error.to_string()),
    }
}
