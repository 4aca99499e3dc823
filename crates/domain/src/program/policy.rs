//! What a program has decided about tracking, in versions.

use super::version::Versioned;
use crate::time::{Instant, Window};
use serde::{Deserialize, Serialize};

/// When the visitor must be asked before anything is kept in the browser (`product.md` 4 "Cookies and consent").
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentRule {
    /// Never; what a new program has.
    #[default]
    NotRequired,
    /// Always.
    Required,
    /// Only visitors from these countries (ISO 3166-1 codes, upper case). Where the country is unknown it is required.
    ByRegion(Vec<String>),
}

impl ConsentRule {
    /// Whether a visitor from `country` must consent first.
    pub fn is_required_in(&self, country: Option<&str>) -> bool {
        match self {
            Self::NotRequired => false,
            Self::Required => true,
            Self::ByRegion(regions) => {
                country.is_none_or(|country| regions.iter().any(|r| r.eq_ignore_ascii_case(country)))
            }
        }
    }
}

/// Which event of a payment provider is the sale: one of the two, never both (`product.md` 5 "Inbound webhooks").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaleSource {
    /// The charge; what a new program has.
    #[default]
    Charge,
    /// The paid invoice.
    Invoice,
}

impl SaleSource {
    /// The word stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Invoice => "invoice",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Charge, Self::Invoice].into_iter().find(|source| source.as_str() == text)
    }
}

/// One version of a program's policy. Stored as JSON; a field that an older version lacks has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Its number, cited by every decision that read it.
    pub version: i64,
    /// Since when it is in force.
    pub from_at: Instant,
    /// How long after a click a sign-up still belongs to it.
    pub window: Window,
    /// Whether a browser's claim that only an e-mail ties to the customer earns without a hold.
    pub trust_email_matches: bool,
    /// Whether a later click of another partner changes the partner also after the first confirmed payment, for the
    /// payments that follow.
    pub reattribute_after_payment: bool,
    /// When visitors must be asked.
    pub consent: ConsentRule,
    /// Whether the browser's `Sec-GPC` counts as a refusal.
    pub honor_gpc: bool,
    /// Which provider event is the sale.
    pub sale_source: SaleSource,
}

impl Default for Policy {
    /// What a new program has.
    fn default() -> Self {
        Self {
            version: 1,
            from_at: Instant::from_micros(0),
            window: Window::DEFAULT,
            trust_email_matches: false,
            reattribute_after_payment: false,
            consent: ConsentRule::NotRequired,
            honor_gpc: true,
            sale_source: SaleSource::Charge,
        }
    }
}

impl Versioned for Policy {
    fn number(&self) -> i64 {
        self.version
    }

    fn since(&self) -> Instant {
        self.from_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consent_by_region_is_asked_for_where_the_country_is_unknown() {
        let rule = ConsentRule::ByRegion(vec!["DE".into(), "FR".into()]);
        assert!(rule.is_required_in(Some("de")) && rule.is_required_in(None));
        assert!(!rule.is_required_in(Some("US")));
        assert!(!ConsentRule::NotRequired.is_required_in(None) && ConsentRule::Required.is_required_in(Some("US")));
    }

    #[test]
    fn a_policy_that_lacks_a_field_has_its_default() {
        let policy: Policy = serde_json::from_str(r#"{"version":3,"window":30}"#).expect("a policy");
        assert_eq!(policy, Policy { version: 3, window: Window::from_days(30), ..Policy::default() });
        let text = serde_json::to_string(&policy).expect("JSON");
        assert_eq!(serde_json::from_str::<Policy>(&text).expect("and back"), policy);
    }
}
