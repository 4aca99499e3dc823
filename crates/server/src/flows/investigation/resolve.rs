//! The partner who asks and the link that is spoken of, out of what was typed.

use super::investigate::Asked;
use crate::app::App;
use crate::store::program::{links, partners};
use crate::store::{Conn, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use url::Url;
use whence_domain::Tenant;
use whence_domain::program::{Link, Partner, PartnerKey, Slug};

/// Whom and what was meant.
#[derive(Clone, Debug, Default)]
pub(super) struct Meant {
    /// The partner who asks: named, or the owner of the link.
    pub partner: Option<Partner>,
    /// Whether a partner was named whom nobody knows.
    pub partner_unknown: bool,
    /// The link, if it is one of the tenant's.
    pub link: Option<Link>,
    /// Whether a link was named that is none of the tenant's.
    pub link_unknown: bool,
    /// The path that was named, for requests to it that led nowhere.
    pub path: Option<String>,
}

/// What of an address may say which link or partner is meant.
#[derive(Debug, Default, PartialEq, Eq)]
struct Typed {
    /// Last parts of the path, as a link key may stand there.
    link_key: Option<String>,
    /// A partner key in the query, decoded.
    partner_key: Option<String>,
    /// A click id in the query.
    xid: Option<String>,
}

/// Looks the named partner and link up. Names that nobody has are an answer, no error.
pub(super) async fn partner_and_link(
    conn: &mut Conn,
    app: &App,
    tenant: &Tenant,
    asked: &Asked,
) -> Result<Meant, StoreError> {
    let mut meant = Meant::default();
    if let Some(text) = &asked.partner_key {
        meant.partner = find_partner(conn, tenant, text).await?;
        meant.partner_unknown = meant.partner.is_none();
    }
    if let Some(text) = &asked.link {
        let typed = read(text);
        meant.path.clone_from(&typed.link_key);
        let mut owner = None;
        if let Some(key) = typed.link_key.as_deref().and_then(|key| Slug::parse(key).ok()) {
            meant.link = links::find_by_link_key(conn, tenant, &key).await?;
        }
        if let (None, Some(xid)) = (&meant.link, &typed.xid)
            && let Ok(fields) = app.xid_keys().verify(xid)
            && let Ok(number) = i64::try_from(fields.link_number)
        {
            meant.link = links::find_by_number(conn, tenant, number).await?;
        }
        if let (None, Some(key)) = (&meant.link, &typed.partner_key) {
            owner = find_partner(conn, tenant, key).await?;
        }
        if let (None, Some(link)) = (&owner, &meant.link) {
            owner = partners::find(conn, tenant, &link.partner).await?;
        }
        meant.link_unknown = meant.link.is_none() && owner.is_none();
        if asked.partner_key.is_none() {
            meant.partner = owner;
        }
    }
    Ok(meant)
}

/// By the key, plain or in base64 as addresses carry it, else by the partnership's key or the e-mail address.
async fn find_partner(conn: &mut Conn, tenant: &Tenant, text: &str) -> Result<Option<Partner>, StoreError> {
    let text = text.trim();
    if let Some(partner) = partners::find_by_identifier(conn, tenant, text).await? {
        return Ok(Some(partner));
    }
    let engines = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE_NO_PAD];
    let decoded = engines.iter().find_map(|engine| String::from_utf8(engine.decode(text).ok()?).ok());
    match decoded.as_deref().and_then(|key| PartnerKey::parse(key).ok()) {
        Some(key) => partners::find_by_key(conn, tenant, &key).await,
        None => Ok(None),
    }
}

/// Reads an address, with or without its scheme, or a bare link key.
fn read(text: &str) -> Typed {
    let text = text.trim();
    let is_address = text.contains("://") || text.contains('/') || text.contains('.') || text.contains('?');
    if !is_address {
        return Typed { link_key: Some(text.to_owned()), ..Typed::default() };
    }
    let address =
        if text.contains("://") { text.to_owned() } else { format!("https://{}", text.trim_start_matches('/')) };
    let Ok(url) = Url::parse(&address) else { return Typed::default() };
    let mut typed = Typed::default();
    let segments: Vec<&str> = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    typed.link_key = segments.last().map(|part| (*part).to_owned());
    for (name, value) in url.query_pairs() {
        match name.to_ascii_lowercase().as_str() {
            "ps_partner_key" | "gspk" => typed.partner_key = Some(value.into_owned()),
            "ps_xid" | "gsxid" => typed.xid = Some(value.into_owned()),
            _ => {}
        }
    }
    // `/ada` without a host is a path too.
    if typed.link_key.is_none() && text.starts_with('/') {
        typed.link_key = url.host_str().map(str::to_owned);
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_in_every_spelling_in_which_people_send_it() {
        for text in [
            "ada",
            " ada ",
            "/ada",
            "go.shop.test/ada",
            "https://go.shop.test/ada",
            "https://go.shop.test/ada/",
            "https://app.shop.test/l/shop/ada?sid=1",
            "go.shop.test/ada#x",
        ] {
            assert_eq!(read(text).link_key.as_deref(), Some("ada"), "{text}");
        }
        let landed = read("https://www.shop.test/welcome?ps_partner_key=Ym8%3D&ps_xid=abc");
        assert_eq!((landed.partner_key.as_deref(), landed.xid.as_deref()), (Some("Ym8="), Some("abc")));
        assert_eq!(read("https://go.shop.test"), Typed::default());
        assert_eq!(read("http://["), Typed::default());
    }
}
