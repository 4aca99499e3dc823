//! What can be done about each cause: repairs first, then what keeps it from happening again.

use super::cause::Cause;
use super::verdict::{NextAction, NextStep};

/// The steps, in the order in which a support agent would take them.
pub fn next_steps(cause: Cause) -> Vec<NextStep> {
    use NextAction as A;
    let actions: &[NextAction] = match cause {
        Cause::AnotherPartnerClickedLater => &[A::OpenCustomer, A::DeclineCommission, A::CreateCommission, A::Explain],
        Cause::CookiesCleared
        | Cause::CookiesBlocked
        | Cause::DifferentBrowserOrDevice
        | Cause::UrlTypedDirectly
        | Cause::ItpSevenDayCap
        | Cause::ItpOneDayCap
        | Cause::CnameCap
        | Cause::InAppBrowser
        | Cause::ParametersStrippedByBrowser => {
            &[A::AskCustomer, A::AskPartner, A::AttributeCustomer, A::RecordTransaction]
        }
        Cause::LinkHostBlocked | Cause::SnippetBlocked | Cause::ScriptsDisabled => {
            &[A::AskCustomer, A::AttributeCustomer, A::OpenSettings]
        }
        Cause::ConsentNotGiven => &[A::Explain, A::AskCustomer, A::OpenSettings],
        Cause::CookieExpired => &[A::Explain, A::CreateCommission, A::OpenSettings],
        Cause::SnippetBroken
        | Cause::SnippetMissingOnLandingPage
        | Cause::PagePolicyBlocksSnippet
        | Cause::DuplicateSnippet
        | Cause::SnippetLoadedTooLate
        | Cause::SnippetInCrossSiteFrame
        | Cause::SnippetDataOverwritten => &[A::CheckLink, A::TestSnippet, A::AttributeCustomer, A::ImportMissed],
        Cause::PublicKeyMissing | Cause::WrongEnvironment | Cause::SignupCallMissing => {
            &[A::TestSnippet, A::AddCustomer, A::ImportMissed]
        }
        Cause::CookieDomainTooNarrow | Cause::PublicSuffixHost | Cause::CheckoutOnOtherDomain => {
            &[A::TestSnippet, A::AttributeCustomer, A::OpenSettings]
        }
        Cause::RedirectDropsParameters | Cause::DestinationNotAllowed | Cause::DestinationDown => {
            &[A::CheckLink, A::OpenLink, A::AttributeCustomer]
        }
        Cause::LinkInactive => &[A::OpenLink, A::AttributeCustomer],
        Cause::BotOrScannerClick | Cause::PrefetchedClick => &[A::AskPartner, A::Explain],
        Cause::CustomerKeyMismatch => &[A::OpenCustomer, A::OpenWebhooks, A::ReplayDelivery],
        Cause::PaymentWebhookFailing => &[A::OpenWebhooks, A::ReplayDelivery, A::RecordTransaction],
        Cause::ExistingOrExcludedCustomer | Cause::SignupBeforeClick => {
            &[A::OpenCustomer, A::Explain, A::AttributeCustomer]
        }
        Cause::NoOfferApplied => &[A::OpenOffers, A::OpenCustomer, A::CreateCommission],
        Cause::OfflineSale => &[A::AskPartner, A::AttributeCustomer],
        Cause::PlatformOutage => &[A::Reconcile, A::ImportMissed],
        Cause::Tracked | Cause::TrackedAndPending | Cause::TrackedAndHeld | Cause::TrackedAndDeclined => {
            &[A::OpenCustomer, A::OpenCommission, A::Explain]
        }
        Cause::AwaitingConfirmation | Cause::NoPaymentYet => &[A::OpenCustomer, A::OpenWebhooks, A::Explain],
        Cause::NoSuchCustomer => &[A::AskPartner, A::Reconcile, A::AddCustomer],
        Cause::CouponTookPrecedence | Cause::ClaimedByLeadOrDeal | Cause::MovedByHand => &[A::OpenCustomer, A::Explain],
        Cause::LateFact => &[A::OpenCustomer, A::AttributeCustomer, A::CreateCommission],
        Cause::EvidenceExpired => &[A::AskPartner, A::CreateCommission],
    };
    let step = |action: &NextAction| NextStep { action: *action, label: action.sentence().to_owned() };
    actions.iter().map(step).collect()
}
