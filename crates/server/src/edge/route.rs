//! Which part answers a request, by its host and path (`product.md` 5 "Hosts and defaults").

use super::body::Answer;
use super::click::LinkRequest;
use super::ingest::IngestRequest;
use super::table::Table;
use super::upload::Upload;
use super::{Edge, client, pages};
use http::Request;
use std::net::SocketAddr;
use std::sync::Arc;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// A link of the link host's program.
    LinkHost(&'a str),
    /// A link of a program named in the path.
    AppHost {
        /// The program's slug.
        slug: &'a str,
        /// The link key.
        link_key: &'a str,
    },
    /// The snippet and what it sends.
    Ingest,
    /// Everything else, on the main runtime.
    Router,
    /// A path of the link host that leads nowhere and is no link either.
    Nothing,
}

/// The app host serves everything.
fn on_app_host(path: &str) -> Route<'_> {
    if is_ingest(path) {
        return Route::Ingest;
    }
    match path.strip_prefix("/l/").map(|rest| rest.split_once('/').unwrap_or((rest, ""))) {
        Some((slug, link_key)) => Route::AppHost { slug, link_key: name(link_key) },
        None => Route::Router,
    }
}

/// A host that is both, as on a machine of one's own: a link that exists goes first, since the pages are many.
fn on_both<'a>(path: &'a str, has_link: impl Fn(&str) -> bool) -> Route<'a> {
    match (on_app_host(path), on_link_host(path)) {
        (Route::Router, Route::LinkHost(link_key)) if has_link(link_key) => Route::LinkHost(link_key),
        (route, _) => route,
    }
}

/// A link key as somebody may have written it.
fn name(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

/// A link host serves links, and what the snippet and servers need under the same name.
fn on_link_host(path: &str) -> Route<'_> {
    if is_ingest(path) {
        return Route::Ingest;
    }
    if path == "/conversion/xid" {
        return Route::Router;
    }
    let link_key = name(path.strip_prefix('/').unwrap_or(path));
    let reserved = ["v1", "pr", "conversion", ".well-known"];
    let first = link_key.split('/').next().unwrap_or_default();
    if reserved.iter().any(|word| first.eq_ignore_ascii_case(word)) {
        Route::Nothing
    } else {
        Route::LinkHost(link_key)
    }
}

fn is_ingest(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/") || path == "/pr/js"
}

impl Edge {
    /// Which part answers at a path of a host; nothing if the host is none of ours.
    pub(super) fn route<'a>(&self, table: &Table, host: &str, path: &'a str) -> Option<Route<'a>> {
        let is_app = host == self.app_host || client::is_loopback(host);
        match table.of_host(host) {
            Some(program) if is_app => Some(on_both(path, |link_key| program.find_link(link_key).is_some())),
            Some(_) => Some(on_link_host(path)),
            None => is_app.then(|| on_app_host(path)),
        }
    }

    /// Answers one request.
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Upload>,
        peer: SocketAddr,
        router: axum::Router,
    ) -> Answer {
        let host = client::host(request.uri(), request.headers());
        let address = client::address(peer.ip(), request.headers(), &self.proxies);
        let table = self.links.table();
        let path = request.uri().path();
        let Some(route) = self.route(&table, &host, path) else { return pages::unknown_host() };
        let of_host = table.of_host(&host);
        let (program, link_key) = match route {
            Route::LinkHost(link_key) => (of_host, link_key),
            Route::AppHost { slug, link_key } => (table.of_slug(slug), link_key),
            Route::Nothing => return pages::unknown_link(),
            Route::Ingest => {
                drop(table);
                let (head, body) = request.into_parts();
                return self.ingest(IngestRequest { head, body, host, address }).await;
            }
            Route::Router => {
                drop(table);
                return self.pass_on(request, peer, address, router).await;
            }
        };
        let (program, link_key) = (program.cloned(), link_key.to_owned());
        drop(table);
        let (head, _) = request.into_parts();
        let request = LinkRequest { head: &head, host: &host, program: program.as_ref(), link_key: &link_key, address };
        self.follow(&request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_host_serves_links_and_little_else() {
        for (path, route) in [
            ("/bo", Route::LinkHost("bo")),
            ("/", Route::LinkHost("")),
            ("/a/b", Route::LinkHost("a/b")),
            ("/v1/visits", Route::Ingest),
            ("/v1/", Route::Ingest),
            ("/pr/js", Route::Ingest),
            ("/pr/other", Route::Nothing),
            ("/conversion/xid", Route::Router),
            ("/conversion", Route::Nothing),
            ("/.well-known/x", Route::Nothing),
            ("/api/v2/customers", Route::LinkHost("api/v2/customers")),
        ] {
            assert_eq!(on_link_host(path), route, "{path}");
        }
    }

    #[test]
    fn a_host_that_is_both_serves_the_links_that_exist_and_the_pages() {
        let has_link = |link_key: &str| link_key == "bo";
        assert_eq!(on_both("/bo/", has_link), Route::LinkHost("bo"));
        assert_eq!(on_both("/login", has_link), Route::Router);
        assert_eq!(on_both("/l/shop/bo", has_link), Route::AppHost { slug: "shop", link_key: "bo" });
        assert_eq!(on_both("/v1/visits", has_link), Route::Ingest);
    }

    #[test]
    fn the_app_host_serves_links_under_their_programs_slug() {
        for (path, route) in [
            ("/l/shop/bo", Route::AppHost { slug: "shop", link_key: "bo" }),
            ("/l/shop", Route::AppHost { slug: "shop", link_key: "" }),
            ("/v1/signup", Route::Ingest),
            ("/api/v2/customers", Route::Router),
            ("/", Route::Router),
            ("/login", Route::Router),
        ] {
            assert_eq!(on_app_host(path), route, "{path}");
        }
    }
}
