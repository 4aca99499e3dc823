//! Pages made by hand, healthy and broken: each is judged as a person would who reads it with care.

use super::Checking;
use super::site::{Says, Site};
use crate::on_both_engines;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;

/// A page, and what is to be found about it.
struct Case {
    name: &'static str,
    /// The answers, the landing page's first: path and answer.
    answers: Vec<(String, Says)>,
    /// The causes, in the order of the checklist.
    causes: &'static [&'static str],
    /// Lines that cannot be determined, besides those that follow from there being no page.
    unknown: &'static [&'static str],
}

/// What the pages need to know of the program.
struct Known {
    link_host: String,
    app_host: String,
    key: String,
    test_key: String,
    foreign_key: String,
}

/// The lines for a page's head, as the Integrations page prints them.
fn printed(origin: &str, key: &str) -> String {
    format!(
        "<script>\n  (function () {{\n    var script = document.createElement(\"script\");\n    script.src = \"{origin}/v1/\";\n    \
         script.async = true;\n    script.onload = function () {{\n      growsumo._initialize(\"{key}\");\n      \
         if (typeof growsumoInit === \"function\") growsumoInit();\n    }};\n    document.head.appendChild(script);\n  }})();\n</script>"
    )
}

/// A loader as the former platform's customers have it, with this address and argument.
fn loader(src: &str, argument: &str) -> String {
    format!(
        "<script>(function(){{var g=document.createElement('script');g.src='{src}';g.type='text/javascript';g.async='true';\
         g.onload=g.onreadystatechange=function(){{var r=this.readyState;if(r&&r!='complete'&&r!='loaded')return;\
         try{{growsumo._initialize({argument});if(typeof(growsumoInit)==='function'){{growsumoInit();}}}}catch(e){{}}}};\
         var s=document.getElementsByTagName('script')[0];s.parentNode.insertBefore(g,s);}})();</script>"
    )
}

fn html(head: &str, body: &str) -> Says {
    let words = "Notes that find you when you need them. ".repeat(8);
    Says::page(format!(
        "<!doctype html>\n<html lang=en><head><meta charset=utf-8><title>Shop</title>\n{head}\n</head>\n<body><h1>Shop</h1><p>{words}</p>\n{body}\n</body></html>"
    ))
}

impl Known {
    fn link(&self, path: &str) -> String {
        format!("{}{path}", self.link_host)
    }

    fn good(&self) -> String {
        printed(&self.link_host, &self.key)
    }

    fn quoted(&self) -> String {
        format!("'{}'", self.key)
    }

    fn healthy(&self) -> Vec<(&'static str, Says)> {
        let (host, key, quoted) = (&self.link_host, &self.key, self.quoted());
        let bare = host.trim_start_matches("http:");
        let good = self.good();
        let csp = |policy: String| html(&good, "").with("content-security-policy", policy);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&html(&good, "").body).expect("memory");
        let zipped = Says { body: gzip.finish().expect("memory"), ..html("", "").with("content-encoding", "gzip") };
        let text = String::from_utf8(html(&good, "").body).expect("text");
        let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let nonce = good.replacen("<script>", "<script nonce=\"r4nd0m\">", 1);
        vec![
            ("as Integrations prints it", html(&good, "")),
            ("the old loader with our address", html(&loader(&self.link("/v1/"), &quoted), "")),
            ("at the end of the body", html("", &good)),
            (
                "a script element and a call",
                html(
                    &format!("<script src=\"{host}/v1/\"></script><script>growsumo._initialize({quoted});</script>"),
                    "",
                ),
            ),
            (
                "a script element with onload",
                html(
                    &format!(
                        "<SCRIPT ASYNC SRC='{host}/pr/js' ONLOAD=\"growsumo._initialize(&quot;{key}&quot;)\"></SCRIPT>"
                    ),
                    "",
                ),
            ),
            ("from the link host's older path", html(&loader(&self.link("/pr/js"), &quoted), "")),
            ("from the app host", html(&printed(&self.app_host, key), "")),
            ("a version that never changes", html(&loader(&self.link("/v1/1.0.0.js"), &quoted), "")),
            ("without a scheme", html(&loader(&format!("{bare}/v1/"), &quoted), "")),
            (
                "waiting for consent by its own means",
                html(
                    &good
                        .replace("script.async = true;", "script.async = true; script.dataset.consent = \"required\";"),
                    "",
                ),
            ),
            (
                "with a policy that lets it through",
                csp(format!("default-src 'self'; script-src 'self' 'unsafe-inline' {host}; connect-src 'self' {host}")),
            ),
            (
                "with a nonce and passed-on trust",
                html(&nonce, "").with(
                    "content-security-policy",
                    format!("script-src 'nonce-r4nd0m' 'strict-dynamic'; connect-src {host}"),
                ),
            ),
            (
                "with a policy that only reports",
                html(&good, "").with("content-security-policy-report-only", "default-src 'none'"),
            ),
            (
                "with the former tag commented out",
                html(&format!("<!-- {} -->{good}", loader("https://js.partnerstack.com/v1/", "'pk_old'")), ""),
            ),
            (
                "talking of overwriting in comments and texts",
                html(&good, "<script>// growsumo.data = {}\nvar help = 'never write growsumo = {}';</script>"),
            ),
            (
                "setting single fields",
                html(
                    &good,
                    "<script>form.onsubmit = function () { growsumo.data.email = f.email.value; growsumo.data['name'] = n; growsumo.createSignup(); }</script>",
                ),
            ),
            (
                "with a default for the data",
                html(
                    &good,
                    "<script>window.growsumo = window.growsumo || {}; growsumo.data = growsumo.data || {};</script>",
                ),
            ),
            (
                "with a function's own variable of that name",
                html(&good, "<script>(function () { var growsumo = {}; use(growsumo); })()</script>"),
            ),
            (
                "putting an object down before the tag",
                html(&format!("<script>window.growsumo = {{ data: {{}} }};</script>{good}"), ""),
            ),
            (
                "adding to the data with a spread",
                html(&good, "<script>growsumo.data = { ...growsumo.data, email: mail };</script>"),
            ),
            (
                "with another vendor's loader at /v1/",
                html(
                    &format!(
                        "<script>var v=document.createElement('script');v.src='https://cdn.vendor.test/v1/';document.head.append(v)</script>{good}"
                    ),
                    "",
                ),
            ),
            (
                "with a tag manager besides",
                html(&format!("<script src=\"https://www.googletagmanager.com/gtm.js?id=GTM-1\"></script>{good}"), ""),
            ),
            ("in UTF-16", Says { body: wide, ..html("", "").with("content-type", "text/html; charset=utf-16") }),
            ("compressed", zipped),
            ("without html, head and body", Says::page(format!("<title>x</title>{good}<p>{}", "words ".repeat(60)))),
            ("with a video of another site", html(&good, "<iframe src=\"https://video.other.test/embed\"></iframe>")),
            (
                "with a refresh in a minute",
                html(&format!("<meta http-equiv=refresh content=\"60; url=/elsewhere\">{good}"), ""),
            ),
            (
                "with data that name our object",
                html(&good, "<script type=\"application/json\">{\"growsumo\": {\"data\": {}}}</script>"),
            ),
            ("as 201", html(&good, "").status(201)),
        ]
    }

    fn undetermined(&self) -> Vec<(&'static str, Says)> {
        let good = self.good();
        let held = good.replacen("<script>", "<script type=\"text/plain\" data-category=\"marketing\">", 1);
        let computed = good.replace(&format!("\"{}/v1/\"", self.link_host), "host + path");
        vec![
            (
                "a tag manager alone",
                html(
                    "<script>(function(w,d,s,l,i){var j=d.createElement(s);j.src='https://www.googletagmanager.com/gtm.js?id='+i;d.head.append(j)})(window,document,'script','dataLayer','GTM-1');</script>",
                    "",
                ),
            ),
            (
                "a page built by scripts",
                Says::page(
                    "<!doctype html><title>App</title><div id=root></div><script type=module src=/assets/index.js></script>",
                ),
            ),
            ("a site that turns machines away", html("", "").status(403)),
            ("a site that is asked too often", html("", "").status(429)),
            ("a site that asks for a person", html("", "").status(503).with("cf-mitigated", "challenge")),
            ("a file", Says::page("%PDF-1.7").with("content-type", "application/pdf")),
            ("a page of which only the beginning can be read", html("", &"<p>words</p>".repeat(100_000))),
            ("an address that the page works out", html(&computed, "")),
            ("held back by a consent tool", html(&held, "")),
            ("from the company's own server", html(&loader("/pr/js", &self.quoted()), "")),
        ]
    }

    fn broken(&self) -> Vec<(&'static str, Says, &'static [&'static str])> {
        let (host, quoted, good) = (&self.link_host, self.quoted(), self.good());
        let csp = |policy: &str| html(&good, "").with("content-security-policy", policy.to_owned());
        vec![
            ("without a snippet", html("", ""), &["snippet_missing_on_landing_page"]),
            ("commented out", html(&format!("<!-- {good} -->"), ""), &["snippet_missing_on_landing_page"]),
            (
                "commented out in the script",
                html(&good.replace("<script>", "<script>/*").replace("</script>", "*/</script>"), ""),
                &["snippet_missing_on_landing_page"],
            ),
            (
                "within noscript",
                html(&format!("<noscript>{good}</noscript>"), ""),
                &["snippet_missing_on_landing_page"],
            ),
            (
                "within a template",
                html(&format!("<template>{good}</template>"), ""),
                &["snippet_missing_on_landing_page"],
            ),
            (
                "shown as an example",
                html("", &format!("<textarea>{good}</textarea>")),
                &["snippet_missing_on_landing_page"],
            ),
            (
                "of a type that never runs",
                html(&good.replacen("<script>", "<script type=\"text/template\">", 1), ""),
                &["snippet_missing_on_landing_page"],
            ),
            (
                "only named in a link",
                html("<link rel=preconnect href=\"https://js.partnerstack.com/v1/\">", ""),
                &["snippet_missing_on_landing_page"],
            ),
            (
                "of the former platform",
                html(&loader("https://js.partnerstack.com/v1/", "'pk_old'"), ""),
                &["snippet_broken", "public_key_missing"],
            ),
            (
                "of the former platform's early days",
                html(&loader("https://snippet.growsumo.com/growsumo.min.js", &quoted), ""),
                &["snippet_broken"],
            ),
            (
                "of some other host",
                html(&loader("https://partners.elsewhere.test/pr/js", &quoted), ""),
                &["snippet_broken"],
            ),
            (
                "started but not loaded",
                html(&format!("<script>growsumo._initialize({quoted})</script>"), ""),
                &["snippet_broken"],
            ),
            ("without a key", html(&loader(&self.link("/v1/"), ""), ""), &["public_key_missing"]),
            ("with an empty key", html(&loader(&self.link("/v1/"), "''"), ""), &["public_key_missing"]),
            (
                "loaded but not started",
                html(&format!("<script src=\"{host}/v1/\"></script>"), ""),
                &["public_key_missing"],
            ),
            (
                "with a key that nobody has",
                html(&printed(host, "pk_00000000000000000000000000000000"), ""),
                &["public_key_missing"],
            ),
            ("with a placeholder", html(&printed(host, "YOUR_PUBLIC_KEY"), ""), &["public_key_missing"]),
            ("with the test key", html(&printed(host, &self.test_key), ""), &["wrong_environment"]),
            ("with another program's key", html(&printed(host, &self.foreign_key), ""), &["wrong_environment"]),
            (
                "whose data is replaced",
                html(
                    &good,
                    "<script>form.onsubmit = function () {\n growsumo.data = { email: f.email.value };\n growsumo.createSignup(); }</script>",
                ),
                &["snippet_data_overwritten"],
            ),
            (
                "whose object is replaced",
                html(&good, "<script>window.growsumo = { data: { email: mail } };</script>"),
                &["snippet_data_overwritten"],
            ),
            ("twice", html(&format!("{good}{good}"), ""), &["duplicate_snippet"]),
            (
                "beside the former one",
                html(&format!("{good}{}", loader("https://js.partnerstack.com/v1/", "'pk_old'")), ""),
                &["duplicate_snippet"],
            ),
            ("stopped by a policy", csp("default-src 'self'"), &["page_policy_blocks_snippet"]),
            (
                "stopped by a policy within the page",
                html(
                    &format!(
                        "<meta http-equiv=content-security-policy content=\"script-src 'self' 'unsafe-inline'\">{good}"
                    ),
                    "",
                ),
                &["page_policy_blocks_snippet"],
            ),
            ("whose reports a policy stops", csp("connect-src 'self'"), &["page_policy_blocks_snippet"]),
            ("in a sandbox", csp("sandbox allow-forms"), &["page_policy_blocks_snippet"]),
            ("gone", html(&good, "").status(404), &["destination_down"]),
            ("failing", html(&good, "").status(500), &["destination_down"]),
            (
                "whose server keeps the origin for one host",
                html(&good, "").with("set-cookie", "ps_xid=x; Path=/"),
                &["cookie_domain_too_narrow"],
            ),
        ]
    }

    /// Ways to the page: each with the page at their end.
    fn ways(&self, port: u16) -> Vec<(&'static str, Vec<Says>, &'static [&'static str])> {
        let page = || html(&self.good(), "");
        let at = |host: &str, query: &str| format!("http://{host}.shop.test:{port}/NEXT{query}");
        vec![
            ("a redirect that keeps everything", vec![Says::redirect(301, at("www", "?{query}")), page()], &[]),
            (
                "redirects of every kind",
                vec![
                    Says::redirect(302, at("a", "?{query}")),
                    Says::redirect(307, at("b", "?{query}")),
                    Says::redirect(308, "/NEXT?{query}"),
                    page(),
                ],
                &[],
            ),
            ("a redirect that keeps the older names", vec![Says::redirect(302, at("www", "?{old}")), page()], &[]),
            ("a redirect that pads the key", vec![Says::redirect(303, at("www", "?{padded}")), page()], &[]),
            (
                "a page that sends on and keeps everything",
                vec![Says::page("<meta http-equiv=refresh content=\"0;url=/NEXT?{query}\">"), page()],
                &[],
            ),
            (
                "a page that sends on and drops everything",
                vec![Says::page("<meta http-equiv=refresh content=\"0; url='/NEXT'\">"), page()],
                &["redirect_drops_parameters"],
            ),
            (
                "a redirect that drops everything",
                vec![Says::redirect(301, at("www", "")), page()],
                &["redirect_drops_parameters"],
            ),
            (
                "a redirect that writes it small",
                vec![Says::redirect(302, at("www", "?{lower}")), page()],
                &["redirect_drops_parameters"],
            ),
            (
                "a second redirect that drops everything",
                vec![Says::redirect(301, at("a", "?{query}")), Says::redirect(302, at("b", "?lang=en")), page()],
                &["redirect_drops_parameters"],
            ),
            (
                "a redirect to a page without anything",
                vec![Says::redirect(302, "/NEXT"), html("", "")],
                &["redirect_drops_parameters", "snippet_missing_on_landing_page"],
            ),
        ]
    }

    fn cases(&self, port: u16) -> Vec<Case> {
        let single = |says| vec![("/NEXT".to_owned(), says)];
        let mut all: Vec<Case> = Vec::new();
        let healthy = self.healthy().into_iter().map(|(name, says)| (name, single(says), &[][..], &[][..]));
        let undetermined =
            self.undetermined().into_iter().map(|(name, says)| (name, single(says), &[][..], &["any"][..]));
        let broken = self.broken().into_iter().map(|(name, says, causes)| (name, single(says), causes, &[][..]));
        let ways = self.ways(port).into_iter().map(|(name, hops, causes)| {
            (name, hops.into_iter().map(|says| ("/NEXT".to_owned(), says)).collect(), causes, &[][..])
        });
        for (name, answers, causes, unknown) in healthy.chain(undetermined).chain(broken).chain(ways) {
            all.push(Case { name, answers, causes, unknown });
        }
        all
    }
}

/// The answers of every case under paths of their own: `/7-0` leads to `/7-1`, and so on.
fn numbered(cases: &[Case]) -> HashMap<String, Says> {
    let mut all = HashMap::new();
    for (number, case) in cases.iter().enumerate() {
        for (place, (_, says)) in case.answers.iter().enumerate() {
            let next = format!("/{number}-{}", place + 1);
            let mut says = says.clone();
            for (_, value) in &mut says.headers {
                *value = value.replace("/NEXT", &next);
            }
            let body = String::from_utf8(says.body.clone()).map(|text| text.replace("/NEXT", &next).into_bytes());
            says.body = body.unwrap_or(says.body);
            all.insert(format!("/{number}-{place}"), says);
        }
    }
    all
}

fn causes(check: &Value) -> Vec<&str> {
    check["problems"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|problem| problem["cause"].as_str().expect("a cause"))
        .collect()
}

async fn known(app: &Checking) -> Known {
    let (other, _) = app.another_program("Other").await;
    Known {
        link_host: app.link(""),
        app_host: app.base.clone(),
        key: app.setup.public_key.clone(),
        test_key: app.setup.test_public_key.clone(),
        foreign_key: other.public_key,
    }
}

on_both_engines! {
    async fn every_page_is_judged_as_a_careful_reader_would(app: Checking) {
        let known = known(&app).await;
        let site = Site::open(HashMap::new()).await;
        let cases = known.cases(site.port);
        site.answer(numbered(&cases));
        app.live.create("/partnerships", &json!({ "partner_key": "bo", "email": "bo@partners.test" })).await;
        let (mut wrong, mut alarms) = (Vec::new(), 0);
        for (number, case) in cases.iter().enumerate() {
            let dest = format!("http://www.shop.test:{}/{number}-0?own=1", site.port);
            let link_key = format!("case-{number}");
            app.live.create("/links", &json!({ "partner_key": "bo", "link_key": link_key, "dest": dest })).await;
            let check = app.live.create("/link_checks", &json!({ "link_key": link_key })).await;
            let found = causes(&check);
            let is_right = found == case.causes
                && (case.unknown.is_empty() || check["verdict"] == "unknown")
                && (!case.causes.is_empty() || !case.unknown.is_empty() || check["verdict"] == "fine");
            alarms += found.iter().filter(|cause| !case.causes.contains(cause)).count();
            println!("{:<55} {:<8} {}", case.name, check["verdict"].as_str().expect("a verdict"), found.join(", "));
            if !is_right {
                wrong.push(format!("{}: wanted {:?}, got {found:?}: {check:#}", case.name, case.causes));
            }
        }
        println!("{} pages, {} right, {alarms} false alarms", cases.len(), cases.len() - wrong.len());
        assert!(wrong.is_empty() && alarms == 0, "{}", wrong.join("\n"));
        assert!(cases.len() >= 40);
        let agents = site.came.lock().expect("unpoisoned").clone();
        assert!(agents.iter().all(|line| line.contains("Whence-Link-Check/") && line.ends_with(" -")), "no cookies, an honest name");
    }
}
