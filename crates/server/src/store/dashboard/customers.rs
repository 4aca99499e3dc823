//! The list of Referrals.

use super::figures::currency;
use super::{PartnerName, customer_name, pattern};
use crate::fetch_all;
use crate::store::{Conn, StoreError};
use whence_domain::tracking::AttributionSource;
use whence_domain::{CustomerId, Instant, Money, PartnerId, Tenant};

/// Which customers the list holds; what is absent leaves all in.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Part of the name, the e-mail address or the customer key.
    pub search: Option<String>,
    /// Those of one partner.
    pub partner: Option<PartnerId>,
    /// `confirmed`, `unconfirmed` or `paid`.
    pub state: Option<&'static str>,
    /// Those older than this one.
    pub after: Option<CustomerId>,
}

/// A customer in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: CustomerId,
    /// What it is called.
    pub name: String,
    /// Its e-mail address.
    pub email: Option<String>,
    /// Whether more than a browser vouches for the sign-up.
    pub confirmed: bool,
    /// Its partner.
    pub partner: Option<PartnerName>,
    /// What ties the two.
    pub source: AttributionSource,
    /// When it signed up.
    pub signed_up_at: Instant,
    /// Whether it was added by hand or by a server, without a key of the payment provider.
    pub lacks_provider_key: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    customer_key: Option<String>,
    email: Option<String>,
    name: Option<String>,
    confirmed_at: Option<i64>,
    source: String,
    signed_up_at: i64,
    lacks_provider_key: i64,
    partner_id: Option<String>,
    partner_first_name: Option<String>,
    partner_last_name: Option<String>,
    partner_email: Option<String>,
}

/// The customers that the filter leaves in, newest first, at most `limit`.
pub async fn list(conn: &mut Conn, tenant: &Tenant, filter: &Filter, limit: i64) -> Result<Vec<Listed>, StoreError> {
    let search = filter.search.as_deref().map(pattern);
    fetch_all!(
        conn,
        Row,
        "dashboard.customers",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        filter.partner.as_ref().map(PartnerId::as_str),
        search.as_deref(),
        filter.state,
        filter.after.as_ref().map(CustomerId::as_str),
        limit
    )?
    .into_iter()
    .map(|row| {
        Ok(Listed {
            id: CustomerId::from_stored(row.id),
            name: customer_name(row.name, row.email.clone(), row.customer_key),
            email: row.email,
            confirmed: row.confirmed_at.is_some(),
            partner: PartnerName::of(row.partner_id, row.partner_first_name, row.partner_last_name, row.partner_email),
            source: AttributionSource::parse(&row.source).ok_or_else(|| StoreError::corrupt("customer", row.source))?,
            signed_up_at: Instant::from_micros(row.signed_up_at),
            lacks_provider_key: row.lacks_provider_key == 1,
        })
    })
    .collect()
}

/// What a customer paid, before refunds, by currency.
pub async fn paid(conn: &mut Conn, tenant: &Tenant, customer: &CustomerId) -> Result<Vec<Money>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_all!(conn, (String, i64), "dashboard.paid_by_customer", program, mode, customer.as_str())?
        .into_iter()
        .map(|(code, amount)| Ok(Money::new(amount, currency(&code)?)))
        .collect()
}
