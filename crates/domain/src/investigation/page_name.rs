//! Pages as they are counted: what varies in a path is folded away, so that `/orders/17` and `/orders/18` are one page.
//!
//! However many addresses a site has, a program has few pages a day: what the folding leaves beyond [`MOST_PAGES`] is counted
//! together, under [`PageName::others`].

use super::facts::PageName;
use crate::program::Destination;
use url::Url;

/// Pages counted apart, per program, mode and day.
pub const MOST_PAGES: i64 = 2_000;
/// Segments of a path that count; what lies deeper is one page.
const SEGMENTS: usize = 6;
/// A longer segment is a title or a token, no name of a page.
const LONGEST: usize = 48;

impl PageName {
    /// The page at this host and path.
    pub fn of(host: &str, path: &str) -> Self {
        Self { host: host.to_ascii_lowercase(), path: fold_path(path) }
    }

    /// The page that a link leads to.
    pub fn of_destination(dest: &Destination) -> Self {
        Self::of_address(dest.as_str()).unwrap_or_else(Self::others)
    }

    /// The page at an absolute address.
    pub fn of_address(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        Some(Self::of(url.host_str()?, url.path()))
    }

    /// Where pages are counted that are too many to be counted apart.
    pub fn others() -> Self {
        Self { host: "(others)".into(), path: "(others)".into() }
    }
}

/// The path with numbers as `:n`, ids as `:id` and long texts as `:text`, without a slash at its end.
pub fn fold_path(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut folded = String::new();
    for segment in segments.iter().take(SEGMENTS) {
        folded.push('/');
        folded.push_str(fold_segment(segment));
    }
    if segments.len() > SEGMENTS {
        folded.push_str("/:more");
    }
    if folded.is_empty() { "/".into() } else { folded }
}

fn fold_segment(segment: &str) -> &str {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let letters = segment.chars().count();
    // `v2`, `step-3` and `2026` are names people give to pages; five digits in a row of letters are an id.
    if digits == segment.len() && letters != 4
        || digits > 0 && segment.bytes().all(|byte| b"0123456789.,-_".contains(&byte)) && letters > 4
    {
        ":n"
    } else if letters > LONGEST {
        ":text"
    } else if digits >= 5 || (digits >= 3 && letters >= 16) || is_hexadecimal(segment) {
        ":id"
    } else {
        segment
    }
}

fn is_hexadecimal(segment: &str) -> bool {
    segment.len() >= 12
        && segment.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && segment.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_in_a_path_is_folded_away() {
        for (path, expected) in [
            ("", "/"),
            ("/", "/"),
            ("/pricing", "/pricing"),
            ("/pricing/", "/pricing"),
            ("/pricing?plan=2#top", "/pricing"),
            ("/orders/17", "/orders/:n"),
            ("/orders/1/items/2", "/orders/:n/items/:n"),
            ("/v2/join", "/v2/join"),
            ("/blog/2026/a-post", "/blog/2026/a-post"),
            ("/u/3f2504e0-4f89-11d3-9a0c-0305e82c3301/edit", "/u/:id/edit"),
            ("/t/01jd9h6ecaj2s5yvqk4c8m1r7x", "/t/:id"),
            ("/join/step-3", "/join/step-3"),
            ("/a/b/c/d/e/f/g/h", "/a/b/c/d/e/f/:more"),
            ("/über/uns", "/über/uns"),
        ] {
            assert_eq!(fold_path(path), expected, "{path}");
        }
        assert_eq!(fold_path(&format!("/{}", "word-".repeat(20))), "/:text");
    }

    #[test]
    fn folding_again_changes_nothing() {
        for path in ["/orders/17", "/a/b/c/d/e/f/g", "/u/3f2504e04f89", "/x/2026-11-25", "/:n", "/"] {
            let folded = fold_path(path);
            assert_eq!(fold_path(&folded), folded, "{path}");
        }
    }

    #[test]
    fn a_link_and_its_landing_name_the_same_page() {
        let dest = Destination::parse("https://WWW.Shop.test/Welcome/?a=1#top").expect("a destination");
        assert_eq!(PageName::of_destination(&dest), PageName::of("www.shop.test", "/Welcome"));
        let bare = Destination::parse("https://shop.test").expect("a destination");
        assert_eq!(PageName::of_destination(&bare), PageName::of("shop.test", "/"));
    }
}
