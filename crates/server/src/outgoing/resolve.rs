//! Finding the addresses of a name, behind a trait so that tests bring a name server that lies.

use futures_util::future::BoxFuture;
use std::io;
use std::net::IpAddr;

/// Finds the addresses of a name. It is asked once for each connection, and never for a literal address.
pub trait Resolver: Send + Sync {
    /// Every address that the name has.
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The machine's own way: its hosts file, its name servers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}
