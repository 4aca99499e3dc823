//! The link check's visit with a real Chromium. It must be installed: without it these tests fail.

mod asked;
mod forbidden;
mod hostile;
mod site;
mod snippet;
mod spellings;

use site::Names;
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};
use url::Url;
use whence::outgoing::browser::{self, BrowserSettings, OurHosts, Unavailable, VisitError, VisitRequest};
use whence::outgoing::{Outgoing, Policy};
use whence_domain::investigation::link_check::visit::Visit;

/// A way out to the names of a test and to the networks listed, nowhere else on this machine.
fn outgoing(names: &Arc<Names>, allowed: &[&str]) -> Outgoing {
    let allowed = allowed.iter().map(|network| network.parse().expect("a network")).collect();
    Outgoing::new(Policy::new(allowed), names.clone())
}

/// Tests that look at the machine's processes and sockets do so one after the other, each while no other visits.
static TURN: Mutex<()> = Mutex::const_new(());

async fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().await
}

/// Visits are on, with the usual limits.
fn enabled() -> BrowserSettings {
    BrowserSettings { enabled: true, ..BrowserSettings::default() }
}

/// Visits an address that is none of ours.
async fn visit(url: &str, outgoing: &Outgoing, settings: &BrowserSettings) -> Visit {
    let url = Url::parse(url).expect("an address");
    browser::visit(VisitRequest { url, ours: OurHosts::default() }, outgoing, settings).await.expect("a visit")
}

#[tokio::test]
async fn visits_are_off_unless_the_operator_turns_them_on_and_refused_where_there_is_no_browser() {
    let _turn = turn().await;
    let outgoing = outgoing(&Arc::default(), &[]);
    let ask = async |settings: &BrowserSettings| {
        let url = Url::parse("https://shop.test/").expect("an address");
        browser::visit(VisitRequest { url, ours: OurHosts::default() }, &outgoing, settings).await
    };
    assert_eq!(ask(&BrowserSettings::default()).await, Err(VisitError::Unavailable(Unavailable::Off)));
    let nowhere = std::path::PathBuf::from("/nowhere/chromium");
    let settings = BrowserSettings { chromium: Some(nowhere.clone()), ..enabled() };
    assert_eq!(ask(&settings).await, Err(VisitError::Unavailable(Unavailable::NotThere(nowhere))));
    // A browser that ends at once, and one that never speaks.
    let settings = BrowserSettings { chromium: Some("/bin/false".into()), ..enabled() };
    assert!(matches!(ask(&settings).await, Err(VisitError::Unavailable(Unavailable::NotStarted(_)))));
}

#[tokio::test]
async fn the_doctors_question_is_answered_by_a_browser_in_its_sandbox() {
    let _turn = turn().await;
    browser::probe(&outgoing(&Arc::default(), &[]), &enabled()).await.expect("a browser in its sandbox");
}
