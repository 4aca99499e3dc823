//! The demo's program: its owner, groups, partners, links and offers, made by the flows that people use.

use super::plan::PARTNERS;
use super::{Shop, SignIn};
use crate::app::App;
use crate::cli::setup::{self, SetupInput};
use crate::flows::earning::create_offer::{NewOffer, create_offer};
use crate::flows::program::create_group::create_group;
use crate::flows::program::create_link::{NewLink, create_link};
use crate::flows::program::create_partner::{NewPartner, create_partner};
use crate::store::audit::Actor;
use anyhow::Context;
use whence_domain::earning::{Limits, ProductRules, Terms, Trigger};
use whence_domain::program::{Destination, Email, PartnerKey, Slug};
use whence_domain::{Currency, Mode, Money, ProgramId, Rate, Tenant};

/// The agencies' group.
const AGENCIES: &str = "agencies";

/// Makes the program. `site` is the shop's address.
///
/// # Errors
/// What a flow refused.
pub async fn set_up(app: &App, site: &str) -> anyhow::Result<(Shop, SignIn)> {
    let sign_in = SignIn { email: "demo@example.com", password: "demo-demo-demo" };
    // The app host is the link host too, so that the demo needs no name but localhost; links are below /l/ then.
    let host = app.config.app_url.host_str().unwrap_or("localhost").to_owned();
    let input = SetupInput {
        program: "Lumen Notes".into(),
        site: site.into(),
        link_host: host,
        currency: "EUR".into(),
        email: sign_in.email.into(),
        password: sign_in.password.into(),
        time_zone: "UTC".into(),
    };
    let made = setup::set_up(app, &input).await?;
    let program = ProgramId::parse(&made.program_key).context("the new program has a key")?;
    let tenant = Tenant::new(program.clone(), Mode::Live);
    let agencies = Slug::parse(AGENCIES)?;
    create_group(app, &program, Actor::System, "Agencies".into(), agencies).await?;
    make_partners(app, &tenant, site).await?;
    make_press_link(app, &tenant, site).await?;
    make_offers(app, &tenant).await?;
    let shop = Shop {
        slug: made.program_slug,
        site: site.to_owned(),
        public_key: made.public_key,
        webhook_path: made.stripe_webhook_path,
        webhook_secret: made.stripe_webhook_secret,
        snippet: "1.0.0",
    };
    Ok((shop, sign_in))
}

async fn make_partners(app: &App, tenant: &Tenant, site: &str) -> anyhow::Result<()> {
    for partner in &PARTNERS {
        let new = NewPartner {
            key: Some(PartnerKey::parse(partner.key)?),
            email: Email::parse(&format!("{}@partners.example", partner.key))?,
            first_name: partner.first.into(),
            last_name: partner.last.into(),
            group: partner.agency.then(|| AGENCIES.into()),
        };
        create_partner(app, tenant, Actor::System, new).await?;
        let link = NewLink {
            partner: partner.key.into(),
            dest: Destination::parse(&format!("{site}/"))?,
            link_key: Some(Slug::parse(&partner.key.to_lowercase())?),
            title: Some(format!("{}'s link", partner.first)),
        };
        create_link(app, tenant, Actor::System, link).await?;
    }
    Ok(())
}

/// A link to a page that lacks the snippet: its checks say so.
async fn make_press_link(app: &App, tenant: &Tenant, site: &str) -> anyhow::Result<()> {
    let link = NewLink {
        partner: PARTNERS[0].key.into(),
        dest: Destination::parse(&format!("{site}/press"))?,
        link_key: Some(Slug::parse("press")?),
        title: Some("What others say".into()),
    };
    create_link(app, tenant, Actor::System, link).await?;
    Ok(())
}

async fn make_offers(app: &App, tenant: &Tenant) -> anyhow::Result<()> {
    let euro = Currency::parse("EUR").context("EUR is a currency")?;
    let offer = |description: &str, terms, limits, group: Option<&str>, hold_days| NewOffer {
        description: description.into(),
        trigger: Trigger::Transaction,
        terms,
        limits,
        rules: ProductRules::default(),
        hold_days,
        group: group.map(str::to_owned),
    };
    let year = Limits { months: Some(12), ..Limits::default() };
    let first = Limits { first_n: Some(1), ..Limits::default() };
    let offers = [
        offer(
            "20 % of every payment in the first year",
            Terms::Percent { rate: Rate::from_ppm(200_000) },
            year,
            Some("default"),
            0,
        ),
        offer(
            "30 % for agencies, for good",
            Terms::Percent { rate: Rate::from_ppm(300_000) },
            Limits::default(),
            Some(AGENCIES),
            14,
        ),
        offer("10 EUR for a first payment", Terms::Flat { amount: Money::new(1_000, euro) }, first, None, 0),
    ];
    for new in offers {
        create_offer(app, tenant, Actor::System, new).await?;
    }
    Ok(())
}
