//! What a check found out. This is what is stored; it holds a fixed vocabulary, addresses, keys and short excerpts, and is
//! read back by every later version.

use super::address::Served;
use super::parameters::Carried;
use super::visit::{Arrival, Visit};
use crate::closed::closed_list;
use crate::id::LinkId;
use crate::mode::Mode;
use serde::{Deserialize, Serialize};

closed_list! {
    /// Why there was no answer to look at. None of it says that a visitor would get none.
    pub enum Unreached {
        ForbiddenAddress = "forbidden_address", "The host lies in a private or reserved network, which checks do not enter.";
        ForbiddenPort = "forbidden_port", "The address names a port that checks do not use.";
        BadAddress = "bad_address", "It is no http or https address that a check can ask.";
        NoSuchHost = "no_such_host", "The name of the host could not be resolved.";
        Unreachable = "unreachable", "The host could not be connected to.";
        Tls = "tls", "No secure connection could be made: its certificate is not valid for this host, or it speaks no TLS.";
        Protocol = "protocol", "The host did not answer as a web server does.";
        Timeout = "timeout", "The host did not answer in time.";
        TooManyRedirects = "too_many_redirects", "It redirects more often than a check follows.";
        NoAnswerHere = "no_answer_here", "It is an address of this installation at which no link can stand.";
    }
}

/// How the check came to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// It is what was asked about.
    Asked,
    /// A redirect led there.
    Redirect,
    /// A page that sends its visitors on (`meta refresh`) led there.
    Refresh,
}

/// One address on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// The address.
    pub url: String,
    /// The status of its answer; nothing if there was none.
    pub status: Option<u16>,
    /// How the check came to it.
    pub via: Via,
    /// What it carries of a link.
    pub carried: Carried,
    /// The names that its answer lost: the next address does not carry them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<String>,
}

/// Whether a link leads anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// It does.
    Active,
    /// It was put away.
    Archived,
    /// Its partner is not active.
    PartnerNotActive,
    /// What is stored as its destination cannot be redirected to.
    UnusableDestination,
    /// There is none of that name.
    NoSuchLink,
}

/// The link that was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The link, if there is one.
    pub link: Option<LinkId>,
    /// Whether it leads anywhere.
    pub state: LinkState,
    /// Its partner's key.
    pub partner_key: String,
    /// Whether its destination's host is one that the program allows.
    pub dest_allowed: bool,
}

/// What became of the partner key in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartnerFact {
    /// A partner of the program, in this mode, has it.
    Known,
    /// A partner has it who is not active.
    NotActive,
    /// Nobody has it.
    Unknown,
}

/// What the click id in an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClickFact {
    /// A genuine click of this program and mode, on a link of the partner whose key the address carries or on its own.
    Genuine,
    /// Genuine, but of another program or of the other mode.
    Foreign,
    /// Not one that was given out here.
    Unknown,
}

/// What is known of a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// The program's, in the mode that is checked.
    Right,
    /// There is none.
    Missing,
    /// The page works it out while it loads.
    Computed,
    /// No program here has it.
    Unknown,
    /// The program's, in the other mode.
    OtherMode,
    /// Another program's.
    OtherProgram,
}

/// A tag of the snippet in a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagFact {
    /// Whose script it loads.
    pub served: Served,
    /// From where, if the page says it.
    pub src: Option<String>,
    /// The public key, if the page names one.
    pub public_key: Option<String>,
    /// What is known of it.
    pub key: KeyState,
    /// The mode that the key speaks for.
    pub environment: Option<Mode>,
    /// Whether it stands in the page's head.
    pub in_head: bool,
    /// Whether it waits until a consent tool lets it run.
    pub waits_for_consent: bool,
    /// The line of the page on which it begins; 0 if a script inserted it.
    pub line: u32,
}

/// Code in the page that replaces the snippet's object or its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverwritingFact {
    /// What it replaces: `growsumo` or `growsumo.data`, under whichever of the names.
    pub what: String,
    /// The line of the page.
    pub line: u32,
    /// The code, escaped and short.
    pub excerpt: String,
}

/// What of the snippet a page's own rules stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockedBy {
    /// Code within the page may not run.
    Inline,
    /// The script may not be loaded from its host.
    Script,
    /// Reports may not be sent to its host.
    Connect,
    /// No script at all may run.
    Sandbox,
    /// The page is https, the script is not.
    MixedContent,
}

/// A rule of the page's content security policy that stops the snippet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFact {
    /// What it stops.
    pub blocks: BlockedBy,
    /// The directive that it stands in, as `script-src`.
    pub directive: String,
    /// The directive as it should read.
    pub should_read: String,
}

/// A cookie of ours that the way or the page sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookieFact {
    /// Its name.
    pub name: String,
    /// The domain that it is valid for; nothing if it is the host's alone.
    pub domain: Option<String>,
    /// Who set it: `redirect` (the link's answer), `page` (the destination's answer), `browser` (seen in a real visit).
    pub by: String,
}

/// What was seen of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFacts {
    /// Whether it is a page at all, and not a picture or a file.
    pub is_html: bool,
    /// Whether it was read to its end.
    pub is_whole: bool,
    /// The snippet's tags, in the page's order.
    #[serde(default)]
    pub tags: Vec<TagFact>,
    /// The line on which the page starts a script that it does not load.
    #[serde(default)]
    pub started_unloaded: Option<u32>,
    /// Code that replaces the snippet's object or data.
    #[serde(default)]
    pub overwritings: Vec<OverwritingFact>,
    /// Rules of the page that stop the snippet.
    #[serde(default)]
    pub policies: Vec<PolicyFact>,
    /// Tag managers, which may insert the tag while the page loads.
    #[serde(default)]
    pub tag_managers: Vec<String>,
    /// Whether the page is an empty frame that scripts fill.
    #[serde(default)]
    pub is_built_by_scripts: bool,
    /// Hosts of other sites that the page shows in frames.
    #[serde(default)]
    pub foreign_frames: Vec<String>,
}

/// Everything that a check found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The link that was asked about; nothing if it was an address.
    pub asked: Option<Asked>,
    /// The addresses on the way, the asked one first.
    pub hops: Vec<Hop>,
    /// Why the last address gave no answer, if it gave none.
    pub unreached: Option<Unreached>,
    /// What became of the partner key in the first address that carries one.
    pub partner: Option<PartnerFact>,
    /// What the click id there is.
    pub click: Option<ClickFact>,
    /// Whether the last answer says that it turns machines away.
    #[serde(default)]
    pub turns_machines_away: bool,
    /// The page, if the last answer was one.
    pub page: Option<PageFacts>,
    /// Cookies of ours that were set.
    #[serde(default)]
    pub cookies: Vec<CookieFact>,
    /// The registrable domain of the program's site.
    pub site_domain: String,
    /// Whether an earlier check of the same destination found the tag.
    #[serde(default)]
    pub tag_was_there: bool,
    /// Whether it was seen through another link to the same page, whose address then stands in the hops.
    #[serde(default)]
    pub is_shared: bool,
    /// What a real browser saw, if one was sent.
    #[serde(default)]
    pub browser: Option<Visit>,
}

/// Whether the snippet's tag is in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TagState {
    /// It is.
    Found,
    /// It is not, and nothing that was seen could insert it.
    Missing,
    /// Could not be determined.
    Unknown,
}

/// Whether a link's parameters survive the way to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeptState {
    /// They do.
    Kept,
    /// A redirect loses them.
    Lost,
    /// Could not be determined.
    Unknown,
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal,)* }) => {
        impl $name {
            /// The word stored in SQL and shown in the API.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads the word; anything else is `None`.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words! { TagState { Found = "found", Missing = "missing", Unknown = "unknown", } }
words! { KeptState { Kept = "kept", Lost = "lost", Unknown = "unknown", } }

/// The findings that an investigation looks for, in few words: columns of the stored check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The status of the last answer.
    pub http_status: Option<u16>,
    /// Whether the destination answered at all.
    pub reached: bool,
    /// Whether the tag is there.
    pub tag: TagState,
    /// What is known of its key: `right`, `missing`, `unknown_key`, `test`, `other_program`, `unknown`. `test` says that it
    /// is the program's key of the other mode.
    pub key: &'static str,
    /// Whether the parameters survive.
    pub params_kept: KeptState,
    /// The address whose redirect loses them.
    pub lost_at: Option<String>,
    /// The line of the page that replaces the snippet's object or data.
    pub overwritten_at: Option<u32>,
}

impl Facts {
    /// The address where it ended.
    pub fn final_hop(&self) -> Option<&Hop> {
        self.hops.last()
    }

    /// The first address that carries something of a link, and its place.
    pub fn first_carrying(&self) -> Option<(usize, &Hop)> {
        self.hops.iter().enumerate().find(|(_, hop)| !hop.carried.is_empty())
    }

    /// The tag that counts: the first that loads our script, else the first.
    pub fn tag(&self) -> Option<&TagFact> {
        let mut tags = self.page.iter().flat_map(|page| &page.tags);
        let first = tags.clone().next();
        tags.find(|tag| tag.served == Served::Here).or(first)
    }

    /// Whether the tag is there, as far as was seen.
    pub fn tag_state(&self) -> TagState {
        if self.tag().is_some() || self.has_run() == Some(true) {
            return TagState::Found;
        }
        let Some(page) = self.page.as_ref().filter(|page| page.is_html && self.is_answered()) else {
            return TagState::Unknown;
        };
        let may_come_later = !page.tag_managers.is_empty() || page.is_built_by_scripts || !page.is_whole;
        if may_come_later && self.has_run().is_none() { TagState::Unknown } else { TagState::Missing }
    }

    /// Whether the snippet ran and reported the page view in a real browser; nothing if none looked.
    pub fn has_run(&self) -> Option<bool> {
        let visit = self.browser.as_ref().filter(|visit| visit.end.was_read())?;
        Some(visit.page_views().any(|view| matches!(view.arrival, Arrival::Answered(200..=299))))
    }

    /// Whether a real browser found another object in the snippet's place.
    pub fn was_replaced(&self) -> bool {
        self.browser.as_ref().is_some_and(|visit| {
            let globals = visit.globals.unwrap_or_default();
            let told = visit.reports.iter().flat_map(|report| &report.problems);
            globals.data_is_ours == Some(false)
                || globals.create_signup_is_ours == Some(false)
                || told.into_iter().any(|problem| problem.as_str() == "snippet_data_overwritten")
        })
    }

    /// Whether the last answer was the page that visitors get.
    pub fn is_answered(&self) -> bool {
        self.unreached.is_none()
            && !self.turns_machines_away
            && self.final_hop().and_then(|hop| hop.status).is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether the parameters survive, and the place of the address whose answer loses them.
    pub fn kept(&self) -> (KeptState, Option<usize>) {
        let Some((first, start)) = self.first_carrying() else { return (KeptState::Unknown, None) };
        let wanted = &start.carried;
        let carries = |hop: &Hop| match &wanted.xid {
            Some(xid) => hop.carried.xid.as_ref() == Some(xid),
            None => hop.carried.partner_key == wanted.partner_key,
        };
        match self.hops.iter().skip(first).position(|hop| !carries(hop)) {
            Some(after) => (KeptState::Lost, Some(first + after - 1)),
            // An address that sends on to one that never answered may have sent on further.
            None if self.unreached.is_some() => (KeptState::Unknown, None),
            None => (KeptState::Kept, None),
        }
    }

    /// The columns.
    pub fn summary(&self) -> Summary {
        let (params_kept, lost) = self.kept();
        let http_status = self.final_hop().and_then(|hop| hop.status);
        let tag = self.tag_state();
        let key = match self.tag().map(|tag| tag.key) {
            Some(KeyState::Right) => "right",
            Some(KeyState::Missing) => "missing",
            Some(KeyState::Unknown) => "unknown_key",
            Some(KeyState::OtherMode) => "test",
            Some(KeyState::OtherProgram) => "other_program",
            Some(KeyState::Computed) | None => "unknown",
        };
        let overwriting = self.page.as_ref().and_then(|page| page.overwritings.first());
        Summary {
            http_status,
            reached: http_status.is_some() && self.unreached.is_none(),
            tag,
            key,
            params_kept,
            lost_at: lost.and_then(|place| self.hops.get(place)).map(|hop| hop.url.clone()),
            overwritten_at: overwriting.map(|overwriting| overwriting.line),
        }
    }
}
