//! What the partner gets: a draft of the reply, the report as a page, and the report as a PDF. All three are made of
//! [`PartnerReport`], which has room for nothing that a partner may not see.

use super::investigation_show::find;
use super::partner_list::partner_name;
use crate::store::dashboard::commissions;
use crate::store::investigation::investigations::Investigation;
use crate::store::program::{links, partners, policies};
use crate::store::tracking::customers;
use crate::store::{Conn, StoreError};
use crate::ui::answer::{UiError, page};
use crate::ui::format::{Calendar, money};
use crate::ui::pdf;
use crate::ui::visitor::Visitor;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use whence_domain::Window;
use whence_domain::earning::CommissionStatus;
use whence_domain::investigation::partner_view::{Asked, Own, OwnCommission, PartnerReport, Standing, partner_view};
use whence_domain::program::version::as_of_or_first;
use whence_domain::program::{Partner, Slug};

/// A reply to send.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its text.
    pub text: String,
    /// Opens the mail program with it.
    pub mailto: String,
}

/// A line of the partner's own commissions.
#[derive(Clone, Debug)]
pub struct OwnRow {
    /// When it was made.
    pub at: String,
    /// How much.
    pub amount: String,
    /// Where it stands.
    pub status: &'static str,
}

/// The report, written out.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The company's program.
    pub program: String,
    /// The partner.
    pub partner: String,
    /// The day of the report.
    pub day: String,
    /// A number to come back to.
    pub reference: String,
    /// How it stands.
    pub headline: &'static str,
    /// What was found.
    pub found: String,
    /// What happens next.
    pub next: &'static str,
    /// How referrals are recorded, in general.
    pub general: String,
    /// Label and value of what was asked and is theirs.
    pub facts: Vec<(&'static str, String)>,
    /// What it earned them.
    pub commissions: Vec<OwnRow>,
}

/// The preview.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/investigation_partner.html")]
pub struct PartnerPage {
    /// `light` or `dark` if the person chose one, else empty.
    pub theme: &'static str,
    /// The investigation's id.
    pub key: String,
    /// The report.
    pub sheet: Sheet,
}

/// `GET /dashboard/investigations/{id}/partner`.
pub async fn preview(visitor: Visitor, Path(id): Path<String>) -> Result<Response, UiError> {
    let asked = find(&visitor, &id).await?;
    let theme = visitor.chrome(crate::ui::layout::Section::Investigate).theme;
    page(&visitor, &PartnerPage { theme, key: asked.id.to_string(), sheet: load_sheet(&visitor, &asked).await? })
}

/// `GET /dashboard/investigations/{id}/report.pdf`.
pub async fn report(visitor: Visitor, Path(id): Path<String>) -> Result<Response, UiError> {
    let asked = find(&visitor, &id).await?;
    let sheet = load_sheet(&visitor, &asked).await?;
    let bytes = pdf::report(&sheet, asked.created_at).map_err(UiError::Broken)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"report-{}.pdf\"", asked.id)),
    ];
    Ok((headers, bytes).into_response())
}

/// A draft of the reply.
pub async fn reply(
    conn: &mut Conn,
    visitor: &Visitor,
    asked: &Investigation,
    partner: &Partner,
) -> Result<Reply, StoreError> {
    let report = load(conn, visitor, asked, partner).await?;
    let sheet = sheet(&visitor.calendar, &report, &visitor.program.name, partner, asked);
    let text = letter(&sheet, &report, partner);
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let subject = format!("Your question about a referral ({})", sheet.reference);
    let mailto = format!(
        "mailto:{}?subject={}&body={}",
        encode(partner.email.as_str()),
        encode(&subject),
        encode(&text.replace('\n', "\r\n"))
    );
    Ok(Reply { text, mailto })
}

async fn load_sheet(visitor: &Visitor, asked: &Investigation) -> Result<Sheet, UiError> {
    let mut conn = visitor.app.store.read().await?;
    // Without a partner there is nobody to tell.
    let id = asked.partner.as_ref().ok_or(UiError::NotFound)?;
    let partner = partners::find(&mut conn, &visitor.tenant, id).await?.ok_or(UiError::NotFound)?;
    let report = load(&mut conn, visitor, asked, &partner).await?;
    Ok(sheet(&visitor.calendar, &report, &visitor.program.name, &partner, asked))
}

/// What the partner may see, out of what is stored: their own commissions for this customer, and nothing else of it.
async fn load(
    conn: &mut Conn,
    visitor: &Visitor,
    asked: &Investigation,
    partner: &Partner,
) -> Result<PartnerReport, StoreError> {
    let tenant = &visitor.tenant;
    let mut own = Own::default();
    if let Some(customer) = &asked.customer
        && let Some(entry) = customers::find(conn, tenant, customer).await?
        && entry.partner.as_ref() == Some(&partner.id)
    {
        own.signed_up_at = Some(entry.customer.signed_up_at);
        let filter = commissions::Filter {
            partner: Some(partner.id.clone()),
            customer: Some(customer.clone()),
            ..commissions::Filter::default()
        };
        let rows = commissions::list(conn, tenant, &filter, MOST_COMMISSIONS).await?;
        let mine = rows.into_iter().filter(|row| row.partner.id == partner.id);
        own.commissions =
            mine.map(|row| OwnCommission { amount: row.amount, status: row.status, at: row.created_at }).collect();
    }
    let policies = policies::list(conn, &tenant.program).await?;
    let window = as_of_or_first(&policies, asked.created_at).map_or(Window::DEFAULT, |policy| policy.window);
    let own_link = own_link(conn, visitor, asked, partner).await?;
    let described = &asked.described;
    let question = Asked {
        name: described.name.as_deref(),
        email: described.email.as_deref(),
        order: described.order.as_deref(),
        customer_key: described.customer_key.as_deref(),
        // Where nobody said a time, the time looked at follows from when the customer signed up: then it tells too much.
        period: asked.question.around.or(asked.question.from).or(asked.question.to).and(asked.question.period),
        own_link: own_link.as_deref(),
    };
    Ok(partner_view(&asked.findings, &question, own, window))
}

/// Most commissions told.
const MOST_COMMISSIONS: i64 = 100;

/// The link that was asked about, if it is this partner's.
async fn own_link(
    conn: &mut Conn,
    visitor: &Visitor,
    asked: &Investigation,
    partner: &Partner,
) -> Result<Option<String>, StoreError> {
    let Some(typed) = &asked.question.link else { return Ok(None) };
    let path = typed.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let Ok(key) = Slug::parse(path.rsplit('/').next().unwrap_or_default()) else { return Ok(None) };
    let link = links::find_by_link_key(conn, &visitor.tenant, &key).await?;
    Ok(link.filter(|link| link.partner == partner.id).map(|link| link.link_key.to_string()))
}

/// The report in words.
fn sheet(
    calendar: &Calendar,
    report: &PartnerReport,
    program: &str,
    partner: &Partner,
    asked: &Investigation,
) -> Sheet {
    let period = report
        .period
        .map(|period| format!("{} to {}", calendar.day(period.start), calendar.day(period.end.plus_micros(-1))));
    let facts = [
        ("Customer", Some(report.label.clone()).filter(|mark| !mark.is_empty())),
        ("Link", report.link.clone()),
        ("Time looked at", period),
        ("Signed up", report.signed_up_at.map(|at| calendar.day(at))),
    ];
    let commissions = report.commissions.iter().map(|own| OwnRow {
        at: calendar.day(own.at),
        amount: money(own.amount),
        status: status(own.status),
    });
    Sheet {
        program: program.to_owned(),
        partner: partner_name(partner),
        day: calendar.day(asked.created_at),
        reference: asked.id.to_string(),
        headline: report.standing.headline(),
        found: found(report),
        next: report.standing.next(),
        general: format!(
            "In general, a referral is connected to you when somebody follows your link and signs up within {} days after it.",
            report.window.days()
        ),
        facts: facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect(),
        commissions: commissions.collect(),
    }
}

fn found(report: &PartnerReport) -> String {
    if report.certain {
        report.found.to_owned()
    } else {
        format!("This is the most likely explanation, as far as our records show. {}", report.found)
    }
}

/// Where a commission stands, for the partner.
fn status(status: CommissionStatus) -> &'static str {
    match status {
        CommissionStatus::Scheduled => "Not due yet",
        CommissionStatus::Hold => "On hold",
        CommissionStatus::Pending => "In review",
        CommissionStatus::Approved => "Approved",
        CommissionStatus::Declined => "Declined",
        CommissionStatus::Invoiced => "On an invoice",
        CommissionStatus::Paid => "Paid",
        CommissionStatus::Recoverable => "Taken back",
    }
}

/// The reply: greeting, what was found, what happens next.
fn letter(sheet: &Sheet, report: &PartnerReport, partner: &Partner) -> String {
    let name = partner.first_name.trim();
    let greeting = if name.is_empty() { "Hello,".to_owned() } else { format!("Hello {name},") };
    let mark = if report.label.is_empty() { String::new() } else { format!(" ({})", report.label) };
    let mut parts = vec![greeting, format!("Thank you for asking about your referral{mark}."), sheet.found.clone()];
    if let Some(at) = sheet.facts.iter().find(|(label, _)| *label == "Signed up").map(|(_, day)| day) {
        let mut line = format!("The sign-up is recorded for {at}.");
        for row in &sheet.commissions {
            line.push_str(&format!("\n- {}: {} ({})", row.at, row.amount, row.status.to_lowercase()));
        }
        parts.push(line);
    }
    if report.standing == Standing::NotConnected {
        parts.push(sheet.general.clone());
    }
    parts.push(sheet.next.to_owned());
    parts.push(format!("Kind regards,\n{}", sheet.program));
    parts.join("\n\n")
}

#[cfg(test)]
impl PartnerPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::LONG;
        let typical = Self { theme: "", key: "inv_00000000000000000000000007".into(), sheet: samples::sheet() };
        let mut plain = typical.clone();
        plain.sheet.partner = LONG.into();
        plain.sheet.headline = Standing::NotConnected.headline();
        plain.sheet.next = Standing::NotConnected.next();
        plain.sheet.facts.truncate(1);
        plain.sheet.commissions.clear();
        vec![("investigation_partner", typical), ("investigation_partner_plain", plain)]
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub fn reply() -> Reply {
        let text = "Hello Bo,\n\nThank you for asking about your referral (A. P.).\n\nWe looked for a sign-up that came through your link \
                    and matches what you told us, and have none that we can connect to you at the moment.\n\nKind regards,\nAcme Shop";
        Reply { text: text.into(), mailto: "mailto:bo%40growth%2Etest?subject=Your%20question".into() }
    }

    pub fn sheet() -> Sheet {
        Sheet {
            program: "Acme Shop".into(),
            partner: "Bo Lindqvist".into(),
            day: "25 Nov 2026".into(),
            reference: "inv_00000000000000000000000007".into(),
            headline: Standing::RecordedAndWaits.headline(),
            found: "Your referral is recorded. What it earned waits for our review.".into(),
            next: Standing::RecordedAndWaits.next(),
            general: "In general, a referral is connected to you when somebody follows your link and signs up within 90 days after it."
                .into(),
            facts: vec![
                ("Customer", "A. P.".into()),
                ("Link", "bo".into()),
                ("Time looked at", "25 Feb 2026 to 25 Mar 2026".into()),
                ("Signed up", "12 Mar 2026".into()),
            ],
            commissions: vec![
                OwnRow { at: "12 Mar 2026".into(), amount: "€24.00".into(), status: "In review" },
                OwnRow { at: "14 Mar 2026".into(), amount: "\u{2212}€4.80".into(), status: "Approved" },
            ],
        }
    }
}
