//! What every request may use: the store, the clock, the settings.

use crate::clock::{self, Clock};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::store::tracking::xid_keys;
use crate::store::{Location, Priority, Store, StoreError};
use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;
use std::sync::{Arc, OnceLock};
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
    xid_keys: ArcSwap<KeyRing>,
    links_listener: OnceLock<LinksListener>,
}

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
    /// # Errors
    /// A sentence that says what to do.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let data_dir = DataDir::own(&config.data_dir)?;
        let database = data_dir.database();
        let location = match &config.database_url {
            Some(url) => Location::Url(url),
            None => Location::File(&database),
        };
        let store = Store::open(location).await?;
        let xid_keys = ArcSwap::from_pointee(load_xid_keys(&store, clock.now()).await?);
        Ok(Self(Arc::new(Parts { store, clock, config, data_dir, xid_keys, links_listener: OnceLock::new() })))
    }

    /// The keys by which click ids are made and proved.
    pub fn xid_keys(&self) -> Arc<KeyRing> {
        self.xid_keys.load_full()
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

/// The installation's keys for click ids; its first one is made here.
async fn load_xid_keys(store: &Store, now: Instant) -> Result<KeyRing, StoreError> {
    let mut keys = xid_keys::list(&mut store.read().await?).await?;
    if keys.is_empty() {
        let fresh = (clock::random::<32>(), now);
        keys = store
            .write(Priority::Money, fresh, |conn, (secret, now)| {
                Box::pin(async move {
                    xid_keys::insert(conn, 0, secret, *now).await?;
                    xid_keys::list(conn).await
                })
            })
            .await?;
    }
    KeyRing::new(keys.iter().map(|(version, secret)| (*version, secret.as_slice())))
        .ok_or_else(|| StoreError::corrupt("click id key", "there is none"))
}
