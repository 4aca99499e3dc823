//! The lines of the checklist, each by a function of its own.

use super::address::Served;
use super::checklist::{Fault, Line, Subject, Verdict};
use super::excerpt::excerpt;
use super::facts::{
    BlockedBy, ClickFact, Facts, Hop, KeptState, KeyState, LinkState, PageFacts, PartnerFact, TagFact, TagState,
    Unreached, Via,
};
use super::visit::{Blocked, BlockedBy as KeptBackBy, VisitEnd};
use crate::mode::Mode;
use crate::tracking::cookie::{Scope, registrable_domain};
use url::Url;

/// Every line that applies.
pub fn all(facts: &Facts) -> Vec<Line> {
    let lines = [
        link(facts),
        allowed(facts),
        Some(answers(facts)),
        Some(parameters(facts)),
        Some(partner(facts)),
        Some(click(facts)),
        Some(snippet(facts)),
        head(facts),
        key(facts),
        environment(facts),
        once(facts),
        Some(data(facts)),
        policy(facts),
        Some(cookies(facts)),
        browser(facts),
    ];
    lines.into_iter().flatten().collect()
}

fn fine(subject: Subject, detail: impl Into<String>) -> Line {
    Line { subject, verdict: Verdict::Fine, detail: detail.into(), fault: None, mend: None }
}

fn unknown(subject: Subject, detail: impl Into<String>) -> Line {
    Line { subject, verdict: Verdict::Unknown, detail: detail.into(), fault: None, mend: None }
}

fn broken(subject: Subject, fault: Fault, detail: impl Into<String>, mend: impl Into<String>) -> Line {
    Line { subject, verdict: Verdict::Broken, detail: detail.into(), fault: Some(fault), mend: Some(mend.into()) }
}

fn link(facts: &Facts) -> Option<Line> {
    let asked = facts.asked.as_ref()?;
    let (detail, mend) = match asked.state {
        LinkState::Active => return Some(fine(Subject::Link, "The link leads on.")),
        LinkState::Archived => ("The link was archived.", "Restore the link, or give the partner another one."),
        LinkState::PartnerNotActive => ("The link's partner is not active.", "Approve or restore the partner."),
        LinkState::UnusableDestination => (
            "The link's destination cannot be redirected to.",
            "Give the link a destination that begins with https://.",
        ),
        LinkState::NoSuchLink => {
            ("There is no link of this name.", "Compare the address with the partner's links: a letter may be missing.")
        }
    };
    Some(broken(Subject::Link, Fault::LinkInactive, detail, mend))
}

fn allowed(facts: &Facts) -> Option<Line> {
    let asked = facts.asked.as_ref().filter(|asked| asked.state == LinkState::Active)?;
    Some(if asked.dest_allowed {
        fine(Subject::Allowed, "The destination lies on a site of the program.")
    } else {
        broken(
            Subject::Allowed,
            Fault::DestinationNotAllowed,
            "The destination lies on a host that the program does not list.",
            "Point the link at a page of the program's own site, or move the page there.",
        )
    })
}

/// Why there is nothing to say about the page, if there is nothing.
fn no_page(facts: &Facts) -> Option<&'static str> {
    match facts.asked.as_ref().map(|asked| asked.state) {
        None | Some(LinkState::Active) => {}
        Some(_) => return Some("The link does not lead anywhere, so there is no page to look at."),
    }
    if !facts.is_answered() {
        return Some("The page did not answer the check, so it could not be looked at.");
    }
    if !facts.page.as_ref().is_some_and(|page| page.is_html) {
        return Some("What answered is a file, not a page.");
    }
    None
}

fn page(facts: &Facts) -> Option<&PageFacts> {
    facts.page.as_ref().filter(|_| no_page(facts).is_none())
}

fn answers(facts: &Facts) -> Line {
    if facts.asked.as_ref().is_some_and(|asked| asked.state != LinkState::Active) {
        return unknown(Subject::Answers, no_page(facts).unwrap_or_default());
    }
    if let Some(why) = facts.unreached {
        return unreached(facts, why);
    }
    let Some((hop, status)) = facts.final_hop().and_then(|hop| Some((hop, hop.status?))) else {
        return unknown(Subject::Answers, "Nothing was asked.");
    };
    let host = host_of(hop);
    match status {
        200..=299 if facts.turns_machines_away => unknown(
            Subject::Answers,
            format!(
                "{host} asked the check to prove that it is a person. Visitors may see the page; look with a browser."
            ),
        ),
        200..=299 => fine(Subject::Answers, format!("{host} answered with status {status}.")),
        403 | 429 | 503 if facts.turns_machines_away || status != 503 => unknown(
            Subject::Answers,
            format!(
                "{host} turned the check away with status {status}. Visitors may see the page; look with a browser."
            ),
        ),
        300..=399 => unknown(Subject::Answers, format!("{host} answered with status {status}, which leads nowhere.")),
        _ => broken(
            Subject::Answers,
            Fault::DestinationDown,
            format!("{host} answered with status {status}, an error."),
            "Repair the page, or point the link at one that exists.",
        ),
    }
}

fn unreached(facts: &Facts, why: Unreached) -> Line {
    let host = facts.final_hop().map(host_of).unwrap_or_default();
    unknown(Subject::Answers, format!("{host}: {} This says nothing about what visitors see.", why.sentence()))
}

fn host_of(hop: &Hop) -> String {
    excerpt(Url::parse(&hop.url).ok().as_ref().and_then(Url::host_str).unwrap_or("The address"))
}

/// An address without its parameters.
fn place(hop: &Hop) -> String {
    excerpt(hop.url.split(['?', '#']).next().unwrap_or_default())
}

fn parameters(facts: &Facts) -> Line {
    let subject = Subject::Parameters;
    match facts.kept() {
        (KeptState::Lost, Some(lost)) => {
            let (from, to) = (&facts.hops[lost], &facts.hops[lost + 1]);
            let how = match to.via {
                Via::Refresh => "sends its visitors on to",
                Via::Asked | Via::Redirect => "redirects to",
            };
            let names = if from.lost.is_empty() { "them".to_owned() } else { from.lost.join(", ") };
            broken(
                subject,
                Fault::RedirectDropsParameters,
                format!("{} {how} {} and loses {names}.", place(from), place(to)),
                format!(
                    "Have {} keep the whole query when it redirects, or point the link at {} itself.",
                    host_of(from),
                    place(facts.final_hop().unwrap_or(to))
                ),
            )
        }
        (KeptState::Kept, _) => {
            let lost: Vec<&str> = facts.hops.iter().flat_map(|hop| &hop.lost).map(String::as_str).collect();
            let rest = if lost.is_empty() {
                String::new()
            } else {
                format!(" On the way {} went missing, which does no harm.", lost.join(", "))
            };
            fine(subject, format!("They arrive at the page as the link sent them.{rest}"))
        }
        _ if facts.first_carrying().is_none() && facts.asked.is_none() => {
            unknown(subject, "The address carries nothing of a link. Check a partner's link to see what arrives.")
        }
        _ if facts.asked.as_ref().is_some_and(|asked| asked.state != LinkState::Active) => {
            unknown(subject, "The link does not lead anywhere.")
        }
        _ => unknown(subject, "The way ended before the page."),
    }
}

/// What is said of an address that is another link's.
const SHARED: &str = "The page was looked at through another link that leads there too.";

fn partner(facts: &Facts) -> Line {
    let subject = Subject::Partner;
    if facts.is_shared {
        return unknown(subject, SHARED);
    }
    let key = facts.first_carrying().and_then(|(_, hop)| hop.carried.partner_key.as_deref()).map(excerpt);
    match (key, facts.partner) {
        (Some(key), Some(PartnerFact::Known)) => fine(subject, format!("It is the key of the partner {key}.")),
        (Some(key), Some(PartnerFact::NotActive)) => {
            unknown(subject, format!("It is the key {key}, of a partner who is not active."))
        }
        (Some(key), _) => unknown(subject, format!("It is the key {key}, which no partner of this program has.")),
        (None, _) => unknown(subject, "The address names no partner."),
    }
}

fn click(facts: &Facts) -> Line {
    let subject = Subject::Click;
    if facts.is_shared {
        return unknown(subject, SHARED);
    }
    match facts.click {
        Some(ClickFact::Genuine) => fine(subject, "It is a click that was recorded here."),
        Some(ClickFact::Foreign) => unknown(subject, "It is a click of another program or mode."),
        Some(ClickFact::Unknown) => {
            unknown(subject, "It is no click that was recorded here: it may be typed by hand or altered.")
        }
        None => unknown(subject, "The address names no click."),
    }
}

fn snippet(facts: &Facts) -> Line {
    let subject = Subject::Snippet;
    if let Some(why) = no_page(facts) {
        return unknown(subject, why);
    }
    let Some(page) = page(facts) else { return unknown(subject, "The page could not be looked at.") };
    if let Some(tag) = facts.tag() {
        return found(tag);
    }
    if facts.tag_state() == TagState::Found {
        return fine(subject, "A real browser saw it run, inserted while the page loads.");
    }
    if !page.is_whole {
        return unknown(subject, "Only the first part of the page could be read, and the snippet is not in it.");
    }
    if facts.tag_state() == TagState::Missing {
        return missing(facts, page);
    }
    match page.tag_managers.first() {
        Some(manager) => unknown(
            subject,
            format!(
                "It is not in the page's text. {manager} may insert it while the page loads: check with a real browser."
            ),
        ),
        None => unknown(
            subject,
            "The page is built by its scripts, which may insert it: check with a real browser.".to_owned(),
        ),
    }
}

fn missing(facts: &Facts, page: &PageFacts) -> Line {
    let subject = Subject::Snippet;
    if let Some(line) = page.started_unloaded {
        return broken(
            subject,
            Fault::SnippetBroken,
            format!("Line {line} of the page starts the snippet, but nothing loads it."),
            "Put the whole snippet from Integrations into the page, not only its last lines.",
        );
    }
    if facts.tag_was_there {
        return broken(
            subject,
            Fault::SnippetBroken,
            "The snippet was in this page at an earlier check and is gone.",
            "Put the snippet from Integrations back into the page's head.",
        );
    }
    broken(
        subject,
        Fault::SnippetMissing,
        "The snippet is not in this page.",
        "Put the snippet from Integrations into the page's head, or point the link at a page that has it.",
    )
}

fn found(tag: &TagFact) -> Line {
    let subject = Subject::Snippet;
    let from = tag.src.as_deref().unwrap_or("an address that the page works out");
    let replace = "Replace the tag with the snippet from Integrations.";
    match tag.served {
        Served::Here if tag.line == 0 => fine(subject, format!("A real browser saw a script insert it, from {from}.")),
        Served::OldPlatform if tag.line == 0 => broken(
            subject,
            Fault::SnippetBroken,
            format!("A script inserts the tag of the former platform, from {from}."),
            replace,
        ),
        Served::Here if tag.waits_for_consent => unknown(
            subject,
            format!("Line {} of the page has it, but a consent tool holds it back until the visitor agrees.", tag.line),
        ),
        Served::Here => fine(subject, format!("Line {} of the page loads it from {from}.", tag.line)),
        Served::OldPlatform => broken(
            subject,
            Fault::SnippetBroken,
            format!("Line {} of the page loads the script of the former platform, from {from}.", tag.line),
            replace,
        ),
        Served::Elsewhere => broken(
            subject,
            Fault::SnippetBroken,
            format!("Line {} of the page loads a script from {from}, which is not this Whence.", tag.line),
            replace,
        ),
        Served::OwnSite => unknown(
            subject,
            format!(
                "Line {} of the page loads it from {from}. Whether that host passes requests on to Whence was not seen.",
                tag.line
            ),
        ),
        Served::Computed => unknown(
            subject,
            format!("Line {} of the page loads a script from an address that it works out while it loads.", tag.line),
        ),
    }
}

fn head(facts: &Facts) -> Option<Line> {
    let tag = facts.tag().filter(|_| page(facts).is_some())?;
    Some(if tag.in_head {
        fine(Subject::Head, "It stands in the head.")
    } else {
        fine(
            Subject::Head,
            "It stands in the body. That works, but in the head it sees visitors who leave quickly too.",
        )
    })
}

fn key(facts: &Facts) -> Option<Line> {
    let subject = Subject::Key;
    let tag = facts.tag().filter(|_| page(facts).is_some())?;
    let named = tag.public_key.as_deref().map(excerpt).unwrap_or_default();
    Some(match tag.key {
        KeyState::Right | KeyState::OtherMode => fine(subject, format!("It names {named}, a key of this program.")),
        KeyState::Missing => broken(
            subject,
            Fault::PublicKeyMissing,
            "The snippet is started without a public key.",
            "Put the public key between the brackets of _initialize(\"…\"): the snippet under Integrations has it.",
        ),
        KeyState::Unknown => broken(
            subject,
            Fault::PublicKeyMissing,
            format!("The snippet names {named}, which is no key of any program here."),
            "Replace it with the public key shown under Integrations.",
        ),
        KeyState::OtherProgram => broken(
            subject,
            Fault::WrongEnvironment,
            format!("The snippet names {named}, which is another program's key."),
            "Replace it with this program's public key, shown under Integrations.",
        ),
        KeyState::Computed => unknown(subject, "The page works the key out while it loads."),
    })
}

fn environment(facts: &Facts) -> Option<Line> {
    let subject = Subject::Environment;
    let tag = facts.tag().filter(|_| page(facts).is_some())?;
    let mode = |mode: Option<Mode>| match mode {
        Some(Mode::Test) => "testing",
        Some(Mode::Live) => "live data",
        None => "an unknown mode",
    };
    match tag.key {
        KeyState::Right => Some(fine(subject, format!("The key is for {}.", mode(tag.environment)))),
        KeyState::OtherMode => Some(broken(
            subject,
            Fault::WrongEnvironment,
            format!("The key is for {}.", mode(tag.environment)),
            "Replace it with the public key of this mode, shown under Integrations.",
        )),
        KeyState::Missing | KeyState::Computed | KeyState::Unknown | KeyState::OtherProgram => None,
    }
}

fn once(facts: &Facts) -> Option<Line> {
    let subject = Subject::Once;
    let page = page(facts)?;
    match &page.tags[..] {
        [] => None,
        [_] => Some(fine(subject, "The page has it once.")),
        tags => {
            let lines: Vec<String> = tags.iter().map(|tag| tag.line.to_string()).collect();
            Some(broken(
                subject,
                Fault::DuplicateSnippet,
                format!("The page has it on the lines {}.", lines.join(", ")),
                "Keep the one from Integrations and remove the others.",
            ))
        }
    }
}

fn data(facts: &Facts) -> Line {
    let subject = Subject::Data;
    if let Some(why) = no_page(facts) {
        return unknown(subject, why);
    }
    let found = page(facts).and_then(|page| page.overwritings.first());
    if let Some(code) = found {
        return broken(
            subject,
            Fault::DataOverwritten,
            format!("Line {} of the page replaces {}: {}", code.line, code.what, code.excerpt),
            "Set the fields one by one, as growsumo.data.email = …: replacing the whole object loses the partner.",
        );
    }
    if facts.was_replaced() {
        return broken(
            subject,
            Fault::DataOverwritten,
            "In a real browser another object stood in the snippet's place after the page had loaded.",
            "Look in the page's scripts for code that assigns growsumo, and have it set single fields instead.",
        );
    }
    fine(subject, "No code in the page's text does. Scripts in files of their own were not read.")
}

fn policy(facts: &Facts) -> Option<Line> {
    let subject = Subject::Policy;
    let page = page(facts)?;
    facts.tag()?;
    if page.policies.is_empty() {
        return Some(kept_back(facts).unwrap_or_else(|| fine(subject, "They stop nothing of it.")));
    }
    let stopped: Vec<&str> = page
        .policies
        .iter()
        .map(|rule| match rule.blocks {
            BlockedBy::Inline => "the tag's own code",
            BlockedBy::Script => "loading the script",
            BlockedBy::Connect => "its reports",
            BlockedBy::Sandbox => "every script",
            BlockedBy::MixedContent => "a script over http in a page over https",
        })
        .collect();
    let mends: Vec<String> = page
        .policies
        .iter()
        .map(|rule| match rule.blocks {
            BlockedBy::MixedContent => format!("load the script from {}", rule.should_read),
            _ => format!("Content-Security-Policy: {}", rule.should_read),
        })
        .collect();
    Some(broken(
        subject,
        Fault::PolicyBlocks,
        format!("The page's rules stop {}.", stopped.join(" and ")),
        format!("Let it read: {}", mends.join("; and: ")),
    ))
}

/// What a real browser saw kept back, where the page's text did not show it.
fn kept_back(facts: &Facts) -> Option<Line> {
    let is_rule = |blocked: &&Blocked| blocked.by != KeptBackBy::Browser;
    let blocked = facts.browser.as_ref()?.blocked.iter().find(is_rule)?;
    let (why, mend) = match (blocked.by, &blocked.directive) {
        (KeptBackBy::MixedContent, _) => ("it is not https", "Load the snippet over https.".to_owned()),
        (KeptBackBy::Integrity, _) => (
            "its checksum does not fit",
            "Remove the checksum (integrity) from the tag, or name a version of the snippet that never changes."
                .to_owned(),
        ),
        (_, Some(directive)) => (
            "the page's policy forbids it",
            format!("Add its host to {directive} of the page's Content-Security-Policy."),
        ),
        (_, None) => ("the page's policy forbids it", "Add its host to the page's Content-Security-Policy.".to_owned()),
    };
    let detail = format!("A real browser kept back {}: {why}.", excerpt(blocked.url.as_str()));
    Some(broken(Subject::Policy, Fault::PolicyBlocks, detail, mend))
}

fn cookies(facts: &Facts) -> Line {
    let subject = Subject::Cookies;
    if let Some(why) = no_page(facts) {
        return unknown(subject, why);
    }
    let host =
        facts.final_hop().and_then(|hop| Url::parse(&hop.url).ok()).and_then(|url| url.host_str().map(str::to_owned));
    let Some(host) = host else { return unknown(subject, "The page's host could not be read.") };
    let shown = excerpt(&host);
    match Scope::of(&host) {
        Scope::HostOnly if is_public_suffix(&host) => broken(
            subject,
            Fault::PublicSuffix,
            format!("{shown} belongs to nobody alone, so browsers refuse to share what one of its pages keeps."),
            "Put the page under a domain of the company's own.",
        ),
        Scope::HostOnly => {
            fine(subject, format!("{shown} keeps them for itself alone, as it is no name with a domain."))
        }
        Scope::Domain(domain) => {
            let narrow = facts.cookies.iter().find(|cookie| cookie.by != "redirect" && cookie.domain.is_none());
            if let Some(cookie) = narrow {
                return broken(
                    subject,
                    Fault::CookieTooNarrow,
                    format!(
                        "The page sets {} for {shown} alone, so other hosts of {domain} do not see it.",
                        excerpt(&cookie.name)
                    ),
                    format!("Set it with Domain={domain}, or leave it to the snippet."),
                );
            }
            if facts.site_domain.is_empty() || facts.site_domain == domain {
                let by = if facts.cookies.iter().any(|cookie| cookie.by == "redirect") {
                    "The link's answer"
                } else {
                    "The snippet"
                };
                fine(subject, format!("{by} sets them for {domain} and everything under it."))
            } else {
                unknown(
                    subject,
                    format!(
                        "They are valid on {domain}. A sign-up on {} would not see them; one on {domain} does.",
                        facts.site_domain
                    ),
                )
            }
        }
    }
}

/// Whether a host is a public suffix itself; addresses and single names are not.
fn is_public_suffix(host: &str) -> bool {
    let is_name = host.contains('.') && !host.starts_with('[') && host.parse::<std::net::IpAddr>().is_err();
    is_name && registrable_domain(host).is_none()
}

fn browser(facts: &Facts) -> Option<Line> {
    let subject = Subject::Browser;
    let visit = facts.browser.as_ref()?;
    Some(match (visit.end, facts.has_run()) {
        (_, Some(true)) => fine(subject, "It loaded the page, and the snippet ran and reported the visit."),
        (_, Some(false)) if facts.tag().is_some() => {
            unknown(subject, "It loaded the page, but the snippet did not report the visit while it looked.")
        }
        (_, Some(false)) => fine(subject, "It loaded the page and saw no snippet either."),
        (VisitEnd::NotOpened, None) => unknown(subject, "It could not open the page."),
        (_, None) => unknown(subject, "It could not read the page to its end: the page took too much time or memory."),
    })
}
