//! The dashboard: pages rendered on the server for the people of the company.
//!
//! A page is a struct of plain, already formatted values ([`format`] makes them) and an Askama template of the same name
//! in `templates/dashboard/`. Handlers live in `dashboard/<noun>_<verb>.rs`. This layer parses, calls one flow or store
//! function, and renders; it never decides anything about partners or money. Every page works without JavaScript.

pub mod answer;
pub mod assets;
pub mod chart;
pub mod dashboard;
pub mod format;
pub mod json_text;
pub mod layout;
pub mod parts;
pub mod pdf;
#[cfg(test)]
mod samples;
pub mod session;
pub mod visitor;
pub mod words;

use crate::app::App;
use answer::UiError;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::response::Redirect;
use axum::routing::{get, post};
use dashboard as d;
use session::Doorkeeper;
use visitor::Ui;

/// The longest form that is read, in bytes.
const FORM_LIMIT: usize = 64 * 1024;

/// The longest form with a letter in it: twenty thousand letters of any script, as a form writes them.
const LETTER_LIMIT: usize = 256 * 1024;

/// The routes of the dashboard: `/`, `/sign-in`, `/sign-out`, `/dashboard/…` and `/static/…`.
pub fn router(app: App) -> Router {
    let ui = Ui { app, doorkeeper: Doorkeeper::default() };
    Router::new()
        .route("/", get(|| async { Redirect::to("/dashboard") }))
        .route("/sign-in", get(d::session_create::form).post(d::session_create::create))
        .route("/sign-out", post(d::settings_show::sign_out))
        .route("/static/{name}", get(assets::serve))
        .nest("/dashboard", pages())
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(from_fn(answer::with_headers))
        .with_state(ui)
}

fn pages() -> Router<Ui> {
    Router::new()
        .route("/", get(d::home_show::show))
        .route("/referrals", get(d::referral_list::list))
        .route("/referrals/{customer}", get(d::referral_show::show))
        .route("/referrals/{customer}/provider-key", post(d::referral_show::add_key))
        .route(
            "/investigate",
            get(d::investigation_create::form)
                .post(d::investigation_create::ask)
                .layer(DefaultBodyLimit::max(LETTER_LIMIT)),
        )
        .route("/investigations/{investigation}", get(d::investigation_show::show))
        .route("/investigations/{investigation}/partner", get(d::investigation_partner::preview))
        .route("/investigations/{investigation}/report.pdf", get(d::investigation_partner::report))
        .route("/partners", get(d::partner_list::list).post(d::partner_create::create))
        .route("/partners/new", get(d::partner_create::form))
        .route("/partners/{partner}", get(d::partner_show::show))
        .route("/partners/{partner}/links", post(d::partner_show::add_link))
        .route("/partners/{partner}/status", post(d::partner_show::change_status))
        .route("/links/{link}/archive", post(d::partner_show::remove_link))
        .route("/links/{link}/check", post(d::link_check_create::check))
        .route("/clicks", get(d::click_list::list))
        .route("/commissions", get(d::commission_list::list))
        .route("/commissions/approve", post(d::commission_list::approve_several))
        .route("/commissions/{commission}/approve", post(d::commission_list::approve))
        .route("/commissions/{commission}/hold", post(d::commission_list::hold))
        .route(
            "/commissions/{commission}/decline",
            get(d::commission_decline::form).post(d::commission_decline::decline),
        )
        .route("/offers", get(d::offer_list::list).post(d::offer_create::create))
        .route("/offers/new", get(d::offer_create::form))
        .route("/offers/{offer}/archive", post(d::offer_list::archive))
        .route("/integrations", get(d::integration_show::show))
        .route("/integrations/test", get(d::snippet_test::show).post(d::snippet_test::begin))
        .route("/integrations/test/sign-up", post(d::snippet_test::sign_up))
        .route("/integrations/test/sale", post(d::snippet_test::sale))
        .route("/integrations/test/pages", get(d::tagged_page_list::list))
        .route("/integrations/test/remove", get(d::test_data_remove::form).post(d::test_data_remove::remove))
        .route("/integrations/keys", post(d::integration_show::add_keys))
        .route("/integrations/webhooks", get(d::webhook_list::list).post(d::integration_show::connect))
        .route("/integrations/webhooks/deliveries/{event}", get(d::delivery_show::show))
        .route("/integrations/webhooks/deliveries/{event}/customer", get(d::delivery_show::choose_customer))
        .route("/integrations/webhooks/deliveries/{event}/replay", post(d::delivery_show::replay))
        .route("/integrations/webhooks/{endpoint}/secret", post(d::integration_show::save_secret))
        .route("/events", get(d::event_list::list))
        .route("/events/{event}", get(d::event_show::show))
        .route("/search", get(d::search_show::show))
        .route("/integrations/checks", get(d::link_check_create::form).post(d::link_check_create::create))
        .route("/integrations/checks/{check}", get(d::link_check_show::show))
        .route("/settings", get(d::settings_show::show))
        .route("/settings/password", post(d::settings_show::change_password))
        .route("/settings/theme", post(d::settings_show::change_theme))
        .route("/program", post(d::settings_show::change_program))
        .route("/mode", post(d::settings_show::change_mode))
        .fallback(|| async { UiError::NotFound })
}
