//! Home: what partners earned us, what we owe, what needs me.

use crate::ui::chart::Chart;
use crate::ui::layout::Chrome;
use crate::ui::parts::{Tone, When};
use askama::Template;

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
            self.trends.iter().map(move |trend| trend.chart.bars.get(place).map_or_else(String::new, |bar| bar.text.clone()))
        };
        first.chart.bars.iter().enumerate().map(|(place, bar)| (bar.label.clone(), row(place).collect())).rev().collect()
    }
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
            step("Put the snippet on your pages", "It recognises visitors who came through a partner.", "Copy the snippet", true),
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
