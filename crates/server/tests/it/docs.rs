//! What the documentation names exists: pages, routes, commands and tests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use whence::ui::dashboard::investigation_words::{Places, page_of, step};
use whence_domain::CustomerId;
use whence_domain::investigation::{Cause, CiteKind, NextAction, NextStep};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the repository").to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All sources beneath a folder, one after the other.
fn sources(folder: &Path) -> String {
    let mut out = String::new();
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            out.push_str(&sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            out.push_str(&std::fs::read_to_string(&path).expect("text"));
        }
    }
    out
}

/// The words in back ticks of a cell, in order.
fn ticked(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Whether the router has the path, whatever its placeholders are called.
fn has_route(routers: &str, path: &str) -> bool {
    let shape = |path: &str| {
        let parts = path.split('/').map(|part| if part.starts_with('{') && part.ends_with('}') { "{}" } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    let routes = routers.split(".route(").skip(1).filter_map(|rest| rest.split('"').nth(1));
    routes.map(shape).any(|known| known == shape(path))
}

#[test]
fn everything_that_the_support_article_page_names_exists() {
    let text = read("docs/support-article.md");
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (pages, api) = (read("crates/server/src/ui/mod.rs"), sources(&server.join("http/api")));
    let commands = read("crates/server/src/cli/mod.rs");
    let (mut rows, mut tests, mut cases) = (0, 0, BTreeSet::new());
    for line in text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        assert_eq!(cells.len(), 3, "{line}");
        if cells[2].contains("proved by") {
            continue;
        }
        rows += 1;
        for word in ticked(cells[1]) {
            let exists = match word.split_once(' ') {
                _ if word.starts_with("/dashboard/") => has_route(&pages, word.trim_start_matches("/dashboard")),
                Some(("GET" | "POST", path)) => has_route(&api, path.trim_start_matches("/api/v2")),
                Some(("whence", command)) => {
                    let mut name = command.to_owned();
                    name[..1].make_ascii_uppercase();
                    commands.contains(&format!("    {name}(")) || commands.contains(&format!("    {name} {{"))
                }
                _ => Cause::parse(word).is_some(),
            };
            assert!(exists, "{word} does not exist: {line}");
        }
        if line.contains("not yet |") && cells[2].trim() == "–" {
            continue;
        }
        let names = ticked(cells[2]);
        assert_eq!(names.len(), 2, "a file and a test: {line}");
        let source = read(names[0]);
        let written = if names[0].ends_with(".rs") { format!("fn {}(", names[1]) } else { names[1].to_owned() };
        assert!(source.contains(&written), "no test {} in {}", names[1], names[0]);
        tests += 1;
        cases.extend(cells[0].trim().split(' ').next().and_then(|number| number.parse::<u8>().ok()));
    }
    assert!(rows >= 45 && tests >= 44, "{rows} rows, {tests} tests");
    assert_eq!(cases.into_iter().collect::<Vec<_>>(), (1..=10).collect::<Vec<u8>>(), "all ten cases");
}

/// No button and no piece of evidence of an answer leads to a page that is not there.
#[test]
fn every_place_that_an_answer_leads_to_exists() {
    let pages = read("crates/server/src/ui/mod.rs");
    let customer = CustomerId::from_bits(1);
    let places = Places { customer: Some(&customer), partner: Some("part_1"), link: None };
    let steps = NextAction::ALL.iter().map(|action| {
        let next = NextStep { action: *action, label: action.sentence().to_owned() };
        step(&next, &places, "").href
    });
    let cites = CiteKind::ALL.iter().map(|kind| page_of(*kind, "key_1", &places));
    let mut led = 0;
    for href in steps.chain(cites).filter(|href| !href.is_empty() && *href != "#reply") {
        let path = href.split('?').next().unwrap_or_default();
        let path = path.replace(customer.as_str(), "{}").replace("part_1", "{}").replace("key_1", "{}");
        assert!(has_route(&pages, path.trim_start_matches("/dashboard")), "{href} leads nowhere");
        led += 1;
    }
    assert!(led >= 12, "{led}");
}
