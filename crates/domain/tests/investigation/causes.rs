//! For each cause a story in which it holds: it is named first, with its certainty, its rivals, and a counterfactual that
//! makes the outcome another one.

use crate::story::{CHROME, FIREFOX, SAFARI, Story, asking, day, page, rival};
use whence_domain::earning::{CommissionStatus, HoldReason};
use whence_domain::investigation::change::flips;
use whence_domain::investigation::facts::{
    ConsentSeen, ElsewhereSeen, ElsewhereWhat, Kept, KeySeen, PageRole, PageSeen, ParametersSeen, RefusalReason,
    TagSeen,
};
use whence_domain::investigation::{Cause, CauseKind, Certainty};
use whence_domain::tracking::{CameBy, ClaimSource, Outcome};
use whence_domain::{Instant, Period};

/// Asks, and holds the first verdict against what is expected; answers the codes of its rivals.
fn check(story: &Story, cause: Cause, certainty: Certainty) -> Vec<&'static str> {
    let findings = story.findings();
    let told: Vec<_> =
        findings.verdicts.iter().map(|verdict| (verdict.cause.code(), verdict.certainty.code())).collect();
    let best = findings.best();
    assert_eq!((best.cause, best.certainty), (cause, certainty), "{told:?}");
    assert!(!best.because.is_empty(), "{cause}: a verdict cites its evidence");
    assert_eq!(best.missing.is_empty(), certainty == Certainty::Determined, "{cause}: what is open is asked for");
    // Of what is no longer kept nothing can be replayed.
    if best.cause.kind() != CauseKind::NotALoss && best.cause != Cause::EvidenceExpired {
        let had = best.counterfactual.as_ref().unwrap_or_else(|| panic!("{cause}: nothing would have changed it"));
        assert!(flips(&story.facts, &had.change), "{cause}: {}", had.text);
    }
    assert!(!findings.ruled_out.iter().any(|ruled_out| ruled_out.cause == cause), "{cause} holds and is ruled out");
    best.rivals.iter().map(|rival| rival.code()).collect()
}

const D: Certainty = Certainty::Determined;
const P: Certainty = Certainty::Probable;
const U: Certainty = Certainty::Unknown;

/// A click of the asking partner's on day 0 that arrived well, and a sign-up on day 3 without it.
fn lost(
    click_with: whence_domain::investigation::facts::AgentSeen,
    sign_up_with: whence_domain::investigation::facts::AgentSeen,
) -> Story {
    Story::new().click(1, &asking(), day(0), click_with).landing(1, Kept::Yes).sign_up(day(3), sign_up_with, None)
}

#[test]
fn case_1_another_partners_later_click_is_determined_when_the_earlier_id_came_along() {
    let clicked = Story::new().click(1, &asking(), day(0), CHROME).click(2, &rival(), day(1), CHROME);
    let proven = clicked.clone().sign_up(day(2), CHROME, Some(2)).touch(1, CameBy::Earlier);
    check(&proven, Cause::AnotherPartnerClickedLater, D);
    let supposed = clicked.sign_up(day(2), CHROME, Some(2));
    let rivals = check(&supposed, Cause::AnotherPartnerClickedLater, P);
    assert!(rivals.contains(&"different_browser_or_device"));
}

#[test]
fn case_2_cleared_cookies_are_probable_and_name_their_twins() {
    let rivals = check(&lost(CHROME, CHROME), Cause::CookiesCleared, P);
    assert_eq!(rivals, ["different_browser_or_device", "itp_seven_day_cap"]);
}

#[test]
fn case_2_among_very_many_clicks_nobody_can_tell() {
    let mut story = lost(CHROME, CHROME);
    for number in 10..40 {
        story = story.click(number, &asking(), day(1), CHROME);
    }
    check(&story, Cause::CookiesCleared, U);
}

#[test]
fn case_3_blocked_cookies_are_seen_on_arrival() {
    let story = Story::new().click(1, &asking(), day(0), CHROME).landing(1, Kept::No).sign_up(
        day(0).plus_micros(9_000_000),
        CHROME,
        None,
    );
    check(&story, Cause::CookiesBlocked, P);
}

#[test]
fn case_4_a_check_determines_that_the_snippet_broke_and_silence_alone_does_not() {
    let silent = Story::new()
        .click(1, &asking(), day(-20), CHROME)
        .landing(1, Kept::Yes)
        .click(2, &asking(), day(10), CHROME)
        .page_seen(|page| page.clicks_since_last_landing = 12)
        .confirmed(ClaimSource::Webhook, day(11))
        .with(|facts| facts.clicks.retain(|click| click.id.counter == 2));
    check(&silent, Cause::SnippetBroken, P);
    check(&silent.check(day(9), |check| check.tag = TagSeen::Missing), Cause::SnippetBroken, D);
}

#[test]
fn case_5_an_expired_click_is_determined_when_its_id_arrives_anyway() {
    let clicked = Story::new().click(1, &asking(), day(0), CHROME).landing(1, Kept::Yes);
    check(&clicked.clone().sign_up(day(91), CHROME, Some(1)), Cause::CookieExpired, D);
    check(&clicked.clone().sign_up(day(91), CHROME, None), Cause::CookieExpired, P);
    check(&clicked.sign_up(day(90), CHROME, Some(1)), Cause::AwaitingConfirmation, D);
}

#[test]
fn case_6_another_browser_is_probable() {
    let rivals = check(&lost(FIREFOX, CHROME), Cause::DifferentBrowserOrDevice, P);
    assert!(rivals.contains(&"cookies_cleared"));
    let mixed = lost(FIREFOX, CHROME).click(2, &asking(), day(1), CHROME).landing(2, Kept::Yes);
    check(&mixed, Cause::CookiesCleared, P);
    check(&mixed.clone().with(|facts| facts.question.same_browser = Some(false)), Cause::DifferentBrowserOrDevice, P);
    let named = whence_domain::tracking::agent::Browser::Firefox;
    check(&mixed.with(|facts| facts.question.browser = Some(named)), Cause::DifferentBrowserOrDevice, P);
}

#[test]
fn case_7_an_overwritten_object_is_probable_by_the_snippets_word_and_determined_by_a_check() {
    let told = lost(CHROME, CHROME).with(|facts| facts.landings[0].problems.push(Cause::SnippetDataOverwritten));
    check(&told, Cause::SnippetDataOverwritten, P);
    check(&told.check(day(1), |check| check.overwritten_at = Some(12)), Cause::SnippetDataOverwritten, D);
}

#[test]
fn case_8_a_missing_key_is_determined_by_the_refusals_of_that_page() {
    let story = Story::new()
        .click(1, &asking(), day(0), CHROME)
        .refused(RefusalReason::NoPublicKey, day(0))
        .confirmed(ClaimSource::Webhook, day(1));
    check(&story, Cause::PublicKeyMissing, D);
    check(&story.with(|facts| facts.customer = None), Cause::PublicKeyMissing, D);
}

#[test]
fn case_9_a_page_without_the_snippet_is_determined_by_a_check_of_that_time_and_unknown_without_one() {
    let clicked = Story::new().click(1, &asking(), day(0), SAFARI).sign_up(day(1), SAFARI, None);
    check(&clicked, Cause::SnippetMissingOnLandingPage, U);
    check(&clicked.check(day(0), |check| check.tag = TagSeen::Missing), Cause::SnippetMissingOnLandingPage, D);
}

#[test]
fn case_10_a_typed_address_is_probable_where_no_click_fits() {
    let story = Story::new().bare_landing(day(3).plus_micros(-60_000_000), CHROME).sign_up(day(3), CHROME, None);
    let rivals = check(&story, Cause::UrlTypedDirectly, P);
    assert!(rivals.contains(&"link_host_blocked"));
    check(&Story::new().sign_up(day(3), CHROME, None), Cause::UrlTypedDirectly, U);
}

#[test]
fn a_click_that_another_customer_brought_is_nobody_elses() {
    let theirs = lost(CHROME, CHROME).with(|facts| facts.clicks[0].brought_by_others = true);
    check(&theirs, Cause::UrlTypedDirectly, U);
}

#[test]
fn what_a_check_determines_of_an_earlier_click_is_probable_of_this_customer() {
    let clicked = Story::new().click(1, &asking(), day(0), CHROME).check(day(0), |check| check.tag = TagSeen::Missing);
    let clicked = clicked.with(|facts| facts.clicks[0].dest = page("www.shop.test", "/bare"));
    let clicked = clicked.with(|facts| facts.checks[0].page = page("www.shop.test", "/bare"));
    let later = clicked.click(2, &asking(), day(1), CHROME).landing(2, Kept::No).sign_up(day(2), CHROME, None);
    check(&later, Cause::CookiesBlocked, P);
    let told: Vec<Cause> = later.findings().verdicts.iter().map(|verdict| verdict.cause).collect();
    assert!(told.contains(&Cause::SnippetMissingOnLandingPage), "{told:?}");
    let named = later.with(|facts| {
        facts.clicks.iter_mut().for_each(|click| {
            click.link = whence_domain::LinkId::from_bits(u128::from(click.id.counter));
        })
    });
    let named = named.with(|facts| facts.question.link = Some(whence_domain::LinkId::from_bits(1)));
    check(&named, Cause::SnippetMissingOnLandingPage, D);
}

#[test]
fn what_lies_between_the_link_and_the_page_is_determined_by_a_check() {
    let clicked =
        Story::new().click(1, &asking(), day(0), CHROME).bare_landing(day(0), CHROME).sign_up(day(1), CHROME, None);
    let redirect =
        clicked.clone().check(day(1), |check| check.parameters = ParametersSeen::LostAt("shop.test/".into()));
    check(&redirect, Cause::RedirectDropsParameters, D);
    check(&clicked.clone().check(day(1), |check| check.http_status = Some(503)), Cause::DestinationDown, D);
    check(&clicked.clone().check(day(1), |check| check.policy_blocks = true), Cause::PagePolicyBlocksSnippet, D);
    check(&clicked.clone().check(day(1), |check| check.not_allowed = true), Cause::DestinationNotAllowed, D);
    let same_visit =
        clicked.clone().with(|facts| facts.landings[0].at = day(0).plus_micros(1_000_000)).check(day(1), |_| {});
    check(&same_visit, Cause::ParametersStrippedByBrowser, P);
    let told_by_provider = Story::new().click(1, &asking(), day(0), CHROME).confirmed(ClaimSource::Webhook, day(1));
    let other_mode = told_by_provider.check(day(1), |check| check.key_in_tag = KeySeen::OtherMode);
    check(&other_mode, Cause::WrongEnvironment, D);
}

#[test]
fn a_missing_consent_is_probable() {
    let story = lost(CHROME, CHROME).with(|facts| {
        facts.landings.clear();
        facts.customer.as_mut().expect("a customer").sign_ups[0].without_consent = true;
    });
    check(&story, Cause::ConsentNotGiven, P);
    let denied = Story::new()
        .click(1, &asking(), day(3).plus_micros(-90_000_000), CHROME)
        .bare_landing(day(3).plus_micros(-60_000_000), CHROME);
    let denied = denied.with(|facts| facts.landings[0].consent = ConsentSeen::Denied).sign_up(day(3), CHROME, None);
    check(&denied, Cause::ConsentNotGiven, P);
}

#[test]
fn safari_forgets_after_seven_days_unless_the_links_host_is_the_sites_own() {
    let story = Story::new().click(1, &asking(), day(0), SAFARI).landing(1, Kept::Yes).sign_up(day(8), SAFARI, None);
    let rivals = check(&story, Cause::ItpSevenDayCap, P);
    assert!(rivals.contains(&"cookies_cleared"));
    check(&story.with(|facts| facts.link_host_on_site = true), Cause::CookiesCleared, P);
}

#[test]
fn a_click_inside_an_app_is_told_apart_from_another_browser() {
    let story = lost(SAFARI, CHROME).with(|facts| facts.clicks[0].in_app = Some("instagram".into()));
    let soon = story.with(|facts| facts.clicks[0].id.millis = day(3).plus_micros(-60_000_000_000).millis());
    check(&soon, Cause::InAppBrowser, P);
}

#[test]
fn machines_clicks_are_determined() {
    let bots = Story::new().click_of(1, &asking(), day(0), CHROME, Outcome::Bot).sign_up(day(1), CHROME, None);
    check(&bots, Cause::BotOrScannerClick, D);
    let brought =
        Story::new().click_of(1, &asking(), day(0), CHROME, Outcome::Scanner).sign_up(day(1), CHROME, Some(1));
    check(&brought, Cause::BotOrScannerClick, D);
    let ahead = Story::new().click_of(1, &asking(), day(0), CHROME, Outcome::Prefetch).sign_up(day(1), CHROME, None);
    check(&ahead, Cause::PrefetchedClick, D);
}

#[test]
fn what_the_snippet_says_of_its_place_is_probable() {
    for (cause, host) in [
        (Cause::SnippetInCrossSiteFrame, "www.shop.test"),
        (Cause::SnippetLoadedTooLate, "www.shop.test"),
        (Cause::CookieDomainTooNarrow, "app.shop.test"),
    ] {
        let story = lost(CHROME, CHROME).with(|facts| {
            facts.landings[0].problems.push(cause);
            facts.customer.as_mut().expect("a customer").sign_ups[0].page = Some(page(host, "/signup"));
        });
        check(&story, cause, P);
    }
}

#[test]
fn a_cookie_for_the_host_alone_is_determined_by_what_was_read_back() {
    let on_app = |story: Story| {
        story.with(|facts| {
            facts.customer.as_mut().expect("a customer").sign_ups[0].page = Some(page("app.shop.test", "/signup"));
        })
    };
    let narrow = on_app(lost(CHROME, CHROME)).with(|facts| facts.landings[0].cookie_domain = Some(String::new()));
    check(&narrow, Cause::CookieDomainTooNarrow, D);
    // Safari keeps a page's storage when it keeps no cookie: that is no cookie for the host alone.
    let blocked = on_app(lost(SAFARI, SAFARI)).with(|facts| facts.landings[0].cookie = Kept::No);
    check(&blocked, Cause::CookiesBlocked, P);
}

#[test]
fn a_sign_up_that_came_with_the_key_was_not_lost_for_the_key() {
    let story = lost(CHROME, CHROME)
        .refused(RefusalReason::NoPublicKey, day(3))
        .refused(RefusalReason::OriginNotAllowed, day(3));
    check(&story, Cause::CookiesCleared, P);
}

#[test]
fn hosts_that_strangers_share_keep_cookies_apart() {
    let story = lost(CHROME, CHROME).with(|facts| {
        facts.landings[0].page = page("ada.github.io", "/");
        facts.customer.as_mut().expect("a customer").sign_ups[0].page = Some(page("shop.github.io", "/signup"));
    });
    check(&story, Cause::PublicSuffixHost, D);
}

#[test]
fn a_checkout_on_another_site_is_determined() {
    let story =
        Story::new().click(1, &asking(), day(0), CHROME).landing(1, Kept::Yes).confirmed(ClaimSource::Webhook, day(1));
    let story = story.pays(day(1)).with(|facts| facts.payments.checkout_host = Some("pay.checkout.test".into()));
    check(&story, Cause::CheckoutOnOtherDomain, D);
}

#[test]
fn a_link_that_led_nowhere_is_determined() {
    check(&Story::new().miss(day(0)).sign_up(day(1), CHROME, None), Cause::LinkInactive, D);
    let gone = Story::new().click(1, &asking(), day(0), CHROME).sign_up(day(1), CHROME, Some(1));
    let gone = gone.with(|facts| facts.partners[0].status = whence_domain::program::partner::PartnerStatus::Archived);
    check(&gone, Cause::LinkInactive, D);
}

#[test]
fn a_missing_sign_up_call_is_probable() {
    let story =
        Story::new().click(1, &asking(), day(0), CHROME).landing(1, Kept::Yes).confirmed(ClaimSource::Webhook, day(1));
    check(&story, Cause::SignupCallMissing, P);
    let usual = story.with(|facts| {
        let sign_up = facts.pages[0].clone();
        facts.pages.push(PageSeen {
            role: PageRole::UsualSignUp,
            page: page("www.shop.test", "/join"),
            sign_ups: 40,
            ..sign_up
        });
    });
    check(&usual, Cause::SignupCallMissing, P);
}

#[test]
fn a_test_page_elsewhere_on_the_site_says_little_about_an_arrival_that_was_told() {
    let story =
        Story::new().click(1, &asking(), day(0), CHROME).landing(1, Kept::Yes).confirmed(ClaimSource::Webhook, day(1));
    let usual = story.with(|facts| {
        facts.pages[0].role = PageRole::UsualSignUp;
        facts.pages[0].sign_ups = 40;
        let (key, what) = ("visits".to_owned(), ElsewhereWhat::SameSite);
        facts.elsewhere.push(ElsewhereSeen { key, what, at: day(1), count: 9 });
    });
    check(&usual, Cause::SignupCallMissing, P);
}

#[test]
fn a_preview_beside_a_persons_click_explains_nothing() {
    let story = Story::new()
        .click(1, &asking(), day(0), CHROME)
        .click_of(2, &asking(), day(0), CHROME, Outcome::Preview)
        .sign_up(day(1), CHROME, None)
        .with(|facts| facts.clicks.iter_mut().for_each(|click| click.brought_by_others = click.outcome.attributes()));
    let verdicts = story.findings().verdicts;
    assert!(verdicts.iter().all(|verdict| verdict.cause != Cause::BotOrScannerClick), "{verdicts:#?}");
}

#[test]
fn two_records_of_one_person_are_found_from_either_side() {
    let clicked = Story::new().click(1, &asking(), day(0), CHROME).landing(1, Kept::Yes);
    let signed_up = clicked.clone().sign_up(day(1), CHROME, Some(1)).other_record(true, None);
    let signed_up = signed_up.with(|facts| facts.customer.as_mut().expect("a customer").claims[0].confirmed = true);
    check(&signed_up, Cause::CustomerKeyMismatch, D);
    let paid = clicked.confirmed(ClaimSource::Webhook, day(1)).pays(day(2)).other_record(false, Some(1));
    check(&paid, Cause::CustomerKeyMismatch, D);
}

#[test]
fn refused_deliveries_are_told_instead_of_a_customer_who_has_not_paid() {
    let story = Story::new().click(1, &asking(), day(0), CHROME).sign_up(day(1), CHROME, Some(1));
    let confirmed = story.clone().confirmed(ClaimSource::Api, day(1));
    check(&confirmed, Cause::NoPaymentYet, D);
    check(&confirmed.deliveries_refused(day(2)), Cause::PaymentWebhookFailing, D);
    check(&story.deliveries_refused(day(2)), Cause::PaymentWebhookFailing, D);
}

#[test]
fn the_same_person_as_a_test_is_determined() {
    let story = Story::new().click(1, &asking(), day(0), CHROME).with(|facts| {
        let (key, what) = ("claim_test".to_owned(), ElsewhereWhat::SamePerson);
        facts.elsewhere.push(ElsewhereSeen { key, what, at: day(1), count: 1 });
    });
    check(&story, Cause::WrongEnvironment, D);
}

#[test]
fn who_was_there_before_is_told_apart_from_who_clicked_too_late() {
    let paid = Story::new().confirmed(ClaimSource::Webhook, day(-5)).pays(day(-5)).click(1, &asking(), day(0), CHROME);
    check(&paid.clone().sign_up(day(1), CHROME, Some(1)), Cause::ExistingOrExcludedCustomer, D);
    check(&paid, Cause::ExistingOrExcludedCustomer, P);
    let late = Story::new().click(1, &asking(), day(5), CHROME);
    let late = late.claim(ClaimSource::S2s, day(4), None, Some(1), CameBy::S2s);
    check(&late, Cause::SignupBeforeClick, D);
    let supposed = Story::new().sign_up(day(4), CHROME, None).click(1, &asking(), day(5), CHROME);
    check(&supposed, Cause::SignupBeforeClick, P);
}

#[test]
fn a_rule_that_pays_nothing_is_determined() {
    let story = Story::new().click(1, &asking(), day(0), CHROME).sign_up(day(1), CHROME, Some(1)).pays(day(2));
    check(&story.with(|facts| facts.offers[0].rules.min_amount = Some(999_999)), Cause::NoOfferApplied, D);
}

#[test]
fn what_is_not_lost_comes_first() {
    let paid = Story::new().click(1, &asking(), day(0), CHROME).sign_up(day(1), CHROME, Some(1)).pays(day(2));
    for (status, hold, cause) in [
        (CommissionStatus::Approved, None, Cause::Tracked),
        (CommissionStatus::Paid, None, Cause::Tracked),
        (CommissionStatus::Pending, None, Cause::TrackedAndPending),
        (CommissionStatus::Hold, Some(HoldReason::EmailMatch), Cause::TrackedAndHeld),
        (CommissionStatus::Declined, None, Cause::TrackedAndDeclined),
    ] {
        check(&paid.clone().commission(status, hold, day(2)), cause, D);
    }
    let moved = Story::new().click(1, &asking(), day(0), CHROME).sign_up(day(1), CHROME, Some(1));
    check(&moved.decided(Some(rival()), day(2)), Cause::MovedByHand, D);
    let late = Story::new().click(1, &asking(), day(0), CHROME).confirmed(ClaimSource::Api, day(1)).pays(day(1));
    let late = late.with(|facts| facts.customer.as_mut().expect("a customer").settled_at = Some(day(5)));
    let late = late.with(|facts| facts.customer.as_mut().expect("a customer").claims[0].occurred_at = day(1));
    check(&late.claim(ClaimSource::S2s, day(6), None, Some(1), CameBy::S2s), Cause::LateFact, D);
}

#[test]
fn nobody_known_is_unknown_and_old_times_are_beyond_knowing() {
    check(&Story::new(), Cause::NoSuchCustomer, U);
    let old = Story::new().with(|facts| facts.kept_since = Some(day(200)));
    check(&old, Cause::EvidenceExpired, U);
    let outage = Story::new().click(1, &asking(), day(0), CHROME).confirmed(ClaimSource::Webhook, day(1));
    let outage = outage.with(|facts| facts.outages.push(Period { start: day(0), end: day(2) }));
    check(&outage, Cause::PlatformOutage, D);
}

#[test]
fn hints_alone_never_determine() {
    let told = |agent| {
        Story::new().click(1, &asking(), day(0), agent).sign_up(day(1), CHROME, None).with(|facts| {
            let sign_up = &mut facts.customer.as_mut().expect("a customer").sign_ups[0];
            sign_up.problems = Cause::ALL.to_vec();
            facts.question.same_browser = Some(false);
            facts.question.browser = Some(whence_domain::tracking::agent::Browser::Safari);
        })
    };
    for story in [told(CHROME), told(SAFARI)] {
        for verdict in story.findings().verdicts {
            assert_ne!(verdict.certainty, Certainty::Determined, "{}", verdict.cause);
        }
    }
}

#[test]
fn a_question_without_a_partner_determines_no_loss() {
    let story = Story::new()
        .click(1, &asking(), day(0), CHROME)
        .refused(RefusalReason::NoPublicKey, day(0))
        .check(day(0), |check| check.tag = TagSeen::Missing)
        .sign_up(day(1), CHROME, None)
        .with(|facts| facts.question.partner = None);
    for verdict in story.findings().verdicts {
        assert_ne!(verdict.certainty, Certainty::Determined, "{}", verdict.cause);
    }
    let told_by_provider = story.with(|facts| {
        facts.customer.as_mut().expect("a customer").sign_ups[0].source = ClaimSource::Webhook;
    });
    for verdict in told_by_provider.findings().verdicts {
        assert_ne!(verdict.certainty, Certainty::Determined, "{}", verdict.cause);
    }
}

#[test]
fn without_a_partner_the_same_cause_is_named_first_and_no_surer_than_probable() {
    let anybody = |story: Story| story.with(|facts| facts.question.partner = None);
    check(&anybody(lost(CHROME, CHROME)), Cause::CookiesCleared, P);
    check(&anybody(lost(FIREFOX, CHROME)), Cause::DifferentBrowserOrDevice, P);
    let keyless = Story::new().click(1, &asking(), day(0), CHROME).refused(RefusalReason::NoPublicKey, day(0));
    check(&anybody(keyless.confirmed(ClaimSource::Webhook, day(1))), Cause::PublicKeyMissing, P);
    // What came along with the customer shows by itself that there was a referral.
    let expired = Story::new().click(1, &asking(), day(0), CHROME).sign_up(day(91), CHROME, Some(1));
    check(&anybody(expired), Cause::CookieExpired, D);
    let mut busy = lost(CHROME, CHROME);
    for number in 10..20 {
        busy = busy.click(number, &rival(), day(1), FIREFOX);
    }
    assert_eq!(anybody(busy).findings().best().certainty, U);
}

#[test]
fn the_timeline_is_in_order_of_time() {
    let at: Vec<Instant> = lost(CHROME, CHROME).pays(day(4)).findings().timeline.iter().map(|entry| entry.at).collect();
    assert!(at.len() >= 4 && at.is_sorted());
}
