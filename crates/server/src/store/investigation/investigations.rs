//! Questions why something was not tracked, with their answers.

use crate::store::audit::Actor;
use crate::store::read::checked;
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use serde::{Deserialize, Serialize};
use whence_domain::investigation::Findings;
use whence_domain::{CustomerId, Instant, InvestigationId, PartnerId, Period, Tenant};

/// What was asked, without the names by which a customer was described. Stored as JSON; a field that an older version lacks
/// is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// The partner key named.
    pub partner_key: Option<String>,
    /// Whether nobody has that key.
    pub partner_unknown: bool,
    /// The link named.
    pub link: Option<String>,
    /// Whether it is no link of the program's.
    pub link_unknown: bool,
    /// About when it is said to have happened.
    pub around: Option<Instant>,
    /// Since when.
    pub from: Option<Instant>,
    /// Until when.
    pub to: Option<Instant>,
    /// The browser named.
    pub browser: Option<String>,
    /// The device named.
    pub device: Option<String>,
    /// Whether click and sign-up are said to have been in the same browser.
    pub same_browser: Option<bool>,
    /// The time that was looked at.
    pub period: Option<Period>,
    /// Others who fit the description, best first.
    pub candidates: Vec<Candidate>,
}

/// Somebody else who fits the description.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Which customer.
    pub customer: CustomerId,
    /// When it signed up.
    pub signed_up_at: Instant,
    /// By what it was found: `email`, `customer_key`, `provider_key`, `order`, `name`, `time`.
    pub why: String,
}

/// How the customer was described. Personal, and erasable without loss to the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// By an e-mail address.
    pub email: Option<String>,
    /// By a name.
    pub name: Option<String>,
    /// By the company's or the provider's key.
    pub customer_key: Option<String>,
    /// By an order's or payment's key.
    pub order: Option<String>,
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Investigation {
    /// Its id.
    pub id: InvestigationId,
    /// How the customer was described.
    pub described: Described,
    /// What else was asked.
    pub question: Question,
    /// What was found.
    pub findings: Findings,
    /// Whom it was found to be about.
    pub customer: Option<CustomerId>,
    /// The partner who asks.
    pub partner: Option<PartnerId>,
    /// When it was asked.
    pub created_at: Instant,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    question: String,
    findings: String,
    customer_id: Option<String>,
    partner_id: Option<String>,
    asked_email: Option<String>,
    asked_name: Option<String>,
    asked_customer_key: Option<String>,
    asked_order: Option<String>,
    created_at: i64,
}

impl Row {
    fn read(self) -> Result<Investigation, StoreError> {
        Ok(Investigation {
            id: InvestigationId::from_stored(self.id),
            described: Described {
                email: self.asked_email,
                name: self.asked_name,
                customer_key: self.asked_customer_key,
                order: self.asked_order,
            },
            question: checked("question", serde_json::from_str(&self.question))?,
            findings: checked("findings", serde_json::from_str(&self.findings))?,
            customer: self.customer_id.map(CustomerId::from_stored),
            partner: self.partner_id.map(PartnerId::from_stored),
            created_at: Instant::from_micros(self.created_at),
        })
    }
}

/// Keeps a question and its answer, and who asked.
pub async fn insert(
    conn: &mut Conn,
    tenant: &Tenant,
    investigation: &Investigation,
    actor: &Actor,
) -> Result<(), StoreError> {
    let json = |what, text: Result<String, serde_json::Error>| checked(what, text);
    execute!(
        conn,
        "investigations.insert",
        investigation.id.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        json("question", serde_json::to_string(&investigation.question))?,
        json("findings", serde_json::to_string(&investigation.findings))?,
        investigation.customer.as_ref().map(CustomerId::as_str),
        investigation.partner.as_ref().map(PartnerId::as_str),
        investigation.described.email.as_deref(),
        investigation.described.name.as_deref(),
        investigation.described.customer_key.as_deref(),
        investigation.described.order.as_deref(),
        actor.kind(),
        actor.id(),
        investigation.created_at.micros()
    )?;
    Ok(())
}

/// The question with this id.
pub async fn find(conn: &mut Conn, tenant: &Tenant, id: &InvestigationId) -> Result<Option<Investigation>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "investigations.find", program, mode, id.as_str())?.map(Row::read).transpose()
}

/// The latest questions, those before one of them if it is given.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    before: Option<&InvestigationId>,
    limit: i64,
) -> Result<Vec<Investigation>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let before = before.map(InvestigationId::as_str);
    let rows = fetch_all!(conn, Row, "investigations.list", program, mode, before, limit)?;
    rows.into_iter().map(Row::read).collect()
}
