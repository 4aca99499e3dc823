//! The closed list of answers to "why was this not tracked?" (`causes.md` 2 and 2b). Codes are public and stable.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where an answer belongs, in the order in which answers of equal certainty are told (`causes.md` 1): what settles the
/// matter, what is set up wrongly, where the way from click to sign-up broke, what browsers forbid, what rules exclude.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// Nothing was lost (`causes.md` 2b).
    NotALoss,
    /// Something of the company's is set up wrongly.
    Configuration,
    /// The way from click to landing to sign-up broke.
    Chain,
    /// The customer's browser or device did not let it pass.
    Client,
    /// It was seen, and a rule says no.
    Exclusion,
}

macro_rules! causes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $kind:ident;)+) => {
        /// Why a referral is not where the partner expects it, or that it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Cause {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)+
        }

        impl Cause {
            /// Every cause, in the order of `causes.md`.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code, as stored and as sent.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Where it belongs.
            pub const fn kind(self) -> CauseKind {
                match self { $(Self::$variant => CauseKind::$kind,)+ }
            }

            /// Reads a code; `None` if the list has no such one.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

causes! {
    /// Case 1: another partner's click was last.
    AnotherPartnerClickedLater = "another_partner_clicked_later", Exclusion;
    /// Case 2: the customer cleared cookies.
    CookiesCleared = "cookies_cleared", Client;
    /// Case 3: the browser keeps no cookies.
    CookiesBlocked = "cookies_blocked", Client;
    /// Case 4: the snippet stopped working on a page.
    SnippetBroken = "snippet_broken", Configuration;
    /// Case 5: the click was older than the window.
    CookieExpired = "cookie_expired", Exclusion;
    /// Case 6: click and sign-up in different browsers or on different devices.
    DifferentBrowserOrDevice = "different_browser_or_device", Client;
    /// Case 7: the page replaced the snippet's object.
    SnippetDataOverwritten = "snippet_data_overwritten", Configuration;
    /// Case 8: the snippet is called without a key, or with one that nobody has.
    PublicKeyMissing = "public_key_missing", Configuration;
    /// Case 9: the page that the link leads to has no snippet.
    SnippetMissingOnLandingPage = "snippet_missing_on_landing_page", Configuration;
    /// Case 10: the customer typed the address.
    UrlTypedDirectly = "url_typed_directly", Chain;
    /// A redirect of the destination drops the link's parameters.
    RedirectDropsParameters = "redirect_drops_parameters", Configuration;
    /// A block list stops the link's host.
    LinkHostBlocked = "link_host_blocked", Client;
    /// The browser blocks the snippet.
    SnippetBlocked = "snippet_blocked", Client;
    /// The visitor did not consent.
    ConsentNotGiven = "consent_not_given", Client;
    /// Safari kept the script's cookie for seven days.
    ItpSevenDayCap = "itp_seven_day_cap", Client;
    /// Safari kept the script's cookie for one day.
    ItpOneDayCap = "itp_one_day_cap", Client;
    /// Safari shortened the cookie since the link's host lies elsewhere.
    CnameCap = "cname_cap", Client;
    /// The browser took the parameters off the address.
    ParametersStrippedByBrowser = "parameters_stripped_by_browser", Client;
    /// A machine followed the link.
    BotOrScannerClick = "bot_or_scanner_click", Exclusion;
    /// The browser fetched the link ahead of time.
    PrefetchedClick = "prefetched_click", Exclusion;
    /// The click was made inside an app, the sign-up in the real browser.
    InAppBrowser = "in_app_browser", Client;
    /// The cookie was for one host only.
    CookieDomainTooNarrow = "cookie_domain_too_narrow", Configuration;
    /// The site's host shares its domain with strangers.
    PublicSuffixHost = "public_suffix_host", Configuration;
    /// Landing and payment are on different sites.
    CheckoutOnOtherDomain = "checkout_on_other_domain", Configuration;
    /// The snippet or the form is in a frame of another site.
    SnippetInCrossSiteFrame = "snippet_in_cross_site_frame", Configuration;
    /// The link led nowhere.
    LinkInactive = "link_inactive", Configuration;
    /// The destination is outside the company's sites.
    DestinationNotAllowed = "destination_not_allowed", Configuration;
    /// The snippet ran after the address had changed.
    SnippetLoadedTooLate = "snippet_loaded_too_late", Configuration;
    /// The page's own policy forbids the snippet.
    PagePolicyBlocksSnippet = "page_policy_blocks_snippet", Configuration;
    /// The snippet is there, the sign-up call is not.
    SignupCallMissing = "signup_call_missing", Configuration;
    /// Sign-up and payment name different customers.
    CustomerKeyMismatch = "customer_key_mismatch", Configuration;
    /// The payment provider's messages are refused or stay away.
    PaymentWebhookFailing = "payment_webhook_failing", Configuration;
    /// It arrived, but as a test or for another program.
    WrongEnvironment = "wrong_environment", Configuration;
    /// The customer was there before, or a rule excludes it.
    ExistingOrExcludedCustomer = "existing_or_excluded_customer", Exclusion;
    /// The sign-up came before the click.
    SignupBeforeClick = "signup_before_click", Exclusion;
    /// It belongs to the partner, and no offer paid.
    NoOfferApplied = "no_offer_applied", Exclusion;
    /// Two snippets on one page.
    DuplicateSnippet = "duplicate_snippet", Configuration;
    /// A sale without any trace on the web.
    OfflineSale = "offline_sale", Chain;
    /// No scripts run in this browser.
    ScriptsDisabled = "scripts_disabled", Client;
    /// Whence itself was not there.
    PlatformOutage = "platform_outage", Configuration;

    /// It is the partner's, and paid or payable.
    Tracked = "tracked", NotALoss;
    /// It is the partner's, and waits for review.
    TrackedAndPending = "tracked_and_pending", NotALoss;
    /// It is the partner's, and held back.
    TrackedAndHeld = "tracked_and_held", NotALoss;
    /// It is the partner's, and was declined.
    TrackedAndDeclined = "tracked_and_declined", NotALoss;
    /// It is provisionally the partner's, until something signed confirms the customer.
    AwaitingConfirmation = "awaiting_confirmation", NotALoss;
    /// It is the partner's, and the customer has not paid.
    NoPaymentYet = "no_payment_yet", NotALoss;
    /// Nobody of that name is known here.
    NoSuchCustomer = "no_such_customer", Chain;
    /// A coupon decided.
    CouponTookPrecedence = "coupon_took_precedence", NotALoss;
    /// A lead or deal decided.
    ClaimedByLeadOrDeal = "claimed_by_lead_or_deal", NotALoss;
    /// A person decided.
    MovedByHand = "moved_by_hand", NotALoss;
    /// The destination answered with an error.
    DestinationDown = "destination_down", Configuration;
    /// It became known after the matter was settled.
    LateFact = "late_fact", NotALoss;
    /// Too old to be known any more.
    EvidenceExpired = "evidence_expired", Chain;
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_stands_once_and_reads_back() {
        let codes: BTreeSet<&str> = Cause::ALL.iter().map(|cause| cause.code()).collect();
        assert_eq!(codes.len(), Cause::ALL.len());
        assert_eq!(Cause::ALL.len(), 53, "40 causes and 13 outcomes of causes.md");
        for cause in Cause::ALL {
            assert_eq!(Cause::parse(cause.code()), Some(*cause));
        }
        assert_eq!(Cause::parse("no_such_cause"), None);
    }
}
