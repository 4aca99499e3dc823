//! Addresses that a page may not reach, in more spellings: those that a fetch is tried with, and what browsers make of others.

use crate::support::forbidden;
use std::net::{Ipv4Addr, Ipv6Addr};

/// One address of every class that is forbidden, and this machine several times.
const IPV4: [&str; 18] = [
    "127.0.0.1",
    "127.0.0.2",
    "127.1.2.3",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.254",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.8",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.254",
    "224.0.0.1",
    "240.0.0.1",
];

const IPV6: [&str; 16] = [
    "::",
    "::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff05::1:3",
    "2001:db8::1",
    "100::1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2001:0:7f00:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "::127.0.0.1",
];

/// Names that mean this machine to somebody, or that a name server which lies has for it.
pub const NAMES: [&str; 22] = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "app.localhost",
    "a.b.localhost.",
    "localhost.localdomain",
    "localhost6",
    "ip6-localhost",
    "ip6-loopback",
    "loopback",
    "broadcasthost",
    "metadata.google.internal",
    "metadata",
    "instance-data",
    "127.0.0.1.nip.test",
    "7f000001.nip.test",
    "harmless.test",
    "mapped.test",
    "mixed.test",
    "rebinding.test",
    "xn--localhost-.test",
    "private.test",
];

/// Hosts as they may stand in an address, each of them forbidden or none at all; more than three hundred.
fn hosts() -> Vec<String> {
    let mut hosts: Vec<String> = IPV4
        .iter()
        .filter_map(|text| text.parse().ok())
        .flat_map(ipv4_spellings)
        .chain(IPV6.iter().filter_map(|text| text.parse().ok()).flat_map(ipv6_spellings))
        .chain(NAMES.iter().map(|name| (*name).to_owned()))
        .chain(odd_spellings())
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Whole addresses of a port with such hosts, and those that hide theirs behind a user name or a sign.
pub fn urls(port: u16) -> Vec<String> {
    let plain = hosts().into_iter().map(|host| format!("http://{host}:{port}/"));
    let tricks = [
        format!("http://shop.test@127.0.0.1:{port}/"),
        format!("http://shop.test:80@127.0.0.1:{port}/"),
        format!("http://shop.test%40@127.0.0.1:{port}/"),
        format!("http:\\\\127.0.0.1:{port}\\"),
        format!("http:/127.0.0.1:{port}/"),
        format!("http:///127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}#@shop.test/"),
        format!("http://127.0.0.1:{port}\\@shop.test/"),
        format!("http://127.0.0.1:{port}?@shop.test/"),
        format!("http://127.0.0.1\t:{port}/"),
        format!("ht\ntp://127.0.0.1:{port}/"),
        format!("HTTP://LOCALHOST:{port}/"),
        format!("http://127.0.0.1:0{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("//127.0.0.1:{port}/"),
    ];
    let mut all: Vec<String> = plain.chain(tricks).chain(forbidden::spellings(port)).collect();
    all.sort();
    all.dedup();
    all
}

fn ipv4_spellings(address: Ipv4Addr) -> Vec<String> {
    let number = u32::from(address);
    let [a, b, c, d] = address.octets();
    let wide = |text: &str| {
        let wide = |digit: char| char::from_u32(u32::from(digit) + 0xfee0).unwrap_or(digit);
        text.chars().map(|char| if char.is_ascii_digit() { wide(char) } else { char }).collect::<String>()
    };
    let dotted = address.to_string();
    vec![
        dotted.clone(),
        format!("{dotted}."),
        number.to_string(),
        format!("0x{number:x}"),
        format!("0X{number:X}"),
        format!("0{number:o}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("00000{a:o}.{b}.{c}.{d}"),
        format!("{a}.{}", number & 0x00ff_ffff),
        format!("{a}.{b}.{}", number & 0xffff),
        format!("0x{a:x}.{b}.0{c:o}.{d}"),
        wide(&dotted),
        dotted.replace('.', "\u{3002}"),
        format!("[::ffff:{dotted}]"),
        format!("[::ffff:{:x}:{:x}]", number >> 16, number & 0xffff),
        format!("[64:ff9b::{dotted}]"),
        format!("%{:x}{}", dotted.as_bytes()[0], &dotted[1..]),
    ]
}

fn ipv6_spellings(address: Ipv6Addr) -> Vec<String> {
    let whole: Vec<String> = address.segments().iter().map(|segment| format!("{segment:04x}")).collect();
    let whole = whole.join(":");
    vec![
        format!("[{address}]"),
        format!("[{whole}]"),
        format!("[{}]", whole.to_uppercase()),
        format!("[{address}%25lo]"),
        format!("[{address}%lo]"),
    ]
}

fn odd_spellings() -> Vec<String> {
    [
        "127.1",
        "127.0.1",
        "0",
        "0x0",
        "00",
        "0x7f.1",
        "017700000001",
        "0x7f000001.",
        "127.0.0.1..",
        "127.0.0.01",
        "127.00.00.1",
        "127.0.0.0x1",
        "\u{2460}\u{2461}\u{2466}.\u{24ea}.\u{24ea}.\u{2460}",
        "\u{ff4c}\u{ff4f}\u{ff43}\u{ff41}\u{ff4c}\u{ff48}\u{ff4f}\u{ff53}\u{ff54}",
        "\u{24db}\u{24de}\u{24d2}\u{24d0}\u{24db}\u{24d7}\u{24de}\u{24e2}\u{24e3}",
        "loc\u{ad}alhost",
        "local\u{200b}host",
        "127.0.0.1\u{ff0e}",
        "127\u{ff0e}0\u{ff0e}0\u{ff0e}1",
        "127\u{ff61}0\u{ff61}0\u{ff61}1",
        "[0:0:0:0:0:0:0:1]",
        "[0:0:0:0:0:ffff:7f00:1]",
        "[::ffff:0x7f.1]",
        "[::1.]",
        "4294967297",
        "0x17f000001",
        "256.256.256.256",
        "127.0.0.1%00.shop.test",
        "127.0.0.1%2f",
        "1%32%37.0.0.1",
    ]
    .map(str::to_owned)
    .to_vec()
}
