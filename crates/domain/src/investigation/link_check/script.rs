//! Reading a script without running it: its tokens, so that a word in a comment or a text is not taken for code.

/// What a piece of script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or a keyword.
    Word,
    /// A text in quotes, or one in backticks in which nothing is inserted.
    Text,
    /// A number, a pattern, or a text in which something is inserted.
    Value,
    /// One sign. `=>` and the comparisons are one token, so that they are not taken for an assignment.
    Sign,
}

/// A token with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its text: of a text without its quotes, as written.
    pub text: &'a str,
    /// Where it begins in the script, in bytes.
    pub at: usize,
    /// Whether a line ends between the token before and this one.
    pub after_line_end: bool,
}

impl Token<'_> {
    /// Whether it is this sign.
    pub fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    /// Whether it is this word.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }
}

/// The most tokens that are read of one script: a mebibyte of signs would otherwise take many times its size.
const TOKENS: usize = 200_000;

/// Signs that are longer than one character, longest first.
const LONG_SIGNS: [&str; 14] =
    ["===", "!==", "**=", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=", "&&", "||", "??"];

/// Splits a script into tokens. Never fails: what it does not understand becomes signs.
pub fn tokens(script: &str) -> Vec<Token<'_>> {
    let mut reader = Reader { script, at: 0, after_line_end: false, tokens: Vec::new() };
    while reader.tokens.len() < TOKENS && reader.next() {}
    reader.tokens
}

struct Reader<'a> {
    script: &'a str,
    at: usize,
    after_line_end: bool,
    tokens: Vec<Token<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> bool {
        let rest = &self.script[self.at..];
        let Some(first) = rest.chars().next() else { return false };
        match first {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                self.after_line_end = true;
                self.at += first.len_utf8();
            }
            _ if first.is_whitespace() || first == '\u{feff}' => self.at += first.len_utf8(),
            '/' if rest.starts_with("//") => self.skip_line(rest),
            '/' if rest.starts_with("/*") => {
                let length = rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
                self.after_line_end |= rest[..length].contains('\n');
                self.at += length;
            }
            // What hid scripts from browsers of old is a comment still.
            '<' if rest.starts_with("<!--") => self.skip_line(rest),
            '-' if rest.starts_with("-->") && (self.after_line_end || self.tokens.is_empty()) => self.skip_line(rest),
            '"' | '\'' | '`' => self.quoted(rest, first),
            '/' if self.may_be_pattern() => self.push(Kind::Value, pattern_length(rest)),
            _ if is_word(first) || first == '\\' => {
                let length = rest.find(|c: char| !is_word(c) && c != '\\').unwrap_or(rest.len());
                let kind = if first.is_ascii_digit() { Kind::Value } else { Kind::Word };
                self.push(kind, length);
            }
            _ => {
                let long = LONG_SIGNS.iter().find(|sign| rest.starts_with(**sign));
                self.push(Kind::Sign, long.map_or(first.len_utf8(), |sign| sign.len()));
            }
        }
        true
    }

    fn skip_line(&mut self, rest: &str) {
        self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let text = &self.script[self.at..self.at + length];
        self.tokens.push(Token { kind, text, at: self.at, after_line_end: self.after_line_end });
        self.at += length;
        self.after_line_end = false;
    }

    fn quoted(&mut self, rest: &'a str, quote: char) {
        let mut escaped = false;
        let mut inserts = false;
        let mut end = rest.len();
        for (place, character) in rest.char_indices().skip(1) {
            if escaped {
                escaped = false;
            } else if character == '\\' {
                escaped = true;
            } else if character == quote {
                end = place + 1;
                break;
            } else if quote != '`' && matches!(character, '\n' | '\r') {
                end = place;
                break;
            } else if quote == '`' && rest[place..].starts_with("${") {
                inserts = true;
            }
        }
        let closed = end > 1 && rest[..end].ends_with(quote);
        let inner = &rest[1..if closed { end - 1 } else { end }];
        let kind = if inserts { Kind::Value } else { Kind::Text };
        self.tokens.push(Token { kind, text: inner, at: self.at, after_line_end: self.after_line_end });
        self.at += end;
        self.after_line_end = false;
    }

    /// Whether a `/` here begins a pattern and does not divide: it does unless a value stands before it.
    fn may_be_pattern(&self) -> bool {
        const BEFORE_VALUES: [&str; 8] = ["return", "typeof", "case", "in", "of", "delete", "void", "throw"];
        match self.tokens.last() {
            None => true,
            Some(last) if last.kind == Kind::Word => BEFORE_VALUES.contains(&last.text),
            Some(last) => last.kind == Kind::Sign && !matches!(last.text, ")" | "]" | "}"),
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

/// The length of a pattern with its flags; of the sign alone if the line ends before the pattern does.
fn pattern_length(rest: &str) -> usize {
    let (mut escaped, mut in_class) = (false, false);
    for (place, character) in rest.char_indices().skip(1) {
        match character {
            '\n' | '\r' => return 1,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => {
                let flags = rest[place + 1..].find(|c: char| !is_word(c)).unwrap_or(rest.len() - place - 1);
                return place + 1 + flags;
            }
            _ => {}
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> Vec<&str> {
        tokens(script).iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_texts_are_not_code() {
        assert_eq!(words("a // b\nc /* d\n */ e"), ["a", "c", "e"]);
        assert_eq!(words("<!-- a\nb\n--> c\nd"), ["b", "d"]);
        let kinds: Vec<Kind> = tokens("x = 'growsumo = 1'").iter().map(|token| token.kind).collect();
        assert_eq!(kinds, [Kind::Word, Kind::Sign, Kind::Text]);
        assert_eq!(words(r#""a\"b" 'c' `d` `e${f}`"#), [r#"a\"b"#, "c", "d", "e${f}"]);
    }

    #[test]
    fn a_pattern_is_told_from_a_division() {
        assert_eq!(words("a / b / c"), ["a", "/", "b", "/", "c"]);
        assert_eq!(words(r#"x = /[/'"]\/"/gi; y"#), ["x", "=", r#"/[/'"]\/"/gi"#, ";", "y"]);
        assert_eq!(words("return /a/.test(b)"), ["return", "/a/", ".", "test", "(", "b", ")"]);
        assert_eq!(words("(a) / 2 // 'c"), ["(", "a", ")", "/", "2"]);
    }

    #[test]
    fn comparisons_are_no_assignments() {
        assert_eq!(words("a == b === c => d ||= e"), ["a", "==", "b", "===", "c", "=>", "d", "||=", "e"]);
    }

    #[test]
    fn whatever_a_page_holds_is_read_to_its_end() {
        for script in ["'", "\"\\", "`${", "/*", "/", "\\", "\u{0}\u{1}", "</script", "é=`ü", "/[", "0x", "<!--"] {
            assert!(tokens(script).len() <= script.len(), "{script}");
        }
        assert_eq!(tokens(&";".repeat(TOKENS + 5)).len(), TOKENS);
    }
}
