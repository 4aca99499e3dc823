//! Integrations: the snippet, the keys, where payments arrive, and what arrived last.

use super::settings_show::NothingMore;
use crate::flows::program::create_key_pair::create_key_pair;
use crate::flows::program::link_address::LinkAddresses;
use crate::flows::program::receive_payments::{open_endpoint, set_endpoint_secret};
use crate::store::dashboard::activity::{self, Arrival};
use crate::store::program::{endpoints, hosts, keys};
use crate::store::{Conn, StoreError};
use crate::ui::answer::{UiError, done, not_done, page};
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::parts::{Badge, When};
use crate::ui::visitor::{Posted, Visitor};
use crate::ui::words;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use whence_domain::investigation::EventCause;
use whence_domain::program::Role;
use whence_domain::{EndpointId, Instant, Tenant};

/// A pair of API keys; of the secret half only a hash is stored, so it cannot be shown again.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The public half.
    pub public_key: String,
    /// When it was made.
    pub created: When,
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

/// How many arrivals the page lists.
const SHOWN: i64 = 12;
const PATH: &str = "/dashboard/integrations";

/// `GET /dashboard/integrations`.
pub async fn show(visitor: Visitor) -> Result<Response, UiError> {
    let shown = assemble(&visitor, None).await?;
    page(&visitor, &shown)
}

/// `POST /dashboard/integrations/keys`: the answer is the only page that ever shows the secret key.
pub async fn add_keys(Posted { visitor, .. }: Posted<NothingMore>) -> Result<Response, UiError> {
    visitor.require(&[Role::Developer])?;
    let drawn = create_key_pair(&visitor.app, &visitor.tenant, visitor.actor()).await?;
    let fresh = NewSecret {
        title: "Your new key pair".into(),
        text: "Copy the secret key now. It is not shown again. Older pairs go on working.".into(),
        values: vec![("Public key", drawn.pair.public_key), ("Secret key", drawn.secret_key)],
    };
    let shown = assemble(&visitor, Some(fresh)).await?;
    page(&visitor, &shown)
}

/// `POST /dashboard/integrations/webhooks`: an address for Stripe's webhooks.
pub async fn connect(Posted { visitor, .. }: Posted<NothingMore>) -> Result<Response, UiError> {
    visitor.require(&[Role::Developer])?;
    open_endpoint(&visitor.app, &visitor.tenant, visitor.actor(), "stripe").await?;
    Ok(done(&visitor, PATH, "Give the address to Stripe, then save Stripe's signing secret here."))
}

/// The secret that a payment provider signs with.
#[derive(Deserialize)]
pub struct SecretForm {
    secret: String,
}

/// `POST /dashboard/integrations/webhooks/{key}/secret`.
pub async fn save_secret(
    Path(key): Path<String>,
    Posted { visitor, form }: Posted<SecretForm>,
) -> Result<Response, UiError> {
    visitor.require(&[Role::Developer])?;
    let key = EndpointId::parse(&key).ok_or(UiError::NotFound)?;
    let secret = form.secret.trim().to_owned();
    if !(8..=200).contains(&secret.len()) || secret.bytes().any(|byte| !byte.is_ascii_graphic()) {
        return Ok(not_done(&visitor, PATH, "This is not a signing secret: copy it whole, it begins with whsec_."));
    }
    if !set_endpoint_secret(&visitor.app, &visitor.tenant, visitor.actor(), key, secret).await? {
        return Err(UiError::NotFound);
    }
    Ok(done(&visitor, PATH, "Saved. Deliveries signed with this secret are taken from now on."))
}

async fn assemble(visitor: &Visitor, fresh: Option<NewSecret>) -> Result<IntegrationPage, StoreError> {
    let mut conn = visitor.app.store.read().await?;
    let tenant = &visitor.tenant;
    let mut pairs = keys::list(&mut conn, tenant).await?;
    pairs.retain(|pair| pair.revoked_at.is_none());
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.created_at));
    let endpoints = endpoints::list(&mut conn, tenant).await?;
    let events = activity::latest_arrivals(&mut conn, tenant, SHOWN).await?;
    let origin = snippet_origin(visitor, &mut conn).await?;
    let public_key = pairs.first().map_or("", |pair| pair.public_key.as_str());
    Ok(IntegrationPage {
        chrome: visitor.chrome(Section::Integrations),
        fresh,
        snippet: snippet(&origin, public_key),
        signup: SIGN_UP.to_owned(),
        keys: pairs
            .iter()
            .map(|pair| KeyRow { public_key: pair.public_key.clone(), created: visitor.calendar.when(pair.created_at) })
            .collect(),
        endpoints: endpoints
            .iter()
            .map(|endpoint| EndpointRow {
                key: endpoint.key.to_string(),
                provider: words::provider(&endpoint.provider),
                url: visitor.app.config.at(&endpoint.path()),
                has_secret: endpoint.secret.is_some(),
            })
            .collect(),
        conversion_url: format!("{origin}/conversion/xid"),
        api_url: visitor.app.config.at("/api/v2"),
        events: events.iter().map(|arrival| event_row(visitor, arrival)).collect(),
    })
}

/// Where pages load the snippet from: the link host serves it too, so that its cookies are the site's own.
pub(super) async fn snippet_origin(visitor: &Visitor, conn: &mut Conn) -> Result<String, StoreError> {
    let program = &visitor.tenant.program;
    let has_host = !hosts::list(conn, program).await?.is_empty();
    let links = LinkAddresses::of(&visitor.app, conn, program).await?;
    let origin = if has_host { links.prefix().trim_end_matches('/').to_owned() } else { visitor.app.config.at("") };
    Ok(origin.split("/l/").next().unwrap_or_default().to_owned())
}

/// The newest public key of the tenant; empty if there is none.
pub(super) async fn public_key(tenant: &Tenant, conn: &mut Conn) -> Result<String, StoreError> {
    let mut pairs = keys::list(conn, tenant).await?;
    pairs.retain(|pair| pair.revoked_at.is_none());
    Ok(pairs.into_iter().max_by_key(|pair| pair.created_at).map(|pair| pair.public_key).unwrap_or_default())
}

/// The lines for a page's head: load the script from the link host, then name the public key (`wire.md` 1.1).
pub(super) fn snippet(origin: &str, public_key: &str) -> String {
    format!(
        r#"<script>
  (function () {{
    var script = document.createElement("script");
    script.src = "{origin}/v1/";
    script.async = true;
    script.onload = function () {{
      growsumo._initialize("{public_key}");
      if (typeof growsumoInit === "function") growsumoInit();
    }};
    document.head.appendChild(script);
  }})();
</script>"#
    )
}

/// Where a sign-up has succeeded. Fields are set one by one: replacing the whole object would lose the partner.
const SIGN_UP: &str = r#"growsumo.data.email = "the customer's e-mail";
growsumo.data.name = "the customer's name";
growsumo.data.customer_key = "your own id for the customer";
growsumo.createSignup();"#;

fn event_row(visitor: &Visitor, arrival: &Arrival) -> EventRow {
    let cause = EventCause::parse(&arrival.cause).unwrap_or(EventCause::Unsaid);
    let quiet = arrival.outcome == "recorded" && cause != EventCause::CustomerUnknown;
    EventRow {
        kind: format!("{}: {}", words::event_source(&arrival.source), words::event_kind(&arrival.kind)),
        outcome: words::event_outcome(&arrival.outcome, cause),
        why: if quiet { String::new() } else { cause.sentence().to_owned() },
        at: visitor.calendar.when(Instant::from_micros(arrival.created_at)),
    }
}

#[cfg(test)]
impl IntegrationPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::when;
        use crate::ui::layout::Section;
        use crate::ui::parts::Tone;
        let event = |kind: &str, outcome, why: &str, at: &str| EventRow {
            kind: kind.into(),
            outcome,
            why: why.into(),
            at: when(at),
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Integrations),
            fresh: None,
            snippet: snippet("https://go.acme.test", "pk_4Zk0pQ81nB7cXw2Rt9LmVd3yHs5GaJ6e"),
            signup: SIGN_UP.to_owned(),
            keys: vec![KeyRow {
                public_key: "pk_4Zk0pQ81nB7cXw2Rt9LmVd3yHs5GaJ6e".into(),
                created: when("12 Mar 2026"),
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
                event(
                    "Stripe: charge.refunded",
                    Badge::new(Tone::Wait, "No match"),
                    "No payment has this number.",
                    "yesterday",
                ),
                event(
                    "Stripe delivery",
                    Badge::new(Tone::Bad, "Refused"),
                    "The signature does not fit the secret.",
                    "yesterday",
                ),
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
