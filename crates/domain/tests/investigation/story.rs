//! Facts as a story tells them: who clicked when with what, what the page saw, who signed up, who paid.

use whence_domain::earning::{
    CommissionStatus, HoldReason, Limits, OfferVersion, ProductRules, Refunds, Terms, Transaction, Trigger,
};
use whence_domain::investigation::facts::{
    AgentSeen, CheckSeen, ClickSeen, CommissionSeen, ConsentSeen, CustomerFacts, Facts, Kept, KeySeen, LandingSeen,
    MissSeen, OtherRecord, PageName, PageRole, PageSeen, ParametersSeen, PaymentChannel, Question, RefusalReason,
    RefusalSeen, RefusedDeliveries, Shared, SignUpSeen, TagSeen, XidSeen,
};
use whence_domain::investigation::{Findings, investigate};
use whence_domain::program::partner::{PartnerStatus, PartnerVersion};
use whence_domain::program::policy::Policy;
use whence_domain::tracking::agent::{Browser, Device, Engine};
use whence_domain::tracking::{
    AttributionDecision, CameBy, Claim, ClaimSource, DecisionScope, MatchedBy, Outcome, PaymentSeen, Touch, TouchClass,
    TouchId,
};
use whence_domain::{
    ClaimId, CommissionId, Currency, CustomerId, GroupId, Instant, LinkId, Mode, Money, OfferId, PartnerId, Period,
    Rate, TransactionId,
};

/// Safari on a computer.
pub const SAFARI: AgentSeen =
    AgentSeen { browser: Browser::Safari, engine: Engine::Webkit, device: Some(Device::Desktop) };
/// Chrome on a computer.
pub const CHROME: AgentSeen =
    AgentSeen { browser: Browser::Chrome, engine: Engine::Blink, device: Some(Device::Desktop) };
/// Firefox on a computer.
pub const FIREFOX: AgentSeen =
    AgentSeen { browser: Browser::Firefox, engine: Engine::Gecko, device: Some(Device::Desktop) };

/// The partner who asks.
pub fn asking() -> PartnerId {
    PartnerId::from_bits(1)
}

/// Another partner.
pub fn rival() -> PartnerId {
    PartnerId::from_bits(2)
}

/// A moment: so many days after the beginning, and half an hour for each step within it.
pub fn day(days: i64) -> Instant {
    Instant::from_millis(1_772_323_200_000).plus_days(days)
}

/// A page of the shop.
pub fn page(host: &str, path: &str) -> PageName {
    PageName { host: host.into(), path: path.into() }
}

/// The facts of one question, being told.
#[derive(Clone)]
pub struct Story {
    /// The facts so far.
    pub facts: Facts,
}

impl Story {
    /// Two active partners, an offer of ten per cent, a window of ninety days; somebody asks for the first partner on day
    /// 120 about the days before it.
    pub fn new() -> Self {
        let active = |partner: PartnerId| PartnerVersion {
            partner,
            version: 1,
            from_at: day(-400),
            group: GroupId::from_bits(1),
            status: PartnerStatus::Active,
        };
        let facts = Facts {
            now: day(120),
            zone: jiff::tz::TimeZone::UTC,
            mode: Mode::Live,
            question: Question {
                partner: Some(asking()),
                link: None,
                link_unknown: false,
                period: Period { start: day(-120), end: day(120) },
                describes_customer: true,
                browser: None,
                device: None,
                same_browser: None,
            },
            policies: vec![Policy::default()],
            offers: vec![OfferVersion {
                offer: OfferId::from_bits(1),
                version: 1,
                from_at: day(-400),
                description: "Ten per cent".into(),
                archived_at: None,
                trigger: Trigger::Transaction,
                terms: Terms::Percent { rate: Rate::from_ppm(100_000) },
                limits: Limits::default(),
                rules: ProductRules::default(),
                hold_days: 0,
                group: None,
            }],
            partners: vec![active(asking()), active(rival())],
            customer: None,
            others: Vec::new(),
            clicks: Vec::new(),
            click_count: 0,
            landings: Vec::new(),
            pages: Vec::new(),
            checks: Vec::new(),
            misses: Vec::new(),
            refusals: Vec::new(),
            elsewhere: Vec::new(),
            payments: PaymentChannel { connected: true, ..PaymentChannel::default() },
            link_host_on_site: false,
            kept_since: None,
            outages: Vec::new(),
        };
        Self { facts }
    }

    /// What the investigation says.
    pub fn findings(&self) -> Findings {
        investigate(&self.facts)
    }

    /// Changes anything.
    pub fn with(mut self, change: impl FnOnce(&mut Facts)) -> Self {
        change(&mut self.facts);
        self
    }

    /// A click on a partner's link; the number names it.
    pub fn click(self, number: u16, partner: &PartnerId, at: Instant, agent: AgentSeen) -> Self {
        self.click_of(number, partner, at, agent, Outcome::Counted)
    }

    /// The same, as screening saw it.
    pub fn click_of(self, number: u16, partner: &PartnerId, at: Instant, agent: AgentSeen, outcome: Outcome) -> Self {
        self.with(|facts| {
            facts.click_count += 1;
            facts.clicks.push(ClickSeen {
                id: touch_id(number, at),
                xid: format!("xid{number}"),
                link: LinkId::from_bits(partner.as_str().len() as u128),
                partner: partner.clone(),
                outcome,
                agent,
                in_app: None,
                gpc: false,
                referrer_host: None,
                dest: page("www.shop.test", "/"),
                earlier: Vec::new(),
                brought_by_others: false,
            });
            facts.clicks.sort_by_key(|click| std::cmp::Reverse(click.id));
        })
    }

    /// The arrival of a click, as the snippet told it.
    pub fn landing(self, number: u16, cookie: Kept) -> Self {
        self.with(|facts| {
            let click =
                facts.clicks.iter().find(|click| click.id.counter == number).expect("the click was told").clone();
            let landing = landing(format!("land{number}"), click.at().plus_micros(1_000_000), click.agent);
            facts.landings.push(LandingSeen {
                click: Some(click.id),
                xid: XidSeen::Genuine,
                cookie,
                storage: cookie,
                page: click.dest.clone(),
                ..landing
            });
            seen_page(facts, &click.dest, click.at(), true);
        })
    }

    /// A page view without a click.
    pub fn bare_landing(self, at: Instant, agent: AgentSeen) -> Self {
        self.with(|facts| {
            let key = format!("bare{}", facts.landings.len());
            facts.landings.push(landing(key, at, agent));
            seen_page(facts, &page("www.shop.test", "/"), at, false);
        })
    }

    /// A page tells of the sign-up, with the click of that number or without one.
    pub fn sign_up(self, at: Instant, agent: AgentSeen, click: Option<u16>) -> Self {
        self.claim(ClaimSource::Snippet, at, Some(agent), click, CameBy::Cookie)
    }

    /// The company's server, or the payment provider, says that the customer exists.
    pub fn confirmed(self, source: ClaimSource, at: Instant) -> Self {
        let story = self.claim(source, at, None, None, CameBy::S2s);
        story.with(|facts| customer(facts).confirmed_at = Some(at))
    }

    /// Any word of the sign-up.
    pub fn claim(
        self,
        source: ClaimSource,
        at: Instant,
        agent: Option<AgentSeen>,
        click: Option<u16>,
        came_by: CameBy,
    ) -> Self {
        let mut story = self.with(|facts| {
            if facts.customer.is_none() {
                facts.customer = Some(nobody(at));
            }
            let customer = customer(facts);
            customer.signed_up_at = customer.signed_up_at.min(at);
            let claim = ClaimId::from_bits(customer.claims.len() as u128 + 1);
            customer.claims.push(Claim {
                id: claim.clone(),
                source,
                named_partner: None,
                matched_by: MatchedBy::CustomerKey,
                confirmed: source != ClaimSource::Snippet,
                occurred_at: at,
                recorded_at: at,
            });
            customer.sign_ups.push(SignUpSeen {
                claim,
                source,
                at,
                page: (source == ClaimSource::Snippet).then(|| page("www.shop.test", "/signup")),
                xid: if click.is_some() { XidSeen::Genuine } else { XidSeen::Absent },
                problems: Vec::new(),
                snippet: None,
                agent,
                without_consent: false,
            });
        });
        if let Some(number) = click {
            story = story.touch(number, came_by);
        }
        story
    }

    /// The last word of the sign-up brings this click along.
    pub fn touch(self, number: u16, came_by: CameBy) -> Self {
        self.with(|facts| {
            let click =
                facts.clicks.iter().find(|click| click.id.counter == number).expect("the click was told").clone();
            let customer = customer(facts);
            let claim = customer.claims.last().expect("somebody signed up").id.clone();
            customer.touches.push(Touch {
                id: click.id,
                xid: click.xid.clone(),
                partner: click.partner.clone(),
                class: TouchClass::from(click.outcome),
                landed_at: None,
                came_by,
                claim,
                shared_id: false,
            });
        })
    }

    /// The customer pays a hundred euros.
    pub fn pays(self, at: Instant) -> Self {
        self.with(|facts| {
            let customer = customer(facts);
            customer.paid.push(PaymentSeen { occurred_at: at, recorded_at: at });
            customer.transactions.push(payment(customer.transactions.len() as u128 + 1, at));
        })
    }

    /// A commission of ten euros stands for the partner who asks.
    pub fn commission(self, status: CommissionStatus, hold: Option<HoldReason>, at: Instant) -> Self {
        self.with(|facts| {
            let currency = Currency::parse("EUR").expect("a currency");
            customer(facts).commissions.push(CommissionSeen {
                id: CommissionId::from_bits(1),
                partner: asking(),
                amount: Money::new(1_000, currency),
                status,
                hold,
                at,
                by_hand: false,
            });
        })
    }

    /// A person decides.
    pub fn decided(self, partner: Option<PartnerId>, at: Instant) -> Self {
        self.with(|facts| {
            customer(facts).decisions.push(AttributionDecision {
                seq: 1,
                partner,
                scope: DecisionScope::Start,
                decided_at: at,
            });
        })
    }

    /// A check of the destination; the closure changes what it found from "all is well".
    pub fn check(self, at: Instant, change: impl FnOnce(&mut CheckSeen)) -> Self {
        self.with(|facts| {
            let mut check = CheckSeen {
                key: format!("check{}", facts.checks.len()),
                at,
                link: None,
                page: page("www.shop.test", "/"),
                http_status: Some(200),
                by_browser: false,
                tag: TagSeen::Found,
                key_in_tag: KeySeen::Right,
                parameters: ParametersSeen::Kept,
                overwritten_at: None,
                policy_blocks: false,
                duplicate: false,
                not_allowed: false,
            };
            change(&mut check);
            facts.checks.push(check);
        })
    }

    /// What is known of the landing page, changed.
    pub fn page_seen(self, change: impl FnOnce(&mut PageSeen)) -> Self {
        self.with(|facts| {
            let dest = page("www.shop.test", "/");
            if !facts.pages.iter().any(|seen| seen.page == dest) {
                facts.pages.push(unseen(dest.clone()));
            }
            let seen = facts.pages.iter_mut().find(|seen| seen.page == dest).expect("just added");
            change(seen);
        })
    }

    /// Reports of the shop's pages were refused.
    pub fn refused(self, reason: RefusalReason, at: Instant) -> Self {
        self.with(|facts| {
            facts.refusals.push(RefusalSeen {
                key: "refusal1".into(),
                origin: "www.shop.test".into(),
                reason,
                from: at,
                last_at: at,
                requests: 3,
                sign_ups: None,
            });
        })
    }

    /// Messages of the payment provider were refused.
    pub fn deliveries_refused(self, at: Instant) -> Self {
        self.with(|facts| {
            let key = "refused1".to_owned();
            let refused = RefusedDeliveries { key, reason: "wrong_signature".into(), last_at: at, count: 4 };
            facts.payments.refused.push(refused);
        })
    }

    /// A request to a link of the partner's that led nowhere.
    pub fn miss(self, at: Instant) -> Self {
        self.with(|facts| {
            facts.misses.push(MissSeen {
                key: "miss1".into(),
                at,
                path: "/ada".into(),
                link: Some(LinkId::from_bits(9)),
                partner: Some(asking()),
                outcome: Outcome::Inactive,
            });
        })
    }

    /// Another record of the same person, which has paid, or signed up for the partner who asks.
    pub fn other_record(self, paid: bool, click: Option<u16>) -> Self {
        self.with(|facts| {
            let at = facts.customer.as_ref().map_or(day(0), |customer| customer.signed_up_at);
            let click = click.map(|number| {
                facts.clicks.iter().find(|click| click.id.counter == number).expect("the click was told").clone()
            });
            let touches = click.iter().map(|click| Touch {
                id: click.id,
                xid: click.xid.clone(),
                partner: click.partner.clone(),
                class: TouchClass::Counts,
                landed_at: None,
                came_by: CameBy::Cookie,
                claim: ClaimId::from_bits(77),
                shared_id: false,
            });
            facts.others.push(OtherRecord {
                customer: CustomerId::from_bits(99),
                since: at,
                signed_up: click.is_some(),
                partner: click.as_ref().map(|click| click.partner.clone()),
                paid,
                transactions: if paid { vec![payment(50, at.plus_days(1))] } else { Vec::new() },
                touches: touches.collect(),
                shared: Shared::Email,
                other_key: true,
                nearly_same_key: false,
            });
        })
    }
}

fn touch_id(number: u16, at: Instant) -> TouchId {
    TouchId { millis: at.millis(), incarnation: 1, counter: number }
}

fn customer(facts: &mut Facts) -> &mut CustomerFacts {
    facts.customer.as_mut().expect("somebody signed up")
}

fn nobody(at: Instant) -> CustomerFacts {
    CustomerFacts {
        id: CustomerId::from_bits(1),
        confirmed_at: None,
        signed_up_at: at,
        sign_ups: Vec::new(),
        claims: Vec::new(),
        touches: Vec::new(),
        decisions: Vec::new(),
        paid: Vec::new(),
        settled_at: None,
        transactions: Vec::new(),
        commissions: Vec::new(),
        has_provider_key: false,
        is_partner_itself: false,
        same_domain_as_partner: false,
    }
}

fn payment(number: u128, at: Instant) -> Transaction {
    Transaction {
        id: TransactionId::from_bits(number),
        key: format!("ch_{number}"),
        amount: Money::new(10_000, Currency::parse("EUR").expect("a currency")),
        product_key: None,
        category_key: None,
        occurred_at: at,
        removed_at: None,
        refunds: Refunds::default(),
    }
}

fn landing(key: String, at: Instant, agent: AgentSeen) -> LandingSeen {
    LandingSeen {
        key,
        at,
        page: page("www.shop.test", "/"),
        params: Vec::new(),
        referrer_host: None,
        click: None,
        xid: XidSeen::Absent,
        cookie: Kept::Yes,
        cookie_domain: None,
        storage: Kept::Yes,
        consent: ConsentSeen::Unasked,
        gpc: false,
        problems: Vec::new(),
        snippet: Some("1.1.0".into()),
        agent,
    }
}

fn unseen(page: PageName) -> PageSeen {
    PageSeen {
        page,
        role: PageRole::Destination,
        first_landing_at: None,
        last_landing_at: None,
        landings: 0,
        landings_with_click: 0,
        clicks: 0,
        clicks_since_last_landing: 0,
        sign_ups: 0,
        sign_ups_with_click: 0,
    }
}

fn seen_page(facts: &mut Facts, page: &PageName, at: Instant, with_click: bool) {
    if !facts.pages.iter().any(|seen| seen.page == *page) {
        facts.pages.push(unseen(page.clone()));
    }
    for seen in facts.pages.iter_mut().filter(|seen| seen.page == *page) {
        seen.landings += 1;
        seen.landings_with_click += u64::from(with_click);
        seen.first_landing_at = Some(seen.first_landing_at.map_or(at, |first| first.min(at)));
        seen.last_landing_at = Some(seen.last_landing_at.map_or(at, |last| last.max(at)));
    }
}
