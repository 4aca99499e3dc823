//! What this machine must have for the tests, and putting it there from the system's packages.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};

use crate::command;

/// The oldest PostgreSQL that Whence promises to run on.
const POSTGRES_MIN: u32 = 15;

/// Something that the tests need: what to look for, and the Debian packages that bring it.
struct Need {
    name: &'static str,
    packages: &'static [&'static str],
    found: fn() -> bool,
}

const FOR_TESTS: [Need; 8] = [
    Need { name: "PostgreSQL 15 or later", packages: &["postgresql"], found: || postgres_bin().is_some() },
    Need { name: "Chromium", packages: &["chromium", "fonts-liberation"], found: || chromium().is_some() },
    Need { name: "Firefox", packages: &["firefox-esr"], found: || firefox().is_some() },
    Need {
        name: "WebKit with its driver, and a screen for it",
        packages: &["webkit2gtk-driver", "xvfb", "python3-gi", "gir1.2-webkit2-4.1"],
        found: has_webkit,
    },
    Need { name: "Node.js 18 or later with npm", packages: &["nodejs", "npm"], found: has_node },
    Need { name: "a clock that tests can move", packages: &["faketime", "libfaketime"], found: has_faketime },
    Need { name: "namespaces for the journeys", packages: &["util-linux", "mount", "iproute2"], found: has_namespaces },
    Need { name: "a reader of PDF", packages: &["poppler-utils"], found: || find("pdftotext").is_some() },
];

const FOR_BENCH: [Need; 2] = [
    Need { name: "nginx", packages: &["nginx-light"], found: || find("nginx").is_some() },
    Need { name: "wrk", packages: &["wrk"], found: || find("wrk").is_some() },
];

/// Makes sure that the tests can run: installs what is missing where we are root on a Debian-like system, else fails
/// with the one line that a person has to run.
pub fn ready_for_tests() -> anyhow::Result<()> {
    ready(&FOR_TESTS)
}

/// The same for the benchmark.
pub fn ready_for_bench() -> anyhow::Result<()> {
    ready(&FOR_BENCH)
}

fn ready(needs: &[Need]) -> anyhow::Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.found)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|need| need.name).collect();
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages.iter().copied()).collect();
    let line = format!("sudo apt-get update && sudo apt-get install -y --no-install-recommends {}", packages.join(" "));
    if !is_root() || find("apt-get").is_none() {
        bail!("this machine lacks {}. Run:\n\n    {line}\n", names.join(", "));
    }
    println!("installing {}", packages.join(" "));
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        // Another installation may hold the lock for a while.
        apt.args(["-q", "-o", "DPkg::Lock::Timeout=300"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command::run(&mut apt)
    };
    apt(&["update"])
        .and_then(|()| apt(&[&["install", "-y", "--no-install-recommends"], packages.as_slice()].concat()))
        .with_context(|| format!("could not install {}. Run:\n\n    {line}\n", names.join(", ")))?;
    match missing.iter().find(|need| !(need.found)()) {
        Some(need) => bail!("{} is still missing after installing {}", need.name, need.packages.join(" ")),
        None => Ok(()),
    }
}

/// Whether this process may do everything, by the owner of its own entry in /proc.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// The first program of this name on the path, or where system services keep theirs.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// The browser that the tests drive.
pub fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find)
}

/// The second browser.
pub fn firefox() -> Option<PathBuf> {
    ["firefox-esr", "firefox"].into_iter().find_map(find)
}

/// The folder with the programs of the newest PostgreSQL that is new enough. Debian keeps them off the path.
pub fn postgres_bin() -> Option<PathBuf> {
    let versions = Path::new("/usr/lib/postgresql").read_dir().ok().into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    folders.extend(find("initdb").and_then(|file| file.parent().map(Path::to_path_buf)));
    folders
        .into_iter()
        .filter(|bin| {
            ["initdb", "postgres", "pg_ctl", "pg_isready", "createdb"].iter().all(|one| bin.join(one).is_file())
        })
        .filter_map(|bin| Some((postgres_major(&bin)?, bin)))
        .filter(|(major, _)| *major >= POSTGRES_MIN)
        .max()
        .map(|(_, bin)| bin)
}

/// The major version that `postgres --version` names.
fn postgres_major(bin: &Path) -> Option<u32> {
    let text = command::answer(bin.join("postgres").to_str()?, &["--version"])?;
    text.split_whitespace().find_map(|word| word.split('.').next()?.parse().ok())
}

/// The third browser is a window of our own in Debian's Python (tests/browser/engines/webkit_browser.py).
fn has_webkit() -> bool {
    let binding = "import gi; gi.require_version('Gtk', '3.0'); gi.require_version('WebKit2', '4.1')";
    ["WebKitWebDriver", "Xvfb"].iter().all(|program| find(program).is_some())
        && command::answer("/usr/bin/python3", &["-c", binding]).is_some()
}

fn has_faketime() -> bool {
    let folders = Path::new("/usr/lib").read_dir().into_iter().flatten().flatten();
    folders.map(|entry| entry.path().join("faketime/libfaketimeMT.so.1")).any(|library| library.is_file())
}

fn has_namespaces() -> bool {
    ["unshare", "mount", "ip"].iter().all(|program| find(program).is_some())
}

fn has_node() -> bool {
    let major = command::answer("node", &["--version"])
        .and_then(|text| text.trim_start_matches('v').split('.').next()?.parse::<u32>().ok());
    major.is_some_and(|major| major >= 18) && find("npm").is_some()
}
