//! A Chromium of one visit: found, started within its sandbox as a user of its own, ended with everything it left.

use super::BrowserSettings;
use super::devtools::{DevTools, Event};
use super::own_user::OwnUser;
use super::{limits, processes};
use command_fds::{CommandFdExt, FdMapping};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;
use tokio::process::{Child, ChildStderr};
use tokio::sync::mpsc::UnboundedReceiver;

/// Where a Chromium usually lies. The programs themselves come before the scripts that start them, since such a script may
/// add flags.
const USUAL_PLACES: [&str; 9] = [
    "/usr/lib/chromium/chromium",
    "/usr/lib64/chromium/chromium",
    "/usr/lib/chromium-browser/chromium-browser",
    "/usr/lib64/chromium-browser/chromium-browser",
    "/opt/google/chrome/chrome",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome-stable",
    "/usr/bin/google-chrome",
];

/// Flags that do not depend on the visit.
const FLAGS: &[&str] = &[
    "--headless",
    "--remote-debugging-pipe",
    // The way out: the proxy, also for this machine's own names, and nothing by UDP.
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-features=AsyncDns,DnsOverHttps,DirectSockets,MediaRouter,DialMediaRouteProvider,OptimizationHints,\
     NetworkTimeServiceQuerying,AutofillServerCommunication,Translate,InterestFeedContentSuggestions,\
     WebTransport,SpareRendererForSitePerProcess,Prerender2,PreconnectToSearch,NetworkPrediction",
    // Nothing of its own accord.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-component-extensions-with-background-pages",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-extensions",
    "--disable-field-trial-config",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-search-engine-choice-screen",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
    // Nothing that a visit does not need.
    "--block-new-web-contents",
    "--deny-permission-prompts",
    "--disable-notifications",
    "--disable-gpu",
    "--disable-3d-apis",
    "--disable-speech-api",
    "--mute-audio",
    "--renderer-process-limit=4",
    "--disk-cache-size=33554432",
    "--window-size=1280,800",
    "--lang=en-US",
    "about:blank",
];

/// What is kept of what it says while it starts.
const COMPLAINTS: usize = 8 * 1024;

/// Why no visit can be had here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// The operator has not turned it on.
    #[error(
        "visits with a real browser are off: start Whence with --link-check-browser (WHENCE_LINK_CHECK_BROWSER=true) to \
         turn them on"
    )]
    Off,
    /// There is no Chromium.
    #[error(
        "no Chromium was found: install one (Debian: apt install chromium), or name its program by --chromium \
         (WHENCE_CHROMIUM)"
    )]
    NoChromium,
    /// The one named is not there.
    #[error("there is no Chromium at {0}: correct --chromium (WHENCE_CHROMIUM)")]
    NotThere(PathBuf),
    /// This process may not start another as another user.
    #[error(
        "a visited page must not run as the user that owns Whence's data, and only root may start a browser as another \
         user: run Whence as root in a container of its own, or leave visits off"
    )]
    NotRoot,
    /// Every number that could be its user's is taken.
    #[error(
        "every user number that a visit could run as is taken: remove the folders whence-visit-… of the temporary folder"
    )]
    NoUser,
    /// No folder for it.
    #[error("no folder for the visit could be made in {0} ({1}): set TMPDIR to a folder that every user may enter")]
    Folder(PathBuf, ErrorKind),
    /// It did not start within its sandbox.
    #[error(
        "Chromium cannot have its sandbox here: let processes make user namespaces (sysctl user.max_user_namespaces, \
         kernel.apparmor_restrict_unprivileged_userns=0; in a container a seccomp profile that permits it), or leave visits \
         off"
    )]
    NoSandbox,
    /// It did not start.
    #[error("Chromium did not start ({0}): run it by hand as another user than root to see why")]
    NotStarted(String),
}

/// A running Chromium. Its processes and its folder are gone when this is.
pub struct Chromium {
    child: Child,
    user: Option<OwnUser>,
    complaints: Arc<Mutex<Vec<u8>>>,
}

impl Chromium {
    /// Starts one whose every connection goes to `proxy`.
    ///
    /// # Errors
    /// What to do.
    pub async fn start(
        settings: &BrowserSettings,
        proxy: SocketAddr,
    ) -> Result<(Self, DevTools, UnboundedReceiver<Event>), Unavailable> {
        let program = find(settings)?;
        let user = tokio::task::spawn_blocking(OwnUser::take)
            .await
            .map_err(|_| Unavailable::NotStarted("it was cut off".into()))??;
        let failed = |error: std::io::Error| Unavailable::NotStarted(error.kind().to_string());
        let (their_end, commands) = std::io::pipe().map_err(failed)?;
        let (answers, our_end) = {
            let (read, write) = std::io::pipe().map_err(failed)?;
            (read, write)
        };
        let mut command = command(&program, &user, proxy);
        command
            .fd_mappings(vec![
                FdMapping { parent_fd: OwnedFd::from(their_end), child_fd: 3 },
                FdMapping { parent_fd: OwnedFd::from(our_end), child_fd: 4 },
            ])
            .map_err(|_| Unavailable::NotStarted("its pipes collide".into()))?;
        let mut command = tokio::process::Command::from(command);
        let mut child = command.kill_on_drop(true).spawn().map_err(failed)?;
        // The command holds the browser's ends of the pipes, and they must end with it.
        drop(command);
        let complaints = Arc::default();
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(listen(stderr, Arc::clone(&complaints)));
        }
        let commands = pipe::Sender::from_owned_fd(OwnedFd::from(commands)).map_err(failed)?;
        let answers = pipe::Receiver::from_owned_fd(OwnedFd::from(answers)).map_err(failed)?;
        let (devtools, events) = DevTools::connect(commands, answers);
        Ok((Self { child, user: Some(user), complaints }, devtools, events))
    }

    /// The user that it runs as.
    pub fn uid(&self) -> u32 {
        self.user.as_ref().map_or(u32::MAX, OwnUser::uid)
    }

    /// Makes sure that the process which will hold the page is in a sandbox: its system calls are filtered and it sees no
    /// process but its own. Asked once it is there, and answered by the kernel, not by Chromium.
    ///
    /// # Errors
    /// [`Unavailable::NoSandbox`].
    pub async fn check_sandbox(&self) -> Result<(), Unavailable> {
        let uid = self.uid();
        let found = tokio::task::spawn_blocking(move || processes::of_user(uid)).await.unwrap_or_default();
        let renderers = found.iter().filter(|process| is_renderer(process.pid));
        let mut held = renderers.map(|process| process.is_filtered && process.depth > 1).peekable();
        if held.peek().is_some() && held.all(|held| held) { Ok(()) } else { Err(Unavailable::NoSandbox) }
    }

    /// Waits until it ends by itself, and says why it did.
    pub async fn ended(&mut self) -> Unavailable {
        let status = self.child.wait().await;
        // What it said last may still be on its way.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let complaints = self.complaints.lock().unwrap_or_else(PoisonError::into_inner);
        let complaints = String::from_utf8_lossy(&complaints);
        if complaints.contains("No usable sandbox") || complaints.contains("namespace sandbox") {
            return Unavailable::NoSandbox;
        }
        Unavailable::NotStarted(status.map_or_else(|error| error.kind().to_string(), |status| status.to_string()))
    }

    /// Ends it and everything that it started, and removes its folder.
    pub async fn end(mut self) {
        // It is ended with all its processes below; its result is fetched so that none stays behind as a zombie.
        let _ = self.child.start_kill();
        let _ = tokio::time::timeout(Duration::from_secs(5), self.child.wait()).await;
        let user = self.user.take();
        // Waiting for processes and removing files blocks.
        let _ = tokio::task::spawn_blocking(move || drop(user)).await;
    }
}

/// The program to start.
///
/// # Errors
/// What to do, if there is none or visits are off.
pub fn find(settings: &BrowserSettings) -> Result<PathBuf, Unavailable> {
    if !settings.enabled {
        return Err(Unavailable::Off);
    }
    match &settings.chromium {
        Some(named) if named.is_file() => Ok(named.clone()),
        Some(named) => Err(Unavailable::NotThere(named.clone())),
        None => USUAL_PLACES.iter().map(PathBuf::from).find(|place| place.is_file()).ok_or(Unavailable::NoChromium),
    }
}

fn command(program: &Path, user: &OwnUser, proxy: SocketAddr) -> Command {
    let folder = user.folder();
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", &limits::script(), "sh"])
        .arg(program)
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("--proxy-server=http://{proxy}"))
        .args(FLAGS)
        .env_clear()
        .envs([("PATH", "/usr/bin:/bin"), ("LANG", "C.UTF-8")])
        .envs(["HOME", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"].map(|name| (name, folder)))
        // No other program of this machine is to be talked to.
        .envs(["DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"].map(|name| (name, "disabled:")))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        // The groups of root are dropped with these.
        .gid(user.uid())
        .uid(user.uid());
    command
}

fn is_renderer(pid: i32) -> bool {
    let Ok(line) = std::fs::read(format!("/proc/{pid}/cmdline")) else { return false };
    line.split(|byte| *byte == 0 || *byte == b' ').any(|word| word == b"--type=renderer")
}

/// Keeps the beginning of what it says, and lets it say the rest.
async fn listen(mut stderr: ChildStderr, kept: Arc<Mutex<Vec<u8>>>) {
    let mut piece = vec![0; 4 * 1024];
    while let Ok(length @ 1..) = stderr.read(&mut piece).await {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let room = COMPLAINTS.saturating_sub(kept.len());
        kept.extend_from_slice(&piece[..length.min(room)]);
    }
}
