//! Our own checks follow our own links in this process: no name is resolved, no connection opened, and nobody else hears
//! the word that makes the click one of ours.

use super::Edge;
use super::body::Answer;
use super::click::{LinkRequest, OWN};
use super::client;
use super::route::Route;
use super::table::{Link, Program};
use crate::outgoing::USER_AGENT;
use http::header::{HOST, USER_AGENT as AGENT};
use http::{HeaderMap, HeaderValue, Request};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use url::{Position, Url};
use whence_domain::Tenant;

/// What the edge answered to one of our checks.
#[derive(Clone, Debug)]
pub struct OwnAnswer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The link, if there is one of that name.
    pub link: Option<(Arc<Program>, Arc<Link>)>,
}

impl Edge {
    /// Whether this installation answers at an address: one of its hosts, at a port that leads to it. A proxy in front of it
    /// may serve the usual ports.
    pub fn is_ours(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let config = &self.app.config;
        let is_named = host == self.app_host || self.links.table().of_host(&host).is_some();
        let served = [config.listen.port(), config.app_url.port_or_known_default().unwrap_or_default()];
        match client::is_loopback(&host) {
            // Anything may listen beside us on this machine.
            true => served.contains(&port) && (is_named || port == config.listen.port()),
            false => is_named && (served.contains(&port) || url.port().is_none()),
        }
    }

    /// Whose link stands at an address of ours, if one does.
    pub fn owner(&self, url: &Url) -> Option<Tenant> {
        let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
        let table = self.links.table();
        let (program, link_key) = match self.route(&table, &host, url.path()).filter(|_| self.is_ours(url))? {
            Route::LinkHost(link_key) => (table.of_host(&host)?, link_key),
            Route::AppHost { slug, link_key } => (table.of_slug(slug)?, link_key),
            Route::Ingest | Route::Router | Route::Nothing => return None,
        };
        program.find_link(link_key).map(|link| program.tenant(link.row.mode))
    }

    /// Follows an address of ours as a check: the click is kept as `own` and never counts. Nothing if no link can stand
    /// there.
    pub async fn follow_own(&self, url: &Url) -> Option<OwnAnswer> {
        let uri = &url[Position::BeforePath..Position::AfterQuery];
        let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
        let word = HeaderValue::from_str(self.own_word()).ok()?;
        let request = Request::get(uri).header(HOST, &host).header(OWN, word).header(AGENT, USER_AGENT);
        let (head, ()) = request.body(()).ok()?.into_parts();
        let table = self.links.table();
        let (program, link_key) = match self.route(&table, &host, url.path())? {
            Route::LinkHost(link_key) => (table.of_host(&host), link_key),
            Route::AppHost { slug, link_key } => (table.of_slug(slug), link_key),
            Route::Ingest | Route::Router | Route::Nothing => return None,
        };
        let link = program.and_then(|program| Some((Arc::clone(program), Arc::clone(program.find_link(link_key)?))));
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let answer: Answer = self.follow(&LinkRequest { head: &head, host: &host, program, link_key, address }).await;
        Some(OwnAnswer { status: answer.status().as_u16(), headers: answer.headers().clone(), link })
    }
}
