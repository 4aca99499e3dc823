//! The body of a request. One that is refused before it was read is read to its end all the same and forgotten: closed on
//! a sender that still writes, the connection would be reset, and the answer that says why would be lost with it.

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// So much of a refused body is read, in bytes; who sends more is cut off.
const FORGOTTEN: usize = 32 * 1024 * 1024;
/// For so long at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request's body as it comes in.
#[derive(Debug)]
pub struct Upload {
    incoming: Option<Incoming>,
}

impl Upload {
    /// Takes over what the connection brings.
    pub fn new(incoming: Incoming) -> Self {
        Self { incoming: Some(incoming) }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.incoming.as_mut().map_or(Poll::Ready(None), |incoming| Pin::new(incoming).poll_frame(cx))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(incoming) = self.incoming.take().filter(|incoming| !incoming.is_end_stream()) else { return };
        // Where the server is ending, nobody waits for the answer either.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(tokio::time::timeout(PATIENCE, forget(incoming)));
    }
}

/// Reads to the end, to the limit, or until the sender goes away.
async fn forget(incoming: Incoming) {
    let mut rest = Limited::new(incoming, FORGOTTEN);
    while let Some(Ok(_)) = rest.frame().await {}
}
