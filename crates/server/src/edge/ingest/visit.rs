//! `POST /v1/visits`: the snippet tells of a page view.

use super::fields::{self, Refusal, clean};
use super::{Sender, accepted};
use crate::edge::body::Answer;
use crate::edge::table::Table;
use crate::edge::{Edge, click, client};
use crate::spool::record::{Kept, XidVerdict};
use crate::spool::{Record, Visit};
use std::time::Duration;
use whence_domain::tracking::destination::parameter_names;
use whence_domain::tracking::{Xid, XidFields};

/// How long the answer waits for the disk.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest address of a page, in bytes.
const ADDRESS: usize = 8_192;

/// The fields of the body, checked.
pub(super) struct Fields {
    page: Option<Address>,
    referrer_host: Option<String>,
    xid: Option<String>,
    partner_key: Option<String>,
    cookie: Option<bool>,
    cookie_domain: Option<String>,
    local: Option<bool>,
    consent: Option<String>,
    snippet: Option<String>,
    problems: Vec<String>,
}

/// What is kept of a page's address: no values, only names.
pub(super) struct Address {
    /// Its host.
    pub host: Option<String>,
    /// Its path.
    pub path: String,
    /// The names of its parameters.
    pub params: Vec<String>,
}

impl Address {
    /// Cuts an address. One that is none keeps its path as far as it has one.
    pub fn cut(address: &str) -> Self {
        let whole = address.split('#').next().unwrap_or_default();
        let (before, query) = whole.split_once('?').unwrap_or((whole, ""));
        let host = client::host_of(before).map(|host| clean(&host.to_ascii_lowercase()));
        let path = match before.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => before,
        };
        Self { host, path: clean(client::cut(path, 1_024)), params: parameter_names(query) }
    }
}

impl Fields {
    /// Checks types and lengths.
    pub fn read(body: &fields::Fields) -> Result<Self, Refusal> {
        let storage = body.object("storage")?;
        let kept = |name| storage.as_ref().map_or(Ok(None), |storage| storage.truth(name));
        let text = |name, most| Ok::<_, Refusal>(body.text(name, most)?.map(clean));
        body.text("public_key", 100)?;
        Ok(Self {
            page: body.text("page", ADDRESS)?.map(Address::cut),
            referrer_host: body.text("referrer", ADDRESS)?.and_then(|address| Address::cut(address).host),
            xid: text("xid", 200)?,
            partner_key: text("partner_key", 200)?,
            cookie: kept("cookie")?,
            cookie_domain: domain(storage.as_ref())?,
            local: kept("local")?,
            consent: text("consent", 50)?,
            snippet: text("snippet", 50)?,
            problems: body.texts("problems")?,
        })
    }
}

impl Edge {
    /// Keeps a page view; where the visitor has just granted consent, sets the cookies that the redirect did not.
    pub(super) async fn visit(&self, sender: &Sender<'_>, table: &Table, fields: &Fields) -> Result<Answer, Refusal> {
        let headers = &sender.head.headers;
        let (verdict, genuine) = judge(fields.xid.as_deref(), sender, table);
        let gpc = client::gpc(headers);
        let prefix = client::prefix(sender.address);
        let page = fields.page.as_ref();
        let visit = Visit {
            at: self.app.now(),
            program: sender.program.id.as_str(),
            mode: sender.mode,
            page_host: page.and_then(|page| page.host.as_deref()),
            page_path: page.map(|page| page.path.as_str()),
            params: page.map(|page| page.params.clone()).unwrap_or_default(),
            referrer_host: fields.referrer_host.as_deref(),
            origin_host: sender.origin.host().map(|host| client::cut(host, 253)),
            xid: fields.xid.as_deref(),
            xid_verdict: verdict,
            click: genuine.map(|genuine| (genuine.key.into(), genuine.class)),
            partner_key: fields.partner_key.as_deref(),
            cookie: Kept::from(fields.cookie),
            local_storage: Kept::from(fields.local),
            consent: fields.consent.as_deref(),
            gpc,
            snippet: fields.snippet.as_deref(),
            problems: fields.problems.clone(),
            user_agent: client::user_agent(headers),
            ip_prefix: Some(&prefix),
        };
        let stored = self.spool.append(&match fields.cookie_domain.as_deref() {
            Some(domain) => Record::VisitOn(visit, domain),
            None => Record::Visit(visit),
        });
        match tokio::time::timeout(PATIENCE, stored).await {
            Ok(Ok(())) => {}
            _ => return Err(Refusal::not_stored()),
        }
        let mut answer = accepted();
        if let Some(genuine) = genuine.filter(|_| fields.consent.as_deref() == Some("granted"))
            && !click::may_set_cookies(sender.program, gpc)
        {
            grant(&mut answer, sender, table, &genuine, fields.xid.as_deref());
        }
        Ok(answer)
    }
}

/// The domain that the cookie was kept for. Here an empty text says something: that the page's host alone has it.
fn domain(storage: Option<&fields::Fields>) -> Result<Option<String>, Refusal> {
    let Some(storage) = storage else { return Ok(None) };
    Ok(storage.text_or_empty("domain", 253)?.map(|domain| clean(&domain.to_ascii_lowercase())))
}

/// What a click id is worth here: genuine only if it is of this program and mode.
fn judge(xid: Option<&str>, sender: &Sender<'_>, table: &Table) -> (XidVerdict, Option<XidFields>) {
    let Some(xid) = xid else { return (XidVerdict::Absent, None) };
    let Ok(fields) = table.keys.verify(xid) else { return (XidVerdict::Forged, None) };
    // A link that this node does not know yet is on its way from another; the id itself proves that it exists.
    let foreign = table.of_number(fields.link_number).is_some_and(|(program, _)| program.id != sender.program.id);
    if foreign || fields.mode != sender.mode {
        (XidVerdict::Foreign, None)
    } else {
        (XidVerdict::Genuine, Some(fields))
    }
}

/// The visitor has said yes: now the link host may set what it held back (`product.md` 4 "Cookies and consent").
fn grant(answer: &mut Answer, sender: &Sender<'_>, table: &Table, genuine: &XidFields, xid: Option<&str>) {
    let link = table.of_number(genuine.link_number);
    if let (Some((program, link)), Some(Ok(xid))) = (link, xid.map(Xid::parse)) {
        click::set(answer, program, sender.host, &link.row.partner_key, &xid);
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn of_an_address_host_path_and_names_are_kept_and_no_values() {
        let cut = Address::cut("https://WWW.shop.test:8443/a/b?email=x%40y.z&ps_xid=1#secret");
        assert_eq!(cut.host.as_deref(), Some("www.shop.test"));
        assert_eq!(cut.path, "/a/b");
        assert_eq!(cut.params, ["email", "ps_xid"]);
        assert_eq!(Address::cut("https://shop.test").path, "/");
        let odd = Address::cut("about:blank");
        assert_eq!((odd.host, odd.path.as_str()), (None, "about:blank"));
    }
}
