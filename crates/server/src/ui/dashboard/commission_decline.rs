//! Declining a commission, with a reason that the partner may read.

use super::commission_list::decide;
use super::rows::CommissionRow;
use crate::store::dashboard::commissions;
use crate::ui::answer::{UiError, own_path, page, refused};
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::visitor::{Narrowed, Posted, Visitor};
use crate::ui::words::commission_row;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use whence_domain::CommissionId;
use whence_domain::earning::commission::Verdict;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/commission_decline.html")]
pub struct CommissionDeclinePage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// The commission.
    pub commission: CommissionRow,
    /// What was typed.
    pub reason: String,
    /// Why that was refused.
    pub error: Option<String>,
    /// Where to go afterwards.
    pub back: String,
}

/// What the form holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    reason: String,
    back: String,
}

/// `GET /dashboard/commissions/{id}/decline`.
pub async fn form(
    visitor: Visitor,
    Path(id): Path<String>,
    Narrowed(form): Narrowed<Form>,
) -> Result<Response, UiError> {
    let shown = assemble(&visitor, &id, form, None).await?;
    page(&visitor, &shown)
}

/// `POST /dashboard/commissions/{id}/decline`.
pub async fn decline(Path(id): Path<String>, Posted { visitor, form }: Posted<Form>) -> Result<Response, UiError> {
    let reason = form.reason.trim().to_owned();
    let error = match reason.chars().count() {
        0 => "Give the partner a reason.",
        1..=500 => return decide(&id, visitor, Verdict::Decline, Some(reason), &form.back).await,
        _ => "A reason has at most 500 characters.",
    };
    let shown = assemble(&visitor, &id, form, Some(error.to_owned())).await?;
    refused(&visitor, &shown)
}

async fn assemble(
    visitor: &Visitor,
    id: &str,
    form: Form,
    error: Option<String>,
) -> Result<CommissionDeclinePage, UiError> {
    let id = CommissionId::parse(id).ok_or(UiError::NotFound)?;
    let filter = commissions::Filter { id: Some(id), ..commissions::Filter::default() };
    let mut conn = visitor.app.store.read().await?;
    let found = commissions::list(&mut conn, &visitor.tenant, &filter, 1).await?;
    let commission = commission_row(&visitor.calendar, found.first().ok_or(UiError::NotFound)?);
    Ok(CommissionDeclinePage {
        chrome: visitor.chrome(Section::Commissions),
        commission,
        reason: form.reason,
        error,
        back: own_path(&form.back, "/dashboard/commissions").to_owned(),
    })
}

#[cfg(test)]
impl CommissionDeclinePage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use crate::ui::layout::Section;
        let page = Self {
            chrome: Chrome::sample(Section::Commissions),
            commission: super::rows::samples::commissions().remove(0),
            reason: String::new(),
            error: None,
            back: "/dashboard/commissions".into(),
        };
        let refused = Self { error: Some("Give the partner a reason.".into()), ..page.clone() };
        vec![("commission_decline", page), ("commission_decline_refused", refused)]
    }
}
