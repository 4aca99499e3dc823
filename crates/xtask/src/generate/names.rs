//! Names of people, put together from syllables, with the keys by which they are found.

use whence_domain::investigation::name_match;

const STARTS: [&str; 20] = [
    "Al", "Be", "Car", "Da", "El", "Fa", "Gre", "Ha", "I", "Jo", "Ka", "Li", "Ma", "Ni", "O", "Pa", "Ro", "Sa", "Ti",
    "Zo",
];
const ENDS: [&str; 10] = ["bert", "da", "na", "ro", "lie", "mon", "ka", "vin", "ë", "sa"];
const FAMILIES: [&str; 20] = [
    "Ander", "Brook", "Cast", "Dorn", "Ever", "Frost", "Gold", "Hart", "Iver", "Jen", "Kess", "Lang", "Mül", "Nor",
    "Öst", "Pem", "Quin", "Rosen", "Stein", "Thorn",
];
const TAILS: [&str; 20] = [
    "son", "field", "ler", "berg", "man", "wood", "ton", "ley", "dal", "well", "bach", "stad", "ford", "mark", "ner",
    "gren", "shaw", "worth", "hoff", "quist",
];

/// How many different names there are.
pub const COUNT: u64 = 20 * 10 * 20 * 20;

/// The name of this number.
pub fn name(number: u64) -> String {
    let pick = |list: &'static [&'static str], by: u64| list[usize::try_from(number / by).unwrap_or(0) % list.len()];
    format!("{}{} {}{}", pick(&STARTS, 1), pick(&ENDS, 20), pick(&FAMILIES, 200), pick(&TAILS, 4_000))
}

/// Statements that fill the table of names, a thousand rows each.
pub fn inserts() -> impl Iterator<Item = String> {
    (0..COUNT / 1_000).map(|thousand| {
        let rows: Vec<String> = (thousand * 1_000..(thousand + 1) * 1_000).map(row).collect();
        format!("insert into generated_names values {}", rows.join(", "))
    })
}

fn row(number: u64) -> String {
    let name = name(number);
    let keys = name_match::keys(&name).expect("a name has letters");
    // Letters and spaces alone: nothing to quote.
    format!("({number}, '{name}', '{}', '{}', '{}')", keys.forward, keys.backward, keys.sound)
}
