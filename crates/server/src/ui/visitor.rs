//! What a handler receives: somebody who is signed in, for which program and mode, and a form that they really sent.

use crate::app::App;
use crate::store::audit::Actor;
use crate::store::dashboard::figures;
use crate::store::program::{members, programs, sessions, users};
use crate::ui::answer::UiError;
use crate::ui::format::Calendar;
use crate::ui::layout::{Chrome, Flash, Section};
use crate::ui::parts::Tone;
use crate::ui::session::{self, Doorkeeper};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, OriginalUri, Query, Request};
use http::HeaderMap;
use http::Method;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use whence_domain::program::{Program, Role};
use whence_domain::{Mode, ProgramId, Tenant};

/// The cookie that says whether live or test data are shown.
pub const MODE_COOKIE: &str = "whence_mode";
/// The cookie that says which program is shown, for people who have several.
pub const PROGRAM_COOKIE: &str = "whence_program";
/// The cookie that says which colours somebody chose.
pub const THEME_COOKIE: &str = "whence_theme";
/// The cookie that carries a message over a redirect.
pub const FLASH_COOKIE: &str = "whence_flash";

/// What the dashboard's handlers share.
#[derive(Clone)]
pub struct Ui {
    /// The running program.
    pub app: App,
    /// Bounds on guessing passwords.
    pub doorkeeper: Doorkeeper,
}

/// Somebody signed in, looking at one program in one mode.
pub struct Visitor {
    /// The running program.
    pub app: App,
    /// Bounds on guessing passwords.
    pub doorkeeper: Doorkeeper,
    /// Their session.
    pub session: sessions::Session,
    /// Who.
    pub user: users::User,
    /// What they may do.
    pub role: Role,
    /// Which program.
    pub program: Program,
    /// Whose data: the program in the chosen mode.
    pub tenant: Tenant,
    /// Now, and the program's zone.
    pub calendar: Calendar,
    /// A message from the page before.
    pub flash: Option<Flash>,
    theme: &'static str,
    waiting: i64,
}

impl Visitor {
    /// What surrounds a page of this section.
    pub fn chrome(&self, section: Section) -> Chrome {
        Chrome {
            program: self.program.name.clone(),
            user: self.user.email.to_string(),
            mode: self.tenant.mode,
            csrf: self.form_token(),
            theme: self.theme,
            section,
            waiting: self.waiting,
            flash: self.flash.clone(),
        }
    }

    /// What every form of this session and program carries: a form that was opened for another program does not fit.
    fn form_token(&self) -> String {
        format!("{}-{}", self.session.csrf_token, self.tenant.program)
    }

    /// Who makes a change.
    pub fn actor(&self) -> Actor {
        Actor::User(self.user.id.clone())
    }

    /// Refuses unless the person has one of these roles; owners may do everything.
    ///
    /// # Errors
    /// The page that says so.
    pub fn require(&self, roles: &[Role]) -> Result<(), UiError> {
        if self.role == Role::Owner || roles.contains(&self.role) { Ok(()) } else { Err(UiError::NotAllowed) }
    }

    async fn find(ui: &Ui, headers: &HeaderMap) -> Result<Option<Self>, UiError> {
        let app = &ui.app;
        let Some(session) = session::find(app, headers).await? else { return Ok(None) };
        let mut conn = app.store.read().await?;
        let user = users::get(&mut conn, &session.user).await?;
        let memberships = members::list_for_user(&mut conn, &session.user).await?;
        let (program, role) = choose(memberships, headers).ok_or(UiError::NotAllowed)?;
        let program = programs::get(&mut conn, &program).await?;
        let mode = session::cookie(headers, MODE_COOKIE).and_then(Mode::parse).unwrap_or(Mode::Live);
        let tenant = Tenant::new(program.id.clone(), mode);
        let waiting = figures::waiting(&mut conn, &tenant, None).await?.pending;
        Ok(Some(Self {
            calendar: Calendar::new(app.now(), &program.time_zone),
            flash: read_flash(headers),
            theme: theme(headers),
            app: app.clone(),
            doorkeeper: ui.doorkeeper.clone(),
            session,
            user,
            role,
            program,
            tenant,
            waiting,
        }))
    }
}

/// The program that the cookie names, if the person is a member of it, else their first.
fn choose(memberships: Vec<(ProgramId, Role)>, headers: &HeaderMap) -> Option<(ProgramId, Role)> {
    let wished = session::cookie(headers, PROGRAM_COOKIE).and_then(ProgramId::parse);
    let place = memberships.iter().position(|(program, _)| Some(program) == wished.as_ref()).unwrap_or(0);
    memberships.into_iter().nth(place)
}

/// The colours that somebody chose; empty for those of their system.
pub fn theme(headers: &HeaderMap) -> &'static str {
    match session::cookie(headers, THEME_COOKIE) {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "",
    }
}

fn read_flash(headers: &HeaderMap) -> Option<Flash> {
    let (tone, text) = session::cookie(headers, FLASH_COOKIE)?.split_once('.')?;
    let text = percent_decode_str(text).decode_utf8().ok()?;
    let tone = if tone == "good" { Tone::Good } else { Tone::Bad };
    Some(Flash { tone, text: text.chars().filter(|c| !c.is_control()).take(300).collect() })
}

impl FromRequestParts<Ui> for Visitor {
    type Rejection = UiError;

    async fn from_request_parts(parts: &mut Parts, ui: &Ui) -> Result<Self, UiError> {
        match Self::find(ui, &parts.headers).await? {
            Some(visitor) => Ok(visitor),
            None => {
                // A nested router sees only the rest of the path.
                let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
                let here = uri.path_and_query().map_or("/dashboard", |place| place.as_str());
                let next = if parts.method == Method::GET { here } else { "/dashboard" };
                Err(UiError::SignIn { next: next.to_owned() })
            }
        }
    }
}

/// The filters of a list, as they stand in the address. What cannot be read narrows nothing.
pub struct Narrowed<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequestParts<Ui> for Narrowed<T> {
    type Rejection = UiError;

    async fn from_request_parts(parts: &mut Parts, _: &Ui) -> Result<Self, UiError> {
        let query = without_nul(parts.uri.query().unwrap_or_default().as_bytes());
        let uri = format!("/?{}", String::from_utf8_lossy(&query)).parse();
        let read = uri.ok().and_then(|uri| Query::try_from_uri(&uri).ok());
        Ok(Self(read.map_or_else(T::default, |Query(filters)| filters)))
    }
}

/// A form that a page of ours sent, in the session and mode that the page was made for.
pub struct Posted<T> {
    /// Who sent it.
    pub visitor: Visitor,
    /// What it says.
    pub form: T,
}

#[derive(Deserialize)]
struct Guard {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    mode: String,
}

impl<T: DeserializeOwned> FromRequest<Ui> for Posted<T> {
    type Rejection = UiError;

    async fn from_request(request: Request, ui: &Ui) -> Result<Self, UiError> {
        if !session::is_same_origin(request.headers()) {
            return Err(UiError::StaleForm);
        }
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, ui).await?;
        let body = read_body(Request::from_parts(parts, body), ui).await?;
        let guard: Guard = read_form(&body)?;
        let token_matches = subtle::ConstantTimeEq::ct_eq(guard.csrf.as_bytes(), visitor.form_token().as_bytes());
        if !bool::from(token_matches) || Mode::parse(&guard.mode) != Some(visitor.tenant.mode) {
            return Err(UiError::StaleForm);
        }
        Ok(Self { form: read_form(&body)?, visitor })
    }
}

/// The body of a form, at most 64 KB, without NUL characters, which no text column takes.
pub async fn read_body(request: Request, ui: &Ui) -> Result<Vec<u8>, UiError> {
    let body = Bytes::from_request(request, ui).await.map_err(|_| UiError::BadForm)?;
    Ok(without_nul(&body))
}

/// Reads a form's fields.
pub fn read_form<T: DeserializeOwned>(body: &[u8]) -> Result<T, UiError> {
    let query = String::from_utf8_lossy(body);
    let uri = format!("/?{query}").parse().map_err(|_| UiError::BadForm)?;
    let Query(form) = Query::try_from_uri(&uri).map_err(|_| UiError::BadForm)?;
    Ok(form)
}

fn without_nul(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    text.replace("%00", "").replace('\0', "").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_without_nul_and_with_plus_as_space() {
        let guard: Guard = read_form(&without_nul(b"csrf=a%00b+c&mode=live&other=1")).expect("a form");
        assert_eq!((guard.csrf.as_str(), guard.mode.as_str()), ("ab c", "live"));
    }
}
