//! Commissions: what partners earned, by what happens to it next.

use super::rows::CommissionRow;
use crate::flows::earning::review_commission::{Review, ReviewError, review_commission};
use crate::store::dashboard::{commissions, figures};
use crate::ui::answer::{UiError, done, not_done, own_path, page};
use crate::ui::dashboard::partner_create::sentence;
use crate::ui::format::{count, counted, money};
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::parts::Pager;
use crate::ui::visitor::{Narrowed, Posted, Visitor};
use crate::ui::words::commission_row;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use whence_domain::CommissionId;
use whence_domain::billing::Account;
use whence_domain::earning::CommissionStatus;
use whence_domain::earning::commission::Verdict;
use whence_domain::program::Role;

/// What the list is narrowed to; lives in the address.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Filters {
    /// A status, or empty for all.
    pub status: String,
    /// A partner key.
    pub partner: String,
    /// The last row of the page before.
    pub after: String,
}

/// A status to look at, with how much lies there.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its words.
    pub label: &'static str,
    /// Its address.
    pub href: String,
    /// How many.
    pub count: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/commission_list.html")]
pub struct CommissionListPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What it is narrowed to.
    pub filters: Filters,
    /// The statuses.
    pub tabs: Vec<Tab>,
    /// What is shown adds up to, per currency: state's words and texts.
    pub totals: Vec<String>,
    /// The commissions, newest first.
    pub commissions: Vec<CommissionRow>,
    /// Those of them that one button approves together: what waits for review, not what is held for a reason.
    pub approvable: Vec<String>,
    /// The neighbouring pages.
    pub pager: Pager,
    /// Where a decision returns to.
    pub back: String,
}

/// How many commissions a page lists.
const SHOWN: usize = 25;
const PATH: &str = "/dashboard/commissions";

/// What a tab is called in the address, what it reads, and the account in which its sum stands.
const TABS: [(&str, &str, Option<CommissionStatus>, Option<Account>); 6] = [
    ("", "To review", Some(CommissionStatus::Pending), Some(Account::Pending)),
    ("hold", "On hold", Some(CommissionStatus::Hold), Some(Account::Held)),
    ("approved", "Approved", Some(CommissionStatus::Approved), Some(Account::Approved)),
    ("paid", "Paid", Some(CommissionStatus::Paid), Some(Account::Paid)),
    ("declined", "Declined", Some(CommissionStatus::Declined), None),
    ("all", "All", None, None),
];

/// `GET /dashboard/commissions`.
pub async fn list(visitor: Visitor, Narrowed(filters): Narrowed<Filters>) -> Result<Response, UiError> {
    let mut conn = visitor.app.store.read().await?;
    let tenant = &visitor.tenant;
    let (name, _, status, account) = *TABS.iter().find(|(name, ..)| *name == filters.status).unwrap_or(&TABS[0]);
    let partner = super::partner_list::partner_of(&mut conn, tenant, &filters.partner).await?;
    let unknown_partner = partner.is_none();
    let partner = partner.flatten();
    let waiting = figures::waiting(&mut conn, tenant, partner.as_ref()).await?;
    let balances = figures::balances(&mut conn, tenant, partner.as_ref()).await?;
    let filter = commissions::Filter {
        status,
        partner,
        after: CommissionId::parse(&filters.after),
        ..commissions::Filter::default()
    };
    let found = match unknown_partner {
        true => Vec::new(),
        false => commissions::list(&mut conn, tenant, &filter, SHOWN as i64 + 1).await?,
    };
    let last = found.get(SHOWN - 1).filter(|_| found.len() > SHOWN).map(|row| row.id.as_str());
    let query = [("status", name), ("partner", &filters.partner)];
    let here = Pager::of(PATH, &query, "", Some(&filters.after)).next.unwrap_or_default();
    let stands = balances.iter().filter(|(of, sum)| Some(*of) == account && sum.minor != 0 && !unknown_partner);
    let shown = CommissionListPage {
        chrome: visitor.chrome(Section::Commissions),
        tabs: tabs(name, &filters.partner, waiting),
        totals: stands.map(|(_, sum)| money(*sum)).collect(),
        commissions: found.iter().take(SHOWN).map(|row| commission_row(&visitor.calendar, row)).collect(),
        approvable: match name {
            "" => found.iter().take(SHOWN).map(|row| row.id.to_string()).collect(),
            _ => Vec::new(),
        },
        pager: Pager::of(PATH, &query, &filters.after, last),
        back: if filters.after.is_empty() {
            here.trim_end_matches("after=").trim_end_matches(['?', '&']).into()
        } else {
            here
        },
        filters,
    };
    page(&visitor, &shown)
}

fn tabs(current: &str, partner: &str, waiting: figures::Waiting) -> Vec<Tab> {
    let count_of = |status| match status {
        Some(CommissionStatus::Pending) => count(waiting.pending),
        Some(CommissionStatus::Hold) => count(waiting.hold),
        _ => String::new(),
    };
    let tab =
        |&(name, label, status, _): &(&'static str, &'static str, Option<CommissionStatus>, Option<Account>)| Tab {
            label,
            href: Pager::of(PATH, &[("status", name), ("partner", partner)], "x", None).first.unwrap_or_default(),
            count: count_of(status),
            current: name == current,
        };
    TABS.iter().map(tab).collect()
}

/// Where to return to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    back: String,
}

/// `POST /dashboard/commissions/{id}/approve`.
pub async fn approve(Path(id): Path<String>, posted: Posted<Back>) -> Result<Response, UiError> {
    decide(&id, posted.visitor, Verdict::Approve, None, &posted.form.back).await
}

/// What is approved together.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Several {
    ids: String,
    back: String,
}

/// `POST /dashboard/commissions/approve`: those of the page that the person saw, and no others. One that somebody else
/// decided about in the meantime is left as it is.
pub async fn approve_several(Posted { visitor, form }: Posted<Several>) -> Result<Response, UiError> {
    visitor.require(&[Role::Manager, Role::Finance])?;
    let (mut approved, mut left) = (0, 0);
    for id in form.ids.split(' ').filter_map(CommissionId::parse).take(SHOWN) {
        let tenant = visitor.tenant.clone();
        let review = Review { tenant, commission: id, verdict: Verdict::Approve, reason: None };
        match review_commission(&visitor.app, review).await {
            Ok(_) => approved += 1,
            Err(ReviewError::Store(error)) => return Err(error.into()),
            Err(_) => left += 1,
        }
    }
    let back = own_path(&form.back, PATH);
    let text = format!("Approved {}.", counted(approved, "commission", "commissions"));
    match left {
        0 => Ok(done(&visitor, back, &text)),
        _ => Ok(not_done(&visitor, back, &format!("{text} {left} could not be, for somebody changed them just now."))),
    }
}

/// `POST /dashboard/commissions/{id}/hold`.
pub async fn hold(Path(id): Path<String>, posted: Posted<Back>) -> Result<Response, UiError> {
    decide(&id, posted.visitor, Verdict::Hold, None, &posted.form.back).await
}

/// Does as a person decided, and returns to where they were with a sentence.
pub(super) async fn decide(
    id: &str,
    visitor: Visitor,
    verdict: Verdict,
    reason: Option<String>,
    back: &str,
) -> Result<Response, UiError> {
    visitor.require(&[Role::Manager, Role::Finance])?;
    let commission = CommissionId::parse(id).ok_or(UiError::NotFound)?;
    let back = own_path(back, PATH);
    let review = Review { tenant: visitor.tenant.clone(), commission: commission.clone(), verdict, reason };
    match review_commission(&visitor.app, review).await {
        Ok(kept) => {
            let said = match verdict {
                Verdict::Approve => "Approved",
                Verdict::Decline => "Declined",
                Verdict::Hold => "On hold",
                Verdict::Release => "To review again",
            };
            Ok(done(&visitor, back, &format!("{said}: {}, {}.", money(kept.amount), kept.description)))
        }
        Err(ReviewError::NotFound) => Err(UiError::NotFound),
        Err(ReviewError::Store(error)) => Err(error.into()),
        // The API speaks of rewards, pages of commissions.
        Err(why) => Ok(not_done(&visitor, back, &sentence(&why.to_string().replace("reward", "commission")))),
    }
}

#[cfg(test)]
impl CommissionListPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use crate::ui::layout::{Flash, Section};
        let tab = |label, count: &str, current| Tab {
            label,
            href: "/dashboard/commissions".into(),
            count: count.into(),
            current,
        };
        let mut typical = Self {
            chrome: Chrome::sample(Section::Commissions),
            filters: Filters::default(),
            tabs: vec![
                tab("To review", "3", true),
                tab("On hold", "2", false),
                tab("Approved", "118", false),
                tab("Declined", "4", false),
                tab("All", "127", false),
            ],
            totals: vec!["€2,496.00".into(), "$19.80".into()],
            commissions: super::rows::samples::commissions(),
            approvable: vec!["rwrd_1".into(), "rwrd_2".into()],
            pager: Pager { first: None, next: Some("/dashboard/commissions?after=x".into()) },
            back: "/dashboard/commissions".into(),
        };
        let empty = Self { commissions: Vec::new(), totals: Vec::new(), pager: Pager::default(), ..typical.clone() };
        typical.chrome.flash =
            Some(Flash { tone: crate::ui::parts::Tone::Good, text: "Approved: €24.00 for Bo Lindqvist.".into() });
        vec![("commission_list", typical), ("commission_list_empty", empty)]
    }
}
