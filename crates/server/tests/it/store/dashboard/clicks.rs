//! The list of clicks.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, click, click_key, link};
use whence::store::Conn;
use whence::store::dashboard::clicks::{self, Filter};
use whence::store::program::links;
use whence::store::tracking::drained::{self, MissRow, Place, VisitRow};
use whence_domain::tracking::Outcome;
use whence_domain::{PartnerId, Tenant};

async fn fill(conn: &mut Conn, tenant: &Tenant) {
    links::insert(conn, tenant, &link(1, "spring", 1)).await.expect("stored");
    let rows: Vec<_> = [(1, Outcome::Counted), (2, Outcome::Bot), (3, Outcome::Counted)]
        .into_iter()
        .map(|(number, outcome)| click(tenant, number, outcome))
        .collect();
    drained::insert_clicks(conn, &rows).await.expect("drained");
}

fn numbers(listed: &[clicks::Listed]) -> Vec<u16> {
    listed.iter().map(|click| click.click_id.parse().expect("its number")).collect()
}

fn miss(tenant: &Tenant, incarnation: u32, offset: u64) -> MissRow {
    MissRow {
        place: Place { incarnation, segment: 1, offset },
        program: Some(tenant.program.to_string()),
        mode: None,
        host: "go.shop.test".into(),
        path: format!("/{incarnation}-{offset}"),
        link: None,
        outcome: "unknown",
        reason: "no_such_link".into(),
        occurred_at: at(1).micros(),
        recorded_at: at(2).micros(),
        referrer_host: None,
    }
}

pub(super) fn visit(tenant: &Tenant) -> VisitRow {
    VisitRow {
        place: Place { incarnation: 7, segment: 1, offset: 1 },
        tenant: tenant.clone(),
        occurred_at: at(1).micros(),
        recorded_at: at(2).micros(),
        page_host: Some("shop.test".into()),
        page_path: Some("/welcome".into()),
        params: "[]".into(),
        referrer_host: None,
        origin_host: None,
        xid: None,
        xid_verdict: "genuine",
        click: Some((click_key(1), Outcome::Counted)),
        partner_key: None,
        cookie: "written_and_read",
        cookie_domain: None,
        local_storage: "failed",
        consent: None,
        gpc_at: None,
        snippet: None,
        problems: "[]".into(),
        browser: "chrome",
        engine: "blink",
        device: "desktop",
        day: None,
        page_template: None,
        user_agent: None,
        ip_prefix: None,
    }
}

on_both_engines! {
    async fn clicks_are_listed_page_by_page_with_link_and_partner(shop: Shop) {
        let mut conn = shop.conn().await;
        fill(&mut conn, &shop.tenant).await;
        let first = clicks::list(&mut conn, &shop.tenant, &Filter::default(), 2).await.expect("listed");
        assert_eq!(numbers(&first), [3, 2]);
        assert_eq!((first[0].link_key.as_str(), first[0].partner.as_ref().expect("one").name.as_str()), ("spring", "Ada Park"));
        let next = Filter { after: Some(first[1].place), ..Filter::default() };
        assert_eq!(numbers(&clicks::list(&mut conn, &shop.tenant, &next, 2).await.expect("listed")), [1]);
        for (filter, expected) in [
            (Filter { outcome: Some(Outcome::Bot), ..Filter::default() }, vec![2]),
            (Filter { partner: Some(PartnerId::from_bits(1)), ..Filter::default() }, vec![3, 2, 1]),
            (Filter { partner: Some(PartnerId::from_bits(2)), ..Filter::default() }, vec![]),
        ] {
            assert_eq!(numbers(&clicks::list(&mut conn, &shop.tenant, &filter, 9).await.expect("listed")), expected);
        }
        for other in shop.others() {
            assert_eq!(clicks::list(&mut conn, &other, &Filter::default(), 9).await.expect("listed"), []);
        }
    }

    async fn misses_are_listed_without_gaps_also_if_they_fell_into_one_instant(shop: Shop) {
        let mut conn = shop.conn().await;
        // Two runs, the same place in their spools, the same microsecond.
        let misses: Vec<_> = [(1, 1), (2, 1), (2, 2)].map(|(run, offset)| miss(&shop.tenant, run, offset)).into();
        drained::insert_misses(&mut conn, &misses).await.expect("drained");
        let mut seen = Vec::new();
        let mut filter = Filter { outcome: Some(Outcome::Unknown), ..Filter::default() };
        for _ in 0..4 {
            let page = clicks::list(&mut conn, &shop.tenant, &filter, 1).await.expect("listed");
            let Some(last) = page.last() else { break };
            filter.after = Some(last.place);
            seen.extend(page.iter().map(|miss| miss.link_key.clone()));
        }
        seen.sort();
        assert_eq!(seen, ["go.shop.test/1-1", "go.shop.test/2-1", "go.shop.test/2-2"]);
        let [testing, other] = shop.others();
        let listed = clicks::list(&mut conn, &other, &Filter { after: None, ..filter.clone() }, 9).await.expect("listed");
        assert_eq!(listed, [], "another program's");
        let listed = clicks::list(&mut conn, &testing, &Filter { after: None, ..filter }, 9).await.expect("listed");
        assert_eq!(listed.len(), 3, "an address that leads nowhere is of no mode, so both see it");
    }

    async fn a_click_is_known_by_its_link_and_the_pages_seen_with_it(shop: Shop) {
        let mut conn = shop.conn().await;
        fill(&mut conn, &shop.tenant).await;
        let id = click_key(1).into();
        drained::insert_visits(&mut conn, &[visit(&shop.tenant)]).await.expect("drained");
        let known = clicks::find(&mut conn, &shop.tenant, id).await.expect("asked").expect("there");
        assert_eq!((known.link_key.as_deref(), known.device.as_str()), (Some("spring"), "desktop"));
        let seen = clicks::seen_with(&mut conn, &shop.tenant, id).await.expect("listed");
        assert_eq!(seen.iter().map(|seen| seen.page_path.as_deref()).collect::<Vec<_>>(), [Some("/welcome")]);
        assert_eq!(clicks::find(&mut conn, &shop.tenant, click_key(9).into()).await.expect("asked"), None);
        for other in shop.others() {
            assert_eq!(clicks::find(&mut conn, &other, id).await.expect("asked"), None);
            assert_eq!(clicks::seen_with(&mut conn, &other, id).await.expect("listed"), []);
        }
    }
}
