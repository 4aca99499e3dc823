//! The few pages that the edge shows itself: small, plain, readable by everything.

use super::body::{Answer, whole};
use http::StatusCode;

/// A page with a heading and a sentence. Both are ours: nothing of the request stands in a page.
fn page(status: StatusCode, title: &str, text: &str) -> Answer {
    let html = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 1.0625rem/1.6 system-ui, sans-serif; }}
main {{ max-width: 34rem; margin: 20vh auto 0; padding: 0 1.5rem; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }}
p {{ margin: 0; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
</main>
</body>
</html>
"#
    );
    whole(status, "text/html; charset=utf-8", html)
}

/// No link of that name.
pub fn unknown_link() -> Answer {
    page(
        StatusCode::NOT_FOUND,
        "This link does not exist",
        "Perhaps a letter is missing or one too many. Please check the address, or ask whoever gave it to you.",
    )
}

/// The link led somewhere once.
pub fn inactive_link() -> Answer {
    page(
        StatusCode::GONE,
        "This link is no longer active",
        "It has been switched off. Please ask whoever gave it to you for a new one.",
    )
}

/// A host that nothing is served for.
pub fn unknown_host() -> Answer {
    page(
        StatusCode::MISDIRECTED_REQUEST,
        "Nothing is served under this address",
        "This host name is not set up here. If it is yours, add it as the link host of your program.",
    )
}

/// A method that a link does not have.
pub fn method_not_allowed() -> Answer {
    let mut answer = page(
        StatusCode::METHOD_NOT_ALLOWED,
        "A link can only be opened",
        "This address takes no other kind of request.",
    );
    answer.headers_mut().insert(http::header::ALLOW, http::HeaderValue::from_static("GET, HEAD"));
    answer
}
