//! The edge: link hosts and the snippet's calls, on hyper loops of their own, one per core. Everything else of the same
//! listener is passed to the router on the main runtime.
//!
//! No request to a link asks the database: the table is in memory, and the click goes to the spool.

pub mod body;
mod bridge;
pub mod click;
pub mod client;
pub mod ingest;
pub mod links;
pub mod own;
mod pages;
pub mod recent;
mod route;
mod serve;
pub mod snapshot;
mod snippet;
pub mod table;
mod upload;

pub use links::Links;
pub use serve::serve;

use crate::app::App;
use crate::spool::{self, Disk, Spool};
use anyhow::Context;
use client::Network;
use hmac::{Hmac, KeyInit, Mac};
use ingest::refusals::Refusals;
use recent::Memory;
use sha2::Sha256;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Everything that answering a request at the edge needs.
pub struct Edge {
    app: App,
    links: Arc<Links>,
    spool: Spool,
    recent: Memory,
    refusals: Refusals,
    proxies: Vec<Network>,
    app_host: String,
    own_word: String,
    main: Handle,
}

/// A started edge with its background tasks.
pub struct Running {
    /// The edge.
    pub edge: Arc<Edge>,
    drain: JoinHandle<()>,
    stop_drain: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Edge {
    /// Opens the spool and the link table, and starts what keeps them: the drain, the follower of changes, the snapshot,
    /// the counters of refusals. Must be called on the main runtime.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub async fn start(app: &App, disk: Arc<dyn Disk>) -> anyhow::Result<Running> {
        let spool = spool::start(app, disk).await?;
        let links = Links::open(app).await?;
        let proxies = app.config.trusted_proxies.iter().map(|text| text.parse()).collect::<Result<Vec<Network>, _>>();
        let proxies = proxies.context("the trusted proxies could not be understood")?;
        let edge = Arc::new(Self {
            links: Arc::clone(&links),
            spool: spool.clone(),
            recent: Memory::default(),
            refusals: Refusals::default(),
            proxies,
            app_host: app.config.app_url.host_str().unwrap_or_default().to_ascii_lowercase(),
            own_word: own_word(app.xid_key_rows()),
            main: Handle::current(),
            app: app.clone(),
        });
        app.use_spool(spool.clone());
        app.use_edge(&edge);
        listen(app, &links);
        let (stop_drain, stopping) = watch::channel(false);
        let drain = tokio::spawn(spool::drain::run(app.clone(), spool, stopping));
        let counting = Arc::clone(&edge);
        let tasks = vec![
            tokio::spawn(Arc::clone(&links).follow()),
            tokio::spawn(links.keep_snapshot()),
            tokio::spawn(async move { counting.refusals.keep(&counting.app, counting.slot()).await }),
        ];
        Ok(Running { edge, drain, stop_drain, tasks })
    }

    /// The link table.
    pub fn links(&self) -> &Arc<Links> {
        &self.links
    }

    /// The spool.
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// The word by which every node of the installation knows requests of its own (header `Whence-Own`).
    pub fn own_word(&self) -> &str {
        &self.own_word
    }

    /// Stores what this node has refused and only counted in memory so far.
    pub async fn flush_refusals(&self) {
        if let Err(error) = self.refusals.flush(&self.app, self.slot()).await {
            tracing::warn!(%error, "refused requests are shown with a delay");
        }
    }

    fn is_own_word(&self, word: &[u8]) -> bool {
        self.own_word.as_bytes().ct_eq(word).into()
    }

    fn slot(&self) -> i64 {
        self.spool.incarnation().into()
    }
}

impl Running {
    /// Makes durable what came last, drains it into the database if that is there, and ends the tasks. Call it after
    /// [`serve`] has returned.
    pub async fn stop(self) {
        for task in self.tasks {
            task.abort();
            // It ends by being cancelled; waiting makes sure that it holds nothing any more.
            let _ = task.await;
        }
        let closing = self.edge.spool.clone();
        // Closing waits for the last sync.
        let _ = tokio::task::spawn_blocking(move || closing.close()).await;
        self.stop_drain.send_replace(true);
        if let Err(error) = self.drain.await {
            tracing::error!(%error, "the drain ended in disorder; what it left is drained at the next start");
        }
        if let Err(error) = self.edge.refusals.flush(&self.edge.app, self.edge.slot()).await {
            tracing::warn!(%error, "the last counters of refused requests could not be stored");
        }
        if let Err(error) = self.edge.links.write_snapshot().await {
            tracing::warn!(%error, "the snapshot of the links could not be written");
        }
    }
}

/// The word of the installation's own requests. It follows from the first key that click ids are proved with, which every
/// node has and nobody else.
fn own_word(keys: &[(u8, Vec<u8>)]) -> String {
    let first = keys.iter().min_by_key(|(version, _)| *version).map(|(_, secret)| secret.as_slice());
    match first.map(Hmac::<Sha256>::new_from_slice) {
        Some(Ok(mut mac)) => {
            mac.update(b"requests of our own");
            mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
        }
        // Without a key no app is opened.
        _ => crate::clock::random_text(32),
    }
}

/// Has the table refreshed at once when this node changes something it serves.
fn listen(app: &App, links: &Arc<Links>) {
    let links = Arc::clone(links);
    app.listen_to_links(Box::new(move |program| {
        let links = Arc::clone(&links);
        Box::pin(async move {
            if let Err(error) = links.refresh(&program).await {
                // The follower tries again within a second.
                tracing::warn!(%error, "a change of links is served with a delay");
            }
        })
    }));
}
