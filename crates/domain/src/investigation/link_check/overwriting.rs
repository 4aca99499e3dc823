//! Finding code that replaces the snippet's object or its data: from then on the partner's key is lost to the page.

use super::script::{Kind, Token};
use super::tag::OBJECTS;

/// A replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overwriting {
    /// What is replaced, as `growsumo.data`.
    pub what: String,
    /// Where the code begins, in bytes.
    pub at: usize,
    /// Where it ends.
    pub end: usize,
    /// Whether it runs as soon as the page reaches it, not later in a function.
    pub runs_at_once: bool,
    /// Whether it replaces the object itself, not only its data.
    pub is_object: bool,
}

/// The most names of the object that are looked at in one script, and the most tokens of one assigned value: a page that
/// goes beyond was not written by people, and reading it may take no longer for it.
const LOOKED_AT: usize = 2_000;

/// See [`LOOKED_AT`].
const VALUE_TOKENS: usize = 1_000;

/// Finds every replacement in a script.
pub fn overwritings(tokens: &[Token<'_>]) -> Vec<Overwriting> {
    let depths = function_depths(tokens);
    let mut found = Vec::new();
    let named = tokens
        .iter()
        .enumerate()
        .filter_map(|(place, token)| OBJECTS.into_iter().find(|name| names(token, name)).map(|name| (place, name)));
    for (place, name) in named.take(LOOKED_AT) {
        let Some(begin) = target(tokens, place) else { continue };
        let Some((after, has_data)) = path(tokens, place) else { continue };
        if !tokens.get(after).is_some_and(|token| token.is_sign("=")) {
            continue;
        }
        let end = end_of_value(tokens, after + 1);
        // A default (`growsumo = growsumo || {}`), a copy under another name, or a spread keeps what was there.
        if tokens[after + 1..end].iter().any(|token| OBJECTS.iter().any(|name| names(token, name))) {
            continue;
        }
        let declares = begin
            .checked_sub(1)
            .is_some_and(|before| ["var", "let", "const"].iter().any(|word| tokens[before].is_word(word)));
        let depth = depths[place];
        // A variable of a function's own replaces nothing.
        if declares && depth > 0 {
            continue;
        }
        found.push(Overwriting {
            what: if has_data { format!("{name}.data") } else { name.to_owned() },
            at: tokens[begin].at,
            end: tokens.get(end.saturating_sub(1)).map_or(tokens[after].at, |last| last.at + last.text.len()),
            runs_at_once: depth == 0,
            is_object: !has_data,
        });
    }
    found
}

/// `growsumo`, or `"growsumo"` as in `window["growsumo"]`.
fn names(token: &Token<'_>, name: &str) -> bool {
    matches!(token.kind, Kind::Word | Kind::Text) && token.text == name
}

/// Where the assigned expression begins: at the name itself, or at the `window` before it. Nothing if it is a member of
/// something else, or a mere text.
fn target(tokens: &[Token<'_>], place: usize) -> Option<usize> {
    let is_text = tokens[place].kind == Kind::Text;
    let before = place.checked_sub(1).map(|before| &tokens[before]);
    let of_global = |owner: Option<usize>| {
        let owner = owner?;
        let is_global = ["window", "self", "globalThis", "top"].iter().any(|word| tokens[owner].is_word(word));
        let is_member = owner.checked_sub(1).is_some_and(|before| tokens[before].is_sign("."));
        (is_global && !is_member).then_some(owner)
    };
    match before {
        Some(sign) if sign.is_sign(".") => of_global(place.checked_sub(2)),
        Some(sign) if sign.is_sign("[") && is_text => of_global(place.checked_sub(2)),
        _ => (!is_text).then_some(place),
    }
}

/// The place after `growsumo`, `growsumo.data`, `growsumo["data"]` or the bracketed forms of it, and whether the data are
/// meant. Nothing for deeper members: setting one field is how it should be done.
fn path(tokens: &[Token<'_>], place: usize) -> Option<(usize, bool)> {
    let sign = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.is_sign(text));
    let mut after = place + 1;
    if tokens[place].kind == Kind::Text {
        if !sign(after, "]") {
            return None;
        }
        after += 1;
    }
    let is_data = |at: usize| tokens.get(at).is_some_and(|token| names(token, "data"));
    if sign(after, ".") && is_data(after + 1) {
        return Some((after + 2, true));
    }
    if sign(after, "[") && is_data(after + 1) && sign(after + 2, "]") {
        return Some((after + 3, true));
    }
    Some((after, false))
}

/// Where the assigned value ends: at a semicolon, a comma, a closing bracket, or a line end after something complete.
fn end_of_value(tokens: &[Token<'_>], from: usize) -> usize {
    let mut depth = 0_usize;
    let last = tokens.len().min(from.saturating_add(VALUE_TOKENS));
    for (place, token) in tokens.iter().enumerate().take(last).skip(from) {
        let is_complete = place > from
            && tokens
                .get(place - 1)
                .is_some_and(|last| last.kind != Kind::Sign || matches!(last.text, ")" | "]" | "}"));
        let goes_on = token.kind == Kind::Sign && !matches!(token.text, "{" | "}");
        if depth == 0 && token.after_line_end && is_complete && !goes_on {
            return place;
        }
        if token.kind != Kind::Sign {
            continue;
        }
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" if depth == 0 => return place,
            ")" | "]" | "}" => depth -= 1,
            ";" | "," if depth == 0 => return place,
            _ => {}
        }
    }
    last
}

/// How many functions each token lies in.
fn function_depths(tokens: &[Token<'_>]) -> Vec<usize> {
    const BLOCKS: [&str; 6] = ["if", "for", "while", "switch", "catch", "with"];
    let mut depths = Vec::with_capacity(tokens.len());
    let mut braces: Vec<bool> = Vec::new();
    let mut parens: Vec<usize> = Vec::new();
    let mut last_closed: Option<usize> = None;
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate() {
        depths.push(depth);
        if token.kind != Kind::Sign {
            continue;
        }
        match token.text {
            "(" => parens.push(place),
            ")" => last_closed = parens.pop(),
            "{" => {
                let before = place.checked_sub(1).map(|before| &tokens[before]);
                let is_function = match before {
                    Some(sign) if sign.is_sign("=>") => true,
                    Some(sign) if sign.is_sign(")") => last_closed
                        .and_then(|open| open.checked_sub(1))
                        .is_some_and(|word| !BLOCKS.iter().any(|block| tokens[word].is_word(block))),
                    _ => false,
                };
                braces.push(is_function);
                depth += usize::from(is_function);
            }
            "}" => depth -= usize::from(braces.pop().unwrap_or_default()),
            _ => {}
        }
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::super::script::tokens;
    use super::*;

    fn found(script: &str) -> Vec<String> {
        overwritings(&tokens(script)).into_iter().map(|overwriting| overwriting.what).collect()
    }

    #[test]
    fn replacing_the_object_or_its_data_is_found_in_every_spelling() {
        for (script, what) in [
            ("growsumo.data = { email: e };", "growsumo.data"),
            ("growsumo['data'] = {name: n}", "growsumo.data"),
            ("window.growsumo.data = build()", "growsumo.data"),
            ("window['growsumo'] = {}", "growsumo"),
            ("growsumo = { data: {} }", "growsumo"),
            ("var growsumo = {};", "growsumo"),
            ("partnerstack.data = {}", "partnerstack.data"),
            ("form.onsubmit = function () { growsumo.data = { email: e } }", "growsumo.data"),
            ("if (x) { window.growsumo = null }", "growsumo"),
            ("growsumo\n  .data =\n  {\n a: 1 }", "growsumo.data"),
        ] {
            assert_eq!(found(script), [what], "{script}");
        }
    }

    #[test]
    fn what_keeps_the_data_is_not_taken_for_replacing_it() {
        for script in [
            "growsumo.data.email = e",
            "growsumo.data = growsumo.data || {}",
            "window.growsumo = window.growsumo || { data: {} }",
            "window.growsumo = growsumo;",
            "window.partnerstack = window.growsumo",
            "growsumo.data = { ...growsumo.data, email: e }",
            "growsumo.data = Object.assign({}, growsumo.data, { email: e })",
            "Object.assign(growsumo.data, { email: e })",
            "growsumo ||= {}",
            "if (growsumo.data == null) x()",
            "(function () { var growsumo = {}; })()",
            "(() => { const growsumo = window.x; })()",
            "settings.growsumo = { data: 1 }",
            "x = { growsumo: 1 }",
            "// growsumo.data = {}",
            "log('growsumo = {}')",
            "growsumo._initialize('pk_1')",
            "var growsumo;",
            "a['growsumo'] = 1",
        ] {
            assert_eq!(found(script), [""; 0], "{script}");
        }
    }

    #[test]
    fn the_quoted_code_ends_where_the_assignment_does() {
        let script = "a();\ngrowsumo.data = {\n  email: e,\n}\nb()";
        let all = overwritings(&tokens(script));
        assert_eq!(&script[all[0].at..all[0].end], "growsumo.data = {\n  email: e,\n}");
        assert!(all[0].runs_at_once && !all[0].is_object);
        assert!(!overwritings(&tokens("f = () => { growsumo = {} }"))[0].runs_at_once);
    }
}
