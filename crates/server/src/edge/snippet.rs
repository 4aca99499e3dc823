//! The snippet's files, compiled in: running Whence needs no Node.

use super::body::{self, Answer};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY,
};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use std::io::Write;
use std::sync::LazyLock;

/// Every version that was ever released stays: pages may name it, with a checksum.
const VERSIONS: &[(&str, &[u8])] = &[
    ("1.0.0", include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../snippet/dist/v/1.0.0.js"))),
    ("1.1.0", include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../snippet/dist/v/1.1.0.js"))),
];
const CURRENT: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../snippet/dist/whence.js"));

struct File {
    version: Option<&'static str>,
    plain: &'static [u8],
    gzip: bytes::Bytes,
    etag: HeaderValue,
}

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let versions = VERSIONS.iter().map(|(version, plain)| file(Some(*version), plain));
    std::iter::once(file(None, CURRENT)).chain(versions).collect()
});

fn file(version: Option<&'static str>, plain: &'static [u8]) -> File {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let gzip = encoder.write_all(plain).and_then(|()| encoder.finish()).unwrap_or_default();
    let etag = HeaderValue::try_from(format!("\"{:08x}-{}\"", crc32fast::hash(plain), plain.len()));
    File { version, plain, gzip: gzip.into(), etag: etag.unwrap_or(HeaderValue::from_static("\"\"")) }
}

/// The file at a path of the link host, if there is one.
pub fn find(path: &str, head: &Parts) -> Option<Answer> {
    let version = match path {
        "/v1" | "/v1/" | "/v1/partner.js" | "/pr/js" => None,
        _ => Some(path.strip_prefix("/v1/")?.strip_suffix(".js")?),
    };
    let file = FILES.iter().find(|file| file.version == version)?;
    Some(match head.method {
        Method::GET => answer(file, head),
        Method::HEAD => body::headers_only(answer(file, head)),
        _ => body::message(StatusCode::METHOD_NOT_ALLOWED, "this address can only be read"),
    })
}

fn answer(file: &File, head: &Parts) -> Answer {
    let asks = |name, word: &str| {
        head.headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(word))
    };
    let unchanged = file.etag.to_str().is_ok_and(|etag| asks(IF_NONE_MATCH, etag));
    let gzip = asks(ACCEPT_ENCODING, "gzip") && !file.gzip.is_empty();
    let mut answer = if unchanged {
        body::empty(StatusCode::NOT_MODIFIED)
    } else if gzip {
        body::whole(StatusCode::OK, "text/javascript; charset=utf-8", file.gzip.clone())
    } else {
        body::whole(StatusCode::OK, "text/javascript; charset=utf-8", file.plain)
    };
    let headers = answer.headers_mut();
    if gzip && !unchanged {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let cache = if file.version.is_some() { "public, max-age=31536000, immutable" } else { "public, max-age=600" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(ETAG, file.etag.clone());
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    // Pages of other sites load it, some with a checksum, which needs both.
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    answer
}
