//! The four texts of every cause (`causes.md` 2b): what it is called, what the support agent reads, what the partner may
//! read, and what mends it. In plain words.
//!
//! A partner's text says nothing that the allow-list of `product.md` 4 does not name. Where the true reason lies with the
//! customer, or with somebody else, or where naming it would tell that the customer is known here, the partner reads one
//! and the same sentence ([`NEUTRAL`]), so that nothing can be read out of which sentence it was.

mod chain;
mod client;
mod configuration;
mod exclusion;
mod not_a_loss;

use super::cause::Cause;

/// What is said of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    /// What it is called: a few words, as a headline.
    pub title: &'static str,
    /// What happened, for the support agent.
    pub agent: &'static str,
    /// What happened, for the partner.
    pub partner: &'static str,
    /// What to do about it, for the support agent.
    pub mend: &'static str,
}

/// What a partner reads wherever the true reason is not theirs to know. It holds whenever no customer counts as theirs,
/// and is the same whether the person asked about is known here or not.
pub const NEUTRAL: &str = "We looked for a sign-up that came through your link and matches what you told us, and have \
     none that we can connect to you at the moment.";

/// The texts of a cause.
pub const fn of(cause: Cause) -> &'static Texts {
    match cause {
        Cause::AnotherPartnerClickedLater => &exclusion::ANOTHER_PARTNER_CLICKED_LATER,
        Cause::CookiesCleared => &client::COOKIES_CLEARED,
        Cause::CookiesBlocked => &client::COOKIES_BLOCKED,
        Cause::SnippetBroken => &configuration::SNIPPET_BROKEN,
        Cause::CookieExpired => &exclusion::COOKIE_EXPIRED,
        Cause::DifferentBrowserOrDevice => &client::DIFFERENT_BROWSER_OR_DEVICE,
        Cause::SnippetDataOverwritten => &configuration::SNIPPET_DATA_OVERWRITTEN,
        Cause::PublicKeyMissing => &configuration::PUBLIC_KEY_MISSING,
        Cause::SnippetMissingOnLandingPage => &configuration::SNIPPET_MISSING_ON_LANDING_PAGE,
        Cause::UrlTypedDirectly => &chain::URL_TYPED_DIRECTLY,
        Cause::RedirectDropsParameters => &configuration::REDIRECT_DROPS_PARAMETERS,
        Cause::LinkHostBlocked => &client::LINK_HOST_BLOCKED,
        Cause::SnippetBlocked => &client::SNIPPET_BLOCKED,
        Cause::ConsentNotGiven => &client::CONSENT_NOT_GIVEN,
        Cause::ItpSevenDayCap => &client::ITP_SEVEN_DAY_CAP,
        Cause::ItpOneDayCap => &client::ITP_ONE_DAY_CAP,
        Cause::CnameCap => &client::CNAME_CAP,
        Cause::ParametersStrippedByBrowser => &client::PARAMETERS_STRIPPED_BY_BROWSER,
        Cause::BotOrScannerClick => &exclusion::BOT_OR_SCANNER_CLICK,
        Cause::PrefetchedClick => &exclusion::PREFETCHED_CLICK,
        Cause::InAppBrowser => &client::IN_APP_BROWSER,
        Cause::CookieDomainTooNarrow => &configuration::COOKIE_DOMAIN_TOO_NARROW,
        Cause::PublicSuffixHost => &configuration::PUBLIC_SUFFIX_HOST,
        Cause::CheckoutOnOtherDomain => &configuration::CHECKOUT_ON_OTHER_DOMAIN,
        Cause::SnippetInCrossSiteFrame => &configuration::SNIPPET_IN_CROSS_SITE_FRAME,
        Cause::LinkInactive => &configuration::LINK_INACTIVE,
        Cause::DestinationNotAllowed => &configuration::DESTINATION_NOT_ALLOWED,
        Cause::SnippetLoadedTooLate => &configuration::SNIPPET_LOADED_TOO_LATE,
        Cause::PagePolicyBlocksSnippet => &configuration::PAGE_POLICY_BLOCKS_SNIPPET,
        Cause::SignupCallMissing => &configuration::SIGNUP_CALL_MISSING,
        Cause::CustomerKeyMismatch => &configuration::CUSTOMER_KEY_MISMATCH,
        Cause::PaymentWebhookFailing => &configuration::PAYMENT_WEBHOOK_FAILING,
        Cause::WrongEnvironment => &configuration::WRONG_ENVIRONMENT,
        Cause::ExistingOrExcludedCustomer => &exclusion::EXISTING_OR_EXCLUDED_CUSTOMER,
        Cause::SignupBeforeClick => &exclusion::SIGNUP_BEFORE_CLICK,
        Cause::NoOfferApplied => &exclusion::NO_OFFER_APPLIED,
        Cause::DuplicateSnippet => &configuration::DUPLICATE_SNIPPET,
        Cause::OfflineSale => &chain::OFFLINE_SALE,
        Cause::ScriptsDisabled => &client::SCRIPTS_DISABLED,
        Cause::PlatformOutage => &configuration::PLATFORM_OUTAGE,
        Cause::Tracked => &not_a_loss::TRACKED,
        Cause::TrackedAndPending => &not_a_loss::TRACKED_AND_PENDING,
        Cause::TrackedAndHeld => &not_a_loss::TRACKED_AND_HELD,
        Cause::TrackedAndDeclined => &not_a_loss::TRACKED_AND_DECLINED,
        Cause::AwaitingConfirmation => &not_a_loss::AWAITING_CONFIRMATION,
        Cause::NoPaymentYet => &not_a_loss::NO_PAYMENT_YET,
        Cause::NoSuchCustomer => &chain::NO_SUCH_CUSTOMER,
        Cause::CouponTookPrecedence => &not_a_loss::COUPON_TOOK_PRECEDENCE,
        Cause::ClaimedByLeadOrDeal => &not_a_loss::CLAIMED_BY_LEAD_OR_DEAL,
        Cause::MovedByHand => &not_a_loss::MOVED_BY_HAND,
        Cause::DestinationDown => &configuration::DESTINATION_DOWN,
        Cause::LateFact => &not_a_loss::LATE_FACT,
        Cause::EvidenceExpired => &chain::EVIDENCE_EXPIRED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Whether the text has this word, or one that begins with it.
    fn says(text: &str, word: &str) -> bool {
        let lower = text.to_lowercase();
        let starts = |at: usize| !lower[..at].ends_with(char::is_alphanumeric);
        lower.match_indices(&word.to_lowercase()).any(|(at, _)| starts(at))
    }

    fn none_of(words: &[&str], text: &str) {
        let said: Vec<&&str> = words.iter().filter(|word| says(text, word)).collect();
        assert!(said.is_empty(), "{said:?} in: {text}");
    }

    #[test]
    fn every_text_is_a_sentence_and_every_title_a_headline() {
        for cause in Cause::ALL {
            let texts = of(*cause);
            assert!(!texts.title.ends_with('.') && texts.title.starts_with(char::is_uppercase), "{cause}");
            assert!(texts.title.chars().count() <= 70, "{cause}: {}", texts.title);
            for text in [texts.agent, texts.partner, texts.mend] {
                assert!(text.ends_with('.') && text.starts_with(char::is_uppercase), "{cause}: {text}");
                assert!(!text.contains("  "), "{cause}: {text}");
                assert!((30..=420).contains(&text.chars().count()), "{cause}: {text}");
            }
        }
    }

    #[test]
    fn no_two_causes_read_alike_to_the_agent() {
        let titles: BTreeSet<&str> = Cause::ALL.iter().map(|cause| of(*cause).title).collect();
        let sentences: BTreeSet<&str> = Cause::ALL.iter().map(|cause| of(*cause).agent).collect();
        assert_eq!((titles.len(), sentences.len()), (Cause::ALL.len(), Cause::ALL.len()));
    }

    #[test]
    fn the_agent_reads_no_jargon() {
        let jargon = [
            "xid",
            "itp",
            "heartbeat",
            "claim",
            "webhook",
            "ingest",
            "cname",
            "csp",
            "gpc",
            "attribut",
            "beacon",
            "payload",
            "registrable",
            "eTLD",
            "localStorage",
            "iframe",
            "query",
            "parameter",
            "401",
            "DNS",
        ];
        for cause in Cause::ALL {
            let texts = of(*cause);
            [texts.title, texts.agent, texts.mend].into_iter().for_each(|text| none_of(&jargon, text));
        }
    }

    #[test]
    fn the_partner_reads_nothing_that_the_allow_list_does_not_name() {
        let forbidden = [
            "device",
            "browser",
            "phone",
            "tablet",
            "computer",
            "iphone",
            "safari",
            "chrome",
            "firefox",
            "app",
            "consent",
            "cookie",
            "block",
            "privacy",
            "private",
            "tracker",
            "another",
            "other",
            "someone else",
            "somebody else",
            "different partner",
            "fraud",
            "rule",
            "self-referral",
            "own purchase",
            "existing",
            "already",
            "known",
            "e-mail",
            "email",
            "address",
            "coupon",
            "deal",
            "script",
            "snippet",
            "tag",
            "webhook",
            "xid",
            "itp",
            "claim",
            "heartbeat",
            "key",
            "server",
            "attribut",
        ];
        for cause in Cause::ALL {
            none_of(&forbidden, of(*cause).partner);
        }
    }

    #[test]
    fn where_the_reason_is_not_the_partners_to_know_it_cannot_be_guessed_from_the_sentence() {
        use Cause::*;
        let same = [
            AnotherPartnerClickedLater,
            CookiesCleared,
            CookiesBlocked,
            DifferentBrowserOrDevice,
            UrlTypedDirectly,
            LinkHostBlocked,
            SnippetBlocked,
            ConsentNotGiven,
            ItpSevenDayCap,
            ItpOneDayCap,
            CnameCap,
            ParametersStrippedByBrowser,
            InAppBrowser,
            ExistingOrExcludedCustomer,
            SignupBeforeClick,
            ScriptsDisabled,
            NoSuchCustomer,
            CouponTookPrecedence,
            ClaimedByLeadOrDeal,
            MovedByHand,
            OfflineSale,
            LateFact,
            CookieExpired,
        ];
        for cause in same {
            assert_eq!(of(cause).partner, NEUTRAL, "{cause}");
        }
    }
}
