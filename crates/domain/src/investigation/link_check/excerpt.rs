//! What may be quoted of somebody else's page: a short piece that can do no harm wherever it is shown.

/// The longest piece of a page that is kept, in characters.
pub const EXCERPT_CHARACTERS: usize = 200;

/// A piece of a page as one line of at most [`EXCERPT_CHARACTERS`] characters: space between words made single, control and
/// direction characters and the signs of markup replaced. It stays readable as code, and is text in every template, log and
/// terminal.
pub fn excerpt(text: &str) -> String {
    let mut short = String::new();
    let mut length = 0;
    let mut is_space = true;
    for character in text.chars() {
        let character = match character {
            character if character.is_whitespace() => ' ',
            '<' => '‹',
            '>' => '›',
            character if character.is_control() || is_invisible(character) => '\u{fffd}',
            character => character,
        };
        if character == ' ' && is_space {
            continue;
        }
        if length == EXCERPT_CHARACTERS - 1 {
            short.push('…');
            break;
        }
        is_space = character == ' ';
        short.push(character);
        length += 1;
    }
    short.trim_end().to_owned()
}

/// Characters that change how others around them are shown, or show nothing.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line_without_markup_or_hidden_characters() {
        assert_eq!(excerpt("  growsumo.data =\n\t{ a: 1 };\0"), "growsumo.data = { a: 1 };\u{fffd}");
        assert_eq!(excerpt("</script><b>"), "‹/script›‹b›");
        assert_eq!(excerpt("a\u{202e}b"), "a\u{fffd}b");
        let long = excerpt(&"x".repeat(500));
        assert_eq!(long.chars().count(), EXCERPT_CHARACTERS);
        assert!(long.ends_with('…'));
        assert_eq!(excerpt(""), "");
    }
}
