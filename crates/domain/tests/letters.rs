//! Letters of partners in many voices, and what is read in each.

use std::collections::BTreeSet;
use std::fmt::Write;
use whence_domain::Instant;
use whence_domain::investigation::letter::{LONGEST, Reading, Setting, addresses, read};
use whence_domain::program::Email;

/// A Monday.
const NOW: &str = "2026-04-20T10:00:00Z";

fn read_in(zone: &str, text: &str) -> Reading {
    let zone = jiff::tz::TimeZone::get(zone).expect("a zone of the bundle");
    let now: jiff::Timestamp = NOW.parse().expect("an instant");
    let partners = BTreeSet::from([Email::parse("bo@growth.test").expect("an address")]);
    read(
        text,
        &Setting {
            now: Instant::from_micros(now.as_microsecond()),
            zone: &zone,
            link_hosts: &["go.acme.test".to_owned()],
            own_hosts: &["www.acme.test".to_owned()],
            partners: &partners,
        },
    )
}

/// What was read, in one line.
fn told(reading: &Reading) -> String {
    let mut out = String::new();
    let texts = [
        ("email", &reading.email),
        ("name", &reading.name),
        ("key", &reading.customer_key),
        ("order", &reading.order),
        ("link", &reading.link),
        ("sender", &reading.sender),
    ];
    for (label, text) in texts {
        if let Some(text) = text {
            write!(out, "{label}={text}; ").expect("memory");
        }
    }
    if let Some(days) = reading.days {
        let last = if days.first == days.last { String::new() } else { format!("..{}", days.last) };
        write!(out, "days={}{last}; ", days.first).expect("memory");
    }
    if let Some(browser) = reading.browser {
        write!(out, "browser={}; ", browser.as_str()).expect("memory");
    }
    if let Some(device) = reading.device {
        write!(out, "device={}; ", device.as_str()).expect("memory");
    }
    if let Some(same) = reading.same_browser {
        write!(out, "same={}; ", if same { "yes" } else { "no" }).expect("memory");
    }
    for other in &reading.other_emails {
        write!(out, "other={other}; ").expect("memory");
    }
    out.trim_end_matches("; ").to_owned()
}

const LETTERS: &[(&str, &str)] = &[
    (
        "I referred Ada Park in March. She signed up. Why is she not in my list?",
        "name=Ada Park; days=2026-03-01..2026-03-31",
    ),
    (
        "Hi Mara,\n\nmy customer Ada Park (ada@park.test) signed up last Tuesday and I don't see her.\n\nThanks,\nBo Lindqvist\nbo@growth.test",
        "email=ada@park.test; name=Ada Park; sender=bo@growth.test; days=2026-04-14",
    ),
    (
        "From: Bo <bo@growth.test>\nTo: support@acme.test\nSubject: Missing referral Ada Park\nDate: Fri, 20 Mar 2026 08:11:02 +0100\n\nShe bought yesterday through https://go.acme.test/bo on her iPhone.\n\nBo",
        "name=Ada Park; link=https://go.acme.test/bo; sender=bo@growth.test; days=2026-03-19; device=phone",
    ),
    (
        "Ada clicked my link go.acme.test/spring-sale in Safari on her iPhone and then signed up in Chrome on her laptop. Her address is ada.park@mail.test.",
        "email=ada.park@mail.test; name=Ada; link=go.acme.test/spring-sale; browser=safari; device=phone; same=no",
    ),
    (
        "Name: Ada Park\nEmail: ada@park.test\nDate: 11 March 2026\nLink: https://go.acme.test/bo\nOrder: A-10442",
        "email=ada@park.test; name=Ada Park; order=A-10442; link=https://go.acme.test/bo; days=2026-03-11",
    ),
    ("customer: ADA@PARK.TEST order #10442, it was the same browser", "email=ada@park.test; order=10442; same=yes"),
    (
        "WHERE IS MY COMMISSION??? I sent you jo@example.test two weeks ago!!!",
        "email=jo@example.test; days=2026-04-03..2026-04-09",
    ),
    ("Hey, any news on ada@park.test? She purchased on 03/11/2026.", "email=ada@park.test; days=2026-03-11"),
    ("He ordered on 25/03/2026, invoice no. INV-2026-0099.", "order=INV-2026-0099; days=2026-03-25"),
    ("She joined on March 3rd or 4th. Used Firefox.", "days=2026-03-03..2026-03-04; browser=firefox"),
    ("They signed up between March 3 and March 10.", "days=2026-03-03..2026-03-10"),
    ("Signed up 3-10 March, same device.", "days=2026-03-03..2026-03-10; same=yes"),
    ("My friend José Ñíguez signed up in early April.", "name=José Ñíguez; days=2026-04-01..2026-04-12"),
    ("Please check Wim de Boer, he told me he registered mid-March.", "name=Wim de Boer; days=2026-03-09..2026-03-21"),
    ("My client, O'Brien Consulting, paid last month.", "name=O'Brien Consulting; days=2026-03-01..2026-03-31"),
    ("I'm not sure whether she used the same browser. Her name is Ada Park.", "name=Ada Park"),
    ("It wasn't the same device: phone first, then her computer.", "device=phone; same=no"),
    (
        "Customer name - Mary-Jane O'Neil\nCustomer email - mj@oneil.test\nbrowser - Edge",
        "email=mj@oneil.test; name=Mary-Jane O'Neil; browser=edge",
    ),
    (
        "Hello,\nI recommended your tool to Li Wei last week and he bought the Pro plan.\nCheers",
        "name=Li Wei; days=2026-04-07..2026-04-17",
    ),
    ("My customer 山田太郎 signed up on 2026-03-14.", "name=山田太郎; days=2026-03-14"),
    (
        "Customer: Мария Иванова, maria@ivanova.test, 14.03.2026",
        "email=maria@ivanova.test; name=Мария Иванова; days=2026-03-14",
    ),
    (
        "I referred ada@park.test and jo@example.test. Neither shows.\n\nBest regards,\nBo\nbo@growth.test",
        "email=ada@park.test; sender=bo@growth.test; other=jo@example.test",
    ),
    ("My address is bo@growth.test, the customer's is ada@park.test", "email=ada@park.test; sender=bo@growth.test"),
    ("Missing: ada@park.test\n\nSent from my iPhone", "email=ada@park.test"),
    ("> On Monday you wrote\n> ada@park.test is unknown\n\nIt is ada@parks.test, sorry!", "email=ada@parks.test"),
    ("Any update?\n\nOn 3 March 2026, Mara wrote:\n> Which customer?\n> ada@park.test", "email=ada@park.test"),
    (
        "---------- Forwarded message ---------\nFrom: Bo <bo@growth.test>\nDate: Mon, 9 Mar 2026\nSubject: lost sale\n\nMy customer Ada Park bought last Friday.",
        "name=Ada Park; sender=bo@growth.test; days=2026-03-06",
    ),
    ("The order number is 88123, paid yesterday, ch_3PqT2eLkdIwHu7ix0", "order=ch_3PqT2eLkdIwHu7ix0; days=2026-04-19"),
    ("Her user id is user_8812 and she upgraded on the 2nd of April.", "key=user_8812; days=2026-04-02"),
    ("Link: http://localhost:8080/l/acme/bo — nobody counted.", "link=http://localhost:8080/l/acme/bo"),
    (
        "Check (https://go.acme.test/bo?sid=yt), please. 120.00 EUR were paid 3 days ago.",
        "link=https://go.acme.test/bo?sid=yt; days=2026-04-17",
    ),
    ("Safari or Chrome, she does not remember.", "browser=safari"),
    ("She used Samsung Internet, not Chrome, on a tablet.", "browser=samsung; device=tablet"),
    (
        "I've been a partner since January 2024. My customer Ada Park signed up on April 2.",
        "name=Ada Park; days=2026-04-02",
    ),
    (
        "Hallo Mara,\n\nmeine Kundin Ada Park hat sich am 11. März angemeldet, mit Safari auf dem iPhone.\n\nViele Grüße\nBo",
        "name=Ada Park; days=2026-03-11; browser=safari; device=phone",
    ),
    (
        "Guten Tag,\nvor zwei Wochen hat ada@park.test bestellt, Bestellnummer 10442.\nMfG",
        "email=ada@park.test; order=10442; days=2026-04-03..2026-04-09",
    ),
    ("Der Kunde hat gestern bestellt, im selben Browser.", "days=2026-04-19; same=yes"),
    ("Kunde: Jürgen Müller, Rechnung RE-2026-17 vom 02.04.", "name=Jürgen Müller; order=RE-2026-17; days=2026-04-02"),
    ("Anmeldung letzten Dienstag mit einem anderen Gerät.", "days=2026-04-14; same=no"),
    (
        "Bonjour,\nma cliente Ada Park s'est inscrite le 11 mars 2026 avec Firefox.\nCordialement,\nBo",
        "name=Ada Park; days=2026-03-11; browser=firefox",
    ),
    (
        "Mon client a acheté il y a deux semaines, commande 10442, même navigateur.",
        "order=10442; days=2026-04-03..2026-04-09; same=yes",
    ),
    (
        "Nom : Zoé Lefèvre\nE-mail : zoe@lefevre.test\nla semaine dernière",
        "email=zoe@lefevre.test; name=Zoé Lefèvre; days=2026-04-07..2026-04-17",
    ),
    ("Hola,\nmi cliente Ada Park se registró el 11 de marzo de 2026.\nSaludos,\nBo", "name=Ada Park; days=2026-03-11"),
    ("Compró ayer, pedido 10442, en el mismo dispositivo.", "order=10442; days=2026-04-19; same=yes"),
    ("hace tres semanas se registró ana@lopez.test", "email=ana@lopez.test; days=2026-03-27..2026-04-02"),
    ("ada park, ada@park.test, sometime last weekend", "email=ada@park.test; days=2026-04-17..2026-04-19"),
    (
        "<a href=\"https://go.acme.test/bo\">my link</a> was used by Ada Park <ada@park.test>",
        "email=ada@park.test; name=Ada Park; link=https://go.acme.test/bo",
    ),
    ("She may march on. May I ask about it?", ""),
    ("", ""),
    ("On Tuesday, March 3, Ada Park signed up.", "name=Ada Park; days=2026-03-03"),
    ("Please help!\n\nP.S. her e-mail is ada@park.test", "email=ada@park.test"),
    ("Thanks!\nBo\n\nPS: she used an iPad, order #5521", "order=5521; device=tablet"),
    ("our bookkeeper support@acme.test said to ask you about account number AC-991", "key=AC-991"),
];

#[test]
fn letters_of_many_voices_are_read() {
    let mut wrong = Vec::new();
    for (letter, want) in LETTERS {
        let got = told(&read_in("Europe/Berlin", letter));
        if got != *want {
            wrong.push(format!("{letter}\n  want {want}\n  got  {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), LETTERS.len(), wrong.join("\n"));
    assert!(LETTERS.len() >= 40);
}

#[test]
fn a_date_in_figures_is_read_as_the_programs_country_writes_it() {
    let days = |zone, text| told(&read_in(zone, text));
    assert_eq!(days("America/New_York", "signed up on 02/03/2026"), "days=2026-02-03");
    assert_eq!(days("Europe/London", "signed up on 02/03/2026"), "days=2026-03-02");
    assert_eq!(days("UTC", "signed up on 02/03/2026"), "days=2026-03-02", "the nearer one");
    assert_eq!(days("America/New_York", "signed up on 13/03/2026"), "days=2026-03-13");
}

#[test]
fn a_day_without_a_year_is_the_last_one_that_was() {
    assert_eq!(told(&read_in("UTC", "She signed up on December 24.")), "days=2025-12-24");
    assert_eq!(told(&read_in("UTC", "She signed up on April 20.")), "days=2026-04-20");
}

#[test]
fn every_address_of_a_letter_can_be_looked_up() {
    let found = addresses("From: bo@growth.test\n\n<ada@park.test>, mailto:jo@example.test! not@an@address @x a@b");
    let texts: Vec<&str> = found.iter().map(Email::as_str).collect();
    assert_eq!(texts, ["bo@growth.test", "ada@park.test", "jo@example.test"]);
}

/// Nothing that somebody pastes takes long or makes it fail. The bound is generous for a machine that does other things too;
/// a pattern that looked at everything for every word would take minutes.
#[test]
fn hostile_letters_are_read_in_bounded_time() {
    let hostile = [
        "a".repeat(2_000_000),
        "@".repeat(1_000_000),
        "a@".repeat(500_000),
        "My customer ".repeat(200_000),
        "A ".repeat(500_000),
        "11 March to 12 March and 13 April ".repeat(50_000),
        "order order order # id number ".repeat(50_000),
        "\n".repeat(1_000_000),
        "> ".repeat(300_000),
        "From: \n".repeat(100_000),
        "Name: \n".repeat(100_000),
        "ﷺ".repeat(300_000),
        "e\u{301}".repeat(300_000),
        "\u{202e}\u{0}\u{feff}🦀 ".repeat(100_000),
        "https://go.acme.test/".repeat(100_000),
        "same other same browser not ".repeat(60_000),
        "9999999999999999999/99999/9999 31.31.31 00.00.0000 0000-00-00 ".repeat(20_000),
        "2026-02-31 30 February 31 April February 30 vor 400 Monaten 400 months ago ".repeat(10_000),
    ];
    for text in &hostile {
        let reading = read_in("Europe/Berlin", text);
        assert!(reading.name.as_ref().is_none_or(|name| name.len() <= 80), "{:?}", reading.name);
        assert!(addresses(text).len() <= 20);
    }
}

#[test]
fn what_lies_behind_the_end_of_reading_is_not_read() {
    let far = format!("{} ada@park.test", "x ".repeat(LONGEST / 2 + 10));
    assert_eq!(read_in("UTC", &far).email, None);
    let cut = "ä".repeat(LONGEST);
    assert!(read_in("UTC", &cut).is_empty());
}

proptest::proptest! {
    #[test]
    fn no_letter_makes_reading_fail(text in "\\PC{0,400}") {
        read_in("Europe/Berlin", &text);
    }

    #[test]
    fn words_of_letters_in_any_order_never_make_it_fail(words in proptest::collection::vec(
        proptest::sample::select(vec![
            "My", "customer", "Ada", "Park", "ada@park.test", "on", "11", "March", "2026", "11/03/2026", "last", "Tuesday", "order", "#1042", "(", ">",
            "\n", "Thanks,", "Safari", "same", "browser", "not", "two", "weeks", "ago", "From:", "de", "marzo", "–", "'s", "31", "February", "n°", ".",
        ]), 0..60)) {
        read_in("America/New_York", &words.join(" "));
    }
}
