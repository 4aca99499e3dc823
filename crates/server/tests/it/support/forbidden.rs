//! Spellings of addresses that no check may reach, and a listener that counts who came all the same.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

/// One address of each forbidden kind.
const ADDRESSES: [Ipv4Addr; 13] = [
    Ipv4Addr::new(127, 0, 0, 1),
    Ipv4Addr::new(127, 8, 9, 10),
    Ipv4Addr::new(0, 0, 0, 0),
    Ipv4Addr::new(10, 0, 0, 1),
    Ipv4Addr::new(100, 64, 0, 1),
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(172, 16, 0, 1),
    Ipv4Addr::new(192, 0, 0, 1),
    Ipv4Addr::new(192, 168, 0, 1),
    Ipv4Addr::new(198, 18, 0, 1),
    Ipv4Addr::new(224, 0, 0, 1),
    Ipv4Addr::new(240, 0, 0, 1),
    Ipv4Addr::new(255, 255, 255, 255),
];

/// Forbidden addresses that are not IPv4's, and hosts that only some readers take for an address.
const OTHERS: [&str; 34] = [
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::0.0.0.1]",
    "[fc00::1]",
    "[fd12:3456:789a::1]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fe80::1%eth0]",
    "[::1%25lo]",
    "[fec0::1]",
    "[ff02::1]",
    "[2001::7f00:1]",
    "[2001:0:7f00:1:0:0:80ff:fffe]",
    "[64:ff9b:1::7f00:1]",
    "[100::1]",
    "[2001:db8::1]",
    "localhost.test",
    "localhost.test.",
    "LOCALHOST.TEST",
    "ⓛocalhost.test",
    "ｌｏｃａｌｈｏｓｔ.test",
    "loc\u{ad}alhost.test",
    "localhost。test",
    "mixed.test",
    "six.test",
    "mapped.test",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "0x7f000001.",
    "00000000177.0.0.1",
    "127.0.0.1%00.test",
    "127.000.000.001",
];

/// Names of [`OTHERS`] and where they are, for a resolver.
pub const NAMES: [(&str, &[&str]); 4] = [
    ("localhost.test", &["127.0.0.1"]),
    ("mixed.test", &["8.8.8.8", "127.0.0.1"]),
    ("six.test", &["::1"]),
    ("mapped.test", &["::ffff:127.0.0.1"]),
];

/// The host of an address in every spelling that some reader understands.
fn spelled(address: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = address.octets();
    let whole = u32::from(address);
    let (last_three, last_two) = (whole & 0xff_ffff, whole & 0xffff);
    let wide =
        |text: &str| text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect::<String>();
    let dotted = address.to_string();
    vec![
        dotted.clone(),
        format!("{dotted}."),
        format!("{whole}"),
        format!("0x{whole:x}"),
        format!("0X{whole:08X}"),
        format!("0{whole:o}"),
        format!("{a}.{last_three}"),
        format!("{a}.{b}.{last_two}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("0{a:o}.0x{b:x}.{last_two}"),
        format!("0x{a:x}.{last_three}"),
        format!("%{:02x}{}", dotted.as_bytes()[0], &dotted[1..]),
        wide(&dotted).replace(&wide("."), "."),
        dotted.replace('.', "。"),
        dotted.replace('.', "．"),
        format!("[::ffff:{dotted}]"),
        format!("[::ffff:{:x}:{:x}]", whole >> 16, whole & 0xffff),
        format!("[0:0:0:0:0:ffff:{dotted}]"),
        format!("[::{dotted}]"),
        format!("[64:ff9b::{dotted}]"),
        format!("[2002:{:x}:{:x}::1]", whole >> 16, whole & 0xffff),
    ]
}

/// Addresses to fetch, all of them forbidden: each at this port.
pub fn spellings(port: u16) -> Vec<String> {
    let hosts = ADDRESSES.into_iter().flat_map(spelled).chain(OTHERS.map(str::to_owned));
    let mut all: Vec<String> = hosts.map(|host| format!("http://{host}:{port}/")).collect();
    // What stands before an @ is no host, and what stands behind a backslash is none to some.
    for trick in [
        "http://shop.test@127.0.0.1:PORT/",
        "http://shop.test:80@127.0.0.1:PORT/",
        "http://shop.test%40127.0.0.1:PORT/",
        "http://127.0.0.1:PORT\\@shop.test/",
        "http:\\\\127.0.0.1:PORT/",
        "http:/127.0.0.1:PORT/",
        "http:127.0.0.1:PORT/",
        "http:///127.0.0.1:PORT/",
        "hTTp://127.0.0.1:PORT/",
        "http://127.0.0.1:PORT#@shop.test/",
        "http://127.0.0.1:PORT?@shop.test/",
        "http://\t127.0.0.1:PORT/",
        "http://127.0.\n0.1:PORT/",
        "https://127.0.0.1:PORT/",
        "https://[::1]:PORT/",
        "ftp://127.0.0.1:PORT/",
        "gopher://127.0.0.1:PORT/",
        "file:///etc/passwd",
        "data:text/html,x",
        "javascript:alert(1)",
        "ws://127.0.0.1:PORT/",
        "dict://127.0.0.1:PORT/",
        "unix:/var/run/docker.sock",
        "http://[::ffff:7f00:1]:PORT/",
        "http://[::ffff:127.0.0.1%25lo]:PORT/",
    ] {
        all.push(trick.replace("PORT", &port.to_string()));
    }
    all
}

/// Listens on every address of this machine and counts the connections that come.
pub struct Trap {
    /// Its port.
    pub port: u16,
    came: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Trap {
    /// Sets one.
    pub async fn set() -> Self {
        let any: [SocketAddr; 2] = ["[::]:0".parse().expect("an address"), "0.0.0.0:0".parse().expect("an address")];
        // A machine without IPv6 has the other one only.
        let listener = TcpListener::bind(&any[..]).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let came = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&came);
        let task = tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counting.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { port, came, task }
    }

    /// How many connections came.
    pub fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }
}

impl Drop for Trap {
    fn drop(&mut self) {
        self.task.abort();
    }
}
