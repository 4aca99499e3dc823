//! An investigation in the words of a page: how sure, about whom, where evidence leads, and what can be done now.

use super::investigation_create::prefilled;
use crate::store::investigation::investigations::{Described, Question};
use crate::ui::parts::{Badge, Tone};
use whence_domain::CustomerId;
use whence_domain::investigation::{Because, Certainty, CiteKind, NextAction, NextStep};

/// How sure a verdict is, in a badge.
pub fn certainty_badge(certainty: Certainty) -> Badge {
    match certainty {
        Certainty::Determined => Badge::new(Tone::Good, "Certain"),
        Certainty::Probable => Badge::new(Tone::Wait, "Probable"),
        Certainty::Unknown => Badge::new(Tone::Plain, "Cannot be told"),
    }
}

/// The same in a sentence.
pub fn certainty_sentence(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Determined => "The records show it.",
        Certainty::Probable => "It is the best explanation of what is recorded; others fit too.",
        Certainty::Unknown => "The records cannot say. Somebody has to be asked.",
    }
}

/// Whom a question was about.
pub fn about(described: &Described, question: &Question) -> String {
    let texts = [&described.name, &described.email, &described.customer_key, &described.order, &question.link];
    let known = texts.into_iter().flatten().find(|text| !text.trim().is_empty());
    known.cloned().or_else(|| question.partner_key.clone()).unwrap_or_else(|| "Somebody".into())
}

/// A piece of evidence with where it leads.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The sentence.
    pub text: String,
    /// What it is about, in a word.
    pub kind: &'static str,
    /// Where it leads; empty if nowhere.
    pub href: String,
    /// Name of its drawing.
    pub icon: &'static str,
}

/// What a page about an investigation can lead to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places<'a> {
    /// The customer.
    pub customer: Option<&'a CustomerId>,
    /// The partner.
    pub partner: Option<&'a str>,
    /// The link that was asked about.
    pub link: Option<&'a str>,
}

/// A word for a kind of evidence, and its drawing.
pub fn kind_words(kind: CiteKind) -> (&'static str, &'static str) {
    match kind {
        CiteKind::Click => ("Click", "clicks"),
        CiteKind::Landing => ("Page view", "landing"),
        CiteKind::SignUp => ("Sign-up", "sign-up"),
        CiteKind::Customer => ("Customer", "person"),
        CiteKind::Payment => ("Payment", "sale"),
        CiteKind::Commission => ("Commission", "commissions"),
        CiteKind::Offer => ("Offer", "offers"),
        CiteKind::Partner => ("Partner", "partners"),
        CiteKind::Link => ("Link", "link"),
        CiteKind::LinkCheck => ("Link check", "check"),
        CiteKind::LinkMiss => ("Led nowhere", "alert"),
        CiteKind::Refusal => ("Refused", "alert"),
        CiteKind::Delivery => ("Delivery", "integrations"),
        CiteKind::Decision => ("Decision", "person"),
        CiteKind::Policy => ("Setting", "settings"),
        CiteKind::Page => ("Page", "landing"),
        CiteKind::Hint => ("Said", "person"),
    }
}

/// The page of what a piece of evidence cites; empty where there is none.
pub fn page_of(kind: CiteKind, key: &str, places: &Places<'_>) -> String {
    let of_customer = || places.customer.map(|id| format!("/dashboard/referrals/{id}")).unwrap_or_default();
    match kind {
        CiteKind::Customer if CustomerId::parse(key).is_some() => format!("/dashboard/referrals/{key}"),
        CiteKind::Customer | CiteKind::SignUp | CiteKind::Payment | CiteKind::Commission | CiteKind::Decision => {
            of_customer()
        }
        CiteKind::Offer => "/dashboard/offers".into(),
        CiteKind::Policy => "/dashboard/settings".into(),
        CiteKind::Partner | CiteKind::Link => {
            places.partner.map(|id| format!("/dashboard/partners/{id}")).unwrap_or_default()
        }
        CiteKind::Delivery => "/dashboard/integrations/webhooks".into(),
        CiteKind::LinkCheck if !key.is_empty() => format!("/dashboard/integrations/checks/{key}"),
        CiteKind::Click if !key.is_empty() => search(key),
        CiteKind::Click => "/dashboard/clicks".into(),
        CiteKind::Landing
        | CiteKind::LinkCheck
        | CiteKind::LinkMiss
        | CiteKind::Refusal
        | CiteKind::Page
        | CiteKind::Hint => String::new(),
    }
}

/// Looks a thing up by whatever names it.
fn search(key: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", key).finish();
    format!("/dashboard/search?{query}")
}

/// A piece of evidence; it leads to the moment on the same page if the timeline has it (`moment` finds it), else to the page
/// of what it cites.
pub fn evidence(because: &Because, places: &Places<'_>, moment: impl Fn(CiteKind, &str) -> Option<usize>) -> Evidence {
    let (kind, icon) = kind_words(because.kind);
    let href = match moment(because.kind, &because.key) {
        Some(number) => format!("#moment-{number}"),
        None => page_of(because.kind, &because.key, places),
    };
    Evidence { text: because.text.clone(), kind, href, icon }
}

/// Something to do: a link where there is a page for it, else a line of advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it says.
    pub label: String,
    /// Where it leads; empty for advice.
    pub href: String,
    /// What else there is to say.
    pub note: String,
}

/// What can be done about a step now; `question` is what would settle the matter, if anything is open.
pub fn step(step: &NextStep, places: &Places<'_>, question: &str) -> Step {
    let customer = || places.customer.map(|id| format!("/dashboard/referrals/{id}")).unwrap_or_default();
    let partner = || places.partner.map(|id| format!("/dashboard/partners/{id}")).unwrap_or_default();
    let (href, note) = match step.action {
        NextAction::OpenCustomer | NextAction::OpenCommission => (customer(), ""),
        NextAction::DeclineCommission => (customer(), "On the customer’s page, beside the commission."),
        NextAction::OpenOffers => ("/dashboard/offers".into(), ""),
        NextAction::OpenLink => (partner(), "With all links of the partner."),
        NextAction::OpenSettings => ("/dashboard/settings".into(), ""),
        NextAction::CheckLink => {
            ("/dashboard/integrations/checks".into(), "Whence follows it, hop by hop, and says what is amiss.")
        }
        NextAction::TestSnippet => ("/dashboard/integrations/test".into(), "With test data, which never earn."),
        NextAction::OpenWebhooks | NextAction::ReplayDelivery => ("/dashboard/integrations/webhooks".into(), ""),
        NextAction::Explain | NextAction::AskPartner if places.partner.is_none() => {
            (String::new(), "Say which partner asks: then a reply is written for you.")
        }
        NextAction::Explain => ("#reply".into(), "A reply is written below."),
        NextAction::AskPartner => ("#reply".into(), "The reply below asks for it."),
        NextAction::AskCustomer => (String::new(), question),
        NextAction::AddCustomer => (String::new(), "A developer can do it with POST /customers."),
        NextAction::RecordTransaction => (String::new(), "A developer can do it with POST /transactions."),
        NextAction::CreateCommission => (String::new(), "A developer can do it with POST /rewards."),
        NextAction::AttributeCustomer => (String::new(), "Once you are convinced that the partner sent them."),
        NextAction::ImportMissed => (String::new(), "Collect them first: who signed up while it did not work."),
        NextAction::Reconcile => (String::new(), "Look for the customer in your own list of customers."),
    };
    Step { label: step.label.trim_end_matches('.').to_owned(), href, note: note.to_owned() }
}

/// The form again, with what was asked.
pub fn ask_again(described: &Described, question: &Question, days: (&str, &str), customer: &str) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let same = match question.same_browser {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    };
    prefilled(&[
        ("email", &text(&described.email)),
        ("name", &text(&described.name)),
        ("customer_key", &text(&described.customer_key)),
        ("order", &text(&described.order)),
        ("partner_key", &text(&question.partner_key)),
        ("link", &text(&question.link)),
        ("from", days.0),
        ("to", days.1),
        ("browser", &text(&question.browser)),
        ("device", &text(&question.device)),
        ("same_browser", same),
        ("customer", customer),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_without_a_page_is_advice_and_says_what_to_do() {
        for action in NextAction::ALL {
            let made =
                step(&NextStep { action: *action, label: action.sentence().into() }, &Places::default(), "Did she?");
            assert!(!made.label.is_empty() && !made.label.ends_with('.'), "{action}");
            let is_link = made.href.starts_with("/dashboard/") || made.href == "#reply" || made.href.is_empty();
            assert!(is_link, "{action}: {}", made.href);
        }
        let customer = CustomerId::from_bits(1);
        let places = Places { customer: Some(&customer), ..Places::default() };
        let open = NextStep { action: NextAction::OpenCustomer, label: "Look at the customer.".into() };
        assert_eq!(step(&open, &places, "").href, format!("/dashboard/referrals/{customer}"));
    }

    #[test]
    fn evidence_leads_to_its_moment_if_there_is_one() {
        let because = Because { text: "A click.".into(), kind: CiteKind::Click, key: "abc".into() };
        let places = Places::default();
        assert_eq!(evidence(&because, &places, |_, _| Some(3)).href, "#moment-3");
        assert_eq!(evidence(&because, &places, |_, _| None).href, "/dashboard/search?q=abc");
    }
}
