//! A whole Whence for one test: its own data folder, database, clock and port, with one program in it.

use super::{Database, Fresh, TestClock};
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::oneshot;
use url::Url;
use whence::app::App;
use whence::cli::setup::{SetupInput, SetupOutput, set_up};
use whence::config::Config;
use whence::store::Engine;
use whence_domain::{Mode, ProgramId, Tenant};

/// A running Whence with a program, gone after the test.
pub struct TestApp {
    /// What runs.
    pub app: App,
    /// Its clock.
    pub clock: Arc<TestClock>,
    /// The app host's address: `http://app.shop.test:…`
    pub base: String,
    /// Somebody's browser: it finds every host of the tests here, and does not follow redirects by itself.
    pub browser: reqwest::Client,
    /// The program's keys and secrets.
    pub setup: SetupOutput,
    /// The program's own server, live.
    pub live: Caller,
    /// The same, testing.
    pub test: Caller,
    stop: Option<oneshot::Sender<()>>,
    _database: Database,
}

impl Fresh for TestApp {
    async fn fresh(engine: Engine) -> Self {
        Self::fresh_with(engine, |_| {}, |_| {}).await
    }
}

impl TestApp {
    /// A fresh one with other settings, on which something is named before it serves.
    pub async fn fresh_with(engine: Engine, set: impl FnOnce(&mut Config), name: impl FnOnce(&App)) -> Self {
        let database = Database::fresh(engine).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let clock = Arc::new(TestClock::new());
        let mut config = config(&database, address);
        set(&mut config);
        let app = App::open(config, clock.clone()).await.expect("an app could be opened");
        name(&app);
        let setup = set_up(&app, &input("Shop", "go.shop.test")).await.expect("a program could be set up");
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = whence::server::serve(app.clone(), listener, async {
            let _ = stopped.await;
        });
        tokio::spawn(async move { serving.await.expect("the server runs") });
        let base = format!("http://app.shop.test:{}", address.port());
        let browser = browser(address);
        let [live, test] = callers(&browser, &base, &setup);
        Self { app, clock, base, browser, setup, live, test, stop: Some(stop), _database: database }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

impl TestApp {
    /// Another program in the same installation: its keys, and its callers live and testing.
    pub async fn another_program(&self, name: &str) -> (SetupOutput, [Caller; 2]) {
        let host = format!("go.{}.test", name.to_lowercase());
        let setup = set_up(&self.app, &input(name, &host)).await.expect("another program could be set up");
        let callers = callers(&self.browser, &self.base, &setup);
        (setup, callers)
    }

    /// A caller with these keys.
    pub fn caller(&self, public_key: &str, secret_key: &str) -> Caller {
        Caller::new(&self.browser, &self.base, public_key, secret_key)
    }

    /// The address of a path on the program's link host.
    pub fn link(&self, path: &str) -> String {
        self.base.replace("app.", "go.") + path
    }

    /// The program's live data.
    pub fn tenant(&self) -> Tenant {
        let program = ProgramId::parse(&self.setup.program_key).expect("a program's key");
        Tenant::new(program, Mode::Live)
    }
}

fn config(database: &Database, address: SocketAddr) -> Config {
    Config {
        data_dir: database.folder.path().join("data"),
        database_url: database.url.clone(),
        listen: address,
        app_url: Url::parse(&format!("http://app.shop.test:{}", address.port())).expect("an address"),
        trusted_proxies: Vec::new(),
        link_check_allow: Vec::new(),
        automatic_link_checks: false,
        browser: whence::outgoing::browser::BrowserSettings::default(),
    }
}

fn input(name: &str, link_host: &str) -> SetupInput {
    SetupInput {
        program: name.into(),
        site: format!("https://www.{}.test", name.to_lowercase()),
        link_host: link_host.into(),
        currency: "EUR".into(),
        email: "owner@shop.test".into(),
        password: "correct horse battery".into(),
        time_zone: "UTC".into(),
    }
}

fn callers(client: &reqwest::Client, base: &str, setup: &SetupOutput) -> [Caller; 2] {
    [
        Caller::new(client, base, &setup.public_key, &setup.secret_key),
        Caller::new(client, base, &setup.test_public_key, &setup.test_secret_key),
    ]
}

fn browser(address: SocketAddr) -> reqwest::Client {
    ["app.shop.test", "go.shop.test", "go.other.test"]
        .into_iter()
        .fold(reqwest::Client::builder(), |builder, host| builder.resolve(host, address))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

/// A program that calls the REST API with a pair of keys.
#[derive(Clone)]
pub struct Caller {
    client: reqwest::Client,
    base: String,
    public_key: String,
    secret_key: String,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it came.
    pub text: String,
    /// The body as JSON; null if it is none.
    pub body: Value,
}

impl Caller {
    fn new(client: &reqwest::Client, base: &str, public_key: &str, secret_key: &str) -> Self {
        Self { client: client.clone(), base: base.into(), public_key: public_key.into(), secret_key: secret_key.into() }
    }

    /// A request to a path below `/api/v2`, to be completed by the test.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v2{path}", self.base);
        self.client.request(method, url).basic_auth(&self.public_key, Some(&self.secret_key))
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::GET, path)).await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        Reply::of(self.request(Method::POST, path).json(body)).await
    }

    /// PATCH of JSON.
    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        Reply::of(self.request(Method::PATCH, path).json(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::DELETE, path)).await
    }

    /// POST that must succeed; answers the object made.
    pub async fn create(&self, path: &str, body: &Value) -> Value {
        self.post(path, body).await.data()
    }
}

impl Reply {
    /// Sends a request and reads the answer.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("a body of text");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, body }
    }

    /// The data of a good answer.
    pub fn data(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        assert_eq!(self.body["status"], 200, "{}", self.text);
        assert!(self.body["message"].is_string(), "{}", self.text);
        self.body["data"].clone()
    }

    /// The items of a good list.
    pub fn items(&self) -> Vec<Value> {
        self.data()["items"].as_array().expect("a list").clone()
    }

    /// Holds the answer against a refusal: its status, and the field that it names ("" for none).
    pub fn refused(&self, status: u16, field: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.body["status"], status, "{}", self.text);
        let message = self.body["message"].as_str().expect("a sentence");
        assert!(!message.is_empty() && message.contains(field), "{}", self.text);
        assert_eq!(self.body["field"].as_str().unwrap_or_default(), field, "{}", self.text);
    }
}
