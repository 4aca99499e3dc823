//! The server: everything that runs while `whence serve` does.

use crate::app::App;
use crate::edge::{self, Edge};
use crate::spool::RealDisk;
use crate::{control, http, jobs};
use anyhow::Context;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Takes the address to listen on.
///
/// # Errors
/// A sentence that says what to do, if somebody else has it.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} could not be listened on: stop what uses that port, or choose another with --listen")
    })
}

/// The pages and everything that programs call, as one router for the main runtime.
pub fn router(app: &App) -> axum::Router {
    http::router(app.clone(), crate::ui::router(app.clone()))
}

/// Serves until `shutdown` resolves; then finishes open requests, drains the spool and closes the database.
///
/// # Errors
/// A sentence that says what to do.
pub async fn serve(app: App, listener: TcpListener, shutdown: impl Future<Output = ()>) -> anyhow::Result<()> {
    let running = Edge::start(&app, Arc::new(RealDisk)).await?;
    serve_edge(app, running, listener, shutdown).await
}

/// As [`serve`], with an edge that was started before: the demo tells its past through it first.
///
/// # Errors
/// As there.
pub async fn serve_edge(
    app: App,
    running: edge::Running,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    control::listen(&app)?;
    let jobs = jobs::start(&app);
    let router = router(&app);
    edge::serve(Arc::clone(&running.edge), listener, router, shutdown).await?;
    jobs.abort_all();
    if let Err(error) = app.webhook_attempts.flush(&app).await {
        tracing::warn!(%error, "the last counters of refused deliveries could not be stored");
    }
    running.stop().await;
    let _ = std::fs::remove_file(app.data_dir.socket());
    app.store.close().await;
    Ok(())
}

/// Resolves when the process is asked to end.
pub async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
