//! `whence setup`: the first program, its owner and its keys.

use crate::app::App;
use crate::config::Place;
use crate::control::{self, Request};
use crate::flows::program::set_up_program::{NewProgram, SetUp, set_up_program};
use crate::secret;
use crate::store::audit::Actor;
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::process::ExitCode;
use whence_domain::Currency;
use whence_domain::program::{Destination, Email};

/// A shorter password is the operator's own risk, and they are told so.
const SAFE_PASSWORD: usize = 8;

/// The most that is read of a password.
const MAX_PASSWORD: u64 = 1024;

/// What `whence setup` is given.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// What the program is called
    #[arg(long, value_name = "NAME")]
    program: String,
    /// The company's site, such as https://shop.example; you vouch that it is yours
    #[arg(long, value_name = "URL")]
    site: String,
    /// The host that serves the links, such as go.shop.example; you vouch that it is yours. A port in it is dropped:
    /// links have the app address's
    #[arg(long, value_name = "HOST")]
    link_host: String,
    /// The currency that reports begin with, such as EUR
    #[arg(long, value_name = "CUR")]
    currency: String,
    /// The owner's e-mail address, by which they sign in
    #[arg(long, value_name = "E-MAIL")]
    email: String,
    /// Read the owner's password from standard input; without this one is drawn and shown on standard error
    #[arg(long)]
    password_stdin: bool,
    /// The zone whose days and months count
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,
    /// Print JSON and nothing else
    #[arg(long)]
    json: bool,
}

/// What has to be set up, as it is sent to the process that does it.
#[derive(Clone, Serialize, Deserialize)]
pub struct SetupInput {
    /// What the program is called.
    pub program: String,
    /// The company's site.
    pub site: String,
    /// The host that serves the links.
    pub link_host: String,
    /// An ISO 4217 code.
    pub currency: String,
    /// The owner's e-mail address.
    pub email: String,
    /// The owner's password.
    pub password: String,
    /// An IANA zone.
    pub time_zone: String,
}

/// What is printed, once (`product.md` 5 "Command line").
#[derive(Clone, Serialize, Deserialize)]
pub struct SetupOutput {
    /// The program's id.
    pub program_key: String,
    /// Its place in addresses under the app host.
    pub program_slug: String,
    /// `pk_…`
    pub public_key: String,
    /// `sk_…`
    pub secret_key: String,
    /// `pk_test_…`
    pub test_public_key: String,
    /// `sk_test_…`
    pub test_secret_key: String,
    /// The token for server-to-server conversions.
    pub s2s_token: String,
    /// Where Stripe delivers to.
    pub stripe_webhook_path: String,
    /// The whole key of the HMAC, prefix included.
    pub stripe_webhook_secret: String,
}

/// Sets a program up and prints what is shown only once.
///
/// # Errors
/// A sentence that says what to do.
pub async fn run(place: &Place, args: Args) -> anyhow::Result<ExitCode> {
    let drawn_password = (!args.password_stdin).then(|| secret::draw(""));
    let password = match &drawn_password {
        Some(password) => password.clone(),
        None => read_password()?,
    };
    let input = SetupInput {
        program: args.program,
        site: args.site,
        link_host: args.link_host,
        currency: args.currency,
        email: args.email,
        password,
        time_zone: args.time_zone,
    };
    let email = input.email.clone();
    let is_short = input.password.chars().count() < SAFE_PASSWORD;
    let reply = control::ask(place, Request::Setup(Box::new(input))).await?;
    if !reply.ok {
        bail!("{}", reply.text.trim_start_matches("whence: "));
    }
    let output: SetupOutput = serde_json::from_str(&reply.text).context("the running Whence is of another version")?;
    if is_short {
        eprintln!(
            "whence: a password of less than {SAFE_PASSWORD} characters is guessed easily; change it under Settings."
        );
    }
    if let Some(password) = drawn_password {
        eprintln!("{email} signs in with the password {password} (unless that account was there before).");
    }
    print(&output, args.json)?;
    Ok(ExitCode::SUCCESS)
}

/// Does the work of `whence setup` in the process that owns the data folder.
///
/// # Errors
/// A sentence that names the option to change.
pub async fn set_up(app: &App, input: &SetupInput) -> anyhow::Result<SetupOutput> {
    let password = input.password.clone();
    // Hashing takes a core for a while on purpose, and must not keep other work waiting.
    let password_hash = tokio::task::spawn_blocking(move || secret::hash_password(&password)).await??;
    let new = read(input, password_hash)?;
    Ok(output(set_up_program(app, Actor::Operator, new).await?))
}

fn read(input: &SetupInput, password_hash: String) -> anyhow::Result<NewProgram> {
    let name = input.program.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        bail!("--program must be a name of 1 to 100 characters");
    }
    if input.password.is_empty() {
        bail!("the password is empty: write it to standard input, or leave --password-stdin out to have one drawn");
    }
    let zone = jiff::tz::TimeZone::get(&input.time_zone)
        .map_err(|_| anyhow::anyhow!("--time-zone must be an IANA name, such as UTC or Europe/Berlin"))?;
    Ok(NewProgram {
        name: name.to_owned(),
        site: read_site(&input.site)?,
        link_host: read_host(&input.link_host)?,
        currency: Currency::parse(&input.currency)
            .with_context(|| format!("--currency {} is no ISO 4217 code, such as EUR", input.currency))?,
        time_zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        owner: Email::parse(&input.email).map_err(|error| anyhow::anyhow!("--email: {error}"))?,
        password_hash,
    })
}

/// A site as an origin; `shop.example` means `https://shop.example`.
fn read_site(text: &str) -> anyhow::Result<Destination> {
    let text = text.trim();
    let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let site = Destination::parse(&text).map_err(|error| anyhow::anyhow!("--site: {error}"))?;
    let origin = url::Url::parse(site.as_str()).context("--site")?.origin().ascii_serialization();
    Destination::parse(&origin).map_err(|error| anyhow::anyhow!("--site: {error}"))
}

/// A host name in lower case, without a port.
fn read_host(text: &str) -> anyhow::Result<String> {
    let wrong = || anyhow::anyhow!("--link-host must be a host name, such as go.shop.example");
    let url = url::Url::parse(&format!("http://{}/", text.trim())).map_err(|_| wrong())?;
    let host = url.host_str().ok_or_else(wrong)?;
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if plain { Ok(host.to_owned()) } else { Err(wrong()) }
}

fn output(set_up: SetUp) -> SetupOutput {
    SetupOutput {
        program_key: set_up.program.id.to_string(),
        program_slug: set_up.program.slug.to_string(),
        public_key: set_up.live.pair.public_key,
        secret_key: set_up.live.secret_key,
        test_public_key: set_up.test.pair.public_key,
        test_secret_key: set_up.test.secret_key,
        s2s_token: set_up.s2s_token,
        stripe_webhook_path: set_up.stripe.path(),
        stripe_webhook_secret: set_up.stripe.secret.unwrap_or_default(),
    }
}

fn read_password() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .take(MAX_PASSWORD)
        .read_to_string(&mut text)
        .context("the password could not be read from standard input")?;
    // `echo` and `<<<` add a line end that nobody means.
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn print(output: &SetupOutput, as_json: bool) -> anyhow::Result<()> {
    let json = serde_json::to_value(output)?;
    if as_json {
        println!("{json}");
        return Ok(());
    }
    for (name, value) in json.as_object().into_iter().flatten() {
        println!("{:24}{}", name.replace('_', " "), value.as_str().unwrap_or_default());
    }
    println!("Keep these: the secrets are not shown again.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_kept_as_an_origin() {
        let site = |text| read_site(text).map(|site| site.as_str().to_owned()).ok();
        assert_eq!(site("https://www.Shop.test/landing?a=1").as_deref(), Some("https://www.shop.test"));
        assert_eq!(site("shop.test").as_deref(), Some("https://shop.test"));
        assert_eq!(site("http://localhost:3000/").as_deref(), Some("http://localhost:3000"));
        assert_eq!(site("ftp://shop.test"), None);
    }

    #[test]
    fn a_link_host_is_a_host_and_nothing_else() {
        assert_eq!(read_host("Go.Shop.test").ok().as_deref(), Some("go.shop.test"));
        assert_eq!(read_host("go.shop.test:8080").ok().as_deref(), Some("go.shop.test"));
        assert!(read_host("https://go.shop.test").is_err());
        assert!(read_host("go.shop.test/x").is_err());
        assert!(read_host("").is_err());
    }
}
