//! `/api/v2/investigations` (`product.md` 5).

use crate::app::App;
use crate::flows::investigation::investigate::{Asked, investigate};
use crate::http::auth::ApiKey;
use crate::http::body::Fields;
use crate::http::envelope::Data;
use crate::http::{Answer, ApiError};
use crate::store::investigation::investigations::{self, Investigation};
use crate::store::program::partners;
use crate::store::tracking::customers;
use crate::store::{Conn, StoreError};
use axum::extract::{Path, State};
use serde_json::{Map, Value, json};
use whence_domain::investigation::texts;
use whence_domain::investigation::{Because, RuledOut, TimelineEntry, Verdict};
use whence_domain::program::Email;
use whence_domain::{CustomerId, InvestigationId, PartnerId, Tenant};

/// Characters of what describes something, at most.
const MAX_TEXT: usize = 400;
/// Characters of a link's address at most.
const MAX_LINK: usize = 2_048;

/// Asks why.
pub async fn create(State(app): State<App>, key: ApiKey, fields: Fields) -> Answer<Value> {
    let asked = read(&fields)?;
    let answer = investigate(&app, &key.tenant, key.actor(), asked).await?;
    let mut conn = app.store.read().await?;
    Ok(Data(render(&mut conn, &key.tenant, &answer).await?))
}

/// What was answered.
pub async fn show(State(app): State<App>, key: ApiKey, Path(id): Path<String>) -> Answer<Value> {
    let not_found = || ApiError::not_found("investigation_not_found", "there is no such investigation");
    let id = InvestigationId::parse(&id).ok_or_else(not_found)?;
    let mut conn = app.store.read().await?;
    let found = investigations::find(&mut conn, &key.tenant, &id).await?.ok_or_else(not_found)?;
    Ok(Data(render(&mut conn, &key.tenant, &found).await?))
}

fn read(fields: &Fields) -> Result<Asked, ApiError> {
    let text = |name, most| Ok::<_, ApiError>(fields.text(name, most)?.filter(|text| !text.trim().is_empty()));
    let picked = |text: &str| CustomerId::parse(text).ok_or("it is no customer's key");
    Ok(Asked {
        email: fields.parsed("email", Email::parse)?,
        name: text("name", MAX_TEXT)?,
        customer_key: text("customer_key", MAX_TEXT)?,
        order: text("order", MAX_TEXT)?,
        customer: fields.parsed("customer", picked)?,
        partner_key: text("partner_key", MAX_TEXT)?,
        link: text("link", MAX_LINK)?,
        around: fields.instant("around")?,
        from: fields.instant("from")?,
        to: fields.instant("to")?,
        browser: text("browser", MAX_TEXT)?,
        device: text("device", MAX_TEXT)?,
        same_browser: fields.boolean("same_browser")?,
    })
}

/// An investigation as the API shows it. Names are looked up anew: what was erased since is not in it.
pub async fn render(conn: &mut Conn, tenant: &Tenant, answer: &Investigation) -> Result<Value, StoreError> {
    let findings = &answer.findings;
    let mut shown = json!({
        "key": answer.id,
        "question": question(answer),
        "verdicts": findings.verdicts.iter().map(verdict).collect::<Vec<_>>(),
        "ruled_out": findings.ruled_out.iter().map(ruled_out).collect::<Vec<_>>(),
        "timeline": findings.timeline.iter().map(entry).collect::<Vec<_>>(),
        "created_at": answer.created_at.millis(),
    });
    if let Some(customer) = &answer.customer {
        let named = Named::find(conn, tenant, customer).await?;
        shown["customer"] = json!(customer);
        shown["customer_key"] = json!(named.key);
    }
    if let Some(key) = partner_key(conn, tenant, answer.partner.as_ref()).await? {
        shown["partner_key"] = json!(key);
    }
    let mut candidates = Vec::with_capacity(answer.question.candidates.len());
    for candidate in &answer.question.candidates {
        let named = Named::find(conn, tenant, &candidate.customer).await?;
        candidates.push(json!({
            "customer": candidate.customer,
            "customer_key": named.key,
            "label": named.label,
            "signed_up_at": candidate.signed_up_at.millis(),
            "why": candidate.why,
        }));
    }
    shown["candidates"] = candidates.into();
    Ok(shown)
}

/// How a customer is called.
struct Named {
    key: String,
    label: String,
}

impl Named {
    async fn find(conn: &mut Conn, tenant: &Tenant, id: &CustomerId) -> Result<Self, StoreError> {
        let customer = customers::find(conn, tenant, id).await?.map(|entry| entry.customer);
        let key = customer.as_ref().and_then(|customer| customer.identity.customer_key.as_ref());
        let key = key.map_or_else(|| id.to_string(), ToString::to_string);
        let email = customer.as_ref().and_then(|customer| customer.identity.email.as_ref()).map(ToString::to_string);
        let label = customer.and_then(|customer| customer.name).or(email).unwrap_or_else(|| key.clone());
        Ok(Self { key, label })
    }
}

async fn partner_key(
    conn: &mut Conn,
    tenant: &Tenant,
    partner: Option<&PartnerId>,
) -> Result<Option<String>, StoreError> {
    let Some(partner) = partner else { return Ok(None) };
    Ok(partners::find(conn, tenant, partner).await?.map(|partner| partner.key.to_string()))
}

/// What was asked, with what is known of it; what was not said is left out.
fn question(answer: &Investigation) -> Value {
    let (described, asked) = (&answer.described, &answer.question);
    let mut shown = Map::new();
    let texts = [
        ("email", &described.email),
        ("name", &described.name),
        ("customer_key", &described.customer_key),
        ("order", &described.order),
        ("partner_key", &asked.partner_key),
        ("link", &asked.link),
        ("browser", &asked.browser),
        ("device", &asked.device),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            shown.insert(name.into(), json!(text));
        }
    }
    for (name, at) in [("around", asked.around), ("from", asked.from), ("to", asked.to)] {
        if let Some(at) = at {
            shown.insert(name.into(), json!(at.millis()));
        }
    }
    if let Some(same) = asked.same_browser {
        shown.insert("same_browser".into(), json!(same));
    }
    if asked.partner_unknown {
        shown.insert("partner_unknown".into(), json!(true));
    }
    if asked.link_unknown {
        shown.insert("link_unknown".into(), json!(true));
    }
    if let Some(period) = asked.period {
        shown.insert("looked_at".into(), json!({ "from": period.start.millis(), "to": period.end.millis() }));
    }
    Value::Object(shown)
}

fn verdict(verdict: &Verdict) -> Value {
    let texts = texts::of(verdict.cause);
    let steps = verdict.next_steps.iter().map(|step| json!({ "action": step.action.code(), "label": step.label }));
    json!({
        "cause": verdict.cause.code(),
        "certainty": verdict.certainty.code(),
        "title": texts.title,
        "agent": texts.agent,
        "mend": texts.mend,
        "because": because(&verdict.because),
        "missing": verdict.missing,
        "rivals": verdict.rivals.iter().map(|cause| cause.code()).collect::<Vec<_>>(),
        "counterfactual": verdict.counterfactual.as_ref().map(|told| &told.text),
        "next_steps": steps.collect::<Vec<_>>(),
    })
}

fn ruled_out(contradicted: &RuledOut) -> Value {
    json!({
        "cause": contradicted.cause.code(),
        "title": texts::of(contradicted.cause).title,
        "because": because(&contradicted.because),
    })
}

fn because(evidence: &[Because]) -> Vec<Value> {
    evidence.iter().map(|one| json!({ "text": one.text, "kind": one.kind.code(), "key": one.key })).collect()
}

fn entry(entry: &TimelineEntry) -> Value {
    json!({ "at": entry.at.millis(), "text": entry.text, "kind": entry.kind.code(), "key": entry.key })
}
