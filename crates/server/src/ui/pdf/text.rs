//! Text as the font can draw it: its width, its lines, and what stands in for a letter that the font lacks.

use ttf_parser::GlyphId;

/// How a text looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// In points.
    pub size: u16,
    /// Whether it is bold.
    pub bold: bool,
    /// Whether it is grey.
    pub soft: bool,
}

impl Style {
    /// The report's name.
    pub const TITLE: Self = Self { size: 22, bold: true, soft: false };
    /// A heading.
    pub const HEADLINE: Self = Self { size: 14, bold: true, soft: false };
    /// What is said.
    pub const TEXT: Self = Self { size: 11, bold: false, soft: false };
    /// What a value is.
    pub const LABEL: Self = Self { size: 11, bold: false, soft: true };
    /// What accompanies it.
    pub const SMALL: Self = Self { size: 9, bold: false, soft: true };

    /// From line to line.
    pub const fn leading(self) -> u16 {
        self.size + self.size / 2
    }
}

/// Stands for a letter that the font lacks.
const REPLACEMENT: char = '\u{fffd}';
/// Characters of one text drawn at most; no name is longer, and the rest would fill pages.
const LONGEST: usize = 2_000;

/// A font, as far as lines are measured with it.
pub struct Face<'a> {
    face: ttf_parser::Face<'a>,
}

impl<'a> Face<'a> {
    /// Reads a font.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let face = ttf_parser::Face::parse(bytes, 0).map_err(|error| format!("the font cannot be read: {error}"))?;
        Ok(Self { face })
    }

    /// The text without what has no width or turns the direction around, and with a mark for each letter that the font
    /// lacks; and whether it lacks any.
    pub fn drawable(&self, text: &str) -> (String, bool) {
        let mut lacks = false;
        let mut out = String::with_capacity(text.len());
        for c in text.chars().filter(|c| !is_invisible(*c)).take(LONGEST) {
            if c.is_whitespace() || c.is_control() {
                out.push(' ');
            } else if self.glyph(c).is_some() {
                out.push(c);
            } else {
                lacks = true;
                out.push(REPLACEMENT);
            }
        }
        (out, lacks)
    }

    fn glyph(&self, c: char) -> Option<GlyphId> {
        self.face.glyph_index(c).filter(|glyph| glyph.0 != 0)
    }

    /// The width of a letter, in the font's own units.
    fn advance(&self, c: char) -> u64 {
        let glyph = self.glyph(c).unwrap_or(GlyphId(0));
        u64::from(self.face.glyph_hor_advance(glyph).unwrap_or(0))
    }

    /// The text in lines of at most so many points: broken between words, and within a word that is too long for a line.
    pub fn lines(&self, text: &str, size: u16, width: u16) -> Vec<String> {
        let most = u64::from(width) * u64::from(self.face.units_per_em()) / u64::from(size.max(1));
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        let mut used = 0;
        for word in text.split_whitespace() {
            let long: u64 = word.chars().map(|c| self.advance(c)).sum();
            let space = if line.is_empty() { 0 } else { self.advance(' ') };
            if used + space + long <= most {
                if space > 0 {
                    line.push(' ');
                }
                line.push_str(word);
                used += space + long;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            for c in word.chars() {
                let wide = self.advance(c);
                if used + wide > most && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push(c);
                used += wide;
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
}

/// Characters that draw nothing by themselves, or that turn the direction of what follows around.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face() -> Face<'static> {
        Face::parse(notosans::REGULAR_TTF).expect("a font")
    }

    #[test]
    fn letters_that_the_font_lacks_are_marked_and_nothing_turns_around() {
        assert_eq!(face().drawable("Ñandú Ærø Мария €24"), ("Ñandú Ærø Мария €24".to_owned(), false));
        assert_eq!(face().drawable("山a\u{202e}b\u{0}🦀"), ("\u{fffd}ab \u{fffd}".to_owned(), true));
        assert!(face().glyph('\u{fffd}').is_some(), "the mark itself can be drawn");
    }

    #[test]
    fn lines_fit_their_width_and_lose_nothing() {
        let text =
            "The quick brown fox jumps over the lazy dog, and a-very-long-word-that-does-not-fit-on-one-line-at-all";
        let lines = face().lines(text, 11, 120);
        assert!(lines.len() > 4);
        for line in &lines {
            let units: u64 = line.chars().map(|c| face().advance(c)).sum();
            assert!(units * 11 <= 120 * 1_000 * u64::from(face().face.units_per_em()) / 1_000, "{line}");
        }
        let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
        assert_eq!(letters(&lines.concat()), letters(text));
        assert!(face().lines("", 11, 100).is_empty());
        assert_eq!(face().lines("ab", 11, 0), ["a", "b"]);
    }
}
