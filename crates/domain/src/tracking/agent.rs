//! What a `User-Agent` header says, in families: kept with the click instead of the header itself.
//!
//! Lists of our own tokens. Only what an agent *declares* is believed; everything that does not declare itself a machine
//! is taken for a person, as wrongly refusing a partner's click is worse than counting one too many.

use serde::{Deserialize, Serialize};

/// What kind of machine an agent says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Declared {
    /// A crawler or monitor.
    Bot,
    /// Checks the links of mails and messages.
    Scanner,
    /// Draws the little picture of a page in a chat or feed.
    Preview,
}

macro_rules! families {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// The word stored in SQL and shown in the API.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads the word; anything else is `None`.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

families! {
    /// The kind of device.
    Device {
        /// A computer.
        Desktop = "desktop",
        /// A telephone.
        Phone = "phone",
        /// A tablet.
        Tablet = "tablet",
        /// A television or console.
        Tv = "tv",
        /// It does not say.
        Other = "other",
    }
}

families! {
    /// The browser, as a person would name it.
    Browser {
        /// Google Chrome and Chromium.
        Chrome = "chrome",
        /// Apple Safari.
        Safari = "safari",
        /// Mozilla Firefox.
        Firefox = "firefox",
        /// Microsoft Edge.
        Edge = "edge",
        /// Opera.
        Opera = "opera",
        /// Samsung Internet.
        Samsung = "samsung",
        /// Anything else.
        Other = "other",
    }
}

families! {
    /// The engine, on which the life of cookies depends.
    Engine {
        /// Chromium's.
        Blink = "blink",
        /// Safari's, and every browser's on an iPhone.
        Webkit = "webkit",
        /// Firefox's.
        Gecko = "gecko",
        /// Anything else.
        Other = "other",
    }
}

/// The families that an agent belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Agent {
    /// The kind of device.
    pub device: Device,
    /// The browser.
    pub browser: Browser,
    /// The engine.
    pub engine: Engine,
    /// The app whose own browser it is (`instagram`, or `app` where it does not say), whose cookies the real browser never
    /// sees.
    pub in_app: Option<&'static str>,
    /// What kind of machine it says it is, if any.
    pub declared: Option<Declared>,
}

/// Those that fetch a page to show a card of it.
const PREVIEWS: &[&str] = &[
    "slackbot-linkexpanding",
    "slack-imgproxy",
    "facebookexternalhit",
    "facebookcatalog",
    "meta-externalfetcher",
    "twitterbot",
    "linkedinbot",
    "whatsapp/",
    "telegrambot",
    "discordbot",
    "skypeuripreview",
    "redditbot",
    "pinterestbot",
    "pinterest/0.",
    "iframely",
    "embedly",
    "vkshare",
    "viber",
    "mattermost-bot",
    "rocket.chat",
    "bitlybot",
    "google-pagerenderer",
    "snapchat ads",
    "microsoftpreview",
    "teamsbot",
    "linkpreview",
    "link-preview",
    "link preview",
];

/// Those that look whether a link in a mail is dangerous.
const SCANNERS: &[&str] = &[
    "barracuda",
    "proofpoint",
    "mimecast",
    "safelinks",
    "safe-links",
    "urldefense",
    "forcepoint",
    "trendmicro",
    "symantec",
    "messagelabs",
    "sophos",
    "fireeye",
    "trellix",
    "cisco-ironport",
    "ironport",
    "zscaler",
    "paloalto",
    "cortex xpanse",
    "checkpoint",
    "cloudmark",
    "mailscanner",
    "spamassassin",
    "virustotal",
    "urlscan",
    "phishtank",
    "netcraft",
    "bitdefender",
    "kaspersky",
    "censysinspect",
    "nessus",
    "nmap",
    "zgrab",
    "masscan",
    "burpcollaborator",
    "microsoft exchange",
    "exchange online protection",
    "googleimageproxy",
    "yahoomailproxy",
];

/// Words by which crawlers and monitors name themselves. `bot` is handled apart, as it also ends names of devices.
const BOTS: &[&str] = &[
    "crawl",
    "spider",
    "slurp",
    "archiver",
    "mediapartners-google",
    "adsbot",
    "google-inspectiontool",
    "googleother",
    "google-safety",
    "feedfetcher",
    "feedly",
    "bingpreview",
    "yandex.com/bots",
    "baiduspider",
    "chatgpt-user",
    "oai-search",
    "perplexity-user",
    "claude-user",
    "anthropic-ai",
    "cohere-ai",
    "ia_archiver",
    "pingdom",
    "uptime",
    "statuscake",
    "site24x7",
    "newrelicpinger",
    "datadogsynthetics",
    "checkly",
    "lighthouse",
    "pagespeed",
    "gtmetrix",
    "w3c_validator",
    "w3c-checklink",
    "linkchecker",
    "link checker",
    "screaming frog",
    "ahrefs",
    "semrush",
    "dataprovider",
    "scrapy",
    "heritrix",
    "nutch",
    "phantomjs",
    "monitoring",
];

/// Apps that show pages in a browser of their own.
const APPS: &[(&str, &str)] = &[
    ("fban/", "facebook"),
    ("fbav/", "facebook"),
    ("fb_iab", "facebook"),
    ("instagram", "instagram"),
    ("line/", "line"),
    ("micromessenger", "wechat"),
    ("twitter for", "x"),
    ("linkedinapp", "linkedin"),
    ("snapchat", "snapchat"),
    ("pinterest/", "pinterest"),
    ("tiktok", "tiktok"),
    ("musical_ly", "tiktok"),
    ("bytedancewebview", "tiktok"),
    ("gsa/", "google"),
    ("kakaotalk", "kakaotalk"),
    ("whatsapp", "whatsapp"),
    ("telegram", "telegram"),
    ("; wv)", "app"),
];

/// Reads the header. Never fails: what says nothing is a person on an unknown device.
pub fn classify(user_agent: &str) -> Agent {
    let lower = user_agent.to_ascii_lowercase();
    let has = |word: &str| lower.contains(word);
    let apple_mobile = has("iphone") || has("ipad") || has("ipod");
    Agent {
        device: device(&has),
        browser: browser(&has),
        engine: engine(&has, apple_mobile),
        in_app: in_app(&has, apple_mobile),
        declared: declared(&lower),
    }
}

/// What kind of machine the agent says it is; the part that the redirect needs.
pub fn declared(lower: &str) -> Option<Declared> {
    let any = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if any(PREVIEWS) {
        Some(Declared::Preview)
    } else if any(SCANNERS) {
        Some(Declared::Scanner)
    } else if names_a_bot(lower) || any(BOTS) {
        Some(Declared::Bot)
    } else {
        None
    }
}

/// Whether the word "bot" ends a name, as in `Googlebot/2.1` or `bot@example.org`, other than in "cubot", a make of
/// telephone.
fn names_a_bot(lower: &str) -> bool {
    lower.match_indices("bot").any(|(at, _)| {
        let ends_word = lower[at + 3..].bytes().next().is_none_or(|next| !next.is_ascii_lowercase() || next == b's');
        ends_word && !lower[..at].ends_with("cu")
    })
}

fn in_app(has: &impl Fn(&str) -> bool, apple_mobile: bool) -> Option<&'static str> {
    let named = APPS.iter().find(|(token, _)| has(token)).map(|(_, name)| *name);
    // A page inside an app on iOS lacks the word "Safari" that the real browser has.
    let nameless = apple_mobile && has("applewebkit") && !has("safari");
    named.or(nameless.then_some("app"))
}

fn device(has: &impl Fn(&str) -> bool) -> Device {
    if has("smart-tv") || has("smarttv") || has("appletv") || has("hbbtv") || has("playstation") || has("xbox") {
        Device::Tv
    } else if has("ipad") || has("tablet") || has("kindle") || (has("android") && !has("mobile")) {
        Device::Tablet
    } else if has("iphone") || has("ipod") || has("mobile") || has("android") {
        Device::Phone
    } else if has("windows") || has("macintosh") || has("x11") || has("linux") || has("cros") {
        Device::Desktop
    } else {
        Device::Other
    }
}

/// Most browsers claim to be several others; the more specific names are asked first.
fn browser(has: &impl Fn(&str) -> bool) -> Browser {
    if has("edg/") || has("edga/") || has("edgios/") || has("edge/") {
        Browser::Edge
    } else if has("opr/") || has("opera") || has("opt/") {
        Browser::Opera
    } else if has("samsungbrowser") {
        Browser::Samsung
    } else if has("firefox") || has("fxios") {
        Browser::Firefox
    } else if has("chrome") || has("crios") || has("chromium") {
        Browser::Chrome
    } else if has("safari") || (has("applewebkit") && has("mac os x")) {
        Browser::Safari
    } else {
        Browser::Other
    }
}

fn engine(has: &impl Fn(&str) -> bool, apple_mobile: bool) -> Engine {
    if apple_mobile {
        Engine::Webkit
    } else if has("chrome") || has("chromium") {
        Engine::Blink
    } else if has("applewebkit") {
        Engine::Webkit
    } else if has("gecko/") {
        Engine::Gecko
    } else {
        Engine::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
    const CHROME: &str =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    #[test]
    fn families_of_common_browsers() {
        let cases = [
            (CHROME, Device::Desktop, Browser::Chrome, Engine::Blink, None),
            (IPHONE, Device::Phone, Browser::Safari, Engine::Webkit, None),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
                Device::Phone,
                Browser::Chrome,
                Engine::Webkit,
                None,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 390.0",
                Device::Phone,
                Browser::Safari,
                Engine::Webkit,
                Some("instagram"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0",
                Device::Desktop,
                Browser::Firefox,
                Engine::Gecko,
                None,
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; CUBOT X90) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36 EdgA/140.0",
                Device::Phone,
                Browser::Edge,
                Engine::Blink,
                None,
            ),
            ("", Device::Other, Browser::Other, Engine::Other, None),
        ];
        for (text, device, browser, engine, in_app) in cases {
            assert_eq!(classify(text), Agent { device, browser, engine, in_app, declared: None }, "{text}");
        }
    }

    #[test]
    fn machines_that_say_so_are_believed() {
        let cases = [
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", Declared::Bot),
            ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", Declared::Bot),
            ("Mozilla/5.0 (compatible; YandexBot/3.0)", Declared::Bot),
            ("AhrefsBot/7.0", Declared::Bot),
            ("Baiduspider+(+http://www.baidu.com/search/spider.htm)", Declared::Bot),
            ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", Declared::Preview),
            ("facebookexternalhit/1.1", Declared::Preview),
            ("Twitterbot/1.0", Declared::Preview),
            ("WhatsApp/2.23.20.0", Declared::Preview),
            ("Mozilla/5.0 (compatible; proofpoint-urldefense)", Declared::Scanner),
            ("BarracudaCentral/1.0", Declared::Scanner),
        ];
        for (text, expected) in cases {
            assert_eq!(classify(text).declared, Some(expected), "{text}");
        }
    }

    #[test]
    fn tools_and_automated_browsers_that_declare_nothing_are_taken_for_people() {
        for text in
            ["curl/8.5.0", "python-requests/2.32", "node", CHROME, &CHROME.replace("Chrome/", "HeadlessChrome/")]
        {
            assert_eq!(classify(text).declared, None, "{text}");
        }
    }
}
