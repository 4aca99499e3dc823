//! What a real browser saw when it visited a link: a closed vocabulary and short excerpts, never the page itself.
//!
//! A page may lie in every one of them. They explain; the server's own records decide.

use serde::{Deserialize, Serialize};

/// The longest excerpt of something that a page chose, in characters.
const EXCERPT: usize = 200;

/// A visit, as far as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// How it ended.
    pub end: VisitEnd,
    /// The addresses that the window was at, in order: redirects of servers and of scripts alike.
    pub hops: Vec<VisitHop>,
    /// The script tags of the last page that are a platform's snippet.
    pub scripts: Vec<SnippetTag>,
    /// What the last page's scripts find under the snippet's names; nothing if the page could not be asked.
    pub globals: Option<SnippetGlobals>,
    /// The cookies that the last page's site has after the visit.
    pub cookies: Vec<VisitCookie>,
    /// What the snippet sent to us.
    pub reports: Vec<SnippetReport>,
    /// What of the snippet's was not let through, by the page's own policy or by the browser.
    pub blocked: Vec<Blocked>,
    /// Errors that scripts of the page did not catch.
    pub script_errors: u32,
    /// The first of them.
    pub first_error: Option<Excerpt>,
    /// Hosts that the page wanted to reach and may not.
    pub forbidden_hosts: Vec<Excerpt>,
}

impl Visit {
    /// Where the window ended.
    pub fn last_hop(&self) -> Option<&VisitHop> {
        self.hops.last()
    }

    /// The tags of our own snippet.
    pub fn our_tags(&self) -> impl Iterator<Item = &SnippetTag> {
        self.scripts.iter().filter(|tag| tag.platform == Platform::Ours)
    }

    /// The page views that the snippet told us of.
    pub fn page_views(&self) -> impl Iterator<Item = &SnippetReport> {
        self.reports.iter().filter(|report| report.call == ReportCall::PageView)
    }
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitEnd {
    /// The page was loaded and nothing moved any more.
    Settled,
    /// The page never came to rest; it was read as it then was.
    Restless,
    /// The time was up before the page could be asked.
    #[default]
    TimeUp,
    /// The page took more memory than a visit may.
    TooMuchMemory,
    /// The page fetched more than a visit may.
    TooMuchData,
    /// The page's process ended by itself.
    Crashed,
    /// No page came: the address could not be opened.
    NotOpened,
}

impl VisitEnd {
    /// Whether the page itself could be read.
    pub fn was_read(self) -> bool {
        matches!(self, Self::Settled | Self::Restless)
    }
}

/// One address that the window was at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitHop {
    /// Scheme, host and path.
    pub url: Excerpt,
    /// The names of its parameters.
    pub parameters: Vec<Excerpt>,
    /// The answer's status; nothing if none came.
    pub status: Option<u16>,
}

/// Whose snippet a tag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Ours: from one of our hosts.
    Ours,
    /// The platform that the company comes from.
    Former,
}

/// A script tag of a platform's snippet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnippetTag {
    /// Whose.
    pub platform: Platform,
    /// Scheme, host and path of the script.
    pub src: Excerpt,
    /// Whether it stands in the page's head.
    pub in_head: bool,
    /// The host of the script that inserted it: a tag manager, or the page's own host. Nothing if it stood in the page.
    pub inserted_by: Option<Excerpt>,
    /// Whether the script arrived.
    pub arrival: Arrival,
}

/// Whether something arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// With this status.
    Answered(u16),
    /// It was kept back on purpose, see [`Visit::blocked`].
    Blocked,
    /// It failed on its way.
    Failed,
    /// It was still on its way, or never asked for.
    Open,
}

/// What the page's scripts find under the snippet's names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnippetGlobals {
    /// `growsumo` is an object.
    pub growsumo: bool,
    /// `partnerstack` is an object.
    pub partnerstack: bool,
    /// `whence` is an object.
    pub whence: bool,
    /// `growsumo.data` is the object that our snippet put there. Nothing without our snippet.
    pub data_is_ours: Option<bool>,
    /// `growsumo.createSignup` is our snippet's. Nothing without our snippet.
    pub create_signup_is_ours: Option<bool>,
}

/// A cookie of the page's site: never its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitCookie {
    /// Its name.
    pub name: Excerpt,
    /// Its domain; with a leading dot where subdomains have it too.
    pub domain: Excerpt,
    /// When it ends, in seconds since 1970; nothing if with the browser.
    pub expires_at: Option<i64>,
}

/// Which call of the snippet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportCall {
    /// `/v1/visits`.
    PageView,
    /// `/v1/signup`.
    SignUp,
}

/// What the snippet sent to us, and what we answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnippetReport {
    /// Which call.
    pub call: ReportCall,
    /// Our answer.
    pub arrival: Arrival,
    /// The public key in it.
    pub public_key: Option<Excerpt>,
    /// Whether it carried a click's id.
    pub has_xid: bool,
    /// Whether a cookie could be written and read back.
    pub cookie_kept: Option<bool>,
    /// The snippet's version.
    pub version: Option<Excerpt>,
    /// What the snippet noticed by itself (cause codes).
    pub problems: Vec<Excerpt>,
}

/// Something of the snippet's that was kept back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// By what.
    pub by: BlockedBy,
    /// Scheme, host and path of what was kept back.
    pub url: Excerpt,
    /// The directive of the page's policy that says so, such as `script-src`.
    pub directive: Option<Excerpt>,
}

/// By what something was kept back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockedBy {
    /// The page's Content-Security-Policy.
    ContentPolicy,
    /// An http address on an https page.
    MixedContent,
    /// The page's checksum does not fit the script.
    Integrity,
    /// Another rule of the browser.
    Browser,
}

/// At most 200 characters of something that a page chose, without control characters. It is text, to be escaped wherever it
/// is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct Excerpt(String);

impl Excerpt {
    /// Cuts.
    pub fn cut(text: &str) -> Self {
        Self(text.chars().filter(|char| !char.is_control()).take(EXCERPT).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Excerpt {
    fn from(text: String) -> Self {
        Self::cut(&text)
    }
}

impl From<&str> for Excerpt {
    fn from(text: &str) -> Self {
        Self::cut(text)
    }
}

impl AsRef<str> for Excerpt {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Excerpt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_short_and_holds_no_control_characters_also_when_it_comes_from_storage() {
        let hostile = format!("a\u{0}b\r\n\u{1b}[31m{}", "\u{1F600}".repeat(500));
        let cut = Excerpt::cut(&hostile);
        assert_eq!(cut.as_str().chars().count(), 200);
        assert!(cut.as_str().starts_with("ab[31m"));
        let stored = serde_json::to_string(&hostile).expect("a text");
        assert_eq!(serde_json::from_str::<Excerpt>(&stored).expect("an excerpt"), cut);
    }

    #[test]
    fn facts_come_back_from_storage_as_they_were() {
        let facts = Visit {
            end: VisitEnd::Settled,
            hops: vec![VisitHop {
                url: "https://shop.test/".into(),
                parameters: vec!["gspk".into()],
                status: Some(200),
            }],
            scripts: vec![SnippetTag {
                platform: Platform::Ours,
                src: "https://go.shop.test/v1/".into(),
                in_head: true,
                inserted_by: Some("tags.test".into()),
                arrival: Arrival::Answered(200),
            }],
            ..Visit::default()
        };
        let stored = serde_json::to_string(&facts).expect("facts");
        assert_eq!(serde_json::from_str::<Visit>(&stored).expect("facts"), facts);
    }
}
