//! Pages that mean harm: a check ends in ten seconds and takes at most 32 MB more of a server's memory (`reliability.md`
//! P14). The server is a process of its own, so that its memory can be told.

use async_compression::tokio::bufread::{BrotliEncoder, ZstdEncoder};
use async_compression::zstd::CParameter;
use axum::body::Body;
use axum::http::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;

/// Zeros in a bomb.
const BOMB: usize = 100 * 1024 * 1024;

async fn bomb(encoding: &str) -> Vec<u8> {
    let zeros = std::io::repeat(b'a');
    let mut packed = Vec::new();
    match encoding {
        "gzip" => {
            let mut encoder = GzEncoder::new(&mut packed, Compression::fast());
            std::io::copy(&mut std::io::Read::take(zeros, BOMB as u64), &mut encoder).expect("memory");
            encoder.finish().expect("memory");
        }
        "br" => {
            let reader = tokio::io::BufReader::new(tokio::io::repeat(b'a').take(BOMB as u64));
            BrotliEncoder::with_quality(reader, async_compression::Level::Fastest)
                .read_to_end(&mut packed)
                .await
                .expect("memory");
        }
        _ => {
            let reader = tokio::io::BufReader::new(tokio::io::repeat(b'a').take(BOMB as u64));
            // A window that a careless reader would make room for.
            let wide = [CParameter::window_log(27), CParameter::enable_long_distance_matching(true)];
            let level = async_compression::Level::Precise(3);
            ZstdEncoder::with_quality_and_params(reader, level, &wide).read_to_end(&mut packed).await.expect("memory");
        }
    }
    packed
}

fn html(body: impl Into<Body>) -> Response<Body> {
    Response::builder().header("content-type", "text/html").body(body.into()).expect("an answer")
}

fn packed(encoding: &'static str, body: Vec<u8>) -> Response<Body> {
    let builder = Response::builder().header("content-type", "text/html").header("content-encoding", encoding);
    builder.body(Body::from(body)).expect("an answer")
}

/// A body that never ends: so many bytes at a time, with a rest in between.
fn endless(piece: &'static [u8], rest: Duration) -> Body {
    Body::from_stream(stream::unfold((), move |()| async move {
        tokio::time::sleep(rest).await;
        Some((Ok::<_, std::io::Error>(bytes::Bytes::from_static(piece)), ()))
    }))
}

const NAMES: [&str; 18] = [
    "gzip",
    "br",
    "zstd",
    "gzip-broken",
    "gzip-twice",
    "endless-slow",
    "endless-fast",
    "endless-spaces",
    "nested",
    "attributes",
    "unclosed",
    "nul",
    "charset",
    "title",
    "scripts",
    "headers",
    "redirects",
    "policy",
];

async fn answer(name: &str) -> Response<Body> {
    match name {
        "gzip" => packed("gzip", bomb("gzip").await),
        "br" => packed("br", bomb("br").await),
        "zstd" => packed("zstd", bomb("zstd").await),
        "gzip-broken" => packed("gzip", b"\x1f\x8b\x08\x00garbage that is no deflate stream".to_vec()),
        "gzip-twice" => packed("gzip, gzip", bomb("gzip").await),
        "endless-slow" => html(endless(b"<p>", Duration::from_millis(300))),
        "endless-fast" => html(endless(&[b'<'; 16_384], Duration::ZERO)),
        "endless-spaces" => html(endless(&[b' '; 16_384], Duration::ZERO)),
        "nested" => html("<div>".repeat(100_000)),
        "attributes" => html(format!("<div {}>", "a=b ".repeat(200_000))),
        "unclosed" => html(format!("<script>{}", "growsumo.data = {".repeat(50_000))),
        "nul" => {
            html(format!("<title>\0\0</title><script>\0growsumo\0._initialize('\0')</script>{}", "\0".repeat(900_000)))
        }
        "charset" => {
            let builder = Response::builder().header("content-type", "text/html; charset=utf-16be");
            builder.body(Body::from([0xfe, 0xff].repeat(400_000))).expect("an answer")
        }
        "title" => html(
            "<title></script><script>alert(1)</script></title><script>growsumo.data = {a: '\u{202e}<img src=x onerror=alert(1)>'}</script>",
        ),
        "scripts" => html("<script src=//a.test/pr/js></script>".repeat(25_000)),
        "headers" => {
            let cookies = (0..90)
                .fold(Response::builder(), |builder, number| builder.header("set-cookie", format!("ps_xid={number}")));
            cookies.header("content-type", "text/html").body(Body::from("<p>")).expect("an answer")
        }
        "redirects" => {
            Response::builder().status(302).header("location", "/redirects").body(Body::empty()).expect("an answer")
        }
        _ => {
            let long = "script-src 'self' https://a.test; ".repeat(1_500);
            let builder =
                Response::builder().header("content-type", "text/html").header("content-security-policy", long);
            builder.body(Body::from("<p>")).expect("an answer")
        }
    }
}

/// A process of ours, ended with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    /// Something out of the process's own account of its memory, in kilobytes.
    fn memory(&self, what: &str) -> i64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix(what)).expect("the kernel tells it");
        line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Has the kernel forget how much memory the process once had.
    fn forget_peak(&self) {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .open(format!("/proc/{}/clear_refs", self.0.id()))
            .expect("our own process");
        file.write_all(b"5").expect("the kernel understands");
    }
}

fn whence(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_whence"));
    command.env("WHENCE_DATA_DIR", folder.join("data")).env("WHENCE_LINK_CHECK_ALLOW", "127.0.0.1/32");
    command.env("WHENCE_NO_LINK_CHECKS", "true").env("RUST_LOG", "warn").env_remove("WHENCE_DATABASE_URL");
    command
}

fn set_up(folder: &Path) -> Value {
    let arguments = [
        "setup",
        "--program",
        "Shop",
        "--site",
        "https://www.shop.test",
        "--link-host",
        "go.shop.test",
        "--currency",
        "EUR",
        "--email",
        "o@shop.test",
        "--json",
    ];
    let output = whence(folder).args(arguments).output().expect("the program runs");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

async fn serve(folder: &Path, port: u16) -> Server {
    let listen = format!("127.0.0.1:{port}");
    let child =
        whence(folder).args(["serve", "--listen", &listen]).stdout(Stdio::null()).spawn().expect("the program runs");
    let server = Server(child);
    for _ in 0..300 {
        if tokio::net::TcpStream::connect(&listen).await.is_ok() {
            return server;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it does not listen");
}

async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("an address").port()
}

async fn hostile_site() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let serve =
        |request: axum::extract::Request| async move { answer(request.uri().path().trim_start_matches('/')).await };
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(serve)).await });
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_pages_end_in_time_and_take_little_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = set_up(folder.path());
    let port = free_port().await;
    let server = serve(folder.path(), port).await;
    let site = hostile_site().await;
    let client = reqwest::Client::new();
    let check = async |name: &str| {
        let body = json!({ "url": format!("http://127.0.0.1:{site}/{name}") });
        let request = client.post(format!("http://127.0.0.1:{port}/api/v2/link_checks")).json(&body);
        let request = request.basic_auth(keys["public_key"].as_str().expect("a key"), keys["secret_key"].as_str());
        let started = Instant::now();
        let reply = request.send().await.expect("an answer");
        let (status, text) = (reply.status(), reply.text().await.expect("a text"));
        assert_eq!(status, 200, "{name}: {text}");
        (started.elapsed(), text)
    };
    // The first request of a process makes room for what all need.
    check("title").await;
    let (mut longest, mut most) = (Duration::ZERO, 0);
    for name in NAMES {
        server.forget_peak();
        let before = server.memory("VmRSS");
        let (took, text) = check(name).await;
        let grown = server.memory("VmHWM") - before;
        println!("{name:<16} {:>6} ms {grown:>8} kB", took.as_millis());
        for markup in ["<script", "<img", "\u{202e}", "\\u0000"] {
            assert!(!text.contains(markup), "{name} told {markup}: {text}");
        }
        (longest, most) = (longest.max(took), most.max(grown));
    }
    println!("{} pages, at most {} ms and {most} kB", NAMES.len(), longest.as_millis());
    assert!(longest <= Duration::from_secs(10), "{longest:?}");
    assert!(most <= 32 * 1024, "{most} kB");
}
