//! One customer: who brought them and why, what they paid, what that earned.

use super::rows::{CommissionRow, Ref, TransactionRow};
use crate::ui::layout::Chrome;
use crate::ui::parts::{Badge, Tone, When};
use askama::Template;

/// A click that was considered.
#[derive(Clone, Debug)]
pub struct TouchRow {
    /// Whose link.
    pub partner: Ref,
    /// When.
    pub at: When,
    /// Whether it decided.
    pub won: bool,
    /// Why it did, or did not.
    pub why: String,
    /// The click id, for those who look it up.
    pub click_id: String,
}

/// Something that happened to this customer.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Name of the drawing.
    pub icon: &'static str,
    /// Its colour.
    pub tone: Tone,
    /// A sentence.
    pub text: String,
    /// How we know it, or what else there is to say.
    pub detail: String,
    /// When.
    pub at: When,
}

/// An offer that earned nothing for a payment, and why.
#[derive(Clone, Debug)]
pub struct PassedOffer {
    /// The offer.
    pub offer: String,
    /// Which payment or sign-up.
    pub event: String,
    /// Why not.
    pub why: String,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/referral_show.html")]
pub struct ReferralPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// The customer's name, else e-mail, else key.
    pub name: String,
    /// Signed up, paid, unconfirmed.
    pub state: Badge,
    /// Label and value: e-mail, customer key, keys at payment providers, dates.
    pub facts: Vec<(&'static str, String)>,
    /// The partner, or none.
    pub partner: Option<Ref>,
    /// Why this partner, or why none, in a sentence.
    pub because: String,
    /// Whether a later fact may still change it.
    pub provisional: bool,
    /// Every click that was considered, the winner first.
    pub touches: Vec<TouchRow>,
    /// What the customer paid.
    pub transactions: Vec<TransactionRow>,
    /// What that earned.
    pub commissions: Vec<CommissionRow>,
    /// What earned nothing, and why.
    pub passed: Vec<PassedOffer>,
    /// Everything, newest first.
    pub timeline: Vec<Moment>,
    /// Where a decision on a commission returns to.
    pub back: String,
}

#[cfg(test)]
impl ReferralPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, commissions, when};
        use crate::ui::layout::Section;
        let moment = |icon, tone, text: &str, detail: &str, at: &str| Moment {
            icon,
            tone,
            text: text.into(),
            detail: detail.into(),
            at: when(at),
        };
        let touch = |partner: &str, won, why: &str, at: &str| TouchRow {
            partner: Ref::partner("part_1", partner),
            at: when(at),
            won,
            why: why.into(),
            click_id: "4Zk0pQ81nB7cXw2Rt9LmVd3yHs5GaJ6e".into(),
        };
        let paid = |amount: &str, refunded: Option<&str>, state, earned: &str, at: &str| TransactionRow {
            amount: amount.into(),
            refunded: refunded.map(str::to_owned),
            reference: "ch_3PqT2eLkdIwHu7ix0".into(),
            state,
            earned: earned.into(),
            at: when(at),
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Referrals),
            name: "Ada Park".into(),
            state: Badge::new(Tone::Good, "Paid"),
            facts: vec![
                ("E-mail", "ada@park.test".into()),
                ("Customer key", "user_8812".into()),
                ("Stripe customer", "cus_NffrFeUfNV2Hib".into()),
                ("Signed up", "11 Mar 2026".into()),
                ("First paid", "12 Mar 2026".into()),
                ("Paid in total", "€120.00".into()),
            ],
            partner: Some(Ref::partner("part_1", "Bo Lindqvist")),
            because: "Ada Park clicked Bo Lindqvist's link 3 days before signing up, and no other partner's link after that."
                .into(),
            provisional: true,
            touches: vec![
                touch("Bo Lindqvist", true, "The last click within 90 days before the sign-up.", "8 Mar 2026, 09:12"),
                touch("Tomás Ferreira", false, "Bo Lindqvist's link was clicked later.", "2 Mar 2026, 20:40"),
                touch("The Growth Letter", false, "Clicked 94 days before the sign-up; the window is 90 days.", "7 Dec 2025, 11:05"),
            ],
            transactions: vec![
                paid("€120.00", None, Badge::new(Tone::Good, "Paid"), "€24.00 for Bo Lindqvist", "12 Mar 2026"),
                paid("€24.00", Some("€24.00"), Badge::new(Tone::Bad, "Refunded"), "Nothing: refunded", "14 Mar 2026"),
            ],
            commissions: commissions(),
            passed: vec![PassedOffer {
                offer: "€50.00 for the first payment".into(),
                event: "€24.00 on 14 Mar 2026".into(),
                why: "It pays for the first payment only, and this was the second.".into(),
            }],
            timeline: vec![
                moment("commissions", Tone::Good, "Bo Lindqvist earns €24.00", "20% of every payment", "12 Mar 2026, 14:03"),
                moment("sale", Tone::Good, "Paid €120.00", "Told by Stripe, signed", "12 Mar 2026, 14:03"),
                moment("check", Tone::Good, "Sign-up confirmed", "Told by Stripe, signed", "11 Mar 2026, 10:22"),
                moment("sign-up", Tone::Accent, "Signed up", "Told by the snippet on app.acme.test/welcome", "11 Mar 2026, 10:21"),
                moment("landing", Tone::Plain, "Saw www.acme.test/pricing", "Cookie written and read back", "8 Mar 2026, 09:12"),
                moment("clicks", Tone::Accent, "Clicked Bo Lindqvist's link", "go.acme.test/bo", "8 Mar 2026, 09:12"),
            ],
            back: "/dashboard/referrals/cus_1".into(),
        };
        let mut alone = typical.clone();
        alone.name = LONG.into();
        alone.state = Badge::new(Tone::Wait, "Unconfirmed");
        alone.partner = None;
        alone.because = "No click of any partner's link came with the sign-up.".into();
        (alone.touches, alone.transactions, alone.commissions, alone.passed) = Default::default();
        alone.timeline.truncate(1);
        vec![("referral_show", typical), ("referral_show_alone", alone)]
    }
}
