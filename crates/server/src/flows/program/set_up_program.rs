//! The first steps of a program: itself, its owner, its hosts, its keys, its test partner.

use super::create_key_pair::{self, DrawnPair};
use super::create_link::draw_number;
use super::ensure_test_partner::TEST_EMAIL;
use crate::app::App;
use crate::flows::Change;
use crate::refusals;
use crate::secret;
use crate::store::audit::{self, Actor, Entry};
use crate::store::program::endpoints::{self, Endpoint};
use crate::store::program::hosts::{self, LinkHost};
use crate::store::program::users::{self, User};
use crate::store::program::{groups, keys, links, members, partners, policies, programs};
use crate::store::{Conn, Priority, StoreError};
use serde_json::json;
use whence_domain::program::{
    Destination, Email, Group, Link, Partner, PartnerKey, PartnerStatus, Policy, Program, Role, Slug,
};
use whence_domain::tracking::cookie::registrable_domain;
use whence_domain::{
    AuditId, Currency, EndpointId, GroupId, Instant, LinkId, Mode, PartnerId, ProgramId, Tenant, UserId,
};

/// The key of the test partner that every program has (`wire.md` 1.8).
pub const TEST_PARTNER: &str = "gstest";

/// What is said of a new program.
#[derive(Clone, Debug)]
pub struct NewProgram {
    /// What the company calls it.
    pub name: String,
    /// The company's site, as an origin: `https://shop.com`.
    pub site: Destination,
    /// The host that is to serve its links, in lower case, without a port.
    pub link_host: String,
    /// Its currency.
    pub currency: Currency,
    /// The IANA name of its time zone.
    pub time_zone: String,
    /// Whose it is.
    pub owner: Email,
    /// Argon2id of the owner's password; an owner who has an account already keeps theirs.
    pub password_hash: String,
}

/// A program with all that is shown only once.
#[derive(Clone)]
pub struct SetUp {
    /// The program.
    pub program: Program,
    /// Whether the owner's account is new, so that the password given counts.
    pub owner_is_new: bool,
    /// The keys for real data.
    pub live: DrawnPair,
    /// The keys for testing.
    pub test: DrawnPair,
    /// The server-to-server token for real data.
    pub s2s_token: String,
    /// Where Stripe delivers real events, with the secret.
    pub stripe: Endpoint,
}

refusals! {
    /// Why a program could not be set up.
    pub enum SetUpError {
        HostTaken = Conflict, "link_host_taken", "link_host", "another program has this link host: choose another with --link-host";
        SlugTaken = Conflict, "program_slug_taken", "name", "too many programs have this name: choose another with --program";
    }
}

/// Everything drawn before the unit of work begins, since the work may run several times.
struct Drawn {
    change: Change,
    program: ProgramId,
    owner: UserId,
    group: GroupId,
    pairs: [DrawnPair; 2],
    pair_audits: [AuditId; 2],
    s2s_token: String,
    endpoints: [Endpoint; 2],
    partner: PartnerId,
    link: LinkId,
    link_numbers: [i64; 4],
}

/// Makes a program with its default group, its policy from the beginning of time, its owner, its hosts on the operator's
/// word, keys for both modes, a Stripe address for both, and the test partner with a link.
///
/// # Errors
/// If another program has the link host, or the name gives no slug that is free.
pub async fn set_up_program(app: &App, actor: Actor, new: NewProgram) -> Result<SetUp, SetUpError> {
    let drawn = draw(app, actor);
    let set_up =
        app.store.write(Priority::Money, (drawn, new), |conn, (drawn, new)| Box::pin(save(conn, drawn, new))).await?;
    app.links_changed(&set_up.program.id).await;
    Ok(set_up)
}

fn draw(app: &App, actor: Actor) -> Drawn {
    let change = Change::by(app, actor);
    let at = change.at;
    let program = ProgramId::from_bits(app.id_bits(at));
    let tenants = [Mode::Live, Mode::Test].map(|mode| Tenant::new(program.clone(), mode));
    Drawn {
        owner: UserId::from_bits(app.id_bits(at)),
        group: GroupId::from_bits(app.id_bits(at)),
        pairs: [create_key_pair::draw(app, &tenants[0], at), create_key_pair::draw(app, &tenants[1], at)],
        pair_audits: [AuditId::from_bits(app.id_bits(at)), AuditId::from_bits(app.id_bits(at))],
        s2s_token: secret::draw("s2s_"),
        endpoints: tenants.map(|tenant| Endpoint {
            key: EndpointId::from_bits(app.id_bits(at)),
            tenant,
            provider: "stripe".into(),
            secret: Some(secret::draw("whsec_")),
            created_at: at,
        }),
        partner: PartnerId::from_bits(app.id_bits(at)),
        link: LinkId::from_bits(app.id_bits(at)),
        link_numbers: std::array::from_fn(|_| draw_number()),
        change,
        program,
    }
}

async fn save(conn: &mut Conn, drawn: &Drawn, new: &NewProgram) -> Result<SetUp, SetUpError> {
    let program = save_program(conn, drawn, new).await?;
    let owner_is_new = save_owner(conn, drawn, new).await?;
    save_hosts(conn, drawn, new).await?;
    save_keys(conn, drawn).await?;
    let group = save_group(conn, drawn).await?;
    save_test_partner(conn, drawn, new, group).await?;
    note(conn, drawn, new).await?;
    let [live, test] = drawn.pairs.clone();
    let [stripe, _] = drawn.endpoints.clone();
    Ok(SetUp { program, owner_is_new, live, test, s2s_token: drawn.s2s_token.clone(), stripe })
}

async fn save_program(conn: &mut Conn, drawn: &Drawn, new: &NewProgram) -> Result<Program, SetUpError> {
    let site_host = new.site.host();
    let mut program = Program {
        id: drawn.program.clone(),
        slug: slug(&new.name, 1)?,
        name: new.name.clone(),
        site: new.site.as_str().to_owned(),
        site_domain: registrable_domain(&site_host).unwrap_or(site_host),
        currency: new.currency,
        time_zone: new.time_zone.clone(),
        created_at: drawn.change.at,
    };
    for number in 2..100 {
        if programs::insert(conn, &program).await? {
            let policy = Policy { from_at: Instant::from_micros(0), ..Policy::default() };
            policies::insert(conn, &program.id, &policy).await?;
            return Ok(program);
        }
        program.slug = slug(&new.name, number)?;
    }
    Err(SetUpError::SlugTaken)
}

/// The slug of a name, with a number from the second program of that name on.
fn slug(name: &str, number: u32) -> Result<Slug, StoreError> {
    let base = Slug::from_name(name).map_or_else(|| "program".to_owned(), |slug| slug.as_str().to_owned());
    let text = if number < 2 { base } else { format!("{}-{number}", base.get(..60).unwrap_or(&base)) };
    Slug::parse(&text).map_err(|error| StoreError::corrupt("program slug", error))
}

async fn save_owner(conn: &mut Conn, drawn: &Drawn, new: &NewProgram) -> Result<bool, SetUpError> {
    let user = User {
        id: drawn.owner.clone(),
        email: new.owner.clone(),
        name: String::new(),
        password_hash: new.password_hash.clone(),
        created_at: drawn.change.at,
    };
    let is_new = users::insert(conn, &user).await?;
    let owner = users::find_by_email(conn, &new.owner).await?.map_or(user.id, |user| user.id);
    members::insert(conn, &drawn.program, &owner, Role::Owner, drawn.change.at).await?;
    Ok(is_new)
}

async fn save_hosts(conn: &mut Conn, drawn: &Drawn, new: &NewProgram) -> Result<(), SetUpError> {
    let host = LinkHost {
        host: new.link_host.clone(),
        program: drawn.program.clone(),
        proof: "operator".into(),
        verified_at: drawn.change.at,
    };
    if hosts::insert(conn, &host).await? { Ok(()) } else { Err(SetUpError::HostTaken) }
}

async fn save_keys(conn: &mut Conn, drawn: &Drawn) -> Result<(), StoreError> {
    for (drawn_pair, audit) in drawn.pairs.iter().zip(&drawn.pair_audits) {
        let change = Change { audit: audit.clone(), ..drawn.change.clone() };
        create_key_pair::save(conn, &change, &drawn_pair.pair).await?;
    }
    let live = &drawn.pairs[0].pair.tenant;
    keys::insert_token(conn, &secret::hash(&drawn.s2s_token), live, drawn.change.at).await?;
    for endpoint in &drawn.endpoints {
        endpoints::insert(conn, endpoint).await?;
    }
    Ok(())
}

async fn save_group(conn: &mut Conn, drawn: &Drawn) -> Result<GroupId, StoreError> {
    let at = drawn.change.at;
    let group = Group {
        id: drawn.group.clone(),
        slug: Slug::parse("default").map_err(|error| StoreError::corrupt("group slug", error))?,
        name: "Default".into(),
        default_at: Some(at),
        archived_at: None,
        created_at: at,
        updated_at: at,
    };
    groups::insert(conn, &drawn.program, &group).await?;
    Ok(group.id)
}

/// The partner for trying things out, in test mode, with a link to the site.
async fn save_test_partner(conn: &mut Conn, drawn: &Drawn, new: &NewProgram, group: GroupId) -> Result<(), StoreError> {
    let at = drawn.change.at;
    let tenant = Tenant::new(drawn.program.clone(), Mode::Test);
    let wrong = |error: &dyn std::fmt::Display| StoreError::corrupt("test partner", error);
    let partner = Partner {
        id: drawn.partner.clone(),
        key: PartnerKey::parse(TEST_PARTNER).map_err(|error| wrong(&error))?,
        email: Email::parse(TEST_EMAIL).map_err(|error| wrong(&error))?,
        first_name: "Test".into(),
        last_name: "Partner".into(),
        group,
        status: PartnerStatus::Active,
        version: 1,
        joined_at: at,
        created_at: at,
        updated_at: at,
    };
    partners::insert(conn, &tenant, &partner).await?;
    for number in drawn.link_numbers {
        let link = Link {
            id: drawn.link.clone(),
            number,
            link_key: Slug::parse(TEST_PARTNER).map_err(|error| wrong(&error))?,
            partner: drawn.partner.clone(),
            dest: new.site.clone(),
            title: Some("Try a referral".into()),
            version: 1,
            archived_at: None,
            created_at: at,
            updated_at: at,
        };
        if links::insert(conn, &tenant, &link).await? {
            break;
        }
    }
    Ok(())
}

async fn note(conn: &mut Conn, drawn: &Drawn, new: &NewProgram) -> Result<(), StoreError> {
    let entry = Entry {
        id: drawn.change.audit.clone(),
        program: &drawn.program,
        mode: None,
        actor: &drawn.change.actor,
        action: "program.set_up",
        subject_kind: "program",
        subject_id: drawn.program.as_str(),
        detail: json!({ "link_host": new.link_host, "site": new.site }),
        at: drawn.change.at,
    };
    audit::insert(conn, &entry).await
}
