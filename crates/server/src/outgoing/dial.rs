//! Opening a connection to a host that somebody else named: resolve once, judge every answer, connect to what was judged.

use super::{Policy, Refused, Resolver};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;
use url::Host;

/// How long one address may take to answer.
const CONNECT: Duration = Duration::from_secs(4);
/// How many addresses of a name are tried.
const TRIED: usize = 4;
/// A name with more addresses than this is no website's.
const ANSWERS: usize = 64;

/// Connects to a host, as a page's address or a proxy's `CONNECT` names it, if the policy lets every address of it through.
///
/// A name with one forbidden address is refused whole: it is either a trap or a mistake, and which address a browser would
/// take is anybody's guess.
///
/// # Errors
/// Why there is no connection.
pub async fn dial(host: &str, port: u16, policy: &Policy, resolver: &dyn Resolver) -> Result<TcpStream, Refused> {
    let addresses = addresses(host, port, policy, resolver).await?;
    let mut last = Refused::NoSuchHost;
    for address in addresses.into_iter().take(TRIED) {
        match tokio::time::timeout(CONNECT, TcpStream::connect(SocketAddr::new(address, port))).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = Refused::Unreachable(error.kind()),
            Err(_) => last = Refused::Unreachable(std::io::ErrorKind::TimedOut),
        }
    }
    Err(last)
}

/// The addresses of a host, each let through by the policy.
async fn addresses(host: &str, port: u16, policy: &Policy, resolver: &dyn Resolver) -> Result<Vec<IpAddr>, Refused> {
    let addresses = match read_host(host)? {
        Host::Ipv4(address) => vec![address.into()],
        Host::Ipv6(address) => vec![address.into()],
        Host::Domain(name) => resolver.resolve(&name).await.map_err(|_| Refused::NoSuchHost)?,
    };
    if addresses.is_empty() || addresses.len() > ANSWERS {
        return Err(Refused::NoSuchHost);
    }
    for address in &addresses {
        policy.check(*address, port)?;
    }
    Ok(addresses)
}

/// Reads a host in every spelling that a browser takes for an address: decimal, octal, hexadecimal, short, full-width,
/// with a dot at its end. What it takes for no host at all is none.
fn read_host(host: &str) -> Result<Host<String>, Refused> {
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        return Ok(Host::Ipv6(address));
    }
    Host::parse(host).map_err(|_| Refused::Host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::BoxFuture;

    struct Fixed(Vec<IpAddr>);

    impl Resolver for Fixed {
        fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>> {
            Box::pin(async { Ok(self.0.clone()) })
        }
    }

    fn fixed(addresses: &[&str]) -> Fixed {
        Fixed(addresses.iter().map(|address| address.parse().expect("an address")).collect())
    }

    async fn found(host: &str, answers: &[&str]) -> Result<Vec<IpAddr>, Refused> {
        addresses(host, 80, &Policy::default(), &fixed(answers)).await
    }

    #[tokio::test]
    async fn one_forbidden_answer_among_good_ones_refuses_the_name() {
        assert_eq!(found("shop.test", &["8.8.8.8"]).await.map(|found| found.len()), Ok(1));
        for answers in [["8.8.8.8", "127.0.0.1"], ["::1", "8.8.8.8"], ["8.8.8.8", "::ffff:10.0.0.1"]] {
            assert!(matches!(found("shop.test", &answers).await, Err(Refused::Address { .. })), "{answers:?}");
        }
        assert_eq!(found("shop.test", &[]).await, Err(Refused::NoSuchHost));
    }

    #[tokio::test]
    async fn a_literal_address_is_judged_in_every_spelling_and_never_resolved() {
        for host in
            ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "１２７.0.0.1", "[::1]", "::1"]
        {
            assert!(matches!(found(host, &["8.8.8.8"]).await, Err(Refused::Address { .. })), "{host}");
        }
        for host in ["", "fe80::1%eth0", "[fe80::1%25eth0]", "[::1", "a b", "256.1.1.1.1.1"] {
            assert_eq!(found(host, &["8.8.8.8"]).await, Err(Refused::Host), "{host}");
        }
    }
}
