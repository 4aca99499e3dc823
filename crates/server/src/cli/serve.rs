//! `whence serve`.

use crate::app::App;
use crate::clock::SystemClock;
use crate::config::{Config, Place, ServeArgs};
use crate::server;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// Serves until it is asked to end.
///
/// # Errors
/// A sentence that says what to do, if it cannot begin.
pub fn run(place: &Place, args: ServeArgs) -> anyhow::Result<ExitCode> {
    super::log_to_stderr("info,sqlx=warn");
    let config = Config::settle(place, args)?;
    super::block_on(async move {
        let listener = server::listen(config.listen).await?;
        let app = App::open(config, Arc::new(SystemClock)).await?;
        // Whoever started us may wait for this line; if nobody reads it, that is no reason to end.
        let _ = writeln!(
            std::io::stdout(),
            "Whence listens on {} and is at {}",
            listener.local_addr()?,
            app.config.at("/")
        );
        server::serve(app, listener, server::asked_to_end()).await?;
        Ok(ExitCode::SUCCESS)
    })
}
