//! Trying the integration out: a test begins, what has arrived since is looked at, and what the site cannot send yet is
//! sent from here. All of it goes the way of real sign-ups and sales, in test mode.

use crate::app::App;
use crate::clock::random_text;
use crate::flows::earning::record_transaction::{NewTransaction, Payer, RecordError, record_one};
use crate::flows::program::ensure_test_partner::{EnsureError, ensure_test_partner};
use crate::flows::program::set_up_program::TEST_PARTNER;
use crate::flows::tracking::record_customer::{NewCustomer, RecordCustomerError, record_customer};
use crate::store::audit::Actor;
use crate::store::dashboard::testing::{self, Click, Refused, SignUp, View};
use crate::store::earning::offer_notes;
use crate::store::program::partners;
use crate::store::tracking::snippet_tests::{self, SnippetTest};
use crate::store::{Priority, StoreError};
use whence_domain::earning::EarningNote;
use whence_domain::program::{Destination, Email, PartnerKey, Program};
use whence_domain::tracking::snippet_test::{
    ClickSeen, ClickVerdict, Finding, ReadBack, SignUpSeen, TestFacts, TestStep, ViewSeen, check,
};
use whence_domain::tracking::{ClaimSource, CustomerIdentity, Outcome};
use whence_domain::{CustomerId, Instant, Mode, Money, SnippetTestId, Tenant, TransactionId, UserId};

/// The most that is looked at of each kind.
const MOST: i64 = 50;
/// How far back is looked at most, in microseconds: a test that nobody ended would gather a whole season's traffic.
const HORIZON: i64 = 86_400_000_000;
/// What a test sale comes to, in minor units of the program's currency.
const SALE: i64 = 4_900;

/// Begins a test of a landing page. In test mode the test partner's link leads there from now on.
///
/// # Errors
/// If the test partner cannot be made ready.
pub async fn begin_test(
    app: &App,
    tenant: &Tenant,
    program: &Program,
    user: UserId,
    page: Destination,
) -> Result<SnippetTest, EnsureError> {
    let link = match tenant.mode {
        Mode::Live => None,
        Mode::Test => {
            let site = Destination::parse(&program.site).map_err(|error| StoreError::corrupt("site", error))?;
            let actor = Actor::User(user.clone());
            Some(ensure_test_partner(app, &program.id, &actor, &site, Some(&page)).await?.link.id)
        }
    };
    let started_at = app.now();
    let id = SnippetTestId::from_bits(app.id_bits(started_at));
    let test = SnippetTest { id, page, link, user, started_at };
    let input = (tenant.clone(), test.clone());
    app.store
        .write(Priority::Bulk, input, |conn, (tenant, test)| Box::pin(snippet_tests::insert(conn, tenant, test)))
        .await?;
    Ok(test)
}

/// What has arrived since a moment, and how far the test has come.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Requests to the test partner's links.
    pub clicks: Vec<Click>,
    /// Page views, with the mode of the key that they came with.
    pub views: Vec<(Mode, View)>,
    /// Sign-ups of the test's mode.
    pub sign_ups: Vec<SignUp>,
    /// What was refused of the program's site.
    pub refused: Vec<Refused>,
    /// Each step with what was found.
    pub steps: Vec<(TestStep, Finding)>,
}

/// Looks at what has arrived since then, up to what this node acknowledged a moment ago.
///
/// # Errors
/// The database's.
pub async fn look(app: &App, tenant: &Tenant, since: Instant) -> Result<Seen, StoreError> {
    app.drain_barrier().await;
    app.refusals_barrier().await;
    let since = since.max(Instant::from_micros(app.now().micros() - HORIZON));
    let mut conn = app.store.read().await?;
    let test = Tenant::new(tenant.program.clone(), Mode::Test);
    let clicks = match partners::find_by_key(&mut conn, &test, &test_partner()?).await? {
        Some(partner) => testing::list_clicks(&mut conn, &test, &partner.id, since, MOST).await?,
        None => Vec::new(),
    };
    // A page with the key of the other mode is the commonest mistake, so both are shown.
    let mut views = Vec::new();
    for mode in [Mode::Live, Mode::Test] {
        let of = Tenant::new(tenant.program.clone(), mode);
        views.extend(testing::list_views(&mut conn, &of, since, MOST).await?.into_iter().map(|view| (mode, view)));
    }
    views.sort_by_key(|(_, view)| std::cmp::Reverse(view.occurred_at));
    let sign_ups = testing::list_sign_ups(&mut conn, tenant, since, MOST).await?;
    let refused = testing::list_refusals(&mut conn, &tenant.program, since, MOST).await?;
    let facts = facts(&clicks, &views, &sign_ups, &refused);
    let steps = check(&facts, tenant.mode, TEST_PARTNER);
    Ok(Seen { clicks, views, sign_ups, refused, steps })
}

fn facts(clicks: &[Click], views: &[(Mode, View)], sign_ups: &[SignUp], refused: &[Refused]) -> TestFacts {
    // A new link is looked at by us: no visitor, and no step of the test.
    let visitors = clicks.iter().filter(|click| click.outcome != Outcome::Own);
    TestFacts {
        clicks: visitors.map(|click| ClickSeen { outcome: click.outcome }).collect(),
        views: views.iter().map(|(mode, view)| view_seen(*mode, view)).collect(),
        sign_ups: sign_ups
            .iter()
            .map(|sign_up| SignUpSeen {
                partner_key: sign_up.partner_key.clone(),
                has_sale: sign_up.sales > 0,
                has_commission: sign_up.commissions > 0,
            })
            .collect(),
        refused: refused.iter().map(|refused| refused.reason.clone()).collect(),
    }
}

fn view_seen(mode: Mode, view: &View) -> ViewSeen {
    ViewSeen {
        mode,
        host: view.page_host.clone().unwrap_or_default(),
        click: ClickVerdict::parse(&view.xid_verdict).unwrap_or(ClickVerdict::Absent),
        cookie: ReadBack::parse(&view.cookie).unwrap_or(ReadBack::Unsaid),
        cookie_domain: view.cookie_domain.clone(),
        storage: ReadBack::parse(&view.local_storage).unwrap_or(ReadBack::Unsaid),
        consent: view.consent.clone(),
        problems: problems(&view.problems),
    }
}

/// The codes of a stored JSON list.
pub fn problems(stored: &str) -> Vec<String> {
    serde_json::from_str(stored).unwrap_or_default()
}

/// Signs somebody up for trial, for a site that has no sign-up page yet: a new customer, told by a person, of the test
/// partner.
///
/// # Errors
/// If the customer was not recorded.
pub async fn simulate_sign_up(app: &App, program: &Program) -> Result<CustomerId, RecordCustomerError> {
    let drawn = random_text(8).to_ascii_lowercase();
    let email = Email::parse(&format!("try-{drawn}@example.com"));
    let new = NewCustomer {
        tenant: Tenant::new(program.id.clone(), Mode::Test),
        source: ClaimSource::Manual,
        identity: CustomerIdentity {
            email: Some(email.map_err(|error| StoreError::corrupt("drawn e-mail", error))?),
            ..CustomerIdentity::default()
        },
        name: Some("Test customer".into()),
        partner_key: Some(test_partner()?),
        xid: None,
        metadata: None,
        signed_up_at: None,
    };
    Ok(record_customer(app, new).await?.customer.id)
}

/// A sale that was sent for trial, and why it earned nothing.
#[derive(Clone, Debug)]
pub struct TestSale {
    /// The payment.
    pub transaction: TransactionId,
    /// How much.
    pub amount: Money,
    /// What each offer had to say.
    pub notes: Vec<EarningNote>,
}

/// Sends a sale of a customer of test mode, the way that every sale goes.
///
/// # Errors
/// If test mode has no such customer.
pub async fn send_test_sale(app: &App, program: &Program, customer: CustomerId) -> Result<TestSale, RecordError> {
    let tenant = Tenant::new(program.id.clone(), Mode::Test);
    let new = NewTransaction {
        source: "dashboard",
        key: None,
        payer: Payer::Customer(customer),
        amount: Money::new(SALE, program.currency),
        product_key: None,
        category_key: None,
        metadata: "{}".into(),
        references: Vec::new(),
        event: None,
        occurred_at: app.now(),
    };
    let recorded = record_one(app, &tenant, new).await?;
    let transaction = recorded.kept().transaction.id.clone();
    let notes = offer_notes::list(&mut app.store.read().await?, &tenant, &transaction).await?;
    Ok(TestSale { transaction, amount: recorded.kept().transaction.amount, notes })
}

fn test_partner() -> Result<PartnerKey, StoreError> {
    PartnerKey::parse(TEST_PARTNER).map_err(|error| StoreError::corrupt("test partner", error))
}
