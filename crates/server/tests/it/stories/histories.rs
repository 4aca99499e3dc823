//! Random histories, told to two installations in two orders, some of it twice: both end with the same money.
//!
//! `WHENCE_HISTORIES` is how many, `WHENCE_SEED` where they begin; each failure names the seed of its history.

use crate::on_both_engines;
use crate::support::{Fresh, TestApp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use whence::store::Engine;

/// How many histories the normal run tells.
const HISTORIES: u64 = 20;

/// Numbers that look random and are the same for the same seed (the generator is SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    /// The facts in any order, some of them up to three times.
    fn shuffled(&mut self, facts: &[Fact]) -> Vec<Fact> {
        let mut told: Vec<Fact> = Vec::new();
        for fact in facts {
            let times = if self.one_in(3) { 1 + self.below(3) } else { 1 };
            told.extend((0..times).map(|_| fact.clone()));
        }
        for last in (1..told.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).expect("below a length");
            told.swap(last, other);
        }
        told
    }
}

/// Something that happened, with its own time where it has one.
#[derive(Clone, Debug)]
enum Fact {
    /// A browser says that the customer signed up, with the click of this number.
    SignUp { customer: String, click: Option<usize> },
    /// Stripe's event of this id and kind, made at this second.
    Stripe { id: String, kind: &'static str, made: i64, object: Value },
    /// The company's server tells of a payment.
    Payment { body: Value },
    /// The company takes that payment back.
    Removal { key: String },
    /// A person declines what the customer's payments of this key earned.
    Decline { customer: String, key: String },
}

/// Clicks in their order, facts that may come in any order, and facts that come after all those, in any order too.
#[derive(Default)]
struct History {
    clicks: Vec<&'static str>,
    facts: Vec<Fact>,
    later: Vec<Fact>,
}

const PARTNERS: [&str; 3] = ["ada", "bo", "cy"];
const CURRENCIES: [&str; 3] = ["eur", "usd", "jpy"];

impl History {
    /// A history whose facts happened in the seconds after `since`.
    fn draw(seed: u64, since: i64) -> Self {
        let mut random = Random(seed);
        let mut history = Self::default();
        for number in 0..=random.below(3) {
            history.draw_customer(&mut random, &format!("{seed:x}-{number}"), since);
        }
        history
    }

    fn draw_customer(&mut self, random: &mut Random, customer: &str, since: i64) {
        for _ in 0..random.below(3) {
            self.clicks.push(PARTNERS[usize::try_from(random.below(3)).expect("three")]);
            self.facts.push(Fact::SignUp { customer: customer.into(), click: Some(self.clicks.len() - 1) });
        }
        if random.one_in(3) {
            self.facts.push(Fact::SignUp { customer: customer.into(), click: None });
        }
        let object = json!({ "id": format!("cus_{customer}"), "email": format!("{customer}@example.com"),
            "metadata": { "customer_key": customer }, "created": since });
        self.stripe(format!("evt_c_{customer}"), "customer.created", since, object);
        for number in 0..random.below(4) {
            self.draw_charge(
                random,
                customer,
                &format!("{customer}-{number}"),
                since + 10 * (1 + i64::try_from(number).expect("few")),
            );
        }
        if random.one_in(2) {
            let key = format!("order-{customer}");
            let body = json!({ "customer_external_key": customer, "amount": 1 + random.below(100_000), "currency": "EUR",
                "key": key, "created_at": (since + 500) * 1_000 });
            self.facts.push(Fact::Payment { body });
            if random.one_in(2) {
                self.later.push(Fact::Removal { key });
            } else if random.one_in(2) {
                self.later.push(Fact::Decline { customer: customer.into(), key });
            }
        }
    }

    /// A charge, and what was given back of it: as totals, or one by one.
    fn draw_charge(&mut self, random: &mut Random, customer: &str, name: &str, paid_at: i64) {
        let amount = 1 + random.below(100_000);
        let currency = CURRENCIES[usize::try_from(random.below(3)).expect("three")];
        let (charge, intent) = (format!("ch_{name}"), format!("pi_{name}"));
        let object = |refunded: u64| {
            json!({ "id": charge, "customer": format!("cus_{customer}"), "amount": amount, "amount_refunded": refunded,
                "captured": true, "currency": currency, "created": paid_at, "payment_intent": intent })
        };
        self.stripe(format!("evt_p_{name}"), "charge.succeeded", paid_at, object(0));
        if random.one_in(4) {
            self.later.push(Fact::Decline { customer: customer.into(), key: charge.clone() });
            return;
        }
        let mut left = amount;
        for number in 0..random.below(3) {
            let back = random.below(left + 1);
            left -= back;
            let made = paid_at + 100 * (i64::try_from(number).expect("few") + 1);
            if random.one_in(2) {
                self.stripe(format!("evt_t_{name}_{number}"), "charge.refunded", made, object(amount - left));
            } else {
                let refund = |status: &str| {
                    json!({ "id": format!("re_{name}_{number}"), "charge": charge, "payment_intent": intent,
                        "amount": back, "currency": currency, "status": status, "created": made })
                };
                let end = if random.one_in(3) { "failed" } else { "succeeded" };
                self.stripe(format!("evt_r_{name}_{number}"), "refund.created", made, refund("pending"));
                self.stripe(format!("evt_u_{name}_{number}"), "refund.updated", made + 5, refund(end));
            }
        }
    }

    fn stripe(&mut self, id: String, kind: &'static str, made: i64, object: Value) {
        self.facts.push(Fact::Stripe { id, kind, made, object });
    }
}

async fn tell(app: &TestApp, fact: &Fact, clicks: &[String]) {
    match fact {
        Fact::SignUp { customer, click } => {
            let xid = click.map(|number| clicks[number].as_str());
            app.sign_up(json!({ "customer_key": customer }), xid).await;
        }
        Fact::Stripe { id, kind, made, object } => {
            let reply = app.deliver_made_at(*made, id, kind, object, &app.setup.stripe_webhook_secret).await;
            assert_eq!(reply.status.as_u16(), 200, "{}", reply.text);
        }
        Fact::Payment { body } => drop(app.live.create("/transactions", body).await),
        Fact::Removal { key } => {
            let reply = app.live.delete(&format!("/transactions/{key}")).await;
            assert!(matches!(reply.status.as_u16(), 200 | 404), "{}", reply.text);
        }
        Fact::Decline { customer, key } => {
            for reward in app.live.get(&format!("/rewards?limit=250&customer_key={customer}")).await.items() {
                if reward["transaction"]["key"] == key.as_str() && reward["reward_status"] != "declined" {
                    let path = format!("/rewards/{}", reward["key"].as_str().expect("a key"));
                    let verdict = json!({ "reward_status": "declined", "decline_reason": "on purpose" });
                    let reply = app.live.patch(&path, &verdict).await;
                    assert!(matches!(reply.status.as_u16(), 200 | 409), "{}", reply.text);
                }
            }
        }
    }
}

type Sums = BTreeMap<(String, String, String), i64>;

/// What each partner has earned, by currency and status; what adds up to nothing is left out.
async fn sums(app: &TestApp) -> Sums {
    let mut sums = Sums::new();
    let mut after = String::new();
    loop {
        let page = app.live.get(&format!("/rewards?limit=250{after}")).await;
        let items = page.items();
        for reward in &items {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let key = (
                text(&reward["partnership"]["partner_key"]),
                text(&reward["currency"]),
                text(&reward["reward_status"]),
            );
            *sums.entry(key).or_default() += reward["amount"].as_i64().expect("an amount");
        }
        if page.data()["has_more"] != true {
            break;
        }
        after = format!("&starting_after={}", items.last().expect("there is more")["key"].as_str().expect("a key"));
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

/// Two installations of one engine.
struct Two([TestApp; 2]);

impl Fresh for Two {
    async fn fresh(engine: Engine) -> Self {
        Self([TestApp::fresh(engine).await, TestApp::fresh(engine).await])
    }
}

on_both_engines! {
    async fn histories_told_in_two_orders_end_with_the_same_money(two: Two) {
        let Two(apps) = two;
        for app in &apps {
            for partner in PARTNERS {
                app.partner(partner).await;
            }
            app.percent_offer(333_333).await;
        }
        let (first, many) = (number("WHENCE_SEED", 1), number("WHENCE_HISTORIES", HISTORIES));
        println!("histories of the seeds {first} to {}", first + many - 1);
        for seed in first..first + many {
            // Both clocks stand at the same second, and what happened lies between the clicks and the telling.
            let since = apps[0].seconds().max(apps[1].seconds()) + 100;
            let history = History::draw(seed, since);
            let mut random = Random(seed ^ 0xffff);
            for app in &apps {
                let mut clicks = Vec::new();
                for partner in &history.clicks {
                    clicks.push(app.click(partner).await);
                }
                app.clock.pass_seconds(since - app.seconds() + 10_000);
                for part in [&history.facts, &history.later] {
                    for fact in random.shuffled(part) {
                        tell(app, &fact, &clicks).await;
                    }
                }
            }
            assert_eq!(sums(&apps[0]).await, sums(&apps[1]).await, "after the history of seed {seed}: {:#?}", history.facts);
        }
        assert!(sums(&apps[0]).await.len() >= 6, "the histories earn something");
        for app in &apps {
            app.verify().await;
        }
    }
}
