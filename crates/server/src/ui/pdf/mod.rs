//! The partner's report as a PDF. The same report gives the same bytes.
//!
//! Lengths are whole points, so that nothing is computed in floating point. The font is Noto Sans, out of a crate; letters
//! that it lacks are shown as a replacement mark, and a note says so.

mod draw;
mod text;

use crate::ui::dashboard::investigation_partner::Sheet;
use text::{Face, Style};
use whence_domain::Instant;

/// A4, in points.
const WIDTH: u16 = 595;
const HEIGHT: u16 = 842;
const MARGIN: u16 = 64;
/// Where text ends at the bottom; the page's number stands beneath.
const BOTTOM: u16 = 770;
/// Where values begin beside their labels, and the columns of the table.
const VALUES: u16 = 110;
const AMOUNTS: u16 = 150;
const STATES: u16 = 290;

/// A text at its place.
pub(super) struct Placed {
    pub x: u16,
    /// The line on which it stands.
    pub y: u16,
    pub style: Style,
    pub text: String,
}

/// A page: texts, and the heights at which lines run across.
#[derive(Default)]
pub(super) struct Leaf {
    pub texts: Vec<Placed>,
    pub rules: Vec<u16>,
}

/// Lays the report out, from the top of a page to its bottom and on to the next.
struct Layout<'a> {
    regular: &'a Face<'a>,
    bold: &'a Face<'a>,
    leaves: Vec<Leaf>,
    y: u16,
    lacks: bool,
}

impl Layout<'_> {
    fn face(&self, style: Style) -> &Face<'_> {
        if style.bold { self.bold } else { self.regular }
    }

    /// Makes room for so many points, on a new page if need be.
    fn room(&mut self, height: u16) {
        if self.leaves.is_empty() || self.y + height > BOTTOM {
            self.leaves.push(Leaf::default());
            self.y = MARGIN;
        }
    }

    fn gap(&mut self, height: u16) {
        self.y = (self.y + height).min(BOTTOM);
    }

    /// A text in lines of at most `width`, beginning at `x`.
    fn paragraph(&mut self, x: u16, width: u16, style: Style, text: &str) {
        let (clean, lacks) = self.face(style).drawable(text);
        self.lacks |= lacks;
        for line in self.face(style).lines(&clean, style.size, width) {
            self.room(style.leading());
            self.y += style.leading();
            self.put(x, style, line);
        }
    }

    /// Texts side by side on one line, each cut to its room.
    fn row(&mut self, style: Style, cells: &[(u16, u16, &str)]) {
        self.room(style.leading());
        self.y += style.leading();
        for (x, width, text) in cells {
            let (clean, lacks) = self.face(style).drawable(text);
            self.lacks |= lacks;
            if let Some(line) = self.face(style).lines(&clean, style.size, *width).into_iter().next() {
                self.put(*x, style, line);
            }
        }
    }

    fn put(&mut self, x: u16, style: Style, text: String) {
        let y = self.y;
        if let Some(leaf) = self.leaves.last_mut() {
            leaf.texts.push(Placed { x: MARGIN + x, y, style, text });
        }
    }

    fn rule(&mut self) {
        self.room(12);
        self.y += 8;
        let y = self.y;
        if let Some(leaf) = self.leaves.last_mut() {
            leaf.rules.push(y);
        }
        self.y += 4;
    }
}

/// The report, made at that time.
///
/// # Errors
/// Why it could not be written, for the log.
pub fn report(sheet: &Sheet, made_at: Instant) -> Result<Vec<u8>, String> {
    let regular = Face::parse(notosans::REGULAR_TTF)?;
    let bold = Face::parse(notosans::BOLD_TTF)?;
    let mut layout = Layout { regular: &regular, bold: &bold, leaves: Vec::new(), y: 0, lacks: false };
    lay_out(&mut layout, sheet);
    draw::pages(&layout.leaves, sheet, made_at, &regular)
}

fn lay_out(layout: &mut Layout<'_>, sheet: &Sheet) {
    let all = WIDTH - 2 * MARGIN;
    layout.paragraph(0, all, Style::SMALL, &sheet.program);
    layout.gap(4);
    layout.paragraph(0, all, Style::TITLE, "About your referral");
    layout.gap(2);
    layout.paragraph(0, all, Style::SMALL, &format!("For {} · {}", sheet.partner, sheet.day));
    layout.rule();
    layout.gap(8);
    layout.paragraph(0, all, Style::HEADLINE, sheet.headline);
    layout.gap(6);
    layout.paragraph(0, all, Style::TEXT, &sheet.found);
    layout.gap(10);
    for (label, value) in &sheet.facts {
        layout.room(Style::TEXT.leading());
        let top = layout.y;
        layout.row(Style::LABEL, &[(0, VALUES - 10, label)]);
        // The value begins on its label's line.
        layout.y = top;
        layout.paragraph(VALUES, all - VALUES, Style::TEXT, value);
        layout.gap(2);
    }
    if !sheet.commissions.is_empty() {
        layout.gap(14);
        layout.room(60);
        layout.paragraph(0, all, Style::HEADLINE, "Your commissions for it");
        layout.gap(4);
        layout.row(Style::LABEL, &[(0, 140, "Made"), (AMOUNTS, 130, "Amount"), (STATES, all - STATES, "Status")]);
        layout.rule();
        for own in &sheet.commissions {
            layout.row(
                Style::TEXT,
                &[(0, 140, &own.at), (AMOUNTS, 130, &own.amount), (STATES, all - STATES, own.status)],
            );
        }
    }
    layout.gap(16);
    layout.room(60);
    layout.paragraph(0, all, Style::HEADLINE, "What happens next");
    layout.gap(4);
    layout.paragraph(0, all, Style::TEXT, sheet.next);
    layout.gap(10);
    layout.paragraph(0, all, Style::SMALL, &sheet.general);
    if layout.lacks {
        layout.gap(4);
        layout.paragraph(0, all, Style::SMALL, "Letters that this document cannot show stand as \u{fffd}.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::dashboard::investigation_partner::OwnRow;

    fn sheet() -> Sheet {
        Sheet {
            program: "Acme Shop".into(),
            partner: "Bo Lindqvist".into(),
            day: "25 Nov 2026".into(),
            reference: "inv_1".into(),
            headline: "Your referral is recorded",
            found: "Your referral is recorded, and what it earned stands in your commissions.".into(),
            next: "There is nothing that you need to do.",
            general: "In general, a referral is connected to you.".into(),
            facts: vec![("Customer", "A. P.".into()), ("Time looked at", "1 Mar 2026 to 31 Mar 2026".into())],
            commissions: vec![OwnRow { at: "12 Mar 2026".into(), amount: "€24.00".into(), status: "In review" }],
        }
    }

    fn pdf(sheet: &Sheet) -> Vec<u8> {
        report(sheet, Instant::from_seconds(1_795_608_000)).expect("a report")
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        let once = pdf(&sheet());
        assert!(once.starts_with(b"%PDF-1."), "{:?}", &once[..8]);
        assert_eq!(once, pdf(&sheet()));
        let other = Sheet { partner: "Tomás Ferreira".into(), ..sheet() };
        assert_ne!(once, pdf(&other));
    }

    #[test]
    fn a_long_report_goes_on_on_further_pages() {
        let row = OwnRow { at: "12 Mar 2026".into(), amount: "€24.00".into(), status: "Paid" };
        let long = Sheet { commissions: vec![row; 100], ..sheet() };
        let (regular, bold) =
            (Face::parse(notosans::REGULAR_TTF).expect("a font"), Face::parse(notosans::BOLD_TTF).expect("a font"));
        let mut layout = Layout { regular: &regular, bold: &bold, leaves: Vec::new(), y: 0, lacks: false };
        lay_out(&mut layout, &long);
        assert!(layout.leaves.len() >= 3, "{}", layout.leaves.len());
        let texts = layout.leaves.iter().flat_map(|leaf| &leaf.texts);
        assert!(texts.clone().all(|text| text.y <= BOTTOM && text.x >= MARGIN));
        assert_eq!(texts.filter(|text| text.text == "€24.00").count(), 100);
        assert!(pdf(&long).len() < 200_000);
    }

    #[test]
    fn no_name_is_too_strange_or_too_long() {
        let names = [
            "🦀🦀🦀 👩‍👩‍👧‍👦",
            "שלום עולם",
            "محمد \u{202e}txt.exe",
            "山田太郎 株式会社",
            "e\u{301}\u{301}\u{301}\u{301}\u{301}",
            "नमस्ते",
            "\u{0}\u{1}\u{7f}\u{feff}\u{200d}",
            "",
            "ﷺﷺﷺ",
            "\u{10ffff}\u{e000}",
        ];
        for name in names {
            for repeat in [1, 200, 3_000] {
                let odd = Sheet { partner: name.repeat(repeat), program: name.repeat(repeat), ..sheet() };
                assert!(!pdf(&odd).is_empty());
            }
        }
        let unbroken = Sheet { found: "W".repeat(20_000), ..sheet() };
        assert!(!pdf(&unbroken).is_empty());
    }
}
