//! Asking the page: two fixed expressions, whose answers are read as if the page had written them, which it may have.

use super::devtools::{CallError, DevTools};
use super::limits;
use serde_json::{Value, json};
use whence_domain::investigation::link_check::visit::{Excerpt, SnippetGlobals, VisitCookie};

/// The script tags with an address, as pairs of it and of whether they stand in the head. Asked in a world of its own, where
/// the page's scripts have changed nothing; methods are taken from their prototypes, since elements of the page may bear
/// any name.
const TAGS: &str = "(() => { const found = []; \
    for (const tag of Document.prototype.getElementsByTagName.call(document, 'script')) { \
    if (found.length >= 400) break; \
    if (tag.src) found.push([('' + tag.src).slice(0, 1000), !!tag.closest('head')]); } return found; })()";

/// What stands under the snippet's names, as five characters: yes `1`, no `0`, not to be said `-`.
const GLOBALS: &str = "(() => { const ask = (question) => { try { return question() } catch (_) { return null } }; \
    const say = (answer) => answer === true ? '1' : answer === false ? '0' : '-'; \
    const is = (name) => ask(() => { const it = window[name]; return !!it && typeof it === 'object'; }); \
    const same = (name) => ask(() => typeof whence !== 'object' || !whence ? null : \
    !!window.growsumo && window.growsumo[name] === whence[name]); \
    return say(is('growsumo')) + say(is('partnerstack')) + say(is('whence')) + say(same('data')) \
    + say(same('createSignup')); })()";

/// Cookies that are read.
const COOKIES: usize = 60;

/// A script tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its address.
    pub src: String,
    /// Whether it stands in the head.
    pub in_head: bool,
}

/// What the page answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Its script tags.
    pub tags: Vec<Tag>,
    /// What stands under the snippet's names.
    pub globals: Option<SnippetGlobals>,
    /// The cookies that it would send home.
    pub cookies: Vec<VisitCookie>,
}

/// Asks the page in this session and frame, which is at this address.
///
/// # Errors
/// If it does not answer.
pub async fn read(devtools: &DevTools, session: &str, frame: &str, address: &str) -> Result<Reading, CallError> {
    let world = json!({ "frameId": frame, "worldName": "whence" });
    let world = devtools.call(Some(session), "Page.createIsolatedWorld", world, limits::ANSWER).await?;
    let tags = evaluate(devtools, session, TAGS, Some(&world["executionContextId"])).await?;
    let globals = evaluate(devtools, session, GLOBALS, None).await.unwrap_or_default();
    let cookies = json!({ "urls": [address] });
    let cookies = devtools.call(Some(session), "Network.getCookies", cookies, limits::ANSWER).await.unwrap_or_default();
    Ok(Reading { tags: read_tags(&tags), globals: read_globals(&globals), cookies: read_cookies(&cookies["cookies"]) })
}

async fn evaluate(
    devtools: &DevTools,
    session: &str,
    expression: &str,
    world: Option<&Value>,
) -> Result<Value, CallError> {
    let mut params = json!({ "expression": expression, "returnByValue": true, "silent": true, "timeout": 1_000 });
    if let Some(world) = world {
        params["contextId"] = world.clone();
    }
    let mut answer = devtools.call(Some(session), "Runtime.evaluate", params, limits::ANSWER).await?;
    Ok(answer["result"]["value"].take())
}

fn read_tags(value: &Value) -> Vec<Tag> {
    let tag = |pair: &Value| Some(Tag { src: pair[0].as_str()?.to_owned(), in_head: pair[1].as_bool()? });
    value.as_array().into_iter().flatten().filter_map(tag).collect()
}

fn read_globals(value: &Value) -> Option<SnippetGlobals> {
    let answers: Vec<Option<bool>> = value
        .as_str()?
        .bytes()
        .map(|answer| match answer {
            b'1' => Some(true),
            b'0' => Some(false),
            _ => None,
        })
        .collect();
    let [growsumo, partnerstack, whence, data_is_ours, create_signup_is_ours] = answers[..] else { return None };
    let is = |answer: Option<bool>| answer == Some(true);
    Some(SnippetGlobals {
        growsumo: is(growsumo),
        partnerstack: is(partnerstack),
        whence: is(whence),
        data_is_ours,
        create_signup_is_ours,
    })
}

fn read_cookies(value: &Value) -> Vec<VisitCookie> {
    let text = |cookie: &Value, name: &str| cookie[name].as_str().map(Excerpt::cut);
    let read = |cookie: &Value| {
        Some(VisitCookie {
            name: text(cookie, "name")?,
            domain: text(cookie, "domain")?,
            // Whole seconds are enough; a cookie without end has -1.
            expires_at: cookie["expires"].as_f64().filter(|at| *at > 0.0).map(|at| at as i64),
        })
    };
    value.as_array().into_iter().flatten().take(COOKIES).filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_answers_is_read_and_everything_else_is_nothing() {
        let globals = read_globals(&json!("1100-")).expect("five answers");
        assert!(globals.growsumo && globals.partnerstack && !globals.whence);
        assert_eq!((globals.data_is_ours, globals.create_signup_is_ours), (Some(false), None));
        for odd in [json!("11"), json!("111111"), json!(null), json!({ "length": 5 }), json!([1, 1, 1, 1, 1])] {
            assert_eq!(read_globals(&odd), None, "{odd}");
        }
        let tags = read_tags(&json!([["https://a.test/x.js", true], ["b"], 7, [1, true], ["c", "yes"]]));
        assert_eq!(tags, [Tag { src: "https://a.test/x.js".into(), in_head: true }]);
        assert!(read_tags(&json!("no list")).is_empty());
    }

    #[test]
    fn cookies_are_read_without_their_values() {
        let cookies = read_cookies(&json!([
            { "name": "ps_xid", "value": "SECRET", "domain": ".shop.test", "expires": 1_900_000_000.5 },
            { "name": "s", "value": "SECRET", "domain": "shop.test", "expires": -1 },
            { "name": 3 },
        ]));
        assert_eq!(cookies.len(), 2);
        assert_eq!(cookies[0].expires_at, Some(1_900_000_000));
        assert_eq!(cookies[1].expires_at, None);
        assert!(!format!("{cookies:?}").contains("SECRET"));
    }
}
