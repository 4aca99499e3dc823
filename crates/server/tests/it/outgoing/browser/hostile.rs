//! Pages that want the visit to last for ever, to take everything, or to leave something behind.

use super::site::{Names, Site, html, nothing, redirect, script, with_type};
use super::{enabled, outgoing, turn, visit};
use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::stream;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use whence::outgoing::browser::{BrowserSettings, Limits};
use whence_domain::investigation::link_check::visit::{Visit, VisitEnd};

/// A body that never ends.
fn endless(piece: &'static [u8], pause: Duration) -> Body {
    Body::from_stream(stream::unfold((), move |()| async move {
        tokio::time::sleep(pause).await;
        Some((Ok::<_, std::io::Error>(Bytes::from_static(piece)), ()))
    }))
}

const BLOCK: &[u8] = &[b' '; 64 * 1024];

async fn site() -> Site {
    Site::start("127.0.0.1", |ask| match ask.path.split('?').next().unwrap_or_default() {
        "/endless" => with_type("text/html", endless(b"<p>and so on", Duration::from_millis(5))),
        "/silent" => with_type("text/html", endless(b"", Duration::from_millis(50))),
        "/flood" => html("<script>fetch('/bytes').then((answer) => answer.text())</script>"),
        "/bytes" => with_type("text/plain", endless(BLOCK, Duration::ZERO)),
        "/memory" => html(
            "<script>const kept = []; onload = () => setInterval(() => { \
             try { kept.push(new Uint8Array(1 << 26).fill(1)) } catch (_) {} }, 1)</script>",
        ),
        "/workers" => html(
            "<script>const code = URL.createObjectURL(new Blob(['const k = []; for (;;) try { k.push(new Uint8Array(1 << 22).fill(7)) } catch (_) {}'])); \
             for (let n = 0; n < 40; n++) new Worker(code)</script>",
        ),
        "/alerts" => html("<script>for (;;) alert('again')</script>"),
        "/busy" => html("<script>for (;;);</script>"),
        "/late-busy" => html("<script>onload = () => setTimeout(() => { for (;;); }, 400)</script>"),
        "/huge" => html(
            "<body><script>let html = '<i>'.repeat(2000) + '<b name=scripts>x</b><form name=head></form>'; \
             for (let n = 0; n < 60; n++) document.body.insertAdjacentHTML('beforeend', html + '<u>x</u>'.repeat(3000)); \
             for (let n = 0; n < 5000; n++) { const s = document.createElement('script'); s.src = '/none.js'; document.head.append(s) }</script>",
        ),
        "/errors" => html(
            "<script>setInterval(() => { for (let n = 0; n < 500; n++) { console.log('x'.repeat(2000)); \
             setTimeout(() => { throw new Error('again ' + n) }) } }, 1)</script>",
        ),
        "/download" => html("<script>onload = () => { location = '/file'; for (let n = 0; n < 5; n++) { const a = document.createElement('a'); a.href = '/file?' + n; a.download = 'x.exe'; document.body.append(a); a.click() } }</script><body>"),
        "/file" => Response::builder()
            .header("content-type", "application/octet-stream")
            .header("content-disposition", "attachment; filename=evil.exe")
            .body(Body::from(vec![7; 300_000]))
            .expect("a response"),
        "/around" => html("<script>onload = () => location.replace('/around?' + Math.random())</script>"),
        "/circle" => redirect("/circle"),
        "/elsewhere" => html("<script>for (const to of ['file:///etc/passwd', 'chrome://version', 'view-source:http://x/', 'ftp://x/', 'javascript:1']) try { open(to); location = to } catch (_) {}</script>"),
        "/passwd" => redirect("file:///etc/passwd"),
        "/none.js" => script(""),
        _ => nothing(),
    })
    .await
}

fn short() -> BrowserSettings {
    let limits = Limits {
        time: Duration::from_secs(8),
        load: Duration::from_secs(3),
        quiet: Duration::from_millis(500),
        restless: Duration::from_secs(2),
        bytes: 8 * 1024 * 1024,
        memory: 450 * 1024 * 1024,
    };
    BrowserSettings { limits, ..enabled() }
}

/// The numbers that visits' users have.
fn is_of_a_visit(uid: &str) -> bool {
    uid.parse().is_ok_and(|uid: u32| (60_706..=61_183).contains(&uid))
}

/// How many processes of visits there are, and the memory that they hold, in bytes.
fn processes() -> (usize, u64) {
    let mut found = (0, 0);
    for entry in fs::read_dir("/proc").expect("a list of processes").flatten() {
        let Ok(status) = fs::read_to_string(entry.path().join("status")) else { continue };
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()).unwrap_or_default().to_owned()
        };
        // The dead hold nothing; their parent asks for their results when it likes.
        if is_of_a_visit(&field("Uid:")) && field("State:") != "Z" {
            found.0 += 1;
            found.1 +=
                ["RssAnon:", "RssShmem:"].map(|name| field(name).parse().unwrap_or(0) * 1_024).iter().sum::<u64>();
        }
    }
    found
}

/// The folders of visits.
fn folders() -> Vec<String> {
    let names = fs::read_dir(std::env::temp_dir()).expect("a temporary folder").flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name.strip_prefix("whence-visit-").is_some_and(is_of_a_visit)).collect()
}

/// The most memory that visits' processes hold together while this lives.
struct Peak {
    over: Arc<AtomicBool>,
    most: Arc<AtomicU64>,
}

impl Peak {
    fn watch() -> Self {
        let peak = Self { over: Arc::default(), most: Arc::default() };
        let (over, most) = (Arc::clone(&peak.over), Arc::clone(&peak.most));
        std::thread::spawn(move || {
            while !over.load(Ordering::SeqCst) {
                most.fetch_max(processes().1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        peak
    }

    fn most(&self) -> u64 {
        self.over.store(true, Ordering::SeqCst);
        self.most.load(Ordering::SeqCst)
    }
}

/// Visits a page, and sees to it that it ends in time and leaves nothing.
async fn survive(site: &Site, path: &str) -> Visit {
    let outgoing = outgoing(&Names::of(&[("hostile.test", "127.0.0.1")]), &["127.0.0.1/32"]);
    let (begun, peak) = (Instant::now(), Peak::watch());
    let seen = visit(&site.at("hostile.test", path), &outgoing, &short()).await;
    let (took, most) = (begun.elapsed(), peak.most());
    println!(
        "hostile page {path:<11} {:?} after {:.1} s, at most {} MiB, {} hops, {} errors",
        seen.end,
        took.as_secs_f32(),
        most / 1_048_576,
        seen.hops.len(),
        seen.script_errors
    );
    assert!(took < Duration::from_secs(20), "{path} took {took:?}");
    // What is watched every 150 ms may be exceeded for as long.
    assert!(most < 1_500 * 1_048_576, "{path} held {most} bytes");
    assert_eq!((processes().0, folders()), (0, Vec::new()), "{path} left something behind");
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_never_end_are_left_in_time_and_nothing_stays_behind() {
    let _turn = turn().await;
    let site = site().await;
    let restless = survive(&site, "/endless").await;
    assert_eq!((restless.end, restless.hops[0].status), (VisitEnd::Restless, Some(200)), "{restless:?}");
    survive(&site, "/silent").await;
    assert_eq!(survive(&site, "/busy").await.end, VisitEnd::TimeUp);
    survive(&site, "/late-busy").await;
    assert_eq!(survive(&site, "/alerts").await.end, VisitEnd::TimeUp);
    let around = survive(&site, "/around").await;
    assert!(around.hops.len() >= 5, "{around:?}");
    let circle = survive(&site, "/circle").await;
    assert_eq!(circle.end, VisitEnd::NotOpened, "{circle:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_take_everything_get_their_share_and_nothing_stays_behind() {
    let _turn = turn().await;
    let site = site().await;
    assert_eq!(survive(&site, "/flood").await.end, VisitEnd::TooMuchData);
    let hog = survive(&site, "/memory").await;
    assert!(matches!(hog.end, VisitEnd::TooMuchMemory | VisitEnd::Crashed), "{hog:?}");
    let workers = survive(&site, "/workers").await;
    assert!(workers.hops.len() == 1, "{workers:?}");
    let huge = survive(&site, "/huge").await;
    assert!(huge.scripts.is_empty(), "{huge:?}");
    let errors = survive(&site, "/errors").await;
    assert!(errors.script_errors > 0 && errors.first_error.is_some(), "{errors:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_neither_fetched_nor_shown() {
    let _turn = turn().await;
    let site = site().await;
    let download = survive(&site, "/download").await;
    assert_eq!(download.hops[0].status, Some(200), "{download:?}");
    for path in ["/elsewhere", "/passwd"] {
        let seen = survive(&site, path).await;
        assert!(seen.hops.iter().all(|hop| hop.url.as_str().starts_with("http://hostile.test")), "{seen:?}");
    }
}
