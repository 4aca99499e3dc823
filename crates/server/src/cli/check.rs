//! `whence check`: where a link leads, line by line.

use crate::app::App;
use crate::config::Place;
use crate::control::{self, Reply, Request};
use crate::edge::Edge;
use crate::flows::Refusal;
use crate::flows::investigation::check_link::{Look, What, check_link};
use crate::http::api::investigation::link_checks::LinkCheckObject;
use crate::spool::RealDisk;
use crate::store::investigation::link_checks::{LinkCheck, Why};
use crate::store::program::{links, programs};
use anyhow::{Context, anyhow, bail};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;
use url::Url;
use whence_domain::investigation::link_check::{Verdict, interpret};
use whence_domain::program::{Program, Slug};
use whence_domain::{Mode, Tenant};

/// What `whence check` is given.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// A link, by its address or its short name, or the address of a page
    #[arg(value_name = "URL_OR_LINK")]
    what: String,
    /// Have a real browser look too
    #[arg(long)]
    browser: bool,
    /// The program whose link or page it is, by its short name; not needed where there is one program, or for a link's
    /// address
    #[arg(long, value_name = "SLUG")]
    program: Option<String>,
    /// Look with the eyes of test mode
    #[arg(long)]
    test: bool,
    /// Print JSON, as the API answers
    #[arg(long)]
    json: bool,
    /// Networks that may be reached although they are private, as `whence serve` has it; a running server goes by its own
    #[arg(long, env = "WHENCE_LINK_CHECK_ALLOW", value_delimiter = ',', value_name = "NETWORK")]
    link_check_allow: Vec<String>,
}

/// What is to be looked at, as it is sent to the process that does it.
#[derive(Clone, Serialize, Deserialize)]
pub struct CheckInput {
    what: String,
    browser: bool,
    program: Option<String>,
    mode: Mode,
    json: bool,
}

/// Looks, and prints what was found. Exit code 1 if something is broken.
///
/// # Errors
/// A sentence that says what to do, if nobody could look.
pub async fn run(place: &Place, args: Args) -> anyhow::Result<ExitCode> {
    let mode = if args.test { Mode::Test } else { Mode::Live };
    let Args { what, browser, program, json, link_check_allow, .. } = args;
    let input = CheckInput { what, browser, program, mode, json };
    let Reply { ok, text } = control::ask_with(place, Request::Check(Box::new(input)), link_check_allow).await?;
    // The owner of the folder says in this way that it could not do what was asked.
    if let Some(why) = text.strip_prefix("whence: ") {
        bail!("{why}");
    }
    println!("{text}");
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Looks.
///
/// # Errors
/// A sentence that says what to do.
pub async fn check(app: &App, input: &CheckInput) -> anyhow::Result<Reply> {
    if app.edge().is_some() {
        return look(app, input).await;
    }
    // A command that owns the folder by itself follows links through an edge of its own, as long as it looks.
    let running = Edge::start(app, Arc::new(RealDisk)).await?;
    let reply = look(app, input).await;
    running.stop().await;
    reply
}

async fn look(app: &App, input: &CheckInput) -> anyhow::Result<Reply> {
    let (tenant, what) = find(app, input).await?;
    let request = Look { what, browser: input.browser, why: Why::Person };
    let check = check_link(app, &tenant, request).await.map_err(|error| match error.failure() {
        Some(_) => anyhow!("the database could not be asked: {error}"),
        None => anyhow!("{error}"),
    })?;
    let list = interpret(&check.facts);
    let text = if input.json {
        let link_key = match &check.link {
            Some(link) => {
                links::find(&mut app.store.read().await?, &tenant, link).await?.map(|link| link.link_key.to_string())
            }
            None => None,
        };
        serde_json::to_string_pretty(&LinkCheckObject::new(&check, link_key))?
    } else {
        told(&check)
    };
    Ok(Reply { ok: list.verdict() != Verdict::Broken, text })
}

/// The tenant, and the link or address.
async fn find(app: &App, input: &CheckInput) -> anyhow::Result<(Tenant, What)> {
    let text = input.what.trim();
    if let Some(tenant) = app.edge().and_then(|edge| Url::parse(text).ok().and_then(|url| edge.owner(&url))) {
        return Ok((tenant, What::Address(text.to_owned())));
    }
    let tenant = Tenant::new(program(app, input).await?.id, input.mode);
    if let Ok(slug) = Slug::parse_link_key(text)
        && let Some(link) = links::find_by_link_key(&mut app.store.read().await?, &tenant, &slug).await?
    {
        return Ok((tenant, What::Link(link.id)));
    }
    Ok((tenant, What::Address(text.to_owned())))
}

async fn program(app: &App, input: &CheckInput) -> anyhow::Result<Program> {
    let mut conn = app.store.read().await?;
    if let Some(name) = &input.program {
        let slug = Slug::parse(name).with_context(|| format!("{name} is no program's short name"))?;
        return programs::find_by_slug(&mut conn, &slug).await?.with_context(|| format!("there is no program {name}"));
    }
    let mut all = programs::list(&mut conn).await?;
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => bail!("there are several programs: say with --program whose page it is"),
        (None, _) => bail!("there is no program yet: make one with `whence setup`"),
    }
}

/// What was found, for a terminal.
fn told(check: &LinkCheck) -> String {
    let list = interpret(&check.facts);
    let mut text = String::new();
    for (number, hop) in check.facts.hops.iter().enumerate() {
        let status = hop.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        // Writing to memory does not fail.
        let _ = writeln!(text, "{:>3}. {}  ({status})", number + 1, hop.url);
        if !hop.lost.is_empty() {
            let _ = writeln!(text, "     loses {}", hop.lost.join(", "));
        }
    }
    text.push('\n');
    for line in &list.lines {
        let word = match line.verdict {
            Verdict::Fine => "fine   ",
            Verdict::Broken => "BROKEN ",
            Verdict::Unknown => "unknown",
        };
        let _ = writeln!(text, "{word}  {}\n         {}", line.subject.sentence(), line.detail);
        if let Some(mend) = &line.mend {
            let _ = writeln!(text, "         To mend it: {mend}");
        }
    }
    let _ = write!(text, "\nKept as {}.", check.id);
    text
}
