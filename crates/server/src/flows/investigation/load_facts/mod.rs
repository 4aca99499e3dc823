//! Everything that bears on a question, each kind in its own file. All of it is read along indexes, in few and bounded
//! statements, so that the cost does not grow with what is stored.

mod checks;
mod clicks;
mod customer;
mod elsewhere;
mod landings;
mod misses;
mod others;
mod pages;
mod payments;
mod refusals;

use super::investigate::Asked;
use super::resolve::Meant;
use crate::app::App;
use crate::store::earning::offers;
use crate::store::program::{hosts, partners, programs};
use crate::store::{Conn, StoreError};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use whence_domain::investigation::facts::{CustomerFacts, Facts, Question};
use whence_domain::program::{Partner, Policy, Program};
use whence_domain::tracking::agent::{Browser, Device};
use whence_domain::tracking::cookie::same_site;
use whence_domain::{CustomerId, Instant, PartnerId, Period, Tenant};

/// Whom and what a question is about.
pub(super) struct Resolved {
    pub customer: Option<CustomerId>,
    pub partner: Meant,
    pub period: Period,
    pub policies: Vec<Policy>,
    pub now: Instant,
}

/// What every loader reads.
struct Scope<'a> {
    tenant: &'a Tenant,
    program: &'a Program,
    zone: &'a TimeZone,
    meant: &'a Meant,
    policies: &'a [Policy],
    period: Period,
    now: Instant,
}

impl Scope<'_> {
    /// The partner who asks; else the one that the customer is taken to belong to.
    fn asking(&self) -> Option<&Partner> {
        self.meant.partner.as_ref()
    }

    /// When the customer signed up; where nobody is known, the end of the period.
    fn moment(&self, customer: Option<&CustomerFacts>) -> Instant {
        customer.map_or(self.period.end.min(self.now), |customer| customer.signed_up_at)
    }
}

/// Loads the facts of a question.
pub(super) async fn load(
    conn: &mut Conn,
    app: &App,
    tenant: &Tenant,
    asked: &Asked,
    resolved: Resolved,
) -> Result<Facts, StoreError> {
    let Resolved { customer, partner: meant, period, policies, now } = resolved;
    let program = programs::get(conn, &tenant.program).await?;
    let zone = TimeZone::get(&program.time_zone).unwrap_or(TimeZone::UTC);
    let scope = Scope { tenant, program: &program, zone: &zone, meant: &meant, policies: &policies, period, now };

    let customer = match customer {
        Some(id) => customer::load(conn, &scope, &id).await?,
        None => None,
    };
    let described = customer.as_ref().map(|(_, identity)| identity.clone());
    let customer = customer.map(|(facts, _)| facts);
    let (clicks, click_count) = clicks::load(conn, app, &scope, customer.as_ref()).await?;
    let landings = landings::load(conn, &scope, customer.as_ref(), &clicks).await?;
    let pages = pages::load(conn, &scope, customer.as_ref(), &clicks).await?;
    let others = match &described {
        Some(identity) => others::load(conn, &scope, customer.as_ref(), identity).await?,
        None => Vec::new(),
    };
    let refusals = refusals::load(conn, &scope, customer.as_ref()).await?;
    let elsewhere = elsewhere::load(conn, &scope, asked, described.as_ref()).await?;
    let misses = misses::load(conn, &scope, customer.as_ref()).await?;
    let checks = checks::load(conn, &scope, customer.as_ref(), &clicks).await?;
    let payments = payments::load(conn, &scope, customer.as_ref(), described.as_ref()).await?;

    let mut named: BTreeSet<PartnerId> = clicks.iter().map(|click| click.partner.clone()).collect();
    named.extend(meant.partner.iter().map(|partner| partner.id.clone()));
    if let Some(customer) = &customer {
        named.extend(customer::partners_of(customer));
    }
    named.extend(others.iter().flat_map(|other| {
        other.partner.iter().cloned().chain(other.touches.iter().map(|touch| touch.partner.clone()))
    }));
    let mut versions = Vec::new();
    for partner in &named {
        versions.extend(partners::list_versions(conn, tenant, partner).await?);
    }
    let link_hosts = hosts::list(conn, &tenant.program).await?;
    Ok(Facts {
        now,
        mode: tenant.mode,
        question: question(asked, &scope),
        offers: offers::list_versions(conn, tenant).await?,
        partners: versions,
        customer,
        others,
        clicks,
        click_count,
        landings,
        pages,
        checks,
        misses,
        refusals,
        elsewhere,
        payments,
        link_host_on_site: link_hosts.iter().any(|host| same_site(&host.host, &program.site_domain)),
        // Nothing is forgotten yet, and no time at which nothing was taken in is recorded.
        kept_since: None,
        outages: Vec::new(),
        policies,
        zone,
    })
}

fn question(asked: &Asked, scope: &Scope<'_>) -> Question {
    Question {
        partner: scope.meant.partner.as_ref().map(|partner| partner.id.clone()),
        link: scope.meant.link.as_ref().map(|link| link.id.clone()),
        link_unknown: scope.meant.link_unknown,
        period: scope.period,
        describes_customer: asked.describes_customer(),
        browser: asked.browser.as_deref().and_then(browser),
        device: asked.device.as_deref().and_then(device),
        same_browser: asked.same_browser,
    }
}

/// The family that a person means, in their own words: `Safari on my phone`.
fn browser(text: &str) -> Option<Browser> {
    let text = text.to_lowercase();
    let families = [
        ("edge", Browser::Edge),
        ("opera", Browser::Opera),
        ("samsung", Browser::Samsung),
        ("firefox", Browser::Firefox),
        ("chrom", Browser::Chrome),
        ("safari", Browser::Safari),
        ("iphone", Browser::Safari),
        ("ipad", Browser::Safari),
        ("other", Browser::Other),
    ];
    families.into_iter().find(|(word, _)| text.contains(word)).map(|(_, family)| family)
}

/// The kind of device that a person means.
fn device(text: &str) -> Option<Device> {
    let text = text.to_lowercase();
    let kinds = [
        ("tablet", Device::Tablet),
        ("ipad", Device::Tablet),
        ("phone", Device::Phone),
        ("android", Device::Phone),
        ("mobile", Device::Phone),
        ("pixel", Device::Phone),
        ("galaxy", Device::Phone),
        ("tv", Device::Tv),
        ("console", Device::Tv),
        ("mac", Device::Desktop),
        ("laptop", Device::Desktop),
        ("computer", Device::Desktop),
        ("desktop", Device::Desktop),
        ("windows", Device::Desktop),
        ("linux", Device::Desktop),
        ("pc", Device::Desktop),
        ("other", Device::Other),
    ];
    kinds.into_iter().find(|(word, _)| text.contains(word)).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_call_their_browser_and_device_is_understood() {
        for (text, expected) in [
            ("Safari", Some(Browser::Safari)),
            ("Google Chrome on my Mac", Some(Browser::Chrome)),
            ("iPhone", Some(Browser::Safari)),
            ("Microsoft Edge", Some(Browser::Edge)),
            ("I do not know", None),
        ] {
            assert_eq!(browser(text), expected, "{text}");
        }
        for (text, expected) in [
            ("iPhone 17", Some(Device::Phone)),
            ("iPad", Some(Device::Tablet)),
            ("my MacBook", Some(Device::Desktop)),
            ("work PC", Some(Device::Desktop)),
            ("an Android", Some(Device::Phone)),
            ("dunno", None),
        ] {
            assert_eq!(device(text), expected, "{text}");
        }
    }
}
