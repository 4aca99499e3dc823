//! Finding a person by a name that was misspelt, put in another order, or written without its accents.
//!
//! A name is folded: taken apart by Unicode, marks dropped, in lower case, its words sorted. Three keys of it are stored and
//! indexed: the words forwards, the words backwards, and how they sound, roughly. A look-up probes ranges of those keys
//! ([`probes`]), each of which reads few rows; [`similarity`] then ranks what was found. The probes find any one word right
//! with the beginning of another, and names whose words all sound right. They do not find a name of which nothing is right.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words of a name that count; more are a sentence.
const WORDS: usize = 6;
/// Characters of a word that count.
const WORD: usize = 40;
/// Places of a sound: the first letter and three more.
const SOUND: usize = 4;

/// How alike two names are at least, in thousandths, for one to be taken for the other.
pub const ALIKE: u32 = 730;

/// The keys under which a name is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameKeys {
    /// The folded words, sorted.
    pub forward: String,
    /// The same, the other way round, so that the last word can be looked up without the first.
    pub backward: String,
    /// How the words sound, sorted.
    pub sound: String,
}

/// Which key a probe looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKey {
    /// [`NameKeys::forward`].
    Forward,
    /// [`NameKeys::backward`].
    Backward,
    /// [`NameKeys::sound`].
    Sound,
}

/// A range of one key: everything that begins with the text. The best come first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Of which key.
    pub key: NameKey,
    /// The least value in it.
    pub from: String,
    /// The least value above it.
    pub to: String,
}

/// The words of a name in the form in which they are compared, sorted. Letters that Unicode does not take apart are spelt
/// out as people do who have no such key.
pub fn words(name: &str) -> Vec<String> {
    let mut folded = String::new();
    for letter in name.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            // O'Brien is written with and without.
            '\'' | '’' | '`' | '´' => {}
            letter if letter.is_alphanumeric() => folded.push(letter),
            _ => folded.push(' '),
        }
    }
    let cut = |word: &str| word.chars().take(WORD).collect::<String>();
    let mut words: Vec<String> = folded.split_whitespace().take(WORDS).map(cut).collect();
    words.sort();
    words
}

/// The keys to store with a name; none if nothing in it is a letter or a digit.
pub fn keys(name: &str) -> Option<NameKeys> {
    let words = words(name);
    if words.is_empty() {
        return None;
    }
    let backward: Vec<&str> = words.iter().rev().map(String::as_str).collect();
    Some(NameKeys { forward: words.join(" "), backward: backward.join(" "), sound: sounds(&words) })
}

/// Where to look for somebody of this name: ranges that hold few rows first. At most eleven.
pub fn probes(name: &str) -> Vec<Probe> {
    let words = words(name);
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Vec::new() };
    let mut probes = vec![begins(NameKey::Forward, &words.join(" "))];
    if words.len() == 1 {
        // A single name: the first or the last of several.
        for key in [NameKey::Forward, NameKey::Backward] {
            probes.push(begins(key, &format!("{first} ")));
        }
        probes.push(begins(NameKey::Forward, start(first, 4)));
        probes.push(begins(NameKey::Backward, start(first, 4)));
    } else {
        probes.push(exact(NameKey::Sound, &sounds(&words)));
        let (second, before_last) = (&words[1], &words[words.len() - 2]);
        // One word is right and the other begins right.
        for length in [3, 1] {
            probes.push(begins(NameKey::Forward, &format!("{first} {}", start(second, length))));
            probes.push(begins(NameKey::Backward, &format!("{last} {}", start(before_last, length))));
        }
        // A misspelt first letter also changes the order.
        probes.push(begins(NameKey::Forward, &format!("{last} {}", start(first, 1))));
        probes.push(begins(NameKey::Backward, &format!("{first} {}", start(last, 1))));
        for word in [last, first] {
            probes.push(begins(NameKey::Backward, &format!("{word} ")));
            probes.push(begins(NameKey::Forward, &format!("{word} ")));
        }
    }
    let mut seen: Vec<Probe> = Vec::new();
    for probe in probes {
        if !seen.contains(&probe) {
            seen.push(probe);
        }
    }
    seen.truncate(11);
    seen
}

/// How alike two names are, in thousandths: 1,000 if they are the same words in any order. A word that only one of them has
/// (a middle name, an initial) costs little.
pub fn similarity(one: &str, other: &str) -> u32 {
    let (one, other) = (words(one), words(other));
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if few.is_empty() {
        return 0;
    }
    let mut left = many;
    let mut sum = 0;
    for word in &few {
        let best = left.iter().enumerate().map(|(place, other)| (word_similarity(word, other), place)).max();
        let Some((alike, place)) = best else { break };
        sum += alike;
        left.remove(place);
    }
    let places = u32::try_from(few.len()).unwrap_or(1);
    let extra = u32::try_from(left.len()).unwrap_or(u32::MAX);
    let alone = if few.len() == 1 && extra > 0 { 150 } else { 50 };
    (sum / places).saturating_sub(extra.saturating_mul(alone))
}

/// How alike two words are, in thousandths, by how many letters have to be changed, put in, left out, or swapped.
fn word_similarity(one: &str, other: &str) -> u32 {
    let longest = one.chars().count().max(other.chars().count());
    if longest == 0 {
        return 0;
    }
    // An initial stands for the word.
    let is_initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    if one != other && (is_initial(one, other) || is_initial(other, one)) {
        return 800;
    }
    let distance = strsim::osa_distance(one, other);
    u32::try_from(longest.saturating_sub(distance) * 1_000 / longest).unwrap_or(0)
}

/// A customer key without what people and programs change by accident: case, spaces, and the tag of an e-mail address.
pub fn fold_key(key: &str) -> String {
    let text: String = key.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
    match text.rsplit_once('@') {
        Some((name, host)) => format!("{}@{host}", name.split('+').next().unwrap_or(name)),
        None => text,
    }
}

fn sounds(words: &[String]) -> String {
    let mut sounds: Vec<String> = words.iter().map(|word| sound(word)).collect();
    sounds.sort();
    sounds.join(" ")
}

/// How a word sounds: its first letter's group and the groups of the consonants that follow, without repeats. Letters of
/// other scripts stand for themselves.
fn sound(word: &str) -> String {
    let mut places = String::new();
    let mut before = None;
    for (place, letter) in word.chars().enumerate() {
        let group = match letter {
            'b' | 'p' => Some('b'),
            'f' | 'v' | 'w' => Some('f'),
            'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => Some('c'),
            'd' | 't' => Some('d'),
            'l' => Some('l'),
            'm' | 'n' => Some('m'),
            'r' => Some('r'),
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' => (place == 0).then_some('a'),
            other => Some(other),
        };
        if let Some(group) = group
            && before != Some(group)
            && places.chars().count() < SOUND
        {
            places.push(group);
        }
        before = group;
    }
    places
}

fn start(word: &str, letters: usize) -> &str {
    word.char_indices().nth(letters).map_or(word, |(at, _)| &word[..at])
}

fn begins(key: NameKey, text: &str) -> Probe {
    // Above every text that begins so, byte by byte: no text has a character beyond this one.
    Probe { key, from: text.to_owned(), to: format!("{text}\u{10ffff}") }
}

fn exact(key: NameKey, text: &str) -> Probe {
    Probe { key, from: text.to_owned(), to: format!("{text}\u{1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(typed: &str, stored: &str) -> bool {
        let keys = keys(stored).expect("keys");
        probes(typed).iter().any(|probe| {
            let key = match probe.key {
                NameKey::Forward => &keys.forward,
                NameKey::Backward => &keys.backward,
                NameKey::Sound => &keys.sound,
            };
            (&probe.from..&probe.to).contains(&key)
        })
    }

    #[test]
    fn a_name_is_folded_to_its_words() {
        for (name, expected) in [
            ("Ada Park", "ada park"),
            ("  PARK,  Ada ", "ada park"),
            ("Zoë Müller-Lüdenscheidt", "ludenscheidt muller zoe"),
            ("Søren Ångström", "angstrom soren"),
            ("Łukasz Żółć", "lukasz zolc"),
            ("Seán O’Brien", "obrien sean"),
            ("Ｆｕｌｌ Ｗｉｄｔｈ", "full width"),
            ("ﬁona Weiß", "fiona weiss"),
            ("山田 太郎", "太郎 山田"),
        ] {
            assert_eq!(keys(name).map(|keys| keys.forward).as_deref(), Some(expected), "{name}");
        }
        assert_eq!(keys(" -- "), None);
        assert!(probes("").is_empty());
    }

    #[test]
    fn a_misspelt_name_is_found_and_alike() {
        for (typed, stored) in [
            ("Ada Park", "Ada Park"),
            ("park ada", "Ada Park"),
            ("Ada Prak", "Ada Park"),
            ("Ada Par", "Ada Park"),
            ("Afa Park", "Ada Park"),
            ("Qda Park", "Ada Park"),
            ("Adda Parck", "Ada Park"),
            ("Ada Bark", "Ada Park"),
            ("zoe muller", "Zoë Müller"),
            ("Zoe Mueler", "Zoë Müller"),
            ("Jonathan Smith", "Jonathon Smyth"),
            ("Katherine O'Brien", "Kathrine OBrien"),
            ("Ada M. Park", "Ada Park"),
            ("Ada Park", "Ada Maria Park"),
            ("Soren Angstrom", "Søren Ångström"),
            ("Stefan Schmitt", "Stephan Schmitt"),
        ] {
            assert!(is_found(typed, stored), "{typed} finds {stored}");
            let alike = similarity(typed, stored);
            assert!(alike >= ALIKE, "{typed} is like {stored}: {alike}");
        }
    }

    #[test]
    fn another_name_is_another() {
        for (one, other) in [
            ("Ada Park", "Bob Stone"),
            ("Ada Park", "Ida Lark"),
            ("Ada", "Bob"),
            ("Ada Park", "Paula Adams"),
            ("", "Ada"),
        ] {
            let alike = similarity(one, other);
            assert!(alike < ALIKE, "{one} is not {other}: {alike}");
        }
    }

    #[test]
    fn likeness_is_the_same_both_ways_and_most_for_the_same() {
        for (one, other) in [("Ada Park", "Prak Ada"), ("Ada M. Park", "Ada Park"), ("Zoë", "Zoe Lind")] {
            assert_eq!(similarity(one, other), similarity(other, one));
            assert!(similarity(one, other) < similarity(one, one));
        }
        assert_eq!(similarity("Zoë LIND", "lind, zoe"), 1_000);
    }

    #[test]
    fn keys_that_differ_by_accident_alone_fold_to_one() {
        for (one, other) in
            [("U-17", "u-17"), ("u 17", "u17"), ("Ada+shop@Example.com", "ada@example.com"), (" a@b.c ", "A@B.C")]
        {
            assert_eq!(fold_key(one), fold_key(other));
        }
        assert_ne!(fold_key("u-17"), fold_key("u-18"));
        assert_ne!(fold_key("a+b"), fold_key("a"), "a plus is a tag only in an address");
    }
}
