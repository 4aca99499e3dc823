//! From a loop to the router on the main runtime and back, so that no page, query or password hash holds up a redirect.

use super::Edge;
use super::body::{self, Answer, EdgeBody};
use super::upload::Upload;
use axum::extract::ConnectInfo;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use std::net::{IpAddr, SocketAddr};
use tokio::sync::mpsc;
use tower::ServiceExt;

/// The visitor's address, as far as trusted proxies say it; an extension of every request that reaches the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl Edge {
    /// Has the router answer. It goes on to its end even if the visitor leaves.
    pub(super) async fn pass_on(
        &self,
        request: Request<Upload>,
        peer: SocketAddr,
        address: IpAddr,
        router: axum::Router,
    ) -> Answer {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(ClientAddress(address));
        // Reads that follow a click on this node see it (`product.md` 4 "Click path"). Files of the pages read nothing.
        let spool = (!request.uri().path().starts_with("/static/")).then(|| self.spool.clone());
        let answer = self.main.spawn(async move {
            if let Some(spool) = spool {
                spool.drain_barrier().await;
            }
            let (head, body) = match router.oneshot(request).await {
                Ok(answer) => answer.into_parts(),
                Err(never) => match never {},
            };
            http::Response::from_parts(head, EdgeBody::Stream(on_main(body)))
        });
        answer.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a request ended in disorder");
            body::message(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong here; it was noted")
        })
    }
}

/// A body of known length is in memory and costs the loop nothing. Another one may be worked on while it is read
/// (compressed, say), so it is read on the main runtime and handed over in pieces.
fn on_main(body: axum::body::Body) -> axum::body::Body {
    use hyper::body::Body;
    if body.size_hint().exact().is_some() || body.is_end_stream() {
        return body;
    }
    let (pieces, read) = mpsc::channel::<Result<bytes::Bytes, axum::Error>>(4);
    tokio::spawn(async move {
        let mut body = body;
        while let Some(frame) = body.frame().await {
            let piece = match frame.map(hyper::body::Frame::into_data) {
                Ok(Ok(data)) => Ok(data),
                // Trailers, which nothing here sends.
                Ok(Err(_)) => continue,
                Err(error) => Err(error),
            };
            if pieces.send(piece).await.is_err() {
                return;
            }
        }
    });
    axum::body::Body::from_stream(futures_util::stream::unfold(read, |mut read| async move {
        read.recv().await.map(|piece| (piece, read))
    }))
}
