//! What a request to a link was: a closed list, decided from facts of the request alone.
//!
//! Every click is kept with its outcome (`product.md` 5 "Link"). The redirect does not depend on it: the visitor is
//! always sent on when the link is active.

use super::agent::Declared;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What became of one request to a link. The answer names it in the header `Whence-Outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A person followed the link.
    Counted,
    /// The same visitor followed the same link moments before.
    Repeat,
    /// One of many clicks from one address within seconds.
    Burst,
    /// The agent says that it is a robot.
    Bot,
    /// The agent says that it checks links in mail or messages.
    Scanner,
    /// The agent says that it draws a preview of the page.
    Preview,
    /// The browser fetched it in case somebody clicks.
    Prefetch,
    /// Only the headers were asked for.
    Head,
    /// The browser says that it loaded the link as an image, a frame or a script, not as a page.
    NotNavigation,
    /// Our own check, signed-in staff, or a partner testing their own link.
    Own,
    /// The link exists but no longer leads anywhere.
    Inactive,
    /// No such link.
    Unknown,
    /// The visitor was redirected but the click could not be stored.
    Unrecorded,
}

impl Outcome {
    /// All outcomes, in the order of their codes.
    pub const ALL: [Self; 13] = [
        Self::Counted,
        Self::Repeat,
        Self::Burst,
        Self::Bot,
        Self::Scanner,
        Self::Preview,
        Self::Prefetch,
        Self::Head,
        Self::NotNavigation,
        Self::Own,
        Self::Inactive,
        Self::Unknown,
        Self::Unrecorded,
    ];

    /// The word used in the header, in SQL and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Repeat => "repeat",
            Self::Burst => "burst",
            Self::Bot => "bot",
            Self::Scanner => "scanner",
            Self::Preview => "preview",
            Self::Prefetch => "prefetch",
            Self::Head => "head",
            Self::NotNavigation => "not_navigation",
            Self::Own => "own",
            Self::Inactive => "inactive",
            Self::Unknown => "unknown",
            Self::Unrecorded => "unrecorded",
        }
    }

    /// Reads the word; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }

    /// The number that a click id carries in its four class bits. Never renumbered: old ids keep their meaning.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The outcome of a class number; `None` for the three that are not given out.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Whether a sign-up may belong to the partner because of this click.
    pub fn attributes(self) -> bool {
        matches!(self, Self::Counted | Self::Repeat | Self::Burst)
    }

    /// Whether it becomes [`Outcome::Counted`] when a real landing or a confirmed sign-up follows: somebody was there
    /// after all.
    pub fn upgradable(self) -> bool {
        matches!(self, Self::Bot | Self::Scanner | Self::Preview | Self::Prefetch | Self::Head | Self::NotNavigation)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether the link leads anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It does.
    Active,
    /// It was archived, or its partner or program is not active.
    Inactive,
    /// There is none of that name.
    Unknown,
}

/// What the headers of a request say about its purpose, as far as screening asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purpose<'a> {
    /// `Sec-Purpose`, or one of its older names (`Purpose`, `X-Moz`, `X-Purpose`).
    pub declared: Option<&'a str>,
    /// `Sec-Fetch-Mode`.
    pub fetch_mode: Option<&'a str>,
    /// `Sec-Fetch-Dest`.
    pub fetch_dest: Option<&'a str>,
}

impl Purpose<'_> {
    /// Whether the browser fetches in advance of a click.
    fn is_prefetch(self) -> bool {
        self.declared.is_some_and(|value| {
            ["prefetch", "prerender", "preview"].iter().any(|word| contains_ignoring_case(value, word))
        })
    }

    /// Whether a `Sec-Fetch-*` header says that this is no page load. Absent headers count as navigation.
    fn is_not_navigation(self) -> bool {
        let mode_says_so = self.fetch_mode.is_some_and(|mode| !mode.trim().eq_ignore_ascii_case("navigate"));
        let dest_says_so = self.fetch_dest.is_some_and(|dest| !dest.trim().eq_ignore_ascii_case("document"));
        mode_says_so || dest_says_so
    }
}

fn contains_ignoring_case(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// How soon after its last click the same visitor on the same link counts as a repeat.
pub const REPEAT_WITHIN_MILLIS: i64 = 10_000;

/// The stretch over which clicks of one address are counted.
pub const BURST_STRETCH_MILLIS: i64 = 10_000;

/// More clicks than this from one address in [`BURST_STRETCH_MILLIS`] are a burst. An office or a mobile network behind
/// one address stays below it.
pub const BURST_ABOVE: u32 = 60;

/// What the edge remembers of the last seconds. It forgets on restart and under pressure; both merely count a repeat as a
/// click, which attributes the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// Milliseconds since the same visitor followed the same link, if remembered.
    pub same_visitor_millis_ago: Option<i64>,
    /// Clicks from this address within the current stretch, this one included.
    pub clicks_of_address: u32,
}

/// Everything that screening knows about one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestFacts<'a> {
    /// Whether the link leads anywhere.
    pub link: LinkState,
    /// Whether the method is `HEAD`.
    pub is_head: bool,
    /// What the agent declares itself to be, if anything (see [`super::agent`]).
    pub declared: Option<Declared>,
    /// What the browser says the request is for.
    pub purpose: Purpose<'a>,
    /// Whether it is our own check, staff, or the link's own partner.
    pub is_own: bool,
    /// What happened in the last seconds.
    pub recent: Recent,
}

/// Decides what the request was. The first thing that holds, from the most to the least certain.
pub fn screen(facts: &RequestFacts<'_>) -> Outcome {
    match facts.link {
        LinkState::Unknown => return Outcome::Unknown,
        LinkState::Inactive => return Outcome::Inactive,
        LinkState::Active => {}
    }
    if facts.is_own {
        return Outcome::Own;
    }
    match facts.declared {
        Some(Declared::Bot) => return Outcome::Bot,
        Some(Declared::Scanner) => return Outcome::Scanner,
        Some(Declared::Preview) => return Outcome::Preview,
        None => {}
    }
    if facts.is_head {
        return Outcome::Head;
    }
    if facts.purpose.is_prefetch() {
        return Outcome::Prefetch;
    }
    if facts.purpose.is_not_navigation() {
        return Outcome::NotNavigation;
    }
    if facts.recent.same_visitor_millis_ago.is_some_and(|ago| (0..=REPEAT_WITHIN_MILLIS).contains(&ago)) {
        return Outcome::Repeat;
    }
    if facts.recent.clicks_of_address > BURST_ABOVE {
        return Outcome::Burst;
    }
    Outcome::Counted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> RequestFacts<'static> {
        RequestFacts {
            link: LinkState::Active,
            is_head: false,
            declared: None,
            purpose: Purpose::default(),
            is_own: false,
            recent: Recent { same_visitor_millis_ago: None, clicks_of_address: 1 },
        }
    }

    #[test]
    fn every_outcome_reads_back_from_its_word_and_its_code() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
            assert_eq!(Outcome::from_code(outcome.code()), Some(outcome));
        }
        assert_eq!(Outcome::parse("Counted"), None);
        assert_eq!(Outcome::from_code(13), None);
    }

    #[test]
    fn the_first_three_attribute_and_the_next_six_may_be_upgraded() {
        let attributing: Vec<_> = Outcome::ALL.into_iter().filter(|o| o.attributes()).collect();
        assert_eq!(attributing, Outcome::ALL[..3]);
        let upgradable: Vec<_> = Outcome::ALL.into_iter().filter(|o| o.upgradable()).collect();
        assert_eq!(upgradable, Outcome::ALL[3..9]);
    }

    #[test]
    fn a_request_without_any_hint_is_counted() {
        assert_eq!(screen(&person()), Outcome::Counted);
    }

    #[test]
    fn each_fact_alone_names_its_outcome() {
        let page = Purpose { declared: None, fetch_mode: Some("navigate"), fetch_dest: Some("document") };
        let cases = [
            (RequestFacts { link: LinkState::Unknown, ..person() }, Outcome::Unknown),
            (RequestFacts { link: LinkState::Inactive, ..person() }, Outcome::Inactive),
            (RequestFacts { is_own: true, ..person() }, Outcome::Own),
            (RequestFacts { is_head: true, ..person() }, Outcome::Head),
            (RequestFacts { declared: Some(Declared::Bot), ..person() }, Outcome::Bot),
            (RequestFacts { declared: Some(Declared::Scanner), ..person() }, Outcome::Scanner),
            (RequestFacts { declared: Some(Declared::Preview), ..person() }, Outcome::Preview),
            (RequestFacts { purpose: page, ..person() }, Outcome::Counted),
            (
                RequestFacts { purpose: Purpose { declared: Some("prefetch;prerender"), ..page }, ..person() },
                Outcome::Prefetch,
            ),
            (RequestFacts { purpose: Purpose { declared: Some("Prefetch"), ..page }, ..person() }, Outcome::Prefetch),
            (
                RequestFacts { purpose: Purpose { fetch_dest: Some("image"), ..page }, ..person() },
                Outcome::NotNavigation,
            ),
            (
                RequestFacts { purpose: Purpose { fetch_dest: Some("iframe"), ..page }, ..person() },
                Outcome::NotNavigation,
            ),
            (
                RequestFacts { purpose: Purpose { fetch_mode: Some("cors"), ..Purpose::default() }, ..person() },
                Outcome::NotNavigation,
            ),
        ];
        for (facts, expected) in cases {
            assert_eq!(screen(&facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn a_repeat_is_one_within_ten_seconds_and_a_burst_needs_more_than_the_limit() {
        let after = |ago, clicks| RequestFacts {
            recent: Recent { same_visitor_millis_ago: ago, clicks_of_address: clicks },
            ..person()
        };
        assert_eq!(screen(&after(Some(0), 2)), Outcome::Repeat);
        assert_eq!(screen(&after(Some(10_000), 2)), Outcome::Repeat);
        assert_eq!(screen(&after(Some(10_001), 2)), Outcome::Counted);
        // A clock that went back says nothing.
        assert_eq!(screen(&after(Some(-1), 2)), Outcome::Counted);
        assert_eq!(screen(&after(None, BURST_ABOVE)), Outcome::Counted);
        assert_eq!(screen(&after(None, BURST_ABOVE + 1)), Outcome::Burst);
    }
}
