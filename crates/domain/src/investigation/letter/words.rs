//! A letter in words, each with the part of the letter that it stands in.

use super::LONGEST;
use unicode_normalization::UnicodeNormalization;

/// The part of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// `From:`, `To:`, `Subject:`.
    Header,
    /// "Hi Mara,".
    Greeting,
    /// What it says.
    Body,
    /// Who says it.
    Signature,
    /// What it answers.
    Quoted,
}

/// A word with its surroundings.
#[derive(Clone, Debug)]
pub(super) struct Word<'a> {
    /// Without the punctuation around it.
    pub text: &'a str,
    /// With it.
    pub raw: &'a str,
    /// In lower case, without accents.
    pub low: String,
    /// Whether something ends here: a clause, a sentence, a line.
    pub breaks: bool,
    /// Whether a sentence or a line ends here.
    pub ends: bool,
    /// Number of its line.
    pub line: usize,
    /// The part it stands in.
    pub zone: Zone,
}

/// A letter.
#[derive(Clone, Debug)]
pub(super) struct Letter<'a> {
    /// Its words, in order.
    pub words: Vec<Word<'a>>,
    /// Its lines, with the part that each is in.
    pub lines: Vec<(&'a str, Zone)>,
}

/// Most words read, and the longest one that is folded; longer ones are links and noise.
const MOST_WORDS: usize = 4_000;
const LONGEST_WORD: usize = 120;

impl<'a> Letter<'a> {
    pub fn new(text: &'a str) -> Self {
        let lines = zoned(cut(text));
        let mut words = Vec::new();
        for (number, (line, zone)) in lines.iter().enumerate() {
            let pieces = line.split_whitespace();
            for raw in pieces.take(MOST_WORDS.saturating_sub(words.len())) {
                words.extend(word(raw, number, *zone));
            }
            if let Some(last) = words.last_mut().filter(|last: &&mut Word<'_>| last.line == number) {
                // A line that was not wrapped ends what it says.
                last.ends |= line.len() < 50;
                last.breaks |= last.ends;
            }
        }
        Self { words, lines }
    }

    /// The same letter, where what it quotes counts as its own words.
    pub fn with_quoted(&self) -> Self {
        let mut letter = self.clone();
        for word in letter.words.iter_mut().filter(|word| word.zone == Zone::Quoted) {
            word.zone = Zone::Body;
        }
        letter
    }

    /// What it says.
    pub fn body(&self) -> Vec<&Word<'a>> {
        self.words.iter().filter(|word| word.zone == Zone::Body).collect()
    }
}

/// The text up to where reading stops.
fn cut(text: &str) -> &str {
    let end = (0..=LONGEST.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

fn word(raw: &str, line: usize, zone: Zone) -> Option<Word<'_>> {
    let outer = |c: char| !(c.is_alphanumeric() || matches!(c, '#' | '/' | '$' | '€' | '£' | '%' | '+' | '_'));
    let text = raw.trim_matches(outer);
    let text = ["'s", "’s"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    if text.is_empty() {
        return None;
    }
    let after = raw.rsplit_once(text).map_or("", |(_, after)| after);
    let low = if text.len() <= LONGEST_WORD { fold(text) } else { String::new() };
    // "Dr." and "no." end nothing; neither does an initial.
    let abbreviates = after.starts_with('.')
        && (text.chars().count() == 1
            || matches!(low.as_str(), "no" | "nr" | "dr" | "mr" | "mrs" | "ms" | "st" | "num"));
    let ends = !abbreviates && after.contains(['.', '!', '?', '。', '！', '？']);
    let breaks = ends || after.contains([',', ';', ':', ')', '(', '|', '、', '，', '：']) || after.contains(['–', '—']);
    Some(Word { text, raw, low, breaks, ends, line, zone })
}

/// Lower case without accents: `März` becomes `marz`.
pub(super) fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect::<String>().to_lowercase()
}

const HEADERS: &[&str] = &[
    "from", "to", "cc", "bcc", "subject", "date", "sent", "reply-to", "von", "an", "betreff", "datum", "gesendet",
    "de", "a", "objet", "envoye", "para", "asunto", "fecha", "enviado", "kopie",
];

const GREETINGS: &[&str] = &[
    "hi", "hello", "hey", "dear", "hallo", "liebe", "lieber", "guten", "bonjour", "bonsoir", "salut", "cher", "chere",
    "hola", "buenos", "buenas", "estimado", "estimada", "good", "moin",
];

const SIGN_OFFS: &[&str] = &[
    "thanks",
    "thank you",
    "many thanks",
    "thanks a lot",
    "thx",
    "cheers",
    "best",
    "best regards",
    "kind regards",
    "regards",
    "warm regards",
    "sincerely",
    "yours",
    "yours sincerely",
    "all the best",
    "take care",
    "talk soon",
    "best wishes",
    "br",
    "thanks in advance",
    "mit freundlichen grußen",
    "freundliche gruße",
    "viele gruße",
    "liebe gruße",
    "beste gruße",
    "danke",
    "vielen dank",
    "lg",
    "mfg",
    "vg",
    "cordialement",
    "bien cordialement",
    "merci",
    "merci beaucoup",
    "bonne journee",
    "saludos",
    "un saludo",
    "gracias",
    "muchas gracias",
    "atentamente",
];

/// Most lines of a signature, and most lines of a letter.
const SIGNATURE_LINES: usize = 8;
const MOST_LINES: usize = 1_500;

/// The lines, each with the part of the letter that it is in.
fn zoned(text: &str) -> Vec<(&str, Zone)> {
    let lines: Vec<&str> = text.lines().take(MOST_LINES).collect();
    let mut out: Vec<(&str, Zone)> = Vec::with_capacity(lines.len());
    let mut zone = Zone::Body;
    let mut header_until = header_end(&lines, 0);
    let mut has_body = false;
    for (number, line) in lines.iter().enumerate() {
        let low = fold(line.trim());
        if low.contains("forwarded message")
            || low.contains("weitergeleitete nachricht")
            || low.contains("message transfere")
        {
            header_until = header_end(&lines, number + 1);
            out.push((line, Zone::Header));
            (zone, has_body) = (Zone::Body, false);
            continue;
        }
        if low.starts_with('>') || begins_quote(&low) {
            let introduces = !low.starts_with('>');
            zone = if introduces { Zone::Quoted } else { zone };
            out.push((line, if introduces { Zone::Header } else { Zone::Quoted }));
            continue;
        }
        if number < header_until {
            let says = ["subject:", "betreff:", "objet:", "asunto:"].iter().any(|label| low.starts_with(label));
            out.push((line, if says { Zone::Body } else { Zone::Header }));
            continue;
        }
        if low.starts_with("p.s") || low.starts_with("ps:") || low.starts_with("ps ") {
            zone = if zone == Zone::Quoted { zone } else { Zone::Body };
        } else if zone == Zone::Body && has_body && signs_off(&low) && few_follow(&lines[number + 1..]) {
            zone = Zone::Signature;
        }
        let here = match zone {
            Zone::Body if sent_by_machine(&low) => Zone::Signature,
            Zone::Body if !has_body && greets(&low) => Zone::Greeting,
            zone => zone,
        };
        has_body |= !low.is_empty();
        out.push((line, here));
    }
    out
}

/// The number of the first line after a header that begins at `from`, or `from` if none does.
fn header_end(lines: &[&str], from: usize) -> usize {
    let block = lines[from..].iter().skip_while(|line| line.trim().is_empty());
    let skipped = lines[from..].iter().take_while(|line| line.trim().is_empty()).count();
    let labels: Vec<String> = block
        .map_while(|line| {
            let (label, _) = line.trim().split_once(':')?;
            let label = fold(label.trim());
            HEADERS.contains(&label.as_str()).then_some(label)
        })
        .take(12)
        .collect();
    let is_header = labels
        .iter()
        .any(|label| matches!(label.as_str(), "from" | "von" | "subject" | "betreff" | "objet" | "asunto"))
        || labels.len() >= 2 && labels.iter().any(|label| label == "de");
    if is_header { from + skipped + labels.len() } else { from }
}

/// "On 3 March 2026, Mara wrote:".
fn begins_quote(low: &str) -> bool {
    let closes = [" wrote:", " schrieb:", " a ecrit :", " a ecrit:", " escribio:"].iter().any(|end| low.ends_with(end));
    closes
        || low.contains("original message")
        || low.contains("ursprungliche nachricht")
        || low.contains("message d'origine")
        || low.starts_with("am ") && low.ends_with(':') && low.contains(" schrieb ")
}

fn signs_off(low: &str) -> bool {
    if low.starts_with("--") || low == "—" {
        return true;
    }
    let plain: String = low.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == ',').collect();
    let (phrase, rest) = plain.split_once(',').unwrap_or((&plain, ""));
    let phrase = phrase.trim().replace("ss", "ß");
    let known = SIGN_OFFS.iter().any(|known| known.replace("ss", "ß") == phrase);
    known && rest.split_whitespace().count() <= 3
}

fn few_follow(rest: &[&str]) -> bool {
    let own = rest.iter().take_while(|line| !line.trim_start().starts_with('>') && !begins_quote(&fold(line.trim())));
    let own = own.take_while(|line| !fold(line.trim()).starts_with("p.s"));
    own.filter(|line| !line.trim().is_empty()).count() <= SIGNATURE_LINES
}

/// "Sent from my iPhone" says nothing of the customer's.
fn sent_by_machine(low: &str) -> bool {
    let starts = [
        "sent from",
        "get outlook",
        "von meinem",
        "gesendet von",
        "envoye de",
        "envoye depuis",
        "enviado desde",
        "sent via",
    ];
    low.len() < 80 && starts.iter().any(|start| low.starts_with(start))
}

/// A line that greets, and says little more.
fn greets(low: &str) -> bool {
    let mut words = low.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.next().is_some_and(|first| GREETINGS.contains(&first)) && words.count() <= 5
}
