//! Rows that more than one page lists.

use crate::ui::parts::{Badge, When};

/// Words that lead somewhere.
#[derive(Clone, Debug, Default)]
pub struct Ref {
    /// The words.
    pub text: String,
    /// Where they lead.
    pub href: String,
}

impl Ref {
    /// A partner by name, leading to the partner's page.
    pub fn partner(id: &str, name: &str) -> Self {
        Self { text: name.to_owned(), href: format!("/dashboard/partners/{id}") }
    }

    /// A customer by name or e-mail, leading to the customer's page.
    pub fn customer(id: &str, name: &str) -> Self {
        Self { text: name.to_owned(), href: format!("/dashboard/referrals/{id}") }
    }
}

/// A commission in a list.
#[derive(Clone, Debug)]
pub struct CommissionRow {
    /// Its id.
    pub key: String,
    /// Who earns it.
    pub partner: Ref,
    /// Whose payment or sign-up made it; none for a one-off.
    pub customer: Option<Ref>,
    /// The amount with its currency.
    pub amount: String,
    /// Whether it takes something back.
    pub negative: bool,
    /// Whether it no longer counts.
    pub declined: bool,
    /// Its state.
    pub state: Badge,
    /// The offer that made it, or what it is for.
    pub offer: String,
    /// Why it is held or declined.
    pub reason: Option<String>,
    /// When it was earned.
    pub created: When,
    /// Whether a person may approve it now.
    pub can_approve: bool,
    /// Whether a person may put it on hold now.
    pub can_hold: bool,
    /// Whether a person may decline it now.
    pub can_decline: bool,
}

/// A customer in a list.
#[derive(Clone, Debug)]
pub struct ReferralRow {
    /// Leads to the customer's page.
    pub customer: Ref,
    /// E-mail, if there is a name above it.
    pub email: String,
    /// The partner, or none for a customer who came alone.
    pub partner: Option<Ref>,
    /// Signed up, paid, unconfirmed.
    pub state: Badge,
    /// How we know: partner link, server call, by hand.
    pub source: String,
    /// What the customer paid, one text per currency.
    pub paid: Vec<String>,
    /// When the customer signed up.
    pub signed_up: When,
    /// What somebody should look at, if anything.
    pub warning: Option<&'static str>,
}

/// A transaction in a list.
#[derive(Clone, Debug)]
pub struct TransactionRow {
    /// Amount with currency.
    pub amount: String,
    /// What was given back, if anything.
    pub refunded: Option<String>,
    /// The company's or provider's own number for it.
    pub reference: String,
    /// Paid, partly refunded, refunded.
    pub state: Badge,
    /// What it earned, or why nothing.
    pub earned: String,
    /// When it was paid.
    pub at: When,
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use crate::ui::parts::Tone;

    pub fn when(short: &str) -> When {
        When { short: short.into(), exact: "12 Mar 2026, 14:03:22 CET".into(), iso: "2026-03-12T13:03:22Z".into() }
    }

    /// A name as long as a form would take, with what HTML would trip over.
    pub const LONG: &str = "Maximiliane Sophie-Charlotte von und zu Hohenlohe-Waldenburg-Schillingsfürst <b>& Töchter</b> \
        GmbH & Co. KGaA (Niederlassung Süd)";

    pub fn commissions() -> Vec<CommissionRow> {
        let row = |amount: &str, state: Badge, offer: &str, reason: Option<&str>, at: &str, open: bool| CommissionRow {
            key: "rwrd_00000000000000000000000001".into(),
            partner: Ref::partner("part_1", "Bo Lindqvist"),
            customer: Some(Ref::customer("cus_1", "Ada Park")),
            amount: amount.into(),
            negative: amount.starts_with('\u{2212}'),
            declined: state.text == "Declined",
            state,
            offer: offer.into(),
            reason: reason.map(str::to_owned),
            created: when(at),
            can_approve: open,
            can_hold: open,
            can_decline: open,
        };
        vec![
            row("€24.00", Badge::new(Tone::Wait, "To review"), "20% of every payment", None, "12 min ago", true),
            row(
                "€50.00",
                Badge::new(Tone::Wait, "On hold"),
                "€50.00 for a sign-up",
                Some("The sign-up has not been confirmed yet."),
                "3 h ago",
                true,
            ),
            row("€24.00", Badge::new(Tone::Good, "Approved"), "20% of every payment", None, "yesterday", false),
            row("\u{2212}€4.80", Badge::new(Tone::Good, "Approved"), "Refund of €24.00", None, "4 days ago", false),
            row(
                "€1,204.00",
                Badge::new(Tone::Bad, "Declined"),
                "20% of every payment",
                Some("Bought by the partner's own company."),
                "12 Mar 2026",
                false,
            ),
        ]
    }

    pub fn referrals() -> Vec<ReferralRow> {
        let row =
            |name: &str, email: &str, partner: Option<&str>, state: Badge, source: &str, paid: &[&str], at: &str| {
                ReferralRow {
                    customer: Ref::customer("cus_1", name),
                    email: email.into(),
                    partner: partner.map(|name| Ref::partner("part_1", name)),
                    state,
                    source: source.into(),
                    paid: paid.iter().map(|&text| text.to_owned()).collect(),
                    signed_up: when(at),
                    warning: name.contains('@').then_some("No provider key: renewals may not be found"),
                }
            };
        vec![
            row(
                "Ada Park",
                "ada@park.test",
                Some("Bo Lindqvist"),
                Badge::new(Tone::Good, "Paid"),
                "Partner link",
                &["€120.00"],
                "12 min ago",
            ),
            row(
                "jo@example.test",
                "",
                Some("Tomás Ferreira"),
                Badge::new(Tone::Wait, "Unconfirmed"),
                "Partner link",
                &[],
                "2 h ago",
            ),
            row(
                "Wim de Boer",
                "wim@deboer.test",
                None,
                Badge::new(Tone::Plain, "Signed up"),
                "No partner",
                &[],
                "yesterday",
            ),
            row(
                LONG,
                "a.very.long.address.that.somebody.really.has@subdomain.of.a.long.company.example",
                Some(LONG),
                Badge::new(Tone::Good, "Paid"),
                "Server call",
                &["€12,000.00", "$1,204.99"],
                "12 Mar 2026",
            ),
        ]
    }
}
