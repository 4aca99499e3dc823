//! A whole node with its edge: spool, link table, loops, on a port of its own; it can be stopped and started again on the
//! same folder, and its disk can be made to fail.

use super::{Database, Fresh, TestClock};
use axum::http::{HeaderMap, StatusCode};
use sqlx::Row;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;
use whence::app::App;
use whence::cli::setup::{SetupInput, SetupOutput, set_up};
use whence::config::Config;
use whence::edge::{self, Edge, Running};
use whence::flows::program::create_link::{NewLink, create_link};
use whence::flows::program::create_partner::{NewPartner, create_partner};
use whence::spool::disk::SegmentFile;
use whence::spool::{Disk, RealDisk};
use whence::store::Engine;
use whence::store::audit::Actor;
use whence_domain::program::{Destination, Email, Link, Partner, PartnerKey, Slug};
use whence_domain::{Mode, ProgramId, Tenant};

/// What a test does to the disk of the spool.
#[derive(Default)]
pub struct TestDisk {
    /// Every write fails with "no space left" while this is true.
    pub full: AtomicBool,
    /// Syncs that have succeeded.
    pub syncs: AtomicUsize,
    held: Mutex<bool>,
    let_go: Condvar,
}

impl TestDisk {
    /// Holds every sync back, or lets them go.
    pub fn hold(&self, hold: bool) {
        *self.held.lock().expect("no test panics while it holds the disk") = hold;
        self.let_go.notify_all();
    }
}

struct Shared(Arc<TestDisk>);

struct TestFile {
    inner: Box<dyn SegmentFile>,
    disk: Arc<TestDisk>,
}

impl Disk for Shared {
    fn create(&self, path: &Path) -> io::Result<Box<dyn SegmentFile>> {
        if self.0.full.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(Box::new(TestFile { inner: RealDisk.create(path)?, disk: Arc::clone(&self.0) }))
    }
}

impl SegmentFile for TestFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.disk.full.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.inner.append(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut held = self.disk.held.lock().expect("no test panics while it holds the disk");
        while *held {
            held = self.disk.let_go.wait(held).expect("no test panics while it holds the disk");
        }
        self.inner.sync()?;
        self.disk.syncs.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.inner.truncate(length)
    }
}

/// A node, running.
pub struct Node {
    /// What runs.
    pub app: App,
    /// Its edge.
    pub edge: Arc<Edge>,
    /// Where it listens.
    pub address: SocketAddr,
    /// The disk of its spool.
    pub disk: Arc<TestDisk>,
    running: Running,
    server: JoinHandle<io::Result<()>>,
    stop: oneshot::Sender<()>,
}

/// A node with a program, a partner `bo` and a link `bo` to `https://www.shop.test/landing?a=1#top`.
pub struct Shop {
    /// The node.
    pub node: Node,
    /// The program's keys.
    pub setup: SetupOutput,
    /// The partner.
    pub partner: Partner,
    /// The link.
    pub link: Link,
    /// Its database and folder.
    pub database: Database,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub text: String,
}

impl Answer {
    /// A header as text; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What became of a request to a link.
    pub fn outcome(&self) -> &str {
        self.header("whence-outcome")
    }

    /// The click id in the `Location`.
    pub fn xid(&self) -> String {
        let url = Url::parse(self.header("location")).expect("a location");
        url.query_pairs().find(|(name, _)| name == "ps_xid").expect("a click id").1.into_owned()
    }
}

impl Node {
    /// Starts a node on a folder and database.
    pub async fn start(database: &Database, url: Option<String>) -> Self {
        Self::start_with(database, "data", url, Arc::new(TestDisk::default())).await
    }

    /// Starts another node on the same PostgreSQL, with a folder of its own.
    pub async fn start_beside(database: &Database) -> Self {
        Self::start_with(database, "beside", database.url.clone(), Arc::new(TestDisk::default())).await
    }

    async fn start_with(database: &Database, folder: &str, url: Option<String>, disk: Arc<TestDisk>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let config = Config {
            data_dir: database.folder.path().join(folder),
            database_url: url,
            listen: address,
            app_url: Url::parse("http://app.shop.test").expect("an address"),
            trusted_proxies: Vec::new(),
            link_check_allow: Vec::new(),
            automatic_link_checks: false,
            browser: whence::outgoing::browser::BrowserSettings::default(),
        };
        let app = App::open(config, Arc::new(TestClock::new())).await.expect("an app could be opened");
        let running = Edge::start(&app, Arc::new(Shared(Arc::clone(&disk)))).await.expect("an edge could be started");
        let edge = Arc::clone(&running.edge);
        let (stop, stopped) = oneshot::channel::<()>();
        let router = axum::Router::new().route("/hello", axum::routing::get(|| async { "hello from the router" }));
        let serving = edge::serve(Arc::clone(&edge), listener, router, async {
            let _ = stopped.await;
        });
        let server = tokio::spawn(serving);
        Self { app, edge, address, disk, running, server, stop }
    }

    /// Stops it in good order and gives its folder free.
    pub async fn stop(self) {
        let Self { app, edge, running, server, stop, .. } = self;
        let _ = stop.send(());
        server.await.expect("the server ends").expect("its threads end");
        drop(edge);
        running.stop().await;
        app.store.close().await;
    }

    /// A request with a `Host` of its own, which follows no redirect.
    pub fn request(&self, method: &str, host: &str, path: &str) -> reqwest::RequestBuilder {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let method = method.parse().expect("a method");
        client.request(method, format!("http://{}{path}", self.address)).header("host", host)
    }

    /// GET of a path of the link host.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.request("GET", "go.shop.test", path)).await
    }

    /// A number out of the database, once everything acknowledged is in it.
    pub async fn count(&self, sql: &'static str) -> i64 {
        assert!(self.edge.spool().drain_barrier().await, "the spool drains");
        count(&self.app, sql).await
    }
}

/// A number out of the database.
pub async fn count(app: &App, sql: &'static str) -> i64 {
    use whence::store::Conn;
    match app.store.read().await.expect("a connection") {
        Conn::Sqlite(mut conn) => sqlx::query(sql).fetch_one(&mut *conn).await.expect("a row").get(0),
        Conn::Postgres(mut conn) => sqlx::query(sql).fetch_one(&mut *conn).await.expect("a row").get(0),
    }
}

/// A text out of the database.
pub async fn text(app: &App, sql: &'static str) -> String {
    use whence::store::Conn;
    match app.store.read().await.expect("a connection") {
        Conn::Sqlite(mut conn) => sqlx::query(sql).fetch_one(&mut *conn).await.expect("a row").get(0),
        Conn::Postgres(mut conn) => sqlx::query(sql).fetch_one(&mut *conn).await.expect("a row").get(0),
    }
}

/// Sends a request and reads the answer.
pub async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.expect("a body") }
}

impl Fresh for Shop {
    async fn fresh(engine: Engine) -> Self {
        let database = Database::fresh(engine).await;
        let node = Node::start(&database, database.url.clone()).await;
        let setup = SetupInput {
            program: "Shop".into(),
            site: "https://www.shop.test".into(),
            link_host: "go.shop.test".into(),
            currency: "EUR".into(),
            email: "owner@shop.test".into(),
            password: "correct horse battery".into(),
            time_zone: "UTC".into(),
        };
        let setup = set_up(&node.app, &setup).await.expect("a program could be set up");
        let tenant = tenant(&setup);
        let partner = add_partner(&node.app, &tenant, "bo").await;
        let link = add_link(&node.app, &tenant, "bo", "bo").await;
        Self { node, setup, partner, link, database }
    }
}

impl Shop {
    /// The program's live data.
    pub fn tenant(&self) -> Tenant {
        tenant(&self.setup)
    }

    /// Stops the node and starts another on the same folder and database.
    pub async fn restart(self) -> Self {
        let Self { node, setup, partner, link, database } = self;
        let disk = Arc::clone(&node.disk);
        node.stop().await;
        let node = Node::start_with(&database, "data", database.url.clone(), disk).await;
        Self { node, setup, partner, link, database }
    }
}

fn tenant(setup: &SetupOutput) -> Tenant {
    Tenant::new(ProgramId::parse(&setup.program_key).expect("a program's key"), Mode::Live)
}

/// Adds a partner.
pub async fn add_partner(app: &App, tenant: &Tenant, key: &str) -> Partner {
    let new = NewPartner {
        key: Some(PartnerKey::parse(key).expect("a partner key")),
        email: Email::parse(&format!("{key}@partners.test")).expect("an e-mail address"),
        first_name: String::new(),
        last_name: String::new(),
        group: None,
    };
    create_partner(app, tenant, Actor::Operator, new).await.expect("a partner could be added")
}

/// Adds a link to the shop.
pub async fn add_link(app: &App, tenant: &Tenant, partner: &str, link_key: &str) -> Link {
    add_link_to(app, tenant, partner, link_key, "https://www.shop.test/landing?a=1#top").await
}

/// Adds a link to a page.
pub async fn add_link_to(app: &App, tenant: &Tenant, partner: &str, link_key: &str, dest: &str) -> Link {
    let new = NewLink {
        partner: partner.into(),
        dest: Destination::parse(dest).expect("a destination"),
        link_key: Some(Slug::parse_link_key(link_key).expect("a link key")),
        title: None,
    };
    create_link(app, tenant, Actor::Operator, new).await.expect("a link could be added")
}
