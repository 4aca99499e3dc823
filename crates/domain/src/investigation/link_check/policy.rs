//! Whether a page's content security policy lets the snippet run, load and report, and how the directive should read if
//! not.

use super::facts::{BlockedBy, PolicyFact};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384, Sha512};
use url::Url;

/// How the page brings the snippet in.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The page.
    pub page: &'a Url,
    /// The code of the loader, if it stands in the page.
    pub inline: Option<&'a str>,
    /// The `nonce` of the tag.
    pub nonce: Option<&'a str>,
    /// The script that it loads.
    pub script: &'a Url,
}

/// The most policies and directives that are read, and the most of one policy, in bytes. Browsers have bounds as well.
const POLICIES: usize = 20;
/// See [`POLICIES`].
const DIRECTIVES: usize = 60;
/// See [`POLICIES`].
const POLICY_BYTES: usize = 16 * 1_024;

/// The longest list of sources that is repeated in a mend, in characters.
const SOURCES: usize = 400;

/// The rules that stop the snippet. Each policy must let it through; of several that stop the same thing the first is told.
pub fn blocked(policies: &[String], wanted: &Wanted<'_>) -> Vec<PolicyFact> {
    let mut found: Vec<PolicyFact> = Vec::new();
    let all: Vec<Vec<Directive<'_>>> =
        policies.iter().flat_map(|header| header.split(',')).take(POLICIES).map(directives).collect();
    let upgrades = all.iter().flatten().any(|directive| directive.name == "upgrade-insecure-requests");
    if wanted.page.scheme() == "https" && wanted.script.scheme() == "http" && !upgrades {
        found.push(PolicyFact {
            blocks: BlockedBy::MixedContent,
            directive: "https".into(),
            should_read: https(wanted.script),
        });
    }
    for policy in &all {
        for fact in blocked_by(policy, wanted) {
            if !found.iter().any(|known| known.blocks == fact.blocks) {
                found.push(fact);
            }
        }
    }
    found
}

fn https(script: &Url) -> String {
    let mut script = script.clone();
    // An http address can always be made https.
    let _ = script.set_scheme("https");
    script.to_string()
}

struct Directive<'a> {
    name: String,
    sources: Vec<&'a str>,
}

fn directives(policy: &str) -> Vec<Directive<'_>> {
    let mut all: Vec<Directive<'_>> = Vec::new();
    let policy = &policy[..policy.floor_char_boundary(POLICY_BYTES)];
    for part in policy.split(';').take(DIRECTIVES) {
        let mut words = part.split_ascii_whitespace();
        let Some(name) = words.next().map(str::to_ascii_lowercase) else { continue };
        // Of two directives of one name the first holds.
        if !all.iter().any(|known| known.name == name) {
            all.push(Directive { name, sources: words.collect() });
        }
    }
    all
}

/// The directive that decides: the first of these names that is there.
fn deciding<'p, 'a>(policy: &'p [Directive<'a>], names: &[&str]) -> Option<&'p Directive<'a>> {
    names.iter().find_map(|name| policy.iter().find(|directive| directive.name == *name))
}

fn blocked_by(policy: &[Directive<'_>], wanted: &Wanted<'_>) -> Vec<PolicyFact> {
    let mut found = Vec::new();
    if let Some(sandbox) = deciding(policy, &["sandbox"])
        && !has(sandbox, "allow-scripts")
    {
        found.push(fact(BlockedBy::Sandbox, "sandbox", sandbox, "allow-scripts"));
    }
    let origin = wanted.script.origin().ascii_serialization();
    if let Some(scripts) = deciding(policy, &["script-src-elem", "script-src", "default-src"]) {
        let named = if scripts.name == "script-src-elem" { "script-src-elem" } else { "script-src" };
        let is_trusted = wanted.nonce.is_some_and(|nonce| has_nonce(scripts, nonce))
            || wanted.inline.is_some_and(|code| has_hash(scripts, code));
        if wanted.inline.is_some() && !is_trusted && !allows_any_inline(scripts) {
            let hash = wanted.inline.map(|code| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(code))));
            found.push(fact(BlockedBy::Inline, named, scripts, &hash.unwrap_or_default()));
        }
        let is_strict = has(scripts, "'strict-dynamic'");
        // Trust passes on to what a trusted tag loads only where the policy says so; a trusted `src` tag is allowed itself.
        let by_trust = is_trusted && (is_strict || wanted.inline.is_none());
        if !by_trust && (is_strict || !allows(scripts, wanted.script, wanted.page)) {
            let missing = if is_strict { "'nonce-…' on the tag".to_owned() } else { origin.clone() };
            found.push(fact(BlockedBy::Script, named, scripts, &missing));
        }
    }
    if let Some(connect) = deciding(policy, &["connect-src", "default-src"])
        && let Ok(report) = wanted.script.join("/v1/visits")
        && !allows(connect, &report, wanted.page)
    {
        found.push(fact(BlockedBy::Connect, "connect-src", connect, &origin));
    }
    found
}

/// The fact, with the directive as it should read: what it lists already, and what is missing.
fn fact(blocks: BlockedBy, name: &str, directive: &Directive<'_>, missing: &str) -> PolicyFact {
    let mut sources = String::new();
    for source in directive.sources.iter().filter(|source| !source.eq_ignore_ascii_case("'none'")) {
        if sources.len() + source.len() > SOURCES {
            sources.push_str("… ");
            break;
        }
        let plain = source.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"'));
        sources.extend(plain);
        sources.push(' ');
    }
    PolicyFact { blocks, directive: directive.name.clone(), should_read: format!("{name} {sources}{missing}") }
}

fn has(directive: &Directive<'_>, word: &str) -> bool {
    directive.sources.iter().any(|source| source.eq_ignore_ascii_case(word))
}

fn has_nonce(directive: &Directive<'_>, nonce: &str) -> bool {
    let read =
        |source: &&str| source.strip_prefix("'nonce-").and_then(|rest| rest.strip_suffix('\'')).map(str::to_owned);
    !nonce.is_empty() && directive.sources.iter().filter_map(read).any(|listed| listed == nonce)
}

fn has_hash(directive: &Directive<'_>, code: &str) -> bool {
    directive.sources.iter().any(|source| {
        let Some((kind, hash)) = source.trim_matches('\'').split_once('-') else { return false };
        let hash = hash.replace('-', "+").replace('_', "/");
        match kind.to_ascii_lowercase().as_str() {
            "sha256" => STANDARD.encode(Sha256::digest(code)) == hash,
            "sha384" => STANDARD.encode(Sha384::digest(code)) == hash,
            "sha512" => STANDARD.encode(Sha512::digest(code)) == hash,
            _ => false,
        }
    })
}

/// `'unsafe-inline'` counts only where nothing stricter stands beside it.
fn allows_any_inline(directive: &Directive<'_>) -> bool {
    let is_stricter = |source: &&str| {
        let lower = source.to_ascii_lowercase();
        ["'nonce-", "'sha256-", "'sha384-", "'sha512-"].iter().any(|start| lower.starts_with(start))
            || lower == "'strict-dynamic'"
    };
    has(directive, "'unsafe-inline'") && !directive.sources.iter().any(is_stricter)
}

fn allows(directive: &Directive<'_>, url: &Url, page: &Url) -> bool {
    directive.sources.iter().any(|source| matches(source, url, page))
}

/// Whether a source expression covers an address.
fn matches(source: &str, url: &Url, page: &Url) -> bool {
    let source = source.to_ascii_lowercase();
    if source == "*" {
        return matches!(url.scheme(), "http" | "https");
    }
    if source == "'self'" {
        return url.host_str() == page.host_str()
            && url.port_or_known_default() == page.port_or_known_default()
            && covers_scheme(page.scheme(), url.scheme());
    }
    if source.starts_with('\'') {
        return false;
    }
    if let Some(scheme) = source.strip_suffix(':') {
        return covers_scheme(scheme, url.scheme());
    }
    let (scheme, rest) =
        source.split_once("://").map_or((page.scheme(), source.as_str()), |(scheme, rest)| (scheme, rest));
    let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
    let (host, port) = authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    covers_scheme(scheme, url.scheme())
        && covers_host(host, url.host_str().unwrap_or_default())
        && covers_port(port, url)
        && covers_path(path, url.path())
}

/// A rule for http covers https too.
fn covers_scheme(rule: &str, scheme: &str) -> bool {
    rule == scheme || (rule == "http" && scheme == "https")
}

fn covers_host(rule: &str, host: &str) -> bool {
    match rule.strip_prefix('*') {
        Some("") => true,
        Some(under) => host.len() > under.len() && under.starts_with('.') && host.ends_with(under),
        None => rule == host,
    }
}

fn covers_port(rule: Option<&str>, url: &Url) -> bool {
    match rule {
        Some("*") => true,
        Some(port) => {
            url.port_or_known_default().is_some_and(|known| known.to_string() == port || (port == "80" && known == 443))
        }
        None => url.port().is_none(),
    }
}

fn covers_path(rule: &str, path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let path = path.trim_start_matches('/');
    rule.is_empty() || if rule.ends_with('/') { path.starts_with(rule) } else { path == rule }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "load()";

    fn blocks(policy: &str, inline: bool, nonce: Option<&str>) -> Vec<BlockedBy> {
        let page = Url::parse("https://www.shop.test/").expect("an address");
        let script = Url::parse("https://go.shop.test/v1/").expect("an address");
        let wanted = Wanted { page: &page, inline: inline.then_some(CODE), nonce, script: &script };
        blocked(&[policy.to_owned()], &wanted).into_iter().map(|fact| fact.blocks).collect()
    }

    #[test]
    fn a_policy_that_lets_everything_through_stops_nothing() {
        for policy in [
            "",
            "img-src 'none'",
            "default-src *  'unsafe-inline'",
            "script-src 'unsafe-inline' https:; connect-src https:",
            "default-src 'self'; script-src 'unsafe-inline' https://go.shop.test; connect-src go.shop.test",
            "SCRIPT-SRC 'Unsafe-Inline' *.shop.test; Connect-Src *.shop.test:*",
            "script-src 'unsafe-inline' https://go.shop.test/v1/; connect-src https://go.shop.test/v1/visits",
            "script-src 'unsafe-inline' go.shop.test; script-src 'none'; connect-src http://go.shop.test:80",
        ] {
            assert_eq!(blocks(policy, true, None), [], "{policy}");
        }
    }

    #[test]
    fn what_a_policy_stops_is_named() {
        use BlockedBy::{Connect, Inline, Sandbox, Script};
        let table = [
            ("default-src 'self'", vec![Inline, Script, Connect]),
            ("script-src 'unsafe-inline' https://go.shop.test", vec![]),
            ("script-src https://go.shop.test", vec![Inline]),
            ("script-src 'unsafe-inline' 'self'", vec![Script]),
            ("script-src 'unsafe-inline' https://go.shop.test/other.js", vec![Script]),
            ("script-src 'unsafe-inline' https://go.shop.test:8443", vec![Script]),
            ("script-src 'unsafe-inline' *.go.shop.test", vec![Script]),
            ("script-src 'unsafe-inline' 'nonce-a' https://go.shop.test", vec![Inline]),
            ("script-src-elem 'none'; script-src *", vec![Inline, Script]),
            ("connect-src 'self'", vec![Connect]),
            ("sandbox allow-forms", vec![Sandbox]),
            ("script-src 'unsafe-inline' 'strict-dynamic' https://go.shop.test", vec![Inline, Script]),
        ];
        for (policy, expected) in table {
            assert_eq!(blocks(policy, true, None), expected, "{policy}");
        }
        assert_eq!(blocks("script-src go.shop.test, connect-src 'none'", true, None), [Inline, Connect]);
    }

    #[test]
    fn nonces_hashes_and_passed_on_trust_are_understood() {
        let hash = STANDARD.encode(Sha256::digest(CODE));
        assert_eq!(blocks("script-src 'nonce-a' 'strict-dynamic'", true, Some("a")), []);
        assert_eq!(blocks("script-src 'nonce-a'", true, Some("a")), [BlockedBy::Script]);
        assert_eq!(blocks("script-src 'nonce-a'", false, Some("a")), []);
        assert_eq!(blocks(&format!("script-src 'sha256-{hash}' 'strict-dynamic'"), true, None), []);
        assert_eq!(
            blocks("script-src 'nonce-b' 'strict-dynamic'", true, Some("a")),
            [BlockedBy::Inline, BlockedBy::Script]
        );
    }

    #[test]
    fn the_mend_is_the_directive_as_it_should_read() {
        let page = Url::parse("https://www.shop.test/").expect("an address");
        let script = Url::parse("http://go.shop.test/v1/").expect("an address");
        let wanted = Wanted { page: &page, inline: None, nonce: None, script: &script };
        let all = blocked(&["default-src 'none'; connect-src 'self'".to_owned()], &wanted);
        let read: Vec<&str> = all.iter().map(|fact| fact.should_read.as_str()).collect();
        assert_eq!(
            read,
            ["https://go.shop.test/v1/", "script-src http://go.shop.test", "connect-src 'self' http://go.shop.test"]
        );
    }
}
