//! Renders every page with its samples: a page that breaks, lets text through as markup, or loses its landmarks fails here.
//!
//! With `WHENCE_PAGES=folder` the pages are also written there, to be looked at.

use crate::ui::dashboard as d;
use askama::Template;

/// Every page with its sample's name, rendered.
fn pages() -> Vec<(&'static str, String)> {
    fn render<T: Template>(samples: Vec<(&'static str, T)>) -> impl Iterator<Item = (&'static str, String)> {
        samples.into_iter().map(|(name, page)| (name, page.render().expect("a sample renders")))
    }
    render(d::home_show::HomePage::samples())
        .chain(render(d::investigation_create::InvestigatePage::samples()))
        .chain(render(d::investigation_show::InvestigationPage::samples()))
        .chain(render(d::investigation_partner::PartnerPage::samples()))
        .chain(render(d::referral_list::ReferralListPage::samples()))
        .chain(render(d::referral_show::ReferralPage::samples()))
        .chain(render(d::partner_list::PartnerListPage::samples()))
        .chain(render(d::partner_create::PartnerCreatePage::samples()))
        .chain(render(d::partner_show::PartnerPage::samples()))
        .chain(render(d::click_list::ClickListPage::samples()))
        .chain(render(d::commission_list::CommissionListPage::samples()))
        .chain(render(d::commission_decline::CommissionDeclinePage::samples()))
        .chain(render(d::offer_list::OfferListPage::samples()))
        .chain(render(d::offer_create::OfferCreatePage::samples()))
        .chain(render(d::integration_show::IntegrationPage::samples()))
        .chain(render(d::webhook_list::WebhookListPage::samples()))
        .chain(render(d::delivery_show::DeliveryPage::samples()))
        .chain(render(d::event_list::EventListPage::samples()))
        .chain(render(d::event_show::EventPage::samples()))
        .chain(render(d::search_show::SearchPage::samples()))
        .chain(render(d::link_check_create::LinkCheckCreatePage::samples()))
        .chain(render(d::link_check_show::LinkCheckPage::samples()))
        .chain(render(d::snippet_test::SnippetTestPage::samples()))
        .chain(render(d::tagged_page_list::TaggedPageListPage::samples()))
        .chain(render(d::test_data_remove::RemoveTestDataPage::samples()))
        .chain(render(d::settings_show::SettingsPage::samples()))
        .chain(render(d::session_create::SignInPage::samples()))
        .chain(render(d::problem_show::ProblemPage::samples()))
        .collect()
}

fn times(html: &str, what: &str) -> usize {
    html.matches(what).count()
}

/// The values of an attribute, in order.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let opening = format!(" {attribute}=\"");
    html.split(&opening).skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect()
}

#[test]
fn every_page_has_its_landmarks_and_one_heading() {
    for (name, html) in pages() {
        assert_eq!(times(&html, "<main"), 1, "{name}");
        assert_eq!(times(&html, "<h1"), 1, "{name}");
        assert!(html.starts_with("<!doctype html>"), "{name}");
        assert!(html.contains("<html lang=\"en\""), "{name}");
        assert!(html.contains("<title>"), "{name}");
        assert!(html.contains("class=\"skip\""), "{name}");
        if html.contains("class=\"app\"") {
            assert_eq!(times(&html, "aria-current=\"page\"").min(1), 1, "{name}");
        }
    }
}

#[test]
fn nothing_typed_becomes_markup() {
    for (name, html) in pages() {
        assert!(!html.contains("<b>&"), "{name}: a long name came through");
        assert!(!html.contains("<script>alert"), "{name}");
        assert!(!html.contains("\"><script>@"), "{name}");
        assert!(!html.contains("<nobody>"), "{name}");
    }
}

/// The content security policy forbids inline styles, scripts and handlers, and the pages load nothing from elsewhere.
#[test]
fn no_page_needs_more_than_its_policy_allows() {
    for (name, html) in pages() {
        assert!(!html.contains(" style=\""), "{name}");
        assert!(!html.contains("<style"), "{name}");
        assert!(!html.contains(" onclick="), "{name}");
        assert_eq!(times(&html, "<script "), 1, "{name}");
        for address in values(&html, "src").into_iter().chain(values(&html, "action")) {
            assert!(address.starts_with('/'), "{name}: {address}");
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_the_token_and_every_field_has_a_label() {
    for (name, html) in pages() {
        for form in html.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or_default()) {
            let opening = form.split('>').next().unwrap_or_default();
            if opening.contains("method=\"post\"") && !opening.contains("action=\"/sign-in\"") {
                assert!(form.contains("name=\"csrf\""), "{name}: {opening}");
            }
        }
        for id in values(&html, "for") {
            assert_eq!(times(&html, &format!(" id=\"{id}\"")), 1, "{name}: label for {id}");
        }
        let mut ids = values(&html, "id");
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}: an id occurs twice");
    }
}

#[test]
fn pages_speak_plainly() {
    for (name, html) in pages() {
        for word in ["xid<", " xid ", "ITP", "heartbeat", "TODO"] {
            assert!(!html.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn pages_can_be_looked_at() {
    let Ok(folder) = std::env::var("WHENCE_PAGES") else { return };
    let static_dir = concat!(env!("CARGO_MANIFEST_DIR"), "/static");
    for (name, html) in pages() {
        let html = html
            .replace(&crate::ui::assets::style_url(), &format!("file://{static_dir}/whence.css"))
            .replace(&crate::ui::assets::script_url(), &format!("file://{static_dir}/whence.js"));
        std::fs::write(format!("{folder}/{name}.html"), &html).expect("the folder can be written");
        let dark = html.replacen("<html lang=\"en\"", "<html lang=\"en\" data-theme=\"dark\"", 1);
        std::fs::write(format!("{folder}/{name}.dark.html"), dark).expect("the folder can be written");
    }
}
