//! Home: what partners earned us, what we owe, what needs me.

use crate::store::StoreError;
use crate::store::dashboard::activity::{self, Payment, SignUp};
use crate::store::dashboard::figures::{self, SLICE_MICROS};
use crate::ui::answer::{UiError, page};
use crate::ui::chart::Chart;
use crate::ui::chart::{Bar, Share};
use crate::ui::format::{CalendarDay, count, counted, money};
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::parts::{Tone, When};
use crate::ui::visitor::Visitor;
use askama::Template;
use axum::response::Response;
use whence_domain::billing::Account;
use whence_domain::{Instant, Money};

/// A step of the first run.
#[derive(Clone, Debug)]
pub struct Step {
    /// What to do.
    pub title: String,
    /// Why, in a sentence.
    pub text: String,
    /// Where to do it.
    pub href: String,
    /// The words on the button.
    pub action: String,
    /// Whether it has been done.
    pub done: bool,
}

/// Something that waits for a person.
#[derive(Clone, Debug)]
pub struct Need {
    /// `3 commissions to review`.
    pub text: String,
    /// Where.
    pub href: String,
}

/// A count over the last 30 days and how it went.
#[derive(Clone, Debug)]
pub struct Trend {
    /// `Clicks`.
    pub label: String,
    /// The total.
    pub total: String,
    /// `12% more than the 30 days before`, if there is anything to compare with.
    pub change: Option<(&'static str, String)>,
    /// Day by day.
    pub chart: Chart,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Name of the drawing.
    pub icon: &'static str,
    /// Its colour.
    pub tone: Tone,
    /// Who.
    pub who: String,
    /// Where the name leads.
    pub href: String,
    /// What: `signed up through Bo Lindqvist`.
    pub text: String,
    /// When.
    pub at: When,
}

/// A partner with what they brought in the last 30 days.
#[derive(Clone, Debug)]
pub struct TopPartner {
    /// Leads to the partner's page.
    pub name: String,
    /// Address of that page.
    pub href: String,
    /// `14 customers`.
    pub customers: String,
    /// What those paid.
    pub revenue: String,
    /// Compared with the best one.
    pub share: crate::ui::chart::Share,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/home_show.html")]
pub struct HomePage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Steps of the first run; empty once all are done.
    pub steps: Vec<Step>,
    /// Sales through partners in the last 30 days, one text per currency.
    pub earned: Vec<String>,
    /// `from 14 payments by 11 customers`.
    pub earned_note: String,
    /// Commissions that stand and are not paid, one text per currency.
    pub owed: Vec<String>,
    /// `€120.00 of it approved`.
    pub owed_note: String,
    /// What waits for a person.
    pub needs: Vec<Need>,
    /// Clicks, sign-ups, sales.
    pub trends: Vec<Trend>,
    /// The latest events, newest first.
    pub activity: Vec<Activity>,
    /// The best partners of the last 30 days.
    pub top: Vec<TopPartner>,
}

impl HomePage {
    /// Whether anything at all has happened yet.
    pub fn is_quiet(&self) -> bool {
        self.activity.is_empty()
    }

    /// The days of the charts as rows of a table: day, then one text per chart.
    pub fn days(&self) -> Vec<(String, Vec<String>)> {
        let Some(first) = self.trends.first() else { return Vec::new() };
        let row = |place: usize| {
            self.trends
                .iter()
                .map(move |trend| trend.chart.bars.get(place).map_or_else(String::new, |bar| bar.text.clone()))
        };
        first
            .chart
            .bars
            .iter()
            .enumerate()
            .map(|(place, bar)| (bar.label.clone(), row(place).collect()))
            .rev()
            .collect()
    }
}

/// How many days the charts show; as many before them are compared with.
const DAYS: usize = 30;

/// `GET /dashboard`.
pub async fn show(visitor: Visitor) -> Result<Response, UiError> {
    let mut conn = visitor.app.store.read().await?;
    let tenant = &visitor.tenant;
    let days = visitor.calendar.last_days(2 * DAYS as i64);
    let from = days.get(DAYS).map_or(visitor.calendar.now, |day| day.start);
    let before = days.first().map_or(from, |day| day.start);
    let until = visitor.calendar.now.plus_days(1);

    let first_day = days.first().map_or("", |day| day.key.as_str());
    let clicks = figures::clicks_by_day(&mut conn, tenant, first_day).await?;
    let sign_ups = figures::sign_ups_by_slice(&mut conn, tenant, before, until).await?;
    let payments = figures::payments_by_slice(&mut conn, tenant, before, until).await?;
    let trends = vec![
        trend("Clicks that count", "", &days, by_key(&days, &clicks)),
        trend("Sign-ups through partners", "two", &days, by_slice(&days, before, &sign_ups)),
        trend("Payments through partners", "three", &days, by_slice(&days, before, &payments)),
    ];

    let revenue = figures::revenue(&mut conn, tenant, from).await?;
    let balances = figures::balances(&mut conn, tenant, None).await?;
    let waiting = figures::waiting(&mut conn, tenant, None).await?;
    let unconfirmed = figures::unconfirmed(&mut conn, tenant).await?;
    let best = figures::best_partners(&mut conn, tenant, from, visitor.program.currency).await?;
    let done = figures::first_steps(&mut conn, tenant).await?;
    let activity = latest(&mut conn, &visitor).await?;

    let nothing = money(Money::new(0, visitor.program.currency));
    let (payments, customers) = revenue.iter().fold((0, 0), |(p, c), row| (p + row.payments, c + row.customers));
    let shown = HomePage {
        chrome: visitor.chrome(Section::Home),
        steps: steps(&done),
        earned: or_nothing(revenue.iter().map(|row| money(row.amount)).collect(), &nothing),
        earned_note: match payments {
            0 => "no payments in 30 days".into(),
            _ => format!(
                "after refunds, from {} by {}",
                counted(payments, "payment", "payments"),
                counted(customers, "customer", "customers")
            ),
        },
        owed: or_nothing(owed(&balances), &nothing),
        owed_note: owed_note(&balances),
        needs: needs(waiting, unconfirmed),
        trends,
        activity,
        top: top_partners(&best),
    };
    page(&visitor, &shown)
}

fn or_nothing(texts: Vec<String>, nothing: &str) -> Vec<String> {
    if texts.is_empty() { vec![nothing.to_owned()] } else { texts }
}

/// Values by stored day, in the order of the days.
fn by_key(days: &[CalendarDay], counts: &[(String, i64)]) -> Vec<i64> {
    days.iter().map(|day| counts.iter().find(|(key, _)| *key == day.key).map_or(0, |(_, many)| *many)).collect()
}

/// Values by half hour since `from`, added up to days.
fn by_slice(days: &[CalendarDay], from: Instant, counts: &[(i64, i64)]) -> Vec<i64> {
    let mut values = vec![0; days.len()];
    for (slice, many) in counts {
        let at = from.plus_micros(slice.saturating_mul(SLICE_MICROS));
        let place = days.partition_point(|day| day.start <= at);
        if let Some(value) = values.get_mut(place.saturating_sub(1)) {
            *value += many;
        }
    }
    values
}

fn trend(label: &str, colour: &'static str, days: &[CalendarDay], values: Vec<i64>) -> Trend {
    let split = values.len().saturating_sub(DAYS);
    let (before, now): (i64, i64) = (values[..split].iter().sum(), values[split..].iter().sum());
    let bars = days[split..].iter().zip(&values[split..]);
    let bars = bars.map(|(day, value)| Bar { label: day.label.clone(), value: *value, text: count(*value) }).collect();
    Trend {
        label: label.to_owned(),
        total: count(now),
        change: change(before, now),
        chart: Chart { name: format!("{label}, day by day, {} in all", count(now)), colour, bars },
    }
}

/// How the last 30 days compare with the 30 before; nothing if there is nothing to compare with.
fn change(before: i64, now: i64) -> Option<(&'static str, String)> {
    let percent = (now - before).checked_mul(100)?.checked_div(before)?;
    match percent {
        0 => None,
        _ if percent > 999 => Some(("up", "many times more".into())),
        _ if percent > 0 => Some(("up", format!("{percent}% more"))),
        _ => Some(("down", format!("{}% fewer", -percent))),
    }
}

/// What is owed: everything that stands and is not paid, by currency.
fn owed(balances: &[(Account, Money)]) -> Vec<String> {
    sums(balances, |account| !matches!(account, Account::Expense | Account::Paid))
}

fn owed_note(balances: &[(Account, Money)]) -> String {
    match sums(balances, |account| matches!(account, Account::Approved | Account::Invoiced)).as_slice() {
        [] => "nothing approved yet".into(),
        approved => format!("{} of it approved", approved.join(" and ")),
    }
}

fn sums(balances: &[(Account, Money)], fits: impl Fn(Account) -> bool) -> Vec<String> {
    let mut sums: Vec<Money> = Vec::new();
    for (_, amount) in balances.iter().filter(|(account, _)| fits(*account)) {
        match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
            Some(sum) => sum.minor = sum.minor.saturating_add(amount.minor),
            None => sums.push(*amount),
        }
    }
    sums.into_iter().filter(|sum| sum.minor != 0).map(money).collect()
}

fn needs(waiting: figures::Waiting, unconfirmed: i64) -> Vec<Need> {
    [
        (waiting.pending, "commission to review", "commissions to review", "/dashboard/commissions"),
        (waiting.hold, "commission on hold", "commissions on hold", "/dashboard/commissions?status=hold"),
        (unconfirmed, "sign-up not confirmed", "sign-ups not confirmed", "/dashboard/referrals?state=unconfirmed"),
    ]
    .into_iter()
    .filter(|(many, ..)| *many > 0)
    .map(|(many, one, more, href)| Need { text: counted(many, one, more), href: href.to_owned() })
    .collect()
}

/// The steps of the first run; none once a partner, an offer and the snippet are there.
fn steps(done: &figures::FirstSteps) -> Vec<Step> {
    if done.visits > 0 && done.partners > 0 && done.offers > 0 && done.deliveries > 0 {
        return Vec::new();
    }
    let step = |title: &str, text: &str, href: &str, action: &str, done: i64| Step {
        title: title.into(),
        text: text.into(),
        href: href.into(),
        action: action.into(),
        done: done > 0,
    };
    vec![
        step(
            "Put the snippet on your pages",
            "It recognises visitors who came through a partner. This step is done once the first page reports.",
            "/dashboard/integrations",
            "Copy the snippet",
            done.visits,
        ),
        step(
            "Add your first partner",
            "They get a link to share at once.",
            "/dashboard/partners/new",
            "Add a partner",
            done.partners,
        ),
        step(
            "Create an offer",
            "It says what partners earn, and for what.",
            "/dashboard/offers/new",
            "Create an offer",
            done.offers,
        ),
        step(
            "Connect Stripe",
            "Payments and refunds then arrive by themselves. This step is done with the first delivery.",
            "/dashboard/integrations",
            "Connect Stripe",
            done.deliveries,
        ),
    ]
}

async fn latest(conn: &mut crate::store::Conn, visitor: &Visitor) -> Result<Vec<Activity>, StoreError> {
    const SHOWN: usize = 8;
    let sign_ups = activity::latest_sign_ups(conn, &visitor.tenant, SHOWN as i64).await?;
    let payments = activity::latest_payments(conn, &visitor.tenant, SHOWN as i64).await?;
    let mut all: Vec<(Instant, Activity)> = Vec::new();
    all.extend(sign_ups.iter().map(|row| (row.at, signed_up(visitor, row))));
    all.extend(payments.iter().map(|row| (row.at, paid(visitor, row))));
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.truncate(SHOWN);
    Ok(all.into_iter().map(|(_, activity)| activity).collect())
}

fn signed_up(visitor: &Visitor, row: &SignUp) -> Activity {
    let (tone, text) = match &row.partner {
        Some(partner) => (Tone::Accent, format!("signed up through {}", partner.name)),
        None => (Tone::Plain, "signed up without a partner".into()),
    };
    Activity {
        icon: "sign-up",
        tone,
        who: row.name.clone(),
        href: format!("/dashboard/referrals/{}", row.customer),
        text,
        at: visitor.calendar.when(row.at),
    }
}

fn paid(visitor: &Visitor, row: &Payment) -> Activity {
    let amount = money(row.amount);
    let text = match (&row.partner, row.earned) {
        (Some(partner), Some(earned)) => format!("paid {amount}; {} earns {}", partner.name, money(earned)),
        (Some(partner), None) => format!("paid {amount}; nothing for {}", partner.name),
        (None, _) => format!("paid {amount}"),
    };
    Activity {
        icon: "sale",
        tone: Tone::Good,
        who: row.name.clone(),
        href: format!("/dashboard/referrals/{}", row.customer),
        text,
        at: visitor.calendar.when(row.at),
    }
}

fn top_partners(best: &[figures::BestPartner]) -> Vec<TopPartner> {
    let most = best.iter().map(|row| row.revenue.minor).max().unwrap_or(0);
    best.iter()
        .map(|row| TopPartner {
            name: row.name.clone(),
            href: format!("/dashboard/partners/{}", row.partner),
            customers: counted(row.customers, "customer", "customers"),
            revenue: money(row.revenue),
            share: Share::of(row.revenue.minor, most),
        })
        .collect()
}

#[cfg(test)]
impl HomePage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        use crate::ui::chart::{Bar, Share};
        use crate::ui::layout::Section;
        let chart = |name: &str, colour, wave: i64| Chart {
            name: name.into(),
            colour,
            bars: (0..30)
                .map(|day| {
                    let value = wave * (4 + (day * 7 + wave) % 11 + if day % 7 > 4 { -3 } else { 2 });
                    Bar { label: format!("{} Mar", day + 1), value, text: value.to_string() }
                })
                .collect(),
        };
        let trend = |label: &str, total: &str, change: Option<(&'static str, &str)>, chart: Chart| Trend {
            label: label.into(),
            total: total.into(),
            change: change.map(|(class, text)| (class, text.to_owned())),
            chart,
        };
        let step = |title: &str, text: &str, action: &str, done| Step {
            title: title.into(),
            text: text.into(),
            href: "/dashboard/integrations".into(),
            action: action.into(),
            done,
        };
        let happened = |icon, tone, who: &str, text: &str, at: &str| Activity {
            icon,
            tone,
            who: who.into(),
            href: "/dashboard/referrals/cus_1".into(),
            text: text.into(),
            at: when(at),
        };
        let top = |name: &str, customers: &str, revenue: &str, share| TopPartner {
            name: name.into(),
            href: "/dashboard/partners/part_1".into(),
            customers: customers.into(),
            revenue: revenue.into(),
            share: Share { per_mille: share },
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Home),
            steps: Vec::new(),
            earned: vec!["€12,480.00".into()],
            earned_note: "from 104 payments by 61 customers".into(),
            owed: vec!["€2,496.00".into()],
            owed_note: "€1,804.00 of it approved".into(),
            needs: vec![
                Need { text: "3 commissions to review".into(), href: "/dashboard/commissions".into() },
                Need { text: "2 commissions on hold".into(), href: "/dashboard/commissions?status=hold".into() },
                Need { text: "1 sign-up not confirmed".into(), href: "/dashboard/referrals?state=unconfirmed".into() },
            ],
            trends: vec![
                trend("Clicks that count", "4,212", Some(("up", "12% more")), chart("Clicks", "", 9)),
                trend("Sign-ups", "186", Some(("down", "4% fewer")), chart("Sign-ups", "two", 2)),
                trend("Sales", "104", None, chart("Sales", "three", 1)),
            ],
            activity: vec![
                happened("sale", Tone::Good, "Ada Park", "paid €120.00; Bo Lindqvist earns €24.00", "12 min ago"),
                happened("sign-up", Tone::Accent, "jo@example.test", "signed up through Tomás Ferreira", "2 h ago"),
                happened("refund", Tone::Bad, "Wim de Boer", "got €24.00 back", "yesterday"),
                happened("sign-up", Tone::Plain, "Lena Ö.", "signed up without a partner", "yesterday"),
                happened("hold", Tone::Wait, "Sam Idris", "paid $99.00; the commission is on hold", "4 days ago"),
            ],
            top: vec![
                top("Bo Lindqvist", "14 customers", "€5,240.00", 1000),
                top("Tomás Ferreira", "9 customers", "€3,110.00", 593),
                top("The Growth Letter", "6 customers", "€1,204.00", 230),
            ],
        };
        let mut first_run = typical.clone();
        first_run.chrome.waiting = 0;
        first_run.steps = vec![
            step(
                "Put the snippet on your pages",
                "It recognises visitors who came through a partner.",
                "Copy the snippet",
                true,
            ),
            step("Add your first partner", "They get a link to share at once.", "Add a partner", false),
            step("Create an offer", "It says what partners earn, and for what.", "Create an offer", false),
            step("Connect Stripe", "Payments and refunds then arrive by themselves.", "Connect Stripe", false),
        ];
        first_run.earned = vec!["€0.00".into()];
        first_run.earned_note = "no payments yet".into();
        first_run.owed = vec!["€0.00".into()];
        first_run.owed_note = "nothing to pay".into();
        (first_run.needs, first_run.activity, first_run.top) = Default::default();
        first_run.trends.iter_mut().for_each(|trend| {
            trend.total = "0".into();
            trend.change = None;
            trend.chart.bars.iter_mut().for_each(|bar| (bar.value, bar.text) = (0, "0".into()));
        });
        let mut long = typical.clone();
        long.chrome.program = LONG.into();
        long.chrome.mode = whence_domain::Mode::Test;
        long.earned = vec!["€12,480,221.00".into(), "$8,204,111.90".into(), "¥120,480,221".into()];
        long.activity.iter_mut().for_each(|activity| activity.who = LONG.into());
        long.top.iter_mut().for_each(|top| top.name = LONG.into());
        vec![("home", typical), ("home_first_run", first_run), ("home_long", long)]
    }
}
