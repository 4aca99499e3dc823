//! What is shown instead of a page that cannot be.

use askama::Template;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/problem_show.html")]
pub struct ProblemPage {
    /// 403, 404, 500.
    pub status: u16,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// What to do.
    pub text: String,
    /// `light` or `dark` if the person chose one, else empty.
    pub theme: &'static str,
}

impl ProblemPage {
    /// There is nothing at this address, or nothing that this person may see.
    pub fn not_found() -> Self {
        Self {
            status: 404,
            title: "There is nothing here",
            text: "The address may be mistyped, or what was here belongs to another program or to the other mode."
                .into(),
            theme: "",
        }
    }

    /// The form was not sent from a page of ours, or that page is too old.
    pub fn stale_form() -> Self {
        Self {
            status: 403,
            title: "This form is no longer valid",
            text: "It was opened before you last signed in, or in the other mode. Nothing was changed. Go back, reload the page, \
                   and send it again."
                .into(),
            theme: "",
        }
    }

    /// The form cannot be read.
    pub fn bad_form() -> Self {
        Self {
            status: 400,
            title: "This form could not be read",
            text: "Nothing was changed. Go back, reload the page, and send it again.".into(),
            theme: "",
        }
    }

    /// The person's role does not include this.
    pub fn not_allowed() -> Self {
        Self {
            status: 403,
            title: "Your role does not include this",
            text: "Nothing was changed. The owner of the program can do it, or give you a role that may.".into(),
            theme: "",
        }
    }

    /// We failed.
    pub fn broken() -> Self {
        Self {
            status: 500,
            title: "Something went wrong on our side",
            text: "Nothing was changed. Try again in a moment; if it stays, the log of the server says what happened."
                .into(),
            theme: "",
        }
    }
}

#[cfg(test)]
impl ProblemPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("problem_404", Self::not_found()),
            ("problem_403", Self::stale_form()),
            ("problem_400", Self::bad_form()),
            ("problem_role", Self::not_allowed()),
            ("problem_500", Self::broken()),
        ]
    }
}
