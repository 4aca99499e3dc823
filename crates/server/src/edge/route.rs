//! Which part answers a request, by its host and path (`product.md` 5 "Hosts and defaults").

use super::body::Answer;
use super::click::LinkRequest;
use super::ingest::IngestRequest;
use super::{Edge, client, pages};
use http::Request;
use hyper::body::Incoming;
use std::net::SocketAddr;
use std::sync::Arc;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route<'a> {
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
        Some((slug, link_key)) => Route::AppHost { slug, link_key },
        None => Route::Router,
    }
}

/// A link host serves links, and what the snippet and servers need under the same name.
fn on_link_host(path: &str) -> Route<'_> {
    if is_ingest(path) {
        return Route::Ingest;
    }
    if path == "/conversion/xid" {
        return Route::Router;
    }
    let name = path.strip_prefix('/').unwrap_or(path);
    let reserved = ["v1", "pr", "conversion", ".well-known"];
    let first = name.split('/').next().unwrap_or_default();
    if reserved.iter().any(|word| first.eq_ignore_ascii_case(word)) { Route::Nothing } else { Route::LinkHost(name) }
}

fn is_ingest(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/") || path == "/pr/js"
}

impl Edge {
    /// Answers one request.
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: SocketAddr,
        router: axum::Router,
    ) -> Answer {
        let host = client::host(request.uri(), request.headers());
        let address = client::address(peer.ip(), request.headers(), &self.proxies);
        let table = self.links.table();
        let of_host = table.of_host(&host);
        // A program may name the app host as its link host; its links are then below `/l/`.
        let is_app = host == self.app_host || (of_host.is_none() && client::is_loopback(&host));
        let route = match of_host {
            _ if is_app => on_app_host(request.uri().path()),
            Some(_) => on_link_host(request.uri().path()),
            None => return pages::unknown_host(),
        };
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
