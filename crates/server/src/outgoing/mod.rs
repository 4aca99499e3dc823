//! Requests that somebody else's word makes us send. All of them pass here: one policy, one way to connect
//! (`reliability.md` P13).

pub mod address;
mod body;
pub mod browser;
pub mod dial;
pub mod fetch;
pub mod policy;
pub mod resolve;

pub use dial::dial;
pub use fetch::Page;
pub use policy::Policy;
pub use resolve::{Resolver, SystemResolver};

use address::Forbidden;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

/// How our checks name themselves to the servers that they ask.
pub const USER_AGENT: &str = concat!("Whence-Link-Check/", env!("CARGO_PKG_VERSION"));

/// Why an address was not fetched. The first six are rules of ours: nothing was sent; what follows was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Neither http nor https.
    #[error("only http and https addresses are checked")]
    Scheme,
    /// No host that a browser would understand.
    #[error("the address names no host that can be asked")]
    Host,
    /// A user name or password in the address.
    #[error("an address with a user name or password is not checked")]
    Credentials,
    /// An address that may not be called.
    #[error("the host is at {address}, {class}: such addresses are not asked, unless the operator lists their network")]
    Address {
        /// Where it is.
        address: IpAddr,
        /// What that is.
        class: Forbidden,
    },
    /// A port that may not be called.
    #[error("only the ports 80 and 443 are asked, not {0}, unless the operator lists the host's network")]
    Port(u16),
    /// More redirects than are followed.
    #[error("it redirects more often than a check follows")]
    TooManyRedirects,
    /// The name has no address.
    #[error("the name of the host could not be resolved")]
    NoSuchHost,
    /// Nobody answered there.
    #[error("the host could not be connected to")]
    Unreachable(io::ErrorKind),
    /// No secure connection could be agreed on.
    #[error("no secure connection could be made: its certificate is not valid for this host, or it speaks no TLS")]
    Tls,
    /// What came back was no HTTP.
    #[error("the host did not answer as a web server does")]
    Protocol,
    /// It took too long.
    #[error("the host did not answer in time")]
    Timeout,
}

impl Refused {
    /// Whether a rule of ours stood against it, so that nothing was sent.
    pub fn is_forbidden(self) -> bool {
        matches!(self, Self::Scheme | Self::Host | Self::Credentials | Self::Address { .. } | Self::Port(_))
    }
}

/// The way out: policy, name resolution, and whose certificates are believed. Cheap to clone.
#[derive(Clone)]
pub struct Outgoing {
    policy: Arc<Policy>,
    resolver: Arc<dyn Resolver>,
    tls: TlsConnector,
}

impl Outgoing {
    /// With a policy and a resolver.
    ///
    /// # Panics
    /// Never: the ring provider supports the protocol versions asked for.
    pub fn new(policy: Policy, resolver: Arc<dyn Resolver>) -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider speaks the usual versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { policy: Arc::new(policy), resolver, tls: TlsConnector::from(Arc::new(config)) }
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The resolver.
    pub fn resolver(&self) -> &dyn Resolver {
        &*self.resolver
    }
}
