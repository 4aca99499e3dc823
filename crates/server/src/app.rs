//! What every request may use: the store, the clock, the settings.

use crate::clock::{self, Clock};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::store::{Location, Store};
use futures_util::future::BoxFuture;
use std::sync::{Arc, OnceLock};
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
        Ok(Self(Arc::new(Parts { store, clock, config, data_dir, links_listener: OnceLock::new() })))
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
