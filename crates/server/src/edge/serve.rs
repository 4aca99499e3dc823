//! Accepts connections and deals them out to the loops, one per core.
//!
//! There is one bound listener, without SO_REUSEPORT, so that a second start on the port fails.

use super::Edge;
use super::upload::Upload;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::LocalSet;

/// A connection that has not sent a whole request head for this long is closed, also between requests.
const HEAD: Duration = Duration::from_secs(15);
/// Open connections at most; more wait in the operating system's queue.
const CONNECTIONS: usize = 12_000;
/// Descriptors that connections leave to the database, the spool and everything else: a flood of idle connections must
/// not keep a click from being recorded.
const KEPT_BACK: usize = 256;
/// When stopping, connections get this long to finish their request.
const FAREWELL: Duration = Duration::from_secs(10);
/// The longest request head, in bytes.
const HEAD_BYTES: usize = 64 * 1024;

/// A connection on its way to a loop, with its place among [`CONNECTIONS`].
type Dealt = (std::net::TcpStream, SocketAddr, OwnedSemaphorePermit);

/// Serves until `shutdown` resolves, then lets open requests finish.
///
/// # Errors
/// If the operating system gives no thread.
pub async fn serve(
    edge: Arc<Edge>,
    listener: TcpListener,
    router: axum::Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let (stop, stopping) = watch::channel(false);
    let loops = std::thread::available_parallelism().map_or(1, usize::from);
    let (mut senders, mut threads) = (Vec::new(), Vec::new());
    for number in 0..loops {
        let (sender, receiver) = mpsc::unbounded_channel();
        senders.push(sender);
        threads.push(start_loop(number, Arc::clone(&edge), router.clone(), receiver, stopping.clone())?);
    }
    let places = Arc::new(Semaphore::new(connections()));
    let mut shutdown = std::pin::pin!(shutdown);
    let mut next = 0;
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut shutdown => break,
        };
        // A loop ends only with the server.
        let _ = senders[next].send(accepted);
        next = (next + 1) % loops;
    }
    drop(listener);
    stop.send_replace(true);
    drop(senders);
    let joined = tokio::task::spawn_blocking(move || {
        for thread in threads {
            // A loop that panicked has told of it already; the others must still be waited for.
            let _ = thread.join();
        }
    });
    joined.await.map_err(io::Error::other)
}

/// How many connections this process may hold: as many as its descriptors allow.
fn connections() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let open_files = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = open_files.and_then(|line| line.split_whitespace().next()).and_then(|soft| soft.parse::<usize>().ok());
    // Where nothing is known of a limit, the usual one is assumed.
    let allowed = soft.unwrap_or(1_024);
    let places = allowed.saturating_sub(KEPT_BACK).clamp(64, CONNECTIONS);
    if places < CONNECTIONS {
        tracing::info!(
            places,
            "fewer connections than usual fit: raise the limit of open files (ulimit -n) to allow more"
        );
    }
    places
}

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> Dealt {
    let place = Arc::clone(places).acquire_owned().await.expect("the semaphore is never closed");
    loop {
        let accepted = listener.accept().await.and_then(|(stream, peer)| Ok((stream.into_std()?, peer)));
        match accepted {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) => {
                // Out of descriptors, or the peer left in the queue: neither passes faster by asking at once.
                tracing::debug!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

fn start_loop(
    number: usize,
    edge: Arc<Edge>,
    router: axum::Router,
    receiver: mpsc::UnboundedReceiver<Dealt>,
    stopping: watch::Receiver<bool>,
) -> io::Result<std::thread::JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name(format!("edge-{number}")).spawn(move || {
        LocalSet::new().block_on(&runtime, run_loop(edge, router, receiver, stopping));
    })
}

async fn run_loop(
    edge: Arc<Edge>,
    router: axum::Router,
    mut receiver: mpsc::UnboundedReceiver<Dealt>,
    stopping: watch::Receiver<bool>,
) {
    // Each connection holds a copy; the last one to be dropped ends the wait.
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    while let Some((stream, peer, place)) = receiver.recv().await {
        let (edge, router, stopping, alive) = (Arc::clone(&edge), router.clone(), stopping.clone(), alive.clone());
        tokio::task::spawn_local(async move {
            if let Ok(stream) = take_over(stream) {
                connection(edge, router, stream, peer, stopping).await;
            }
            drop((place, alive));
        });
    }
    drop(alive);
    let _ = tokio::time::timeout(FAREWELL, all_gone.recv()).await;
}

fn take_over(stream: std::net::TcpStream) -> io::Result<TcpStream> {
    let stream = TcpStream::from_std(stream)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn connection(
    edge: Arc<Edge>,
    router: axum::Router,
    stream: TcpStream,
    peer: SocketAddr,
    mut stopping: watch::Receiver<bool>,
) {
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (edge, router) = (Arc::clone(&edge), router.clone());
        async move { Ok::<_, Infallible>(edge.answer(request.map(Upload::new), peer, router).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    // What goes wrong on a connection is the peer's affair: it left, or spoke no HTTP.
    tokio::select! {
        _ = &mut connection => return,
        _ = stopping.wait_for(|stopping| *stopping) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
