//! The question as the rules see it: the facts, what the deciding functions make of them, and what most rules ask for.

use super::change::{self, Outcome};
use super::facts::{
    AgentSeen, CheckSeen, ClickSeen, CustomerFacts, Facts, LandingSeen, PageName, PageSeen, SignUpSeen, XidSeen,
};
use super::verdict::{Because, Certainty, CiteKind};
use crate::id::PartnerId;
use crate::program::version::as_of_or_first;
use crate::time::{DAY_MICROS, Instant, Window};
use crate::tracking::{Attribution, ClaimSource, JudgedTouch};
use crate::tracking::{Outcome as Screened, TouchWhy};
use std::collections::BTreeSet;

/// One question, ready for the rules.
pub(super) struct Case<'a> {
    /// What is known.
    pub facts: &'a Facts,
    /// Whose the customer is, as tracking decides.
    pub attribution: Option<Attribution>,
    /// How it went for the partner who asks.
    pub outcome: Outcome,
    /// Clicks that may have been the customer's: of the partner who asks, by people, before the sign-up and within its
    /// window, and not another customer's; latest first. Where somebody said with what it was made and some were made so,
    /// only those.
    pub fits: Vec<&'a ClickSeen>,
    /// The same, but older than the window.
    pub too_old: Vec<&'a ClickSeen>,
}

impl<'a> Case<'a> {
    pub fn new(facts: &'a Facts) -> Self {
        let (attribution, outcome) = (change::attribution(facts), change::replay(facts));
        let mut case = Self { facts, attribution, outcome, fits: Vec::new(), too_old: Vec::new() };
        let (window, before) = (case.window(), case.moment());
        let mut clicks: Vec<&ClickSeen> = facts.clicks.iter().collect();
        clicks.sort_by_key(|click| std::cmp::Reverse(click.id));
        for click in clicks {
            let by_a_person = click.outcome.attributes() || case.landing_of(click).is_some();
            if !case.is_asking(&click.partner) || !by_a_person || click.at() > before || click.brought_by_others {
                continue;
            }
            // Of somebody who is not known, no sign-up says how old a click may be: then the period asked about does.
            let in_time = match case.customer() {
                Some(_) => window.covers(click.at(), before),
                None => facts.question.period.start <= click.at(),
            };
            if in_time { case.fits.push(click) } else { case.too_old.push(click) }
        }
        case.heed_hints();
        case
    }

    /// Keeps of the fitting clicks those that were made with what somebody named, and on the link that they named, if there
    /// are any.
    fn heed_hints(&mut self) {
        let question = &self.facts.question;
        let named: [&dyn Fn(&ClickSeen) -> bool; 3] = [
            &|click| question.link.as_ref().is_none_or(|link| click.link == *link),
            &|click| question.browser.is_none_or(|browser| click.agent.browser == browser),
            &|click| question.device.is_none_or(|device| click.agent.device == Some(device)),
        ];
        for fits in [&mut self.fits, &mut self.too_old] {
            for is_named in named {
                if fits.iter().any(|click| is_named(click)) {
                    fits.retain(|click| is_named(click));
                }
            }
        }
    }

    /// Whether this click speaks for the customer more than the others that fit: it is the last one before the sign-up.
    pub fn is_likeliest(&self, click: &ClickSeen) -> bool {
        self.fits.first().is_some_and(|latest| latest.id == click.id)
    }

    /// The customer, if one is known.
    pub fn customer(&self) -> Option<&'a CustomerFacts> {
        self.facts.customer.as_ref()
    }

    /// Whether a partner, or the owner of a link, asks.
    pub fn somebody_asks(&self) -> bool {
        self.facts.question.partner.is_some()
    }

    /// Whether this is the partner who asks; where nobody does, any is.
    pub fn is_asking(&self, partner: &PartnerId) -> bool {
        self.facts.question.partner.as_ref().is_none_or(|asking| asking == partner)
    }

    /// Whether the customer is the asking partner's, as they would have it.
    pub fn is_theirs(&self) -> bool {
        self.outcome > Outcome::NotTheirs
    }

    /// The moment up to which a click can have counted: the sign-up, else the end of the period asked about.
    pub fn moment(&self) -> Instant {
        match self.customer() {
            Some(_) => self.sign_up().map_or_else(|| self.signed_up_at(), |sign_up| sign_up.at),
            None => self.facts.question.period.end.min(self.facts.now),
        }
    }

    /// When the customer signed up, or would have.
    pub fn signed_up_at(&self) -> Instant {
        self.customer().map_or(self.facts.question.period.end.min(self.facts.now), |customer| customer.signed_up_at)
    }

    /// The window in force at the sign-up.
    pub fn window(&self) -> Window {
        as_of_or_first(&self.facts.policies, self.moment()).map_or(Window::DEFAULT, |policy| policy.window)
    }

    /// The sign-up that a page told of: the latest at which the customer was not yet the partner's; else any word of it.
    pub fn sign_up(&self) -> Option<&'a SignUpSeen> {
        let sign_ups = &self.customer()?.sign_ups;
        sign_ups.iter().find(|sign_up| sign_up.source == ClaimSource::Snippet).or(sign_ups.first())
    }

    /// The sign-up, where a page told of it.
    pub fn page_sign_up(&self) -> Option<&'a SignUpSeen> {
        self.sign_up().filter(|sign_up| sign_up.source == ClaimSource::Snippet)
    }

    /// What the customer signed up with.
    pub fn agent(&self) -> Option<AgentSeen> {
        self.sign_up().and_then(|sign_up| sign_up.agent)
    }

    /// Clicks of the asking partner that came with the customer, judged.
    pub fn touches(&self) -> impl Iterator<Item = &JudgedTouch> {
        self.attribution
            .iter()
            .flat_map(|attribution| &attribution.touches)
            .filter(|touch| self.is_asking(&touch.partner))
    }

    /// The asking partner's touch that was judged so.
    pub fn touch_judged(&self, whys: &[TouchWhy]) -> Option<&JudgedTouch> {
        self.touches().find(|touch| whys.contains(&touch.why))
    }

    /// Whether the customer is known, is not the partner's, and came without any click of the partner's.
    pub fn came_without_their_click(&self) -> bool {
        self.customer().is_some() && !self.is_theirs() && self.touches().next().is_none()
    }

    /// Whether the customer came without any click at all.
    pub fn came_without_click(&self) -> bool {
        let no_touches = self.attribution.as_ref().is_none_or(|attribution| attribution.touches.is_empty());
        no_touches && self.came_without_their_click()
    }

    /// Whether something may have been lost that no record explains by itself: nobody is known, or somebody came without
    /// the partner's click.
    pub fn may_be_lost(&self) -> bool {
        self.customer().is_none() || self.came_without_their_click()
    }

    /// The page view that a click led to.
    pub fn landing_of(&self, click: &ClickSeen) -> Option<&'a LandingSeen> {
        self.facts.landings.iter().find(|landing| landing.click == Some(click.id))
    }

    /// Page views without a click in the day before the sign-up that may have been the customer's.
    pub fn landings_before(&self) -> impl Iterator<Item = &'a LandingSeen> {
        let (agent, to) = (self.agent(), self.moment());
        let from = to.plus_days(-1);
        self.facts.landings.iter().filter(move |landing| {
            let near = from <= landing.at && landing.at <= to.plus_micros(60_000_000);
            near && landing.xid == XidSeen::Absent && agent.is_none_or(|agent| agent.may_be(&landing.agent))
        })
    }

    /// What is known of a page.
    pub fn page(&self, page: &PageName) -> Option<&'a PageSeen> {
        self.facts.pages.iter().find(|seen| seen.page == *page)
    }

    /// Checks that speak of the time of a click on this link or to this page: those of the fortnight around it, else the
    /// last one before it and the first one after it.
    pub fn checks_of(&self, click: &ClickSeen) -> Vec<&'a CheckSeen> {
        let of_it = |check: &&CheckSeen| check.link.as_ref() == Some(&click.link) || check.page == click.dest;
        let near = |check: &&CheckSeen| {
            (check.at.micros().saturating_sub(click.at().micros())).abs() <= CHECK_SPEAKS_DAYS * DAY_MICROS
        };
        self.facts.checks.iter().filter(of_it).filter(near).collect()
    }

    /// Whether every fitting click was seen to arrive; then what says that arrivals are not seen is contradicted.
    pub fn all_arrived(&self) -> Option<&'a LandingSeen> {
        let mut landings = self.fits.iter().map(|click| self.landing_of(click));
        let first = landings.next()??;
        landings.all(|landing| landing.is_some()).then_some(first)
    }

    /// The fitting click, latest first, with the latest check of its time that passes the test.
    pub fn checked(&self, test: impl Fn(&CheckSeen) -> bool) -> Option<(&'a ClickSeen, &'a CheckSeen)> {
        self.fits.iter().find_map(|click| {
            let checks = self.checks_of(click);
            checks.into_iter().rev().find(|check| test(check)).map(|check| (*click, check))
        })
    }

    /// Hosts of the pages that matter: destinations, page views, the sign-up.
    pub fn hosts(&self) -> BTreeSet<&'a str> {
        let pages = self.facts.pages.iter().map(|page| page.page.host.as_str());
        let dests = self.fits.iter().map(|click| click.dest.host.as_str());
        let signed = self.sign_up().and_then(|sign_up| sign_up.page.as_ref()).map(|page| page.host.as_str());
        pages.chain(dests).chain(signed).collect()
    }

    /// When, as people of the program read it: `3 March 2026, 14:02`.
    pub fn when(&self, at: Instant) -> String {
        when(at, &self.facts.zone)
    }

    /// That so many clicks of the partner fit, with the latest of them.
    pub fn cite_fits(&self) -> Vec<Because> {
        let Some(latest) = self.fits.first() else { return Vec::new() };
        let many = if self.fits.len() == 1 { "One click".to_owned() } else { format!("{} clicks", self.fits.len()) };
        let whose = if self.somebody_asks() { "on this partner’s links" } else { "on partners’ links" };
        let text = format!(
            "{many} {whose} may have been this customer’s; the latest was made on {}, with {}.",
            self.when(latest.at()),
            agent_words(&latest.agent)
        );
        vec![Because { text, kind: CiteKind::Click, key: latest.xid.clone() }]
    }

    /// That the sign-up came without a click.
    pub fn cite_sign_up(&self) -> Vec<Because> {
        let Some(sign_up) = self.sign_up() else { return Vec::new() };
        let with = sign_up.agent.map(|agent| format!(", with {}", agent_words(&agent))).unwrap_or_default();
        let how = match (sign_up.source, &sign_up.page) {
            (ClaimSource::Snippet, Some(page)) => format!("on the page {}{}", page.host, page.path),
            (ClaimSource::Snippet, None) => "on a page".to_owned(),
            (ClaimSource::Webhook, _) => "as the payment provider says".to_owned(),
            (ClaimSource::Manual, _) => "as a person entered it".to_owned(),
            (ClaimSource::Api | ClaimSource::S2s, _) => "as the company’s server says".to_owned(),
        };
        let text = format!("The customer signed up on {} {how}{with}, and no click came along.", self.when(sign_up.at));
        vec![Because { text, kind: CiteKind::SignUp, key: sign_up.claim.to_string() }]
    }

    /// The most that may be said of a loss that nothing of the customer's own shows: where a partner asks, whatever the
    /// records determine; where nobody does, nothing says that there was a referral.
    pub fn most_certain(&self) -> Certainty {
        match self.somebody_asks() {
            true => Certainty::Determined,
            false if self.fits.len() <= FEW_FITS => Certainty::Probable,
            false => Certainty::Unknown,
        }
    }

    /// Whether so many clicks fit that each of them says little of one customer.
    pub fn weighs_little(&self) -> bool {
        self.fits.len() > MANY_FITS
    }
}

/// How far from a click a check still speaks of it, in days: destinations are checked daily, and a fortnight bridges a
/// stretch in which they were not.
const CHECK_SPEAKS_DAYS: i64 = 14;

/// Of more clicks than this, none says much about one customer.
const MANY_FITS: usize = 20;

/// Where nobody asks for a partner, of more unexplained clicks than this, on anybody's links, none says that this customer
/// was referred at all.
const FEW_FITS: usize = 5;

/// Whether nobody opened the link: a machine asked, as it declared, or a page loaded it as a part of itself.
pub(super) const fn is_machine(outcome: Screened) -> bool {
    matches!(outcome, Screened::Bot | Screened::Scanner | Screened::Preview | Screened::Head | Screened::NotNavigation)
}

/// `Safari on a phone`.
pub(super) fn agent_words(agent: &AgentSeen) -> String {
    use crate::tracking::agent::{Browser, Device};
    let browser = match agent.browser {
        Browser::Chrome => "Chrome",
        Browser::Safari => "Safari",
        Browser::Firefox => "Firefox",
        Browser::Edge => "Edge",
        Browser::Opera => "Opera",
        Browser::Samsung => "Samsung’s browser",
        Browser::Other => "another browser",
    };
    let device = match agent.device {
        Some(Device::Desktop) => " on a computer",
        Some(Device::Phone) => " on a phone",
        Some(Device::Tablet) => " on a tablet",
        Some(Device::Tv) => " on a television",
        Some(Device::Other) | None => "",
    };
    format!("{browser}{device}")
}

/// `3 March 2026, 14:02`, in the zone.
pub(super) fn when(at: Instant, zone: &jiff::tz::TimeZone) -> String {
    let stamp = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    stamp.to_zoned(zone.clone()).strftime("%-d %B %Y, %H:%M").to_string()
}

/// Whole days between two moments, for a sentence.
pub(super) fn days_between(earlier: Instant, later: Instant) -> i64 {
    later.micros().saturating_sub(earlier.micros()).max(0) / DAY_MICROS
}
