//! `whence demo`.

use crate::clock::{self, Clock, SystemClock};
use crate::config::{Config, Place, ServeArgs};
use crate::demo;
use std::net::SocketAddr;
use std::process::ExitCode;

/// What `whence demo` is given.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The address of the dashboard, links and API
    #[arg(long, env = "WHENCE_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address of the pretend shop
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    shop_listen: SocketAddr,
}

/// Serves the demo from a folder of its own until it is asked to end, and removes the folder.
///
/// # Errors
/// A sentence that says what to do.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    super::log_to_stderr("warn");
    let folder = std::env::temp_dir().join(format!("whence-demo-{}", clock::random_text(8)));
    let place = Place { data_dir: folder.clone(), database_url: None };
    let serve = ServeArgs { listen: Some(args.listen), ..ServeArgs::default() };
    let config = Config::settle(&place, serve)?;
    let ended = super::block_on(async move {
        demo::run(config, args.shop_listen, SystemClock.now()).await?;
        Ok(ExitCode::SUCCESS)
    });
    let _ = std::fs::remove_dir_all(&folder);
    ended
}
