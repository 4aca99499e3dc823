//! One insert of many rows, made from the text that inserts one.

/// Repeats the `values (…)` of an insert of one row for `rows` rows, numbering the placeholders on: so the text on disk
/// stays the one that is read, reviewed and prepared by a test.
///
/// # Panics
/// If the text has no `values (` with a closing bracket: it is ours, compiled in.
pub fn many(one: &str, columns: usize, rows: usize) -> String {
    let start = one.find("values (").expect("an insert has values") + "values ".len();
    let end = start + one[start..].find(')').expect("the bracket is closed") + 1;
    let groups: Vec<String> = (0..rows)
        .map(|row| {
            let places: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
            format!("({})", places.join(", "))
        })
        .collect();
    format!("{}{}{}", &one[..start], groups.join(", "), &one[end..])
}

#[cfg(test)]
mod tests {
    use super::many;

    #[test]
    fn the_placeholders_go_on_from_row_to_row() {
        let one = "insert into t (a, b)\nvalues ($1, $2)\non conflict (a) do nothing";
        assert_eq!(many(one, 2, 1), one);
        assert_eq!(many(one, 2, 2), "insert into t (a, b)\nvalues ($1, $2), ($3, $4)\non conflict (a) do nothing");
    }
}
