//! Answers a question: the partner and the customer it is about are looked for, everything that bears on it is loaded, the
//! domain decides, and question and answer are kept.

use super::find_candidates::{self, Found};
use super::load_facts::{self, Resolved};
use super::period;
use super::resolve;
use crate::app::App;
use crate::refusals;
use crate::store::audit::Actor;
use crate::store::investigation::investigations::{self, Candidate, Described, Investigation, Question};
use crate::store::program::policies;
use crate::store::{Conn, Priority, StoreError};
use whence_domain::investigation::facts::Facts;
use whence_domain::investigation::investigate as decide;
use whence_domain::program::Email;
use whence_domain::{CustomerId, Instant, InvestigationId, Period, Tenant};

/// What somebody asks. Everything is optional, but something must describe the matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The customer's e-mail address.
    pub email: Option<Email>,
    /// The customer's name, as well as it is known.
    pub name: Option<String>,
    /// The company's or the provider's own id for the customer.
    pub customer_key: Option<String>,
    /// An order or payment: our key, the company's, or a name that the provider has for it.
    pub order: Option<String>,
    /// The customer, picked by a person among several that fit.
    pub customer: Option<CustomerId>,
    /// The partner who asks.
    pub partner_key: Option<String>,
    /// The link that was used: its address or its key.
    pub link: Option<String>,
    /// About when it happened.
    pub around: Option<Instant>,
    /// Since when.
    pub from: Option<Instant>,
    /// Until when.
    pub to: Option<Instant>,
    /// The browser, in the words of whoever told.
    pub browser: Option<String>,
    /// The device, likewise.
    pub device: Option<String>,
    /// Whether click and sign-up are said to have been in the same browser.
    pub same_browser: Option<bool>,
}

impl Asked {
    /// Whether the customer is described at all.
    pub fn describes_customer(&self) -> bool {
        let texts = [&self.name, &self.customer_key, &self.order];
        self.email.is_some() || self.customer.is_some() || texts.iter().any(|text| text.is_some())
    }

    /// Whether anything is described: a customer, a partner, a link.
    pub fn describes_anything(&self) -> bool {
        self.describes_customer() || self.partner_key.is_some() || self.link.is_some()
    }
}

refusals! {
    /// Why a question could not be answered.
    pub enum InvestigateError {
        Nothing = Invalid, "nothing_described", "email",
            "Say something about the customer, the partner or the link: an e-mail address, a name, a key, an order, or a link.";
        PeriodReversed = Invalid, "period_reversed", "from", "The period ends before it begins.";
    }
}

/// Answers the question and keeps it with its answer.
///
/// # Errors
/// Why it could not be answered.
pub async fn investigate(
    app: &App,
    tenant: &Tenant,
    actor: Actor,
    asked: Asked,
) -> Result<Investigation, InvestigateError> {
    if !asked.describes_anything() {
        return Err(InvestigateError::Nothing);
    }
    if asked.from.zip(asked.to).is_some_and(|(from, to)| to < from) {
        return Err(InvestigateError::PeriodReversed);
    }
    // What this node acknowledged is part of the answer.
    app.drain_barrier().await;
    app.webhook_attempts.flush(app).await?;
    app.refusals_barrier().await;
    let now = app.now();
    let mut conn = app.store.read().await?;
    let examined = examine(&mut conn, app, tenant, &asked, now).await?;
    drop(conn);
    let answer = Investigation {
        id: InvestigationId::from_bits(app.id_bits(now)),
        described: Described {
            email: asked.email.as_ref().map(ToString::to_string),
            name: asked.name.clone(),
            customer_key: asked.customer_key.clone(),
            order: asked.order.clone(),
        },
        question: question(&asked, &examined),
        findings: decide(&examined.facts),
        customer: examined.facts.customer.as_ref().map(|customer| customer.id.clone()),
        partner: examined.facts.question.partner.clone(),
        created_at: now,
    };
    let input = (tenant.clone(), answer.clone(), actor);
    let kept = app.store.write(Priority::Money, input, |conn, (tenant, answer, actor)| {
        Box::pin(async move {
            investigations::insert(conn, tenant, answer, actor).await?;
            Ok::<_, StoreError>(())
        })
    });
    kept.await?;
    Ok(answer)
}

/// What was found out about a question, before the rules are asked.
pub(super) struct Examined {
    pub facts: Facts,
    pub others: Vec<Found>,
    pub partner_unknown: bool,
}

/// Finds out whom the question is about and everything that bears on it.
async fn examine(
    conn: &mut Conn,
    app: &App,
    tenant: &Tenant,
    asked: &Asked,
    now: Instant,
) -> Result<Examined, StoreError> {
    let partner = resolve::partner_and_link(conn, app, tenant, asked).await?;
    let said = period::said(asked, now);
    let mut found = find_candidates::find(conn, tenant, asked, said, now).await?;
    let best = if found.is_empty() { None } else { Some(found.remove(0)) };
    if let (false, Some(around)) = (asked.describes_customer(), asked.around) {
        found = find_candidates::near(conn, tenant, around).await?;
    }
    let policies = policies::list(conn, &tenant.program).await?;
    let period = said.unwrap_or_else(|| period::derived(best.as_ref().map(|best| best.signed_up_at), &policies, now));
    let resolved = Resolved { customer: best.map(|best| best.id), partner, period, policies, now };
    let (partner_unknown, facts) =
        (resolved.partner.partner_unknown, load_facts::load(conn, app, tenant, asked, resolved).await?);
    Ok(Examined { facts, others: found, partner_unknown })
}

fn question(asked: &Asked, examined: &Examined) -> Question {
    let candidates = examined.others.iter().map(|found| Candidate {
        customer: found.id.clone(),
        signed_up_at: found.signed_up_at,
        why: found.why.code().to_owned(),
    });
    Question {
        partner_key: asked.partner_key.clone(),
        partner_unknown: examined.partner_unknown,
        link: asked.link.clone(),
        link_unknown: examined.facts.question.link_unknown,
        around: asked.around,
        from: asked.from,
        to: asked.to,
        browser: asked.browser.clone(),
        device: asked.device.clone(),
        same_browser: asked.same_browser,
        period: Some(Period { ..examined.facts.question.period }),
        candidates: candidates.collect(),
    }
}
