//! What the spool holds: clicks, requests to links that lead nowhere, and page views that the snippet told us of.
//!
//! A record says everything that its database row needs, so that draining looks nothing up. The encoding is postcard,
//! whose meaning is the order of fields and variants: a field is never added, removed or moved; a new shape is a new
//! variant at the end of [`Record`].

use serde::{Deserialize, Serialize};
use whence_domain::tracking::{ClickKey, Outcome};
use whence_domain::{Instant, Mode};

/// One record of the spool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record<'a> {
    /// Somebody followed a link.
    #[serde(borrow)]
    Click(Click<'a>),
    /// Somebody asked for a link that leads nowhere.
    #[serde(borrow)]
    Miss(Miss<'a>),
    /// The snippet told us of a page view.
    #[serde(borrow)]
    Visit(Visit<'a>),
    /// The same, with the domain that the snippet could keep its cookie for; empty where the page's host alone has it.
    VisitOn(#[serde(borrow)] Visit<'a>, &'a str),
}

/// A request to an active link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Click<'a> {
    /// Which click it is.
    pub key: Key,
    /// The program.
    pub program: &'a str,
    /// Live or test.
    pub mode: Mode,
    /// The link.
    pub link: &'a str,
    /// Whose link it was at that moment.
    pub partner: &'a str,
    /// The click id, as it was sent.
    pub xid: &'a str,
    /// What screening said.
    pub outcome: Outcome,
    /// The stored destination that the visitor was sent to, without what was appended.
    pub dest: &'a str,
    /// Genuine click ids in the request's own cookies: they prove who clicked before.
    pub earlier_xids: Vec<&'a str>,
    /// The partner's sub-ids.
    pub sub_ids: Vec<String>,
    /// The names of the request's other parameters.
    pub params: Vec<String>,
    /// The host of the page that the visitor came from.
    pub referrer_host: Option<&'a str>,
    /// The visitor's country, where a trusted proxy names it.
    pub country: Option<&'a str>,
    /// Whether the browser sent `Sec-GPC: 1`.
    pub gpc: bool,
    /// The agent's own description.
    pub user_agent: Option<&'a str>,
    /// The network that it came from; never the whole address.
    pub ip_prefix: Option<&'a str>,
}

/// A click's key in the spool's own encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    incarnation: u32,
    millis: i64,
    counter: u16,
}

impl From<ClickKey> for Key {
    fn from(key: ClickKey) -> Self {
        Self { incarnation: key.incarnation, millis: key.millis, counter: key.counter }
    }
}

impl From<Key> for ClickKey {
    fn from(key: Key) -> Self {
        Self { incarnation: key.incarnation, millis: key.millis, counter: key.counter }
    }
}

/// A request to a link that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Miss<'a> {
    /// When.
    pub at: Instant,
    /// The program whose host or slug it was, if that is known.
    pub program: Option<&'a str>,
    /// The inactive link's mode.
    pub mode: Option<Mode>,
    /// The host asked for.
    pub host: &'a str,
    /// The path asked for, without its query.
    pub path: &'a str,
    /// The link, if it exists but is inactive.
    pub link: Option<&'a str>,
    /// `inactive` or `unknown`.
    pub outcome: Outcome,
    /// Why, from a closed list: `no_such_link`, `no_such_program`, `link_archived`, `partner_not_active`,
    /// `unusable_destination`.
    pub reason: &'a str,
    /// The host of the page that the visitor came from.
    pub referrer_host: Option<&'a str>,
}

/// Whether something was kept in the browser, as the snippet found out by reading it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kept {
    /// Written and read back.
    WrittenAndReadBack,
    /// Tried and not there afterwards.
    Failed,
    /// The snippet did not say.
    Unsaid,
}

impl Kept {
    /// The word stored in SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrittenAndReadBack => "written_and_read",
            Self::Failed => "failed",
            Self::Unsaid => "unsaid",
        }
    }
}

impl From<Option<bool>> for Kept {
    fn from(said: Option<bool>) -> Self {
        match said {
            Some(true) => Self::WrittenAndReadBack,
            Some(false) => Self::Failed,
            None => Self::Unsaid,
        }
    }
}

/// What a click id that came with a page view turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum XidVerdict {
    /// Ours, of this program and mode.
    Genuine,
    /// Not ours, or damaged.
    Forged,
    /// Ours, but of another program or mode.
    Foreign,
    /// None came.
    Absent,
}

impl XidVerdict {
    /// The word stored in SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Forged => "forged",
            Self::Foreign => "foreign",
            Self::Absent => "absent",
        }
    }
}

/// A page view that the snippet told us of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit<'a> {
    /// When it arrived.
    pub at: Instant,
    /// The program.
    pub program: &'a str,
    /// Live or test.
    pub mode: Mode,
    /// The page's host.
    pub page_host: Option<&'a str>,
    /// The page's path.
    pub page_path: Option<&'a str>,
    /// The names of its parameters.
    pub params: Vec<String>,
    /// The host of the page before it.
    pub referrer_host: Option<&'a str>,
    /// The host in the `Origin` header.
    pub origin_host: Option<&'a str>,
    /// The click id that the page has, as sent.
    pub xid: Option<&'a str>,
    /// What it turned out to be.
    pub xid_verdict: XidVerdict,
    /// The click that a genuine id names, and whether its class may be upgraded by this landing.
    pub click: Option<(Key, Outcome)>,
    /// The partner key that the page has, as sent.
    pub partner_key: Option<&'a str>,
    /// Whether the cookie held.
    pub cookie: Kept,
    /// Whether local storage held.
    pub local_storage: Kept,
    /// What the visitor said about consent, as the page told us.
    pub consent: Option<&'a str>,
    /// Whether the browser sent `Sec-GPC: 1`.
    pub gpc: bool,
    /// The snippet's version.
    pub snippet: Option<&'a str>,
    /// Codes of what the snippet itself found wrong.
    pub problems: Vec<String>,
    /// The agent's own description.
    pub user_agent: Option<&'a str>,
    /// The network that it came from.
    pub ip_prefix: Option<&'a str>,
}
