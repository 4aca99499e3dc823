//! Reading a page's text into what the domain looks at. Nothing of it is run, and reading takes bounded memory whatever the
//! page holds.

use http::HeaderMap;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use lol_html::html_content::{Element, TextChunk, TextType};
use lol_html::{HandlerResult, HtmlRewriter, MemorySettings, Settings, doc_text, element};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use url::Url;
use whence_domain::investigation::link_check::{RawPage, RawScript};

/// What the parser may keep in memory, in bytes: enough for any page that people wrote.
const PARSER_BYTES: usize = 8 * 1024 * 1024;
/// The text is given to the parser in pieces of this size, so that it never holds a whole page.
const PIECE: usize = 16 * 1024;
/// Scripts, policies and frames that are read of one page, each.
const MOST: usize = 500;
/// A page that sends its visitors on later than this many seconds is a page to look at.
const AT_ONCE: u32 = 5;

/// A page, and where it sends its visitors at once, if it does.
#[derive(Clone, Debug)]
pub struct Read {
    /// The page.
    pub page: RawPage,
    /// The address in its `meta refresh`, as written.
    pub refresh: Option<String>,
}

/// Whether what was answered is a page.
pub fn is_html(headers: &HeaderMap, body: &[u8]) -> bool {
    match headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) {
        Some(kind) => {
            let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            matches!(kind.as_str(), "text/html" | "application/xhtml+xml")
        }
        // A browser looks for itself where nobody says it.
        None => body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<'),
    }
}

/// Reads a page.
pub fn read(url: &Url, headers: &HeaderMap, body: &[u8], is_whole: bool) -> Read {
    let header = |value: &http::HeaderValue| value.to_str().ok().map(str::to_owned);
    let policies = headers.get_all(CONTENT_SECURITY_POLICY).iter().filter_map(header).take(MOST).collect();
    let page = RawPage {
        url: url.clone(),
        is_html: is_html(headers, body),
        is_whole,
        scripts: Vec::new(),
        policies,
        frames: Vec::new(),
        visible_letters: 0,
        has_root: false,
    };
    let mut read = Read { page, refresh: None };
    if read.page.is_html {
        parse(&utf8(body), &mut read);
    }
    read
}

/// The text as the parser takes it. Pages in UTF-16 say so by their first two bytes.
fn utf8(body: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    let read = |unit: fn([u8; 2]) -> u16| {
        let units = body[2..].as_chunks::<2>().0.iter().map(|pair| unit(*pair));
        let text: String = char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}')).collect();
        text.into_bytes().into()
    };
    match body {
        [0xff, 0xfe, ..] => read(u16::from_le_bytes),
        [0xfe, 0xff, ..] => read(u16::from_be_bytes),
        _ => body.into(),
    }
}

/// What is known while reading.
struct Reader<'b> {
    body: &'b [u8],
    read: Read,
    /// How far lines were counted, and the line there.
    counted: (usize, u32),
    /// Whether what comes now still belongs into the head.
    in_head: bool,
    /// Whether the text that comes now is the last script's.
    in_script: bool,
}

fn parse(body: &[u8], read: &mut Read) {
    let reader = Reader { body, read: read.clone(), counted: (0, 1), in_head: true, in_script: false };
    let reader = RefCell::new(reader);
    // A template's content is no part of the page until a script makes it one.
    let templates = Rc::new(Cell::new(0_u32));
    let settings = Settings::new()
        .append_element_content_handler(element!("*", |element: &mut Element<'_, '_>| {
            reader.borrow_mut().element(element, &templates)
        }))
        .append_document_content_handler(doc_text!(|text: &mut TextChunk<'_>| {
            reader.borrow_mut().text(text, templates.get() > 0);
            Ok(())
        }))
        .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(PARSER_BYTES))
        .with_strict(false);
    let mut parser = HtmlRewriter::new(settings, |_: &[u8]| {});
    let mut is_read = body.chunks(PIECE).all(|piece| parser.write(piece).is_ok());
    if is_read {
        is_read = parser.end().is_ok();
    } else {
        drop(parser);
    }
    *read = reader.into_inner().read;
    read.page.is_whole &= is_read;
}

impl Reader<'_> {
    fn element(&mut self, element: &mut Element<'_, '_>, templates: &Rc<Cell<u32>>) -> HandlerResult {
        let name = element.tag_name();
        if !matches!(
            name.as_str(),
            "html" | "head" | "base" | "link" | "meta" | "script" | "style" | "title" | "noscript" | "template"
        ) {
            self.in_head = false;
        }
        self.in_script = false;
        if name == "template" && element.can_have_content() {
            templates.set(templates.get() + 1);
            let closed = Rc::clone(templates);
            return element.on_end_tag(Box::new(move |_| {
                closed.set(closed.get().saturating_sub(1));
                Ok(())
            }));
        }
        if templates.get() > 0 {
            return Ok(());
        }
        match name.as_str() {
            "script" => self.script(element),
            "meta" => self.meta(element),
            "iframe" | "frame" => {
                let src = element.get_attribute("src").map(|src| plain(&src));
                let frames = &mut self.read.page.frames;
                frames.extend(src.filter(|_| frames.len() < MOST));
            }
            _ => {}
        }
        if !self.read.page.has_root
            && let Some(id) = element.get_attribute("id")
        {
            const ROOTS: [&str; 8] = ["root", "app", "__next", "__nuxt", "___gatsby", "q-app", "svelte", "main-app"];
            self.read.page.has_root = ROOTS.contains(&id.as_str());
        }
        Ok(())
    }

    fn script(&mut self, element: &Element<'_, '_>) {
        if self.read.page.scripts.len() >= MOST {
            self.read.page.is_whole = false;
            return;
        }
        let place = element.source_location().bytes();
        let (line, code_line) = (self.line(place.start), self.line(place.end));
        let attribute = |name: &str| element.get_attribute(name).map(|value| plain(&value));
        self.in_script = true;
        self.read.page.scripts.push(RawScript {
            src: attribute("src"),
            kind: attribute("type"),
            nonce: attribute("nonce"),
            onload: attribute("onload"),
            code: String::new(),
            line,
            code_line,
            in_head: self.in_head,
        });
    }

    fn meta(&mut self, element: &Element<'_, '_>) {
        let kind = element.get_attribute("http-equiv").unwrap_or_default().trim().to_ascii_lowercase();
        let Some(content) = element.get_attribute("content").map(|content| plain(&content)) else { return };
        match kind.as_str() {
            // Outside of the head it does not count.
            "content-security-policy" if self.in_head && self.read.page.policies.len() < MOST => {
                self.read.page.policies.push(content);
            }
            "refresh" if self.read.refresh.is_none() => self.read.refresh = refresh(&content),
            _ => {}
        }
    }

    fn text(&mut self, text: &TextChunk<'_>, in_template: bool) {
        match text.text_type() {
            TextType::ScriptData if self.in_script => {
                if let Some(script) = self.read.page.scripts.last_mut() {
                    script.code.push_str(text.as_str());
                }
                self.in_script = !text.last_in_text_node();
            }
            TextType::Data if !in_template => {
                let letters = text.as_str().chars().filter(|character| !character.is_whitespace()).count();
                self.in_head &= letters == 0;
                self.read.page.visible_letters += letters;
            }
            _ => {}
        }
    }

    /// The line of a place, which never lies before the last one asked for.
    fn line(&mut self, place: usize) -> u32 {
        let (from, line) = self.counted;
        let to = place.clamp(from, self.body.len());
        let ends = self.body[from..to].iter().filter(|byte| **byte == b'\n').count();
        self.counted = (to, line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX)));
        self.counted.1
    }
}

/// The address in a `meta refresh` that takes effect at once.
fn refresh(content: &str) -> Option<String> {
    let (seconds, rest) = content.split_once([';', ',']).unwrap_or((content, ""));
    let seconds: u32 = seconds.trim().split('.').next()?.parse().ok()?;
    let (name, address) = rest.trim().split_once('=')?;
    let address = address.trim().trim_matches(['"', '\'']).trim();
    (seconds <= AT_ONCE && name.trim().eq_ignore_ascii_case("url") && !address.is_empty()).then(|| address.to_owned())
}

/// An attribute's value with the references that addresses and code carry resolved.
fn plain(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&apos;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(value.to_owned(), |text, (reference, letter)| text.replace(reference, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Read {
        let url = Url::parse("https://shop.test/").expect("an address");
        let headers = [(CONTENT_TYPE, http::HeaderValue::from_static("text/html"))].into_iter().collect();
        read(&url, &headers, body.as_bytes(), true)
    }

    fn codes(body: &str) -> Vec<(String, bool, u32)> {
        page(body).page.scripts.into_iter().map(|script| (script.code, script.in_head, script.code_line)).collect()
    }

    #[test]
    fn scripts_are_read_with_their_place() {
        let found = codes("<!doctype html>\n<title>a</title>\n<script>one\n</script>\n<p>x\n<script>two</script>");
        assert_eq!(found, [("one\n".into(), true, 3), ("two".into(), false, 6)]);
        let found = codes("<head></head><script>a</script> <body><script>b</script>");
        assert_eq!(found.iter().map(|(_, in_head, _)| *in_head).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn what_is_no_script_of_the_page_is_not_read_as_one() {
        for body in [
            "<!-- <script>x</script> -->",
            "<textarea><script>x</script></textarea>",
            "<title><script>x</script></title>",
            "<noscript><script>x</script></noscript>",
            "<template><script>x</script></template>",
            "&lt;script>x&lt;/script>",
            "<xmp><script>x</script></xmp>",
        ] {
            assert_eq!(codes(body), [], "{body}");
        }
        assert_eq!(codes("<template><p></template><script>x</script>").len(), 1);
    }

    #[test]
    fn policies_refreshes_and_frames_are_read() {
        let read = page(
            "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\"><meta http-equiv=refresh content=\"0; url='/a?b&amp;c'\">\
             <iframe src=//other.test/x></iframe><meta http-equiv=Content-Security-Policy content=late>",
        );
        assert_eq!(read.page.policies, ["script-src 'self'"]);
        assert_eq!(read.refresh.as_deref(), Some("/a?b&c"));
        assert_eq!(read.page.frames, ["//other.test/x"]);
        assert_eq!(refresh("30; url=/a"), None);
        assert_eq!(refresh("0"), None);
    }

    #[test]
    fn hostile_pages_are_read_within_bounds() {
        let nested = "<div>".repeat(100_000) + "<script>x</script>";
        for body in [nested.as_str(), "\0<script>\0</script", "<", "<script", "</script></script>", "<a b=\"", "<!--"] {
            let started = std::time::Instant::now();
            let read = page(body);
            assert!(read.page.scripts.len() <= 1 && started.elapsed().as_secs() < 5);
        }
    }

    #[test]
    fn utf16_is_read_where_its_mark_says_so() {
        let little: Vec<u8> = "\u{feff}<script>x</script>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let url = Url::parse("https://shop.test/").expect("an address");
        let headers =
            [(CONTENT_TYPE, http::HeaderValue::from_static("text/html; charset=utf-16"))].into_iter().collect();
        assert_eq!(read(&url, &headers, &little, true).page.scripts.len(), 1);
        assert!(!read(&url, &HeaderMap::new(), b"%PDF", true).page.is_html);
    }
}
