//! `whence investigate`: why something was not tracked, for a terminal.

use crate::app::App;
use crate::config::Place;
use crate::control::{self, Reply, Request};
use crate::flows::investigation::investigate::{Asked, investigate};
use crate::http::api::investigation::investigations::render;
use crate::store::audit::Actor;
use crate::store::program::programs;
use anyhow::{Context, bail};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Write;
use std::process::ExitCode;
use whence_domain::program::{Email, Program, Slug};
use whence_domain::{CustomerId, Instant, Mode, Tenant};

/// What `whence investigate` is given. Something must describe the customer, the partner or the link.
#[derive(Clone, Debug, Serialize, Deserialize, clap::Args)]
pub struct Args {
    /// The customer's e-mail address
    #[arg(long, value_name = "E-MAIL")]
    email: Option<String>,
    /// The customer's name, as well as you know it
    #[arg(long)]
    name: Option<String>,
    /// Your own or the payment provider's id for the customer
    #[arg(long, value_name = "KEY")]
    customer_key: Option<String>,
    /// An order or payment
    #[arg(long, value_name = "KEY")]
    order: Option<String>,
    /// The customer, by Whence's own id, as another answer named it
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// The partner who asks
    #[arg(long, value_name = "KEY")]
    partner_key: Option<String>,
    /// The link that was used: its address or its key
    #[arg(long)]
    link: Option<String>,
    /// About when: 2026-03-31, or with a time, 2026-03-31T14:00
    #[arg(long, value_name = "DATE")]
    around: Option<String>,
    /// Since when
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Until when
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// The browser that was used
    #[arg(long)]
    browser: Option<String>,
    /// The device that was used
    #[arg(long)]
    device: Option<String>,
    /// Whether the same browser was used for the sign-up: true or false
    #[arg(long, value_name = "BOOL")]
    same_browser: Option<bool>,
    /// Which program, by its slug; not needed where there is only one
    #[arg(long, value_name = "SLUG")]
    program: Option<String>,
    /// Ask about the data of test mode
    #[arg(long)]
    test: bool,
    /// Print the answer as the API gives it
    #[arg(long)]
    json: bool,
}

/// Asks whoever owns the data folder and prints the answer.
///
/// # Errors
/// A sentence that says what to do.
pub async fn run(place: &Place, args: Args) -> anyhow::Result<ExitCode> {
    control::ask_and_print(place, Request::Investigate(Box::new(args))).await
}

/// Finds the answer.
///
/// # Errors
/// A sentence that says what to do.
pub async fn answer(app: &App, args: &Args) -> anyhow::Result<Reply> {
    let program = find_program(app, args.program.as_deref()).await?;
    let zone = TimeZone::get(&program.time_zone).unwrap_or(TimeZone::UTC);
    let mode = if args.test { Mode::Test } else { Mode::Live };
    let tenant = Tenant::new(program.id, mode);
    let found = investigate(app, &tenant, Actor::Operator, read(args, &zone)?).await?;
    let shown = render(&mut app.store.read().await?, &tenant, &found).await?;
    let text = if args.json { serde_json::to_string_pretty(&shown)? } else { tell(&shown, &zone) };
    Ok(Reply { ok: true, text })
}

async fn find_program(app: &App, slug: Option<&str>) -> anyhow::Result<Program> {
    let mut programs = programs::list(&mut app.store.read().await?).await?;
    if let Some(slug) = slug {
        let slug = Slug::parse(slug)?;
        return programs.into_iter().find(|program| program.slug == slug).context("there is no program of this name");
    }
    match programs.len() {
        0 => bail!("there is no program: run `whence setup` first"),
        1 => Ok(programs.remove(0)),
        _ => {
            let slugs: Vec<&str> = programs.iter().map(|program| program.slug.as_str()).collect();
            bail!("say which program with --program: {}", slugs.join(", "))
        }
    }
}

fn read(args: &Args, zone: &TimeZone) -> anyhow::Result<Asked> {
    let moment = |text: &Option<String>| text.as_deref().map(|text| instant(text, zone)).transpose();
    let customer =
        args.customer.as_deref().map(|text| CustomerId::parse(text).context("--customer is no customer's id"));
    Ok(Asked {
        email: args.email.as_deref().map(Email::parse).transpose()?,
        name: args.name.clone(),
        customer_key: args.customer_key.clone(),
        order: args.order.clone(),
        customer: customer.transpose()?,
        partner_key: args.partner_key.clone(),
        link: args.link.clone(),
        around: moment(&args.around)?,
        from: moment(&args.from)?,
        to: moment(&args.to)?,
        browser: args.browser.clone(),
        device: args.device.clone(),
        same_browser: args.same_browser,
    })
}

/// A day, meant at its noon, or a moment, both in the program's zone.
fn instant(text: &str, zone: &TimeZone) -> anyhow::Result<Instant> {
    let civil = match text.parse::<Date>() {
        Ok(date) if !text.contains([':', 'T']) => date.at(12, 0, 0, 0),
        _ => text
            .parse::<DateTime>()
            .with_context(|| format!("{text} is no date: write 2026-03-31 or 2026-03-31T14:00"))?,
    };
    let stamp = civil.to_zoned(zone.clone())?.timestamp();
    Ok(Instant::from_micros(stamp.as_microsecond()))
}

/// The answer in words.
fn tell(shown: &Value, zone: &TimeZone) -> String {
    let mut text = String::new();
    let verdicts = shown["verdicts"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (number, verdict) in (1..).zip(verdicts) {
        let _ = writeln!(text, "{number}. {} ({})", word(&verdict["title"]), word(&verdict["certainty"]));
        let _ = writeln!(text, "   {}", word(&verdict["agent"]));
        for because in list(&verdict["because"]) {
            let _ = writeln!(text, "   - {}", word(&because["text"]));
        }
        for question in list(&verdict["missing"]) {
            let _ = writeln!(text, "   ? {}", word(question));
        }
        if let Some(told) = verdict["counterfactual"].as_str() {
            let _ = writeln!(text, "   = {told}");
        }
        if number == 1 {
            let _ = writeln!(text, "   > {}", word(&verdict["mend"]));
        }
    }
    let ruled_out: Vec<&str> = list(&shown["ruled_out"]).iter().map(|one| word(&one["title"])).collect();
    if !ruled_out.is_empty() {
        let _ = writeln!(text, "\nNot so: {}", ruled_out.join("; "));
    }
    let timeline = list(&shown["timeline"]);
    if !timeline.is_empty() {
        let _ = writeln!(text, "\nWhat happened:");
    }
    for entry in timeline {
        let at =
            jiff::Timestamp::from_millisecond(entry["at"].as_i64().unwrap_or(0)).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let _ = writeln!(text, "  {}  {}", at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M"), word(&entry["text"]));
    }
    let candidates = list(&shown["candidates"]);
    if !candidates.is_empty() {
        let _ = writeln!(text, "\nSomebody else may be meant (ask again with --customer ID):");
    }
    for candidate in candidates {
        let _ = writeln!(text, "  {}  {}", word(&candidate["customer"]), word(&candidate["label"]));
    }
    let _ = write!(text, "\nKept as {}", word(&shown["key"]));
    text
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_the_programs_zone() {
        let zone = TimeZone::get("Europe/Berlin").expect("bundled zone");
        let at = |text| instant(text, &zone).map(Instant::millis).ok();
        assert_eq!(at("2026-03-01"), Some(1_772_323_200_000 + 11 * 3_600_000), "noon there");
        assert_eq!(at("2026-03-01T01:00"), Some(1_772_323_200_000));
        assert_eq!(at("yesterday"), None);
    }
}
