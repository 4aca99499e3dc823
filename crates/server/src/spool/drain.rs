//! Moves what is durable in the spool into the database, in batches, exactly once.
//!
//! One transaction commits the rows, the daily counts of the rows actually inserted, and the drained place by
//! compare-and-set. So a drain that is killed, or races with another one over the same files, changes nothing twice.

use super::folder::{self, IncarnationFolder};
use super::log::Position;
use super::pages::PageCounts;
use super::reader::{self, Entry, Limit, Piece};
use super::rows::{self, Rows, Zones};
use super::{Progress, Spool};
use crate::app::App;
use crate::store::tracking::clicks::{self, Reclassified, RollupKey};
use crate::store::tracking::drained;
use crate::store::tracking::page_days::{self, PageDay};
use crate::store::tracking::spool as places;
use crate::store::{Conn, Priority, Store, StoreError, UnitError};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};
use whence_domain::tracking::Outcome;
use whence_domain::{Instant, Tenant};

/// Records in one transaction: at most about 20 ms of the writer's time.
const UNIT: usize = 256;
/// Without anybody waiting, the drain lets clicks gather for so long.
const PACE: Duration = Duration::from_millis(200);
/// After a failure of the database, the next attempt follows after this.
const RETRY: Duration = Duration::from_millis(500);
/// Drained segments are kept for so long, so that a restored database can be filled again.
const KEEP: Duration = Duration::from_secs(7 * 86_400);
/// How often old segments are looked for.
const SWEEP: Duration = Duration::from_secs(3_600);

/// Why a unit was not drained.
#[derive(Debug, thiserror::Error)]
pub enum DrainError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk.
    #[error("the spool cannot be read: {0}")]
    Disk(#[from] std::io::Error),
    /// Somebody else drained the same place meanwhile.
    #[error("another drain was faster")]
    Overtaken,
}

impl UnitError for DrainError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// Drains the spool of this process until `stopping` is true and everything durable is in the database, or the database
/// is away by then. First come the runs that ended before.
pub async fn run(app: App, spool: Spool, mut stopping: tokio::sync::watch::Receiver<bool>) {
    let mut durable = spool.0.progress.durable.subscribe();
    let mut own = Drain::new(&app, spool.root(), spool.incarnation());
    let mut ended_runs_done = false;
    let mut swept: Option<tokio::time::Instant> = None;
    loop {
        let outcome = async {
            if !ended_runs_done {
                drain_ended(&app, spool.root(), spool.incarnation()).await?;
                ended_runs_done = true;
            }
            let limit = *durable.borrow_and_update();
            own.drain(Limit::Durable(limit), &spool.0.progress.drained, Some(&spool.0.progress)).await
        }
        .await;
        report(&outcome, &spool.0.progress.drain_in_trouble);
        let stop = *stopping.borrow();
        if stop && (outcome.is_err() || *durable.borrow() <= *spool.0.progress.drained.borrow()) {
            return;
        }
        if swept.is_none_or(|at| at.elapsed() > SWEEP) && outcome.is_ok() {
            swept = Some(tokio::time::Instant::now());
            sweep(&app, &spool).await;
        }
        wait(&spool, &mut durable, &mut stopping, outcome.is_ok()).await;
    }
}

/// Waits for something to do: new durable records (which gather for a moment), somebody in a hurry, or the end.
async fn wait(
    spool: &Spool,
    durable: &mut tokio::sync::watch::Receiver<Position>,
    stopping: &mut tokio::sync::watch::Receiver<bool>,
    healthy: bool,
) {
    let hurry = &spool.0.progress.hurry;
    let pause = if healthy { PACE } else { RETRY };
    let something = async {
        if healthy {
            let _ = durable.wait_for(|durable| *durable > *spool.0.progress.drained.borrow()).await;
        }
        tokio::time::sleep(pause).await;
    };
    tokio::select! {
        () = something => {}
        () = hurry.notified() => {}
        () = told(stopping) => {
            // Stopping stays true: without a pause, a database that is away would be asked without end.
            if !healthy { tokio::time::sleep(Duration::from_millis(20)).await; }
        }
    }
}

/// Resolves once the end was announced.
async fn told(stopping: &mut tokio::sync::watch::Receiver<bool>) {
    // An announcer that is gone announces nothing more, which is an end too.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// Tells of trouble when it begins and when it ends, not at every attempt.
fn report(outcome: &Result<(), DrainError>, in_trouble: &AtomicBool) {
    let before = in_trouble.swap(outcome.is_err(), Ordering::Relaxed);
    match outcome {
        Ok(()) if before => tracing::info!("the spool drains into the database again"),
        Err(error) if !before => {
            tracing::warn!(%error, "the spool cannot be drained now; clicks are kept on disk until it can");
        }
        _ => {}
    }
}

/// Drains every run in `root` that has ended. A run whose process lives is locked and left alone.
async fn drain_ended(app: &App, root: &Path, own: u32) -> Result<(), DrainError> {
    for incarnation in folder::incarnations(root)?.into_iter().filter(|incarnation| *incarnation != own) {
        drain_folder(app, root, incarnation).await?;
    }
    Ok(())
}

/// Drains one run that has ended, to its end; answers the number of its records.
///
/// # Errors
/// See [`DrainError`]; what was drained before the failure stays drained.
pub async fn drain_folder(app: &App, root: &Path, incarnation: u32) -> Result<usize, DrainError> {
    let Some(_lock) = IncarnationFolder::lock(root, incarnation)? else { return Ok(0) };
    let mut drain = Drain::new(app, root, incarnation);
    let (progress, _) = tokio::sync::watch::channel(Position::default());
    drain.drain(Limit::Whole, &progress, None).await?;
    Ok(drain.records)
}

/// The drain of one run.
struct Drain {
    app: App,
    folder: Arc<Path>,
    incarnation: u32,
    node: String,
    slot: i64,
    zones: Zones,
    at: Option<Position>,
    records: usize,
}

/// One transaction's worth.
struct Unit {
    incarnation: u32,
    slot: i64,
    from: Position,
    to: Position,
    rows: Rows,
    now: Instant,
}

impl Drain {
    fn new(app: &App, root: &Path, incarnation: u32) -> Self {
        // Which node drains is of no consequence to the counts; the slot only keeps two nodes from waiting for each
        // other. Slot 0 belongs to the flows.
        let slot = 1 + i64::from(incarnation / super::lease::BLOCK % 15);
        Self {
            app: app.clone(),
            folder: root.join(folder::name(incarnation)).into(),
            incarnation,
            node: format!("{}", root.display()),
            slot,
            zones: Zones::new(),
            at: None,
            records: 0,
        }
    }

    /// Drains up to the limit. `drained` is told after each transaction. The run of this process rests in between.
    async fn drain(
        &mut self,
        limit: Limit,
        drained: &tokio::sync::watch::Sender<Position>,
        own: Option<&Progress>,
    ) -> Result<(), DrainError> {
        let mut from = self.position().await?;
        loop {
            let began = tokio::time::Instant::now();
            let piece = self.read(from, limit).await?;
            if piece.entries.is_empty() {
                drained.send_replace(piece.end);
                return Ok(());
            }
            match self.store(from, &piece).await {
                Ok(()) => {}
                Err(DrainError::Overtaken) => {
                    self.at = None;
                    from = self.position().await?;
                    continue;
                }
                failed => return failed,
            }
            from = piece.end;
            self.at = Some(from);
            self.records += piece.entries.len();
            drained.send_replace(from);
            if let Some(own) = own {
                own.rest(began.elapsed()).await;
            }
        }
    }

    async fn position(&mut self) -> Result<Position, DrainError> {
        if let Some(at) = self.at {
            return Ok(at);
        }
        let found = places::find_position(&mut self.app.store.read().await?, self.incarnation).await?;
        let at = match found {
            Some(at) => at,
            None => {
                let input = (self.incarnation, self.node.clone(), self.slot, self.app.now());
                self.app
                    .store
                    .write(Priority::Drain, input, |conn, (incarnation, node, slot, now)| {
                        Box::pin(places::begin(conn, *incarnation, node, *slot, *now))
                    })
                    .await?;
                Position::default()
            }
        };
        self.at = Some(at);
        Ok(at)
    }

    async fn read(&self, from: Position, limit: Limit) -> Result<Piece, DrainError> {
        let folder = Arc::clone(&self.folder);
        let read = tokio::task::spawn_blocking(move || reader::read(&folder, from, limit, UNIT));
        Ok(read.await.map_err(std::io::Error::other)??)
    }

    /// Stores a piece. If the database refuses something in it, halves it until what is refused stands alone, and puts
    /// that aside.
    async fn store(&mut self, from: Position, piece: &Piece) -> Result<(), DrainError> {
        self.load_zones().await?;
        let mut from = from;
        let mut waiting: Vec<(Vec<Entry>, Position)> = vec![(piece.entries.clone(), piece.end)];
        while let Some((entries, end)) = waiting.pop() {
            let now = self.app.now();
            let outcome = self.write(from, end, self.rows(&entries, end.segment, now), now).await;
            let refusal = match outcome {
                Ok(()) => {
                    from = end;
                    continue;
                }
                Err(DrainError::Store(error)) if error.is_refusal() => error.to_string(),
                failed => return failed,
            };
            if entries.len() == 1 {
                tracing::error!(%refusal, incarnation = self.incarnation, "a record of the spool is put aside: see the quarantine table");
                let mut rows = Rows::default();
                rows.add_refused(rows::place(self.incarnation, end.segment, &entries[0]), &entries[0], &refusal, now);
                self.write(from, end, rows, now).await?;
                from = end;
            } else {
                let (first, second) = entries.split_at(entries.len() / 2);
                let (Entry::Record { offset, .. } | Entry::Damaged { offset, .. }) = &second[0];
                let middle = Position { segment: end.segment, offset: *offset };
                waiting.push((second.to_vec(), end));
                waiting.push((first.to_vec(), middle));
            }
        }
        Ok(())
    }

    fn rows(&self, entries: &[Entry], segment: u32, now: Instant) -> Rows {
        let mut rows = Rows::default();
        for entry in entries {
            rows.add(rows::place(self.incarnation, segment, entry), entry, &self.zones, now);
        }
        rows
    }

    async fn write(&self, from: Position, to: Position, rows: Rows, now: Instant) -> Result<(), DrainError> {
        let unit = Unit { incarnation: self.incarnation, slot: self.slot, from, to, rows, now };
        self.app.store.write(Priority::Drain, unit, |conn, unit| Box::pin(apply(conn, unit))).await
    }

    async fn load_zones(&mut self) -> Result<(), DrainError> {
        self.zones = load_zones(&self.app.store).await?;
        Ok(())
    }
}

async fn load_zones(store: &Store) -> Result<Zones, StoreError> {
    let zones = drained::program_zones(&mut store.read().await?).await?;
    Ok(zones.into_iter().filter_map(|(program, name)| Some((program, TimeZone::get(&name).ok()?))).collect())
}

/// The transaction: everything, or nothing because another drain was faster.
async fn apply(conn: &mut Conn, unit: &Unit) -> Result<(), DrainError> {
    if !places::advance(conn, unit.incarnation, unit.from, unit.to, unit.now).await? {
        return Err(DrainError::Overtaken);
    }
    let mut counts = BTreeMap::new();
    let mut pages = PageCounts::default();
    count_clicks(conn, unit, &mut counts, &mut pages).await?;
    count_visits(conn, unit, &mut counts, &mut pages).await?;
    drained::insert_misses(conn, &unit.rows.misses).await?;
    drained::insert_quarantined(conn, &unit.rows.quarantined).await?;
    // In key order, so that two nodes that count the same links never wait for each other in a circle.
    for (rollup, clicks) in counts.iter().filter(|(_, clicks)| **clicks != 0) {
        clicks::add_to_rollup(conn, rollup, unit.slot, *clicks).await?;
    }
    for (page, counts) in pages.finish(conn).await? {
        page_days::add(conn, &page, unit.slot, &counts).await?;
    }
    Ok(())
}

type Counts = BTreeMap<RollupKey, i64>;

async fn count_clicks(
    conn: &mut Conn,
    unit: &Unit,
    counts: &mut Counts,
    pages: &mut PageCounts,
) -> Result<(), DrainError> {
    let inserted = drained::insert_clicks(conn, &unit.rows.clicks).await?;
    for click in unit.rows.clicks.iter().filter(|click| inserted.contains(&click.key)) {
        *counts.entry(click.rollup.clone()).or_default() += 1;
        let tenant = tenant(&click.rollup);
        if click.outcome.attributes() {
            let at = Instant::from_millis(click.key.millis);
            pages.click(PageDay::of_dest(&tenant, &click.rollup.day, &click.dest), at);
        }
        if click.outcome.upgradable() {
            // The landing may have been drained first, by another node or before a restore.
            if drained::was_followed(conn, &tenant, click.key).await? {
                let again = clicks::count_after_all(conn, &tenant, click.key, click.outcome, unit.now).await?;
                recount(&tenant, again, counts, pages);
            }
        }
    }
    Ok(())
}

async fn count_visits(
    conn: &mut Conn,
    unit: &Unit,
    counts: &mut Counts,
    pages: &mut PageCounts,
) -> Result<(), DrainError> {
    let visits = pages.settle_visits(conn, &unit.rows.visits).await?;
    let inserted = drained::insert_visits(conn, &visits).await?;
    for visit in visits.iter().filter(|visit| inserted.contains(&visit.place)) {
        pages.view(visit);
        if let Some((key, class)) = visit.click {
            let again = clicks::count_after_all(conn, &visit.tenant, key, class, unit.now).await?;
            recount(&visit.tenant, again, counts, pages);
        }
    }
    Ok(())
}

fn recount(tenant: &Tenant, again: Option<Reclassified>, counts: &mut Counts, pages: &mut PageCounts) {
    if let Some(Reclassified { before, dest }) = again {
        pages.click_after_all(PageDay::of_dest(tenant, &before.day, &dest));
        let after = RollupKey { outcome: Outcome::Counted.as_str(), ..before.clone() };
        *counts.entry(before).or_default() -= 1;
        *counts.entry(after).or_default() += 1;
    }
}

fn tenant(rollup: &RollupKey) -> Tenant {
    let mode = whence_domain::Mode::parse(rollup.mode).expect("a roll-up's mode was written by Mode::as_str");
    Tenant::new(whence_domain::ProgramId::from_stored(rollup.program.clone()), mode)
}

/// Removes drained segments that are older than they need to be.
async fn sweep(app: &App, spool: &Spool) {
    let root = spool.root().to_owned();
    let own = spool.incarnation();
    let runs = folder::incarnations(&root).unwrap_or_default();
    for incarnation in runs {
        let Ok(mut conn) = app.store.read().await else { return };
        let Ok(Some(drained)) = places::find_position(&mut conn, incarnation).await else { continue };
        drop(conn);
        let root = root.clone();
        let swept = tokio::task::spawn_blocking(move || sweep_run(&root, incarnation, incarnation == own, drained));
        if let Ok(Err(error)) = swept.await {
            tracing::warn!(%error, incarnation, "old segments of the spool cannot be removed");
        }
    }
}

fn sweep_run(root: &Path, incarnation: u32, living: bool, drained: Position) -> std::io::Result<()> {
    let path = root.join(folder::name(incarnation));
    for segment in folder::segments(&path)?.into_iter().filter(|segment| *segment <= drained.segment) {
        let file = folder::segment(&path, segment);
        let meta = std::fs::metadata(&file)?;
        let age = meta.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok()).unwrap_or_default();
        // The last one may still be written, or hold a tail that is not drained.
        let whole = segment < drained.segment || (!living && drained.offset >= meta.len());
        if whole && age > KEEP {
            std::fs::remove_file(&file)?;
        }
    }
    let empty = !living && folder::segments(&path)?.is_empty();
    match empty.then(|| IncarnationFolder::lock(root, incarnation)).transpose()?.flatten() {
        Some(folder) => folder.remove(),
        None => Ok(()),
    }
}
