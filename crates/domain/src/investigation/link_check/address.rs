//! Where a page loads the snippet from, judged by the address in its tag.

use serde::{Deserialize, Serialize};
use url::Url;

/// Whose script an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Served {
    /// This installation's: a link host or the app host.
    Here,
    /// The platform that the company left.
    OldPlatform,
    /// A host of the company's own site that is no link host here; it may pass requests on to us.
    OwnSite,
    /// Some other host, which is not this installation.
    Elsewhere,
    /// The page works the address out while it loads.
    Computed,
}

/// What is ours: needed to recognise a tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    /// Hosts that serve the snippet: link hosts and the app host, in lower case, without ports.
    pub hosts: Vec<String>,
    /// The registrable domain of the program's site.
    pub site_domain: String,
}

/// Hosts at which the old platform served its script (`wire.md` 1.1).
const OLD_HOSTS: [&str; 6] = [
    "js.partnerstack.com",
    "snippet.partnerstack.com",
    "snippet.growsumo.com",
    "js.growsumo.com",
    "grsm.io",
    "partnerlinks.io",
];

impl Serving {
    /// Reads a text in a script or a `src` as the snippet's address, if it is one.
    ///
    /// `is_named` says that the code around it names our object: other vendors' scripts lie at `/v1/` too.
    pub fn read(&self, text: &str, page: &Url, is_named: bool) -> Option<(Served, Option<Url>)> {
        if text.len() > 2_048 || !(text.contains('/') || text.contains('.')) {
            return None;
        }
        if let Some(host) = OLD_HOSTS.iter().find(|host| text.contains(**host)) {
            return Some((Served::OldPlatform, Url::parse(&format!("https://{host}/")).ok()));
        }
        // An address in a script is whole, or begins with its host or its path; a word with a slash in it is none.
        if !(text.starts_with('/') || text.starts_with("http://") || text.starts_with("https://")) {
            return None;
        }
        let url = page.join(text).ok()?;
        let host = url.host_str()?.to_ascii_lowercase();
        let path = url.path();
        let names_us = ["growsumo", "partnerstack"].iter().any(|name| path.to_ascii_lowercase().contains(name));
        if self.hosts.contains(&host) {
            // On a host that is both shop and link host, only these paths are the script's.
            return is_script(path).then_some((Served::Here, Some(url)));
        }
        let fits = path == "/pr/js" || (is_named && (is_script(path) || names_us));
        fits.then(|| (if self.is_on_site(&host) { Served::OwnSite } else { Served::Elsewhere }, Some(url)))
    }

    /// Whether a host lies on the program's site.
    pub fn is_on_site(&self, host: &str) -> bool {
        let domain = self.site_domain.as_str();
        !domain.is_empty() && host.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.'))
    }
}

/// The paths under which the snippet is served (`product.md` 5 "Snippet").
fn is_script(path: &str) -> bool {
    matches!(path, "/v1" | "/v1/" | "/v1/partner.js" | "/pr/js")
        || path.strip_prefix("/v1/").is_some_and(|file| {
            file.strip_suffix(".js").is_some_and(|version| version.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snippets_addresses_are_told_apart() {
        let serving = Serving { hosts: vec!["go.shop.test".into()], site_domain: "shop.test".into() };
        let page = Url::parse("https://www.shop.test/landing").expect("an address");
        let read = |text: &str, named| serving.read(text, &page, named).map(|(served, _)| served);
        for text in ["https://go.shop.test/v1/", "//go.shop.test/pr/js", "https://GO.shop.test:8443/v1/1.0.0.js"] {
            assert_eq!(read(text, false), Some(Served::Here), "{text}");
        }
        for text in ["https://js.partnerstack.com/v1/", "snippet.growsumo.com/growsumo.min.js", "//grsm.io/pr/js"] {
            assert_eq!(read(text, false), Some(Served::OldPlatform), "{text}");
        }
        assert_eq!(read("/pr/js", false), Some(Served::OwnSite));
        assert_eq!(read("https://affiliate.other.test/pr/js", false), Some(Served::Elsewhere));
        assert_eq!(read("https://cdn.vendor.test/v1/", false), None);
        assert_eq!(read("https://cdn.vendor.test/v1/", true), Some(Served::Elsewhere));
        for text in ["text/javascript", "script", "a/b", "", "https://go.shop.test/landing", "https://", "//"] {
            assert_eq!(read(text, true), None, "{text}");
        }
    }
}
