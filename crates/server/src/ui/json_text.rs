//! JSON laid out to be read, without reading it: what a provider sent is shown as it came, number for number, and only the
//! space between its parts is ours.

/// Characters that are shown at most.
pub const LONGEST: usize = 100_000;
/// Levels that are indented; deeper ones stay at that depth.
const DEEPEST: usize = 40;

/// The text with a line for each part. Anything may be given; what is no JSON comes out as it is.
pub fn laid_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    let mut depth: usize = 0;
    let (mut in_text, mut escaped) = (false, false);
    let mut characters = text.chars().peekable();
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth.min(DEEPEST)).for_each(|_| out.push_str("  "));
    };
    while let Some(c) = characters.next() {
        if out.len() > LONGEST {
            out.push_str("\n…");
            break;
        }
        if in_text {
            out.push(c);
            in_text = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => {
                in_text = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                while characters.peek().is_some_and(|next| next.is_ascii_whitespace()) {
                    characters.next();
                }
                if characters.peek().is_some_and(|next| matches!(next, '}' | ']')) {
                    out.extend(characters.next());
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_laid_out_and_not_changed() {
        let raw = r#"{"a":1e400,"b":[],"c":{"d":"x, {y}: \"z\" \\"},"e":[1,2],"n":9007199254740993}"#;
        let shown = laid_out(raw);
        assert_eq!(
            shown.lines().collect::<Vec<_>>(),
            [
                "{",
                "  \"a\": 1e400,",
                "  \"b\": [],",
                "  \"c\": {",
                "    \"d\": \"x, {y}: \\\"z\\\" \\\\\"",
                "  },",
                "  \"e\": [",
                "    1,",
                "    2",
                "  ],",
                "  \"n\": 9007199254740993",
                "}"
            ]
        );
        assert_eq!(laid_out(&shown), shown, "laid out twice is laid out once");
    }

    #[test]
    fn anything_else_comes_through_and_ends() {
        for odd in ["", "}", "]]]]", "{\"", "\"\\", "null", "[[[", "{\u{0}}"] {
            let _ = laid_out(odd);
        }
        assert!(laid_out(&"[".repeat(1_000_000)).len() < 2 * LONGEST);
        assert!(laid_out(&format!("\"{}", "x".repeat(1_000_000))).len() < 2 * LONGEST);
    }
}
