//! A sign-up that arrives before its click is in the database: the id alone must be enough.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::{ledger, load::Clicks};
use crate::{
    http::Connection,
    server::{self, Server},
};

/// A sign-up is readable on the node that took it, at once; this is for a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// Clicks and signs up in the same breath, `times` times; every customer must belong to the partner, by that click.
pub fn prove(server: &Server, times: u32) -> anyhow::Result<String> {
    let mut connection = Connection::open(server.address)?;
    let mut clicks = Clicks::default();
    for number in 0..times {
        let asked = Instant::now();
        let xid = server::click(&mut connection, &server.link)?;
        clicks.slowest = clicks.slowest.max(asked.elapsed());
        let answer = server.ingest(
            "/v1/signup",
            &json!({
                "public_key": server.keys["public_key"], "xid": xid, "xid_source": "url",
                "page": "https://app.shop.test/signup", "snippet": "1.0.0",
                "data": {"email": format!("early{number}@customer.test"), "customer_key": format!("early-{number}")},
            }),
        )?;
        ensure!(answer.status == 202, "the sign-up was answered {}", answer.status);
        clicks.acknowledged.push(xid);
    }
    for (number, xid) in clicks.acknowledged.iter().enumerate() {
        attributed(server, number, xid)?;
    }
    Ok(format!("{times} sign-ups, all attributed by their click; {}", ledger::balance(server, &clicks)?))
}

fn attributed(server: &Server, number: usize, xid: &str) -> anyhow::Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        let found: anyhow::Result<Value> = server.get(&format!("/customers/early-{number}/attribution"));
        match found {
            Ok(found) if found["partner_key"] == "proof" && found["xid"] == xid => return Ok(()),
            Ok(found) if Instant::now() > end => {
                ensure!(false, "sign-up {number} is attributed otherwise: {found}");
            }
            Err(error) if Instant::now() > end => {
                return Err(error).context("a sign-up left no customer");
            }
            _ => thread::sleep(Duration::from_millis(50)),
        }
    }
}
