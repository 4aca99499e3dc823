//! The link table: every program, host, link and public key in memory, so that no request asks the database.
//!
//! A table is never changed; a new one takes its place (see [`super::links`]).

use crate::store::tracking::link_table::{LinkRow, ProgramRows};
use std::collections::HashMap;
use std::sync::Arc;
use whence_domain::program::Policy;
use whence_domain::tracking::cookie::{Scope, same_site};
use whence_domain::tracking::destination::encode_partner_key;
use whence_domain::tracking::{KeyRing, RedirectTarget};
use whence_domain::{Mode, ProgramId, Tenant};

/// A link, ready to be followed.
#[derive(Debug)]
pub struct Link {
    /// As stored.
    pub row: LinkRow,
    /// The partner key as an address carries it.
    pub encoded_key: String,
    /// Where it leads; nothing if what is stored cannot stand in a `Location`.
    pub target: Option<RedirectTarget>,
}

impl Link {
    fn new(row: LinkRow) -> Self {
        Self { encoded_key: encode_partner_key(&row.partner_key), target: RedirectTarget::prepare(&row.dest), row }
    }

    /// Why the link leads nowhere, or where it leads.
    pub fn target(&self) -> Result<&RedirectTarget, &'static str> {
        if self.row.archived {
            Err("link_archived")
        } else if !self.row.partner_is_active {
            Err("partner_not_active")
        } else {
            self.target.as_ref().ok_or("unusable_destination")
        }
    }
}

/// A program, as the edge needs it.
#[derive(Debug)]
pub struct Program {
    /// Its id.
    pub id: ProgramId,
    /// Its place under `/l/`, in lower case.
    pub slug: String,
    /// As stored.
    pub site: String,
    /// The site's registrable domain, or its host where there is none.
    pub site_domain: String,
    /// Whether the site is https, so that cookies are `Secure`.
    pub site_is_https: bool,
    /// What it decided about tracking.
    pub policy: Policy,
    /// Its link hosts.
    pub hosts: Vec<String>,
    /// Further sites whose pages may talk to us.
    pub origins: Vec<String>,
    /// Its public keys.
    pub keys: Vec<(String, Mode)>,
    /// Its links by link key in lower case.
    pub links: HashMap<Box<str>, Arc<Link>>,
    /// Its version.
    pub version: i64,
}

impl Program {
    /// Prepares what was stored. A policy that cannot be read is taken to be the default one; flows refuse to store such.
    pub fn new(rows: ProgramRows) -> Self {
        let links = rows.links.into_iter().map(|row| (row.folded.as_str().into(), Arc::new(Link::new(row)))).collect();
        Self {
            id: ProgramId::from_stored(rows.id),
            slug: rows.slug,
            site_is_https: rows.site.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://")),
            site: rows.site,
            site_domain: rows.site_domain,
            policy: serde_json::from_str(&rows.policy).unwrap_or_default(),
            hosts: rows.hosts,
            origins: rows.origins,
            keys: rows.keys,
            links,
            version: rows.version,
        }
    }

    /// The rows that it was made of, for the snapshot.
    pub fn rows(&self) -> ProgramRows {
        ProgramRows {
            id: self.id.as_str().to_owned(),
            version: self.version,
            slug: self.slug.clone(),
            site: self.site.clone(),
            site_domain: self.site_domain.clone(),
            policy: serde_json::to_string(&self.policy).unwrap_or_default(),
            hosts: self.hosts.clone(),
            origins: self.origins.clone(),
            keys: self.keys.clone(),
            links: self.links.values().map(|link| link.row.clone()).collect(),
        }
    }

    /// The link of a link key, in any case.
    pub fn find_link(&self, link_key: &str) -> Option<&Arc<Link>> {
        self.links.get(link_key).or_else(|| self.links.get(link_key.to_ascii_lowercase().as_str()))
    }

    /// The tenant of a mode.
    pub fn tenant(&self, mode: Mode) -> Tenant {
        Tenant::new(self.id.clone(), mode)
    }

    /// Where the cookies of a click through `host` are valid; nothing where that host does not lie on the site.
    pub fn cookie_scope(&self, host: &str) -> Option<Scope> {
        same_site(host, &self.site_domain).then(|| Scope::of(host))
    }

    /// Whether pages of a host may talk to us in the program's name: the site's domain, the listed ones, and what lies
    /// under them (`product.md` 5 "Snippet").
    pub fn allows_origin(&self, host: &str) -> bool {
        std::iter::once(&self.site_domain).chain(&self.origins).any(|domain| is_under(host, domain))
    }
}

/// Whether `host` is `domain` or lies under it; both in lower case.
fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|front| front.is_empty() || (front.ends_with('.') && !domain.is_empty()))
}

/// All programs of the installation.
#[derive(Debug)]
pub struct Table {
    /// The keys that click ids are proved with.
    pub keys: Arc<KeyRing>,
    programs: HashMap<String, Arc<Program>>,
    by_host: HashMap<String, Arc<Program>>,
    by_slug: HashMap<String, Arc<Program>>,
    by_public_key: HashMap<String, (Arc<Program>, Mode)>,
    by_number: HashMap<u64, (Arc<Program>, Arc<Link>)>,
}

impl Table {
    /// Indexes programs.
    pub fn new(keys: Arc<KeyRing>, programs: impl IntoIterator<Item = Arc<Program>>) -> Self {
        let programs: HashMap<_, _> =
            programs.into_iter().map(|program| (program.id.as_str().to_owned(), program)).collect();
        let mut table = Self {
            keys,
            by_host: HashMap::new(),
            by_slug: HashMap::new(),
            by_public_key: HashMap::new(),
            by_number: HashMap::with_capacity(programs.values().map(|program| program.links.len()).sum()),
            programs: HashMap::new(),
        };
        for program in programs.values() {
            table.by_slug.insert(program.slug.clone(), Arc::clone(program));
            for host in &program.hosts {
                table.by_host.insert(host.clone(), Arc::clone(program));
            }
            for (key, mode) in &program.keys {
                table.by_public_key.insert(key.clone(), (Arc::clone(program), *mode));
            }
            for link in program.links.values() {
                table.by_number.insert(link.row.number, (Arc::clone(program), Arc::clone(link)));
            }
        }
        table.programs = programs;
        table
    }

    /// This table with one program replaced, added, or (`None`) taken out.
    pub fn with(&self, id: &str, program: Option<Program>) -> Self {
        let others = self.programs.values().filter(|program| program.id.as_str() != id).cloned();
        Self::new(Arc::clone(&self.keys), others.chain(program.map(Arc::new)))
    }

    /// Every program.
    pub fn programs(&self) -> impl Iterator<Item = &Arc<Program>> {
        self.programs.values()
    }

    /// The version of a program that this table serves.
    pub fn version(&self, id: &str) -> Option<i64> {
        self.programs.get(id).map(|program| program.version)
    }

    /// The program of a link host, in lower case and without a port.
    pub fn of_host(&self, host: &str) -> Option<&Arc<Program>> {
        self.by_host.get(host)
    }

    /// The program of a slug, in any case.
    pub fn of_slug(&self, slug: &str) -> Option<&Arc<Program>> {
        self.by_slug.get(slug).or_else(|| self.by_slug.get(&slug.to_ascii_lowercase()))
    }

    /// The program and mode that a public key speaks for.
    pub fn of_public_key(&self, key: &str) -> Option<(&Arc<Program>, Mode)> {
        self.by_public_key.get(key).map(|(program, mode)| (program, *mode))
    }

    /// The link of a number, with its program.
    pub fn of_number(&self, number: u64) -> Option<(&Arc<Program>, &Arc<Link>)> {
        self.by_number.get(&number).map(|(program, link)| (program, link))
    }

    /// The program on whose verified site a host lies.
    pub fn of_site(&self, host: &str) -> Option<&Arc<Program>> {
        self.programs.values().find(|program| is_under(host, &program.site_domain))
    }
}
