//! `whence doctor`: what is in order, and what to do about the rest.

use crate::app::App;
use crate::control::Reply;
use crate::outgoing::browser;
use crate::store::program::{endpoints, hosts, keys, links, programs};
use crate::store::{Conn, Page, StoreError};
use whence_domain::program::Program;
use whence_domain::{Mode, Tenant};

/// One thing that was looked at.
struct Finding {
    ok: bool,
    text: String,
}

/// Looks at the database, the data folder and every program. Nothing is changed.
///
/// # Errors
/// The store's, if it could not be read at all.
pub async fn doctor(app: &App) -> anyhow::Result<Reply> {
    let mut findings = vec![
        say(true, format!("the data folder is {}", app.data_dir.path().display())),
        say(true, format!("the database is at migration {}", app.store.schema_version().await?)),
        examine_spool(app),
        examine_browser(app).await,
    ];
    let mut conn = app.store.read().await?;
    let programs = programs::list(&mut conn).await?;
    if programs.is_empty() {
        findings.push(say(false, "there is no program yet: run `whence setup --help`".into()));
    }
    for program in &programs {
        findings.extend(examine_program(&mut conn, program).await?);
    }
    let ok = findings.iter().all(|finding| finding.ok);
    let line = |finding: &Finding| format!("{}  {}", if finding.ok { "fine" } else { "MEND" }, finding.text);
    Ok(Reply { ok, text: findings.iter().map(line).collect::<Vec<_>>().join("\n") })
}

fn say(ok: bool, text: String) -> Finding {
    Finding { ok, text }
}

/// Whether a click could be written right now.
fn examine_spool(app: &App) -> Finding {
    let folder = app.data_dir.spool();
    let probe = folder.join("doctor.probe");
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&probe, b"probe"));
    let _ = std::fs::remove_file(&probe);
    match written {
        Ok(()) => say(true, format!("clicks can be written to {}", folder.display())),
        Err(error) => {
            say(false, format!("clicks cannot be written to {} ({error}): free space there", folder.display()))
        }
    }
}

/// Whether a link check could visit a page with a real browser. One is started and ended to know it.
async fn examine_browser(app: &App) -> Finding {
    if !app.config.browser.enabled {
        return say(
            true,
            "link checks read pages without a browser (--link-check-browser lets them visit with one)".into(),
        );
    }
    match browser::probe(app.outgoing(), &app.config.browser).await {
        Ok(()) => {
            say(true, "link checks can visit pages with a real browser, in its sandbox and as a user of its own".into())
        }
        Err(error) => say(false, format!("link checks cannot visit pages with a real browser: {error}")),
    }
}

async fn examine_program(conn: &mut Conn, program: &Program) -> Result<Vec<Finding>, StoreError> {
    let live = Tenant::new(program.id.clone(), Mode::Live);
    let name = &program.name;
    let hosts = hosts::list(conn, &program.id).await?;
    let pairs = keys::list(conn, &live).await?;
    let endpoints = endpoints::list(conn, &live).await?;
    let links = links::list(conn, &live, &links::LinkFilter::default(), &Page::first(1)).await?;
    let on_site = hosts
        .iter()
        .any(|host| host.host == program.site_domain || host.host.ends_with(&format!(".{}", program.site_domain)));
    Ok(vec![
        match hosts.first() {
            None => say(false, format!("{name} has no link host: links work below the app address only")),
            Some(host) if on_site => say(true, format!("{name} has its link host {} on its own site", host.host)),
            Some(host) => say(
                false,
                format!(
                    "{name}'s link host {} is not on {}: Safari keeps its cookies 7 days only; use one such as go.{}",
                    host.host, program.site_domain, program.site_domain
                ),
            ),
        },
        say(
            pairs.iter().any(|pair| pair.revoked_at.is_none()),
            format!("{name} has {} live key pairs; without one, make one under Integrations", pairs.len()),
        ),
        say(
            endpoints.iter().any(|endpoint| endpoint.secret.is_some()),
            format!(
                "{name} has {} webhook addresses; each needs its signing secret, under Integrations",
                endpoints.len()
            ),
        ),
        match links.items.is_empty() {
            false => say(true, format!("{name} has links")),
            true => say(false, format!("{name} has no links yet: make one on a partner's page")),
        },
    ])
}
