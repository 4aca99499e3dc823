//! What a customer's page tells, put together from stored facts: why this partner, what was paid, and everything in order.

use super::referral_show::{Moment, PassedOffer, TouchRow};
use super::rows::{Ref, TransactionRow};
use crate::store::dashboard::clicks::{Known, Seen};
use crate::store::dashboard::commissions::Listed as CommissionListed;
use crate::store::earning::transactions::Kept as Payment;
use crate::store::tracking::claims::Claimed;
use crate::ui::format::{Calendar, gap, money};
use crate::ui::parts::{Badge, Tone};
use crate::ui::words;
use std::collections::BTreeMap;
use whence_domain::earning::{CommissionStatus, EarningNote, EarningWhy, OfferVersion, Refunds};
use whence_domain::tracking::{Attribution, AttributionReason, ClaimSource, JudgedTouch, TouchId, TouchWhy};
use whence_domain::{Instant, Money, OfferId, PartnerId, TransactionId};

/// A click that came with the sign-up, with what else is stored about it.
pub struct TouchFacts {
    /// Which click.
    pub id: TouchId,
    /// What the stored click adds.
    pub known: Option<Known>,
    /// Pages seen with its id.
    pub seen: Vec<Seen>,
}

/// Everything that is known about a customer, loaded.
pub struct Story<'a> {
    /// Now, and the program's zone.
    pub calendar: &'a Calendar,
    /// What the customer is called.
    pub name: &'a str,
    /// When they signed up.
    pub signed_up_at: Instant,
    /// The decision that stands.
    pub attribution: Option<Attribution>,
    /// Names of the partners that occur.
    pub partners: BTreeMap<PartnerId, String>,
    /// The clicks, further told.
    pub touches: Vec<TouchFacts>,
    /// Who said that the customer signed up.
    pub claims: Vec<Claimed>,
    /// What the customer paid, in order.
    pub payments: Vec<Payment>,
    /// What was given back.
    pub refunds: BTreeMap<TransactionId, Refunds>,
    /// What that earned.
    pub commissions: Vec<CommissionListed>,
    /// Why each offer did or did not apply, by payment.
    pub notes: Vec<(TransactionId, Vec<EarningNote>)>,
    /// Every version of every offer.
    pub offers: Vec<OfferVersion>,
}

impl Story<'_> {
    fn partner_name(&self, id: &PartnerId) -> String {
        self.partners.get(id).cloned().unwrap_or_else(|| "another partner".into())
    }

    /// The partner, leading to the partner's page.
    pub fn partner(&self) -> Option<Ref> {
        let id = self.attribution.as_ref()?.partner()?;
        Some(Ref::partner(id.as_str(), &self.partner_name(id)))
    }

    /// Why this partner, or why none, in a sentence.
    pub fn because(&self) -> String {
        let Some(attribution) = &self.attribution else {
            return "Nobody has said that this customer signed up.".into();
        };
        let current = attribution.current();
        let partner = current.partner.as_ref().map(|id| self.partner_name(id));
        let click = current.touch.map(TouchId::at);
        match (current.reason, partner, click) {
            (AttributionReason::LastClick, Some(partner), Some(at)) if at <= self.signed_up_at => {
                let before = gap(at, self.signed_up_at);
                format!(
                    "{} clicked {partner}’s link {before} before signing up, and no other partner’s link after that.",
                    self.name
                )
            }
            (AttributionReason::PartnerNamedByServer, Some(partner), _) => {
                format!("Your own server named {partner} when it reported the sign-up, and no click said otherwise.")
            }
            (AttributionReason::PartnerNamedByPerson | AttributionReason::DecidedByPerson, Some(partner), _) => {
                format!("A person at your company decided that {} belongs to {partner}.", self.name)
            }
            (reason, ..) => reason.sentence().to_owned(),
        }
    }

    /// Why the commissions on this customer are held, if the attribution is the reason.
    pub fn hold(&self) -> Option<&'static str> {
        Some(self.attribution.as_ref()?.current().hold?.sentence())
    }

    /// Every click that was considered, the one that decided first, then newest first.
    pub fn touch_rows(&self) -> Vec<TouchRow> {
        let mut touches: Vec<&JudgedTouch> = self.attribution.iter().flat_map(|found| &found.touches).collect();
        touches.sort_by_key(|touch| (!touch.won, std::cmp::Reverse(touch.at)));
        touches.into_iter().map(|touch| self.touch_row(touch)).collect()
    }

    fn touch_row(&self, touch: &JudgedTouch) -> TouchRow {
        let before = gap(touch.at, self.signed_up_at);
        let mut why = match touch.why {
            TouchWhy::WindowClosed => {
                format!("It was clicked {before} before the sign-up, which is longer than the program allows.")
            }
            why => why.sentence().to_owned(),
        };
        if touch.won {
            why = format!("{why} {}", touch.came_by.sentence());
        }
        if touch.shared_id {
            why.push_str(" Other customers came with the same click.");
        }
        TouchRow {
            partner: Ref::partner(touch.partner.as_str(), &self.partner_name(&touch.partner)),
            at: self.calendar.moment(touch.at),
            won: touch.won,
            why,
            click_id: touch.xid.clone(),
        }
    }

    fn given_back(&self, payment: &TransactionId) -> i64 {
        self.refunds.get(payment).map_or(0, Refunds::given_back)
    }

    /// The payments, newest first.
    pub fn transaction_rows(&self) -> Vec<TransactionRow> {
        self.payments.iter().rev().map(|payment| self.transaction_row(payment)).collect()
    }

    fn transaction_row(&self, kept: &Payment) -> TransactionRow {
        let paid = &kept.transaction;
        let back = self.given_back(&paid.id).min(paid.amount.minor.max(0));
        let state = match back {
            _ if paid.removed_at.is_some() => Badge::new(Tone::Bad, "Taken out"),
            0 => Badge::new(Tone::Good, "Paid"),
            back if back >= paid.amount.minor => Badge::new(Tone::Bad, "Refunded"),
            _ => Badge::new(Tone::Wait, "Partly refunded"),
        };
        TransactionRow {
            amount: money(paid.amount),
            refunded: (back > 0).then(|| money(Money::new(back, paid.amount.currency))),
            reference: paid.key.clone(),
            state,
            earned: self.earned_by(&paid.id),
            at: self.calendar.when(paid.occurred_at),
        }
    }

    /// What a payment earned, or why nothing.
    fn earned_by(&self, payment: &TransactionId) -> String {
        let notes = self.notes.iter().find(|(id, _)| id == payment).map_or(&[][..], |(_, notes)| notes);
        let amounts = notes.iter().filter(|note| note.why.pays()).filter_map(|note| note.amount);
        let paying: Vec<String> = amounts.filter(|amount| amount.minor != 0).map(money).collect();
        let reason = notes.iter().map(|note| note.why).find(|why| !matches!(why, EarningWhy::OtherTrigger));
        match (paying.is_empty(), reason) {
            (false, _) => paying.join(" and "),
            (true, Some(why)) => format!("Nothing. {}", why.sentence()),
            (true, None) => "Nothing".into(),
        }
    }

    /// Offers that earned nothing for a payment, and why.
    pub fn passed(&self) -> Vec<PassedOffer> {
        let mut rows = Vec::new();
        for (payment, notes) in &self.notes {
            let Some(kept) = self.payments.iter().find(|kept| kept.transaction.id == *payment) else { continue };
            let paid = &kept.transaction;
            let event = format!("{} on {}", money(paid.amount), self.calendar.day(paid.occurred_at));
            let passed = notes.iter().filter(|note| !note.why.pays());
            rows.extend(
                passed.map(|note| PassedOffer {
                    offer: note
                        .offer
                        .as_ref()
                        .map_or_else(|| "Any offer".into(), |id| self.offer_name(id, note.offer_version)),
                    event: event.clone(),
                    why: note.why.sentence().to_owned(),
                }),
            );
        }
        rows.truncate(50);
        rows
    }

    fn offer_name(&self, id: &OfferId, version: Option<i64>) -> String {
        let of_offer = || self.offers.iter().filter(|offer| offer.offer == *id);
        let exact = of_offer().find(|offer| Some(offer.version) == version);
        let named = exact.or_else(|| of_offer().max_by_key(|offer| offer.version));
        named.map_or_else(|| "An offer".into(), |offer| offer.description.clone())
    }

    /// Everything that happened, newest first.
    pub fn timeline(&self) -> Vec<Moment> {
        let mut all: Vec<(Instant, Moment)> = Vec::new();
        all.extend(self.click_moments());
        all.extend(self.claims.iter().map(|claim| self.claim_moment(claim)));
        all.extend(self.payments.iter().flat_map(|payment| self.payment_moments(payment)));
        all.extend(self.commissions.iter().map(|commission| self.commission_moment(commission)));
        // Providers tell whole seconds only, so within one second the order of cause and effect holds.
        all.sort_by_key(|(at, moment)| std::cmp::Reverse((at.millis() / 1_000, rank(moment), *at)));
        all.truncate(200);
        all.into_iter().map(|(_, moment)| moment).collect()
    }

    fn moment(&self, icon: &'static str, tone: Tone, at: Instant, text: String, detail: String) -> (Instant, Moment) {
        (at, Moment { icon, tone, text, detail, at: self.calendar.moment(at) })
    }

    fn click_moments(&self) -> Vec<(Instant, Moment)> {
        let mut moments = Vec::new();
        for touch in self.attribution.iter().flat_map(|found| &found.touches) {
            let facts = self.touches.iter().find(|facts| facts.id == touch.touch);
            let known = facts.and_then(|facts| facts.known.as_ref());
            let detail = known.map_or_else(String::new, |known| {
                let link = known.link_key.iter().map(|key| format!("Link {key}"));
                let device = super::click_list::device(&known.device, &known.browser);
                link.chain(Some(device).filter(|device| !device.is_empty())).collect::<Vec<_>>().join(" · ")
            });
            let text = format!("Clicked {}’s link", self.partner_name(&touch.partner));
            moments.push(self.moment("clicks", Tone::Accent, touch.at, text, detail));
            for seen in facts.map_or(&[][..], |facts| &facts.seen) {
                let page = format!(
                    "{}{}",
                    seen.page_host.as_deref().unwrap_or_default(),
                    seen.page_path.as_deref().unwrap_or_default()
                );
                let text = if page.is_empty() { "Saw a page".to_owned() } else { format!("Saw {page}") };
                let at = Instant::from_micros(seen.occurred_at);
                moments.push(self.moment("landing", Tone::Plain, at, text, kept_by(seen).to_owned()));
            }
        }
        moments
    }

    fn claim_moment(&self, claim: &Claimed) -> (Instant, Moment) {
        let page =
            claim.page_host.as_ref().map(|host| format!("{host}{}", claim.page_path.as_deref().unwrap_or_default()));
        let mut detail = words::told_by(claim.source, page);
        if let Some(problems) = problems(&claim.problems) {
            detail = format!("{detail}. The page noticed: {problems}");
        }
        let (icon, tone, text) = match claim.source {
            ClaimSource::Webhook => ("check", Tone::Good, "Known to the payment provider"),
            _ if claim.confirmed_at.is_some() => ("sign-up", Tone::Good, "Signed up, confirmed"),
            _ => ("sign-up", Tone::Accent, "Signed up"),
        };
        self.moment(icon, tone, claim.occurred_at, text.to_owned(), detail)
    }

    fn payment_moments(&self, kept: &Payment) -> Vec<(Instant, Moment)> {
        let paid = &kept.transaction;
        let told = match kept.source.as_str() {
            "stripe" => "Told by Stripe, signed".to_owned(),
            "api" => "Told by your server".to_owned(),
            other => format!("Told by {other}"),
        };
        let mut moments =
            vec![self.moment("sale", Tone::Good, paid.occurred_at, format!("Paid {}", money(paid.amount)), told)];
        let back = self.given_back(&paid.id);
        let refunds = self.refunds.get(&paid.id);
        let told_at = refunds.and_then(|refunds| {
            let singles = refunds.single.iter().map(|refund| refund.made_at);
            singles.chain(refunds.totals.iter().map(|total| total.said_at)).max()
        });
        if let Some(at) = told_at.filter(|_| back > 0) {
            let text = format!("Got {} back", money(Money::new(back, paid.amount.currency)));
            let at = at.max(paid.occurred_at);
            moments.push(self.moment(
                "refund",
                Tone::Bad,
                at,
                text,
                format!("Of the payment of {}", money(paid.amount)),
            ));
        }
        moments
    }

    fn commission_moment(&self, row: &CommissionListed) -> (Instant, Moment) {
        let verb = if row.amount.minor < 0 { "gives back" } else { "earns" };
        let amount = money(Money::new(row.amount.minor.saturating_abs(), row.amount.currency));
        let tone = match row.status {
            CommissionStatus::Declined => Tone::Bad,
            CommissionStatus::Hold | CommissionStatus::Pending => Tone::Wait,
            _ => Tone::Good,
        };
        let text = format!("{} {verb} {amount}", row.partner.name);
        self.moment("commissions", tone, row.created_at, text, row.description.clone())
    }
}

/// Where something stands in the order of cause and effect.
fn rank(moment: &Moment) -> usize {
    const ORDER: [&str; 6] = ["clicks", "landing", "sign-up", "check", "sale", "refund"];
    ORDER.iter().position(|icon| *icon == moment.icon).unwrap_or(ORDER.len())
}

/// What the page's own test of its storage showed.
fn kept_by(seen: &Seen) -> &'static str {
    match (seen.cookie.as_str(), seen.local_storage.as_str()) {
        ("written_and_read", _) => "The browser kept the click in a cookie",
        (_, "written_and_read") => "The browser refused the cookie, but kept the click in the page’s storage",
        ("failed", _) => "The browser kept nothing",
        _ => "",
    }
}

/// Codes of a JSON array as words; none if there are none.
fn problems(json: &str) -> Option<String> {
    let codes: Vec<String> = serde_json::from_str(json).ok()?;
    let words: Vec<String> = codes.iter().map(|code| code.replace('_', " ")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}
