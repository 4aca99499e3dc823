//! How handlers answer: a page, a redirect with a message, or what is shown instead.

use crate::store::StoreError;
use crate::ui::dashboard::problem_show::ProblemPage;
use crate::ui::session;
use crate::ui::visitor::{FLASH_COOKIE, Visitor};
use askama::Template;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// What pages may load and who may frame them: only what we serve ourselves, and nobody.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Why a handler shows something else than its page.
#[derive(Debug)]
pub enum UiError {
    /// Nobody is signed in; this is where they wanted to go.
    SignIn {
        /// A path of ours.
        next: String,
    },
    /// There is nothing at this address, or nothing of this program and mode.
    NotFound,
    /// The form is not from a page of this session and mode.
    StaleForm,
    /// The form cannot be read.
    BadForm,
    /// The person's role does not include this.
    NotAllowed,
    /// We failed; the reason goes into the log.
    Broken(String),
}

impl From<StoreError> for UiError {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<askama::Error> for UiError {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl IntoResponse for UiError {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn { next } => {
                let next = utf8_percent_encode(&next, NON_ALPHANUMERIC);
                Redirect::to(&format!("/sign-in?next={next}")).into_response()
            }
            Self::NotFound => problem(&ProblemPage::not_found()),
            Self::StaleForm => problem(&ProblemPage::stale_form()),
            Self::BadForm => problem(&ProblemPage::bad_form()),
            Self::NotAllowed => problem(&ProblemPage::not_allowed()),
            Self::Broken(why) => {
                tracing::error!(why, "a page of the dashboard could not be shown");
                problem(&ProblemPage::broken())
            }
        }
    }
}

fn problem(page: &ProblemPage) -> Response {
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let html = page.render().unwrap_or_else(|_| page.title.to_owned());
    (status, Html(html)).into_response()
}

/// A page; a message that it shows is not shown again.
pub fn page(visitor: &Visitor, page: &impl Template) -> Result<Response, UiError> {
    let mut response = Html(page.render()?).into_response();
    if visitor.flash.is_some() {
        let gone = session::cookie_value(&visitor.app, FLASH_COOKIE, "", 0);
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}

/// A page that shows why a form was refused.
pub fn refused(visitor: &Visitor, page_to_show: &impl Template) -> Result<Response, UiError> {
    let mut response = page(visitor, page_to_show)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Goes to a page of ours, which says that it was done.
pub fn done(visitor: &Visitor, to: &str, text: &str) -> Response {
    with_message(visitor, to, "good", text)
}

/// Goes to a page of ours, which says why it was not done.
pub fn not_done(visitor: &Visitor, to: &str, text: &str) -> Response {
    with_message(visitor, to, "bad", text)
}

fn with_message(visitor: &Visitor, to: &str, tone: &str, text: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let text: String = text.chars().take(300).collect();
    let value = format!("{tone}.{}", utf8_percent_encode(&text, NON_ALPHANUMERIC));
    let cookie = session::cookie_value(&visitor.app, FLASH_COOKIE, &value, 60);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// The path if it leads to a page of the dashboard, else the fallback: a form may say where it returns to, but only here.
pub fn own_path<'a>(path: &'a str, fallback: &'a str) -> &'a str {
    let fits = (path == "/dashboard" || path.starts_with("/dashboard/") || path.starts_with("/dashboard?"))
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && path.len() <= 1000;
    if fits { path } else { fallback }
}

/// Adds what every page carries: the content policy, and that it is nobody else's to keep.
pub async fn with_headers(request: Request, next: Next) -> Response {
    let is_asset = request.uri().path().starts_with("/static/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if !is_asset {
        set(header::CACHE_CONTROL, "no-store");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_returns_to_pages_of_ours_only() {
        assert_eq!(own_path("/dashboard/commissions?status=hold", "/dashboard"), "/dashboard/commissions?status=hold");
        for foreign in
            ["//evil.test", "https://evil.test", "/dashboardevil", "/dashboard/\\evil", "/dashboard/\r\nX: y", ""]
        {
            assert_eq!(own_path(foreign, "/dashboard"), "/dashboard");
        }
    }
}
