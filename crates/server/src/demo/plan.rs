//! What happened in the demo's ninety days: who clicked, signed up, paid, and where it went wrong.

use super::dice::Dice;
use whence_domain::Instant;

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;
/// How many days are told.
pub const DAYS: i64 = 90;

/// A partner of the demo.
pub struct Partner {
    /// Its key and the path of its link.
    pub key: &'static str,
    /// First name.
    pub first: &'static str,
    /// Last name.
    pub last: &'static str,
    /// Whether it is in the group of agencies.
    pub agency: bool,
    /// Clicks on an ordinary day.
    pub clicks: u64,
}

/// The demo's partners.
pub const PARTNERS: [Partner; 6] = [
    Partner { key: "ada", first: "Ada", last: "Okafor", agency: false, clicks: 7 },
    Partner { key: "bo", first: "Bo", last: "Lindqvist", agency: false, clicks: 5 },
    Partner { key: "northwind", first: "Nora", last: "Wind", agency: true, clicks: 4 },
    Partner { key: "CodeCast", first: "Mina", last: "Sato", agency: false, clicks: 3 },
    Partner { key: "luis", first: "Luis", last: "Ferreira", agency: false, clicks: 2 },
    Partner { key: "tinyblog", first: "Thea", last: "Blom", agency: false, clicks: 1 },
];

const FIRST: [&str; 24] = [
    "Ines", "Jonas", "Priya", "Marco", "Leila", "Tom", "Aiko", "Sven", "Carla", "Noah", "Zoe", "Elif", "Pavel", "Maya",
    "Hugo", "Nina", "Omar", "Lena", "Ravi", "Eva", "Felix", "Sara", "Ivan", "Rosa",
];
const LAST: [&str; 20] = [
    "Novak", "Berg", "Rao", "Conti", "Haddad", "Ellis", "Mori", "Dahl", "Ruiz", "Klein", "Meyer", "Kaya", "Horak",
    "Singh", "Petit", "Olsen", "Farah", "Weber", "Iyer", "Sousa",
];
/// Browsers that people use, by share.
pub const BROWSERS: [&str; 5] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
    "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
];
/// Machines that follow links.
pub const MACHINES: [&str; 3] = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
];

/// Who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The shop's own number for them.
    pub customer_key: String,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// Stripe's id for them.
    pub stripe_id: String,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A visitor followed a partner's link, and the page they landed on told of it.
    Click {
        /// Which visitor.
        visitor: usize,
        /// Whose link.
        partner: &'static str,
        /// With which browser.
        browser: &'static str,
        /// Whether the browser keeps cookies.
        keeps_cookies: bool,
    },
    /// A machine followed a link.
    Machine {
        /// Whose link.
        partner: &'static str,
        /// What it calls itself.
        agent: &'static str,
    },
    /// A visitor signed up.
    SignUp {
        /// Which visitor.
        visitor: usize,
        /// Who they turned out to be.
        person: Person,
        /// Whether the browser still had the click's id.
        with_id: bool,
    },
    /// Stripe was told of a customer, and of a payment.
    Pay {
        /// Who paid.
        person: Person,
        /// Stripe's id of the charge.
        charge: String,
        /// In cents.
        amount: i64,
    },
    /// A payment was given back, in part or whole.
    Refund {
        /// Stripe's id of the charge.
        charge: String,
        /// Cents in all.
        amount: i64,
    },
}

/// Something that happened, with its time.
pub type Happening = (Instant, Act);

/// Everything that happened up to `now`, in the order of time.
pub fn plan(now: Instant) -> Vec<Happening> {
    let mut story = Story { dice: Dice::new(2026), now, visitors: 0, people: 0, charges: 0, happenings: Vec::new() };
    for day in 0..DAYS {
        story.tell_day(day);
    }
    story.tell_losses();
    let mut happenings = story.happenings;
    happenings.retain(|(at, _)| *at < now);
    happenings.sort_by_key(|(at, _)| *at);
    happenings
}

struct Story {
    dice: Dice,
    now: Instant,
    visitors: usize,
    people: usize,
    charges: usize,
    happenings: Vec<Happening>,
}

impl Story {
    fn days_ago(&self, days: i64) -> Instant {
        self.now.plus_micros(-days * DAY)
    }

    fn tell_day(&mut self, day: i64) {
        let start = self.days_ago(DAYS - day);
        for partner in &PARTNERS {
            // Business grows over the quarter, and rests on some days.
            let clicks = partner.clicks * (60 + day as u64) / 100 + self.dice.below(partner.clicks + 1);
            for _ in 0..clicks {
                let at = start.plus_micros(self.moment());
                self.tell_click(partner.key, at);
            }
        }
    }

    fn moment(&mut self) -> i64 {
        self.dice.below(DAY as u64) as i64
    }

    fn tell_click(&mut self, partner: &'static str, at: Instant) {
        if self.dice.percent(8) {
            let agent = self.dice.pick(&MACHINES);
            self.happenings.push((at, Act::Machine { partner, agent }));
            return;
        }
        let browser = self.dice.pick(&BROWSERS);
        let visitor = self.click(at, partner, browser, true);
        if self.dice.percent(7) {
            let later = self.dice.below(4 * DAY as u64) as i64 + 60_000_000;
            let person = self.sign_up(at.plus_micros(later), visitor, true);
            if self.dice.percent(70) {
                self.tell_payments(&person, at.plus_micros(later + 600_000_000));
            }
        }
    }

    fn tell_payments(&mut self, person: &Person, first: Instant) {
        let amount = *self.dice.pick(&[1_900, 4_900, 4_900, 9_900]);
        let mut at = first;
        while at < self.now {
            let charge = self.pay(at, person, amount);
            if self.dice.percent(5) {
                let back = if self.dice.percent(50) { amount } else { amount / 3 };
                self.happenings.push((at.plus_micros(2 * DAY), Act::Refund { charge, amount: back }));
            }
            if self.dice.percent(10) {
                break;
            }
            at = at.plus_micros(30 * DAY);
        }
    }

    /// Referrals that did not track, for whoever asks why.
    fn tell_losses(&mut self) {
        // The browser keeps no cookies.
        let at = self.days_ago(12);
        let blocked = self.click(at, "ada", BROWSERS[3], false);
        let person = self.sign_up(at.plus_micros(1_200_000_000), blocked, false);
        self.pay(at.plus_micros(1_800_000_000), &person, 4_900);
        // Clicked on the phone, signed up on the laptop.
        let at = self.days_ago(9);
        self.click(at, "bo", BROWSERS[2], true);
        let other = self.new_visitor();
        let person = self.sign_up(at.plus_micros(7_200_000_000), other, false);
        self.pay(at.plus_micros(7_300_000_000), &person, 9_900);
        // Two partners; the later click has the customer.
        let at = self.days_ago(20);
        let both = self.click(at, "luis", BROWSERS[0], true);
        let later = at.plus_micros(3 * DAY);
        self.happenings.push((
            later,
            Act::Click { visitor: both, partner: "northwind", browser: BROWSERS[0], keeps_cookies: true },
        ));
        let person = self.sign_up(later.plus_micros(3_600_000_000), both, true);
        self.pay(later.plus_micros(4_000_000_000), &person, 9_900);
        // Signed up a little more than ninety days after the click.
        let late = self.click(self.days_ago(96), "tinyblog", BROWSERS[1], true);
        let person = self.sign_up(self.days_ago(3), late, true);
        self.pay(self.days_ago(3).plus_micros(600_000_000), &person, 4_900);
        // Came by nobody's link.
        let typed = self.new_visitor();
        let person = self.sign_up(self.days_ago(5), typed, false);
        self.pay(self.days_ago(5).plus_micros(900_000_000), &person, 1_900);
    }

    fn new_visitor(&mut self) -> usize {
        self.visitors += 1;
        self.visitors
    }

    fn click(&mut self, at: Instant, partner: &'static str, browser: &'static str, keeps_cookies: bool) -> usize {
        let visitor = self.new_visitor();
        self.happenings.push((at, Act::Click { visitor, partner, browser, keeps_cookies }));
        visitor
    }

    fn sign_up(&mut self, at: Instant, visitor: usize, with_id: bool) -> Person {
        self.people += 1;
        let number = self.people;
        let (first, last) = (*self.dice.pick(&FIRST), *self.dice.pick(&LAST));
        let person = Person {
            customer_key: format!("user-{number}"),
            name: format!("{first} {last}"),
            email: format!("{}.{}{number}@example.com", first.to_lowercase(), last.to_lowercase()),
            stripe_id: format!("cus_demo{number:05}"),
        };
        self.happenings.push((at, Act::SignUp { visitor, person: person.clone(), with_id }));
        person
    }

    fn pay(&mut self, at: Instant, person: &Person, amount: i64) -> String {
        self.charges += 1;
        let charge = format!("ch_demo{:06}", self.charges);
        self.happenings.push((at, Act::Pay { person: person.clone(), charge: charge.clone(), amount }));
        charge
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_is_the_same_each_time_and_ends_before_now() {
        let now = Instant::from_seconds(1_800_000_000);
        let story = plan(now);
        assert_eq!(story, plan(now));
        assert!(story.iter().all(|(at, _)| *at < now));
        assert!(story.is_sorted_by_key(|(at, _)| *at));
        assert!(story.iter().filter(|(_, act)| matches!(act, Act::SignUp { .. })).count() > 50);
    }
}
