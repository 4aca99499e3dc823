//! Trying an integration out: what has arrived since the test began, step by step, and what to do next.

use super::cookie::covers_site;
use super::screening::Outcome;
use crate::closed::closed_list;
use crate::mode::Mode;

closed_list! {
    /// The steps of a test, in the order in which they happen.
    pub enum TestStep {
        Link = "link", "The test link is followed";
        Page = "page", "The page reports itself";
        Click = "click", "The page knows the click";
        Cookie = "cookie", "The cookie is written and read back";
        Storage = "storage", "The browser’s storage is written and read back";
        Undisturbed = "undisturbed", "Nothing on the page gets in the way";
        SignUp = "sign_up", "A sign-up arrives";
        Partner = "partner", "The customer belongs to the test partner";
        Sale = "sale", "A sale of this customer arrives";
        NothingEarned = "nothing_earned", "The sale earns nothing, because it is a test";
    }
}

closed_list! {
    /// What was found at a step.
    pub enum Finding {
        LinkFollowed = "link_followed", "Somebody followed it.";
        LinkWaits = "link_waits", "Nobody has followed it since this test began.";
        LinkNotCounted = "link_not_counted", "It was followed, but by a program or a preview and not by a visitor.";
        PageReported = "page_reported", "The snippet on the page reported with the right key.";
        PageWaits = "page_waits", "No page has reported since this test began.";
        PageSilent = "page_silent", "The link was followed, and no page has reported since.";
        KeyOfOtherMode = "key_of_other_mode", "A page reported with a key of the other mode.";
        KeyMissing = "key_missing", "A page of your site runs the snippet without its public key.";
        KeyUnknown = "key_unknown", "A page of your site uses a public key that nobody here has.";
        KeyOfOtherProgram = "key_of_other_program", "A page of your site uses the public key of another program.";
        ReportUnreadable = "report_unreadable", "Something of your site’s was refused, because its data are not as they must be.";
        ClickSeen = "click_seen", "The page has the click that the link made.";
        ClickWaits = "click_waits", "Follow the link first.";
        ClickLost = "click_lost", "The page reported without the click.";
        ClickOfOtherMode = "click_of_other_mode", "The click belongs to the other mode or to another program.";
        ClickDamaged = "click_damaged", "What the page sent as the click is none of ours: something changed it.";
        ConsentWaits = "consent_waits", "The page waits for the visitor’s consent, or the visitor has refused it.";
        CookieKept = "cookie_kept", "Written, read back, and valid on the whole site.";
        CookieNarrow = "cookie_narrow", "Written and read back, but other hosts of your site will not see it.";
        CookieBlocked = "cookie_blocked", "This browser keeps no cookies.";
        StorageKept = "storage_kept", "Written and read back.";
        StorageBlocked = "storage_blocked", "This browser keeps no storage.";
        Waits = "waits", "Comes with the first page view.";
        Undisturbed = "undisturbed", "The snippet found nothing wrong.";
        Overwritten = "overwritten", "Code of the page replaced the snippet’s object or its data.";
        LoadedTwice = "loaded_twice", "The page loads the snippet twice.";
        InForeignFrame = "in_foreign_frame", "The snippet runs in a frame inside a page of another site.";
        SignUpTold = "sign_up_told", "It is here.";
        SignUpWaits = "sign_up_waits", "None has arrived since this test began.";
        SignUpNameless = "sign_up_nameless", "A sign-up was refused: it had neither an e-mail address nor a customer key.";
        PartnerRight = "partner_right", "It does.";
        PartnerNone = "partner_none", "The customer belongs to no partner.";
        PartnerOther = "partner_other", "The customer belongs to another partner.";
        PartnerWaits = "partner_waits", "Shown once a sign-up has arrived.";
        SaleTold = "sale_told", "It is here.";
        SaleWaits = "sale_waits", "None has arrived yet.";
        NothingEarned = "nothing_earned", "No commission was made, and none ever is in test mode.";
        EarnedAfterAll = "earned_after_all", "A commission stands there: a person or the API made it.";
        NothingEarnedWaits = "nothing_earned_waits", "Shown once a sale has arrived.";
    }
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// As it should be.
    Done,
    /// It has not come yet.
    Waits,
    /// It came, and something is to be mended.
    Wrong,
}

impl Finding {
    /// How good or bad it is.
    pub const fn state(self) -> StepState {
        match self {
            Self::LinkFollowed
            | Self::PageReported
            | Self::ClickSeen
            | Self::CookieKept
            | Self::StorageKept
            | Self::Undisturbed
            | Self::SignUpTold
            | Self::PartnerRight
            | Self::SaleTold
            | Self::NothingEarned => StepState::Done,
            Self::LinkWaits
            | Self::PageWaits
            | Self::ClickWaits
            | Self::Waits
            | Self::SignUpWaits
            | Self::PartnerWaits
            | Self::SaleWaits
            | Self::NothingEarnedWaits => StepState::Waits,
            _ => StepState::Wrong,
        }
    }

    /// What to do next; nothing where all is well or something else comes first.
    pub const fn next(self) -> &'static str {
        match self {
            Self::LinkWaits => "Open the test link in a private window.",
            Self::LinkNotCounted => "Follow it in an ordinary window of a browser, as a visitor would.",
            Self::PageWaits => "Put the snippet into the head of the landing page, then open that page.",
            Self::PageSilent => {
                "Look whether the snippet stands in the head of the page where the link ends, whether a content policy of \
                 the page forbids it, and whether your own browser blocks it."
            }
            Self::KeyOfOtherMode => {
                "Put the public key of this mode into the snippet, or switch to the other mode above and watch there."
            }
            Self::KeyMissing => {
                "Put the public key between the quotation marks of _initialize, as in the snippet here."
            }
            Self::KeyUnknown => {
                "Copy the public key from here: the one on the page is misspelt, revoked, or of another installation."
            }
            Self::KeyOfOtherProgram => "Copy the snippet from here: it names the key of this program.",
            Self::ReportUnreadable => "Read the reason below, and mend what your page sends.",
            Self::ClickLost => {
                "A redirect of your site, or a script that runs before the snippet, takes the parameters out of the \
                 address. Check the link to see where they go."
            }
            Self::ClickOfOtherMode => "Use the test link with the test key, and a partner’s link with the live key.",
            Self::ClickDamaged => "Look for code that rewrites or cuts the parameters of the address.",
            Self::ConsentWaits => {
                "Agree on the page as a visitor would; the page then calls whence.consent(\"granted\")."
            }
            Self::CookieNarrow => {
                "Ask whoever looks after the site’s consent tool or cookie code: something narrows the cookie to one host. \
                 Sign-ups on another host find the click in its address only."
            }
            Self::CookieBlocked => {
                "Try again in a browser that allows cookies; for visitors without them, offer a coupon."
            }
            Self::StorageBlocked => "Nothing to mend if the cookie was kept; storage is only the second memory.",
            Self::Overwritten => {
                "Set the fields of growsumo.data one by one, and never assign growsumo or growsumo.data as a whole."
            }
            Self::LoadedTwice => "Take one of the two tags away; look into your tag manager too.",
            Self::InForeignFrame => {
                "Put the snippet on the page itself: in a frame of another site its cookies are lost."
            }
            Self::SignUpWaits => {
                "Sign up on your site as a new customer. If it has no sign-up page yet, make a sign-up with the button below."
            }
            Self::SignUpNameless => "Set growsumo.data.email or growsumo.data.customer_key before createSignup().",
            Self::PartnerNone => "Follow the test link first, then sign up in the same browser.",
            Self::PartnerOther => "Another partner’s link was followed later in this browser: use a private window.",
            Self::EarnedAfterAll => "Remove the test data below to begin anew.",
            Self::SaleWaits => "Send a test sale with the button below, or pay with your provider’s test card.",
            _ => "",
        }
    }
}

/// A request to the test link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClickSeen {
    /// What it counts as.
    pub outcome: Outcome,
}

closed_list! {
    /// What the click that a page view carried turned out to be.
    pub enum ClickVerdict {
        Genuine = "genuine", "Ours, of this program and mode.";
        Forged = "forged", "Not ours, or damaged.";
        Foreign = "foreign", "Ours, but of another program or mode.";
        Absent = "absent", "None came.";
    }
}

closed_list! {
    /// What the snippet found when it wrote something and read it back.
    pub enum ReadBack {
        Kept = "written_and_read", "Written and read back.";
        Failed = "failed", "Tried, and not there afterwards.";
        Unsaid = "unsaid", "The snippet did not try, or did not say.";
    }
}

/// A page view that the snippet told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewSeen {
    /// The mode of the key that it came with.
    pub mode: Mode,
    /// The page's host.
    pub host: String,
    /// The click that it carried.
    pub click: ClickVerdict,
    /// What became of the cookie.
    pub cookie: ReadBack,
    /// The domain that the cookie was kept for, if the snippet said: empty for the host alone.
    pub cookie_domain: Option<String>,
    /// What became of storage.
    pub storage: ReadBack,
    /// What the page said of consent.
    pub consent: Option<String>,
    /// Codes of what the snippet itself found wrong.
    pub problems: Vec<String>,
}

/// A sign-up that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUpSeen {
    /// The key of the partner whom it belongs to.
    pub partner_key: Option<String>,
    /// Whether the customer has paid.
    pub has_sale: bool,
    /// Whether a commission was made of that.
    pub has_commission: bool,
}

/// What has arrived since a test began, each newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestFacts {
    /// Requests to the test link.
    pub clicks: Vec<ClickSeen>,
    /// Page views of either mode.
    pub views: Vec<ViewSeen>,
    /// Sign-ups of the test's own mode.
    pub sign_ups: Vec<SignUpSeen>,
    /// Why requests from this program's site were refused.
    pub refused: Vec<String>,
}

/// Walks through the steps of a test in `mode`. A test in live mode ends with the sign-up: nobody sends sales for trial
/// there, and any partner's link will do.
pub fn check(facts: &TestFacts, mode: Mode, test_partner: &str) -> Vec<(TestStep, Finding)> {
    let views: Vec<&ViewSeen> = facts.views.iter().filter(|view| view.mode == mode).collect();
    let mut steps = Vec::new();
    if mode == Mode::Test {
        steps.push((TestStep::Link, link(facts)));
    }
    steps.extend([
        (TestStep::Page, page(facts, &views)),
        (TestStep::Click, click(facts, &views)),
        (TestStep::Cookie, cookie(&views)),
        (TestStep::Storage, storage(&views)),
        (TestStep::Undisturbed, undisturbed(&views)),
        (TestStep::SignUp, sign_up(facts)),
    ]);
    if mode == Mode::Test {
        let customer = facts.sign_ups.first();
        steps.extend([
            (TestStep::Partner, partner(customer, test_partner)),
            (TestStep::Sale, sale(customer)),
            (TestStep::NothingEarned, nothing_earned(customer)),
        ]);
    }
    steps
}

fn link(facts: &TestFacts) -> Finding {
    if facts.clicks.iter().any(|click| click.outcome.attributes()) {
        Finding::LinkFollowed
    } else if facts.clicks.is_empty() {
        Finding::LinkWaits
    } else {
        Finding::LinkNotCounted
    }
}

fn page(facts: &TestFacts, views: &[&ViewSeen]) -> Finding {
    let was_refused = |reason: &str| facts.refused.iter().any(|refused| refused == reason);
    if !views.is_empty() {
        Finding::PageReported
    } else if !facts.views.is_empty() {
        Finding::KeyOfOtherMode
    } else if was_refused("no_public_key") {
        Finding::KeyMissing
    } else if was_refused("unknown_public_key") {
        Finding::KeyUnknown
    } else if was_refused("origin_not_allowed") {
        Finding::KeyOfOtherProgram
    } else if !facts.refused.is_empty() {
        Finding::ReportUnreadable
    } else if facts.clicks.is_empty() {
        Finding::PageWaits
    } else {
        Finding::PageSilent
    }
}

fn click(facts: &TestFacts, views: &[&ViewSeen]) -> Finding {
    let Some(latest) = views.first() else { return Finding::Waits };
    let any = |verdict| views.iter().any(|view| view.click == verdict);
    if any(ClickVerdict::Genuine) {
        Finding::ClickSeen
    } else if matches!(latest.consent.as_deref(), Some("denied" | "required")) {
        Finding::ConsentWaits
    } else if any(ClickVerdict::Foreign) {
        Finding::ClickOfOtherMode
    } else if any(ClickVerdict::Forged) {
        Finding::ClickDamaged
    } else if facts.clicks.is_empty() {
        Finding::ClickWaits
    } else {
        Finding::ClickLost
    }
}

/// The latest page view in which the snippet tried to keep something says what this browser does.
fn tried<'a>(views: &[&'a ViewSeen], what: impl Fn(&ViewSeen) -> ReadBack) -> Option<(&'a ViewSeen, ReadBack)> {
    views.iter().map(|view| (*view, what(view))).find(|(_, back)| *back != ReadBack::Unsaid)
}

fn cookie(views: &[&ViewSeen]) -> Finding {
    match tried(views, |view| view.cookie) {
        Some((view, ReadBack::Kept)) if is_narrow(view) => Finding::CookieNarrow,
        Some((_, ReadBack::Kept)) => Finding::CookieKept,
        Some(_) => Finding::CookieBlocked,
        None if views.is_empty() => Finding::Waits,
        None => Finding::ConsentWaits,
    }
}

/// Whether the cookie is valid for less than the site.
fn is_narrow(view: &ViewSeen) -> bool {
    view.cookie_domain.as_deref().is_some_and(|domain| !covers_site(&view.host, domain))
}

fn storage(views: &[&ViewSeen]) -> Finding {
    match tried(views, |view| view.storage) {
        Some((_, ReadBack::Kept)) => Finding::StorageKept,
        Some(_) => Finding::StorageBlocked,
        None if views.is_empty() => Finding::Waits,
        None => Finding::ConsentWaits,
    }
}

fn undisturbed(views: &[&ViewSeen]) -> Finding {
    let told = |problem: &str| views.iter().any(|view| view.problems.iter().any(|told| told == problem));
    if views.is_empty() {
        Finding::Waits
    } else if told("snippet_data_overwritten") {
        Finding::Overwritten
    } else if told("duplicate_snippet") {
        Finding::LoadedTwice
    } else if told("snippet_in_cross_site_frame") {
        Finding::InForeignFrame
    } else {
        Finding::Undisturbed
    }
}

fn sign_up(facts: &TestFacts) -> Finding {
    if !facts.sign_ups.is_empty() {
        Finding::SignUpTold
    } else if facts.refused.iter().any(|reason| reason == "missing_data") {
        Finding::SignUpNameless
    } else {
        Finding::SignUpWaits
    }
}

fn partner(customer: Option<&SignUpSeen>, test_partner: &str) -> Finding {
    match customer.map(|customer| customer.partner_key.as_deref()) {
        None => Finding::PartnerWaits,
        Some(None) => Finding::PartnerNone,
        Some(Some(key)) if key == test_partner => Finding::PartnerRight,
        Some(Some(_)) => Finding::PartnerOther,
    }
}

fn sale(customer: Option<&SignUpSeen>) -> Finding {
    if customer.is_some_and(|customer| customer.has_sale) { Finding::SaleTold } else { Finding::SaleWaits }
}

fn nothing_earned(customer: Option<&SignUpSeen>) -> Finding {
    match customer {
        Some(customer) if customer.has_commission => Finding::EarnedAfterAll,
        Some(customer) if customer.has_sale => Finding::NothingEarned,
        _ => Finding::NothingEarnedWaits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> ViewSeen {
        ViewSeen {
            mode: Mode::Test,
            host: "www.shop.test".into(),
            click: ClickVerdict::Genuine,
            cookie: ReadBack::Kept,
            cookie_domain: Some("shop.test".into()),
            storage: ReadBack::Kept,
            consent: None,
            problems: Vec::new(),
        }
    }

    fn followed() -> TestFacts {
        TestFacts { clicks: vec![ClickSeen { outcome: Outcome::Counted }], ..TestFacts::default() }
    }

    fn finding(facts: &TestFacts, step: TestStep) -> Finding {
        let steps = check(facts, Mode::Test, "gstest");
        steps.into_iter().find(|(one, _)| *one == step).map(|(_, finding)| finding).expect("a step of every test")
    }

    #[test]
    fn a_test_that_goes_well_is_done_from_link_to_sale() {
        let customer = SignUpSeen { partner_key: Some("gstest".into()), has_sale: true, has_commission: false };
        let facts = TestFacts { views: vec![view()], sign_ups: vec![customer], ..followed() };
        let steps = check(&facts, Mode::Test, "gstest");
        assert_eq!(steps.len(), TestStep::ALL.len());
        for (step, finding) in steps {
            assert_eq!(finding.state(), StepState::Done, "{step}: {finding}");
            assert_eq!(finding.next(), "", "{step}");
        }
    }

    #[test]
    fn before_anything_has_come_every_step_waits_and_the_first_says_what_to_do() {
        let steps = check(&TestFacts::default(), Mode::Test, "gstest");
        assert!(steps.iter().all(|(_, finding)| finding.state() == StepState::Waits), "{steps:?}");
        assert!(steps[0].1.next().contains("private window"));
    }

    #[test]
    fn a_refusal_of_the_site_says_what_is_wrong_with_the_tag() {
        for (reason, expected) in [
            ("no_public_key", Finding::KeyMissing),
            ("unknown_public_key", Finding::KeyUnknown),
            ("origin_not_allowed", Finding::KeyOfOtherProgram),
            ("invalid_field", Finding::ReportUnreadable),
        ] {
            let facts = TestFacts { refused: vec![reason.into()], ..followed() };
            assert_eq!(finding(&facts, TestStep::Page), expected);
            let mended = TestFacts { views: vec![view()], ..facts };
            assert_eq!(finding(&mended, TestStep::Page), Finding::PageReported);
        }
        assert_eq!(finding(&followed(), TestStep::Page), Finding::PageSilent);
        let other = TestFacts { views: vec![ViewSeen { mode: Mode::Live, ..view() }], ..followed() };
        assert_eq!(finding(&other, TestStep::Page), Finding::KeyOfOtherMode);
    }

    #[test]
    fn a_page_without_the_click_has_lost_it_only_if_the_link_was_followed() {
        let bare = ViewSeen { click: ClickVerdict::Absent, ..view() };
        let facts = TestFacts { views: vec![bare.clone()], ..TestFacts::default() };
        assert_eq!(finding(&facts, TestStep::Click), Finding::ClickWaits);
        let facts = TestFacts { views: vec![bare.clone()], ..followed() };
        assert_eq!(finding(&facts, TestStep::Click), Finding::ClickLost);
        let asked = ViewSeen { consent: Some("required".into()), cookie: ReadBack::Unsaid, ..bare };
        let facts = TestFacts { views: vec![asked], ..followed() };
        assert_eq!(finding(&facts, TestStep::Click), Finding::ConsentWaits);
        assert_eq!(finding(&facts, TestStep::Cookie), Finding::ConsentWaits);
        let foreign = ViewSeen { click: ClickVerdict::Foreign, ..view() };
        let facts = TestFacts { views: vec![foreign, view()], ..followed() };
        assert_eq!(finding(&facts, TestStep::Click), Finding::ClickSeen);
    }

    #[test]
    fn a_cookie_of_one_host_is_narrow_only_where_the_site_has_others() {
        for (host, domain, expected) in [
            ("www.shop.test", Some("shop.test"), Finding::CookieKept),
            ("www.shop.test", Some("www.shop.test"), Finding::CookieNarrow),
            ("www.shop.test", Some(""), Finding::CookieNarrow),
            ("www.shop.test", Some("test"), Finding::CookieNarrow),
            ("shop.test", Some(""), Finding::CookieKept),
            ("ada.github.io", Some("ada.github.io"), Finding::CookieKept),
            ("localhost", Some("localhost"), Finding::CookieKept),
            ("www.shop.test", None, Finding::CookieKept),
        ] {
            let view = ViewSeen { host: host.into(), cookie_domain: domain.map(str::to_owned), ..view() };
            let facts = TestFacts { views: vec![view], ..followed() };
            assert_eq!(finding(&facts, TestStep::Cookie), expected, "{host} {domain:?}");
        }
        let blocked = ViewSeen { cookie: ReadBack::Failed, storage: ReadBack::Failed, ..view() };
        let facts = TestFacts { views: vec![blocked, view()], ..followed() };
        assert_eq!(finding(&facts, TestStep::Cookie), Finding::CookieBlocked);
        assert_eq!(finding(&facts, TestStep::Storage), Finding::StorageBlocked);
    }

    #[test]
    fn what_the_snippet_told_itself_is_said() {
        for (problem, expected) in [
            ("snippet_data_overwritten", Finding::Overwritten),
            ("duplicate_snippet", Finding::LoadedTwice),
            ("snippet_in_cross_site_frame", Finding::InForeignFrame),
            ("cookies_blocked", Finding::Undisturbed),
        ] {
            let facts = TestFacts { views: vec![ViewSeen { problems: vec![problem.into()], ..view() }], ..followed() };
            assert_eq!(finding(&facts, TestStep::Undisturbed), expected);
        }
    }

    #[test]
    fn a_program_that_follows_the_link_is_no_visitor() {
        let facts = |outcome| TestFacts { clicks: vec![ClickSeen { outcome }], ..TestFacts::default() };
        assert_eq!(finding(&facts(Outcome::Bot), TestStep::Link), Finding::LinkNotCounted);
        assert_eq!(finding(&facts(Outcome::Repeat), TestStep::Link), Finding::LinkFollowed);
    }

    #[test]
    fn whose_the_customer_is_and_what_was_earned_is_said() {
        let of = |partner_key: Option<&str>| SignUpSeen {
            partner_key: partner_key.map(str::to_owned),
            has_sale: false,
            has_commission: false,
        };
        for (customer, expected) in [
            (of(None), Finding::PartnerNone),
            (of(Some("ada")), Finding::PartnerOther),
            (of(Some("gstest")), Finding::PartnerRight),
        ] {
            let facts = TestFacts { sign_ups: vec![customer], ..followed() };
            assert_eq!(finding(&facts, TestStep::Partner), expected);
            assert_eq!(finding(&facts, TestStep::Sale), Finding::SaleWaits);
        }
        let earned = SignUpSeen { has_sale: true, has_commission: true, ..of(Some("gstest")) };
        let facts = TestFacts { sign_ups: vec![earned], ..followed() };
        assert_eq!(finding(&facts, TestStep::NothingEarned), Finding::EarnedAfterAll);
        let refused = TestFacts { refused: vec!["missing_data".into()], ..followed() };
        assert_eq!(finding(&refused, TestStep::SignUp), Finding::SignUpNameless);
    }

    #[test]
    fn a_test_of_live_mode_asks_for_no_sale() {
        let steps: Vec<TestStep> =
            check(&TestFacts::default(), Mode::Live, "gstest").into_iter().map(|(step, _)| step).collect();
        assert_eq!(steps.first(), Some(&TestStep::Page));
        assert_eq!(steps.last(), Some(&TestStep::SignUp));
    }
}
