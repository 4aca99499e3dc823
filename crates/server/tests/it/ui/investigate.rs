//! From an angry e-mail to a sent answer: the form, the answer, the reply and the report, and that none of what goes to the
//! partner tells what is not theirs to know.

use super::journey::{Browser, Shown, refer, says};
use crate::on_both_engines;
use crate::support::{CHROME, TestApp};
use axum::http::StatusCode;
use serde_json::json;
use std::process::Command;

const LETTER: &str = "From: Bo <bo@partners.test>\nSubject: where is my commission?!\n\nHi,\n\nmy customer Ada Park (ada@park.test) \
                      signed up through go.shop.test/bo yesterday and I see NOTHING.\n\nBo";

/// The value that a field of the form was given.
fn value<'a>(shown: &'a Shown, field: &str) -> &'a str {
    let (_, rest) = shown.html.split_once(&format!("name=\"{field}\"")).unwrap_or_else(|| panic!("no field {field}"));
    let tag = rest.split('>').next().expect("a tag");
    tag.split_once("value=\"").map_or("", |(_, rest)| rest.split('"').next().expect("a value"))
}

/// The key of the investigation that a page shows.
fn key_of(shown: &Shown) -> String {
    let (_, rest) = shown.html.split_once("/dashboard/investigations/").expect("a link to the report");
    rest.split(['"', '/']).next().expect("a key").to_owned()
}

/// The draft of the reply.
fn draft(shown: &Shown) -> &str {
    let (_, rest) = shown.html.split_once("<textarea id=\"reply-text\"").expect("a draft");
    rest.split_once('>').and_then(|(_, rest)| rest.split_once("</textarea>")).expect("its text").0
}

/// The text of a PDF, as a program of others reads it.
fn pdf_text(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.pdf");
    std::fs::write(&file, bytes).expect("a file");
    let read = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output();
    let read = read.expect("pdftotext of poppler-utils is installed");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    String::from_utf8(read.stdout).expect("text")
}

/// The page, the draft and the PDF that the partner gets, with the PDF's own bytes as text.
async fn to_the_partner(mara: &mut Browser<'_>, answer: &Shown) -> [String; 4] {
    let key = key_of(answer);
    let page = mara.open(&format!("/dashboard/investigations/{key}/partner")).await;
    assert_eq!(page.status, StatusCode::OK);
    let path = format!("/dashboard/investigations/{key}/report.pdf");
    let pdf = mara.bytes(&path).await;
    assert!(pdf.starts_with(b"%PDF-"));
    assert_eq!(pdf, mara.bytes(&path).await, "the same report gives the same bytes");
    // What a person sees of the page: its head speaks to the browser.
    let (_, body) = page.html.split_once("<body>").expect("a body");
    [draft(answer).to_owned(), body.to_owned(), pdf_text(&pdf), String::from_utf8_lossy(&pdf).into_owned()]
}

/// A click that carries another one's id in its cookies, and its own id.
async fn click_after(app: &TestApp, link_key: &str, earlier: &str) -> String {
    let request = app.browser.get(app.link(&format!("/{link_key}"))).header("user-agent", CHROME);
    let answer =
        request.header("cookie", format!("ps_xid={earlier}; gsxid={earlier}")).send().await.expect("an answer");
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    let id = location.split(['?', '&']).find_map(|part| part.strip_prefix("ps_xid="));
    id.expect("a click id").to_owned()
}

async fn mara(app: &TestApp) -> Browser<'_> {
    let mut mara = Browser::of(app);
    mara.sign_in().await;
    mara
}

on_both_engines! {
    async fn an_angry_letter_becomes_an_answer_a_reply_and_a_report(app: TestApp) {
        app.percent_offer(200_000).await;
        app.partner("bo").await;
        refer(&app, "bo", json!({ "email": "ada@park.test", "name": "Ada Park", "customer_key": "ada-1" })).await;
        let paid = json!({ "customer_external_key": "ada-1", "amount": 12000, "currency": "EUR", "key": "order-1" });
        app.live.create("/transactions", &paid).await;
        let mut mara = mara(&app).await;
        says(&mara.open("/dashboard/investigate").await, &["Why was it not tracked?", "Nobody has asked yet."]);

        let read = mara.submit("/dashboard/investigate", &[("letter", LETTER), ("do", "read")]).await;
        assert_eq!(read.status, StatusCode::OK);
        says(&read, &["The e-mail says who the customer is, who wrote, the link and when it happened."]);
        let filled = ["email", "name", "partner_key", "link"].map(|field| value(&read, field));
        assert_eq!(filled, ["ada@park.test", "Ada Park", "bo", "go.shop.test/bo"]);
        let from = value(&read, "from").to_owned();
        assert_eq!(from.len(), 10, "{from}");
        // The letter alone is read too, whichever button was pressed.
        says(&mara.submit("/dashboard/investigate", &[("letter", LETTER), ("do", "ask")]).await, &["Check the fields, then ask."]);

        let asked = [("letter", LETTER), ("email", "ada@park.test"), ("name", "Ada Park"), ("partner_key", "bo@partners.test"),
            ("link", "go.shop.test/bo"), ("from", &from), ("do", "ask")];
        let answer = mara.submit("/dashboard/investigate", &asked).await;
        says(&answer, &["Recorded for this partner; the commission waits for review", "Certain", "What shows it", "What happened",
            "The customer paid 120.00 EUR.", "Reply to the partner", "Change the question"]);
        let [draft, page, pdf, _] = to_the_partner(&mut mara, &answer).await;
        for text in [&draft, &page, &pdf] {
            assert!(text.contains("Your referral is recorded") && text.contains("€24.00"), "{text}");
            assert!(text.contains("A. P."), "{text}");
        }
        says(&mara.open("/dashboard/investigate").await, &["Asked lately", "Ada Park", "the commission waits for review"]);
    }

    async fn nothing_planted_reaches_the_partner(app: TestApp) {
        app.percent_offer(200_000).await;
        app.partner("bo").await;
        let rival = json!({ "partner_key": "mallorykey", "email": "mallory@rival.test", "first_name": "Mallory", "last_name": "Rivaldottir" });
        app.live.create("/partnerships", &rival).await;
        let link = json!({ "partner_key": "mallorykey", "link_key": "mallorylink", "dest": "https://www.shop.test/secretpage" });
        app.live.create("/links", &link).await;
        // Somebody of nearly the same name, who may be taken for her.
        app.sign_up(json!({ "email": "ada.planted@elsewhere.test", "name": "Ada Parks", "customer_key": "planted-key" }), None).await;
        // Ada follows Bo's link, then Mallory's, and signs up in a browser that refuses.
        let first = app.click("bo").await;
        let second = click_after(&app, "mallorylink", &first).await;
        let landing = json!({ "public_key": app.setup.public_key, "page": "https://www.shop.test/secretpage", "xid": second,
            "storage": { "cookie": false, "local": false }, "consent": "denied", "problems": ["cookies_blocked"], "snippet": "1.0.0" });
        let request = app.browser.post(app.link("/v1/visits")).header("origin", "https://www.shop.test").header("user-agent", CHROME);
        assert_eq!(request.json(&landing).send().await.expect("an answer").status().as_u16(), 202);
        app.sign_up(json!({ "email": "ada@park.test", "name": "Ada Park", "customer_key": "ada-secret-key" }), Some(&second)).await;
        let paid = json!({ "customer_external_key": "ada-secret-key", "amount": 7700, "currency": "EUR", "key": "order-secret" });
        app.live.create("/transactions", &paid).await;

        let mut mara = mara(&app).await;
        let asked = [("email", "ada@park.test"), ("name", "Ada Park"), ("partner_key", "bo"), ("browser", "safari"), ("device", "phone"),
            ("same_browser", "no"), ("do", "ask")];
        let answer = mara.submit("/dashboard/investigate", &asked).await;
        says(&answer, &["Another partner’s link was clicked later", "Certain"]);
        let names = ["mallory", "rivaldottir", "rival.test", "secretpage", "planted", "ada parks", "elsewhere.test", "ada@park.test",
            "ada park", "order-secret", "ada-secret", "€77", "€15.40", &first, &second];
        let words = ["safari", "chrome", "phone", "device", "browser", "consent", "cookie", "another partner", "other partner", "blocked"];
        let given = to_the_partner(&mut mara, &answer).await;
        for (number, (text, what)) in given.iter().zip(["the draft", "the page", "the PDF", "the PDF's bytes"]).enumerate() {
            let low = text.to_lowercase();
            // A PDF's own language has words such as "device"; its text has not.
            let of_people = if number < 3 { words.as_slice() } else { &[] };
            for word in names.iter().chain(of_people) {
                assert!(!low.contains(&word.to_lowercase()), "{word} is in {what}:\n{text}");
            }
        }
        // Somebody whom nobody here knows reads the same.
        let nobody = mara.submit("/dashboard/investigate", &[("email", "nobody@nowhere.test"), ("name", "Ada Park"), ("partner_key", "bo"), ("do", "ask")]).await;
        let unknown = to_the_partner(&mut mara, &nobody).await;
        assert_eq!(given[0], unknown[0], "the drafts");
        let plain = |html: &str, answer: &Shown| html.replace(&key_of(answer), "");
        assert_eq!(plain(&given[1], &answer), plain(&unknown[1], &nobody), "the pages");
    }

    async fn what_cannot_be_asked_is_said_beside_its_field(app: TestApp) {
        app.partner("bo").await;
        app.partner("bob").await;
        let mut mara = mara(&app).await;
        mara.open("/dashboard/investigate").await;
        let refusals: [(&[(&str, &str)], &str); 6] = [
            (&[("do", "ask")], "Tell at least one thing"),
            (&[("email", "no address"), ("do", "ask")], "This is no e-mail address."),
            (&[("partner_key", "nobody-has-this"), ("do", "ask")], "No partner has this key, name or e-mail address."),
            (&[("partner_key", "@partners.test"), ("do", "ask")], "Several partners fit"),
            (&[("name", "Ada"), ("from", "2026-03-10"), ("to", "2026-03-01"), ("do", "ask")], "The last day lies before the first."),
            (&[("name", "Ada"), ("from", "the ides of March"), ("do", "ask")], "Write the day as 2026-03-31."),
        ];
        for (fields, why) in refusals {
            let shown = mara.submit("/dashboard/investigate", fields).await;
            assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            says(&shown, &[why]);
        }
        let odd = "\"><script>alert(1)</script>";
        let shown = mara.submit("/dashboard/investigate", &[("name", odd), ("link", odd), ("order", odd), ("do", "ask")]).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(!shown.html.contains("<script>alert"));
        says(&shown, &["No partner is named"]);
        let key = latest(&app).await;
        for path in ["partner", "report.pdf"] {
            let path = format!("/dashboard/investigations/{key}/{path}");
            assert_eq!(mara.open(&path).await.status, StatusCode::NOT_FOUND, "without a partner there is nobody to tell");
        }
        // Neither the other mode nor another program sees it.
        assert_eq!(mara.open(&format!("/dashboard/investigations/{key}")).await.status, StatusCode::OK);
        mara.submit("/dashboard/mode", &[("to", "test")]).await;
        assert_eq!(mara.open(&format!("/dashboard/investigations/{key}")).await.status, StatusCode::NOT_FOUND);
        for id in ["x", "inv_0", "..%2f", "%00"] {
            assert_eq!(mara.open(&format!("/dashboard/investigations/{id}")).await.status, StatusCode::NOT_FOUND, "{id}");
        }
    }

    async fn the_question_is_one_click_away_wherever_somebody_looks(app: TestApp) {
        let partner = app.partner("bo").await;
        refer(&app, "bo", json!({ "email": "ada@park.test", "name": "Ada Park" })).await;
        let mut mara = mara(&app).await;
        says(&mara.open("/dashboard").await, &["href=\"/dashboard/investigate\""]);
        says(&mara.open("/dashboard/referrals?q=Zoe%20Li").await, &["/dashboard/investigate?name=Zoe%20Li", "Find out why"]);
        says(&mara.open("/dashboard/referrals?q=zoe%40li.test").await, &["/dashboard/investigate?email=zoe%40li.test"]);
        let key = partner["key"].as_str().expect("a key");
        says(&mara.open(&format!("/dashboard/partners/{key}")).await, &["/dashboard/investigate?partner_key=bo", "Missing referral?"]);
        let list = mara.open("/dashboard/referrals").await;
        let customer = list.html.split("/dashboard/referrals/cus_").nth(1).and_then(|rest| rest.get(..26)).expect("a customer");
        let page = mara.open(&format!("/dashboard/referrals/cus_{customer}")).await;
        says(&page, &["Why?", &format!("customer=cus_{customer}")]);
        let prefilled = mara.open("/dashboard/investigate?email=ada%40park.test&name=Ada%20%22Park&order=o-1&link=bo&around=1773190000000&partner_key=bo").await;
        let values = ["email", "name", "order", "link", "from", "partner_key"].map(|field| value(&prefilled, field));
        assert_eq!(values, ["ada@park.test", "Ada &#34;Park", "o-1", "bo", "2026-03-11", "bo"]);
    }
}

/// The key of the latest question.
async fn latest(app: &TestApp) -> String {
    let mut conn = app.app.store.read().await.expect("a connection");
    let all = whence::store::investigation::investigations::list(&mut conn, &app.tenant(), None, 1).await;
    let all = all.expect("the latest question");
    all[0].id.to_string()
}
