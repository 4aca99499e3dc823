//! A kept check, as the rules of the investigation read it.

use super::facts::{Facts, KeptState, TagState};
use crate::id::LinkId;
use crate::investigation::facts::{CheckSeen, KeySeen, PageName, ParametersSeen, TagSeen};
use crate::time::Instant;
use url::Url;

/// Turns what a check found into what the rules ask for. `page` is host and path of the destination that was checked.
pub fn seen(facts: &Facts, key: String, at: Instant, link: Option<LinkId>, (host, path): (&str, &str)) -> CheckSeen {
    let summary = facts.summary();
    let page = facts.page.as_ref().filter(|page| page.is_html);
    CheckSeen {
        key,
        at,
        link,
        page: PageName { host: host.to_owned(), path: path.to_owned() },
        http_status: summary.http_status.filter(|_| facts.unreached.is_none() && !facts.turns_machines_away),
        by_browser: facts.browser.as_ref().is_some_and(|visit| visit.end.was_read()),
        tag: match summary.tag {
            TagState::Found => TagSeen::Found,
            TagState::Missing => TagSeen::Missing,
            TagState::Unknown => TagSeen::Unknown,
        },
        key_in_tag: match summary.key {
            "right" => KeySeen::Right,
            "missing" => KeySeen::Missing,
            "unknown_key" => KeySeen::UnknownKey,
            "test" => KeySeen::OtherMode,
            "other_program" => KeySeen::OtherProgram,
            _ => KeySeen::Unknown,
        },
        parameters: match (summary.params_kept, summary.lost_at.as_deref()) {
            (KeptState::Kept, _) => ParametersSeen::Kept,
            (KeptState::Lost, Some(url)) => ParametersSeen::LostAt(host_and_path(url)),
            _ => ParametersSeen::Unknown,
        },
        overwritten_at: summary.overwritten_at,
        policy_blocks: page.is_some_and(|page| !page.policies.is_empty()),
        duplicate: page.is_some_and(|page| page.tags.len() > 1),
        not_allowed: facts.asked.as_ref().is_some_and(|asked| !asked.dest_allowed),
    }
}

fn host_and_path(url: &str) -> String {
    Url::parse(url)
        .map_or_else(|_| String::new(), |url| format!("{}{}", url.host_str().unwrap_or_default(), url.path()))
}
