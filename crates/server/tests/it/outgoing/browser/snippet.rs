//! What a visit finds: the real snippet from a real Whence, inserted by a tag manager.

use super::site::{Names, Site, html, nothing, redirect, script};
use super::{enabled, outgoing, turn};
use crate::on_both_engines;
use crate::support::{Shop, add_link_to, text};
use url::Url;
use whence::outgoing::browser::{self, OurHosts, VisitRequest};
use whence_domain::investigation::link_check::visit::{Arrival, BlockedBy, Platform, ReportCall, Visit};

pub(super) const NAMES: [(&str, &str); 4] = [
    ("go.shop.test", "127.0.0.1"),
    ("www.shop.test", "127.0.0.1"),
    ("tags.vendor.test", "127.0.0.1"),
    ("js.partnerstack.com", "127.0.0.1"),
];

/// The company's site: pages of several kinds, and its tag manager.
pub(super) async fn company(snippet: String, public_key: String) -> Site {
    let loader = move |extra: &str| {
        format!(
            "(function(){{var s=document.createElement('script');s.src='{snippet}';s.async=true;\
             s.onload=function(){{growsumo._initialize('{public_key}');{extra}}};\
             document.head.appendChild(s)}})();"
        )
    };
    Site::start("127.0.0.1", move |ask| {
        let path = ask.path.split('?').next().unwrap_or_default();
        let port = ask.headers["host"].to_str().unwrap_or_default().rsplit(':').next().unwrap_or_default();
        match (ask.host.as_str(), path) {
            ("www.shop.test", "/landing") => {
                let tags = format!("http://tags.vendor.test:{port}/tags.js");
                html(format!("<!doctype html><head><script async src=\"{tags}\"></script></head><body>Welcome"))
            }
            ("www.shop.test", "/moved") => redirect("/landing"),
            ("tags.vendor.test", "/tags.js") => script(format!("setTimeout(function(){{{}}}, 700)", loader(""))),
            ("www.shop.test", "/overwritten") => html(format!(
                "<!doctype html><head><script>{}</script></head><body>",
                loader("setTimeout(function(){Object.defineProperty(window,'growsumo',{value:{data:{}}})},50)")
            )),
            ("www.shop.test", "/guarded") => {
                let mut page = html(format!("<!doctype html><head><script>{}</script></head><body>", loader("")));
                let policy = "script-src 'unsafe-inline' http://www.shop.test:*";
                page.headers_mut().insert("content-security-policy", policy.parse().expect("a policy"));
                page
            }
            ("www.shop.test", "/former") => html(format!(
                "<!doctype html><body><script src=\"http://js.partnerstack.com:{port}/v1/\"></script>\
                     <script>throw new Error('oh no '+'x'.repeat(1000))</script>"
            )),
            ("js.partnerstack.com", "/v1/") => script("window.growsumo={data:{},createSignup(){}}"),
            _ => nothing(),
        }
    })
    .await
}

async fn site_of(shop: &Shop) -> Site {
    let snippet = format!("http://go.shop.test:{}/v1/", shop.node.address.port());
    company(snippet, shop.setup.public_key.clone()).await
}

async fn visit(shop: &Shop, url: &str) -> Visit {
    let _turn = turn().await;
    let word = shop.node.edge.own_word().to_owned();
    let ours = OurHosts::new(["go.shop.test".to_owned()], vec![shop.node.address.port()], word);
    let url = Url::parse(url).expect("an address");
    let outgoing = outgoing(&Names::of(&NAMES), &["127.0.0.1/32"]);
    browser::visit(VisitRequest { url, ours }, &outgoing, &enabled()).await.expect("a visit")
}

on_both_engines! {
    async fn a_tag_that_a_tag_manager_inserts_is_found_and_the_visit_counts_nowhere(shop: Shop) {
        let site = site_of(&shop).await;
        add_link_to(&shop.node.app, &shop.tenant(), "bo", "via-tags", &site.at("www.shop.test", "/moved")).await;
        let link = format!("http://go.shop.test:{}/via-tags", shop.node.address.port());
        let found = visit(&shop, &link).await;

        assert!(found.end.was_read(), "{found:?}");
        let hops: Vec<(String, Option<u16>)> =
            found.hops.iter().map(|hop| (hop.url.to_string(), hop.status)).collect();
        let expected = [(link.clone(), Some(302)), (site.at("www.shop.test", "/moved"), Some(302)),
            (site.at("www.shop.test", "/landing"), Some(200))];
        assert_eq!(hops, expected);
        assert!(found.hops[1].parameters.contains(&"ps_xid".into()), "the redirect of the site loses it: {found:?}");
        assert!(found.hops[2].parameters.is_empty());

        let tag = found.our_tags().next().expect("our tag");
        assert!(tag.in_head && tag.arrival == Arrival::Answered(200), "{tag:?}");
        assert_eq!(tag.inserted_by, Some("tags.vendor.test".into()));
        let globals = found.globals.expect("an answer of the page");
        assert!(globals.growsumo && globals.partnerstack && globals.whence);
        assert_eq!((globals.data_is_ours, globals.create_signup_is_ours), (Some(true), Some(true)));
        let report = found.page_views().next().expect("a report of the snippet");
        assert_eq!(report.arrival, Arrival::Answered(202), "{report:?}");
        assert_eq!(report.public_key, Some(shop.setup.public_key.as_str().into()));
        assert_eq!((report.cookie_kept, report.problems.len()), (Some(true), 0));
        assert_eq!((found.script_errors, found.blocked.len()), (0, 0));

        assert_eq!(text(&shop.node.app, "select cast(count(*) as text) from visits").await, "0");
        assert_eq!(shop.node.count("select count(*) from clicks where outcome = 'own'").await, 1);
        assert_eq!(shop.node.count("select count(*) from clicks").await, 1);
        assert_eq!(shop.node.count("select count(*) from visits").await, 0);
        for ask in site.asked() {
            assert!(!ask.headers.contains_key("whence-own"), "the site heard our word: {ask:?}");
            let agent = ask.headers["user-agent"].to_str().expect("text");
            assert!(agent.contains("Whence-Link-Check/") && !agent.contains("Headless"), "{agent}");
        }
        shop.node.stop().await;
    }
}

mod sqlite_only {
    //! The same Whence in all of them; what differs is the page.
    use super::*;
    use crate::support::Fresh;
    use whence::store::Engine;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn cookies_overwriting_policies_and_the_former_platform_are_seen() {
        let shop = Shop::fresh(Engine::Sqlite).await;
        let site = site_of(&shop).await;
        add_link_to(&shop.node.app, &shop.tenant(), "bo", "plain", &site.at("www.shop.test", "/overwritten")).await;

        let overwritten = visit(&shop, &format!("http://go.shop.test:{}/plain", shop.node.address.port())).await;
        let globals = overwritten.globals.expect("an answer of the page");
        assert!(globals.growsumo && globals.whence, "{globals:?}");
        assert_eq!((globals.data_is_ours, globals.create_signup_is_ours), (Some(false), Some(false)));
        assert!(overwritten.page_views().next().expect("a report").has_xid, "{overwritten:?}");
        let cookie = overwritten.cookies.iter().find(|cookie| cookie.name.as_str() == "ps_xid").expect("the cookie");
        assert_eq!(cookie.domain.as_str(), ".shop.test");
        assert!(cookie.expires_at.is_some());
        assert_eq!(overwritten.our_tags().next().expect("our tag").inserted_by, Some("www.shop.test".into()));

        let guarded = visit(&shop, &site.at("www.shop.test", "/guarded")).await;
        assert_eq!(guarded.our_tags().next().expect("our tag").arrival, Arrival::Blocked, "{guarded:?}");
        assert_eq!(guarded.blocked.len(), 1, "{guarded:?}");
        assert_eq!(guarded.blocked[0].by, BlockedBy::ContentPolicy);
        assert!(guarded.blocked[0].directive.as_ref().is_some_and(|said| said.as_str().starts_with("script-src")));
        assert_eq!(guarded.reports.len(), 0);

        let former = visit(&shop, &site.at("www.shop.test", "/former")).await;
        assert_eq!(former.scripts.len(), 1, "{former:?}");
        assert_eq!(former.scripts[0].platform, Platform::Former);
        assert!(!former.scripts[0].in_head);
        assert_eq!(former.scripts[0].inserted_by, None);
        assert_eq!(former.script_errors, 1);
        let error = former.first_error.expect("the error");
        assert!(error.as_str().contains("oh no") && error.as_str().chars().count() <= 200, "{error}");
        assert!(former.reports.iter().all(|report| report.call != ReportCall::SignUp));
        shop.node.stop().await;
    }
}
