//! Reading a partner's letter: what it says of the customer, proposed to the person who then asks the question.
//!
//! Nothing read here decides anything: a person sees every field and may change it. What belongs to the letter's writer
//! (its header, greeting and signature) is kept apart from what it says. The work is bounded: the text is cut at
//! [`LONGEST`], and every pattern looks at a few neighbouring words only.

mod agents;
mod dates;
mod marks;
mod names;
mod words;

use crate::program::Email;
use crate::time::Instant;
use crate::tracking::agent::{Browser, Device};
use jiff::civil::Date;
use std::collections::BTreeSet;
use words::Letter;

/// Bytes of a letter that are read; what follows is left unread.
pub const LONGEST: usize = 20_000;

/// What must be known to read a letter.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    /// The present, from which "last Tuesday" is counted where the letter has no date of its own.
    pub now: Instant,
    /// The program's zone.
    pub zone: &'a jiff::tz::TimeZone,
    /// Hosts under which the program's links are served.
    pub link_hosts: &'a [String],
    /// Hosts of the company: an address there is not a customer's.
    pub own_hosts: &'a [String],
    /// E-mail addresses that are known to be partners'.
    pub partners: &'a BTreeSet<Email>,
}

/// Days, first and last; the same where one day is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

/// What a letter says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The customer's e-mail address.
    pub email: Option<String>,
    /// The customer's name.
    pub name: Option<String>,
    /// The company's own key of the customer.
    pub customer_key: Option<String>,
    /// A number of an order, invoice or payment.
    pub order: Option<String>,
    /// The link.
    pub link: Option<String>,
    /// When it is said to have happened.
    pub days: Option<Days>,
    /// The browser.
    pub browser: Option<Browser>,
    /// The device.
    pub device: Option<Device>,
    /// Whether click and sign-up are said to have been in the same browser.
    pub same_browser: Option<bool>,
    /// The address of whoever wrote: a partner's, where the letter gives one.
    pub sender: Option<String>,
    /// Other addresses in the letter that may be the customer's.
    pub other_emails: Vec<String>,
}

impl Reading {
    /// Whether nothing was found that describes a customer, a link or a time.
    pub fn is_empty(&self) -> bool {
        let texts = [&self.email, &self.name, &self.customer_key, &self.order, &self.link];
        texts.into_iter().all(Option::is_none) && self.days.is_none()
    }
}

/// Every e-mail address in a letter, so that the caller can look up which are partners'. At most 20.
pub fn addresses(text: &str) -> Vec<Email> {
    let letter = Letter::new(text);
    let mut found: Vec<Email> = Vec::new();
    for email in letter.words.iter().filter_map(marks::email) {
        if !found.contains(&email) && found.len() < 20 {
            found.push(email);
        }
    }
    found
}

/// Reads a letter.
pub fn read(text: &str, setting: &Setting<'_>) -> Reading {
    let letter = Letter::new(text);
    let reading = read_zones(&letter, setting);
    // A letter that says nothing itself was pasted with what it answers or forwards.
    if reading.is_empty() { read_zones(&letter.with_quoted(), setting) } else { reading }
}

fn read_zones(letter: &Letter<'_>, setting: &Setting<'_>) -> Reading {
    let today = dates::today(letter, setting);
    let people = marks::people(letter, setting);
    let name = names::customer(letter, people.customer.as_ref());
    let (browser, device, same_browser) = agents::read(letter);
    Reading {
        name,
        customer_key: marks::customer_key(letter),
        order: marks::order(letter),
        link: marks::link(letter, setting),
        days: dates::read(letter, today, setting.zone),
        browser,
        device,
        same_browser,
        email: people.customer.map(Into::into),
        sender: people.sender.map(Into::into),
        other_emails: people.others.into_iter().map(Into::into).collect(),
    }
}
