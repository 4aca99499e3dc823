//! Resolvers that tests bring: names without any name server, and a name server that lies.

use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use whence::outgoing::Resolver;

/// Every name under `.test` is at one address; those named are elsewhere. Nothing else resolves.
pub struct Names {
    at: IpAddr,
    elsewhere: HashMap<String, Vec<IpAddr>>,
    /// How often somebody asked.
    pub asked: AtomicUsize,
}

impl Names {
    /// All names at this address.
    pub fn at(address: &str) -> Self {
        Self { at: address.parse().expect("an address"), elsewhere: HashMap::new(), asked: AtomicUsize::new(0) }
    }

    /// And this one at these.
    pub fn and(mut self, name: &str, addresses: &[&str]) -> Self {
        let addresses = addresses.iter().map(|address| address.parse().expect("an address")).collect();
        self.elsewhere.insert(name.into(), addresses);
        self
    }
}

impl Resolver for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let host = host.trim_end_matches('.');
        let found = match self.elsewhere.get(host) {
            Some(addresses) => Ok(addresses.clone()),
            None if host.ends_with(".test") => Ok(vec![self.at]),
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
        };
        Box::pin(async { found })
    }
}
