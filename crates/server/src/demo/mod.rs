//! `whence demo`: a complete program with a shop of its own, partners, ninety days of traffic and money, and referrals that
//! did not track. The past is told to the running server by HTTP under a clock of its own; nothing is written behind its
//! back.

mod client;
mod clock;
mod dice;
mod plan;
mod set_up;
mod shop;
mod stripe;
mod tell;

use crate::app::App;
use crate::config::Config;
use crate::edge::Edge;
use crate::jobs::check_links;
use crate::server;
use crate::spool::RealDisk;
use client::Client;
use clock::StoryClock;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use whence_domain::Instant;

/// How the pretend shop and the server know each other.
pub struct Shop {
    /// The program's slug.
    pub slug: String,
    /// The shop's address, without a trailing slash.
    pub site: String,
    /// The program's public key.
    pub public_key: String,
    /// Where Stripe's events go.
    pub webhook_path: String,
    /// What they are signed with.
    pub webhook_secret: String,
    /// The version of the snippet that the shop's past visitors had.
    pub snippet: &'static str,
}

/// Serves the demo until it is asked to end.
///
/// # Errors
/// A sentence that says what to do.
pub async fn run(mut config: Config, shop_listen: SocketAddr, now: Instant) -> anyhow::Result<()> {
    // The shop is on this machine. While the past is told, links are checked when the story says so.
    config.link_check_allow =
        ["127.0.0.0/8", "::1/128"].into_iter().filter_map(|network| network.parse().ok()).collect();
    config.automatic_link_checks = false;
    let listener = server::listen(config.listen).await?;
    let shop_listener = server::listen(shop_listen).await?;
    let server = listener.local_addr()?;
    let site = format!("http://localhost:{}", shop_listener.local_addr()?.port());
    // The partners joined, and the offers were made, before anybody clicked.
    let clock = Arc::new(StoryClock::at(now.plus_days(-plan::DAYS - 10)));
    let app = App::open(config, clock.clone()).await?;
    let running = Edge::start(&app, Arc::new(RealDisk)).await?;
    let (shop, sign_in) = set_up::set_up(&app, &site).await?;
    let shop = Arc::new(shop);

    let serving = tokio::spawn(server::serve_edge(app.clone(), running, listener, server::asked_to_end()));
    let pages = shop::router(app.clone(), Arc::clone(&shop), server);
    tokio::spawn(serve_shop(shop_listener, pages));

    let host = app.config.app_url.host_str().unwrap_or("localhost").to_owned();
    let mut client = Client::connect(server, &host).await?;
    let story = plan::plan(now);
    let mut progress = Progress::new(story.len());
    // As on every day, where links lead was looked at; a check of the first day and one of today are kept.
    check_links::round(&app, Duration::ZERO).await?;
    tell::tell(&mut client, &clock, &shop, &story, |told| progress.show(told)).await?;
    clock.run();
    check_links::round(&app, Duration::ZERO).await?;
    drop(client);
    say(&welcome(&app, &shop, &sign_in));
    serving.await?
}

async fn serve_shop(listener: TcpListener, pages: axum::Router) {
    if let Err(error) = axum::serve(listener, pages).await {
        tracing::error!(%error, "the demo shop ended");
    }
}

/// The sign-in of the demo's owner.
pub struct SignIn {
    /// E-mail address.
    pub email: &'static str,
    /// Password.
    pub password: &'static str,
}

fn welcome(app: &App, shop: &Shop, sign_in: &SignIn) -> String {
    let link = |partner: &plan::Partner| {
        format!(
            "    {:<20} {}",
            format!("{} {}", partner.first, partner.last),
            app.config.at(&format!("/l/{}/{}", shop.slug, partner.key.to_lowercase()))
        )
    };
    format!(
        "
  The demo is ready.

  Dashboard        {}
    sign in with   {}  {}
  Pretend shop     {}

  Follow a partner's link, sign up in the shop, and pay; then look under Referrals:
{}

  Everything is gone when you stop it with Ctrl-C.
",
        app.config.at("/dashboard"),
        sign_in.email,
        sign_in.password,
        shop.site,
        plan::PARTNERS.iter().map(link).collect::<Vec<_>>().join("\n"),
    )
}

/// A line that says how far the past has been told.
struct Progress {
    all: usize,
    shown: usize,
}

impl Progress {
    fn new(all: usize) -> Self {
        Self { all, shown: usize::MAX }
    }

    fn show(&mut self, told: usize) {
        let percent = told * 100 / self.all.max(1);
        if percent != self.shown {
            self.shown = percent;
            let end = if told == self.all { "\n" } else { "" };
            say(&format!("\r  Telling ninety days of traffic: {percent:>3} %{end}"));
        }
    }
}

/// Prints, unless nobody reads.
fn say(text: &str) {
    let mut out = std::io::stdout();
    let _ = write!(out, "{text}").and_then(|()| out.flush());
}
