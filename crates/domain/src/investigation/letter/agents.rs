//! Browsers and devices that a letter names, and whether it was the same one throughout.

use super::words::{Letter, Word};
use crate::tracking::agent::{Browser, Device};

fn browser(low: &str) -> Option<Browser> {
    Some(match low {
        "safari" => Browser::Safari,
        "chrome" | "chromium" => Browser::Chrome,
        "firefox" => Browser::Firefox,
        "edge" => Browser::Edge,
        "opera" => Browser::Opera,
        _ => return None,
    })
}

fn device(low: &str) -> Option<Device> {
    Some(match low {
        "iphone" | "phone" | "smartphone" | "mobile" | "cell" | "android" | "handy" | "telefon" | "telephone"
        | "portable" | "movil" | "telefono" | "celular" | "pixel" => Device::Phone,
        "ipad" | "tablet" | "tablette" | "tableta" => Device::Tablet,
        "laptop" | "desktop" | "computer" | "mac" | "macbook" | "imac" | "pc" | "windows" | "notebook" | "rechner"
        | "ordinateur" | "ordenador" | "computadora" => Device::Desktop,
        _ => return None,
    })
}

const THINGS: &[&str] = &[
    "browser",
    "device",
    "phone",
    "iphone",
    "computer",
    "laptop",
    "one",
    "machine",
    "gerat",
    "handy",
    "rechner",
    "navigateur",
    "appareil",
    "navegador",
    "dispositivo",
    "ordinateur",
    "ordenador",
];
const SAME: &[&str] = &[
    "same",
    "derselbe",
    "dieselbe",
    "dasselbe",
    "demselben",
    "denselben",
    "gleiche",
    "gleichen",
    "selben",
    "meme",
    "mismo",
    "misma",
];
const OTHER: &[&str] = &[
    "different",
    "another",
    "other",
    "second",
    "anderer",
    "anderen",
    "anderem",
    "anderes",
    "andere",
    "autre",
    "otro",
    "otra",
    "second",
];
const NOT: &[&str] =
    &["not", "isn't", "wasn't", "isnt", "wasnt", "never", "nicht", "kein", "pas", "no", "isn’t", "wasn’t"];
const UNSURE: &[&str] =
    &["sure", "whether", "if", "know", "idea", "unsure", "weiß", "weiss", "ob", "sais", "si", "maybe"];

/// The first browser and device named, and whether click and sign-up are said to have been in the same.
pub(super) fn read(letter: &Letter<'_>) -> (Option<Browser>, Option<Device>, Option<bool>) {
    let body = letter.body();
    let mut browsers: Vec<Browser> = Vec::new();
    let mut devices: Vec<Device> = Vec::new();
    for (at, word) in body.iter().enumerate() {
        let denied = at.checked_sub(1).is_some_and(|before| NOT.contains(&body[before].low.as_str()));
        if denied {
            continue;
        }
        let named = browser(&word.low).or_else(|| samsung(&body, at));
        // "The edge of" is no browser.
        let named = named.filter(|named| *named != Browser::Edge || word.text.starts_with('E'));
        browsers.extend(named.filter(|named| !browsers.contains(named)));
        devices.extend(device(&word.low).filter(|named| !devices.contains(named) && !is_number_of(&body, at)));
    }
    let moved = browsers.len() == 2 && and_then(&body, |low| browser(low).is_some())
        || devices.len() == 2 && and_then(&body, |low| device(low).is_some());
    let same = said(&body).or(moved.then_some(false));
    (browsers.first().copied(), devices.first().copied(), same)
}

fn samsung(body: &[&Word<'_>], at: usize) -> Option<Browser> {
    let next = body.get(at + 1).map_or("", |word| word.low.as_str());
    (body[at].low == "samsung" && matches!(next, "internet" | "browser")).then_some(Browser::Samsung)
}

/// "Phone number", "mobile number": no device.
fn is_number_of(body: &[&Word<'_>], at: usize) -> bool {
    body.get(at + 1).is_some_and(|next| matches!(next.low.as_str(), "number" | "no" | "call" | "nummer"))
}

/// Whether the letter says so.
fn said(body: &[&Word<'_>]) -> Option<bool> {
    for (at, word) in body.iter().enumerate() {
        let same = SAME.contains(&word.low.as_str());
        if !same && !OTHER.contains(&word.low.as_str()) {
            continue;
        }
        let thing = body[at + 1..].iter().take(2).any(|next| THINGS.contains(&next.low.as_str()));
        let pair = body.get(at + 1).is_some_and(|next| browser(&next.low).is_some() || device(&next.low).is_some());
        if !thing && !pair {
            continue;
        }
        let before = &body[at.saturating_sub(7)..at];
        let clause: Vec<&&Word<'_>> = before.iter().rev().take_while(|word| !word.ends).collect();
        if clause.iter().any(|word| UNSURE.contains(&word.low.as_str())) {
            return None;
        }
        let denied = clause.iter().take(4).any(|word| NOT.contains(&word.low.as_str()));
        return Some(same != denied);
    }
    None
}

/// Whether the two named are told one after the other, and not as a choice ("Safari or Chrome").
fn and_then(body: &[&Word<'_>], is_one: impl Fn(&str) -> bool) -> bool {
    let places: Vec<usize> = body.iter().enumerate().filter(|(_, word)| is_one(&word.low)).map(|(at, _)| at).collect();
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return false };
    let between: Vec<&str> = body[*first..*last].iter().map(|word| word.low.as_str()).collect();
    let choice = between.iter().any(|low| matches!(*low, "or" | "oder" | "ou" | "o"));
    let tells = |low: &&&str| {
        [
            "signed",
            "sign",
            "sign-up",
            "signup",
            "bought",
            "buy",
            "purchased",
            "paid",
            "ordered",
            "registered",
            "then",
            "later",
            "finished",
            "completed",
            "dann",
            "angemeldet",
            "gekauft",
            "puis",
            "inscrite",
            "inscrit",
            "luego",
            "despues",
            "registro",
            "compro",
            "switched",
            "moved",
            "continued",
        ]
        .contains(*low)
    };
    !choice && between.iter().any(|low| tells(&low))
}
