//! Laid out pages as a PDF file.

use super::text::{Face, Style};
use super::{HEIGHT, Leaf, MARGIN, WIDTH};
use crate::ui::dashboard::investigation_partner::Sheet;
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use whence_domain::Instant;

/// Writes the pages.
pub fn pages(leaves: &[Leaf], sheet: &Sheet, made_at: Instant, regular: &Face<'_>) -> Result<Vec<u8>, String> {
    let font = |bytes: &'static [u8]| Font::new(bytes.into(), 0).ok_or("the font cannot be read");
    let fonts = (font(notosans::REGULAR_TTF)?, font(notosans::BOLD_TTF)?);
    let mut document = Document::new();
    document.set_metadata(metadata(sheet, made_at, regular));
    for (number, leaf) in leaves.iter().enumerate() {
        let size = PageSettings::from_wh(f32::from(WIDTH), f32::from(HEIGHT)).ok_or("the page has no size")?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        for text in &leaf.texts {
            let font = if text.style.bold { &fonts.1 } else { &fonts.0 };
            write(&mut surface, font, text.style, (text.x, text.y), &text.text);
        }
        for y in &leaf.rules {
            line(&mut surface, *y);
        }
        let foot = format!("Reference {} · page {} of {}", sheet.reference, number + 1, leaves.len());
        write(&mut surface, &fonts.0, Style::SMALL, (MARGIN, HEIGHT - 40), &foot);
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| format!("the report cannot be written: {error:?}"))
}

fn write(surface: &mut Surface<'_>, font: &Font, style: Style, (x, y): (u16, u16), text: &str) {
    let ink = if style.soft { rgb::Color::new(92, 98, 104) } else { rgb::Color::new(24, 28, 32) };
    surface.set_fill(Some(Fill { paint: ink.into(), opacity: NormalizedF32::ONE, ..Fill::default() }));
    let at = Point::from_xy(f32::from(x), f32::from(y));
    // One direction for all: a name in another one has been replaced by marks, which have none.
    surface.draw_text(at, font.clone(), f32::from(style.size), text, false, TextDirection::LeftToRight);
}

fn line(surface: &mut Surface<'_>, y: u16) {
    let width = f32::from(WIDTH - 2 * MARGIN);
    let Some(bar) = Rect::from_xywh(f32::from(MARGIN), f32::from(y), width, 1.0) else { return };
    let mut path = PathBuilder::new();
    path.push_rect(bar);
    let ink = rgb::Color::new(206, 210, 214);
    surface.set_fill(Some(Fill { paint: ink.into(), opacity: NormalizedF32::ONE, ..Fill::default() }));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// Title, language and the time of the question: nothing of the present, so that the file is always the same.
fn metadata(sheet: &Sheet, made_at: Instant, regular: &Face<'_>) -> Metadata {
    let (program, _) = regular.drawable(&sheet.program);
    let metadata = Metadata::new()
        .title(format!("About your referral: {program}"))
        .language("en".into())
        .creator("Whence".into())
        .producer("Whence".into())
        .document_id(sheet.reference.clone());
    match date(made_at) {
        Some(date) => metadata.creation_date(date),
        None => metadata,
    }
}

fn date(at: Instant) -> Option<DateTime> {
    let stamp = jiff::Timestamp::from_microsecond(at.micros()).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |number: i8| u8::try_from(number).ok();
    Some(
        DateTime::new(u16::try_from(stamp.year()).ok()?)
            .month(part(stamp.month())?)
            .day(part(stamp.day())?)
            .hour(part(stamp.hour())?)
            .minute(part(stamp.minute())?)
            .second(part(stamp.second())?)
            .utc_offset_hour(0)
            .utc_offset_minute(0),
    )
}
