//! The customer's name in a letter: a run of words that look like one, and what stands around it.

use super::marks::email;
use super::words::{Letter, Word, Zone, fold};
use crate::program::Email;
use std::collections::BTreeSet;

/// Most letters of a name, and most words.
const LONGEST_NAME: usize = 80;
const MOST_WORDS: usize = 5;

/// The customer's name, if the letter gives one.
pub(super) fn customer(letter: &Letter<'_>, address: Option<&Email>) -> Option<String> {
    let strangers = not_the_customer(letter);
    let is_stranger = |name: &str| strangers.contains(&fold(name));
    if let Some(name) = labelled(letter).filter(|name| !is_stranger(name)) {
        return Some(name);
    }
    let body = letter.body();
    let mut best: Option<(i32, String)> = None;
    let mut at = 0;
    while at < body.len() {
        let length = run(&body, at);
        if length == 0 {
            at += 1;
            continue;
        }
        let name: Vec<&str> = body[at..at + length].iter().map(|word| word.text).collect();
        let name = name.join(" ");
        let weight = weigh(&body, at, length, address);
        let enough = weight >= if length > 1 { 2 } else { 3 };
        if enough
            && name.len() <= LONGEST_NAME
            && !is_stranger(&name)
            && best.as_ref().is_none_or(|(most, _)| weight > *most)
        {
            best = Some((weight, name));
        }
        at += length;
    }
    best.map(|(_, name)| name)
}

/// Names of whoever writes and whoever is written to, folded: whole, and word by word.
fn not_the_customer(letter: &Letter<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (number, (_, zone)) in letter.lines.iter().enumerate() {
        if !matches!(zone, Zone::Signature | Zone::Greeting | Zone::Header) {
            continue;
        }
        let words: Vec<&Word<'_>> =
            letter.words.iter().filter(|word| word.line == number && email(word).is_none()).collect();
        for from in 0..words.len().min(8) {
            for to in from + 1..=words.len().min(from + 4) {
                let texts: Vec<&str> = words[from..to].iter().map(|word| word.text).collect();
                names.insert(fold(&texts.join(" ")));
            }
        }
    }
    // "Hi Mara, I referred …" greets within a line of the body.
    let first: Vec<&Word<'_>> = letter.body();
    if first.first().is_some_and(|word| GREETING.contains(&word.low.as_str())) {
        for word in first.iter().skip(1).take(3) {
            names.insert(word.low.clone());
            if word.breaks {
                break;
            }
        }
    }
    names
}

const GREETING: &[&str] = &["hi", "hello", "hey", "dear", "hallo", "liebe", "lieber", "bonjour", "hola", "salut"];

/// "Name: Ada Park", "Customer: Ada Park (ada@park.test)".
fn labelled(letter: &Letter<'_>) -> Option<String> {
    const LABELS: &[&str] = &[
        "name",
        "customer",
        "customer name",
        "customers name",
        "client",
        "client name",
        "full name",
        "their name",
        "her name",
        "his name",
        "buyer",
        "referral",
        "referral name",
        "lead",
        "kunde",
        "kundin",
        "name des kunden",
        "kundenname",
        "nom",
        "nom du client",
        "nom de la cliente",
        "cliente",
        "nombre",
        "nombre del cliente",
        "who",
        "person",
    ];
    for (line, zone) in &letter.lines {
        if *zone != Zone::Body {
            continue;
        }
        let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
        let Some((label, rest)) = line.split_once([':', '=']).or_else(|| line.split_once(" - ")) else { continue };
        let label: String = fold(label).chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
        if label.len() > 30 || !LABELS.contains(&label.trim()) {
            continue;
        }
        let name = rest.split(['<', '(', '[', ',', ';', '|', '/', '–', '—']).next().unwrap_or_default();
        let name = name.split(" - ").next().unwrap_or_default().trim().trim_end_matches(['.', '!', '?']);
        let words: Vec<&str> = name.split_whitespace().filter(|word| !word.contains('@')).collect();
        let looks = (1..=MOST_WORDS + 1).contains(&words.len()) && name.len() <= LONGEST_NAME;
        let letters = name.chars().any(char::is_alphabetic) && !name.chars().any(|c| c.is_ascii_digit());
        let told = words.iter().filter(|word| ORDINARY.contains(&fold(word).as_str())).count();
        if looks && letters && told * 2 < words.len().max(1) {
            return Some(words.join(" "));
        }
    }
    None
}

/// How many words from here on look like a name; 0 if this one does not begin one.
fn run(body: &[&Word<'_>], at: usize) -> usize {
    let mut length = 0;
    while let Some(word) = body.get(at + length) {
        let particle = length > 0
            && PARTICLES.contains(&word.low.as_str())
            && body.get(at + length + 1).is_some_and(|next| is_name_word(next));
        if !is_name_word(word) && !particle {
            break;
        }
        length += 1;
        if word.breaks || word.raw.ends_with("'s") || word.raw.ends_with("’s") || length == MOST_WORDS {
            break;
        }
        if body.get(at + length).is_some_and(|next| next.raw.starts_with(['(', '<', '"', '“'])) {
            break;
        }
    }
    length
}

const PARTICLES: &[&str] =
    &["de", "van", "von", "der", "den", "la", "le", "del", "da", "di", "dos", "bin", "al", "el", "ten", "zu", "y"];

/// Whether a word begins with a letter that is no small one (which scripts without small letters always do), is no
/// address, and no word that is written so for another reason.
fn is_name_word(word: &Word<'_>) -> bool {
    let begins = word.text.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
    let plain = word.text.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.') || is_mark(c));
    let shouts =
        word.text.chars().count() > 3 && word.text.is_ascii() && !word.text.contains(|c: char| c.is_ascii_lowercase());
    begins
        && plain
        && !shouts
        && !word.raw.contains('@')
        && word.text.len() <= 60
        && !ORDINARY.contains(&word.low.as_str())
        && !is_contraction(&word.low)
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn is_contraction(low: &str) -> bool {
    ["'m", "'ve", "'d", "'ll", "'re", "n't", "’m", "’ve", "’d", "’ll", "’re", "n’t"]
        .iter()
        .any(|end| low.ends_with(end))
}

/// How much speaks for a run of words being the customer's name.
fn weigh(body: &[&Word<'_>], at: usize, length: usize, address: Option<&Email>) -> i32 {
    let before = |back: usize| at.checked_sub(back).map(|place| body[place]).filter(|word| !word.ends);
    let low = |back: usize| before(back).map_or("", |word| word.low.as_str());
    let after = |on: usize| body.get(at + length + on).map_or("", |word| word.low.as_str());
    let last = body[at + length - 1];
    let mut weight = i32::from(length > 1);
    let is = [
        "is", "was", "ist", "est", "es", "war", "mr", "mrs", "ms", "herr", "frau", "herrn", "mme", "m", "senora",
        "senor", "the", "dr",
    ];
    let cued = CUES.contains(&low(1)) || is.contains(&low(1)) && CUES.contains(&low(2));
    let titled = matches!(
        low(1),
        "mr" | "mrs" | "ms" | "herr" | "herrn" | "frau" | "mme" | "monsieur" | "madame" | "senora" | "senor" | "dr"
    );
    if cued || titled {
        weight += 3;
    }
    if matches!(
        low(1),
        "to" | "for"
            | "of"
            | "by"
            | "check"
            | "about"
            | "regarding"
            | "concerning"
            | "from"
            | "an"
            | "von"
            | "fur"
            | "pour"
            | "a"
            | "para"
            | "with"
            | "mit"
    ) {
        weight += 1;
    }
    if !last.ends
        && (DEEDS.contains(&after(0))
            || DEEDS.contains(&after(1))
                && matches!(after(0), "has" | "had" | "just" | "then" | "never" | "also" | "did" | "finally"))
    {
        weight += 2;
    }
    let near_address = (0..3)
        .any(|on| body.get(at + length + on).is_some_and(|word| email(word).is_some()) && !last.ends)
        || before(1).is_some_and(|word| email(word).is_some());
    if near_address {
        weight += 3;
    }
    if let Some(address) = address {
        let local = fold(address.as_str().split('@').next().unwrap_or_default());
        let named = body[at..at + length].iter().filter(|word| word.low.len() > 2 && local.contains(word.low.as_str()));
        weight += if named.count() > 0 { 3 } else { 0 };
    }
    weight
}

const CUES: &[&str] = &[
    "customer",
    "customers",
    "client",
    "clients",
    "friend",
    "colleague",
    "coworker",
    "buyer",
    "named",
    "called",
    "name",
    "referred",
    "refered",
    "sent",
    "invited",
    "recommended",
    "introduced",
    "brought",
    "told",
    "lead",
    "referral",
    "subscriber",
    "user",
    "contact",
    "person",
    "student",
    "reader",
    "follower",
    "neighbor",
    "neighbour",
    "brother",
    "sister",
    "boss",
    "kunde",
    "kunden",
    "kundin",
    "freund",
    "freundin",
    "bekannte",
    "bekannter",
    "namens",
    "heißt",
    "heisst",
    "geworben",
    "empfohlen",
    "cliente",
    "amie",
    "ami",
    "collegue",
    "appelle",
    "nom",
    "nommee",
    "nomme",
    "invite",
    "amigo",
    "amiga",
    "llamada",
    "llamado",
    "llama",
    "nombre",
    "referi",
    "invitado",
];
const DEEDS: &[&str] = &[
    "signed",
    "bought",
    "purchased",
    "ordered",
    "joined",
    "registered",
    "subscribed",
    "clicked",
    "used",
    "told",
    "says",
    "said",
    "paid",
    "upgraded",
    "became",
    "converted",
    "made",
    "placed",
    "went",
    "opened",
    "created",
    "started",
    "followed",
    "confirmed",
    "wrote",
    "completed",
    "got",
    "hat",
    "kaufte",
    "bestellte",
    "s'est",
    "s’est",
    "a",
    "se",
    "compro",
    "pago",
    "hizo",
    "is",
    "was",
    "isn't",
    "isn’t",
    "does",
    "doesn't",
    "signs",
];

/// Words that are written with a capital letter for another reason: at the beginning of a sentence, as a name of something
/// else, as a day.
const ORDINARY: &[&str] = &[
    "i",
    "my",
    "the",
    "she",
    "he",
    "they",
    "we",
    "it",
    "this",
    "that",
    "these",
    "those",
    "a",
    "an",
    "and",
    "but",
    "so",
    "or",
    "on",
    "in",
    "at",
    "as",
    "by",
    "when",
    "what",
    "why",
    "where",
    "who",
    "which",
    "how",
    "can",
    "could",
    "would",
    "should",
    "will",
    "please",
    "hi",
    "hello",
    "hey",
    "dear",
    "thanks",
    "thank",
    "yes",
    "no",
    "not",
    "also",
    "after",
    "before",
    "since",
    "if",
    "is",
    "are",
    "was",
    "were",
    "did",
    "do",
    "does",
    "has",
    "have",
    "had",
    "her",
    "his",
    "their",
    "your",
    "our",
    "you",
    "me",
    "him",
    "them",
    "there",
    "then",
    "now",
    "for",
    "from",
    "to",
    "of",
    "with",
    "one",
    "two",
    "another",
    "still",
    "just",
    "last",
    "first",
    "next",
    "only",
    "all",
    "any",
    "both",
    "each",
    "here",
    "let",
    "look",
    "see",
    "ok",
    "okay",
    "sorry",
    "customer",
    "client",
    "clients",
    "email",
    "e-mail",
    "mail",
    "name",
    "order",
    "invoice",
    "link",
    "date",
    "subject",
    "re",
    "fwd",
    "fw",
    "aw",
    "wg",
    "id",
    "ps",
    "p.s",
    "missing",
    "referral",
    "referrals",
    "partner",
    "support",
    "team",
    "commission",
    "dashboard",
    "question",
    "payment",
    "account",
    "sign",
    "browser",
    "device",
    "phone",
    "google",
    "chrome",
    "safari",
    "firefox",
    "edge",
    "opera",
    "microsoft",
    "apple",
    "iphone",
    "ipad",
    "android",
    "mac",
    "macbook",
    "windows",
    "samsung",
    "internet",
    "instagram",
    "facebook",
    "tiktok",
    "youtube",
    "twitter",
    "linkedin",
    "whatsapp",
    "gmail",
    "outlook",
    "paypal",
    "stripe",
    "pro",
    "plan",
    "premium",
    "basic",
    "enterprise",
    "business",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "black",
    "ich",
    "der",
    "die",
    "das",
    "sie",
    "er",
    "wir",
    "mein",
    "meine",
    "meinen",
    "meiner",
    "am",
    "im",
    "kunde",
    "kundin",
    "kunden",
    "bestellung",
    "rechnung",
    "je",
    "mon",
    "ma",
    "elle",
    "il",
    "client's",
    "yo",
    "mi",
    "ella",
    "cliente",
    "gracias",
    "danke",
    "merci",
    "bitte",
    "woche",
    "wochen",
    "tag",
    "tagen",
    "monat",
    "monaten",
    "guten",
    "und",
    "ein",
    "eine",
    "warum",
    "herr",
    "herrn",
];
