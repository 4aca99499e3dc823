//! Removing what test mode gathered: how much there is, a confirmation, and the removal.

use super::snippet_test::{PATH as TEST, ROLES};
use crate::flows::operations::remove_test_data::{preview, remove_test_data};
use crate::store::program::test_data::Counts;
use crate::ui::answer::{UiError, done, not_done, page, refused};
use crate::ui::format::count;
use crate::ui::layout::{Chrome, Section};
use crate::ui::visitor::{Posted, Visitor};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use whence_domain::Mode;

const PATH: &str = "/dashboard/integrations/test/remove";

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/test_data_remove.html")]
pub struct RemoveTestDataPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Things and how many there are.
    pub rows: Vec<(&'static str, String)>,
    /// Whether there is nothing.
    pub is_empty: bool,
    /// Why the form was refused.
    pub error: Option<String>,
}

/// The confirmation.
#[derive(Deserialize)]
pub struct Form {
    #[serde(default)]
    confirmed: String,
}

/// `GET /dashboard/integrations/test/remove`.
pub async fn form(visitor: Visitor) -> Result<Response, UiError> {
    let shown = assemble(&visitor, None).await?;
    page(&visitor, &shown)
}

/// `POST /dashboard/integrations/test/remove`.
pub async fn remove(Posted { visitor, form }: Posted<Form>) -> Result<Response, UiError> {
    visitor.require(ROLES)?;
    if visitor.tenant.mode == Mode::Live {
        return Ok(not_done(&visitor, PATH, "Switch to test mode first: live data are never removed here."));
    }
    if form.confirmed != "yes" {
        let shown = assemble(&visitor, Some("Confirm first that these data may go.".into())).await?;
        return refused(&visitor, &shown);
    }
    let removed = remove_test_data(&visitor.app, &visitor.tenant.program, visitor.actor()).await?;
    if removed.whole {
        return Ok(done(&visitor, TEST, "The test data are gone. Partners, links, offers and keys have stayed."));
    }
    let rows = i64::try_from(removed.rows).unwrap_or(i64::MAX);
    let text = format!("{} rows are gone. There is more: remove again to go on.", count(rows));
    Ok(not_done(&visitor, PATH, &text))
}

async fn assemble(visitor: &Visitor, error: Option<String>) -> Result<RemoveTestDataPage, UiError> {
    let counts = preview(&visitor.app, &visitor.tenant.program).await?;
    Ok(RemoveTestDataPage {
        chrome: visitor.chrome(Section::Integrations),
        rows: rows(&counts),
        is_empty: counts == Counts::default(),
        error,
    })
}

fn rows(counts: &Counts) -> Vec<(&'static str, String)> {
    [
        ("Customers", counts.customers),
        ("Sign-ups told", counts.claims),
        ("Payments", counts.transactions),
        ("Refunds", counts.refunds),
        ("Commissions", counts.commissions),
        ("Clicks", counts.clicks),
        ("Page views", counts.visits),
        ("Events", counts.events),
        ("Deliveries of payment providers", counts.deliveries),
    ]
    .into_iter()
    .map(|(what, number)| (what, count(number)))
    .collect()
}

#[cfg(test)]
impl RemoveTestDataPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        let mut chrome = Chrome::sample(Section::Integrations);
        chrome.mode = Mode::Test;
        let counts = Counts {
            customers: 12,
            claims: 14,
            transactions: 3,
            clicks: 1_204,
            visits: 961,
            events: 40,
            ..Counts::default()
        };
        let full = Self { chrome, rows: rows(&counts), is_empty: false, error: None };
        let refused = Self { error: Some("Confirm first that these data may go.".into()), ..full.clone() };
        let empty = Self { rows: rows(&Counts::default()), is_empty: true, ..full.clone() };
        let mut live = full.clone();
        live.chrome.mode = Mode::Live;
        vec![
            ("test_data_remove", full),
            ("test_data_remove_refused", refused),
            ("test_data_remove_empty", empty),
            ("test_data_remove_live", live),
        ]
    }
}
