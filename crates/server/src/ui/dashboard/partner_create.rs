//! Adding a partner.

use crate::flows::Refusal;
use crate::flows::program::create_link::{NewLink, create_link};
use crate::flows::program::create_partner::{CreatePartnerError, NewPartner, create_partner};
use crate::store::program::groups;
use crate::store::{Page, StoreError};
use crate::ui::answer::{UiError, done, page, refused};
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::visitor::{Posted, Visitor};
use askama::Template;
use axum::response::Response;
use whence_domain::program::{Destination, Email, Partner, PartnerKey, Role, Slug};

/// What the form holds.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Form {
    /// Their name.
    pub name: String,
    /// Their e-mail.
    pub email: String,
    /// The wished partner key; made from the name if empty.
    pub partner_key: String,
    /// The group.
    pub group: String,
}

/// A choice in a list.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What it reads.
    pub label: String,
    /// Whether it is chosen.
    pub selected: bool,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/partner_create.html")]
pub struct PartnerCreatePage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What was typed.
    pub form: Form,
    /// The groups to choose from.
    pub groups: Vec<Choice>,
    /// The field that was refused, and why.
    pub error: Option<(&'static str, String)>,
}

impl PartnerCreatePage {
    /// Why the field was refused, or nothing.
    pub fn error_of(&self, field: &str) -> &str {
        self.error.as_ref().filter(|(name, _)| *name == field).map_or("", |(_, why)| why)
    }
}

/// `GET /dashboard/partners/new`.
pub async fn form(visitor: Visitor) -> Result<Response, UiError> {
    let shown = empty(&visitor, Form::default(), None).await?;
    page(&visitor, &shown)
}

/// `POST /dashboard/partners`: adds the partner, with a first link to the company's site.
pub async fn create(Posted { visitor, form }: Posted<Form>) -> Result<Response, UiError> {
    visitor.require(&[Role::Manager])?;
    let new = match read(&form) {
        Ok(new) => new,
        Err(error) => return refused(&visitor, &empty(&visitor, form, Some(error)).await?),
    };
    let partner = match save(&visitor, new, form.partner_key.trim().is_empty()).await {
        Ok(partner) => partner,
        Err(error) => {
            let field = match error.field() {
                _ if error.failure().is_some() => return Err(UiError::Broken(error.to_string())),
                Some("partner_key") => "partner_key",
                Some("group_key") => "group",
                _ => "email",
            };
            let why = sentence(&error.to_string());
            return refused(&visitor, &empty(&visitor, form, Some((field, why))).await?);
        }
    };
    add_first_link(&visitor, &partner).await?;
    let name = super::partner_list::partner_name(&partner);
    Ok(done(&visitor, &format!("/dashboard/partners/{}", partner.id), &format!("{name} is a partner now.")))
}

/// `an address` as a sentence: `An address.`
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

fn read(form: &Form) -> Result<NewPartner, (&'static str, String)> {
    let name = form.name.trim();
    if name.is_empty() {
        return Err(("name", "Give the partner a name.".into()));
    }
    if name.chars().count() > 200 {
        return Err(("name", "A name has at most 200 characters.".into()));
    }
    let email = Email::parse(&form.email).map_err(|error| ("email", sentence(&error.to_string())))?;
    let key = match form.partner_key.trim() {
        "" => Slug::from_name(name).and_then(|slug| PartnerKey::parse(slug.as_str()).ok()),
        typed => Some(PartnerKey::parse(typed).map_err(|error| ("partner_key", sentence(&error.to_string())))?),
    };
    let (first_name, last_name) = name.rsplit_once(' ').unwrap_or((name, ""));
    Ok(NewPartner {
        key,
        email,
        first_name: first_name.trim().to_owned(),
        last_name: last_name.to_owned(),
        group: (!form.group.is_empty()).then(|| form.group.clone()),
    })
}

/// A key that was made from the name gives way to a drawn one if somebody has it.
async fn save(visitor: &Visitor, new: NewPartner, key_is_ours: bool) -> Result<Partner, CreatePartnerError> {
    match create_partner(&visitor.app, &visitor.tenant, visitor.actor(), new.clone()).await {
        Err(CreatePartnerError::KeyTaken) if key_is_ours => {
            let new = NewPartner { key: None, ..new };
            create_partner(&visitor.app, &visitor.tenant, visitor.actor(), new).await
        }
        outcome => outcome,
    }
}

/// The link is named after the partner if that is free, else drawn.
async fn add_first_link(visitor: &Visitor, partner: &Partner) -> Result<(), UiError> {
    let Ok(dest) = Destination::parse(&visitor.program.site) else { return Ok(()) };
    let link_key = Slug::parse_link_key(partner.key.as_str()).ok();
    let new = NewLink { partner: partner.id.to_string(), dest, link_key, title: None };
    let named = create_link(&visitor.app, &visitor.tenant, visitor.actor(), new.clone()).await;
    if named.is_err() {
        let drawn = NewLink { link_key: None, ..new };
        create_link(&visitor.app, &visitor.tenant, visitor.actor(), drawn)
            .await
            .map_err(|error| UiError::Broken(error.to_string()))?;
    }
    Ok(())
}

/// The program's groups to choose from.
pub async fn groups_of(visitor: &Visitor, chosen: &str, default: bool) -> Result<Vec<Choice>, StoreError> {
    let mut conn = visitor.app.store.read().await?;
    let listed = groups::list(&mut conn, &visitor.tenant.program, &Page::first(100)).await?;
    let groups = listed.items.into_iter().filter(|group| group.archived_at.is_none());
    Ok(groups
        .map(|group| Choice {
            selected: group.id.as_str() == chosen || default && chosen.is_empty() && group.is_default(),
            value: group.id.to_string(),
            label: group.name,
        })
        .collect())
}

async fn empty(
    visitor: &Visitor,
    form: Form,
    error: Option<(&'static str, String)>,
) -> Result<PartnerCreatePage, StoreError> {
    let groups = groups_of(visitor, &form.group, true).await?;
    Ok(PartnerCreatePage { chrome: visitor.chrome(Section::Partners), form, groups, error })
}

#[cfg(test)]
impl PartnerCreatePage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use crate::ui::layout::Section;
        let fresh = Self {
            chrome: Chrome::sample(Section::Partners),
            form: Form::default(),
            groups: vec![
                Choice { value: "grup_1".into(), label: "Default".into(), selected: true },
                Choice { value: "grup_2".into(), label: "Agencies & \"friends\"".into(), selected: false },
            ],
            error: None,
        };
        let refused = Self {
            form: Form { name: "Bo".into(), email: "bo@".into(), ..Form::default() },
            error: Some(("email", "This is not an e-mail address.".into())),
            ..fresh.clone()
        };
        vec![("partner_create", fresh), ("partner_create_refused", refused)]
    }
}
