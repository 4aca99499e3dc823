//! `POST /v1/signup`: a page says that its visitor signed up.

use super::fields::{self, Refusal};
use super::visit::Address;
use super::{Origin, Sender, accepted};
use crate::edge::body::Answer;
use crate::edge::{Edge, client};
use crate::flows::tracking::sign_up::{self, SignUpRequest};
use http::StatusCode;
use std::sync::Arc;
use whence_domain::program::Email;
use whence_domain::tracking::{CustomerKey, agent};

/// The fields of the body, checked for type and length.
pub(super) struct Fields {
    data: Option<Data>,
    xid: Option<String>,
    xid_source: Option<String>,
    page: Option<Address>,
    snippet: Option<String>,
    problems: Vec<String>,
    consent: Option<String>,
}

struct Data {
    email: Option<String>,
    customer_key: Option<String>,
    name: Option<String>,
    partner_key: Option<String>,
}

impl Fields {
    /// Checks types and lengths. Whether what is needed is there comes after the key.
    pub fn read(body: &fields::Fields) -> Result<Self, Refusal> {
        body.text("public_key", 100)?;
        let data = body.object("data")?.map(|data| Data::read(&data)).transpose()?;
        Ok(Self {
            data,
            xid: whole(body, "xid", 200)?,
            xid_source: whole(body, "xid_source", 50)?,
            page: body.text("page", 8_192)?.map(Address::cut),
            snippet: whole(body, "snippet", 50)?,
            problems: body.texts("problems")?,
            // Without consent the snippet sends no click; its sign-up says so, or it would look like an organic one.
            consent: whole(body, "consent", 50)?,
        })
    }
}

impl Data {
    fn read(data: &fields::Fields) -> Result<Self, Refusal> {
        Ok(Self {
            email: whole(data, "email", 254)?,
            customer_key: whole(data, "customer_key", 255)?,
            name: whole(data, "name", 400)?,
            partner_key: whole(data, "partner_key", 200)?,
        })
    }
}

/// A text that is kept as it is or not at all: cutting a NUL out of a customer's key would make it another customer's.
fn whole(fields: &fields::Fields, name: &str, most: usize) -> Result<Option<String>, Refusal> {
    match fields.text(name, most)? {
        Some(text) if text.contains('\0') => Err(Refusal::field(name, "must not contain a NUL character")),
        text => Ok(text.map(str::to_owned)),
    }
}

impl Edge {
    /// Keeps a sign-up. It goes to the database, not to the spool: the answer waits for its transaction.
    pub(super) async fn sign_up(self: &Arc<Self>, sender: &Sender<'_>, fields: &Fields) -> Result<Answer, Refusal> {
        let request = request(sender, fields)?;
        let edge = Arc::clone(self);
        let kept = self.main.spawn(async move {
            // The click may still be in the spool; what its own request carried is read from its row.
            edge.spool.drain_barrier().await;
            sign_up::sign_up(&edge.app, request).await
        });
        match kept.await {
            Ok(Ok(())) => Ok(accepted()),
            Ok(Err(error)) => {
                tracing::error!(%error, "a sign-up could not be kept");
                Err(Refusal::not_stored())
            }
            Err(_) => Err(Refusal::not_stored()),
        }
    }
}

fn request(sender: &Sender<'_>, fields: &Fields) -> Result<SignUpRequest, Refusal> {
    let missing = |what| Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "missing_data", what);
    let data = fields
        .data
        .as_ref()
        .ok_or_else(|| missing("data is missing: it holds the customer's email or customer_key"))?;
    if data.email.is_none() && data.customer_key.is_none() {
        return Err(missing("data.email or data.customer_key is needed"));
    }
    let email = data.email.as_deref().map(Email::parse).transpose();
    let customer_key = data.customer_key.as_deref().map(CustomerKey::parse).transpose();
    let agent = client::user_agent(&sender.head.headers).map(agent::classify);
    Ok(SignUpRequest {
        tenant: sender.tenant(),
        email: email.map_err(|error| Refusal::field("data.email", &format!("is refused: {error}")))?,
        customer_key: customer_key
            .map_err(|error| Refusal::field("data.customer_key", &format!("is refused: {error}")))?,
        name: data.name.clone(),
        partner_key: data.partner_key.clone(),
        xid: fields.xid.clone(),
        xid_source: fields.xid_source.clone(),
        page_host: fields.page.as_ref().and_then(|page| page.host.clone()),
        page_path: fields.page.as_ref().map(|page| page.path.clone()),
        snippet: fields.snippet.clone(),
        problems: fields.problems.clone(),
        from_site: matches!(sender.origin, Origin::Host { .. }),
        consent: fields.consent.clone(),
        agent,
    })
}
