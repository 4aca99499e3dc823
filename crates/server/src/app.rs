//! What every request may use: the store, the clock, the settings.

use crate::clock::{self, Clock};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::store::{Location, Store};
use std::sync::Arc;
use whence_domain::Instant;

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
}

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
        Ok(Self(Arc::new(Parts { store, clock, config, data_dir })))
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The bits of a new id, made at `now`.
    pub fn id_bits(&self, now: Instant) -> u128 {
        clock::id_bits(now)
    }
}
