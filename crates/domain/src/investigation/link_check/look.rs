//! Looking at a page: from what the server read of it to the facts that are kept.

use super::address::{Served, Serving};
use super::excerpt::excerpt;
use super::facts::{KeyState, OverwritingFact, PageFacts, PolicyFact, TagFact};
use super::overwriting::{Overwriting, overwritings};
use super::policy::{Wanted, blocked};
use super::script::{Kind, Token, tokens};
use super::tag::{Given, Start, loading};
use crate::mode::Mode;
use url::Url;

/// A page as its text has it; nothing of it was run. Not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawPage {
    /// Its address.
    pub url: Url,
    /// Whether it is a page at all.
    pub is_html: bool,
    /// Whether it was read to its end.
    pub is_whole: bool,
    /// Its scripts, in order.
    pub scripts: Vec<RawScript>,
    /// Its content security policies, of headers and `meta`.
    pub policies: Vec<String>,
    /// Addresses of its frames, as written.
    pub frames: Vec<String>,
    /// Letters that it shows without any script.
    pub visible_letters: usize,
    /// Whether it has an element that scripts usually build a page in.
    pub has_root: bool,
}

/// A script element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawScript {
    /// Its `src`.
    pub src: Option<String>,
    /// Its `type`.
    pub kind: Option<String>,
    /// Its `nonce`.
    pub nonce: Option<String>,
    /// Its `onload`.
    pub onload: Option<String>,
    /// Its code.
    pub code: String,
    /// The line on which it begins, counted from 1.
    pub line: u32,
    /// The line on which its code begins.
    pub code_line: u32,
    /// Whether it stands in the head.
    pub in_head: bool,
}

/// Tags, replacements and frames that are kept of one page, each.
const KEPT: usize = 10;

/// A page that shows fewer letters than this before its scripts run is built by them.
const LETTERS: usize = 200;

/// Where tag managers come from, and their names.
const TAG_MANAGERS: [(&str, &str); 11] = [
    ("googletagmanager.com/gtm", "Google Tag Manager"),
    ("tags.tiqcdn.com", "Tealium"),
    ("assets.adobedtm.com", "Adobe Experience Platform Tags"),
    ("cdn.segment.com", "Segment"),
    ("cdn.rudderlabs.com", "RudderStack"),
    ("containers.piwik.pro", "Piwik PRO"),
    ("cdn.matomo.cloud", "Matomo"),
    ("cdn.tagcommander.com", "Commanders Act"),
    ("nexus.ensighten.com", "Ensighten"),
    ("/cdn-cgi/zaraz", "Cloudflare Zaraz"),
    ("cdn.tagmanager", "a tag manager"),
];

/// Reads a page into facts. `key` says what is known of a public key, and the mode that it speaks for.
pub fn look(page: &RawPage, serving: &Serving, key: &dyn Fn(&str) -> (KeyState, Option<Mode>)) -> PageFacts {
    let mut found = Found::default();
    for script in &page.scripts {
        found.read(script, page, serving, key);
    }
    let Found { mut tags, starts, replacements, policies } = found;
    give_keys(&mut tags, &starts, key);
    let overwritings = harmful(replacements, &tags);
    let external = page.scripts.iter().filter(|script| script.src.is_some()).count();
    PageFacts {
        is_html: page.is_html,
        is_whole: page.is_whole,
        started_unloaded: starts.first().filter(|_| tags.is_empty()).map(|(_, line)| *line),
        policies,
        tag_managers: tag_managers(page),
        is_built_by_scripts: page.has_root && external > 0 && page.visible_letters < LETTERS,
        foreign_frames: foreign_frames(page, serving),
        overwritings,
        tags: tags.into_iter().map(|tag| tag.fact).take(KEPT).collect(),
    }
}

struct FoundTag {
    fact: TagFact,
    is_started: bool,
}

#[derive(Default)]
struct Found {
    tags: Vec<FoundTag>,
    /// Calls that stand apart from any tag, with their lines.
    starts: Vec<(Given, u32)>,
    replacements: Vec<(Overwriting, OverwritingFact)>,
    policies: Vec<PolicyFact>,
}

impl Found {
    fn read(
        &mut self,
        script: &RawScript,
        page: &RawPage,
        serving: &Serving,
        key: &dyn Fn(&str) -> (KeyState, Option<Mode>),
    ) {
        let Some(waits_for_consent) = runs(script.kind.as_deref()) else { return };
        let own = script.src.as_deref().map(str::trim).filter(|src| !src.is_empty());
        // A script with a `src` does not run what stands in it.
        let code = if own.is_some() { script.onload.as_deref().unwrap_or_default() } else { &script.code };
        let tokens = tokens(code);
        let mut seen = loading(&tokens, serving, &page.url);
        if let Some(src) = own {
            let whole = page.url.join(src).map(String::from).unwrap_or_default();
            seen.loads = serving.read(&whole, &page.url, seen.starts.is_some() || names_us(src));
        } else {
            self.find_replacements(script, code, &tokens);
        }
        let line_of = |at: usize| script.code_line + line_ends(&code[..at]);
        match (seen.loads, seen.starts) {
            (Some((served, src)), start) => {
                // Of several tags the first is the one that counts.
                let is_first = !self.tags.iter().any(|tag| tag.fact.served == Served::Here);
                if let Some(src) = src.as_ref().filter(|_| served == Served::Here && is_first) {
                    let inline = own.is_none().then_some(script.code.as_str());
                    let wanted = Wanted { page: &page.url, inline, nonce: script.nonce.as_deref(), script: src };
                    self.policies = blocked(&page.policies, &wanted);
                }
                let fact = TagFact {
                    served,
                    src: src.as_ref().map(plain),
                    public_key: None,
                    key: KeyState::Missing,
                    environment: None,
                    in_head: script.in_head,
                    waits_for_consent,
                    line: script.line,
                };
                let mut tag = FoundTag { fact, is_started: false };
                if let Some(Start { key: given, .. }) = start {
                    tag.give(&given, key);
                }
                self.tags.push(tag);
            }
            (None, Some(start)) => self.starts.push((start.key, line_of(start.at))),
            (None, None) => {}
        }
    }

    fn find_replacements(&mut self, script: &RawScript, code: &str, tokens: &[Token<'_>]) {
        for replacement in overwritings(tokens) {
            let fact = OverwritingFact {
                what: replacement.what.clone(),
                line: script.code_line + line_ends(&code[..replacement.at]),
                excerpt: excerpt(&code[replacement.at..replacement.end]),
            };
            self.replacements.push((replacement, fact));
        }
    }
}

impl FoundTag {
    fn give(&mut self, given: &Given, key: &dyn Fn(&str) -> (KeyState, Option<Mode>)) {
        self.is_started = true;
        match given {
            Given::Key(text) => {
                (self.fact.key, self.fact.environment) = key(text);
                self.fact.public_key = Some(text.clone());
            }
            Given::Nothing => self.fact.key = KeyState::Missing,
            Given::Computed => self.fact.key = KeyState::Computed,
        }
    }
}

/// Calls that stand apart belong to the tags that lack one, in order.
fn give_keys(tags: &mut [FoundTag], starts: &[(Given, u32)], key: &dyn Fn(&str) -> (KeyState, Option<Mode>)) {
    let waiting = tags.iter_mut().filter(|tag| !tag.is_started);
    for (tag, (given, _)) in waiting.zip(starts) {
        tag.give(given, key);
    }
}

/// Replacements that do harm. An object that a page puts down before its tag is taken over by the snippet when it loads.
fn harmful(replacements: Vec<(Overwriting, OverwritingFact)>, tags: &[FoundTag]) -> Vec<OverwritingFact> {
    let first_tag = tags.iter().map(|tag| tag.fact.line).min();
    let is_harmful = |(code, fact): &(Overwriting, OverwritingFact)| {
        let is_before = first_tag.is_some_and(|line| fact.line <= line);
        !(code.is_object && code.runs_at_once && is_before)
    };
    replacements.into_iter().filter(is_harmful).map(|(_, fact)| fact).take(KEPT).collect()
}

/// Whether a script of this type runs: nothing if it never does, else whether it waits for a consent tool.
fn runs(kind: Option<&str>) -> Option<bool> {
    let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
    match kind.split(';').next().unwrap_or_default().trim() {
        "" | "module" => Some(false),
        "text/plain" => Some(true),
        kind if kind.ends_with("/javascript") || kind.ends_with("/ecmascript") || kind.ends_with("/x-javascript") => {
            Some(false)
        }
        _ => None,
    }
}

fn names_us(src: &str) -> bool {
    let lower = src.to_ascii_lowercase();
    ["growsumo", "partnerstack"].iter().any(|name| lower.contains(name))
}

/// Host and path of an address, without what may stand behind them.
fn plain(url: &Url) -> String {
    excerpt(&format!("{}{}", url.origin().ascii_serialization(), url.path()))
}

fn line_ends(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

fn tag_managers(page: &RawPage) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for script in page.scripts.iter().filter(|script| runs(script.kind.as_deref()).is_some()) {
        let code = tokens(&script.code);
        let texts = code.iter().filter(|token| token.kind != Kind::Sign).map(|token| token.text);
        for text in texts.chain(script.src.as_deref()) {
            for (place, name) in TAG_MANAGERS {
                if text.contains(place) && !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
    }
    names
}

/// Hosts of frames that belong to another site than the page and the program.
fn foreign_frames(page: &RawPage, serving: &Serving) -> Vec<String> {
    use crate::tracking::cookie::same_site;
    let own = page.url.host_str().unwrap_or_default();
    let mut hosts: Vec<String> = Vec::new();
    for url in page.frames.iter().filter_map(|frame| page.url.join(frame.trim()).ok()) {
        let Some(host) = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")) else { continue };
        let is_foreign = !same_site(host, own) && !serving.is_on_site(host);
        if is_foreign && hosts.len() < KEPT && !hosts.iter().any(|known| known == host) {
            hosts.push(excerpt(host));
        }
    }
    hosts
}
