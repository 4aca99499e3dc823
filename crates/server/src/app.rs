//! What every request may use: the store, the clock, the settings.

use crate::clock::{self, Clock};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::edge::{Edge, snapshot};
use crate::flows::earning::webhook_attempts::WebhookAttempts;
use crate::outgoing::{Outgoing, Policy, Resolver, SystemResolver};
use crate::spool::Spool;
use crate::store::tracking::xid_keys;
use crate::store::{Location, Priority, Store, StoreError};
use futures_util::future::BoxFuture;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;
use tokio::sync::Notify;
use whence_domain::tracking::xid::KeyRing;
use whence_domain::{Instant, ProgramId};

/// The running program. Cheap to clone; one per process (tests make their own).
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Settings.
    pub config: Config,
    /// The data folder, owned while the app lives.
    pub data_dir: DataDir,
    /// Deliveries of payment providers that were refused, as far as they are not stored yet.
    pub webhook_attempts: WebhookAttempts,
    xid_keys: Arc<KeyRing>,
    xid_key_rows: XidKeyRows,
    spool: OnceLock<Spool>,
    links_listener: OnceLock<LinksListener>,
    edge: OnceLock<Weak<Edge>>,
    outgoing: OnceLock<Outgoing>,
    new_destinations: Notify,
}

/// Version and secret of each key that click ids are proved with.
pub type XidKeyRows = Vec<(u8, Vec<u8>)>;

/// How long a read waits for what is only in memory yet.
const BARRIER: Duration = Duration::from_secs(3);

/// How long a start waits for a database, when what it needs first is also on disk.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// Told after a commit that something the link table serves has changed; done when the table serves it.
pub type LinksListener = Box<dyn Fn(ProgramId) -> BoxFuture<'static, ()> + Send + Sync>;

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Takes the data folder, opens the database in it or at the address, and brings its schema up to date.
    ///
    /// A PostgreSQL that is away does not keep a node from starting if it has run before: links and keys come from the
    /// snapshot beside the spool, and the schema is brought up to date when the database is back.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let data_dir = DataDir::own(&config.data_dir)?;
        let database = data_dir.database();
        let location = match &config.database_url {
            Some(url) => Location::Url(url),
            None => Location::File(&database),
        };
        let store = Store::connect(location).await?;
        let xid_key_rows = match keys_on_disk(&store, &data_dir).await {
            Some(rows) => rows,
            None => {
                store.migrate().await?;
                load_xid_keys(&store, clock.now()).await?
            }
        };
        let xid_keys = snapshot::key_ring(&xid_key_rows)
            .ok_or_else(|| StoreError::corrupt("click id key", "there is none"))?
            .into();
        Ok(Self(Arc::new(Parts {
            store,
            clock,
            config,
            data_dir,
            webhook_attempts: WebhookAttempts::default(),
            xid_keys,
            xid_key_rows,
            spool: OnceLock::new(),
            links_listener: OnceLock::new(),
            edge: OnceLock::new(),
            outgoing: OnceLock::new(),
            new_destinations: Notify::new(),
        })))
    }

    /// The keys by which click ids are made and proved.
    pub fn xid_keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.xid_keys)
    }

    /// The same keys as they are stored, for the snapshot beside the spool.
    pub fn xid_key_rows(&self) -> &[(u8, Vec<u8>)] {
        &self.xid_key_rows
    }

    /// Names the spool of this process. The first one named stays.
    pub fn use_spool(&self, spool: Spool) {
        // A second spool would be a second edge in one process, which nobody makes.
        let _ = self.spool.set(spool);
    }

    /// The spool, where this process has one: a server does, a command does not.
    pub fn spool(&self) -> Option<&Spool> {
        self.spool.get()
    }

    /// The way out for requests that somebody else's word makes us send, with the networks that the settings allow.
    pub fn outgoing(&self) -> &Outgoing {
        self.outgoing.get_or_init(|| self.make_outgoing(Arc::new(SystemResolver)))
    }

    /// Names who finds the addresses of names for [`App::outgoing`]; the machine itself, unless this is called before.
    pub fn use_resolver(&self, resolver: Arc<dyn Resolver>) {
        // The first one named stays, as with the spool.
        let _ = self.outgoing.set(self.make_outgoing(resolver));
    }

    fn make_outgoing(&self, resolver: Arc<dyn Resolver>) -> Outgoing {
        Outgoing::new(Policy::new(self.config.link_check_allow.clone()), resolver)
    }

    /// Says that a link leads somewhere new, and does not wait for anybody to look there.
    pub fn tell_of_new_destination(&self) {
        self.new_destinations.notify_one();
    }

    /// Resolves when a link leads somewhere new.
    pub async fn new_destination(&self) {
        self.new_destinations.notified().await;
    }

    /// Names the edge of this process. The first one named stays, as with the spool.
    pub fn use_edge(&self, edge: &Arc<Edge>) {
        let _ = self.edge.set(Arc::downgrade(edge));
    }

    /// The edge, where this process has one that runs: a server does, a command does not.
    pub fn edge(&self) -> Option<Arc<Edge>> {
        self.edge.get().and_then(Weak::upgrade)
    }

    /// Waits until every click and page view that this node has acknowledged is in the database. Called before reads of
    /// clicks, visits and counts, so that they see what was acknowledged (`product.md` 4 "Click path"). Gives up after
    /// some seconds: then the read shows what is there.
    pub async fn drain_barrier(&self) {
        if let Some(spool) = self.spool() {
            spool.drain_barrier().await;
        }
    }

    /// Waits until every request to the snippet's routes that this node has refused is counted in the database. Called
    /// before reads of refusals. Gives up after some seconds: then the read shows what is there.
    pub async fn refusals_barrier(&self) {
        if let Some(edge) = self.edge() {
            let _ = tokio::time::timeout(BARRIER, edge.flush_refusals()).await;
        }
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The bits of a new id, made at `now`.
    pub fn id_bits(&self, now: Instant) -> u128 {
        clock::id_bits(now)
    }

    /// Names who is told of changes to what the link table serves. The first one named stays.
    pub fn listen_to_links(&self, listener: LinksListener) {
        // A second listener would be a second link table in one process, which nobody makes.
        let _ = self.links_listener.set(listener);
    }

    /// Says that something the link table serves of this program was changed and committed, and waits until this node
    /// serves it. Without an edge (a command at work) there is nobody to tell.
    pub async fn links_changed(&self, program: &ProgramId) {
        if let Some(listener) = self.links_listener.get() {
            listener(program.clone()).await;
        }
    }
}

/// The keys of the snapshot, if there is one and the database does not answer. It is migrated when it is back.
async fn keys_on_disk(store: &Store, data_dir: &DataDir) -> Option<XidKeyRows> {
    let snapshot = snapshot::read(&data_dir.spool())?;
    match tokio::time::timeout(PATIENCE, store.read()).await {
        Ok(Ok(_)) => return None,
        Ok(Err(error)) if !error.is_unavailable() => return None,
        _ => {}
    }
    tracing::error!("the database does not answer: links are served and clicks recorded, everything else waits for it");
    tokio::spawn(migrate_when_back(store.clone()));
    Some(snapshot.keys)
}

async fn migrate_when_back(store: Store) {
    loop {
        if store.read().await.is_ok() {
            match store.migrate().await {
                Ok(()) => return tracing::info!("the database answers again"),
                Err(error) => {
                    tracing::error!(%error, "the database answers, but its schema could not be brought up to date")
                }
            }
        }
        tokio::time::sleep(PATIENCE).await;
    }
}

/// The installation's keys for click ids; its first one is made here.
async fn load_xid_keys(store: &Store, now: Instant) -> Result<XidKeyRows, StoreError> {
    let keys = xid_keys::list(&mut store.read().await?).await?;
    if !keys.is_empty() {
        return Ok(keys);
    }
    // Two nodes may start at once: the first key stored is the one that both read back.
    let fresh = (clock::random::<32>(), now);
    store
        .write(Priority::Money, fresh, |conn, (secret, now)| {
            Box::pin(async move {
                xid_keys::insert(conn, 0, secret, *now).await?;
                xid_keys::list(conn).await
            })
        })
        .await
}
