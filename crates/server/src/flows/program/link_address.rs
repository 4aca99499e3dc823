//! The full address of a link, as it is shared.

use crate::app::App;
use crate::store::program::{hosts, programs};
use crate::store::{Conn, StoreError};
use whence_domain::ProgramId;
use whence_domain::program::Slug;

/// How the addresses of one program's links begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkAddresses(String);

impl LinkAddresses {
    /// Finds out how they begin: with the program's first link host; without one, or if the app host is it, with the path
    /// below the app host (`product.md` 5 "Hosts and defaults"). One listener serves all, so scheme and port are the app
    /// address's.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(app: &App, conn: &mut Conn, program: &ProgramId) -> Result<Self, StoreError> {
        let mut url = app.config.app_url.clone();
        let host = hosts::list(conn, program).await?.into_iter().next().map(|host| host.host);
        let host = host.filter(|host| url.host_str() != Some(host));
        match host.filter(|host| url.set_host(Some(host)).is_ok()) {
            Some(_) => url.set_path("/"),
            None => {
                let slug = programs::get(conn, program).await?.slug;
                url.set_path(&format!("{}/l/{slug}/", url.path().trim_end_matches('/')));
            }
        }
        Ok(Self(url.to_string()))
    }

    /// What stands before every link key.
    pub fn prefix(&self) -> &str {
        &self.0
    }

    /// The address of one link.
    pub fn link(&self, key: &Slug) -> String {
        format!("{}{key}", self.0)
    }
}
