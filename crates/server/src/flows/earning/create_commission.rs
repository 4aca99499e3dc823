//! A commission made by hand: for a customer, a transaction, or a partner alone.

use super::reckon_customer::post_transfers;
use crate::app::App;
use crate::clock::Ids;
use crate::refusals;
use crate::store::earning::commissions::{self, Kept, MadeBy};
use crate::store::earning::transactions;
use crate::store::program::partners;
use crate::store::tracking::customers;
use crate::store::{Conn, Priority};
use whence_domain::billing::ledger::transfers_for_posting;
use whence_domain::earning::{CommissionStatus, PostingKind};
use whence_domain::program::PartnerKey;
use whence_domain::{CommissionId, Currency, CustomerId, Instant, Mode, Money, PartnerId, Tenant, TransactionId};

/// For what a commission is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// For a customer; its partner gets it.
    Customer(CustomerId),
    /// For a payment; its customer's partner gets it.
    Transaction(TransactionId),
    /// For a partner alone.
    Partner(PartnerKey),
}

/// A commission to be made.
#[derive(Clone, Debug)]
pub struct NewCommission {
    /// Whose data.
    pub tenant: Tenant,
    /// For what.
    pub target: Target,
    /// Minor units; negative takes back.
    pub minor: i64,
    /// Its currency; the payment's or the program's where the target has one.
    pub currency: Currency,
    /// What partners read.
    pub description: String,
    /// The caller's key, that makes a repeat the same commission.
    pub key: Option<String>,
}

refusals! {
    /// Why a commission was not made.
    pub enum CreateCommissionError {
        NoSuchCustomer = Missing, "customer_not_found", "target", "There is no such customer.";
        NoSuchTransaction = Missing, "transaction_not_found", "target", "There is no such transaction.";
        NoSuchPartner = Missing, "partner_not_found", "partner_key", "There is no partner with this key.";
        NoPartner = Invalid, "customer_without_partner", "target",
            "This customer belongs to no partner: name one with partner_key.";
        TestMode = Invalid, "test_mode", "", "Tests never earn: rewards are made with live keys.";
        Conflict = Conflict, "reward_key_taken", "key",
            "A reward with this key exists already, with another partner or amount.";
    }
}

struct Input {
    new: NewCommission,
    ids: Ids,
    now: Instant,
}

/// Makes the commission; it waits for review like any other.
///
/// # Errors
/// Why it was not made.
pub async fn create_commission(app: &App, new: NewCommission) -> Result<Kept, CreateCommissionError> {
    if new.tenant.mode == Mode::Test {
        return Err(CreateCommissionError::TestMode);
    }
    let now = app.now();
    let input = Input { new, ids: Ids::at(now), now };
    app.store.write(Priority::Money, input, |conn, input| Box::pin(create(conn, input))).await
}

/// Who gets it, and for what.
struct Earner {
    partner: PartnerId,
    customer: Option<CustomerId>,
    transaction: Option<TransactionId>,
}

async fn create(conn: &mut Conn, input: &Input) -> Result<Kept, CreateCommissionError> {
    let Input { new, ids, now } = input;
    let earner = find_earner(conn, &new.tenant, &new.target).await?;
    let id = CommissionId::from_bits(ids.next());
    let kept = Kept {
        key: format!("manual:{}", new.key.as_deref().unwrap_or(id.as_str())),
        id,
        partner: earner.partner,
        customer: earner.customer,
        transaction: earner.transaction,
        made_by: MadeBy::Hand,
        kind: PostingKind::Manual,
        amount: Money::new(new.minor, new.currency),
        description: new.description.clone(),
        status: CommissionStatus::Pending,
        hold: None,
        decline_reason: None,
        release_at: None,
        occurred_at: *now,
        created_at: *now,
        updated_at: *now,
    };
    if commissions::insert(conn, &new.tenant, &kept, None).await? {
        let moved = transfers_for_posting(&kept.partner, kept.amount, kept.status);
        post_transfers(conn, &new.tenant, &kept, moved, "posted", ids, *now).await?;
        return Ok(kept);
    }
    let known = commissions::find_by_key(conn, &new.tenant, &kept.key).await?;
    known
        .filter(|known| known.partner == kept.partner && known.amount == kept.amount)
        .ok_or(CreateCommissionError::Conflict)
}

async fn find_earner(conn: &mut Conn, tenant: &Tenant, target: &Target) -> Result<Earner, CreateCommissionError> {
    match target {
        Target::Partner(key) => {
            let partner = partners::find_by_key(conn, tenant, key).await?;
            let partner = partner.ok_or(CreateCommissionError::NoSuchPartner)?;
            Ok(Earner { partner: partner.id, customer: None, transaction: None })
        }
        Target::Customer(id) => {
            let entry = customers::find(conn, tenant, id).await?;
            let entry = entry.ok_or(CreateCommissionError::NoSuchCustomer)?;
            let partner = entry.partner.ok_or(CreateCommissionError::NoPartner)?;
            Ok(Earner { partner, customer: Some(id.clone()), transaction: None })
        }
        Target::Transaction(id) => {
            let kept = transactions::find(conn, tenant, id).await?;
            let customer = kept.and_then(|kept| kept.customer);
            let customer = customer.ok_or(CreateCommissionError::NoSuchTransaction)?;
            let entry = customers::find(conn, tenant, &customer).await?;
            let partner = entry.and_then(|entry| entry.partner).ok_or(CreateCommissionError::NoPartner)?;
            Ok(Earner { partner, customer: Some(customer), transaction: Some(id.clone()) })
        }
    }
}
