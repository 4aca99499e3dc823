//! What one rule says about its cause, before what all rules say is put in order.

use super::case::Case;
use super::cause::{Cause, CauseKind};
use super::change::{self, Change};
use super::facts::ClickSeen;
use super::next_steps::next_steps;
use super::verdict::{Because, Certainty, CiteKind, Counterfactual, RuledOut, Verdict};

/// What a rule says.
pub(super) enum Finding {
    /// The cause holds, or may.
    Holds(Box<Draft>),
    /// The records contradict it.
    RuledOut(RuledOut),
    /// The records have nothing to do with it.
    Silent,
}

/// A verdict in the making.
pub(super) struct Draft {
    pub cause: Cause,
    pub certainty: Certainty,
    /// How well it explains *this* question among verdicts of equal certainty, 0 to 100.
    pub strength: u8,
    because: Vec<Because>,
    missing: Vec<String>,
    rivals: Vec<Cause>,
    changes: Vec<(Change, String)>,
    of_their_own: bool,
}

impl Draft {
    /// Records say so.
    pub fn determined(cause: Cause, strength: u8) -> Self {
        Self::new(cause, Certainty::Determined, strength)
    }

    /// It is a good explanation.
    pub fn probable(cause: Cause, strength: u8) -> Self {
        Self::new(cause, Certainty::Probable, strength)
    }

    /// It cannot be known from records.
    pub fn unknown(cause: Cause, strength: u8) -> Self {
        Self::new(cause, Certainty::Unknown, strength)
    }

    /// What records determine of a click, told of a customer: determined of the likeliest one, probable of an earlier one,
    /// since no id joins the two.
    pub fn of_click(case: &Case<'_>, cause: Cause, strength: u8, click: &ClickSeen) -> Self {
        if case.is_likeliest(click) {
            Self::determined(cause, strength)
        } else {
            let text = format!("Was the click of {} this customer’s?", case.when(click.at()));
            Self::probable(cause, strength.saturating_sub(30)).missing(text)
        }
    }

    /// What is said rests on the customer's own records: a click that came along, a payment, a sign-up of the same person.
    pub fn of_their_own(self) -> Self {
        Self { of_their_own: true, ..self }
    }

    /// No surer than the question allows (see [`Case::most_certain`]).
    pub fn tempered(self, case: &Case<'_>) -> Self {
        let most = case.most_certain();
        if self.of_their_own || self.cause.kind() == CauseKind::NotALoss || self.certainty >= most {
            return self;
        }
        Self { certainty: most, ..self.missing("Did a partner refer this customer, and by which link?") }
    }

    fn new(cause: Cause, certainty: Certainty, strength: u8) -> Self {
        let (because, missing, rivals, changes) = Default::default();
        Self { cause, certainty, strength, because, missing, rivals, changes, of_their_own: false }
    }

    /// The same, where the circumstances leave it no more than possible.
    pub fn doubted(self) -> Self {
        Self { certainty: Certainty::Unknown, ..self }
    }

    /// Adds a piece of evidence.
    pub fn because(mut self, text: impl Into<String>, kind: CiteKind, key: impl Into<String>) -> Self {
        self.because.push(Because { text: text.into(), kind, key: key.into() });
        self
    }

    /// Adds pieces of evidence.
    pub fn all(mut self, because: Vec<Because>) -> Self {
        self.because.extend(because);
        self
    }

    /// Names what would settle it.
    pub fn missing(mut self, text: impl Into<String>) -> Self {
        self.missing.push(text.into());
        self
    }

    /// Names causes that fit as well.
    pub fn rivals(mut self, causes: &[Cause]) -> Self {
        self.rivals.extend(causes);
        self
    }

    /// Names what would have changed the outcome; the first one named that does is told.
    pub fn had(mut self, change: Change, text: impl Into<String>) -> Self {
        self.changes.push((change, text.into()));
        self
    }

    /// It holds.
    pub fn holds(self) -> Finding {
        Finding::Holds(Box::new(self))
    }

    /// The finished verdict.
    pub fn finish(self, case: &Case<'_>) -> Verdict {
        let told = |change: &Change| change::flips(case.facts, change);
        let counterfactual = self.changes.into_iter().find(|(change, _)| told(change));
        Verdict {
            cause: self.cause,
            certainty: self.certainty,
            because: self.because,
            missing: if self.certainty == Certainty::Determined { Vec::new() } else { self.missing },
            rivals: self.rivals,
            counterfactual: counterfactual.map(|(change, text)| Counterfactual { text, change }),
            next_steps: next_steps(self.cause),
        }
    }
}

/// The records contradict the cause.
pub(super) fn ruled_out(cause: Cause, text: impl Into<String>, kind: CiteKind, key: impl Into<String>) -> Finding {
    let because = vec![Because { text: text.into(), kind, key: key.into() }];
    Finding::RuledOut(RuledOut { cause, because })
}
