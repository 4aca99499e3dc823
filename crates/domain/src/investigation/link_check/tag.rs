//! Recognising the snippet's tag: the loader within a page, a script element with our address, and the call that names the
//! public key (`wire.md` 1.1).

use super::address::{Served, Serving};
use super::script::{Kind, Token};
use url::Url;

/// The names of the snippet's object.
pub const OBJECTS: [&str; 3] = ["growsumo", "partnerstack", "whence"];

/// What one script does about the snippet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loading {
    /// The script that it loads, if it loads the snippet's.
    pub loads: Option<(Served, Option<Url>)>,
    /// The call that starts it, if there is one.
    pub starts: Option<Start>,
}

/// The call `growsumo._initialize(…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// What it is given.
    pub key: Given,
    /// Where it stands in the script, in bytes.
    pub at: usize,
}

/// The public key in the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A text.
    Key(String),
    /// Nothing, or an empty text.
    Nothing,
    /// Something that the page works out.
    Computed,
}

/// The longest key that is kept; ours have 35 to 40 characters.
const KEY_CHARACTERS: usize = 80;

/// Looks what a script does about the snippet.
pub fn loading(tokens: &[Token<'_>], serving: &Serving, page: &Url) -> Loading {
    let starts = tokens.iter().enumerate().find_map(|(place, token)| start(tokens, place, token));
    let is_named = starts.is_some() || tokens.iter().any(|token| OBJECTS[..2].iter().any(|name| token.is_word(name)));
    let mut found: Option<(Served, Option<Url>)> = None;
    for token in tokens.iter().filter(|token| token.kind == Kind::Text) {
        let Some(read) = serving.read(token.text, page, is_named) else { continue };
        if found.as_ref().is_none_or(|(served, _)| *served != Served::Here) {
            found = Some(read);
        }
    }
    let makes_script = ["createElement", "getScript", "loadScript", "src"]
        .iter()
        .any(|word| tokens.iter().any(|token| token.is_word(word)));
    let loads = found.filter(|_| makes_script).or_else(|| {
        // A loader whose address is put together of pieces.
        (starts.is_some() && makes_script).then_some((Served::Computed, None))
    });
    Loading { loads, starts }
}

fn start(tokens: &[Token<'_>], place: usize, token: &Token<'_>) -> Option<Start> {
    if !token.is_word("_initialize") || !tokens.get(place + 1)?.is_sign("(") {
        return None;
    }
    let argument = tokens.get(place + 2)?;
    let is_only = tokens.get(place + 3).is_some_and(|next| next.is_sign(")") || next.is_sign(","));
    let key = match argument.kind {
        Kind::Text if is_only => match argument.text.trim() {
            "" => Given::Nothing,
            text => Given::Key(text.chars().filter(|c| !c.is_control()).take(KEY_CHARACTERS).collect()),
        },
        _ if argument.is_sign(")") => Given::Nothing,
        Kind::Word if is_only && matches!(argument.text, "undefined" | "null") => Given::Nothing,
        _ => Given::Computed,
    };
    Some(Start { key, at: token.at })
}

#[cfg(test)]
mod tests {
    use super::super::script::tokens;
    use super::*;

    fn read(script: &str) -> (Option<Served>, Option<Given>) {
        let serving = Serving { hosts: vec!["go.shop.test".into()], site_domain: "shop.test".into() };
        let page = Url::parse("https://www.shop.test/").expect("an address");
        let found = loading(&tokens(script), &serving, &page);
        (found.loads.map(|(served, _)| served), found.starts.map(|start| start.key))
    }

    #[test]
    fn loaders_are_recognised_by_what_they_do_not_by_how_they_are_written() {
        let key = || Some(Given::Key("pk_1".into()));
        let table = [
            (
                "s.src = 'https://go.shop.test/v1/'; s.onload = () => growsumo._initialize('pk_1')",
                Some(Served::Here),
                key(),
            ),
            ("var u=\"//go.shop.test/pr/js\";s.src=u;growsumo._initialize( \"pk_1\" )", Some(Served::Here), key()),
            (
                "s.src = `https://js.partnerstack.com/v1/`; growsumo._initialize('pk_1')",
                Some(Served::OldPlatform),
                key(),
            ),
            ("s.src = base + '/x.js'; growsumo._initialize(KEY)", Some(Served::Computed), Some(Given::Computed)),
            ("growsumo._initialize()", None, Some(Given::Nothing)),
            ("growsumo._initialize('')", None, Some(Given::Nothing)),
            ("partnerstack._initialize(undefined)", None, Some(Given::Nothing)),
            ("growsumo._initialize('pk' + x)", None, Some(Given::Computed)),
            ("// s.src = 'https://go.shop.test/v1/'; growsumo._initialize('pk_1')", None, None),
            ("s.src = 'https://cdn.vendor.test/v1/'; vendor.start('x')", None, None),
            ("var text = \"growsumo._initialize('pk_1')\"", None, None),
            ("var blocked = ['grsm.io', 'other.test']", None, None),
        ];
        for (script, loads, starts) in table {
            assert_eq!(read(script), (loads, starts), "{script}");
        }
    }
}
