//! What is answered to the browser when it asks before it sends: each request, each question for a password.

use super::proxy;
use crate::edge::client;
use serde_json::{Value, json};
use url::Url;

/// Where the snippet's calls go, which a visit of ours must not count in.
const CALLS: [&str; 2] = ["/v1/visits", "/v1/signup"];

/// The parameter that says in such a call's address that it is ours. A header would make the browser ask the server first
/// whether it may send one, which a visitor's browser does not.
pub const OWN_PARAMETER: &str = "own";

/// Our own hosts, and the word by which they know our requests.
#[derive(Clone, Debug, Default)]
pub struct OurHosts {
    hosts: Vec<String>,
    ports: Vec<u16>,
    word: String,
}

impl OurHosts {
    /// The hosts, the ports of this machine that serve them besides 80 and 443, and the word.
    pub fn new(hosts: impl IntoIterator<Item = String>, ports: Vec<u16>, word: String) -> Self {
        Self { hosts: hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect(), ports, word }
    }

    /// Whether an address is one of ours.
    pub fn has(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
        // A proxy in front of us may serve the usual ports of a name; beside us on this machine anything may.
        let is_usual = matches!(port, 80 | 443) && !client::is_loopback(host);
        matches!(url.scheme(), "http" | "https")
            && (is_usual || self.ports.contains(&port))
            && self.hosts.iter().any(|own| own == host)
    }
}

/// Whether an address is one of the snippet's calls to us.
pub fn is_call(url: &Url, ours: &OurHosts) -> bool {
    CALLS.contains(&url.path()) && ours.has(url)
}

/// The command that answers a request which the browser holds back: `Fetch.requestPaused`.
pub fn on_request(paused: &Value, ours: &OurHosts) -> (&'static str, Value) {
    let id = &paused["requestId"];
    let Some(url) = paused["request"]["url"].as_str().and_then(|url| Url::parse(url).ok()) else {
        return refuse(id);
    };
    match url.scheme() {
        // What the page carries within itself is not fetched.
        "data" | "blob" => return ("Fetch.continueRequest", json!({ "requestId": id })),
        "http" | "https" => {}
        _ => return refuse(id),
    }
    if !ours.has(&url) {
        return ("Fetch.continueRequest", json!({ "requestId": id }));
    }
    if is_call(&url, ours) {
        let mut url = url;
        url.query_pairs_mut().append_pair(OWN_PARAMETER, &ours.word);
        return ("Fetch.continueRequest", json!({ "requestId": id, "url": url.as_str() }));
    }
    if matches!(paused["resourceType"].as_str(), Some("XHR" | "Fetch")) {
        return ("Fetch.continueRequest", json!({ "requestId": id }));
    }
    let mut headers: Vec<Value> = paused["request"]["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    headers.push(json!({ "name": crate::edge::click::OWN.as_str(), "value": ours.word }));
    ("Fetch.continueRequest", json!({ "requestId": id, "headers": headers }))
}

fn refuse(id: &Value) -> (&'static str, Value) {
    ("Fetch.failRequest", json!({ "requestId": id, "errorReason": "BlockedByClient" }))
}

/// The command that answers a question for a password: `Fetch.authRequired`. The proxy gets its word, once for each
/// request; servers get none.
pub fn on_question(asked: &Value, secret: &str, is_first: bool) -> (&'static str, Value) {
    let answer = if asked["authChallenge"]["source"] == "Proxy" && is_first {
        json!({ "response": "ProvideCredentials", "username": proxy::USER, "password": secret })
    } else {
        json!({ "response": "CancelAuth" })
    };
    ("Fetch.continueWithAuth", json!({ "requestId": asked["requestId"], "authChallengeResponse": answer }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> OurHosts {
        OurHosts::new(["go.shop.test".into(), "localhost".into()], vec![8_080], "WORD".into())
    }

    fn answered(url: &str, kind: &str) -> (&'static str, Value) {
        let paused = json!({ "requestId": "1", "resourceType": kind,
            "request": { "url": url, "headers": { "Accept": "*/*" } } });
        on_request(&paused, &ours())
    }

    #[test]
    fn only_our_own_hosts_hear_the_word() {
        for url in [
            "https://go.shop.test.evil.test/bo",
            "https://shop.test/?to=go.shop.test",
            "http://go.shop.test:8081/bo",
            "http://go.shop.test@evil.test/bo",
            "https://evil.test/v1/visits",
            "http://localhost/bo",
            "http://localhost:8081/bo",
        ] {
            let (command, params) = answered(url, "Document");
            assert_eq!((command, params), ("Fetch.continueRequest", json!({ "requestId": "1" })), "{url}");
        }
        for url in ["https://go.shop.test/bo", "http://GO.shop.test:8080/bo"] {
            let (_, params) = answered(url, "Document");
            assert_eq!(params["headers"][1], json!({ "name": "whence-own", "value": "WORD" }), "{url}");
            assert_eq!(params["headers"][0]["name"], "Accept", "{url}");
        }
    }

    #[test]
    fn a_call_of_the_snippet_is_marked_in_its_address_and_keeps_its_headers() {
        for (url, marked) in [
            ("https://go.shop.test/v1/visits", "https://go.shop.test/v1/visits?own=WORD"),
            ("https://go.shop.test/v1/signup?a=1", "https://go.shop.test/v1/signup?a=1&own=WORD"),
        ] {
            let (_, params) = answered(url, "Fetch");
            assert_eq!(params, json!({ "requestId": "1", "url": marked }));
        }
    }

    #[test]
    fn nothing_but_http_leaves_the_page() {
        for url in
            ["file:///etc/passwd", "ftp://shop.test/", "chrome://version/", "filesystem:http://a/b", "no address"]
        {
            assert_eq!(answered(url, "Document").0, "Fetch.failRequest", "{url}");
        }
        assert_eq!(answered("data:text/html,x", "Document").0, "Fetch.continueRequest");
    }

    #[test]
    fn the_proxy_gets_its_word_once_and_servers_get_none() {
        let asked = |source: &str| json!({ "requestId": "1", "authChallenge": { "source": source } });
        let response =
            |source: &str, is_first| on_question(&asked(source), "SECRET", is_first).1["authChallengeResponse"].clone();
        assert_eq!(response("Proxy", true)["password"], "SECRET");
        assert_eq!(response("Proxy", false), json!({ "response": "CancelAuth" }));
        assert_eq!(response("Server", true), json!({ "response": "CancelAuth" }));
    }
}
