//! The spool and its drain: what was acknowledged arrives, once, whatever happens in between.

use crate::on_both_engines;
use crate::support::{Shop, count};
use std::io::Write;
use std::path::PathBuf;
use whence::spool::disk::RealDisk;
use whence::spool::folder;
use whence::spool::{Click, Leases, Record, Spool, adopt, drain};
use whence_domain::Mode;
use whence_domain::tracking::xid::XidFields;
use whence_domain::tracking::{ClickKey, Outcome};

/// A spool of a node of its own, apart from the shop's, with numbers that the shop's database has not leased.
struct Other {
    folder: tempfile::TempDir,
}

impl Other {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn open(&self) -> Spool {
        let leases = Leases::open(self.folder.path(), || "other".into()).expect("a folder");
        if leases.left() == 0 {
            leases.add(1_000).expect("writable");
        }
        Spool::open(self.folder.path(), leases.into(), std::sync::Arc::new(RealDisk)).expect("a spool")
    }

    /// The last segment of the last run.
    fn last_segment(&self) -> PathBuf {
        let runs = folder::incarnations(self.folder.path()).expect("readable");
        let run = self.folder.path().join(folder::name(*runs.last().expect("a run")));
        let segments = folder::segments(&run).expect("readable");
        folder::segment(&run, *segments.last().expect("a segment"))
    }
}

fn millis() -> i64 {
    1_772_323_200_000
}

async fn click(shop: &Shop, spool: &Spool, outcome: Outcome) -> ClickKey {
    let key = spool.issue(millis());
    let fields = XidFields { link_number: shop.link.number as u64, mode: Mode::Live, class: outcome, key };
    let xid = shop.node.app.xid_keys().mint(&fields);
    let record = Record::Click(Click {
        key: key.into(),
        program: &shop.setup.program_key,
        mode: Mode::Live,
        link: shop.link.id.as_str(),
        partner: shop.partner.id.as_str(),
        xid: xid.as_str(),
        outcome,
        dest: "https://www.shop.test/",
        earlier_xids: vec![],
        sub_ids: vec!["a\0b".into()],
        params: vec![],
        referrer_host: None,
        country: None,
        gpc: false,
        user_agent: None,
        ip_prefix: None,
    });
    spool.append(&record).await.expect("stored");
    key
}

/// How many clicks there are as rows and in the daily counts. One statement, so that both are of one moment: a unit of
/// work goes on to its end on PostgreSQL when its caller is killed.
async fn clicks(shop: &Shop) -> (i64, i64) {
    const MILLION: i64 = 1_000_000;
    let both = count(
        &shop.node.app,
        "select (select count(*) from clicks) * 1000000
            + (select coalesce(cast(sum(clicks) as bigint), 0) from click_rollups)",
    )
    .await;
    (both / MILLION, both % MILLION)
}

on_both_engines! {
    async fn a_torn_tail_loses_nothing_that_was_acknowledged(shop: Shop) {
        let other = Other::new();
        let spool = other.open();
        for _ in 0..5 {
            click(&shop, &spool, Outcome::Counted).await;
        }
        spool.close();
        drop(spool);
        let mut file = std::fs::File::options().append(true).open(other.last_segment()).expect("a segment");
        file.write_all(&[200, 1, 0, 0, 9, 9]).expect("writable");
        assert_eq!(adopt::adopt(&shop.node.app, other.folder.path()).await.expect("drained"), 5);
        assert_eq!(clicks(&shop).await, (5, 5));
        shop.node.stop().await;
    }

    async fn adopting_again_or_from_an_older_place_counts_nothing_twice(shop: Shop) {
        let other = Other::new();
        let spool = other.open();
        for _ in 0..300 {
            click(&shop, &spool, Outcome::Counted).await;
        }
        drop(spool);
        assert_eq!(adopt::adopt(&shop.node.app, other.folder.path()).await.expect("drained"), 300);
        assert_eq!(adopt::adopt(&shop.node.app, other.folder.path()).await.expect("drained"), 0);
        assert_eq!(clicks(&shop).await, (300, 300));
        // As after restoring a backup that knows the clicks but not how far the drain was.
        execute(&shop, "update spool_incarnations set segment = 0, position = 0").await;
        adopt::adopt(&shop.node.app, other.folder.path()).await.expect("drained");
        assert_eq!(clicks(&shop).await, (300, 300));
        shop.node.stop().await;
    }

    async fn a_drain_that_is_killed_between_batches_goes_on_where_it_was(shop: Shop) {
        let other = Other::new();
        let spool = other.open();
        for _ in 0..2_000 {
            click(&shop, &spool, Outcome::Counted).await;
        }
        let incarnation = spool.incarnation();
        drop(spool);
        for pause in [1, 5, 20, 60, 120] {
            let (app, root) = (shop.node.app.clone(), other.folder.path().to_owned());
            let killed = tokio::spawn(async move { drain::drain_folder(&app, &root, incarnation).await });
            tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
            killed.abort();
            let _ = killed.await;
            // In one statement, since the unit that was under way goes on to its end.
            let apart = "select (select count(*) from clicks)
                - (select coalesce(cast(sum(clicks) as bigint), 0) from click_rollups)";
            assert_eq!(count(&shop.node.app, apart).await, 0, "rows and counts were committed apart");
        }
        drain::drain_folder(&shop.node.app, other.folder.path(), incarnation).await.expect("drained");
        assert_eq!(clicks(&shop).await, (2_000, 2_000));
        shop.node.stop().await;
    }

    async fn the_drained_place_moves_by_compare_and_set(shop: Shop) {
        use whence::spool::Position;
        use whence::store::tracking::spool as places;
        use whence::store::{Priority, StoreError};
        let at = |offset| Position { segment: 1, offset };
        let moves = shop.node.app.store.write(Priority::Drain, (), move |conn, ()| {
            Box::pin(async move {
                let now = whence_domain::Instant::from_millis(millis());
                places::begin(conn, 9, "node", 1, now).await?;
                places::begin(conn, 9, "other", 2, now).await?;
                Ok::<_, StoreError>([
                    places::advance(conn, 9, Position::default(), at(100), now).await?,
                    places::advance(conn, 9, Position::default(), at(200), now).await?,
                    places::advance(conn, 9, at(100), at(200), now).await?,
                ])
            })
        });
        assert_eq!(moves.await.expect("written"), [true, false, true]);
        shop.node.stop().await;
    }

    async fn what_cannot_be_read_is_put_aside_and_the_rest_arrives(shop: Shop) {
        let other = Other::new();
        let spool = other.open();
        click(&shop, &spool, Outcome::Counted).await;
        drop(spool);
        // A sound frame whose payload is no record.
        let payload = [255u8; 20];
        let length = (payload.len() as u32).to_le_bytes();
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&length);
        hasher.update(&payload);
        let frame: Vec<u8> = [&length[..], &hasher.finalize().to_le_bytes(), &payload].concat();
        let mut file = std::fs::File::options().append(true).open(other.last_segment()).expect("a segment");
        file.write_all(&frame).expect("writable");
        assert_eq!(adopt::adopt(&shop.node.app, other.folder.path()).await.expect("drained"), 2);
        assert_eq!(clicks(&shop).await, (1, 1));
        assert_eq!(count(&shop.node.app, "select count(*) from quarantine").await, 1);
        shop.node.stop().await;
    }
}

async fn execute(shop: &Shop, sql: &'static str) {
    use whence::store::{Conn, Priority, StoreError};
    let done = shop.node.app.store.write(Priority::Bulk, sql, |conn, sql| {
        Box::pin(async move {
            match conn {
                Conn::Sqlite(conn) => sqlx::query(*sql).execute(&mut **conn).await.map(|_| ()),
                Conn::Postgres(conn) => sqlx::query(*sql).execute(&mut **conn).await.map(|_| ()),
            }
            .map_err(StoreError::from)
        })
    });
    done.await.expect("executed");
}
