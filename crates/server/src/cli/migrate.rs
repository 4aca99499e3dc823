//! `whence migrate`.

use crate::app::App;
use crate::clock::SystemClock;
use crate::config::{Config, Place, ServeArgs};
use std::process::ExitCode;
use std::sync::Arc;

/// Opens the database, which migrates it, and prints the version of its schema.
pub async fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let config = Config::settle(place, ServeArgs::default())?;
    let app = App::open(config, Arc::new(SystemClock)).await?;
    println!("The database is at migration {}.", app.store.schema_version().await?);
    app.store.close().await;
    Ok(ExitCode::SUCCESS)
}
