//! Signing in.

use askama::Template;

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
