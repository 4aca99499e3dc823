//! One customer: who brought them and why, what they paid, what that earned.

use super::event_show::called;
use super::partner_list::partner_name;
use super::referral_story::{Story, TouchFacts};
use super::rows::{CommissionRow, Ref, TransactionRow};
use crate::flows::tracking::add_provider_key::{
    AddProviderKeyError, NewProviderKey, SamePerson, add_provider_key, join_customers,
};
use crate::store::dashboard::{clicks, commissions, customers as sums};
use crate::store::earning::{offer_notes, offers, refunds, transactions};
use crate::store::program::{endpoints, partners};
use crate::store::tracking::customers::Entry;
use crate::store::tracking::identities::{self, Name};
use crate::store::tracking::{attributions, claims, customers};
use crate::store::{Conn, StoreError};
use crate::ui::answer::{UiError, done, not_done, page};
use crate::ui::format::counted;
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::parts::{Badge, Tone, When};
use crate::ui::visitor::{Narrowed, Posted, Visitor};
use crate::ui::words::{amounts, commission_row, customer_state};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::{BTreeMap, BTreeSet};
use whence_domain::program::{Email, Role};
use whence_domain::tracking::{Attribution, AttributionSource, Customer, CustomerKey, MatchedBy};
use whence_domain::{CustomerId, Instant, Money, PartnerId};

/// A click that was considered.
#[derive(Clone, Debug)]
pub struct TouchRow {
    /// Whose link.
    pub partner: Ref,
    /// When.
    pub at: When,
    /// Whether it decided.
    pub won: bool,
    /// Why it did, or did not.
    pub why: String,
    /// The click id, for those who look it up.
    pub click_id: String,
}

/// Something that happened to this customer.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Name of the drawing.
    pub icon: &'static str,
    /// Its colour.
    pub tone: Tone,
    /// A sentence.
    pub text: String,
    /// How we know it, or what else there is to say.
    pub detail: String,
    /// When.
    pub at: When,
}

/// An offer that earned nothing for a payment, and why.
#[derive(Clone, Debug)]
pub struct PassedOffer {
    /// The offer.
    pub offer: String,
    /// Which payment or sign-up.
    pub event: String,
    /// Why not.
    pub why: String,
}

/// The form that adds the payment provider's key.
#[derive(Clone, Debug)]
pub struct ProviderKeyForm {
    /// Where it is sent.
    pub action: String,
    /// Whether the customer was added by hand or by a server, so that renewals may miss it.
    pub warns: bool,
    /// What stands in the field.
    pub value: String,
    /// The customer that payments under this key have made, to be confirmed as the same person.
    pub other: Option<OtherCustomer>,
}

impl ProviderKeyForm {
    /// Whether nothing asks for it: then it is folded away.
    pub fn is_quiet(&self) -> bool {
        !self.warns && self.value.is_empty() && self.other.is_none()
    }
}

/// Somebody who may be the same person.
#[derive(Clone, Debug)]
pub struct OtherCustomer {
    /// Its id.
    pub id: String,
    /// Leads there.
    pub customer: Ref,
    /// Label and value of what is known of it.
    pub known: Vec<(&'static str, String)>,
    /// Why both cannot be joined here.
    pub refusal: Option<&'static str>,
}

/// What the address of the page may carry.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A key of the payment provider, to be added.
    pub provider_key: String,
    /// A customer whom payments have made, to be joined.
    pub same_as: String,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/referral_show.html")]
pub struct ReferralPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// The customer's name, else e-mail, else key.
    pub name: String,
    /// Signed up, paid, unconfirmed.
    pub state: Badge,
    /// Label and value: e-mail, customer key, keys at payment providers, dates.
    pub facts: Vec<(&'static str, String)>,
    /// The partner, or none.
    pub partner: Option<Ref>,
    /// Why this partner, or why none, in a sentence.
    pub because: String,
    /// Why what this customer earns is held back, if the doubt is about the partner.
    pub hold: Option<&'static str>,
    /// Whether a later fact may still change it.
    pub provisional: bool,
    /// Every click that was considered, the winner first.
    pub touches: Vec<TouchRow>,
    /// What the customer paid.
    pub transactions: Vec<TransactionRow>,
    /// What that earned.
    pub commissions: Vec<CommissionRow>,
    /// What earned nothing, and why.
    pub passed: Vec<PassedOffer>,
    /// Everything, newest first.
    pub timeline: Vec<Moment>,
    /// By which key the payment provider knows the customer: asked for where it is not known.
    pub provider_key: Option<ProviderKeyForm>,
    /// Where a decision on a commission returns to.
    pub back: String,
}

/// How many commissions the page lists, how many clicks it tells of in full, and how many payments it explains.
const COMMISSIONS: i64 = 100;
const TOLD_CLICKS: usize = 10;
const EXPLAINED: usize = 25;

/// `GET /dashboard/referrals/{id}`.
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Narrowed(asked): Narrowed<Asked>,
) -> Result<Response, UiError> {
    let id = CustomerId::parse(&id).ok_or(UiError::NotFound)?;
    let mut conn = visitor.app.store.read().await?;
    let entry = customers::find(&mut conn, &visitor.tenant, &id).await?.ok_or(UiError::NotFound)?;
    if let Some(other) = &entry.merged_into {
        return Ok(Redirect::to(&format!("/dashboard/referrals/{other}")).into_response());
    }
    let paid = sums::paid(&mut conn, &visitor.tenant, &id).await?;
    let name = name(&entry.customer);
    let story = load(&mut conn, &visitor, &entry.customer, &name).await?;
    let shown = ReferralPage {
        chrome: visitor.chrome(Section::Referrals),
        state: customer_state(entry.customer.confirmed_at.is_some(), !paid.is_empty()),
        facts: facts(&visitor, &entry.customer, &paid),
        partner: story.partner(),
        because: story.because(),
        hold: story.hold(),
        provisional: story.attribution.as_ref().is_none_or(|found| !found.settled),
        touches: story.touch_rows(),
        transactions: story.transaction_rows(),
        commissions: story.commissions.iter().map(|row| commission_row(&visitor.calendar, row)).collect(),
        passed: story.passed(),
        timeline: story.timeline(),
        provider_key: ask_for_key(&mut conn, &visitor, &entry, &asked).await?,
        back: format!("/dashboard/referrals/{id}"),
        name: name.clone(),
    };
    page(&visitor, &shown)
}

/// The form, where the provider's key is missing and a provider delivers, or where a key was handed to this page.
async fn ask_for_key(
    conn: &mut Conn,
    visitor: &Visitor,
    entry: &Entry,
    asked: &Asked,
) -> Result<Option<ProviderKeyForm>, StoreError> {
    let tenant = &visitor.tenant;
    let id = &entry.customer.id;
    let (given, same_as) = (asked.provider_key.trim(), CustomerId::parse(asked.same_as.trim()));
    let lacks = entry.customer.identity.provider_key.is_none() && !endpoints::list(conn, tenant).await?.is_empty();
    if !lacks && given.is_empty() && same_as.is_none() {
        return Ok(None);
    }
    let owner = match CustomerKey::parse(given) {
        Ok(key) => {
            let name = Name { kind: MatchedBy::ProviderKey, value: key.to_string() };
            identities::find_owner(conn, tenant, &name).await?
        }
        Err(_) => same_as,
    };
    let other = match owner.filter(|owner| owner != id) {
        Some(owner) => other_customer(conn, visitor, &owner).await?,
        None => None,
    };
    Ok(Some(ProviderKeyForm {
        action: format!("/dashboard/referrals/{id}/provider-key"),
        warns: lacks && matches!(entry.source, AttributionSource::Api | AttributionSource::Manual),
        value: given.to_owned(),
        other,
    }))
}

/// Who has the key, if somebody else has.
async fn other_customer(
    conn: &mut Conn,
    visitor: &Visitor,
    owner: &CustomerId,
) -> Result<Option<OtherCustomer>, StoreError> {
    let tenant = &visitor.tenant;
    let found = customers::find(conn, tenant, owner).await?.filter(|entry| entry.merged_into.is_none());
    let Some(entry) = found else { return Ok(None) };
    let paid = sums::paid(conn, tenant, owner).await?;
    let many = transactions::list_of_customer(conn, tenant, owner).await?.len();
    let mut known = facts(visitor, &entry.customer, &paid);
    known.push(("Payments", counted(i64::try_from(many).unwrap_or(i64::MAX), "payment", "payments")));
    let refusal = entry.partner.is_some().then_some(
        "This customer belongs to a partner, so joining the two would move money between partners. Decide first whose the customer is.",
    );
    Ok(Some(OtherCustomer {
        id: owner.to_string(),
        customer: Ref::customer(owner.as_str(), &called(&entry.customer)),
        known,
        refusal,
    }))
}

/// A key of the payment provider, and whether both customers are the same person.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct KeyForm {
    provider_key: String,
    same_as: String,
    same_person: String,
}

/// `POST /dashboard/referrals/{id}/provider-key`.
pub async fn add_key(Path(id): Path<String>, Posted { visitor, form }: Posted<KeyForm>) -> Result<Response, UiError> {
    visitor.require(&[Role::Manager, Role::Support])?;
    let id = CustomerId::parse(&id).ok_or(UiError::NotFound)?;
    let back = format!("/dashboard/referrals/{id}");
    if let (Some(other), "yes") = (CustomerId::parse(&form.same_as), form.same_person.as_str()) {
        let same = SamePerson { tenant: visitor.tenant.clone(), customer: id, other };
        return match join_customers(&visitor.app, visitor.actor(), same).await {
            Ok(_) => Ok(done(&visitor, &back, "Joined. What was paid before is this customer’s now.")),
            Err(AddProviderKeyError::NotFound) => Err(UiError::NotFound),
            Err(AddProviderKeyError::Store(error)) => Err(error.into()),
            Err(refusal) => Ok(not_done(&visitor, &back, &refusal.to_string())),
        };
    }
    let Ok(key) = CustomerKey::parse(&form.provider_key) else {
        return Ok(not_done(&visitor, &back, "This is not a key: copy it from the customer at your payment provider."));
    };
    let new = NewProviderKey {
        tenant: visitor.tenant.clone(),
        customer: id,
        key: key.clone(),
        same_person: form.same_person == "yes",
    };
    match add_provider_key(&visitor.app, visitor.actor(), new).await {
        Ok(_) => Ok(done(
            &visitor,
            &back,
            "Added. Payments under this key are this customer’s, also those that came before.",
        )),
        Err(AddProviderKeyError::NotFound) => Err(UiError::NotFound),
        Err(AddProviderKeyError::Store(error)) => Err(error.into()),
        Err(refusal) => {
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("provider_key", key.as_str()).finish();
            Ok(not_done(&visitor, &format!("{back}?{query}#provider-key"), &refusal.to_string()))
        }
    }
}

fn name(customer: &Customer) -> String {
    let identity = &customer.identity;
    let texts = [
        customer.name.as_deref().filter(|name| !name.trim().is_empty()),
        identity.email.as_ref().map(Email::as_str),
        identity.customer_key.as_ref().map(CustomerKey::as_str),
    ];
    texts.into_iter().flatten().next().unwrap_or("Without a name").to_owned()
}

fn facts(visitor: &Visitor, customer: &Customer, paid: &[Money]) -> Vec<(&'static str, String)> {
    let identity = &customer.identity;
    let day = |at: Instant| visitor.calendar.day(at);
    [
        ("E-mail", identity.email.as_ref().map(ToString::to_string)),
        ("Customer key", identity.customer_key.as_ref().map(ToString::to_string)),
        ("Provider key", identity.provider_key.as_ref().map(ToString::to_string)),
        ("Signed up", Some(day(customer.signed_up_at))),
        ("Confirmed", Some(customer.confirmed_at.map_or_else(|| "not yet".to_owned(), day))),
        ("Paid, before refunds", (!paid.is_empty()).then(|| amounts(paid).join(" and "))),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, value?)))
    .collect()
}

async fn load<'a>(
    conn: &mut Conn,
    visitor: &'a Visitor,
    customer: &Customer,
    name: &'a str,
) -> Result<Story<'a>, StoreError> {
    let (tenant, id) = (&visitor.tenant, &customer.id);
    let attribution = attributions::find_latest(conn, tenant, id).await?.map(|decided| decided.attribution);
    let mut touches = Vec::new();
    for touch in attribution.iter().flat_map(|found| &found.touches).take(TOLD_CLICKS) {
        let known = clicks::find(conn, tenant, touch.touch).await?;
        let seen = clicks::seen_with(conn, tenant, touch.touch).await?;
        touches.push(TouchFacts { id: touch.touch, known, seen });
    }
    let payments = transactions::list_of_customer(conn, tenant, id).await?;
    let mut notes = Vec::new();
    for payment in payments.iter().rev().take(EXPLAINED) {
        let why = offer_notes::list(conn, tenant, &payment.transaction.id).await?;
        notes.push((payment.transaction.id.clone(), why));
    }
    let filter = commissions::Filter { customer: Some(id.clone()), ..commissions::Filter::default() };
    Ok(Story {
        calendar: &visitor.calendar,
        name,
        signed_up_at: customer.signed_up_at,
        partners: partner_names(conn, visitor, attribution.as_ref()).await?,
        touches,
        claims: claims::list(conn, tenant, id).await?,
        refunds: refunds::list_of_customer(conn, tenant, id).await?,
        commissions: commissions::list(conn, tenant, &filter, COMMISSIONS).await?,
        offers: offers::list_versions(conn, tenant).await?,
        attribution,
        payments,
        notes,
    })
}

/// The names of all partners that a decision speaks of.
async fn partner_names(
    conn: &mut Conn,
    visitor: &Visitor,
    attribution: Option<&Attribution>,
) -> Result<BTreeMap<PartnerId, String>, StoreError> {
    let Some(attribution) = attribution else { return Ok(BTreeMap::new()) };
    let bound = attribution.bindings.iter().filter_map(|binding| binding.partner.as_ref());
    let clicked = attribution.touches.iter().map(|touch| &touch.partner);
    let ids: BTreeSet<&PartnerId> = bound.chain(clicked).collect();
    let mut names = BTreeMap::new();
    for id in ids {
        if let Some(partner) = partners::find(conn, &visitor.tenant, id).await? {
            names.insert(id.clone(), partner_name(&partner));
        }
    }
    Ok(names)
}

#[cfg(test)]
impl ReferralPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, commissions, when};
        use crate::ui::layout::Section;
        let moment = |icon, tone, text: &str, detail: &str, at: &str| Moment {
            icon,
            tone,
            text: text.into(),
            detail: detail.into(),
            at: when(at),
        };
        let touch = |partner: &str, won, why: &str, at: &str| TouchRow {
            partner: Ref::partner("part_1", partner),
            at: when(at),
            won,
            why: why.into(),
            click_id: "4Zk0pQ81nB7cXw2Rt9LmVd3yHs5GaJ6e".into(),
        };
        let paid = |amount: &str, refunded: Option<&str>, state, earned: &str, at: &str| TransactionRow {
            amount: amount.into(),
            refunded: refunded.map(str::to_owned),
            reference: "ch_3PqT2eLkdIwHu7ix0".into(),
            state,
            earned: earned.into(),
            at: when(at),
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Referrals),
            name: "Ada Park".into(),
            state: Badge::new(Tone::Good, "Paid"),
            facts: vec![
                ("E-mail", "ada@park.test".into()),
                ("Customer key", "user_8812".into()),
                ("Stripe customer", "cus_NffrFeUfNV2Hib".into()),
                ("Signed up", "11 Mar 2026".into()),
                ("First paid", "12 Mar 2026".into()),
                ("Paid in total", "€120.00".into()),
            ],
            partner: Some(Ref::partner("part_1", "Bo Lindqvist")),
            because:
                "Ada Park clicked Bo Lindqvist's link 3 days before signing up, and no other partner's link after that."
                    .into(),
            hold: None,
            provisional: true,
            touches: vec![
                touch("Bo Lindqvist", true, "The last click within 90 days before the sign-up.", "8 Mar 2026, 09:12"),
                touch("Tomás Ferreira", false, "Bo Lindqvist's link was clicked later.", "2 Mar 2026, 20:40"),
                touch(
                    "The Growth Letter",
                    false,
                    "Clicked 94 days before the sign-up; the window is 90 days.",
                    "7 Dec 2025, 11:05",
                ),
            ],
            transactions: vec![
                paid("€120.00", None, Badge::new(Tone::Good, "Paid"), "€24.00 for Bo Lindqvist", "12 Mar 2026"),
                paid("€24.00", Some("€24.00"), Badge::new(Tone::Bad, "Refunded"), "Nothing: refunded", "14 Mar 2026"),
            ],
            commissions: commissions(),
            passed: vec![PassedOffer {
                offer: "€50.00 for the first payment".into(),
                event: "€24.00 on 14 Mar 2026".into(),
                why: "It pays for the first payment only, and this was the second.".into(),
            }],
            timeline: vec![
                moment(
                    "commissions",
                    Tone::Good,
                    "Bo Lindqvist earns €24.00",
                    "20% of every payment",
                    "12 Mar 2026, 14:03",
                ),
                moment("sale", Tone::Good, "Paid €120.00", "Told by Stripe, signed", "12 Mar 2026, 14:03"),
                moment("check", Tone::Good, "Sign-up confirmed", "Told by Stripe, signed", "11 Mar 2026, 10:22"),
                moment(
                    "sign-up",
                    Tone::Accent,
                    "Signed up",
                    "Told by the snippet on app.acme.test/welcome",
                    "11 Mar 2026, 10:21",
                ),
                moment(
                    "landing",
                    Tone::Plain,
                    "Saw www.acme.test/pricing",
                    "Cookie written and read back",
                    "8 Mar 2026, 09:12",
                ),
                moment("clicks", Tone::Accent, "Clicked Bo Lindqvist's link", "go.acme.test/bo", "8 Mar 2026, 09:12"),
            ],
            provider_key: None,
            back: "/dashboard/referrals/cus_1".into(),
        };
        let mut alone = typical.clone();
        alone.name = LONG.into();
        alone.state = Badge::new(Tone::Wait, "Unconfirmed");
        alone.partner = None;
        alone.hold = Some("Different partners are named for this customer, and clicks cannot say who was last.");
        alone.because = "No click of any partner's link came with the sign-up.".into();
        (alone.touches, alone.transactions, alone.commissions, alone.passed) = Default::default();
        alone.timeline.truncate(1);
        alone.provider_key = Some(ProviderKeyForm {
            action: "/dashboard/referrals/cus_1/provider-key".into(),
            warns: true,
            value: String::new(),
            other: None,
        });
        let mut confirming = typical.clone();
        confirming.provider_key = Some(ProviderKeyForm {
            action: "/dashboard/referrals/cus_1/provider-key".into(),
            warns: false,
            value: "cus_NffrFeUfNV2Hib".into(),
            other: Some(OtherCustomer {
                id: "cus_2".into(),
                customer: Ref::customer("cus_2", LONG),
                known: vec![("Provider key", "cus_NffrFeUfNV2Hib".into()), ("Payments", "2 payments".into())],
                refusal: None,
            }),
        });
        vec![("referral_show", typical), ("referral_show_alone", alone), ("referral_show_confirming", confirming)]
    }
}
