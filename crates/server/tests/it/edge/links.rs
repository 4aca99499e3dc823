//! What following a link answers (`product.md` 5 "Link").

use crate::on_both_engines;
use crate::support::{Node, Shop, TestClock, add_link, send};
use std::sync::Arc;
use std::time::{Duration, Instant};
use whence::app::App;
use whence::config::Config;
use whence::flows::program::update_link::{LinkChanges, archive_link, update_link};
use whence::store::audit::Actor;
use whence_domain::program::Destination;
use whence_domain::{Mode, ProgramId, Tenant};

/// Method, headers, and the outcome that they bring about.
type Screened<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

on_both_engines! {
    async fn a_click_is_redirected_with_our_parameters_and_the_sites_cookies(shop: Shop) {
        let answer = shop.node.get("/bo?sid=42&gclid=x&a=2").await;
        assert_eq!(answer.status, 302);
        assert_eq!(answer.outcome(), "counted");
        assert_eq!(answer.header("cache-control"), "no-store");
        let xid = answer.xid();
        assert_eq!(xid.len(), 32);
        let expected = format!("https://www.shop.test/landing?a=1&gclid=x&ps_partner_key=Ym8&ps_xid={xid}&gspk=Ym8&gsxid={xid}#top");
        assert_eq!(answer.header("location"), expected);
        let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().filter_map(|c| c.to_str().ok()).collect();
        assert_eq!(cookies.len(), 4);
        assert_eq!(cookies[0], format!("ps_xid={xid}; Path=/; Domain=shop.test; Max-Age=7776000; SameSite=Lax; Secure"));
        assert_eq!(shop.node.count("select count(*) from clicks").await, 1);
        assert_eq!(shop.node.count("select cast(sum(clicks) as bigint) from click_rollups where outcome = 'counted'").await, 1);
        let sub_ids = crate::support::text(&shop.node.app, "select sub_ids from clicks").await;
        assert_eq!(sub_ids, r#"["42"]"#);
        assert_eq!(crate::support::text(&shop.node.app, "select xid from clicks").await, xid);
        assert_eq!(crate::support::text(&shop.node.app, "select params from clicks").await, r#"["sid","gclid","a"]"#);
        shop.node.stop().await;
    }

    async fn every_outcome_that_headers_can_bring_about_is_named(shop: Shop) {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        let cases: [Screened<'_>; 8] = [
            ("GET", &[("user-agent", chrome), ("sec-purpose", "prefetch")], "prefetch"),
            ("GET", &[("user-agent", chrome), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")], "not_navigation"),
            ("GET", &[("user-agent", "Googlebot/2.1")], "bot"),
            ("GET", &[("user-agent", "facebookexternalhit/1.1")], "preview"),
            ("GET", &[("user-agent", "Barracuda Sentinel")], "scanner"),
            ("HEAD", &[("user-agent", chrome)], "head"),
            ("GET", &[("user-agent", chrome), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")], "counted"),
            ("GET", &[("user-agent", chrome)], "repeat"),
        ];
        for (method, headers, outcome) in cases {
            let request = headers.iter().fold(shop.node.request(method, "go.shop.test", "/bo"), |request, (name, value)| {
                request.header(*name, *value)
            });
            let answer = send(request).await;
            assert_eq!(answer.outcome(), outcome, "{headers:?}");
            assert_eq!(answer.status, 302);
            assert!(!answer.xid().is_empty());
        }
        let own = shop.node.edge.own_word().to_owned();
        let answer = send(shop.node.request("GET", "go.shop.test", "/bo").header("whence-own", own)).await;
        assert_eq!(answer.outcome(), "own");
        assert_eq!(shop.node.count("select count(distinct outcome) from clicks").await, 9);
        shop.node.stop().await;
    }

    async fn links_that_lead_nowhere_are_kept_with_their_reason(shop: Shop) {
        let unknown = shop.node.get("/nobody").await;
        assert_eq!((unknown.status.as_u16(), unknown.outcome()), (404, "unknown"));
        assert!(unknown.text.contains("<title>"));
        let head = send(shop.node.request("HEAD", "go.shop.test", "/nobody")).await;
        assert_eq!((head.status.as_u16(), head.text.as_str()), (404, ""));
        archive_link(&shop.node.app, &shop.tenant(), Actor::Operator, shop.link.id.clone()).await.expect("archived");
        let inactive = shop.node.get("/bo").await;
        assert_eq!((inactive.status.as_u16(), inactive.outcome()), (410, "inactive"));
        assert_eq!(shop.node.count("select count(*) from link_misses where reason = 'no_such_link'").await, 2);
        assert_eq!(shop.node.count("select count(*) from link_misses where reason = 'link_archived'").await, 1);
        let refused = send(shop.node.request("POST", "go.shop.test", "/bo")).await;
        assert_eq!(refused.status, 405);
        shop.node.stop().await;
    }

    async fn a_change_is_served_at_once(shop: Shop) {
        let changes = LinkChanges { dest: Destination::parse("https://www.shop.test/new").ok(), ..LinkChanges::default() };
        update_link(&shop.node.app, &shop.tenant(), Actor::Operator, shop.link.id.clone(), changes).await.expect("changed");
        assert!(shop.node.get("/bo").await.header("location").starts_with("https://www.shop.test/new?"));
        add_link(&shop.node.app, &shop.tenant(), "bo", "spring").await;
        assert_eq!(shop.node.get("/Spring").await.status, 302);
        shop.node.stop().await;
    }

    async fn a_change_on_another_node_is_served_within_a_second(shop: Shop) {
        if shop.database.url.is_none() {
            // SQLite has one node.
            return shop.node.stop().await;
        }
        let beside = Node::start_beside(&shop.database).await;
        assert_eq!(beside.get("/bo").await.status, 302);
        let archived = archive_link(&shop.node.app, &shop.tenant(), Actor::Operator, shop.link.id.clone()).await;
        archived.expect("archived");
        let changed = Instant::now();
        while beside.get("/bo").await.status != 410 {
            assert!(changed.elapsed() < Duration::from_secs(5), "the change is not served");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let took = changed.elapsed();
        assert!(took < Duration::from_millis(1_500), "{took:?}");
        beside.stop().await;
        shop.node.stop().await;
    }

    async fn what_was_changed_while_the_node_was_down_is_served_from_the_first_request(shop: Shop) {
        let Shop { node, setup, partner, link, database } = shop;
        node.stop().await;
        let config = Config {
            data_dir: database.folder.path().join("data"),
            database_url: database.url.clone(),
            listen: "127.0.0.1:0".parse().expect("an address"),
            app_url: "http://app.shop.test".parse().expect("an address"),
            trusted_proxies: vec![],
            link_check_allow: Vec::new(),
            automatic_link_checks: false,
            browser: whence::outgoing::browser::BrowserSettings::default(),
        };
        // As a command does: it owns the folder while no server runs, and has no edge to tell.
        let command = App::open(config, Arc::new(TestClock::new())).await.expect("opened");
        let tenant = Tenant::new(ProgramId::parse(&setup.program_key).expect("a key"), Mode::Live);
        archive_link(&command, &tenant, Actor::Operator, link.id.clone()).await.expect("archived");
        command.store.close().await;
        drop(command);
        let node = Node::start(&database, database.url.clone()).await;
        assert_eq!(node.get("/bo").await.status, 410);
        Shop { node, setup, partner, link, database }.node.stop().await;
    }

    async fn hosts_decide_what_is_served(shop: Shop) {
        let elsewhere = send(shop.node.request("GET", "unknown.test", "/bo")).await;
        assert_eq!(elsewhere.status, 421);
        for host in ["app.shop.test", "localhost:8080", "127.0.0.1", "[::1]"] {
            let link = send(shop.node.request("GET", host, "/l/SHOP/bo")).await;
            assert_eq!(link.status, 302, "{host}");
            let page = send(shop.node.request("GET", host, "/hello")).await;
            assert_eq!((page.status.as_u16(), page.text.as_str()), (200, "hello from the router"), "{host}");
        }
        assert_eq!(send(shop.node.request("GET", "app.shop.test", "/l/nobody/bo")).await.outcome(), "unknown");
        assert_eq!(shop.node.get("/hello").await.outcome(), "unknown");
        assert_eq!(shop.node.get("/v1/nothing").await.status, 404);
        assert_eq!(shop.node.get("/.well-known/x").await.status, 404);
        shop.node.stop().await;
    }

    async fn the_ids_in_a_clicks_own_cookies_are_kept_if_they_are_genuine(shop: Shop) {
        let first = shop.node.get("/bo").await.xid();
        let forged = first.chars().rev().collect::<String>();
        let cookie = format!("ps_xid={first}; gsxid={forged}");
        send(shop.node.request("GET", "go.shop.test", "/bo").header("cookie", cookie)).await;
        assert_eq!(shop.node.count("select count(*) from clicks").await, 2);
        let earlier = crate::support::text(&shop.node.app, "select earlier_xids from clicks order by ms desc, counter desc limit 1").await;
        assert_eq!(earlier, format!(r#"["{first}"]"#));
        shop.node.stop().await;
    }

    async fn whoever_asks_not_to_be_tracked_gets_no_cookie(shop: Shop) {
        let answer = send(shop.node.request("GET", "go.shop.test", "/bo").header("sec-gpc", "1")).await;
        assert_eq!(answer.status, 302);
        assert!(answer.headers.get("set-cookie").is_none());
        shop.node.stop().await;
    }
}
