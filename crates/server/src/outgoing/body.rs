//! Reading an answer's body: decompressed as it comes, never more than a mebibyte of it, never more memory than that needs.

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use bytes::Buf;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use hyper::body::{Body, Incoming};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt, ReadBuf};
use tokio::time::{Instant, timeout_at};

/// What is read of a page, decoded.
pub const BODY_BYTES: usize = 1024 * 1024;

/// The encodings that are understood, as `Accept-Encoding` says it.
pub const ENCODINGS: &str = "gzip, br, zstd, deflate";

/// The window of a zstd stream, as a power of two: what browsers and RFC 9659 allow.
const ZSTD_WINDOW: u32 = 23;

/// A body as far as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Its decoded bytes.
    pub bytes: Vec<u8>,
    /// Whether that is all of it: no more than a mebibyte, and no error on the way.
    pub is_whole: bool,
}

/// Reads a body until it ends, is too much, or the deadline comes.
pub async fn read(headers: &HeaderMap, body: Incoming, deadline: Instant) -> Read {
    let encodings: Vec<String> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(|encoding| encoding.trim().to_ascii_lowercase())
        .filter(|encoding| !encoding.is_empty() && encoding != "identity")
        .collect();
    let raw = Frames { body, chunk: bytes::Bytes::new() };
    match encodings.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => read_to_limit(raw, deadline).await,
        ["gzip" | "x-gzip"] => {
            let mut decoder = GzipDecoder::new(raw);
            decoder.multiple_members(true);
            read_to_limit(decoder, deadline).await
        }
        ["br"] => read_to_limit(BrotliDecoder::new(raw), deadline).await,
        ["zstd"] => {
            let window = [DParameter::window_log_max(ZSTD_WINDOW)];
            read_to_limit(ZstdDecoder::with_params(raw, &window), deadline).await
        }
        ["deflate"] => read_to_limit(ZlibDecoder::new(raw), deadline).await,
        // One encoding around another, or one that nobody asked for.
        _ => Read::default(),
    }
}

async fn read_to_limit(reader: impl AsyncRead, deadline: Instant) -> Read {
    let mut reader = std::pin::pin!(reader);
    let mut bytes = Vec::with_capacity(32 * 1024);
    let mut piece = vec![0; 16 * 1024];
    loop {
        // Decoding is work without waiting; between pieces others get their turn, and the deadline is looked at.
        tokio::task::yield_now().await;
        let Ok(read) = timeout_at(deadline, reader.read(&mut piece)).await else {
            return Read { bytes, is_whole: false };
        };
        match read {
            Ok(0) => return Read { bytes, is_whole: true },
            Ok(length) => {
                let room = BODY_BYTES - bytes.len();
                bytes.extend_from_slice(&piece[..length.min(room)]);
                if length > room {
                    return Read { bytes, is_whole: false };
                }
            }
            // A browser shows what came before the fault.
            Err(_) => return Read { bytes, is_whole: false },
        }
    }
}

/// A body's data frames as a buffered reader.
struct Frames {
    body: Incoming,
    chunk: bytes::Bytes,
}

impl AsyncBufRead for Frames {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        while !this.chunk.has_remaining() {
            match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => this.chunk = frame.into_data().unwrap_or_default(),
                Some(Err(error)) => return Poll::Ready(Err(io::Error::other(error))),
                None => return Poll::Ready(Ok(&[])),
            }
        }
        Poll::Ready(Ok(&this.chunk))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().chunk.advance(amount);
    }
}

impl AsyncRead for Frames {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let available = ready!(self.as_mut().poll_fill_buf(cx))?;
        let length = available.len().min(out.remaining());
        out.put_slice(&available[..length]);
        self.consume(length);
        Poll::Ready(Ok(()))
    }
}
