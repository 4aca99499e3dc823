//! Signing in.

use crate::ui::answer::{UiError, own_path};
use crate::ui::session::{self, SignInRefusal};
use crate::ui::visitor::{Narrowed, Ui, read_body, read_form, theme};
use askama::Template;
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/session_create.html")]
pub struct SignInPage {
    /// What was typed.
    pub email: String,
    /// Where to go afterwards, a path of ours.
    pub next: String,
    /// Why it did not work.
    pub error: Option<String>,
    /// `light` or `dark` if the person chose one, else empty.
    pub theme: &'static str,
}

/// What the form sends.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    email: String,
    password: String,
    next: String,
}

/// Where to go afterwards.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    next: String,
}

/// `GET /sign-in`: the form, or straight on for somebody who is signed in.
pub async fn form(
    State(ui): State<Ui>,
    headers: HeaderMap,
    Narrowed(wanted): Narrowed<Wanted>,
) -> Result<Response, UiError> {
    let next = own_path(&wanted.next, "/dashboard").to_owned();
    if session::find(&ui.app, &headers).await?.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    let page = SignInPage { email: String::new(), next, error: None, theme: theme(&headers) };
    Ok(Html(page.render()?).into_response())
}

/// `POST /sign-in`: a new session, whatever session the browser had before.
pub async fn create(State(ui): State<Ui>, request: Request) -> Result<Response, UiError> {
    let headers = request.headers().clone();
    if !session::is_same_origin(&headers) {
        return Err(UiError::StaleForm);
    }
    let form: Form = read_form(&read_body(request, &ui).await?)?;
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let next = own_path(&form.next, "/dashboard").to_owned();
    let (status, error) = match session::sign_in(&ui.app, &ui.doorkeeper, &form.email, form.password, agent).await {
        Ok(opened) => {
            if let Some(before) = session::find(&ui.app, &headers).await? {
                session::close(&ui.app, before.token_hash).await?;
            }
            let cookie = session::set_cookie(&ui.app, &opened);
            return Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&next)).into_response());
        }
        Err(SignInRefusal::Wrong) => (StatusCode::UNPROCESSABLE_ENTITY, "E-mail or password is not right.".to_owned()),
        Err(SignInRefusal::TooMany(minutes)) => (
            StatusCode::TOO_MANY_REQUESTS,
            format!("Too many wrong passwords for this address. Try again in {minutes} minutes."),
        ),
        Err(SignInRefusal::Busy) => {
            (StatusCode::SERVICE_UNAVAILABLE, "Many people are signing in just now. Try again in a moment.".to_owned())
        }
        Err(SignInRefusal::Store(error)) => return Err(error.into()),
    };
    let page = SignInPage { email: form.email, next, error: Some(error), theme: theme(&headers) };
    Ok((status, Html(page.render()?)).into_response())
}

#[cfg(test)]
impl SignInPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self { email: String::new(), next: "/dashboard".into(), error: None, theme: "" };
        let refused = Self {
            email: "\"><script>@acme.test".into(),
            error: Some("E-mail or password is not right.".into()),
            ..fresh.clone()
        };
        vec![("session_create", fresh), ("session_create_refused", refused)]
    }
}
