//! Whether payments arrive: the checks that a person would go through by hand (`wire.md` 5), each fine, broken with what
//! mends it, or not to be determined. Counts and moments in, sentences out.

use super::arrival::AttemptRefusal;
use crate::closed::closed_list;
use crate::mode::Mode;
use crate::program::SaleSource;
use crate::time::{DAY_MICROS, Instant};

/// Days over which the usual number of deliveries is taken.
pub const NORM_DAYS: i64 = 28;
/// Days within which refusals and payments are looked at.
pub const RECENT_DAYS: i64 = 7;
/// From so many deliveries that should have come on, silence is no chance: fewer than one time in a hundred.
const TELLING: i64 = 5;
/// Seconds by which clocks may differ before it is said; deliveries are refused at 300.
const SKEW_SECONDS: i64 = 60;
/// A share of payments without a known customer above this, in thousandths, is worth looking at: many customers come
/// without a partner, but their sign-ups are known.
const UNKNOWN_MILLI: i64 = 200;

closed_list! {
    /// What is checked.
    pub enum WebhookCheck {
        Address = "address", "There is an address, and its signing secret is stored.";
        Arriving = "arriving", "Deliveries arrive as they usually do.";
        Environment = "environment", "Test and live are not mixed up.";
        EventKinds = "event_kinds", "The kinds of events that are needed arrive.";
        Refusals = "refusals", "No delivery was refused lately.";
        KnownCustomers = "known_customers", "Payments belong to customers who are known.";
        ProviderKeys = "provider_keys", "Customers who were added by hand or by your server can be found by their payments.";
        CustomerKeys = "customer_keys", "The payment provider tells your own key of each customer.";
        Clock = "clock", "The clocks agree.";
    }
}

impl WebhookCheck {
    /// What is looked at, in a few words that hold however it ends.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Address => "Address and signing secret",
            Self::Arriving => "Deliveries, as they usually come",
            Self::Environment => "Test and live",
            Self::EventKinds => "Kinds of events",
            Self::Refusals => "Refused deliveries",
            Self::KnownCustomers => "Whose the payments are",
            Self::ProviderKeys => "Provider keys of customers added by hand or by your server",
            Self::CustomerKeys => "Your customer keys at the payment provider",
            Self::Clock => "Clocks",
        }
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Fine,
    /// Not so: the mend says what to do.
    Broken,
    /// The facts do not say.
    Unknown,
}

impl State {
    /// The stable word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
        }
    }
}

/// One line of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What was checked.
    pub check: WebhookCheck,
    /// How it ended.
    pub state: State,
    /// What was seen.
    pub seen: String,
    /// What puts it right, or what would settle it.
    pub mend: Option<String>,
    /// When the last thing that it speaks of happened.
    pub at: Option<Instant>,
}

/// Refusals at one address for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedDeliveries {
    /// Why.
    pub reason: AttemptRefusal,
    /// How many.
    pub attempts: i64,
    /// When the last one came.
    pub last_at: Instant,
}

/// What is known of a tenant's deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookFacts {
    /// Live or test.
    pub mode: Mode,
    /// What the program counts as a sale.
    pub sales: SaleSource,
    /// The present.
    pub now: Instant,
    /// For each address, when it was made and whether it has a secret.
    pub addresses: Vec<(Instant, bool)>,
    /// Deliveries over the [`NORM_DAYS`] days before the last one.
    pub usual: i64,
    /// When the last delivery came.
    pub last_delivery: Option<Instant>,
    /// Of the latest deliveries, how many the provider made in live and in test mode.
    pub made_live: i64,
    /// See there.
    pub made_test: i64,
    /// When the last delivery of each kind came, of those that mean something here.
    pub kinds: Vec<(&'static str, Option<Instant>)>,
    /// What was refused in the last [`RECENT_DAYS`] days.
    pub refused: Vec<RefusedDeliveries>,
    /// Payments in the last [`NORM_DAYS`] days.
    pub payments: i64,
    /// Of these, those of customers of whom no sign-up is known.
    pub unknown_customers: i64,
    /// Customers added by hand or by a server without the provider's key; no more than [`MOST_COUNTED`] are counted.
    pub without_provider_key: i64,
    /// Of the latest customers that the provider told of, how many there were and how many came with the company's own key.
    pub told_customers: i64,
    /// See there.
    pub told_with_key: i64,
    /// By how many seconds our clock is ahead of the provider's, the middle of the latest deliveries.
    pub skew_seconds: Option<i64>,
}

/// Customers without a provider's key beyond this are "more than".
pub const MOST_COUNTED: i64 = 1_000;

/// The kinds of events that are needed, whichever the program counts as sales.
pub const fn needed_kinds(sales: SaleSource) -> &'static [&'static str] {
    match sales {
        SaleSource::Charge => &[
            "charge.succeeded",
            "charge.refunded",
            "customer.created",
            "customer.updated",
            "checkout.session.completed",
        ],
        SaleSource::Invoice => &[
            "invoice.paid",
            "invoice_payment.paid",
            "charge.refunded",
            "customer.created",
            "customer.updated",
            "checkout.session.completed",
        ],
    }
}

/// How silent it is since the last delivery, against what is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Nothing out of the ordinary.
    Usual,
    /// Longer than usual, but it may be chance.
    Longer,
    /// Too long for chance.
    Telling,
}

/// Weighs how long nothing has come: `usual` deliveries in [`NORM_DAYS`] days, and so many microseconds of silence.
pub fn silence(usual: i64, silent_micros: i64) -> Silence {
    let expected = i128::from(usual.max(0)) * i128::from(silent_micros.max(0));
    let per = i128::from(NORM_DAYS) * i128::from(DAY_MICROS);
    if expected >= per * i128::from(TELLING) {
        Silence::Telling
    } else if expected >= per * 2 {
        Silence::Longer
    } else {
        Silence::Usual
    }
}

/// Goes through the checklist.
pub fn check(facts: &WebhookFacts) -> Vec<Checked> {
    let checks =
        [address, arriving, environment, event_kinds, refusals, known_customers, provider_keys, customer_keys, clock];
    checks.into_iter().map(|check| check(facts)).collect()
}

/// The tenant's address was never used, or there is none: later checks have nothing to go by.
fn line(check: WebhookCheck, state: State, seen: impl Into<String>) -> Checked {
    Checked { check, state, seen: seen.into(), mend: None, at: None }
}

impl Checked {
    fn mend(self, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..self }
    }

    fn at(self, at: Option<Instant>) -> Self {
        Self { at, ..self }
    }
}

fn address(facts: &WebhookFacts) -> Checked {
    let check = WebhookCheck::Address;
    if facts.addresses.is_empty() {
        return line(check, State::Broken, "There is no address yet, so no payment can arrive.")
            .mend("Connect the payment provider under Integrations, and give it the address that is shown there.");
    }
    if facts.addresses.iter().any(|(_, has_secret)| !has_secret) {
        return line(check, State::Broken, "An address has no signing secret: every delivery to it is refused.")
            .mend("Copy the signing secret from the payment provider and save it beside the address.");
    }
    line(check, State::Fine, "The address has its signing secret.")
}

fn arriving(facts: &WebhookFacts) -> Checked {
    let check = WebhookCheck::Arriving;
    let refused: i64 =
        facts.refused.iter().filter(|refused| refused.reason.is_companys()).map(|one| one.attempts).sum();
    let look =
        "Open the provider’s own list of deliveries for this address: it shows what was sent and what we answered.";
    let Some(last) = facts.last_delivery else {
        let since = facts.addresses.iter().map(|(made, _)| *made).min();
        let old = since.is_some_and(|made| facts.now.micros() - made.micros() > 3 * DAY_MICROS);
        return match (facts.addresses.is_empty(), refused > 0, old) {
            (true, ..) => line(check, State::Unknown, "Nothing can arrive without an address."),
            (_, true, _) => {
                line(check, State::Broken, "Everything that was sent was refused.").mend("See the refusals below.")
            }
            (_, _, true) => {
                line(check, State::Broken, "Nothing has ever arrived, and the address is more than three days old.")
                    .mend("Check that the address is entered at the provider, then send a test event from there.")
            }
            _ => line(check, State::Unknown, "Nothing has arrived yet.")
                .mend("Send a test event from the provider: it is listed below at once."),
        };
    };
    let silent = facts.now.micros() - last.micros();
    let days = silent / DAY_MICROS;
    let per_day = facts.usual / NORM_DAYS;
    let usual = match per_day {
        0 => format!("{} came in the four weeks before that", facts.usual),
        many => format!("about {many} a day are usual"),
    };
    match silence(facts.usual, silent) {
        Silence::Usual => line(check, State::Fine, format!("The last one came when it should have; {usual}.")),
        Silence::Longer => line(
            check,
            State::Unknown,
            format!("Nothing has come for {}; {usual}, so it may be chance.", for_days(days)),
        )
        .mend(look),
        Silence::Telling => {
            line(check, State::Broken, format!("Nothing has come for {}, although {usual}.", for_days(days))).mend(look)
        }
    }
    .at(Some(last))
}

fn for_days(days: i64) -> String {
    match days {
        0 => "less than a day".into(),
        1 => "a day".into(),
        days => format!("{days} days"),
    }
}

fn environment(facts: &WebhookFacts) -> Checked {
    let check = WebhookCheck::Environment;
    let (here, other, others) = match facts.mode {
        Mode::Live => ("live", "test", facts.made_test),
        Mode::Test => ("test", "live", facts.made_live),
    };
    let made_here = if facts.mode == Mode::Live { facts.made_live } else { facts.made_test };
    if others > 0 {
        return line(check, State::Broken, format!("{others} of the latest deliveries to this {here} address were made in the provider’s {other} mode."))
            .mend(format!("Enter this address at the provider in {here} mode, and the {other} address of Whence in {other} mode. Each has a secret of its own."));
    }
    if made_here == 0 {
        return line(check, State::Unknown, "No delivery has said yet in which mode it was made.");
    }
    line(check, State::Fine, format!("The latest deliveries were all made in {here} mode."))
}

fn event_kinds(facts: &WebhookFacts) -> Checked {
    let check = WebhookCheck::EventKinds;
    let never: Vec<&str> = facts.kinds.iter().filter(|(_, at)| at.is_none()).map(|(kind, _)| *kind).collect();
    let sale = needed_kinds(facts.sales)[0];
    if facts.last_delivery.is_none() {
        return line(check, State::Unknown, "Nothing has arrived yet.")
            .mend(format!("Choose these at the provider: {}.", needed_kinds(facts.sales).join(", ")));
    }
    let list = never.join(", ");
    if never.contains(&sale) {
        return line(check, State::Broken, format!("{sale}, which tells of a payment, has never come. Never seen: {list}."))
            .mend("Choose these kinds for the address at the provider. If invoices are your sales, change that setting of the program.");
    }
    if never.contains(&"customer.created") && never.contains(&"customer.updated") {
        return line(
            check,
            State::Broken,
            format!(
                "Nothing has told of customers, so payments are matched by e-mail address alone. Never seen: {list}."
            ),
        )
        .mend("Choose customer.created and customer.updated for the address at the provider as well.");
    }
    match never.is_empty() {
        true => line(check, State::Fine, "Every kind has been seen."),
        // Nobody may have asked for money back, or pays by a checkout page.
        false => line(check, State::Unknown, format!("Never seen so far: {list}. That may be right."))
            .mend("Check that they are chosen for the address at the provider."),
    }
}

fn refusals(facts: &WebhookFacts) -> Checked {
    let check = WebhookCheck::Refusals;
    let Some(last) = facts.refused.iter().max_by_key(|refused| (refused.reason.is_companys(), refused.last_at)) else {
        return line(check, State::Fine, format!("None was refused in the last {RECENT_DAYS} days."));
    };
    let total: i64 = facts.refused.iter().map(|refused| refused.attempts).sum();
    let seen = format!("{total} were refused in the last {RECENT_DAYS} days. {}", last.reason.sentence());
    let state = if last.reason.is_companys() { State::Broken } else { State::Unknown };
    line(check, state, seen).mend(last.reason.mend()).at(Some(last.last_at))
}

fn known_customers(facts: &WebhookFacts) -> Checked {
    let check = WebhookCheck::KnownCustomers;
    if facts.payments == 0 {
        return line(check, State::Unknown, format!("No payment came in the last {NORM_DAYS} days."));
    }
    let (unknown, all) = (facts.unknown_customers, facts.payments);
    let seen = format!(
        "{unknown} of {all} payments in the last {NORM_DAYS} days came from customers of whom no sign-up is known."
    );
    if i128::from(unknown) * 1_000 <= i128::from(all) * i128::from(UNKNOWN_MILLI) {
        return line(check, State::Fine, seen);
    }
    line(check, State::Broken, seen).mend(
        "Have the payment provider know your own key of each customer (metadata customer_key), the same that your sign-up \
         page sends, and add the provider’s key to customers who exist already.",
    )
}

fn provider_keys(facts: &WebhookFacts) -> Checked {
    let check = WebhookCheck::ProviderKeys;
    let number = match facts.without_provider_key {
        0 => return line(check, State::Fine, "All of them have the payment provider’s key."),
        many if many > MOST_COUNTED => format!("More than {MOST_COUNTED}"),
        many => many.to_string(),
    };
    line(check, State::Broken, format!("{number} customers who were added by hand or by your server have no key of the payment provider."))
        .mend("Add the provider’s key on each customer’s page, or send provider_key with the API. Until then their payments are found by your own key or their e-mail address only.")
}

fn customer_keys(facts: &WebhookFacts) -> Checked {
    let check = WebhookCheck::CustomerKeys;
    let (with, all) = (facts.told_with_key, facts.told_customers);
    let mend =
        "Set metadata customer_key on each customer at the payment provider to the key that your sign-up page sends.";
    match (with, all) {
        (_, 0) => line(check, State::Unknown, "The provider has told of no customer yet."),
        (0, all) => line(check, State::Broken, format!("None of the latest {all} customers came with a key of yours."))
            .mend(mend),
        (with, all) if with < all => {
            line(check, State::Broken, format!("{with} of the latest {all} customers came with a key of yours."))
                .mend(mend)
        }
        (_, all) => line(check, State::Fine, format!("The latest {all} customers all came with your key.")),
    }
}

fn clock(facts: &WebhookFacts) -> Checked {
    let check = WebhookCheck::Clock;
    let stale = facts.refused.iter().find(|refused| refused.reason == AttemptRefusal::SignatureStale);
    let mend = "Have this server’s clock set by a time service. At five minutes, deliveries are refused.";
    match (facts.skew_seconds, stale) {
        (None, None) => line(check, State::Unknown, "No delivery has come by which the clocks could be compared."),
        (None, Some(stale)) => {
            line(check, State::Broken, stale.reason.sentence()).mend(stale.reason.mend()).at(Some(stale.last_at))
        }
        (Some(skew), _) if skew.abs() <= SKEW_SECONDS => {
            line(check, State::Fine, format!("The latest deliveries took {} to arrive by both clocks.", seconds(skew)))
        }
        (Some(skew), _) if skew > 0 => line(
            check,
            State::Broken,
            format!(
                "By our clock the latest deliveries took {} to arrive: it is ahead, or they are held up.",
                seconds(skew)
            ),
        )
        .mend(mend),
        (Some(skew), _) => line(
            check,
            State::Broken,
            format!("By our clock the latest deliveries came {} before they were signed: it is behind.", seconds(skew)),
        )
        .mend(mend),
    }
}

fn seconds(number: i64) -> String {
    match number.saturating_abs() {
        1 => "1 second".into(),
        number => format!("{number} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_seconds(1_800_000_000);

    fn healthy() -> WebhookFacts {
        WebhookFacts {
            mode: Mode::Live,
            sales: SaleSource::Charge,
            now: NOW,
            addresses: vec![(NOW.plus_days(-90), true)],
            usual: 280,
            last_delivery: Some(NOW.plus_micros(-3_600_000_000)),
            made_live: 20,
            made_test: 0,
            kinds: needed_kinds(SaleSource::Charge).iter().map(|kind| (*kind, Some(NOW))).collect(),
            refused: Vec::new(),
            payments: 100,
            unknown_customers: 3,
            without_provider_key: 0,
            told_customers: 20,
            told_with_key: 20,
            skew_seconds: Some(2),
        }
    }

    fn refused(reason: AttemptRefusal) -> Vec<RefusedDeliveries> {
        vec![RefusedDeliveries { reason, attempts: 4, last_at: NOW }]
    }

    /// The checks that are not fine.
    fn amiss(facts: &WebhookFacts) -> Vec<(WebhookCheck, State)> {
        let checked = check(facts);
        assert_eq!(checked.len(), WebhookCheck::ALL.len());
        for one in &checked {
            assert!(one.state != State::Broken || one.mend.is_some(), "{one:?} says what to do");
            assert!(one.seen.ends_with('.'), "{one:?}");
        }
        checked.into_iter().filter(|one| one.state != State::Fine).map(|one| (one.check, one.state)).collect()
    }

    #[test]
    fn a_healthy_program_has_nothing_to_mend() {
        assert_eq!(amiss(&healthy()), []);
    }

    #[test]
    fn each_fault_is_told_by_its_own_line() {
        use State::{Broken, Unknown};
        use WebhookCheck::{
            Address, Arriving, Clock, CustomerKeys, Environment, EventKinds, KnownCustomers, ProviderKeys, Refusals,
        };
        let with = |change: fn(&mut WebhookFacts)| {
            let mut facts = healthy();
            change(&mut facts);
            facts
        };
        let table: Vec<(WebhookFacts, Vec<(WebhookCheck, State)>)> = vec![
            (with(|facts| facts.addresses[0].1 = false), vec![(Address, Broken)]),
            (with(|facts| facts.last_delivery = Some(NOW.plus_days(-2))), vec![(Arriving, Broken)]),
            (
                with(|facts| {
                    facts.usual = 28;
                    facts.last_delivery = Some(NOW.plus_days(-3));
                }),
                vec![(Arriving, Unknown)],
            ),
            (
                with(|facts| {
                    facts.usual = 4;
                    facts.last_delivery = Some(NOW.plus_days(-9));
                }),
                vec![],
            ),
            (with(|facts| facts.made_test = 2), vec![(Environment, Broken)]),
            (with(|facts| facts.made_live = 0), vec![(Environment, Unknown)]),
            (with(|facts| facts.kinds[0].1 = None), vec![(EventKinds, Broken)]),
            (with(|facts| facts.kinds[1].1 = None), vec![(EventKinds, Unknown)]),
            (
                with(|facts| {
                    facts.kinds[2].1 = None;
                    facts.kinds[3].1 = None;
                }),
                vec![(EventKinds, Broken)],
            ),
            (with(|facts| facts.refused = refused(AttemptRefusal::SignatureWrong)), vec![(Refusals, Broken)]),
            (with(|facts| facts.refused = refused(AttemptRefusal::SignatureMissing)), vec![(Refusals, Unknown)]),
            (with(|facts| facts.unknown_customers = 40), vec![(KnownCustomers, Broken)]),
            (with(|facts| facts.payments = 0), vec![(KnownCustomers, Unknown)]),
            (with(|facts| facts.without_provider_key = 2), vec![(ProviderKeys, Broken)]),
            (with(|facts| facts.told_with_key = 0), vec![(CustomerKeys, Broken)]),
            (with(|facts| facts.told_with_key = 7), vec![(CustomerKeys, Broken)]),
            (with(|facts| facts.skew_seconds = Some(-200)), vec![(Clock, Broken)]),
            (with(|facts| facts.skew_seconds = None), vec![(Clock, Unknown)]),
            (
                with(|facts| {
                    facts.skew_seconds = None;
                    facts.refused = refused(AttemptRefusal::SignatureStale);
                }),
                vec![(Refusals, Broken), (Clock, Broken)],
            ),
        ];
        for (number, (facts, expected)) in table.iter().enumerate() {
            assert_eq!(amiss(facts), *expected, "case {number}");
        }
    }

    #[test]
    fn of_a_program_that_has_just_begun_nothing_is_said_that_nobody_knows() {
        let begun = WebhookFacts {
            addresses: vec![(NOW, true)],
            usual: 0,
            last_delivery: None,
            made_live: 0,
            kinds: needed_kinds(SaleSource::Charge).iter().map(|kind| (*kind, None)).collect(),
            payments: 0,
            unknown_customers: 0,
            told_customers: 0,
            told_with_key: 0,
            skew_seconds: None,
            ..healthy()
        };
        assert!(amiss(&begun).iter().all(|(_, state)| *state == State::Unknown));
        let old = WebhookFacts { addresses: vec![(NOW.plus_days(-4), true)], ..begun.clone() };
        assert!(amiss(&old).contains(&(WebhookCheck::Arriving, State::Broken)));
        let refused = WebhookFacts { refused: refused(AttemptRefusal::NoSecret), ..begun.clone() };
        assert!(amiss(&refused).contains(&(WebhookCheck::Arriving, State::Broken)));
        let none = WebhookFacts { addresses: Vec::new(), ..begun };
        assert!(amiss(&none).contains(&(WebhookCheck::Address, State::Broken)));
    }

    #[test]
    fn silence_is_weighed_against_what_is_usual_and_never_overflows() {
        assert_eq!(silence(0, i64::MAX), Silence::Usual, "who never sells is never silent");
        assert_eq!(silence(28, DAY_MICROS), Silence::Usual);
        assert_eq!(silence(28, 2 * DAY_MICROS), Silence::Longer);
        assert_eq!(silence(28, 5 * DAY_MICROS), Silence::Telling);
        assert_eq!(silence(i64::MAX, i64::MAX), Silence::Telling);
        assert_eq!(silence(-1, -1), Silence::Usual);
    }
}
