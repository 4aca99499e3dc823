//! A visited page reaches nothing that a fetch of ours may not reach, whatever it asks the browser to do
//! (`reliability.md` P13).

use super::site::{Names, Site, html, nothing, redirect, with_type};
use super::{enabled, outgoing, spellings, turn, visit};
use std::collections::BTreeSet;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use whence::outgoing::browser::{BrowserSettings, Limits};
use whence_domain::investigation::link_check::visit::VisitEnd;

/// Where the hostile site is: the one address of this machine that its visits may reach.
const SITE: &str = "127.77.0.1";

/// Listens on every address of this machine, for connections and for datagrams, and counts both.
struct Trap {
    port: u16,
    connections: Arc<AtomicUsize>,
    datagrams: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
}

impl Trap {
    fn set() -> Self {
        let (tcp4, tcp6, port) = (0..50).find_map(|_| listeners().ok()).expect("a port that is free in both families");
        let trap = Self { port, connections: Arc::default(), datagrams: Arc::default(), over: Arc::default() };
        for listener in [tcp4, tcp6] {
            listener.set_nonblocking(true).expect("a listener that does not wait");
            let (count, over) = (Arc::clone(&trap.connections), Arc::clone(&trap.over));
            watch(over, move || {
                // The site's own address is let through, on every port.
                let is_forbidden =
                    |stream: &TcpStream| stream.local_addr().is_ok_and(|address| address.ip().to_string() != SITE);
                if listener.accept().is_ok_and(|(stream, _)| is_forbidden(&stream)) {
                    count.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        for address in ["0.0.0.0", "[::1]"] {
            let socket = UdpSocket::bind(format!("{address}:{port}")).expect("a port for datagrams");
            socket.set_nonblocking(true).expect("a socket that does not wait");
            let (count, over) = (Arc::clone(&trap.datagrams), Arc::clone(&trap.over));
            watch(over, move || {
                if socket.recv_from(&mut [0; 2_048]).is_ok() {
                    count.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        trap
    }

    fn caught(&self) -> (usize, usize) {
        (self.connections.load(Ordering::SeqCst), self.datagrams.load(Ordering::SeqCst))
    }
}

impl Drop for Trap {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
    }
}

fn listeners() -> std::io::Result<(TcpListener, TcpListener, u16)> {
    let tcp4 = TcpListener::bind("0.0.0.0:0")?;
    let port = tcp4.local_addr()?.port();
    let tcp6 = socket2::Socket::new(socket2::Domain::IPV6, socket2::Type::STREAM, None)?;
    tcp6.set_only_v6(true)?;
    tcp6.bind(&SocketAddr::from(([0u16; 8], port)).into())?;
    tcp6.listen(1_024)?;
    Ok((tcp4, tcp6.into(), port))
}

fn watch(over: Arc<AtomicBool>, mut look: impl FnMut() + Send + 'static) {
    std::thread::spawn(move || {
        while !over.load(Ordering::SeqCst) {
            look();
            std::thread::sleep(Duration::from_millis(5));
        }
    });
}

/// Looks again and again at the sockets of visits' users: whom they have connected to, by TCP or UDP.
struct Sockets {
    over: Arc<AtomicBool>,
    found: JoinHandle<BTreeSet<String>>,
}

impl Sockets {
    fn watch() -> Self {
        let over: Arc<AtomicBool> = Arc::default();
        let until = Arc::clone(&over);
        let found = std::thread::spawn(move || {
            let mut found = BTreeSet::new();
            while !until.load(Ordering::SeqCst) {
                for family in ["tcp", "tcp6", "udp", "udp6"] {
                    found.extend(peers(family));
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            found
        });
        Self { over, found }
    }

    /// Everybody that a visit's processes were connected to, but for its own proxy on 127.0.0.1.
    fn strangers(self, trap: u16) -> Vec<String> {
        self.over.store(true, Ordering::SeqCst);
        let found = self.found.join().expect("the watcher ends");
        assert!(found.iter().any(|peer| peer.starts_with("tcp 0100007F:")), "no visit was seen: {found:?}");
        let trap = format!(":{trap:04X}");
        found.into_iter().filter(|peer| !peer.starts_with("tcp 0100007F:") || peer.ends_with(&trap)).collect()
    }
}

/// Protocol and peer of each socket of a visit's user that has a peer.
fn peers(family: &str) -> Vec<String> {
    let table = fs::read_to_string(format!("/proc/net/{family}")).unwrap_or_default();
    let peer = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let uid: u32 = columns.get(7)?.parse().ok()?;
        let peer = columns.get(2)?;
        let has_peer = peer.split(':').next()?.bytes().any(|digit| digit != b'0');
        ((60_706..=61_183).contains(&uid) && has_peer).then(|| format!("{family} {peer}"))
    };
    table.lines().filter_map(peer).collect()
}

/// The addresses as a list of a script's.
fn list(port: u16) -> String {
    serde_json::to_string(&spellings::urls(port)).expect("a list")
}

/// A page that tries every address in one way.
fn page(way: &str, port: u16) -> String {
    let tries = match way {
        "pictures" => "for (const u of urls) { const i = new Image(); i.src = u; document.body.append(i); }",
        "sockets" => "for (const u of urls) try { new WebSocket(u.replace(/^http/i, 'ws')) } catch (_) {}",
        "fetches" => {
            "for (const u of urls) try { fetch(u, { mode: 'no-cors' }).catch(() => 0) } catch (_) {} \
             for (const u of urls) try { navigator.sendBeacon(u, 'x') } catch (_) {}"
        }
        "hints" => {
            "for (const rel of ['dns-prefetch', 'preconnect', 'prefetch', 'preload', 'stylesheet', 'icon', 'manifest']) \
             for (const u of urls) { const l = document.createElement('link'); l.rel = rel; l.href = u; \
             if (rel == 'preload') l.as = 'script'; document.head.append(l); }"
        }
        "redirects" => {
            "urls.forEach((_, n) => { new Image().src = '/to/' + n; fetch('/to/' + n, { mode: 'no-cors' }).catch(() => 0) })"
        }
        "frames" => {
            "urls.forEach((u, n) => { if (n % 5) return; const f = document.createElement('iframe'); \
             f.src = n % 2 ? u : '/refresh/' + n; document.body.append(f); })"
        }
        "calls" => {
            "const hosts = [...new Set(urls.map((u) => u.split('/')[2]))]; \
             for (let at = 0; at < hosts.length; at += 40) try { \
             const ice = hosts.slice(at, at + 40).flatMap((h) => { const ok = (s) => { try { new RTCPeerConnection({ iceServers: [s] }).close(); return [s] } catch (_) { return [] } }; \
             return [...ok({ urls: 'stun:' + h }), ...ok({ urls: 'turn:' + h + '?transport=udp', username: 'a', credential: 'b' }), \
             ...ok({ urls: 'turn:' + h + '?transport=tcp', username: 'a', credential: 'b' })] }); \
             const a = new RTCPeerConnection({ iceServers: ice }), b = new RTCPeerConnection(); \
             a.createDataChannel('x'); a.onicecandidate = (e) => e.candidate && b.addIceCandidate(e.candidate).catch(() => 0); \
             a.createOffer().then(async (o) => { await a.setLocalDescription(o); await b.setRemoteDescription(o); \
             const answer = await b.createAnswer(); await b.setLocalDescription(answer); await a.setRemoteDescription(answer); \
             for (const ip of ['127.0.0.1', '::1', '127.0.0.2', '0.0.0.0']) for (const kind of ['udp', 'tcp']) \
             for (const peer of [a, b]) peer.addIceCandidate({ sdpMid: '0', candidate: 'candidate:1 1 ' + kind + ' 2122260223 ' + ip + ' ' + PORT + ' typ host' + (kind == 'tcp' ? ' tcptype passive' : '') }).catch(() => 0); \
             }).catch(() => 0) } catch (_) {} \
             for (const u of urls) try { new WebTransport(u.replace(/^http:/i, 'https:')).ready.catch(() => 0) } catch (_) {}"
        }
        "rest" => {
            "for (const u of urls) try { new EventSource(u) } catch (_) {} \
             for (const [tag, key] of [['script', 'src'], ['video', 'src'], ['object', 'data'], ['embed', 'src']]) \
             urls.forEach((u, n) => { if (n % 7) return; const e = document.createElement(tag); e[key] = u; document.body.append(e) }); \
             const work = new Worker(URL.createObjectURL(new Blob(['onmessage = (e) => { for (const u of e.data) { \
             fetch(u, { mode: \"no-cors\" }).catch(() => 0); try { new WebSocket(u.replace(/^http/i, \"ws\")) } catch (_) {} \
             try { importScripts(u) } catch (_) {} } }']))); work.postMessage(urls.filter((_, n) => n % 3 == 0)); \
             for (const u of urls.slice(0, 40)) { open(u); const f = document.createElement('form'); f.method = 'post'; \
             f.action = u; f.target = 'f' + Math.random(); document.body.append(f); f.submit(); \
             const a = document.createElement('a'); a.href = '#x'; a.ping = u; document.body.append(a); a.click(); } \
             const s = document.createElement('style'); s.textContent = urls.map((u, n) => '@import url(' + JSON.stringify(u) + ');').join('') \
             + urls.map((u, n) => '.c' + n + '{background:url(' + JSON.stringify(u) + ')}').join(''); document.head.append(s); \
             urls.forEach((_, n) => { const d = document.createElement('p'); d.className = 'c' + n; document.body.append(d) });"
        }
        _ => "",
    };
    let urls = list(port);
    format!(
        "<!doctype html><head></head><body><script>const PORT = {port}, urls = {urls};\n\
         urls.unshift('http://' + location.hostname + ':' + PORT + '/');\n{tries}</script></body>"
    )
}

/// A site that tries everything.
async fn hostile(trap: u16) -> Site {
    let urls = spellings::urls(trap);
    Site::start(SITE, move |ask| {
        let mut parts = ask.path.trim_start_matches('/').splitn(2, '/');
        let (what, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let to = rest.parse().ok().and_then(|number: usize| urls.get(number)).cloned();
        match (what, to) {
            ("page", _) => html(rest.split(',').map(|way| page(way, trap)).collect::<String>()),
            ("to", Some(url)) => {
                let url: String = url.chars().filter(|char| !char.is_control()).collect();
                // What no header can hold is escaped, as a browser would.
                redirect(
                    &url.chars().map(|c| if c.is_ascii() { c.to_string() } else { percent(c) }).collect::<String>(),
                )
            }
            ("refresh", Some(url)) => html(format!("<meta http-equiv=refresh content='0;url={url}'>")),
            ("script", Some(url)) => {
                html(format!("<script>location = {}</script>", serde_json::to_string(&url).expect("a text")))
            }
            ("form", Some(url)) => {
                html(format!("<form method=post action='{url}'></form><script>document.forms[0].submit()</script>"))
            }
            ("ok", _) => with_type("text/plain", "fine"),
            _ => nothing(),
        }
    })
    .await
}

fn percent(char: char) -> String {
    char.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A name server that lies: harmless names for this machine, both at once, and one after the other.
fn lies(port_names: &[&str]) -> Arc<Names> {
    let mut known: Vec<(&str, Vec<Vec<&str>>)> =
        spellings::NAMES.iter().map(|name| (*name, vec![vec!["127.0.0.1"]])).collect();
    known.extend(port_names.iter().map(|name| (*name, vec![vec![SITE]])));
    for (name, answers) in [
        ("mapped.test", vec![vec!["::ffff:127.0.0.1"]]),
        ("mixed.test", vec![vec![SITE, "127.0.0.1"], vec!["::1", SITE]]),
        ("rebinding.test", vec![vec!["127.0.0.1"], vec!["::1"]]),
        ("turning.test", vec![vec![SITE], vec!["127.0.0.1"]]),
        ("private.test", vec![vec!["10.0.0.1"], vec!["169.254.169.254"]]),
    ] {
        known.retain(|(other, _)| *other != name);
        known.push((name, answers));
    }
    Names::turning(&known)
}

fn hasty() -> BrowserSettings {
    let limits = Limits {
        quiet: Duration::from_millis(700),
        load: Duration::from_secs(20),
        restless: Duration::from_secs(10),
        time: Duration::from_secs(30),
        ..Limits::default()
    };
    BrowserSettings { limits, ..enabled() }
}

const PAGES: [&str; 3] = ["pictures,sockets,fetches", "hints,redirects,frames", "calls,rest"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visited_page_opens_no_connection_to_a_forbidden_address() {
    let _turn = turn().await;
    let begun = Instant::now();
    let trap = Trap::set();
    let site = hostile(trap.port).await;
    let urls = spellings::urls(trap.port);
    assert!(urls.len() >= 300, "{} spellings", urls.len());
    let names = lies(&["hostile.test"]);
    let strict = outgoing(&names, &["127.77.0.1/32"]);
    let sockets = Sockets::watch();

    let (mut refused, mut ends) = (BTreeSet::new(), Vec::new());
    for ways in PAGES {
        let seen = visit(&site.at("hostile.test", &format!("/page/{ways}")), &strict, &hasty()).await;
        assert_eq!(seen.hops.first().and_then(|hop| hop.status), Some(200), "{ways}: {seen:?}");
        ends.push(seen.end);
        refused.extend(seen.forbidden_hosts);
    }
    // The window itself: by a redirect, a refresh, a script, a form.
    for (way, host) in [("to", "127.0.0.1"), ("refresh", "[::1]"), ("script", "2130706433"), ("form", "0.0.0.0")] {
        let wanted = format!("http://{host}:{}/", trap.port);
        let number = urls.iter().position(|url| *url == wanted).expect("it is in the list");
        let seen = visit(&site.at("hostile.test", &format!("/{way}/{number}")), &strict, &hasty()).await;
        assert_eq!(seen.end, VisitEnd::NotOpened, "{way} {wanted}: {seen:?}");
        assert_eq!(seen.forbidden_hosts.len(), 1, "{way} {wanted}: {seen:?}");
    }
    // A name that is harmless when the page is opened, and this machine whenever it asks again.
    let rebound = visit(&site.at("turning.test", "/page/pictures"), &strict, &hasty()).await;
    let strangers = sockets.strangers(trap.port);
    let caught = trap.caught();
    println!(
        "SSRF through the browser visit: {} spellings in {} ways, {} hosts seen refused, {} names asked, \
         pages {ends:?}, {caught:?} connections and datagrams, {} other peers, {:.1} s",
        urls.len(),
        PAGES.iter().flat_map(|ways| ways.split(',')).count() + 4,
        refused.len(),
        names.asked(),
        strangers.len(),
        begun.elapsed().as_secs_f32(),
    );
    assert_eq!(caught, (0, 0), "connections and datagrams of a visited page");
    assert_eq!(strangers, Vec::<String>::new());
    assert!(refused.len() >= 20 && names.asked() > spellings::NAMES.len(), "the page tried: {refused:?}");
    assert_eq!(rebound.hops[0].status, Some(200), "the name was harmless once: {rebound:?}");
    assert!(rebound.forbidden_hosts.contains(&"turning.test".into()), "and then was not: {rebound:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trap_does_catch_what_the_policy_lets_through() {
    let _turn = turn().await;
    let trap = Trap::set();
    let site = hostile(trap.port).await;
    let loose = outgoing(&lies(&["hostile.test"]), &["127.0.0.0/8", "::1/128"]);
    let mut settings = hasty();
    settings.limits.load = Duration::from_secs(4);
    visit(&site.at("hostile.test", "/page/pictures,sockets"), &loose, &settings).await;
    let (connections, datagrams) = trap.caught();
    assert!(connections > 5, "{connections} connections");
    assert_eq!(datagrams, 0, "and even then nothing goes out by UDP");
}
