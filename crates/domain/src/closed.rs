//! Closed lists: an enum whose every value has a stable code (stored, sent) and a plain sentence (shown).

/// Declares a closed list. The code is what SQL and the API carry and never changes; the sentence is what a person reads.
macro_rules! closed_list {
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $($(#[$variant_doc:meta])* $variant:ident = $code:literal, $sentence:literal;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(
                #[doc = $sentence]
                $(#[$variant_doc])*
                #[serde(rename = $code)]
                $variant,
            )+
        }

        impl $name {
            /// Every value, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code, as stored and as sent.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// What it means, for a person to read.
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$variant => $sentence,)+
                }
            }

            /// Reads a code; `None` if the list has no such one.
            pub fn parse(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

pub(crate) use closed_list;

#[cfg(test)]
mod tests {
    use crate::billing::Account;
    use crate::earning::{CommissionStatus, EarningWhy, HoldReason};
    use crate::investigation::webhook_health::WebhookCheck;
    use crate::investigation::{AttemptRefusal, EventCause};
    use crate::tracking::snippet_test::Finding;
    use crate::tracking::{AttributionReason, TouchWhy};
    use std::collections::BTreeSet;

    /// Codes are for ever and sentences are for people: both have a shape.
    fn check(list: &[(&str, &str)]) {
        let codes: BTreeSet<&str> = list.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes.len(), list.len(), "every code stands once");
        for (code, sentence) in list {
            assert!(
                code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "{code}"
            );
            assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase), "{sentence}");
            let jargon = ["xid", "claim", "ITP", "heartbeat"].into_iter().find(|word| sentence.contains(word));
            assert_eq!(jargon, None, "{sentence}");
        }
    }

    #[test]
    fn every_reason_has_one_code_and_a_plain_sentence() {
        check(&TouchWhy::ALL.iter().map(|why| (why.code(), why.sentence())).collect::<Vec<_>>());
        check(&AttributionReason::ALL.iter().map(|why| (why.code(), why.sentence())).collect::<Vec<_>>());
        check(&EarningWhy::ALL.iter().map(|why| (why.code(), why.sentence())).collect::<Vec<_>>());
        check(&HoldReason::ALL.iter().map(|why| (why.code(), why.sentence())).collect::<Vec<_>>());
        check(&CommissionStatus::ALL.iter().map(|why| (why.code(), why.sentence())).collect::<Vec<_>>());
        check(&Finding::ALL.iter().map(|why| (why.code(), why.sentence())).collect::<Vec<_>>());
        check(&Account::ALL.iter().map(|why| (why.code(), why.sentence())).collect::<Vec<_>>());
        check(&EventCause::ALL.iter().map(|why| (why.code(), why.sentence())).collect::<Vec<_>>());
        check(&WebhookCheck::ALL.iter().map(|why| (why.code(), why.sentence())).collect::<Vec<_>>());
        check(&AttemptRefusal::ALL.iter().map(|why| (why.code(), why.sentence())).collect::<Vec<_>>());
    }

    #[test]
    fn a_code_reads_back_and_is_what_json_carries() {
        for why in TouchWhy::ALL {
            assert_eq!(TouchWhy::parse(why.code()), Some(*why));
            assert_eq!(serde_json::to_string(why).expect("JSON"), format!("\"{}\"", why.code()));
        }
        assert_eq!(TouchWhy::parse("no_such_reason"), None);
    }
}
