//! What a partner may see of an investigation: an allow-list, written as a type (`product.md` 4 "Evidence, privacy").
//!
//! A [`PartnerReport`] is made of sentences of closed lists, the partner's own amounts and dates, and a label that is cut
//! out of the question. No sentence of the evidence can get in, as there is no field for one. Whatever the partner does not
//! hold already reads the same, whether the person asked about is known here or not.

use super::cause::{Cause, CauseKind};
use super::texts;
use super::verdict::{Certainty, Findings};
use crate::earning::CommissionStatus;
use crate::money::Money;
use crate::time::{Instant, Period, Window};

/// What was asked, as far as the partner may read it again: it is theirs, or cut down to what says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The name by which the customer was described.
    pub name: Option<&'a str>,
    /// The e-mail address.
    pub email: Option<&'a str>,
    /// The order.
    pub order: Option<&'a str>,
    /// The company's key of the customer.
    pub customer_key: Option<&'a str>,
    /// The time that was looked at.
    pub period: Option<Period>,
    /// The link, only where it is the partner's own.
    pub own_link: Option<&'a str>,
}

/// What the partner holds of the customer: given only where the customer counts as theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// When the customer signed up.
    pub signed_up_at: Option<Instant>,
    /// What the customer has earned them.
    pub commissions: Vec<OwnCommission>,
}

/// A commission of the partner's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCommission {
    /// How much; negative for what is taken back.
    pub amount: Money,
    /// Where it stands.
    pub status: CommissionStatus,
    /// When it was made.
    pub at: Instant,
}

/// How the matter stands for the partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is theirs.
    Recorded,
    /// It is theirs, and somebody has to decide or confirm.
    RecordedAndWaits,
    /// It is theirs, and its commission was declined, or none is paid for it.
    RecordedWithoutPay,
    /// Nothing counts as theirs.
    NotConnected,
    /// Something of the company's did not work.
    OurSide,
    /// It is about the link.
    TheLink,
    /// It cannot be looked up any more.
    TooLongAgo,
}

impl Standing {
    /// Every standing.
    pub const ALL: &'static [Self] = &[
        Self::Recorded,
        Self::RecordedAndWaits,
        Self::RecordedWithoutPay,
        Self::NotConnected,
        Self::OurSide,
        Self::TheLink,
        Self::TooLongAgo,
    ];

    /// It in a few words.
    pub const fn headline(self) -> &'static str {
        match self {
            Self::Recorded => "Your referral is recorded",
            Self::RecordedAndWaits => "Your referral is recorded and waits",
            Self::RecordedWithoutPay => "Your referral is recorded, without a commission",
            Self::NotConnected => "We could not connect this referral to you so far",
            Self::OurSide => "Something on our side did not work",
            Self::TheLink => "The link needs a second look",
            Self::TooLongAgo => "This is too long ago for us to look up",
        }
    }

    /// What happens next. It promises no money.
    pub const fn next(self) -> &'static str {
        match self {
            Self::Recorded => "There is nothing that you need to do.",
            Self::RecordedAndWaits => "There is nothing that you need to do. You will see the result in your account.",
            Self::RecordedWithoutPay => {
                "If you think that this is a mistake, write back and tell us why. We will look again."
            }
            Self::NotConnected => {
                "If you have anything that shows that you sent this customer to us, such as a message in which they say so, \
                 please send it to us. We will look at it, and tell you what we decide."
            }
            Self::OurSide => {
                "We are looking after it, and check what should have been recorded for you in that time. We will write again \
                 when we know."
            }
            Self::TheLink => {
                "Please compare the link with those in your account, and tell us where you have placed it. If you have anything \
                 that shows that you sent this customer to us, please send it too."
            }
            Self::TooLongAgo => {
                "If you have anything from that time that shows that you sent this customer to us, please send it to us. We \
                 will look at it, and tell you what we decide."
            }
        }
    }

    /// Whether the customer counts as the partner's.
    pub const fn is_theirs(self) -> bool {
        matches!(self, Self::Recorded | Self::RecordedAndWaits | Self::RecordedWithoutPay)
    }
}

/// What a partner reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerReport {
    /// A mark of the customer, recognisable to whoever asked, and to nobody else; empty where the question has none.
    pub label: String,
    /// The time that was looked at.
    pub period: Option<Period>,
    /// The partner's own link, if it was asked about.
    pub link: Option<String>,
    /// How it stands.
    pub standing: Standing,
    /// What was found.
    pub found: &'static str,
    /// Whether that is certain.
    pub certain: bool,
    /// For how many days after a visit a sign-up counts.
    pub window: Window,
    /// When the customer signed up; only of the partner's own customers.
    pub signed_up_at: Option<Instant>,
    /// What it earned them; only of the partner's own customers.
    pub commissions: Vec<OwnCommission>,
}

/// What the partner who asked may read of the answer.
pub fn partner_view(findings: &Findings, asked: &Asked<'_>, own: Own, window: Window) -> PartnerReport {
    let best = findings.best();
    let standing = standing(best.cause, best.certainty);
    let own = if standing.is_theirs() { own } else { Own::default() };
    let found = match standing {
        Standing::NotConnected => texts::NEUTRAL,
        _ => texts::of(best.cause).partner,
    };
    PartnerReport {
        label: label(asked),
        period: asked.period,
        link: asked.own_link.map(str::to_owned),
        standing,
        found,
        certain: standing == Standing::NotConnected || best.certainty == Certainty::Determined,
        window,
        signed_up_at: own.signed_up_at,
        commissions: own.commissions,
    }
}

/// How it stands. What is not known to hold is told to nobody as a fault.
fn standing(cause: Cause, certainty: Certainty) -> Standing {
    match cause {
        Cause::Tracked => Standing::Recorded,
        Cause::TrackedAndPending | Cause::TrackedAndHeld | Cause::AwaitingConfirmation | Cause::NoPaymentYet => {
            Standing::RecordedAndWaits
        }
        Cause::TrackedAndDeclined | Cause::NoOfferApplied => Standing::RecordedWithoutPay,
        _ if certainty == Certainty::Unknown || texts::of(cause).partner == texts::NEUTRAL => Standing::NotConnected,
        Cause::EvidenceExpired => Standing::TooLongAgo,
        Cause::LinkInactive | Cause::DestinationNotAllowed | Cause::BotOrScannerClick | Cause::PrefetchedClick => {
            Standing::TheLink
        }
        cause if cause.kind() == CauseKind::Configuration => Standing::OurSide,
        _ => Standing::NotConnected,
    }
}

/// Most initials of a name that are told.
const INITIALS: usize = 3;

/// A label out of the question alone: initials of the name, the beginning of the address, the end of a number.
fn label(asked: &Asked<'_>) -> String {
    let initials = |name: &str| {
        let first = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
        let letters: Vec<String> = first.take(INITIALS).map(|letter| format!("{}.", letter.to_uppercase())).collect();
        (!letters.is_empty()).then(|| letters.join(" "))
    };
    let beginning =
        |email: &str| email.trim().chars().next().filter(|c| c.is_alphanumeric()).map(|c| format!("{c}…@…"));
    let end = |number: &str| {
        let letters: Vec<char> = number.trim().chars().collect();
        let shown = letters.len().min(3).min(letters.len() / 2);
        (shown > 0).then(|| format!("…{}", letters[letters.len() - shown..].iter().collect::<String>()))
    };
    let by_number = asked.order.or(asked.customer_key).and_then(end);
    asked.name.and_then(initials).or(asked.email.and_then(beginning)).or(by_number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::investigation::verdict::{Because, CiteKind, NextAction, NextStep, RuledOut, TimelineEntry, Verdict};
    use crate::money::Currency;

    const PLANTED: &str = "Planted Mallory, rival-partner, mallory@planted.test, Safari on a phone, consent denied";

    fn findings(cause: Cause, certainty: Certainty) -> Findings {
        let because = vec![Because { text: PLANTED.into(), kind: CiteKind::Hint, key: PLANTED.into() }];
        let verdict = Verdict {
            cause,
            certainty,
            because: because.clone(),
            missing: vec![PLANTED.into()],
            rivals: vec![Cause::AnotherPartnerClickedLater],
            counterfactual: None,
            next_steps: vec![NextStep { action: NextAction::Explain, label: PLANTED.into() }],
        };
        Findings {
            verdicts: vec![verdict],
            ruled_out: vec![RuledOut { cause: Cause::CookiesBlocked, because }],
            timeline: vec![TimelineEntry {
                at: Instant::from_seconds(1),
                text: PLANTED.into(),
                kind: CiteKind::Click,
                key: PLANTED.into(),
            }],
        }
    }

    fn own() -> Own {
        let amount = Money::new(2_400, Currency::parse("EUR").expect("a currency"));
        let commission = OwnCommission { amount, status: CommissionStatus::Pending, at: Instant::from_seconds(3) };
        Own { signed_up_at: Some(Instant::from_seconds(2)), commissions: vec![commission] }
    }

    fn view(cause: Cause, certainty: Certainty) -> PartnerReport {
        let asked = Asked { name: Some("Ada Park"), email: Some("ada@park.test"), ..Asked::default() };
        partner_view(&findings(cause, certainty), &asked, own(), Window::DEFAULT)
    }

    #[test]
    fn nothing_of_the_evidence_gets_in_whatever_the_cause() {
        for cause in Cause::ALL {
            for certainty in Certainty::ALL {
                let report = format!("{:?}", view(*cause, *certainty));
                for word in ["lanted", "mallory", "rival", "Safari", "onsent", "ada@park", "Ada Park", "evice"] {
                    assert!(!report.contains(word), "{cause}: {word} in {report}");
                }
            }
        }
    }

    #[test]
    fn only_the_partners_own_customers_have_dates_and_amounts() {
        for cause in Cause::ALL {
            for certainty in Certainty::ALL {
                let report = view(*cause, *certainty);
                let told = report.signed_up_at.is_some() || !report.commissions.is_empty();
                assert_eq!(told, report.standing.is_theirs(), "{cause}");
            }
        }
        assert!(view(Cause::TrackedAndPending, Certainty::Determined).signed_up_at.is_some());
        assert!(view(Cause::MovedByHand, Certainty::Determined).signed_up_at.is_none());
    }

    #[test]
    fn an_unknown_customer_and_one_of_somebody_elses_read_alike() {
        let unknown = view(Cause::NoSuchCustomer, Certainty::Unknown);
        for cause in [Cause::AnotherPartnerClickedLater, Cause::ExistingOrExcludedCustomer, Cause::CookiesBlocked] {
            for certainty in Certainty::ALL {
                assert_eq!(view(cause, *certainty), unknown, "{cause}");
            }
        }
    }

    #[test]
    fn what_only_may_be_so_is_admitted_to_nobody() {
        assert_eq!(view(Cause::SnippetBroken, Certainty::Unknown).standing, Standing::NotConnected);
        let probable = view(Cause::SnippetBroken, Certainty::Probable);
        assert_eq!((probable.standing, probable.certain), (Standing::OurSide, false));
        assert!(view(Cause::SnippetBroken, Certainty::Determined).certain);
    }

    #[test]
    fn the_label_is_cut_out_of_the_question() {
        let of = |name, email, order| label(&Asked { name, email, order, ..Asked::default() });
        assert_eq!(of(Some("  ada (vip) park "), None, None), "A. V. P.");
        assert_eq!(of(None, Some("ada@park.test"), None), "a…@…");
        assert_eq!(of(None, None, Some("A-10442")), "…442");
        assert_eq!(of(None, None, Some("1")), "");
        assert_eq!(of(Some("🦀"), Some("@"), Some("")), "");
        assert_eq!(of(Some("山田 太郎"), None, None), "山. 太.");
        assert_eq!(of(Some("ßa"), None, None), "SS.");
    }

    #[test]
    fn no_standing_promises_money_or_says_more_than_it_may() {
        for standing in Standing::ALL {
            let text = format!("{} {}", standing.headline(), standing.next()).to_lowercase();
            for word in [
                "pay you",
                "will be paid",
                "guarantee",
                "device",
                "browser",
                "cookie",
                "consent",
                "another partner",
                "fraud",
                "e-mail",
            ] {
                assert!(!text.contains(word), "{word} in {text}");
            }
        }
    }
}
