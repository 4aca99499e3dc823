//! Integrations: the snippet, the keys, where payments arrive, and what arrived last.

use crate::ui::layout::Chrome;
use crate::ui::parts::{Badge, When};
use askama::Template;

/// A pair of API keys; the secret half is never stored in a form that could be shown again.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// Its id.
    pub key: String,
    /// The public half.
    pub public_key: String,
    /// The end of the secret half, if it is kept: `…x8k2`.
    pub secret_hint: String,
    /// When it was made.
    pub created: When,
    /// Whether it works.
    pub active: bool,
}

/// A secret that is shown this one time.
#[derive(Clone, Debug)]
pub struct NewSecret {
    /// What it is.
    pub title: String,
    /// What to do with it.
    pub text: String,
    /// Label and value.
    pub values: Vec<(&'static str, String)>,
}

/// Where a payment provider delivers.
#[derive(Clone, Debug)]
pub struct EndpointRow {
    /// Its id.
    pub key: String,
    /// `Stripe`.
    pub provider: String,
    /// The address to give to the provider.
    pub url: String,
    /// Whether a signing secret is stored.
    pub has_secret: bool,
}

/// Something that arrived.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// `Stripe: charge.succeeded`.
    pub kind: String,
    /// What became of it.
    pub outcome: Badge,
    /// Why, if it was not taken.
    pub why: String,
    /// When.
    pub at: When,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/integration_show.html")]
pub struct IntegrationPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Shown once after something was made.
    pub fresh: Option<NewSecret>,
    /// The lines for the `<head>` of every page.
    pub snippet: String,
    /// The lines for where a sign-up succeeds.
    pub signup: String,
    /// The key pairs of this mode.
    pub keys: Vec<KeyRow>,
    /// Where payment providers deliver.
    pub endpoints: Vec<EndpointRow>,
    /// The address for sign-ups from a server.
    pub conversion_url: String,
    /// The address of the API.
    pub api_url: String,
    /// The latest arrivals, newest first.
    pub events: Vec<EventRow>,
}

#[cfg(test)]
impl IntegrationPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::when;
        use crate::ui::layout::Section;
        use crate::ui::parts::Tone;
        let event = |kind: &str, outcome, why: &str, at: &str| EventRow { kind: kind.into(), outcome, why: why.into(), at: when(at) };
        let typical = Self {
            chrome: Chrome::sample(Section::Integrations),
            fresh: None,
            snippet: "<script async src=\"https://go.acme.test/v1/\" data-key=\"pk_…\"></script>".into(),
            signup: "growsumo.data.email = \"ada@park.test\";\ngrowsumo.createSignup();".into(),
            keys: vec![KeyRow {
                key: "keys_1".into(),
                public_key: "pk_4Zk0pQ81nB7cXw2Rt9LmVd3yHs5GaJ6e".into(),
                secret_hint: "…aJ6e".into(),
                created: when("12 Mar 2026"),
                active: true,
            }],
            endpoints: vec![EndpointRow {
                key: "hook_1".into(),
                provider: "Stripe".into(),
                url: "https://whence.acme.test/webhooks/stripe/hook_01jabcdefghjkmnpqrstvwxyz0".into(),
                has_secret: true,
            }],
            conversion_url: "https://go.acme.test/conversion/xid".into(),
            api_url: "https://whence.acme.test/api/v2".into(),
            events: vec![
                event("Stripe: charge.succeeded", Badge::new(Tone::Good, "Taken"), "", "12 min ago"),
                event("Sign-up from the snippet", Badge::new(Tone::Good, "Taken"), "", "2 h ago"),
                event("Stripe: charge.refunded", Badge::new(Tone::Wait, "No match"), "No payment has this number.", "yesterday"),
                event("Stripe delivery", Badge::new(Tone::Bad, "Refused"), "The signature does not fit the secret.", "yesterday"),
            ],
        };
        let mut fresh = typical.clone();
        fresh.fresh = Some(NewSecret {
            title: "Your new key pair".into(),
            text: "Copy the secret key now. It is not shown again.".into(),
            values: vec![
                ("Public key", "pk_4Zk0pQ81nB7cXw2Rt9LmVd3yHs5GaJ6e".into()),
                ("Secret key", "sk_4Zk0pQ81nB7cXw2Rt9LmVd3yHs5GaJ6e".into()),
            ],
        });
        let mut empty = typical.clone();
        empty.chrome.mode = whence_domain::Mode::Test;
        (empty.keys, empty.endpoints, empty.events) = Default::default();
        vec![("integration_show", typical), ("integration_show_secret", fresh), ("integration_show_empty", empty)]
    }
}
