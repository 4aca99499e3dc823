//! Settings: what the program goes by, how pages look, and one's own password.

use super::partner_create::Choice;
use crate::flows::program::link_address::LinkAddresses;
use crate::store::program::{members, policies, programs, sessions, users};
use crate::store::{Conn, Priority, StoreError};
use crate::ui::answer::{UiError, done, own_path, page, refused};
use crate::ui::format::counted;
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::session;
use crate::ui::visitor::{MODE_COOKIE, PROGRAM_COOKIE, Posted, THEME_COOKIE, Visitor};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::header;
use serde::Deserialize;
use whence_domain::{Mode, ProgramId};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/settings_show.html")]
pub struct SettingsPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Label, value, and what it means.
    pub program: Vec<(&'static str, String, &'static str)>,
    /// The programs that the person may look at, if there are several.
    pub programs: Vec<Choice>,
    /// The field of the password form that was refused, and why.
    pub error: Option<(&'static str, String)>,
}

impl SettingsPage {
    /// Why the field was refused, or nothing.
    pub fn error_of(&self, field: &str) -> &str {
        self.error.as_ref().filter(|(name, _)| *name == field).map_or("", |(_, why)| why)
    }
}

/// A year, in seconds: how long a choice of colours is remembered.
const YEAR: i64 = 31_536_000;
const PATH: &str = "/dashboard/settings";

/// `GET /dashboard/settings`.
pub async fn show(visitor: Visitor) -> Result<Response, UiError> {
    let shown = assemble(&visitor, None).await?;
    page(&visitor, &shown)
}

/// What the password form sends.
#[derive(Deserialize)]
pub struct PasswordForm {
    current: String,
    new: String,
}

/// `POST /dashboard/settings/password`: signs the person out everywhere and in again here.
pub async fn change_password(Posted { visitor, form }: Posted<PasswordForm>) -> Result<Response, UiError> {
    let length = form.new.chars().count();
    if !(10..=200).contains(&length) {
        let error = ("new", "A password has 10 to 200 characters.".to_owned());
        return refused(&visitor, &assemble(&visitor, Some(error)).await?);
    }
    let busy = || UiError::Broken("no turn to hash a password".into());
    let keeper = &visitor.doorkeeper;
    let matches = keeper.password_matches(form.current, visitor.user.password_hash.clone()).await.ok_or_else(busy)?;
    if !matches {
        let error = ("current", "This is not your password.".to_owned());
        return refused(&visitor, &assemble(&visitor, Some(error)).await?);
    }
    let hash = keeper.hash_password(form.new).await.ok_or_else(busy)?;
    let input = (visitor.user.id.clone(), hash);
    visitor
        .app
        .store
        .write(Priority::Money, input, |conn, (user, hash)| {
            Box::pin(async move {
                users::mark_password(conn, user, hash).await?;
                sessions::delete_all_of(conn, user).await
            })
        })
        .await?;
    let opened = session::open(&visitor.app, visitor.user.id.clone(), visitor.session.user_agent.clone()).await?;
    let mut response = done(&visitor, PATH, "Your password is changed. Everybody else who used it is signed out.");
    response.headers_mut().append(header::SET_COOKIE, session::set_cookie(&visitor.app, &opened));
    Ok(response)
}

/// Which colours.
#[derive(Deserialize)]
pub struct ThemeForm {
    theme: String,
}

/// `POST /dashboard/settings/theme`.
pub async fn change_theme(Posted { visitor, form }: Posted<ThemeForm>) -> Response {
    let (theme, seconds) = match form.theme.as_str() {
        "light" => ("light", YEAR),
        "dark" => ("dark", YEAR),
        _ => ("", 0),
    };
    let cookie = session::cookie_value(&visitor.app, THEME_COOKIE, theme, seconds);
    ([(header::SET_COOKIE, cookie)], Redirect::to(PATH)).into_response()
}

/// Which data.
#[derive(Deserialize)]
pub struct ModeForm {
    to: String,
    #[serde(default)]
    back: String,
}

/// `POST /dashboard/mode`: shows live or test data from now on, on the page that the form names, else the first one.
pub async fn change_mode(Posted { visitor, form }: Posted<ModeForm>) -> Response {
    let to = Mode::parse(&form.to).unwrap_or(Mode::Live);
    let cookie = session::cookie_value(&visitor.app, MODE_COOKIE, to.as_str(), YEAR);
    ([(header::SET_COOKIE, cookie)], Redirect::to(own_path(&form.back, "/dashboard"))).into_response()
}

/// Which program.
#[derive(Deserialize)]
pub struct ProgramForm {
    to: String,
}

/// `POST /dashboard/program`: shows another of the person's programs from now on. One that is not theirs is not shown
/// whatever the cookie says.
pub async fn change_program(Posted { visitor, form }: Posted<ProgramForm>) -> Result<Response, UiError> {
    let to = ProgramId::parse(&form.to).ok_or(UiError::NotFound)?;
    let cookie = session::cookie_value(&visitor.app, PROGRAM_COOKIE, to.as_str(), YEAR);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/dashboard")).into_response())
}

/// `POST /sign-out`.
pub async fn sign_out(Posted { visitor, .. }: Posted<NothingMore>) -> Result<Response, UiError> {
    session::close(&visitor.app, visitor.session.token_hash).await?;
    Ok(([(header::SET_COOKIE, session::clear_cookie(&visitor.app))], Redirect::to("/sign-in")).into_response())
}

/// A form that only says that a button was pressed.
#[derive(Deserialize)]
pub struct NothingMore {}

async fn assemble(visitor: &Visitor, error: Option<(&'static str, String)>) -> Result<SettingsPage, UiError> {
    let mut conn = visitor.app.store.read().await?;
    let policy = policies::get_latest(&mut conn, &visitor.tenant.program).await?;
    let links = LinkAddresses::of(&visitor.app, &mut conn, &visitor.tenant.program).await?;
    let program = &visitor.program;
    Ok(SettingsPage {
        chrome: visitor.chrome(Section::Settings),
        program: vec![
            ("Site", program.site.clone(), "Sign-ups are accepted from here and its subdomains."),
            ("Links", links.prefix().to_owned(), "Partner links begin with it."),
            ("Currency", program.currency.code().to_owned(), "Used where an amount does not bring its own."),
            ("Time zone", program.time_zone.clone(), "Days begin and end by it."),
            (
                "Window",
                counted(policy.window.days().into(), "day", "days"),
                "How long after a click a sign-up still belongs to it.",
            ),
        ],
        programs: programs_of(&mut conn, visitor).await?,
        error,
    })
}

/// The person's programs; none if there is nothing to choose.
async fn programs_of(conn: &mut Conn, visitor: &Visitor) -> Result<Vec<Choice>, StoreError> {
    let memberships = members::list_for_user(conn, &visitor.user.id).await?;
    let mut choices = Vec::new();
    for (id, _) in memberships.iter().filter(|_| memberships.len() > 1) {
        let label = programs::get(conn, id).await?.name;
        choices.push(Choice { value: id.to_string(), label, selected: *id == visitor.tenant.program });
    }
    Ok(choices)
}

#[cfg(test)]
impl SettingsPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use crate::ui::layout::Section;
        let page = Self {
            chrome: Chrome::sample(Section::Settings),
            program: vec![
                ("Site", "https://www.acme.test".into(), "Sign-ups are accepted from here and its subdomains."),
                ("Link host", "go.acme.test".into(), "Partner links begin with it."),
                ("Currency", "EUR".into(), "Used where an amount does not bring its own."),
                ("Time zone", "Europe/Berlin".into(), "Days begin and end by it."),
                ("Window", "90 days".into(), "How long after a click a sign-up still belongs to it."),
            ],
            programs: vec![
                Choice { value: "prog_1".into(), label: "Acme Shop".into(), selected: true },
                Choice { value: "prog_2".into(), label: super::rows::samples::LONG.into(), selected: false },
            ],
            error: None,
        };
        let refused = Self { error: Some(("current", "This is not your password.".into())), ..page.clone() };
        vec![("settings_show", page), ("settings_show_refused", refused)]
    }
}
