//! The stylesheet, the script and the icon, embedded in the binary and served under names that carry their hash, so that
//! browsers may keep them for ever and never hold an old one.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// One embedded file.
struct Asset {
    /// `whence.1a2b3c4d5e6f7a8b.css`.
    name: String,
    content_type: &'static str,
    body: &'static [u8],
}

impl Asset {
    fn new(stem: &str, extension: &str, content_type: &'static str, body: &'static [u8]) -> Self {
        let hash: String = Sha256::digest(body).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { name: format!("{stem}.{hash}.{extension}"), content_type, body }
    }

    fn url(&self) -> String {
        format!("/static/{}", self.name)
    }
}

static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("whence", "css", "text/css; charset=utf-8", include_bytes!("../../static/whence.css")));
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("whence", "js", "text/javascript; charset=utf-8", include_bytes!("../../static/whence.js"))
});
static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_bytes!("../../static/favicon.svg")));

/// Where the stylesheet is.
pub fn style_url() -> String {
    STYLE.url()
}

/// Where the script is.
pub fn script_url() -> String {
    SCRIPT.url()
}

/// Where the icon of the browser's tab is.
pub fn icon_url() -> String {
    ICON.url()
}

/// `GET /static/{name}`: the file, to be kept for a year; 404 for a name that this version does not have.
pub async fn serve(Path(name): Path<String>) -> Response {
    let Some(asset) = [&*STYLE, &*SCRIPT, &*ICON].into_iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, asset.body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stays_under_three_kilobytes() {
        assert!(SCRIPT.body.len() <= 3 * 1024, "{} bytes", SCRIPT.body.len());
    }

    #[test]
    fn a_name_carries_the_hash_of_its_content() {
        let one = Asset::new("a", "css", "text/css", b"one");
        assert_ne!(one.name, Asset::new("a", "css", "text/css", b"two").name);
        assert!(one.url().starts_with("/static/a."));
    }
}
