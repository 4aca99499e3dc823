//! The answer: facts → a checklist, line by line, and the problems in it, each with its mend. All of them, not the first.

use super::facts::Facts;
use super::lines;
use crate::closed::closed_list;
use serde::{Deserialize, Serialize};

closed_list! {
    /// What can be wrong with a link and the page that it leads to. The codes are those of the investigation's causes.
    pub enum Fault {
        LinkInactive = "link_inactive", "The link no longer leads anywhere.";
        DestinationNotAllowed = "destination_not_allowed", "The link leads to a site that the program does not allow.";
        DestinationDown = "destination_down", "The page answers with an error.";
        RedirectDropsParameters = "redirect_drops_parameters", "A redirect on the way loses what tells visitors apart.";
        SnippetMissing = "snippet_missing_on_landing_page", "The page does not have the snippet.";
        SnippetBroken = "snippet_broken", "The snippet in the page does not work.";
        PublicKeyMissing = "public_key_missing", "The snippet names no public key that is known here.";
        WrongEnvironment = "wrong_environment", "The snippet speaks for another mode or program.";
        DataOverwritten = "snippet_data_overwritten", "Code in the page replaces the snippet's data.";
        DuplicateSnippet = "duplicate_snippet", "The page has the snippet more than once.";
        PolicyBlocks = "page_policy_blocks_snippet", "The page's own rules stop the snippet.";
        CookieTooNarrow = "cookie_domain_too_narrow", "The page keeps the visitor's origin for one host only.";
        PublicSuffix = "public_suffix_host", "The page lies on a host that cannot share what it keeps.";
    }
}

closed_list! {
    /// The lines of the checklist, in the order in which they are shown.
    pub enum Subject {
        Link = "link", "The link is active.";
        Allowed = "destination_allowed", "The program allows the destination.";
        Answers = "destination_answers", "The page answers.";
        Parameters = "parameters_kept", "Everything that tells visitors apart arrives at the page.";
        Partner = "partner_key", "The address names a partner of the program.";
        Click = "click", "The address names a genuine click.";
        Snippet = "snippet", "The page has the snippet.";
        Head = "snippet_in_head", "The snippet stands in the page's head.";
        Key = "public_key", "The snippet names the program's public key.";
        Environment = "environment", "The key is of the right mode.";
        Once = "one_snippet", "The snippet is there once.";
        Data = "data_kept", "Nothing in the page replaces the snippet's data.";
        Policy = "page_policy", "The page's own rules let the snippet work.";
        Cookies = "cookies", "What the page keeps reaches the whole site.";
        Browser = "browser", "A real browser saw the same.";
    }
}

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// In order.
    Fine,
    /// Not in order.
    Broken,
    /// Could not be determined.
    Unknown,
}

impl Verdict {
    /// The word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about.
    pub subject: Subject,
    /// What it says.
    pub verdict: Verdict,
    /// What was seen, or why nothing could be.
    pub detail: String,
    /// What is wrong, if something is.
    pub fault: Option<Fault>,
    /// What to do about it.
    pub mend: Option<String>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The cause.
    pub fault: Fault,
    /// What was seen.
    pub detail: String,
    /// What to do.
    pub mend: String,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checklist {
    /// Line by line.
    pub lines: Vec<Line>,
}

impl Checklist {
    /// Everything that is wrong, in the order of the lines.
    pub fn problems(&self) -> Vec<Problem> {
        let problem = |line: &Line| {
            Some(Problem {
                fault: line.fault?,
                detail: line.detail.clone(),
                mend: line.mend.clone().unwrap_or_default(),
            })
        };
        self.lines.iter().filter_map(problem).collect()
    }

    /// Whether something is broken, else whether something could not be determined.
    pub fn verdict(&self) -> Verdict {
        let any = |verdict| self.lines.iter().any(|line| line.verdict == verdict);
        // What could not be determined about details does not keep a check from being good.
        if any(Verdict::Broken) {
            Verdict::Broken
        } else if self.lines.iter().any(|line| line.verdict == Verdict::Unknown && is_needed(line.subject)) {
            Verdict::Unknown
        } else {
            Verdict::Fine
        }
    }
}

/// Without these nothing is known of a link.
fn is_needed(subject: Subject) -> bool {
    matches!(subject, Subject::Answers | Subject::Parameters | Subject::Snippet | Subject::Key)
}

/// Turns facts into the checklist.
pub fn interpret(facts: &Facts) -> Checklist {
    Checklist { lines: lines::all(facts) }
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;
    use crate::investigation::Cause;
    use crate::tracking::destination::encode_partner_key;
    use url::Url;

    const KEY: &str = "pk_11111111111111111111111111111111";

    fn hop(url: &str, status: u16) -> Hop {
        let carried = Carried::read(&Url::parse(url).expect("an address"));
        Hop { url: url.into(), status: Some(status), via: Via::Redirect, carried, lost: Vec::new() }
    }

    fn landing(query: &str) -> String {
        format!("https://www.shop.test/landing?{query}")
    }

    fn page(code: &str) -> PageFacts {
        let script = RawScript { code: code.into(), line: 3, code_line: 3, in_head: true, ..RawScript::default() };
        let raw = RawPage {
            url: Url::parse("https://www.shop.test/landing").expect("an address"),
            is_html: true,
            is_whole: true,
            scripts: vec![script],
            policies: Vec::new(),
            frames: Vec::new(),
            visible_letters: 500,
            has_root: false,
        };
        let serving = Serving { hosts: vec!["go.shop.test".into()], site_domain: "shop.test".into() };
        look(&raw, &serving, &|key| match key {
            KEY => (KeyState::Right, Some(crate::Mode::Live)),
            _ => (KeyState::Unknown, None),
        })
    }

    fn good() -> Facts {
        let query = format!("ps_partner_key={0}&ps_xid=X&gspk={0}&gsxid=X", encode_partner_key("bo"));
        Facts {
            asked: Some(Asked { link: None, state: LinkState::Active, partner_key: "bo".into(), dest_allowed: true }),
            hops: vec![hop("https://go.shop.test/bo", 302), hop(&landing(&query), 200)],
            partner: Some(PartnerFact::Known),
            click: Some(ClickFact::Genuine),
            page: Some(page(&format!("s.src='https://go.shop.test/v1/';growsumo._initialize('{KEY}')"))),
            site_domain: "shop.test".into(),
            ..Facts::default()
        }
    }

    fn faults(facts: &Facts) -> Vec<&'static str> {
        interpret(facts).problems().iter().map(|problem| problem.fault.code()).collect()
    }

    #[test]
    fn where_all_is_well_every_line_is_fine() {
        let list = interpret(&good());
        let rest: Vec<&Line> = list.lines.iter().filter(|line| line.verdict != Verdict::Fine).collect();
        assert!(rest.is_empty(), "{rest:?}");
        assert_eq!(list.verdict(), Verdict::Fine);
        let summary = good().summary();
        assert_eq!((summary.tag, summary.key, summary.params_kept), (TagState::Found, "right", KeptState::Kept));
    }

    #[test]
    fn all_problems_are_told_not_the_first() {
        let mut facts = good();
        facts.page =
            Some(page("s.src='https://js.partnerstack.com/v1/';growsumo._initialize();f=()=>{growsumo.data={}}"));
        facts.hops[1] = hop(&landing(""), 200);
        facts.hops.insert(1, hop(&format!("https://shop.test/?ps_xid=X&gspk={}", encode_partner_key("bo")), 301));
        assert_eq!(
            faults(&facts),
            ["redirect_drops_parameters", "snippet_broken", "public_key_missing", "snippet_data_overwritten"]
        );
        assert_eq!(facts.summary().lost_at.as_deref(), Some(facts.hops[1].url.as_str()));
        assert_eq!(facts.summary().overwritten_at, Some(3));
    }

    #[test]
    fn what_could_not_be_seen_is_never_called_broken() {
        for change in [
            (|facts: &mut Facts| facts.unreached = Some(Unreached::Timeout)) as fn(&mut Facts),
            |facts| facts.turns_machines_away = true,
            |facts| facts.hops[1].status = Some(403),
            |facts| facts.page.as_mut().expect("a page").is_html = false,
            |facts| facts.page = Some(PageFacts { is_html: true, is_whole: false, ..PageFacts::default() }),
        ] {
            let mut facts = good();
            change(&mut facts);
            assert_eq!(faults(&facts), [""; 0]);
            assert_eq!(interpret(&facts).verdict(), Verdict::Unknown);
        }
        let mut down = good();
        down.hops[1].status = Some(404);
        assert_eq!(faults(&down), ["destination_down"]);
    }

    #[test]
    fn a_tag_that_was_there_before_is_gone_and_one_that_never_was_is_missing() {
        let mut facts = good();
        facts.page = Some(page(""));
        assert_eq!(faults(&facts), ["snippet_missing_on_landing_page"]);
        facts.tag_was_there = true;
        assert_eq!(faults(&facts), ["snippet_broken"]);
    }

    #[test]
    fn every_fault_is_a_cause_of_the_investigation() {
        for fault in Fault::ALL {
            assert!(Cause::parse(fault.code()).is_some(), "{fault}");
        }
    }

    #[test]
    fn facts_come_back_from_storage_as_they_were() {
        let facts = good();
        let stored = serde_json::to_string(&facts).expect("JSON");
        assert_eq!(serde_json::from_str::<Facts>(&stored).expect("facts"), facts);
    }
}
