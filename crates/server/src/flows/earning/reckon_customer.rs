//! The heart: everything known of one customer is loaded, the domain decides whose it is and what that earns, and the
//! differences to what stands are saved. It runs after each fact; with nothing new it changes nothing.

use crate::clock::Ids;
use crate::store::billing::ledger::{self, NewTransfer};
use crate::store::earning::commissions::{self, Kept, MadeBy, Move};
use crate::store::earning::{offer_notes, offers, refunds, transactions};
use crate::store::program::{partners, policies};
use crate::store::tracking::attributions::{self, Decided};
use crate::store::tracking::claims::{self, Claimed};
use crate::store::tracking::clicks;
use crate::store::tracking::customers;
use crate::store::tracking::identities::{self, TiedName};
use crate::store::tracking::touches;
use crate::store::{Conn, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use whence_domain::billing::ledger::{LedgerError, Transfer, transfers_for_change, transfers_for_posting};
use whence_domain::earning::{
    EarningNote, OfferVersion, Posting, ReckonFacts, Reckoning, Refunds, StatusChange, Transaction, reckon,
};
use whence_domain::program::PartnerVersion;
use whence_domain::tracking::{
    Attribution, AttributionFacts, Claim, Customer, CustomerIdentity, MatchedBy, PaymentSeen, Touch, TouchClass,
    TouchId, attribute,
};
use whence_domain::tracking::{ClickKey, Outcome};
use whence_domain::{CommissionId, CustomerId, Instant, Tenant, TransactionId, TransferId};

/// Decides anew whose the customer is and what that earns, and posts what differs from what stands.
pub async fn reckon_customer(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
    ids: &Ids,
    now: Instant,
) -> Result<(), StoreError> {
    let facts = load(conn, tenant, customer).await?;
    let (attribution, seq) = save_attribution(conn, tenant, customer, &facts, now).await?;
    let reckoning = reckon(&ReckonFacts {
        mode: tenant.mode,
        customer: customer.clone(),
        signed_up_at: facts.signed_up_at(),
        attribution,
        transactions: facts.transactions.clone(),
        partners: facts.partners.clone(),
        offers: facts.offers.clone(),
        standing: facts.standing.iter().filter_map(Kept::as_earned).collect(),
        now,
    });
    save_reckoning(conn, tenant, &facts, &reckoning, seq, ids, now).await
}

/// Everything known of one customer.
struct Facts {
    customer: Customer,
    attribution: AttributionFacts,
    /// Clicks that count only once the customer is confirmed, with what screening said of them.
    screened_out: Vec<(TouchId, Outcome)>,
    partners: Vec<PartnerVersion>,
    transactions: Vec<Transaction>,
    offers: Vec<OfferVersion>,
    standing: Vec<Kept>,
}

impl Facts {
    /// When the customer signed up: as the first claim says. Payments may be dated back beyond it and move nothing; only of
    /// a customer whom nobody claimed, the first we know of is all there is.
    fn signed_up_at(&self) -> Instant {
        let claimed = self.attribution.claims.iter().map(|claim| claim.occurred_at).min();
        claimed.unwrap_or(self.customer.signed_up_at)
    }
}

async fn load(conn: &mut Conn, tenant: &Tenant, id: &CustomerId) -> Result<Facts, StoreError> {
    let entry = customers::find(conn, tenant, id).await?;
    let customer = entry.ok_or_else(|| StoreError::corrupt("customer", format!("{id} is missing")))?.customer;
    let names = identities::list(conn, tenant, id).await?;
    let claimed = claims::list(conn, tenant, id).await?;
    let claims: Vec<Claim> = claimed.iter().map(|claim| as_fact(claim, &customer, &names)).collect();
    let seen = touches::list(conn, tenant, id).await?;
    let screened_out = seen
        .iter()
        .filter(|(touch, _)| touch.class == TouchClass::CountsOnceConfirmed && touch.landed_at.is_none())
        .map(|(touch, outcome)| (touch.id, *outcome))
        .collect();
    let touches: Vec<Touch> = seen.into_iter().map(|(touch, _)| touch).collect();
    let decisions = attributions::list_decisions(conn, tenant, id).await?;
    let standing = commissions::list_of_customer(conn, tenant, id).await?;
    let (transactions, payments) = load_payments(conn, tenant, id).await?;

    let named: BTreeSet<_> = claims
        .iter()
        .filter_map(|claim| claim.named_partner.as_ref())
        .chain(touches.iter().map(|touch| &touch.partner))
        .chain(decisions.iter().filter_map(|decision| decision.partner.as_ref()))
        .chain(standing.iter().map(|commission| &commission.partner))
        .collect();
    let mut versions = Vec::new();
    for partner in named {
        versions.extend(partners::list_versions(conn, tenant, partner).await?);
    }
    let attribution = AttributionFacts {
        claims,
        touches,
        partners: versions.clone(),
        decisions,
        policies: policies::list(conn, &tenant.program).await?,
        payments,
        settled_at: None,
    };
    let offers = offers::list_versions(conn, tenant).await?;
    Ok(Facts { customer, attribution, screened_out, partners: versions, transactions, offers, standing })
}

/// What a customer paid, with what was given back: as earning reads it, and as attribution does.
pub(crate) async fn load_payments(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
) -> Result<(Vec<Transaction>, Vec<PaymentSeen>), StoreError> {
    let mut given_back: BTreeMap<TransactionId, _> = refunds::list_of_customer(conn, tenant, customer).await?;
    let kept = transactions::list_of_customer(conn, tenant, customer).await?;
    // A trial for nothing is no payment, and one that the company deleted never was.
    let is_payment =
        |kept: &&transactions::Kept| kept.transaction.amount.minor > 0 && kept.transaction.removed_at.is_none();
    let payments = kept
        .iter()
        .filter(is_payment)
        .map(|kept| PaymentSeen { occurred_at: kept.transaction.occurred_at, recorded_at: kept.recorded_at })
        .collect();
    let transactions = kept
        .into_iter()
        .map(|kept| {
            let refunds = given_back.remove(&kept.transaction.id).unwrap_or_default();
            Transaction { refunds, ..kept.transaction }
        })
        .collect();
    Ok((transactions, payments))
}

/// A claim as attribution sees it. What ties it to the customer is the strongest name that both have; once the customer is
/// confirmed, names that only browsers have said do not count.
pub(crate) fn as_fact(claim: &Claimed, customer: &Customer, names: &[TiedName]) -> Claim {
    let confirmed = customer.confirmed_at.is_some();
    let shared = |kind: MatchedBy, value: Option<String>| {
        value.is_some_and(|value| {
            names.iter().any(|tied| {
                tied.name.kind == kind && tied.name.value == value && (!confirmed || tied.confirmed_at.is_some())
            })
        })
    };
    let CustomerIdentity { customer_key, provider_key, email: _ } = &claim.identity;
    let matched_by = if shared(MatchedBy::CustomerKey, customer_key.as_ref().map(ToString::to_string)) {
        MatchedBy::CustomerKey
    } else if shared(MatchedBy::ProviderKey, provider_key.as_ref().map(ToString::to_string)) {
        MatchedBy::ProviderKey
    } else {
        MatchedBy::Email
    };
    Claim {
        id: claim.id.clone(),
        source: claim.source,
        named_partner: claim.partner.clone(),
        matched_by,
        confirmed: claim.confirmed_at.is_some(),
        occurred_at: claim.occurred_at,
        recorded_at: claim.recorded_at,
    }
}

/// Decides, and keeps the decision if it is another than the one that stands. Answers it with its number.
async fn save_attribution(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
    facts: &Facts,
    now: Instant,
) -> Result<(Attribution, i64), StoreError> {
    let attribution = attribute(&facts.attribution);
    if attribution.confirmed {
        for (id, outcome) in &facts.screened_out {
            let key = ClickKey { incarnation: id.incarnation, millis: id.millis, counter: id.counter };
            clicks::count_confirmed(conn, tenant, key, *outcome, now).await?;
        }
    }
    let before = attributions::find_latest(conn, tenant, customer).await?;
    if let Some(before) = before.as_ref().filter(|before| before.attribution == attribution) {
        return Ok((attribution, before.seq));
    }
    let seq = before.map_or(1, |before| before.seq + 1);
    let decided = Decided { seq, attribution, decided_at: now };
    attributions::insert(conn, tenant, customer, &decided).await?;
    let binding = decided.attribution.current();
    customers::mark_attributed(conn, tenant, customer, binding.partner.as_ref(), binding.source, binding.reason, now)
        .await?;
    Ok((decided.attribution, seq))
}

async fn save_reckoning(
    conn: &mut Conn,
    tenant: &Tenant,
    facts: &Facts,
    reckoning: &Reckoning,
    attribution: i64,
    ids: &Ids,
    now: Instant,
) -> Result<(), StoreError> {
    for posting in &reckoning.postings {
        post(conn, tenant, facts, posting, attribution, ids, now).await?;
    }
    for change in &reckoning.changes {
        move_status(conn, tenant, facts, change, ids, now).await?;
    }
    for transaction in &facts.transactions {
        let notes: Vec<EarningNote> = reckoning
            .notes
            .iter()
            .filter(|note| note.source.transaction_id().as_ref() == Some(&transaction.id))
            .cloned()
            .collect();
        offer_notes::upsert(conn, tenant, &transaction.id, &notes, now).await?;
        if transaction.refunds != Refunds::default() {
            let given_back = transaction.amount.minor > 0 && transaction.net().is_zero();
            transactions::mark_given_back(conn, tenant, &transaction.id, given_back.then_some(now)).await?;
        }
    }
    Ok(())
}

/// Writes a row that reckoning asks for, and moves its money.
async fn post(
    conn: &mut Conn,
    tenant: &Tenant,
    facts: &Facts,
    posting: &Posting,
    attribution: i64,
    ids: &Ids,
    now: Instant,
) -> Result<(), StoreError> {
    let offer =
        facts.offers.iter().find(|offer| offer.offer == posting.offer && offer.version == posting.offer_version);
    let kept = Kept {
        id: CommissionId::from_bits(ids.next()),
        key: posting_key(posting),
        partner: posting.partner.clone(),
        customer: Some(facts.customer.id.clone()),
        transaction: posting.source.transaction_id(),
        made_by: MadeBy::Offer {
            source: posting.source.clone(),
            offer: posting.offer.clone(),
            version: posting.offer_version,
            seq: posting.seq,
        },
        kind: posting.kind,
        amount: posting.amount,
        description: offer.map_or_else(String::new, |offer| offer.description.clone()),
        status: posting.status,
        hold: posting.hold,
        decline_reason: None,
        release_at: posting.release_at,
        occurred_at: posting.occurred_at,
        created_at: now,
        updated_at: now,
    };
    if commissions::insert(conn, tenant, &kept, Some(attribution)).await? {
        let moved = transfers_for_posting(&kept.partner, kept.amount, kept.status);
        post_transfers(conn, tenant, &kept, moved, "posted", ids, now).await?;
    }
    Ok(())
}

/// What makes an entry the same entry, whoever posts it: what earned it, the offer's version, the partner, and its number.
fn posting_key(posting: &Posting) -> String {
    let Posting { source, offer, offer_version, partner, seq, .. } = posting;
    format!("{}:{}:{offer}:{offer_version}:{partner}:{seq}", source.trigger.code(), source.key)
}

async fn move_status(
    conn: &mut Conn,
    tenant: &Tenant,
    facts: &Facts,
    change: &StatusChange,
    ids: &Ids,
    now: Instant,
) -> Result<(), StoreError> {
    let Some(kept) = facts.standing.iter().find(|kept| kept.id == change.commission) else { return Ok(()) };
    let step = Move { id: &kept.id, from: change.from, to: change.to, hold: change.hold, decline_reason: None };
    move_commission(conn, tenant, kept, &step, ids, now).await.map(|_| ())
}

/// Moves a commission and its money from one status to another; false if it no longer stood where it was thought to.
pub(crate) async fn move_commission(
    conn: &mut Conn,
    tenant: &Tenant,
    kept: &Kept,
    step: &Move<'_>,
    ids: &Ids,
    now: Instant,
) -> Result<bool, StoreError> {
    if !commissions::mark_status(conn, tenant, step, now).await? {
        return Ok(false);
    }
    let moved = transfers_for_change(&kept.partner, kept.amount, step.from, step.to);
    post_transfers(conn, tenant, kept, moved, step.to.code(), ids, now).await?;
    Ok(true)
}

/// Posts the transfers that something moved.
pub(crate) async fn post_transfers(
    conn: &mut Conn,
    tenant: &Tenant,
    kept: &Kept,
    moved: Result<Vec<Transfer>, LedgerError>,
    why: &str,
    ids: &Ids,
    now: Instant,
) -> Result<(), StoreError> {
    for transfer in &moved.map_err(|error| StoreError::corrupt("commission", error))? {
        let new = NewTransfer {
            id: TransferId::from_bits(ids.next()),
            commission: &kept.id,
            transfer,
            why,
            occurred_at: kept.occurred_at,
            recorded_at: now,
        };
        ledger::post(conn, tenant, &new).await?;
    }
    Ok(())
}
