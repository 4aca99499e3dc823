//! Small pieces that many pages show: an instant, a badge, an icon, a copy button. Each writes its own escaped HTML, so a
//! template says `{{ row.at }}` and gets the whole element.

use askama::filters::HtmlSafe;
use std::fmt::{self, Display, Write};

/// Writes text so that HTML reads it as text, in element content and in quoted attributes.
pub fn escape(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for c in text.chars() {
        match c {
            '&' => f.write_str("&amp;")?,
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '"' => f.write_str("&quot;")?,
            '\'' => f.write_str("&#39;")?,
            c => f.write_char(c)?,
        }
    }
    Ok(())
}

/// An instant as people read it, with the exact time one hover away.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// `3 h ago`, `yesterday`, `12 Mar 2026`.
    pub short: String,
    /// `12 Mar 2026, 14:03:22 CET`.
    pub exact: String,
    /// `2026-03-12T13:03:22Z`, for machines.
    pub iso: String,
}

impl Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<time datetime=\"{}\" title=\"", self.iso)?;
        escape(f, &self.exact)?;
        f.write_str("\">")?;
        escape(f, &self.short)?;
        f.write_str("</time>")
    }
}
impl HtmlSafe for When {}

/// How a state feels, which decides its colour. The word always says it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Done, or as hoped.
    Good,
    /// Waiting for somebody.
    Wait,
    /// Refused or broken.
    Bad,
    /// Worth noticing.
    Accent,
    /// Made in test mode.
    Test,
    /// None of these.
    Plain,
}

impl Tone {
    /// The class that the stylesheet knows.
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Wait => "wait",
            Self::Bad => "bad",
            Self::Accent => "accent",
            Self::Test => "test",
            Self::Plain => "neutral",
        }
    }
}

impl Display for Tone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class())
    }
}
impl HtmlSafe for Tone {}

/// A state in one or two words.
#[derive(Clone, Debug)]
pub struct Badge {
    /// Its colour.
    pub tone: Tone,
    /// Its words.
    pub text: String,
}

impl Badge {
    /// Puts the two together.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

impl Display for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<span class=\"badge {}\">", self.tone.class())?;
        escape(f, &self.text)?;
        f.write_str("</span>")
    }
}
impl HtmlSafe for Badge {}

/// A button that copies a text; hidden where there is no JavaScript, so put it after a field that shows the text.
pub struct CopyButton<'a> {
    text: &'a str,
    what: &'a str,
}

/// A button that copies `text`; `what` completes its name for people who do not see it ("Copy" + "link").
pub fn copy<'a>(text: &'a str, what: &'a str) -> CopyButton<'a> {
    CopyButton { text, what }
}

impl Display for CopyButton<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<button type=\"button\" class=\"button small copy\" data-copy=\"")?;
        escape(f, self.text)?;
        write!(f, "\">{}<span>Copy</span><span class=\"visually-hidden\"> ", icon("copy"))?;
        escape(f, self.what)?;
        f.write_str("</span></button>")
    }
}
impl HtmlSafe for CopyButton<'_> {}

/// A line drawing that accompanies words and never stands for them: hidden from screen readers.
pub struct Icon(&'static str);

/// The icon of that name; an unknown name draws a plain dot.
pub fn icon(name: &str) -> Icon {
    Icon(match name {
        "home" => r#"<path d="M4 11.2 12 4.5l8 6.7V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z"/>"#,
        "referrals" => {
            r#"<circle cx="9" cy="8.5" r="3.5"/><path d="M3 19.5c.4-3.3 2.8-5 6-5s5.6 1.7 6 5"/><path d="m16 9.5 2 2 3.5-3.8"/>"#
        }
        "partners" => {
            r#"<circle cx="8.5" cy="8.5" r="3.3"/><path d="M2.8 19c.4-3.1 2.6-4.8 5.7-4.8s5.3 1.7 5.7 4.8"/><path d="M15.5 5.600a3.3 3.3 0 0 1 0 5.900M17 14.500c2.3.5 3.8 2 4.2 4.5"/>"#
        }
        "clicks" => {
            r#"<path d="m10.5 10.5 9 3.5-4 1.7-1.7 4z"/><path d="M9 3.500v3M3.5 9h3M5 5l2 2M13 5l-1.8 2M5 13l2-1.8"/>"#
        }
        "offers" => {
            r#"<path d="M4 4.500h7.500l8.3 8.300a1.6 1.6 0 0 1 0 2.200l-4.8 4.800a1.6 1.6 0 0 1-2.2 0L4.5 11.500z"/><circle cx="8.5" cy="8.5" r="1.2"/>"#
        }
        "commissions" => {
            r#"<ellipse cx="12" cy="6.5" rx="7" ry="2.8"/><path d="M5 6.500v5.300c0 1.5 3.1 2.8 7 2.800s7-1.3 7-2.800V6.500M5 11.800v5.400c0 1.5 3.1 2.8 7 2.800s7-1.3 7-2.800v-5.4"/>"#
        }
        "events" => r#"<path d="M3.5 12.500h3.500l2.5-7 4.500 13 2.500-6h4"/>"#,
        "integrations" => r#"<path d="m8.5 8-4.5 4 4.5 4M15.5 8l4.5 4-4.5 4M13.5 5l-3 14"/>"#,
        "settings" => {
            r#"<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>"#
        }
        "search" => r#"<circle cx="10.8" cy="10.8" r="6.3"/><path d="m15.5 15.5 4.5 4.5"/>"#,
        "investigate" => {
            r#"<circle cx="10.8" cy="10.8" r="6.8"/><path d="m15.8 15.8 4.7 4.7M9 9.200a2 2 0 1 1 2.700 1.900c-.6.2-.9.6-.9 1.200M10.8 14v.1"/>"#
        }
        "menu" => r#"<path d="M4 7h16M4 12h16M4 17h16"/>"#,
        "close" => r#"<path d="m6 6 12 12M18 6 6 18"/>"#,
        "copy" => {
            r#"<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 8.500v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2"/>"#
        }
        "check" => r#"<path d="m5 12.8 4.5 4.400L19 7.5"/>"#,
        "minus" => r#"<path d="M6 12h12"/>"#,
        "plus" => r#"<path d="M12 5v14M5 12h14"/>"#,
        "arrow" => r#"<path d="M5 12h13.500M13 6.500l5.5 5.5-5.5 5.5"/>"#,
        "back" => r#"<path d="M19 12H5.500M11 6.5 5.5 12l5.5 5.5"/>"#,
        "sign-up" => {
            r#"<circle cx="10" cy="8.5" r="3.5"/><path d="M4 19.500c.4-3.3 2.8-5 6-5 1.5 0 2.8.4 3.8 1M18.5 14v6M15.5 17h6"/>"#
        }
        "sale" => {
            r#"<path d="M5 20V5.500A1.5 1.5 0 0 1 6.5 4h11A1.5 1.5 0 0 1 19 5.500V20l-2.3-1.5-2.4 1.5-2.3-1.500L9.7 20l-2.4-1.500z"/><path d="M9 9h6M9 13h4"/>"#
        }
        "refund" => r#"<path d="M4.5 9.500h10a5 5 0 0 1 0 10H9M8.5 5.500l-4 4 4 4"/>"#,
        "landing" => r#"<rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="M3.5 9h17"/>"#,
        "link" => {
            r#"<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.700l1-1"/>"#
        }
        "key" => r#"<circle cx="8" cy="15" r="4"/><path d="m11 12 8-8M16 7l2.5 2.500M13.5 9.500l2 2"/>"#,
        "hold" => r#"<circle cx="12" cy="12" r="8"/><path d="M10 9v6M14 9v6"/>"#,
        "clock" => r#"<circle cx="12" cy="12" r="8"/><path d="M12 7.500V12l3 2"/>"#,
        "alert" => r#"<path d="M12 4.5 21 20H3zM12 10.500v4M12 17.300v.1"/>"#,
        "flask" => {
            r#"<path d="M9.5 4h5M10.5 4v6L5.2 18.300A1.2 1.2 0 0 0 6.2 20h11.600a1.2 1.2 0 0 0 1-1.700L13.5 10V4M8 15h8"/>"#
        }
        "out" => {
            r#"<path d="M14 4.500H6a1.5 1.5 0 0 0-1.5 1.500v12A1.5 1.5 0 0 0 6 19.500h8M10 12h10M16.5 8.5 20 12l-3.5 3.5"/>"#
        }
        "person" => r#"<circle cx="12" cy="8.5" r="3.5"/><path d="M5.5 19.500c.4-3.3 3-5 6.5-5s6.1 1.7 6.5 5"/>"#,
        "archive" => {
            r#"<rect x="3.5" y="4.5" width="17" height="4" rx="1"/><path d="M5 8.500V18a1.5 1.5 0 0 0 1.5 1.500h11A1.5 1.5 0 0 0 19 18V8.500M10 12.500h4"/>"#
        }
        _ => r#"<circle cx="12" cy="12" r="2.5"/>"#,
    })
}

impl Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>"#, self.0)
    }
}
impl HtmlSafe for Icon {}

/// Where the neighbouring pages of a list are.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// Address of the first page, if this is not it.
    pub first: Option<String>,
    /// Address of the next page, if there is one.
    pub next: Option<String>,
}

impl Pager {
    /// The neighbours of a page of a list at `path` that is narrowed by `query`: `after` is where this page begins (empty
    /// for the first one), `last` its last row if there are more.
    pub fn of(path: &str, query: &[(&str, &str)], after: &str, last: Option<&str>) -> Self {
        let address = |after: Option<&str>| {
            let mut out = url::form_urlencoded::Serializer::new(String::new());
            out.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
            out.extend_pairs(after.map(|after| ("after", after)));
            match out.finish().as_str() {
                "" => path.to_owned(),
                query => format!("{path}?{query}"),
            }
        };
        Self { first: (!after.is_empty()).then(|| address(None)), next: last.map(|last| address(Some(last))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_what_the_list_is_narrowed_to() {
        let pager = Pager::of("/x", &[("q", "a&b"), ("state", "")], "", Some("cus_1"));
        assert_eq!((pager.first, pager.next.as_deref()), (None, Some("/x?q=a%26b&after=cus_1")));
        let pager = Pager::of("/x", &[("q", "")], "cus_1", None);
        assert_eq!((pager.first.as_deref(), pager.next), (Some("/x"), None));
    }

    #[test]
    fn nothing_a_customer_typed_becomes_markup() {
        let badge = Badge::new(Tone::Good, "<img src=x onerror='alert(\"1\")'>&");
        let html = badge.to_string();
        assert!(!html.contains("<img"), "{html}");
        assert!(html.contains("&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt;&amp;"));
        assert!(!copy("\"><script>", "it").to_string().contains("<script>"));
    }
}
