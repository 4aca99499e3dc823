//! No connection to a forbidden address, whoever names it and however it is spelled (`reliability.md` P13).

use super::Checking;
use super::site::{Says, Site};
use crate::on_both_engines;
use crate::support::Names;
use crate::support::forbidden::{NAMES, Trap, spellings};
use serde_json::json;
use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::Instant;
use url::Url;
use whence::edge::client::Network;
use whence::outgoing::{Outgoing, Policy, Refused, Resolver};

fn resolver() -> Names {
    NAMES.iter().fold(Names::at("8.8.8.8"), |names, (name, addresses)| names.and(name, addresses))
}

/// A policy that forbids what it always does, and has no objection to the trap's port.
fn policy(port: u16) -> Policy {
    Policy::default().with_ports(&[port])
}

async fn get(outgoing: &Outgoing, url: &str) -> Result<u16, Refused> {
    let Ok(url) = Url::parse(url) else { return Err(Refused::Host) };
    outgoing.get(&url, Instant::now() + Duration::from_secs(5)).await.map(|page| page.status)
}

#[tokio::test]
async fn no_spelling_of_a_forbidden_address_is_connected_to() {
    let trap = Trap::set().await;
    let outgoing = Outgoing::new(policy(trap.port), Arc::new(resolver()));
    let all = spellings(trap.port);
    let (mut reached, mut tried) = (Vec::new(), 0);
    for url in &all {
        tried += 1;
        match get(&outgoing, url).await {
            Err(refused) if refused.is_forbidden() || refused == Refused::NoSuchHost => {}
            other => reached.push(format!("{url}: {other:?}")),
        }
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    println!("{tried} spellings, {} connections", trap.came());
    assert_eq!(trap.came(), 0);
    assert!(reached.is_empty(), "{}", reached.join("\n"));
    assert!(tried >= 300, "{tried}");
    // The trap works: a policy that allows the address is let in.
    let allowed: Vec<Network> = vec!["127.0.0.1/32".parse().expect("a network")];
    let outgoing = Outgoing::new(Policy::new(allowed), Arc::new(resolver()));
    assert!(get(&outgoing, &format!("http://127.0.0.1:{}/", trap.port)).await.is_err(), "it hangs up");
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(trap.came(), 1);
}

/// A tiny name server: the first answer to each name is harmless, what follows is not.
struct Liar {
    at: SocketAddr,
    asked: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Liar {
    async fn serve(answers: impl Fn(usize) -> Vec<Ipv4Addr> + Send + 'static) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
        let at = socket.local_addr().expect("an address");
        let asked = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            let mut packet = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut packet).await {
                let number = counting.fetch_add(1, Ordering::SeqCst);
                let addresses = answers(number);
                // The question comes back, as an answer of no lasting validity.
                let mut reply = packet[..length].to_vec();
                (reply[2], reply[3]) = (0x81, 0x80);
                reply[7] = u8::try_from(addresses.len()).expect("few");
                for address in addresses {
                    reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
                    reply.extend(address.octets());
                }
                let _ = socket.send_to(&reply, from).await;
            }
        });
        Self { at, asked, task }
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Asks a name server over UDP and believes what it says.
struct ByName(SocketAddr);

impl Resolver for ByName {
    fn resolve<'a>(&'a self, host: &'a str) -> futures_util::future::BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let socket = UdpSocket::bind("127.0.0.1:0").await?;
            let mut question = vec![0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
            for label in host.split('.') {
                question.push(u8::try_from(label.len()).map_err(io::Error::other)?);
                question.extend(label.bytes());
            }
            question.extend([0, 0, 1, 0, 1]);
            socket.send_to(&question, self.0).await?;
            let mut packet = [0; 512];
            let length = socket.recv(&mut packet).await?;
            let answers = packet[question.len()..length].chunks(16);
            Ok(answers.map(|answer| IpAddr::from([answer[12], answer[13], answer[14], answer[15]])).collect())
        })
    }
}

/// A harmless server at 127.0.0.2 and a trap on the same port everywhere else would need two listeners on one port; so the
/// harmless address is one where nobody listens but the trap, and who comes there is told by the port's second listener.
async fn rebinding(answers: impl Fn(usize) -> Vec<Ipv4Addr> + Send + 'static, trials: usize) -> (usize, usize, usize) {
    let good = tokio::net::TcpListener::bind("127.0.0.2:0").await.expect("a free port");
    let port = good.local_addr().expect("an address").port();
    let bad = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("the same port elsewhere");
    let (came_good, came_bad) = (count_connections(good, true), count_connections(bad, false));
    let liar = Liar::serve(answers).await;
    let allowed: Vec<Network> = vec!["127.0.0.2/32".parse().expect("a network")];
    let policy = Policy::new(allowed).with_ports(&[port]);
    let outgoing = Outgoing::new(policy, Arc::new(ByName(liar.at)));
    for _ in 0..trials {
        // What comes of it is told by who was connected to.
        let _ = get(&outgoing, &format!("http://rebind.test:{port}/")).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(liar.asked.load(Ordering::SeqCst), trials, "a name is resolved once for each connection");
    (trials, came_good.load(Ordering::SeqCst), came_bad.load(Ordering::SeqCst))
}

fn count_connections(listener: tokio::net::TcpListener, answers: bool) -> Arc<AtomicUsize> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let came = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&came);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counting.fetch_add(1, Ordering::SeqCst);
            if answers {
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi").await;
            }
        }
    });
    came
}

#[tokio::test]
async fn a_name_server_that_changes_its_mind_leads_nowhere() {
    let good = Ipv4Addr::new(127, 0, 0, 2);
    let turns = move |number: usize| vec![if number.is_multiple_of(2) { good } else { Ipv4Addr::LOCALHOST }];
    let (trials, harmless, forbidden) = rebinding(turns, 100).await;
    println!("rebinding: {trials} trials, {harmless} harmless and {forbidden} forbidden connections");
    assert_eq!((harmless, forbidden), (50, 0));
    let mixed = move |number: usize| match number % 3 {
        0 => vec![good, Ipv4Addr::LOCALHOST],
        1 => vec![Ipv4Addr::LOCALHOST, good],
        _ => vec![good, good, good, Ipv4Addr::new(10, 0, 0, 1)],
    };
    let (trials, harmless, forbidden) = rebinding(mixed, 99).await;
    println!("mixed answers: {trials} trials, {harmless} harmless and {forbidden} forbidden connections");
    assert_eq!((harmless, forbidden), (0, 0));
}

/// Runs something that must end soon.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what).await.expect("it ends soon")
}

on_both_engines! {
    async fn neither_a_redirect_nor_a_page_leads_a_check_to_a_forbidden_address(app: Checking) {
        let trap = Trap::set().await;
        // Only 127.0.0.1 is allowed; the trap listens there too, but nobody names that address to it.
        let targets: Vec<String> = spellings(trap.port).into_iter().filter(|url| !leads_to_the_allowed(url)).collect();
        let mut answers = HashMap::new();
        for (number, target) in targets.iter().enumerate() {
            let target = target.replace(['\t', '\n'], "");
            if axum::http::HeaderValue::from_str(&target).is_ok() || !target.is_ascii() {
                answers.insert(format!("/redirect-{number}"), Says::redirect(302, target.clone()));
            }
            let page = format!("<meta http-equiv=refresh content=\"0; url={target}\"><iframe src=\"{target}\"></iframe><img src=\"{target}\"><script src=\"{target}\"></script><link rel=stylesheet href=\"{target}\">");
            answers.insert(format!("/page-{number}"), Says::page(page));
        }
        let paths: Vec<String> = answers.keys().cloned().collect();
        let site = Site::open(answers).await;
        let mut checked = 0;
        for path in &paths {
            let url = format!("http://www.shop.test:{}{path}", site.port);
            let reply = soon(app.live.post("/link_checks", &json!({ "url": url }))).await;
            assert_eq!(reply.status, 200, "{url}: {}", reply.text);
            checked += 1;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        println!("{checked} redirects and pages, {} connections", trap.came());
        assert_eq!(trap.came(), 0);
        assert!(checked >= 300, "{checked}");
    }
}

/// Whether an address is another spelling of the one address that this installation's operator allows.
fn leads_to_the_allowed(url: &str) -> bool {
    let Ok(base) = Url::parse("http://www.shop.test/") else { return false };
    base.join(url.trim()).is_ok_and(|url| match url.host() {
        Some(url::Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
        Some(url::Host::Ipv6(address)) => address.to_ipv4_mapped() == Some(Ipv4Addr::LOCALHOST),
        Some(url::Host::Domain(name)) => name.ends_with(".test") || name.ends_with(".test."),
        None => false,
    })
}
