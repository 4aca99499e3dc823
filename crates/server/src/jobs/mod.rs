//! What the server does by itself, from time to time.

pub mod check_links;
mod fold_names;
pub mod forget_answers;
mod keep_webhook_attempts;
mod release_holds;

use crate::app::App;
use tokio::task::JoinSet;

/// Starts all of them; they end when the set is dropped or aborted.
pub fn start(app: &App) -> Jobs {
    let mut set = JoinSet::new();
    set.spawn(release_holds::run(app.clone()));
    set.spawn(forget_answers::run(app.clone()));
    if app.config.automatic_link_checks {
        set.spawn(check_links::run(app.clone()));
    }
    set.spawn(fold_names::run(app.clone()));
    set.spawn(keep_webhook_attempts::run(app.clone()));
    Jobs(set)
}

/// The running jobs.
pub struct Jobs(JoinSet<()>);

impl Jobs {
    /// Ends them; each leaves only whole units of work behind.
    pub fn abort_all(mut self) {
        self.0.abort_all();
    }
}
