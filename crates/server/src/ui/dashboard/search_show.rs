//! The search box: whatever somebody has in hand leads to the page that it is about. One exact hit is gone to at once;
//! several are shown by kind; where there is none, it is said as what the text was looked up.

use super::event_show::called;
use super::partner_list::partner_name;
use super::rows::Ref;
use crate::store::dashboard::search::{self, FoundCustomer, FoundPartner};
use crate::store::earning::{deliveries, events, offers, transactions};
use crate::store::investigation::candidates::{self, Found as Candidate};
use crate::store::program::{endpoints, groups, links, partners};
use crate::store::tracking::{click_lists, customers};
use crate::store::{Conn, Page, StoreError};
use crate::ui::answer::{UiError, page};
use crate::ui::dashboard::click_list::outcome_words;
use crate::ui::format::money;
use crate::ui::layout::{Chrome, Section};
use crate::ui::visitor::{Narrowed, Visitor};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use whence_domain::investigation::name_match::{fold_key, probes, similarity, words};
use whence_domain::investigation::search_text::{ObjectKey, Reading, SearchText};
use whence_domain::program::Slug;
use whence_domain::tracking::MatchedBy;
use whence_domain::tracking::xid::Xid;
use whence_domain::{CustomerId, TransactionId};

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Leads to it.
    pub href: String,
    /// What it is called.
    pub text: String,
    /// What else tells it from others.
    pub sub: String,
}

/// What was found of one kind.
#[derive(Clone, Debug)]
pub struct Group {
    /// `Customers`.
    pub title: &'static str,
    /// Its drawing.
    pub icon: &'static str,
    /// What was found.
    pub hits: Vec<Hit>,
}

/// What is searched for.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The text.
    pub q: String,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/search_show.html")]
pub struct SearchPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What was asked.
    pub q: String,
    /// What was found.
    pub groups: Vec<Group>,
    /// As what it was looked up, in words.
    pub tried: String,
    /// The investigation with the text filled in.
    pub investigate: String,
}

/// Hits of one kind that are shown at most.
const MOST: i64 = 8;
/// Rows that each look-up of a name reads at most, and how alike a name must be, in thousandths.
const PROBED: i64 = 20;
const ALIKE: u32 = 750;

/// `GET /dashboard/search?q=`.
pub async fn show(visitor: Visitor, Narrowed(asked): Narrowed<Asked>) -> Result<Response, UiError> {
    let text = SearchText::read(&asked.q);
    let mut found = Found::default();
    if !text.readings.is_empty() {
        if text.readings.iter().any(|reading| matches!(reading, Reading::ClickId(_))) {
            // A click that was just made must be found.
            visitor.app.drain_barrier().await;
        }
        let mut conn = visitor.app.store.read().await?;
        for reading in &text.readings {
            look_up(&mut conn, &visitor, reading, &text, &mut found).await?;
        }
    }
    if let Some(href) = found.only() {
        return Ok(Redirect::to(&href).into_response());
    }
    page(
        &visitor,
        &SearchPage {
            chrome: visitor.chrome(Section::Home),
            groups: found.groups(),
            tried: listed(&text.tried()),
            investigate: investigate(&text),
            q: text.text,
        },
    )
}

/// What was found so far.
#[derive(Default)]
struct Found {
    hits: Vec<(Kind, Hit, Fit)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Customer,
    Partner,
    Payment,
    Click,
    Other,
}

/// How well a hit fits the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// It is the very thing, and the text is nothing else.
    Sure,
    /// It is the very thing, by a short text that may mean others.
    Exact,
    /// The text is part of it.
    Part,
    /// It has no page of its own, so it is shown here, with whatever else was found.
    Shown,
}

impl Found {
    fn add(&mut self, kind: Kind, hit: Hit, fit: Fit) {
        match self.hits.iter_mut().find(|(_, known, _)| known.href == hit.href && known.text == hit.text) {
            Some((_, _, known)) if fit != Fit::Part && *known == Fit::Part => *known = fit,
            Some(_) => {}
            None => self.hits.push((kind, hit, fit)),
        }
    }

    /// A customer whose name is like the text; one that was found otherwise stays as it was.
    fn add_candidate(&mut self, customer: &Candidate) {
        let href = format!("/dashboard/referrals/{}", customer.id);
        if customer.merged_into.is_some() || self.hits.iter().any(|(_, known, _)| known.href == href) {
            return;
        }
        let text = [&customer.name, &customer.email, &customer.customer_key].into_iter().flatten().next();
        let text = text.cloned().unwrap_or_else(|| "Without a name".into());
        let known = [customer.email.clone().filter(|email| *email != text), customer.customer_key.clone()];
        let sub = known.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        self.hits.push((Kind::Customer, Hit { href, text, sub }, Fit::Part));
    }

    /// The one page to go to: the only exact hit, if the text cannot mean anything else.
    fn only(&self) -> Option<String> {
        if self.hits.iter().any(|(_, _, fit)| *fit == Fit::Shown) {
            return None;
        }
        let exact = |(_, _, fit): &&(Kind, Hit, Fit)| *fit != Fit::Part;
        let (_, first, fit) = self.hits.iter().find(exact)?;
        let alone = self.hits.iter().filter(exact).all(|(_, hit, _)| hit.href == first.href);
        let sure = *fit == Fit::Sure || self.hits.iter().all(|(_, hit, _)| hit.href == first.href);
        (alone && sure).then(|| first.href.clone())
    }

    fn groups(self) -> Vec<Group> {
        let group = |kind, title, icon| Group {
            title,
            icon,
            hits: self.hits.iter().filter(|(found, ..)| *found == kind).map(|(_, hit, _)| hit.clone()).collect(),
        };
        let groups = [
            group(Kind::Customer, "Customers", "referrals"),
            group(Kind::Payment, "Payments", "sale"),
            group(Kind::Partner, "Partners and links", "partners"),
            group(Kind::Click, "Clicks", "clicks"),
            group(Kind::Other, "Other", "clock"),
        ];
        groups.into_iter().filter(|group| !group.hits.is_empty()).collect()
    }
}

async fn look_up(
    conn: &mut Conn,
    visitor: &Visitor,
    reading: &Reading,
    text: &SearchText,
    found: &mut Found,
) -> Result<(), StoreError> {
    let tenant = &visitor.tenant;
    // A number or an address means one thing; a word may mean several.
    let telling = text.is_address || text.text.chars().any(|c| c.is_ascii_digit() || c == '_' || c == '=');
    let fit = if telling { Fit::Sure } else { Fit::Exact };
    match reading {
        Reading::Object(key) => object(conn, visitor, key, found).await?,
        Reading::ClickId(xid) => click(conn, visitor, xid, found).await?,
        Reading::Email(email) => {
            if let Some(customer) = search::customer_named(conn, tenant, MatchedBy::Email, email.as_str()).await? {
                found.add(Kind::Customer, customer_hit(&customer), Fit::Sure);
            }
            if let Some(partner) = partners::find_by_email(conn, tenant, email).await? {
                let name = partner_name(&partner);
                let sub = format!("{} · {}", partner.key, partner.email);
                found.add(Kind::Partner, partner_hit(partner.id.as_str(), &name, &sub), Fit::Sure);
            }
        }
        Reading::PartnerKey(key) | Reading::DecodedPartnerKey(key) => {
            let decoded = matches!(reading, Reading::DecodedPartnerKey(_));
            for partner in search::partners_by_key(conn, tenant, key.as_str(), MOST).await? {
                let same = partner.partner_key == key.as_str();
                let fit = if !same {
                    Fit::Part
                } else if decoded {
                    Fit::Sure
                } else {
                    fit
                };
                found.add(Kind::Partner, found_partner(&partner), fit);
            }
        }
        Reading::LinkKey(slug) => link(conn, visitor, slug, fit, found).await?,
        Reading::Key(key) => {
            for kind in [MatchedBy::CustomerKey, MatchedBy::ProviderKey] {
                if let Some(customer) = search::customer_named(conn, tenant, kind, key.as_str()).await? {
                    found.add(Kind::Customer, customer_hit(&customer), fit);
                }
            }
            // The same key in another spelling is another customer to programs, and often the same person.
            let folded = fold_key(key.as_str());
            for customer in candidates::list_by_folded_key(conn, tenant, &folded, MOST).await? {
                found.add_candidate(&customer);
            }
            for id in search::payments_named(conn, tenant, key.as_str(), MOST).await? {
                payment(conn, visitor, &id, fit, found).await?;
            }
            if let Some(event) = deliveries::find_by_provider_event(conn, tenant, "stripe", key.as_str()).await? {
                let href = format!("{}/deliveries/{event}", super::webhook_list::PATH);
                let hit = Hit { href, text: format!("Delivery {key}"), sub: "What your payment provider sent".into() };
                found.add(Kind::Other, hit, Fit::Sure);
            }
            if key.as_str().chars().count() >= 3 && !key.as_str().contains(' ') {
                for customer in search::customers_by_email_start(conn, tenant, key.as_str(), MOST).await? {
                    found.add(Kind::Customer, customer_hit(&customer), Fit::Part);
                }
            }
        }
        Reading::Name(name) => {
            by_name(conn, visitor, name, found).await?;
            let filter = partners::PartnerFilter { search: Some(name.clone()), ..partners::PartnerFilter::default() };
            for partner in partners::list(conn, tenant, &filter, &Page::first(8)).await?.items {
                let name = partner_name(&partner);
                let sub = format!("{} · {}", partner.key, partner.email);
                found.add(Kind::Partner, partner_hit(partner.id.as_str(), &name, &sub), Fit::Part);
            }
        }
    }
    Ok(())
}

/// Customers of this name or one much like it: misspelt, in another order, without its accents, or only its beginning.
async fn by_name(conn: &mut Conn, visitor: &Visitor, name: &str, found: &mut Found) -> Result<(), StoreError> {
    let asked = words(name);
    let begins = |other: &str| {
        let theirs = words(other);
        asked.iter().all(|word| theirs.iter().any(|their| their.starts_with(word.as_str())))
    };
    let mut alike: Vec<(u32, Candidate)> = Vec::new();
    for probe in probes(name) {
        for candidate in candidates::list_by_name(conn, &visitor.tenant, &probe, PROBED).await? {
            let other = candidate.name.as_deref().unwrap_or_default();
            let weight = if begins(other) { 1_000 } else { similarity(name, other) };
            if weight >= ALIKE && alike.iter().all(|(_, known)| known.id != candidate.id) {
                alike.push((weight, candidate));
            }
        }
    }
    alike.sort_by_key(|(weight, candidate)| (std::cmp::Reverse(*weight), std::cmp::Reverse(candidate.created_at)));
    alike.iter().take(MOST as usize).for_each(|(_, candidate)| found.add_candidate(candidate));
    Ok(())
}

async fn object(conn: &mut Conn, visitor: &Visitor, key: &ObjectKey, found: &mut Found) -> Result<(), StoreError> {
    let tenant = &visitor.tenant;
    let mut other = |href: String, text: &str, sub: String| {
        found.add(Kind::Other, Hit { href, text: text.to_owned(), sub }, Fit::Sure);
    };
    match key {
        ObjectKey::Customer(id) => customer(conn, visitor, id, found).await?,
        ObjectKey::Partner(id) => {
            if let Some(partner) = partners::find(conn, tenant, id).await? {
                let hit = partner_hit(id.as_str(), &partner_name(&partner), partner.key.as_str());
                found.add(Kind::Partner, hit, Fit::Sure);
            }
        }
        ObjectKey::Transaction(id) => payment(conn, visitor, id, Fit::Sure, found).await?,
        ObjectKey::Commission(id) => {
            if let Some(kept) = crate::store::earning::commissions::find(conn, tenant, id).await? {
                let href = match kept.customer {
                    Some(customer) => format!("/dashboard/referrals/{customer}#commissions-title"),
                    None => format!("/dashboard/partners/{}", kept.partner),
                };
                other(href, "Commission", money(kept.amount));
            }
        }
        ObjectKey::Link(id) => {
            if let Some(link) = links::find(conn, tenant, id).await? {
                let hit =
                    partner_hit(link.partner.as_str(), &format!("Link {}", link.link_key.as_str()), link.dest.as_str());
                found.add(Kind::Partner, hit, Fit::Sure);
            }
        }
        ObjectKey::Event(id) => {
            if let Some(event) = events::find(conn, tenant, id).await? {
                other(format!("/dashboard/events/{id}"), "Event", event.kind);
            }
        }
        ObjectKey::Offer(id) => {
            if let Some(offer) = offers::find(conn, tenant, id).await? {
                other("/dashboard/offers".into(), "Offer", offer.latest.description);
            }
        }
        ObjectKey::Group(id) => {
            if let Some(group) = groups::find(conn, &tenant.program, id).await? {
                other("/dashboard/partners".into(), "Group", group.name);
            }
        }
        ObjectKey::Endpoint(id) => {
            if endpoints::list(conn, tenant).await?.iter().any(|endpoint| endpoint.key == *id) {
                other(super::webhook_list::PATH.into(), "Webhook address", id.to_string());
            }
        }
    }
    Ok(())
}

async fn customer(conn: &mut Conn, visitor: &Visitor, id: &CustomerId, found: &mut Found) -> Result<(), StoreError> {
    if let Some(entry) = customers::find(conn, &visitor.tenant, id).await? {
        let sub = entry.customer.identity.email.as_ref().map(ToString::to_string).unwrap_or_default();
        let href = format!("/dashboard/referrals/{}", entry.merged_into.as_ref().unwrap_or(id));
        found.add(Kind::Customer, Hit { href, text: called(&entry.customer), sub }, Fit::Sure);
    }
    Ok(())
}

async fn payment(
    conn: &mut Conn,
    visitor: &Visitor,
    id: &TransactionId,
    fit: Fit,
    found: &mut Found,
) -> Result<(), StoreError> {
    let Some(kept) = transactions::find(conn, &visitor.tenant, id).await? else { return Ok(()) };
    let Some(customer) = &kept.customer else { return Ok(()) };
    let Some(entry) = customers::find(conn, &visitor.tenant, customer).await? else { return Ok(()) };
    let at = visitor.calendar.day(kept.transaction.occurred_at);
    let hit = Hit {
        href: format!("/dashboard/referrals/{customer}#payments-title"),
        text: format!("{} by {}", money(kept.transaction.amount), called(&entry.customer)),
        sub: format!("{} · {at}", kept.transaction.key),
    };
    found.add(Kind::Payment, hit, fit);
    Ok(())
}

async fn link(conn: &mut Conn, visitor: &Visitor, slug: &Slug, fit: Fit, found: &mut Found) -> Result<(), StoreError> {
    let Some(link) = links::find_by_link_key(conn, &visitor.tenant, slug).await? else { return Ok(()) };
    let Some(partner) = partners::find(conn, &visitor.tenant, &link.partner).await? else { return Ok(()) };
    let text = format!("Link {} of {}", link.link_key.as_str(), partner_name(&partner));
    found.add(Kind::Partner, partner_hit(partner.id.as_str(), &text, link.dest.as_str()), fit);
    Ok(())
}

/// A click has no page of its own: whom it brought, else whose link it was on.
async fn click(conn: &mut Conn, visitor: &Visitor, xid: &Xid, found: &mut Found) -> Result<(), StoreError> {
    let tenant = &visitor.tenant;
    let Ok(fields) = visitor.app.xid_keys().verify(xid.as_str()) else { return Ok(()) };
    let brought = search::customers_of_click(conn, tenant, fields.key, MOST).await?;
    for customer in &brought {
        found.add(Kind::Customer, customer_hit(customer), Fit::Part);
    }
    let Some(click) = click_lists::find(conn, tenant, fields.key).await? else { return Ok(()) };
    let (_, label, _) = outcome_words(click.outcome.as_str());
    let query =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("partner", &click.partner_key).finish();
    let hit = Hit {
        href: format!("/dashboard/clicks?{query}"),
        text: format!("Click on {}, {}", click.link_key, label.to_lowercase()),
        sub: format!(
            "{} · partner {} · {}",
            visitor.calendar.moment(click.occurred_at).short,
            click.partner_key,
            if brought.is_empty() { "no sign-up came with it" } else { "it came with a sign-up" }
        ),
    };
    found.add(Kind::Click, hit, Fit::Shown);
    Ok(())
}

fn customer_hit(customer: &FoundCustomer) -> Hit {
    let known = [
        customer.email.clone().filter(|email| *email != customer.name),
        customer.customer_key.clone(),
        Some(match &customer.partner {
            Some(partner) => format!("through {}", partner.name),
            None => "no partner".into(),
        }),
    ];
    let href = format!("/dashboard/referrals/{}", customer.id);
    Hit { href, text: customer.name.clone(), sub: known.into_iter().flatten().collect::<Vec<_>>().join(" · ") }
}

fn found_partner(partner: &FoundPartner) -> Hit {
    let sub = format!("{} · {}", partner.partner_key, partner.email);
    partner_hit(partner.id.as_str(), &partner.name, &sub)
}

fn partner_hit(id: &str, text: &str, sub: &str) -> Hit {
    let Ref { text, href } = Ref::partner(id, text);
    Hit { href, text, sub: sub.to_owned() }
}

/// `an e-mail address, a name or a link`.
fn listed(tried: &[&str]) -> String {
    match tried {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [firsts @ .., last] => format!("{} or {last}", firsts.join(", ")),
    }
}

/// The investigation with the text filled in.
fn investigate(text: &SearchText) -> String {
    let fields = text.form_fields();
    if fields.is_empty() {
        return "/dashboard/investigate".into();
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!("/dashboard/investigate?{query}")
}

#[cfg(test)]
impl SearchPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::LONG;
        let hit = |href: &str, text: &str, sub: &str| Hit { href: href.into(), text: text.into(), sub: sub.into() };
        let typical = Self {
            chrome: Chrome::sample(Section::Home),
            q: "bo".into(),
            groups: vec![
                Group {
                    title: "Customers",
                    icon: "referrals",
                    hits: vec![
                        hit("/dashboard/referrals/cus_1", "Bo Park", "bo@park.test · u-81 · no partner"),
                        hit("/dashboard/referrals/cus_2", LONG, ""),
                    ],
                },
                Group {
                    title: "Partners and links",
                    icon: "partners",
                    hits: vec![
                        hit("/dashboard/partners/part_1", "Bo Lindqvist", "bo · bo@partners.test"),
                        hit("/dashboard/partners/part_1", "Link bo of Bo Lindqvist", "https://www.acme.test/pricing"),
                    ],
                },
            ],
            tried: "a partner key, a link or a name".into(),
            investigate: "/dashboard/investigate?name=bo".into(),
        };
        let nothing = Self { groups: Vec::new(), q: "<script>alert(1)</script>".into(), ..typical.clone() };
        let empty = Self { groups: Vec::new(), q: String::new(), tried: String::new(), ..typical.clone() };
        vec![("search_show", typical), ("search_show_nothing", nothing), ("search_show_empty", empty)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_exact_hit_is_gone_to_and_several_are_shown() {
        let hit = |href: &str| Hit { href: href.into(), text: href.into(), sub: String::new() };
        let only = |hits: &[(&str, Fit)]| {
            let mut found = Found::default();
            hits.iter().for_each(|(href, fit)| found.add(Kind::Other, hit(href), *fit));
            found.only()
        };
        assert_eq!(only(&[]), None);
        assert_eq!(only(&[("/a", Fit::Part)]), None, "part of a name is shown, not gone to");
        assert_eq!(only(&[("/a", Fit::Exact)]).as_deref(), Some("/a"));
        assert_eq!(only(&[("/a", Fit::Exact), ("/b", Fit::Part)]), None);
        assert_eq!(only(&[("/a", Fit::Sure), ("/b", Fit::Part)]).as_deref(), Some("/a"));
        assert_eq!(only(&[("/a", Fit::Sure), ("/b", Fit::Exact)]), None);
        assert_eq!(only(&[("/a", Fit::Sure), ("/b", Fit::Shown)]), None);
        assert_eq!(only(&[("/a", Fit::Part), ("/a", Fit::Sure)]).as_deref(), Some("/a"), "found twice is one");
    }

    #[test]
    fn what_was_tried_reads_as_a_sentence() {
        assert_eq!(listed(&["a name"]), "a name");
        assert_eq!(listed(&["a link", "an order", "a name"]), "a link, an order or a name");
        assert_eq!(investigate(&SearchText::read("Ada & Bo")), "/dashboard/investigate?name=Ada+%26+Bo");
        assert_eq!(investigate(&SearchText::read("")), "/dashboard/investigate");
    }
}
