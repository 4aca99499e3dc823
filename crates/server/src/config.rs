//! What can be set, from the command line, `WHENCE_…` variables, or `whence.toml` in the data folder, in that order.

use crate::edge::client::Network;
use crate::outgoing::browser::BrowserSettings;
use anyhow::{Context, bail};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::Url;

/// Options that every command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Place {
    /// The data folder: spool, keys, and the SQLite database. Always needed, also with PostgreSQL
    #[arg(long, global = true, env = "WHENCE_DATA_DIR", default_value = "./whence-data", value_name = "FOLDER")]
    pub data_dir: PathBuf,
    /// A PostgreSQL database (15 or later) instead of SQLite: postgres://user@host/name
    #[arg(long, global = true, env = "WHENCE_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

/// Options of the server.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ServeArgs {
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "WHENCE_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// The address under which people and other programs reach the dashboard and the API [default: http://localhost and
    /// the port listened on]
    #[arg(long, env = "WHENCE_APP_URL", value_name = "URL")]
    pub app_url: Option<Url>,
    /// Networks of proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8; none unless told
    #[arg(long, env = "WHENCE_TRUSTED_PROXIES", value_delimiter = ',', value_name = "NETWORK")]
    pub trusted_proxies: Vec<String>,
    /// Networks that a link check may reach although they are private, such as 127.0.0.1/32, on every port; none unless
    /// told
    #[arg(long, env = "WHENCE_LINK_CHECK_ALLOW", value_delimiter = ',', value_name = "NETWORK")]
    pub link_check_allow: Vec<String>,
    /// Look at no link's destination unless somebody asks; otherwise each is looked at when the link is made, and daily
    #[arg(long, env = "WHENCE_NO_LINK_CHECKS")]
    pub no_link_checks: bool,
    /// Let link checks visit pages with a real Chromium, in its sandbox and as a user of its own; needs Chromium, and
    /// Whence running as root
    #[arg(long, env = "WHENCE_LINK_CHECK_BROWSER", value_parser = clap::builder::BoolishValueParser::new())]
    pub link_check_browser: bool,
    /// The Chromium for these visits [default: where systems usually have it]
    #[arg(long, env = "WHENCE_CHROMIUM", value_name = "PROGRAM")]
    pub chromium: Option<PathBuf>,
}

/// The same settings in `whence.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileConfig {
    database_url: Option<String>,
    listen: Option<SocketAddr>,
    app_url: Option<Url>,
    #[serde(default)]
    trusted_proxies: Vec<String>,
    #[serde(default)]
    link_check_allow: Vec<String>,
    #[serde(default)]
    no_link_checks: bool,
    link_check_browser: bool,
    chromium: Option<PathBuf>,
}

/// Where things are and who may reach them, settled.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder.
    pub data_dir: PathBuf,
    /// PostgreSQL's address; SQLite in the data folder if absent.
    pub database_url: Option<String>,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The app host's address, without a trailing slash.
    pub app_url: Url,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// Networks that a link check may reach although they are private.
    pub link_check_allow: Vec<Network>,
    /// Whether links' destinations are looked at without anybody asking.
    pub automatic_link_checks: bool,
    /// Visits of link checks with a real browser.
    pub browser: BrowserSettings,
}

impl Config {
    /// Settles what the command line, the environment and the file say.
    ///
    /// # Errors
    /// A sentence naming the setting, if the file cannot be read or a value makes no sense.
    pub fn settle(place: &Place, serve: ServeArgs) -> anyhow::Result<Self> {
        let file = read_file(&place.data_dir)?;
        let listen = serve.listen.or(file.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let app_url = match serve.app_url.or(file.app_url) {
            Some(url) => url,
            None => Url::parse(&format!("http://localhost:{}", listen.port())).context("the default app address")?,
        };
        if !matches!(app_url.scheme(), "http" | "https") || app_url.host_str().is_none() {
            bail!("--app-url must be an http or https address with a host, such as https://partners.example.com");
        }
        let trusted_proxies =
            if serve.trusted_proxies.is_empty() { file.trusted_proxies } else { serve.trusted_proxies };
        let allow = if serve.link_check_allow.is_empty() { file.link_check_allow } else { serve.link_check_allow };
        Ok(Self {
            data_dir: place.data_dir.clone(),
            database_url: place.database_url.clone().or(file.database_url),
            listen,
            app_url,
            trusted_proxies,
            link_check_allow: read_networks(&allow)?,
            automatic_link_checks: !(serve.no_link_checks || file.no_link_checks),
            browser: BrowserSettings {
                enabled: serve.link_check_browser || file.link_check_browser,
                chromium: serve.chromium.or(file.chromium),
                ..BrowserSettings::default()
            },
        })
    }

    /// The app address and a path below it: `self.at("/webhooks/…")`.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.app_url.as_str().trim_end_matches('/'))
    }
}

fn read_networks(texts: &[String]) -> anyhow::Result<Vec<Network>> {
    let read = |text: &String| {
        text.trim()
            .parse()
            .with_context(|| format!("--link-check-allow: {text} is no network; write one such as 127.0.0.1/32"))
    };
    texts.iter().filter(|text| !text.trim().is_empty()).map(read).collect()
}

fn read_file(data_dir: &Path) -> anyhow::Result<FileConfig> {
    let path = data_dir.join("whence.toml");
    match std::fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text)
            .with_context(|| format!("{} could not be understood: correct the line it names", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(FileConfig::default()),
        Err(error) => Err(error).with_context(|| format!("{} could not be read", path.display())),
    }
}
