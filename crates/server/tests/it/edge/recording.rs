//! What "recorded" means: durable before the answer, whatever becomes of the disk and the database.

use crate::on_both_engines;
use crate::support::{Node, Shop, send};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

on_both_engines! {
    async fn no_answer_precedes_the_sync_of_its_click(shop: Shop) {
        let before = shop.node.disk.syncs.load(Ordering::SeqCst);
        shop.node.disk.hold(true);
        let requests: Vec<_> = (0..20)
            .map(|_| tokio::spawn(send(shop.node.request("GET", "go.shop.test", "/bo"))))
            .collect();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(requests.iter().all(|request| !request.is_finished()), "an answer preceded its sync");
        assert_eq!(shop.node.disk.syncs.load(Ordering::SeqCst), before);
        shop.node.disk.hold(false);
        for request in requests {
            assert_eq!(request.await.expect("a request").status, 302);
        }
        let syncs = shop.node.disk.syncs.load(Ordering::SeqCst) - before;
        assert!((1..=20).contains(&syncs), "{syncs} syncs");
        assert_eq!(shop.node.count("select count(*) from clicks").await, 20);
        shop.node.stop().await;
    }

    async fn a_full_disk_costs_the_record_and_not_the_redirect(shop: Shop) {
        assert_eq!(shop.node.get("/bo").await.outcome(), "counted");
        shop.node.disk.full.store(true, Ordering::SeqCst);
        let answer = shop.node.get("/bo").await;
        assert_eq!((answer.status.as_u16(), answer.outcome()), (302, "unrecorded"));
        assert!(answer.header("location").contains("ps_xid="));
        let health = shop.node.edge.spool().health();
        assert_eq!((health.failure.is_some(), health.unrecorded), (true, 1));
        shop.node.disk.full.store(false, Ordering::SeqCst);
        assert_ne!(shop.node.get("/bo").await.outcome(), "unrecorded");
        assert_eq!(shop.node.edge.spool().health().failure, None);
        assert_eq!(shop.node.count("select count(*) from clicks").await, 2);
        shop.node.stop().await;
    }

    async fn what_was_acknowledged_is_there_after_a_restart_and_counted_once(shop: Shop) {
        for _ in 0..30 {
            assert_eq!(shop.node.get("/bo").await.status, 302);
        }
        let shop = shop.restart().await;
        assert_eq!(shop.node.get("/bo").await.status, 302);
        assert_eq!(shop.node.count("select count(*) from clicks").await, 31);
        assert_eq!(shop.node.count("select cast(sum(clicks) as bigint) from click_rollups").await, 31);
        shop.node.stop().await;
    }

    async fn a_node_starts_and_records_while_its_database_is_away(shop: Shop) {
        let Shop { node, database, .. } = shop;
        assert_eq!(node.get("/bo").await.status, 302);
        node.stop().await;
        if database.url.is_none() {
            // SQLite is a file in the same folder: it is not away.
            return;
        }
        // Nobody listens on the discard port.
        let away = Node::start(&database, Some("postgres://whence@127.0.0.1:9/whence".into())).await;
        for _ in 0..3 {
            let answer = away.get("/bo").await;
            assert_eq!(answer.status, 302);
            assert_ne!(answer.outcome(), "unrecorded");
        }
        away.stop().await;
        let back = Node::start(&database, database.url.clone()).await;
        tokio::time::timeout(Duration::from_secs(20), async {
            while back.count("select count(*) from clicks").await < 4 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await
        .expect("the clicks of the time without the database are drained");
        assert_eq!(back.count("select cast(sum(clicks) as bigint) from click_rollups").await, 4);
        back.stop().await;
    }

    async fn a_second_start_on_a_port_or_a_folder_fails(shop: Shop) {
        assert!(tokio::net::TcpListener::bind(shop.node.address).await.is_err());
        let config = shop.node.app.config.clone();
        let clock = Arc::clone(&shop.node.app.clock);
        let Err(error) = whence::app::App::open(config, clock).await else { panic!("the folder was opened twice") };
        assert!(error.to_string().contains("in use"), "{error}");
        shop.node.stop().await;
    }
}
