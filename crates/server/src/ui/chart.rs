//! A bar for each day, drawn as SVG on the server: no script, prints well, follows light and dark through classes.

use askama::filters::HtmlSafe;
use std::fmt::{self, Display};

/// Width and height of the drawing in its own units; the page scales it.
const WIDTH: i64 = 320;
const HEIGHT: i64 = 96;
/// Room above the tallest bar and below the base line, for the two labels.
const TOP: i64 = 14;
const BOTTOM: i64 = 18;

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// `12 Mar`.
    pub label: String,
    /// Its height.
    pub value: i64,
    /// Its value as people read it: `14`, `€1,200.00`.
    pub text: String,
}

/// A bar chart of days, oldest first.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What the bars count; read out by screen readers.
    pub name: String,
    /// Which of the three colours: empty, `two` or `three`.
    pub colour: &'static str,
    /// The days.
    pub bars: Vec<Bar>,
}

impl Chart {
    /// The tallest bar, at least 1 so that an empty month still has a scale.
    fn top(&self) -> i64 {
        self.bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1)
    }

    /// Height of a bar in the drawing; anything above nothing is at least visible.
    fn height(&self, value: i64) -> i64 {
        let room = i128::from(HEIGHT - TOP - BOTTOM);
        let scaled = i128::from(value.max(0)) * room / i128::from(self.top());
        // `room` bounds the result.
        i64::try_from(scaled).unwrap_or(0).max(if value > 0 { 2 } else { 0 })
    }
}

impl Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = HEIGHT - BOTTOM;
        write!(f, "<svg class=\"chart {}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"", self.colour)?;
        super::parts::escape(f, &self.name)?;
        write!(f, "\"><line class=\"rule\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{TOP}\" y2=\"{TOP}\"/>")?;
        let days = i64::try_from(self.bars.len()).unwrap_or(1).max(1);
        for (place, bar) in (0_i64..).zip(&self.bars) {
            // In tenths of a unit, so that the gaps stay even without fractions of our own.
            let (left, right) = (place * WIDTH * 10 / days, (place + 1) * WIDTH * 10 / days);
            let (x, width) = (left + 10, right - left - 20);
            let height = self.height(bar.value);
            write!(f, "<g><title>")?;
            super::parts::escape(f, &format!("{}: {}", bar.label, bar.text))?;
            write!(
                f,
                "</title><rect class=\"hit\" x=\"{}\" y=\"0\" width=\"{}\" height=\"{base}\"/>",
                tenths(left),
                tenths(right - left)
            )?;
            if height > 0 {
                write!(
                    f,
                    "<rect class=\"bar\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{height}\" rx=\"1.5\"/>",
                    tenths(x),
                    base - height,
                    tenths(width)
                )?;
            }
            f.write_str("</g>")?;
        }
        write!(f, "<line class=\"base\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{base}\" y2=\"{base}\"/>")?;
        if let (Some(first), Some(last)) = (self.bars.first(), self.bars.last()) {
            write!(f, "<text x=\"0\" y=\"{}\">", HEIGHT - 4)?;
            super::parts::escape(f, &first.label)?;
            write!(f, "</text><text x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">", HEIGHT - 4)?;
            super::parts::escape(f, &last.label)?;
            f.write_str("</text>")?;
        }
        if let Some(tallest) = self.bars.iter().max_by_key(|bar| bar.value).filter(|bar| bar.value > 0) {
            write!(f, "<text x=\"0\" y=\"{}\">", TOP - 4)?;
            super::parts::escape(f, &tallest.text)?;
            f.write_str("</text>")?;
        }
        f.write_str("</svg>")
    }
}
impl HtmlSafe for Chart {}

fn tenths(value: i64) -> String {
    format!("{}.{}", value / 10, value % 10)
}

/// A thin bar that shows a share of the widest one, for lists.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// 0 to 1000.
    pub per_mille: i64,
}

impl Share {
    /// `part` of `whole`; nothing of nothing is nothing.
    pub fn of(part: i64, whole: i64) -> Self {
        let per_mille = if whole > 0 { i128::from(part.max(0)) * 1000 / i128::from(whole) } else { 0 };
        Self { per_mille: i64::try_from(per_mille.min(1000)).unwrap_or(1000) }
    }
}

impl Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<svg viewBox=\"0 0 1000 5\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{}\" height=\"5\"/></svg>",
            self.per_mille
        )
    }
}
impl HtmlSafe for Share {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_without_anything_draws_no_bar_and_does_not_divide_by_nothing() {
        let bars = (1..=30).map(|day| Bar { label: format!("{day} Mar"), value: 0, text: "0".into() }).collect();
        let svg = Chart { name: "Clicks".into(), colour: "", bars }.to_string();
        assert!(!svg.contains("class=\"bar\""));
        assert!(!Chart { name: "Clicks".into(), colour: "", bars: Vec::new() }.to_string().contains("NaN"));
    }

    #[test]
    fn the_tallest_bar_fills_the_room_and_the_smallest_is_still_seen() {
        let bar = |value| Bar { label: "1 Mar".into(), value, text: value.to_string() };
        let chart = Chart { name: "Sales".into(), colour: "", bars: vec![bar(i64::MAX), bar(1)] };
        assert_eq!(chart.height(i64::MAX), HEIGHT - TOP - BOTTOM);
        assert_eq!(chart.height(1), 2);
        assert_eq!(Share::of(1, 0).per_mille, 0);
        assert_eq!(Share::of(5, 4).per_mille, 1000);
    }
}
