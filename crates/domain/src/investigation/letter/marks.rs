//! What has a shape of its own: addresses, links, and the numbers of orders and customers.

use super::words::{Letter, Word, Zone};
use super::{Setting, dates};
use crate::program::Email;

/// The addresses in a letter, told apart.
pub(super) struct People {
    /// The customer's, if one may be.
    pub customer: Option<Email>,
    /// Other ones that may be.
    pub others: Vec<Email>,
    /// The writer's.
    pub sender: Option<Email>,
}

/// The address that a word is.
pub(super) fn email(word: &Word<'_>) -> Option<Email> {
    let raw = word.raw.rsplit(['<', '(', '[', ':', '"', '|']).find(|part| part.contains('@'))?;
    let outer = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '+'));
    let text = raw.split(['>', ')', ']', ',', ';', '?', '|', '"']).next().unwrap_or_default().trim_matches(outer);
    let text = ["'s", "’s"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let (_, host) = text.rsplit_once('@')?;
    let has_dot = host.contains('.') && host.split('.').all(|label| !label.is_empty());
    (has_dot && text.matches('@').count() == 1).then(|| Email::parse(text).ok()).flatten()
}

/// Tells the addresses apart: the writer's stand in the header or signature, or are a partner's; the company's are nobody's.
pub(super) fn people(letter: &Letter<'_>, setting: &Setting<'_>) -> People {
    let (mut ours, mut theirs): (Vec<Email>, Vec<Email>) = Default::default();
    let mut sender = None;
    for word in &letter.words {
        let Some(email) = email(word).filter(|email| !is_company(email, setting)) else { continue };
        let is_writer = setting.partners.contains(&email) || word.zone == Zone::Signature || is_from(letter, word);
        if is_writer {
            // A partner whom we know weighs more than whoever stands in a header.
            if sender.is_none()
                || setting.partners.contains(&email)
                    && !sender.as_ref().is_some_and(|one| setting.partners.contains(one))
            {
                sender = Some(email.clone());
            }
            theirs.push(email);
        } else if word.zone == Zone::Body && !ours.contains(&email) {
            ours.push(email);
        }
    }
    ours.retain(|email| !theirs.contains(email));
    ours.truncate(6);
    let customer = if ours.is_empty() { None } else { Some(ours.remove(0)) };
    People { customer, others: ours, sender }
}

fn is_from(letter: &Letter<'_>, word: &Word<'_>) -> bool {
    let line = letter.lines.get(word.line).map_or("", |(line, _)| line.trim_start());
    word.zone == Zone::Header
        && ["from:", "von:", "de:", "de :", "reply-to:"].iter().any(|label| line.to_lowercase().starts_with(label))
}

fn is_company(email: &Email, setting: &Setting<'_>) -> bool {
    let host = email.host();
    setting.own_hosts.iter().any(|own| {
        let own = own.strip_prefix("www.").unwrap_or(own);
        host == own || host.ends_with(own) && host[..host.len() - own.len()].ends_with('.')
    })
}

/// The link: what the letter itself says first, else what stands beneath it.
pub(super) fn link(letter: &Letter<'_>, setting: &Setting<'_>) -> Option<String> {
    let of =
        |zone: Zone| letter.words.iter().filter(move |word| word.zone == zone).find_map(|word| link_in(word, setting));
    of(Zone::Body).or_else(|| of(Zone::Signature))
}

fn link_in(word: &Word<'_>, setting: &Setting<'_>) -> Option<String> {
    if word.raw.len() > 2_000 || word.raw.contains('@') {
        return None;
    }
    let raw = word.raw.trim_start_matches(|c: char| !c.is_alphanumeric());
    // "[the link](https://…)" and "<https://…>".
    let raw = raw.find("http").map_or(raw, |at| raw.get(at..).unwrap_or(raw));
    let text = raw.split(['<', '>', '"', ')', ']', '|']).next().unwrap_or_default();
    let text = text.trim_end_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '=')));
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let (host, path) = rest.split_once('/')?;
    let host = host.to_lowercase();
    let is_link_host = setting.link_hosts.iter().any(|known| known.eq_ignore_ascii_case(&host));
    let is_app_link = path.starts_with("l/") && path.len() > 2 && host.contains(['.', ':']);
    (is_link_host && !path.is_empty() || is_app_link).then(|| text.to_owned())
}

const ORDER_WORDS: &[&str] = &[
    "order",
    "order-id",
    "orderid",
    "ordernumber",
    "invoice",
    "payment",
    "transaction",
    "receipt",
    "purchase",
    "charge",
    "booking",
    "bestellung",
    "bestellnummer",
    "bestell-nr",
    "auftrag",
    "auftragsnummer",
    "rechnung",
    "rechnungsnummer",
    "rechnungsnr",
    "zahlung",
    "commande",
    "facture",
    "paiement",
    "achat",
    "pedido",
    "factura",
    "pago",
    "compra",
];
const KEY_WORDS: &[&str] = &[
    "customer",
    "user",
    "account",
    "client",
    "kundennummer",
    "kundennr",
    "kunden-nr",
    "kunde",
    "benutzer",
    "konto",
    "compte",
    "cliente",
    "cuenta",
    "usuario",
];
/// Words between the noun and its number.
const FILLERS: &[&str] = &[
    "number",
    "no",
    "id",
    "nr",
    "num",
    "nummer",
    "numero",
    "n",
    "n°",
    "nº",
    "№",
    "#",
    "is",
    "was",
    "ref",
    "reference",
    "ist",
    "est",
    "es",
    "key",
];
const ORDER_STARTS: &[&str] = &["ch_", "pi_", "in_", "cs_", "txn_", "tran_", "ord_"];

/// The number of an order, invoice or payment.
pub(super) fn order(letter: &Letter<'_>) -> Option<String> {
    let body = letter.body();
    let told = |word: &Word<'_>| {
        ORDER_STARTS.iter().any(|start| word.low.starts_with(start) && word.low.len() > start.len() + 3)
    };
    let by_shape = body.iter().find(|word| told(word)).map(|word| number_text(word));
    let hashed = |word: &&&Word<'_>| {
        word.text.strip_prefix('#').is_some_and(|rest| {
            rest.len() >= 3
                && rest.chars().any(|c| c.is_ascii_digit())
                && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
    };
    by_shape
        .or_else(|| after_word(&body, ORDER_WORDS, false))
        .or_else(|| body.iter().find(hashed).map(|word| number_text(word)))
}

/// The company's own key of the customer.
pub(super) fn customer_key(letter: &Letter<'_>) -> Option<String> {
    let body = letter.body();
    let told = |word: &&&Word<'_>| word.low.starts_with("cus_") && word.low.len() > 7;
    after_word(&body, KEY_WORDS, true).or_else(|| body.iter().find(told).map(|word| number_text(word)))
}

/// The number that follows such a noun: "order number A-1042", "Kundennummer: 8812". With `labelled`, a word that says that a
/// number follows must stand between, unless the noun says so itself.
fn after_word(body: &[&Word<'_>], nouns: &[&str], labelled: bool) -> Option<String> {
    for (at, word) in body.iter().enumerate().filter(|(_, word)| nouns.contains(&word.low.as_str())) {
        if word.ends {
            continue;
        }
        let mut label = word.low.ends_with("nr") || word.low.ends_with("nummer");
        for next in body[at + 1..].iter().take(4) {
            if FILLERS.contains(&next.low.as_str()) {
                label |= !matches!(next.low.as_str(), "is" | "was" | "ist" | "est" | "es");
                continue;
            }
            if (!labelled || label || next.raw.contains('#')) && is_number(next) {
                return Some(number_text(next));
            }
            break;
        }
    }
    None
}

fn number_text(word: &Word<'_>) -> String {
    word.text.trim_start_matches('#').chars().take(100).collect()
}

/// Whether a word can be somebody's number for something: digits in it, three characters or more, and no amount, date or
/// address.
fn is_number(word: &Word<'_>) -> bool {
    let text = word.text.trim_start_matches('#');
    let fits = (3..=64).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_amount = word.raw.contains(['$', '€', '£', '%'])
        || text.contains('.') && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    fits && digits > 0 && !is_amount && !dates::is_numeric_date(text) && !is_ordinal(text)
}

fn is_ordinal(text: &str) -> bool {
    ["st", "nd", "rd", "th"]
        .iter()
        .any(|end| text.strip_suffix(end).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit())))
}
