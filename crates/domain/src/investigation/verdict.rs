//! What an investigation says (`product.md` 5 "An investigation"). Stored whole, as JSON.

use super::cause::Cause;
use super::change::Change;
use crate::closed::closed_list;
use crate::time::Instant;
use serde::{Deserialize, Serialize};

closed_list! {
    /// How sure a verdict is (`causes.md` 1).
    pub enum Certainty {
        Determined = "determined", "Records say so.";
        Probable = "probable", "It is the best explanation of the records; others are named.";
        Unknown = "unknown", "Records cannot say; somebody has to be asked.";
    }
}

closed_list! {
    /// What a piece of evidence is about.
    pub enum CiteKind {
        Click = "click", "A click on a link.";
        Landing = "landing", "A page view that the snippet told of.";
        SignUp = "sign_up", "A word that somebody signed up.";
        Customer = "customer", "A customer.";
        Payment = "payment", "A payment.";
        Commission = "commission", "A commission.";
        Offer = "offer", "An offer.";
        Partner = "partner", "A partner.";
        Link = "link", "A link.";
        LinkCheck = "link_check", "A check of a link's destination.";
        LinkMiss = "link_miss", "A request to an address that led nowhere.";
        Refusal = "refusal", "Reports of a page that were refused.";
        Delivery = "delivery", "A delivery of the payment provider.";
        Decision = "decision", "A person's decision.";
        Policy = "policy", "A setting of the program.";
        Page = "page", "A page of the company's site.";
        Hint = "hint", "What somebody said, without proof.";
    }
}

/// One piece of evidence in words, with what it cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// A sentence for the support agent.
    pub text: String,
    /// What it cites.
    pub kind: CiteKind,
    /// The cited thing's key; empty where there is none.
    pub key: String,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    /// A stable word by which the dashboard offers it: a repair action's type, `check_link`, `test_snippet`,
    /// `open_webhooks`, `ask_customer`, `ask_partner`, `open_customer`, …
    pub action: NextAction,
    /// What the button or line says.
    pub label: String,
}

closed_list! {
    /// What can be done about a verdict. Those of repairs have the words of `POST /repairs`.
    pub enum NextAction {
        AddCustomer = "add_customer", "Add the customer by hand and record its sale.";
        RecordTransaction = "record_transaction", "Record the sale.";
        CreateCommission = "create_commission", "Create a commission by hand.";
        DeclineCommission = "decline_commission", "Decline a commission.";
        AttributeCustomer = "attribute_customer", "Give the customer to the partner.";
        ImportMissed = "import_missed", "Import what was missed.";
        CheckLink = "check_link", "Check the link's destination.";
        TestSnippet = "test_snippet", "Test the snippet.";
        OpenWebhooks = "open_webhooks", "Look at the payment provider's deliveries.";
        ReplayDelivery = "replay_delivery", "Replay a delivery.";
        OpenCustomer = "open_customer", "Look at the customer.";
        OpenCommission = "open_commission", "Look at the commission.";
        OpenOffers = "open_offers", "Look at the offers.";
        OpenLink = "open_link", "Look at the link.";
        OpenSettings = "open_settings", "Look at the settings.";
        AskCustomer = "ask_customer", "Ask the customer.";
        AskPartner = "ask_partner", "Ask the partner.";
        Reconcile = "reconcile", "Compare with the company's own list.";
        Explain = "explain", "Explain it to the partner.";
    }
}

/// The smallest fact that would have changed the outcome. Replaying the decision with it does change the outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counterfactual {
    /// What would have had to be so.
    pub text: String,
    /// The same, for the machine that replays it.
    pub change: Change,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The cause.
    pub cause: Cause,
    /// How sure.
    pub certainty: Certainty,
    /// The evidence for it.
    pub because: Vec<Because>,
    /// The question or record that would settle it; empty if it is determined.
    pub missing: Vec<String>,
    /// Other causes that fit the records as well.
    pub rivals: Vec<Cause>,
    /// What would have changed the outcome; none where nothing was lost.
    pub counterfactual: Option<Counterfactual>,
    /// What to do.
    pub next_steps: Vec<NextStep>,
}

/// A cause that the records contradict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuledOut {
    /// The cause.
    pub cause: Cause,
    /// What contradicts it.
    pub because: Vec<Because>,
}

/// One line of what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// When.
    pub at: Instant,
    /// A sentence.
    pub text: String,
    /// What it is about.
    pub kind: CiteKind,
    /// The thing's key.
    pub key: String,
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Verdicts, best first. Never empty.
    pub verdicts: Vec<Verdict>,
    /// What the records contradict.
    pub ruled_out: Vec<RuledOut>,
    /// What happened, in order of time.
    pub timeline: Vec<TimelineEntry>,
}

impl Findings {
    /// The best verdict.
    pub fn best(&self) -> &Verdict {
        self.verdicts.first().expect("an investigation always says something")
    }
}
