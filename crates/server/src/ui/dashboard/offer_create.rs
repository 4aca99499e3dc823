//! Making an offer.

use super::partner_create::Choice;
use super::partner_create::{groups_of, sentence};
use crate::flows::Refusal;
use crate::flows::earning::create_offer::{NewOffer, create_offer};
use crate::store::StoreError;
use crate::ui::answer::{UiError, done, page, refused};
use crate::ui::format::{parse_money, parse_percent};
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::visitor::{Posted, Visitor};
use askama::Template;
use axum::response::Response;
use whence_domain::earning::{Limits, ProductRules, Terms, Trigger};
use whence_domain::program::Role;
use whence_domain::{Currency, Rate};

/// What the form holds.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(default)]
pub struct Form {
    /// The company's own name for it.
    pub description: String,
    /// `transaction` or `signup`.
    pub trigger: String,
    /// `percent` or `flat`.
    pub terms: String,
    /// `20`, if percent.
    pub rate: String,
    /// `50.00`, if flat.
    pub amount: String,
    /// The currency of the amount.
    pub currency: String,
    /// How many payments of a customer earn; empty for all.
    pub first_n: String,
    /// For how many months after sign-up; empty for ever.
    pub months: String,
    /// At most so much per customer; empty for no limit.
    pub cap: String,
    /// For how many days a commission waits.
    pub hold_days: String,
    /// The group; empty for every group.
    pub group: String,
}

impl Default for Form {
    fn default() -> Self {
        let empty = String::new;
        Self {
            description: empty(),
            trigger: "transaction".into(),
            terms: "percent".into(),
            rate: "20".into(),
            amount: empty(),
            currency: "USD".into(),
            first_n: empty(),
            months: empty(),
            cap: empty(),
            hold_days: "0".into(),
            group: empty(),
        }
    }
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/offer_create.html")]
pub struct OfferCreatePage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What was typed.
    pub form: Form,
    /// The groups to choose from.
    pub groups: Vec<Choice>,
    /// The field that was refused, and why.
    pub error: Option<(&'static str, String)>,
}

impl OfferCreatePage {
    /// Why the field was refused, or nothing.
    pub fn error_of(&self, field: &str) -> &str {
        self.error.as_ref().filter(|(name, _)| *name == field).map_or("", |(_, why)| why)
    }
}

/// A refused field and why.
type Refused = (&'static str, String);

/// `GET /dashboard/offers/new`.
pub async fn form(visitor: Visitor) -> Result<Response, UiError> {
    let form = Form { currency: visitor.program.currency.code().to_owned(), ..Form::default() };
    let shown = assemble(&visitor, form, None).await?;
    page(&visitor, &shown)
}

/// `POST /dashboard/offers`.
pub async fn create(Posted { visitor, form }: Posted<Form>) -> Result<Response, UiError> {
    visitor.require(&[Role::Manager])?;
    let new = match read(&form, visitor.program.currency) {
        Ok(new) => new,
        Err(error) => return refused(&visitor, &assemble(&visitor, form, Some(error)).await?),
    };
    match create_offer(&visitor.app, &visitor.tenant, visitor.actor(), new).await {
        Ok(offer) => {
            let text = format!("“{}” earns for what happens from now on.", offer.latest.description);
            Ok(done(&visitor, "/dashboard/offers", &text))
        }
        Err(error) if error.failure().is_some() => Err(UiError::Broken(error.to_string())),
        Err(error) => {
            let field = match error.field() {
                Some("group_key") => "group",
                Some("terms.amount") => "amount",
                Some("limits") => "first_n",
                Some("hold_days") => "hold_days",
                _ => "rate",
            };
            let error = Some((field, sentence(&error.to_string())));
            refused(&visitor, &assemble(&visitor, form, error).await?)
        }
    }
}

fn read(form: &Form, program_currency: Currency) -> Result<NewOffer, Refused> {
    let description = form.description.trim();
    if !(1..=200).contains(&description.chars().count()) {
        return Err(("description", "Give the offer a name of at most 200 characters.".into()));
    }
    let trigger = if form.trigger == "signup" { Trigger::Signup } else { Trigger::Transaction };
    let currency = match form.currency.trim() {
        "" => program_currency,
        code => Currency::parse(code).ok_or_else(|| ("amount", format!("There is no currency {code}.")))?,
    };
    let cap = match form.cap.trim() {
        "" => None,
        typed => Some(parse_money(typed, currency).ok_or(("cap", "This is not an amount.".to_owned()))?.minor),
    };
    Ok(NewOffer {
        description: description.to_owned(),
        trigger,
        terms: read_terms(form, trigger, currency)?,
        limits: Limits {
            first_n: read_number("first_n", &form.first_n)?,
            months: read_number("months", &form.months)?,
            cap_amount: cap,
        },
        rules: ProductRules::default(),
        hold_days: read_number("hold_days", &form.hold_days)?.unwrap_or(0),
        group: (!form.group.is_empty()).then(|| form.group.clone()),
    })
}

fn read_terms(form: &Form, trigger: Trigger, currency: Currency) -> Result<Terms, Refused> {
    if form.terms == "flat" {
        let amount = parse_money(&form.amount, currency).filter(|amount| amount.minor > 0);
        let why = format!("Such as {}.", if currency.exponent() == 0 { "500" } else { "50.00" });
        return amount.map(|amount| Terms::Flat { amount }).ok_or(("amount", why));
    }
    if trigger == Trigger::Signup {
        return Err(("rate", "Nothing is paid at a sign-up, so it cannot earn a share. Choose a fixed amount.".into()));
    }
    let ppm = parse_percent(&form.rate).filter(|ppm| *ppm > 0);
    let rate = ppm.ok_or(("rate", "More than 0 and at most 100, such as 20 or 12.5.".to_owned()))?;
    Ok(Terms::Percent { rate: Rate::from_ppm(rate) })
}

fn read_number(field: &'static str, typed: &str) -> Result<Option<u32>, Refused> {
    match typed.trim() {
        "" => Ok(None),
        typed => typed.parse().map(Some).map_err(|_| (field, "A whole number, or empty.".to_owned())),
    }
}

async fn assemble(visitor: &Visitor, form: Form, error: Option<Refused>) -> Result<OfferCreatePage, StoreError> {
    let groups = groups_of(visitor, &form.group, false).await?;
    Ok(OfferCreatePage { chrome: visitor.chrome(Section::Offers), form, groups, error })
}

#[cfg(test)]
impl OfferCreatePage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use crate::ui::layout::Section;
        let fresh = Self {
            chrome: Chrome::sample(Section::Offers),
            form: Form::default(),
            groups: vec![Choice { value: "grup_1".into(), label: "Default".into(), selected: false }],
            error: None,
        };
        let mut refused = fresh.clone();
        refused.form.rate = "120".into();
        refused.error = Some(("rate", "A share of at most 100%.".into()));
        vec![("offer_create", fresh), ("offer_create_refused", refused)]
    }
}
