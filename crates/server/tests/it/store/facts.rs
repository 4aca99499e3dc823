//! Things to store, each made from a number, and the tenants that must not see each other's.

use crate::support::{Fresh, TestStore};
use whence::store::earning::{commissions, transactions};
use whence::store::program::{groups, partners, programs};
use whence::store::tracking::claims::Claimed;
use whence::store::tracking::clicks::RollupKey;
use whence::store::tracking::drained::ClickRow;
use whence::store::tracking::{claims, customers};
use whence::store::{Conn, Engine};
use whence_domain::earning::{
    CommissionStatus, EarningSource, Limits, OfferVersion, PostingKind, ProductRules, Refunds, Terms, Transaction,
    Trigger,
};
use whence_domain::money::Rate;
use whence_domain::program::{Destination, Email, Group, Link, Partner, PartnerKey, PartnerStatus, Program, Slug};
use whence_domain::tracking::{ClaimSource, ClickKey, Customer, CustomerIdentity, CustomerKey, Outcome};
use whence_domain::{
    ClaimId, CommissionId, Currency, CustomerId, GroupId, Instant, LinkId, Mode, Money, OfferId, PartnerId, ProgramId,
    Tenant, TransactionId,
};

/// A moment so many seconds after 2026-03-01T00:00Z.
pub fn at(seconds: i64) -> Instant {
    Instant::from_seconds(1_772_323_200 + seconds)
}

/// So many cents.
pub fn euros(minor: i64) -> Money {
    Money::new(minor, currency("EUR"))
}

/// A currency.
pub fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("a currency")
}

/// An e-mail address.
pub fn email(text: &str) -> Email {
    Email::parse(text).expect("an e-mail")
}

/// A key that others chose.
pub fn key(text: &str) -> CustomerKey {
    CustomerKey::parse(text).expect("a key")
}

/// A program.
pub fn program(number: u128) -> Program {
    Program {
        id: ProgramId::from_bits(number),
        slug: Slug::parse(&format!("shop-{number}")).expect("a slug"),
        name: "Shop".into(),
        site: "https://shop.test".into(),
        site_domain: "shop.test".into(),
        currency: currency("EUR"),
        time_zone: "UTC".into(),
        created_at: at(0),
    }
}

/// A group; the first one is the default.
pub fn group(number: u128, slug: &str) -> Group {
    Group {
        id: GroupId::from_bits(number),
        slug: Slug::parse(slug).expect("a slug"),
        name: slug.into(),
        default_at: (number == 1).then_some(at(0)),
        archived_at: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// A partner in the first group.
pub fn partner(number: u32, key: &str) -> Partner {
    Partner {
        id: PartnerId::from_bits(number.into()),
        key: PartnerKey::parse(key).expect("a key"),
        email: email(&format!("{key}@partner.test")),
        first_name: "Ada".into(),
        last_name: "Park".into(),
        group: GroupId::from_bits(1),
        status: PartnerStatus::Active,
        version: 1,
        joined_at: at(i64::from(number)),
        created_at: at(i64::from(number)),
        updated_at: at(i64::from(number)),
    }
}

/// A link of a partner.
pub fn link(number: u32, key: &str, partner: u32) -> Link {
    Link {
        id: LinkId::from_bits(number.into()),
        number: i64::from(number),
        link_key: Slug::parse(key).expect("a slug"),
        partner: PartnerId::from_bits(partner.into()),
        dest: Destination::parse("https://shop.test/a").expect("a destination"),
        title: None,
        version: 1,
        archived_at: None,
        created_at: at(i64::from(number)),
        updated_at: at(i64::from(number)),
    }
}

/// A customer with a key and an e-mail address of its own, signed up at the second of its number.
pub fn customer(number: u32) -> Customer {
    let made = at(i64::from(number));
    Customer {
        id: CustomerId::from_bits(number.into()),
        identity: CustomerIdentity {
            customer_key: Some(key(&format!("u-{number}"))),
            provider_key: None,
            email: Some(email(&format!("u{number}@example.test"))),
        },
        name: Some(format!("Customer {number}")),
        confirmed_at: None,
        signed_up_at: made,
        archived_at: None,
        created_at: made,
        updated_at: made,
    }
}

/// A claim of a browser's, made at the second of its number.
pub fn claim(number: u32) -> Claimed {
    Claimed {
        id: ClaimId::from_bits(number.into()),
        source: ClaimSource::Snippet,
        identity: customer(number).identity,
        name: Some("Ada Park".into()),
        partner: None,
        partner_key: Some("ada".into()),
        xid: Some("x".repeat(32)),
        xid_verdict: "genuine".into(),
        xid_source: Some("cookie".into()),
        page_host: Some("shop.test".into()),
        page_path: Some("/join".into()),
        snippet: Some("1".into()),
        problems: "[]".into(),
        trust: "browser".into(),
        browser: None,
        engine: None,
        device: None,
        consent: None,
        day: None,
        page_template: None,
        event: None,
        confirmed_at: None,
        occurred_at: at(i64::from(number)),
        recorded_at: at(i64::from(number)),
    }
}

/// A payment of so many cents, made at the second of its number, by nobody known.
pub fn payment(number: u32, minor: i64) -> transactions::Kept {
    transactions::Kept {
        transaction: Transaction {
            id: TransactionId::from_bits(number.into()),
            key: format!("order-{number}"),
            amount: euros(minor),
            product_key: Some("plan".into()),
            category_key: None,
            occurred_at: at(i64::from(number)),
            removed_at: None,
            refunds: Refunds::default(),
        },
        source: "api".into(),
        customer: None,
        metadata: "{}".into(),
        given_back_at: None,
        input_hash: "hash".into(),
        recorded_at: at(i64::from(number)),
    }
}

/// The same, by a customer.
pub fn payment_of(number: u32, minor: i64, customer: u32) -> transactions::Kept {
    transactions::Kept { customer: Some(CustomerId::from_bits(customer.into())), ..payment(number, minor) }
}

/// A commission of so many cents, pending, that the first offer made for the first partner out of the payment of the same
/// number.
pub fn commission(number: u32, minor: i64) -> commissions::Kept {
    let transaction = TransactionId::from_bits(number.into());
    let made = at(i64::from(number));
    commissions::Kept {
        id: CommissionId::from_bits(number.into()),
        key: format!("entry-{number}"),
        partner: PartnerId::from_bits(1),
        customer: Some(CustomerId::from_bits(1)),
        made_by: commissions::MadeBy::Offer {
            source: EarningSource::transaction(&transaction),
            offer: OfferId::from_bits(1),
            version: 1,
            seq: 1,
        },
        transaction: Some(transaction),
        kind: PostingKind::Accrual,
        amount: euros(minor),
        description: "A share".into(),
        status: CommissionStatus::Pending,
        hold: None,
        decline_reason: None,
        release_at: None,
        occurred_at: made,
        created_at: made,
        updated_at: made,
    }
}

/// The first version of an offer.
pub fn offer(number: u32) -> OfferVersion {
    OfferVersion {
        offer: OfferId::from_bits(number.into()),
        version: 1,
        from_at: at(i64::from(number)),
        description: "A share".into(),
        archived_at: None,
        trigger: Trigger::Transaction,
        terms: Terms::Percent { rate: Rate::from_ppm(200_000) },
        limits: Limits { months: Some(12), ..Limits::default() },
        rules: ProductRules { product_keys: vec!["plan".into()], ..ProductRules::default() },
        hold_days: 30,
        group: None,
    }
}

/// A click's key, so many milliseconds after the beginning.
pub fn click_key(number: u16) -> ClickKey {
    ClickKey { incarnation: 7, millis: at(0).millis() + i64::from(number), counter: number }
}

/// A counted click on the first link, which is the first partner's.
pub fn click(tenant: &Tenant, number: u16, outcome: Outcome) -> ClickRow {
    ClickRow {
        key: click_key(number),
        xid: format!("{number:032}"),
        outcome,
        rollup: RollupKey {
            program: tenant.program.to_string(),
            mode: tenant.mode.as_str(),
            day: "2026-03-01".into(),
            partner: PartnerId::from_bits(1).to_string(),
            link: LinkId::from_bits(1).to_string(),
            outcome: outcome.as_str(),
        },
        recorded_at: at(i64::from(number)).micros(),
        dest: "https://shop.test/a".into(),
        earlier_xids: r#"["before"]"#.into(),
        sub_ids: r#"["a","b"]"#.into(),
        params: "[]".into(),
        referrer_host: Some("blog.test".into()),
        device: "desktop",
        browser: "chrome",
        engine: "blink",
        in_app: None,
        country: Some("DE".into()),
        gpc_at: None,
        user_agent: None,
        ip_prefix: None,
    }
}

/// A program with a default group and three partners, and the tenant of its live data.
pub async fn filled(conn: &mut Conn) -> Tenant {
    assert!(programs::insert(conn, &program(1)).await.expect("stored"));
    let tenant = Tenant::new(program(1).id, Mode::Live);
    assert!(groups::insert(conn, &tenant.program, &group(1, "default")).await.expect("stored"));
    for (number, key) in [(1, "ada"), (2, "bo"), (3, "cy")] {
        assert!(partners::insert(conn, &tenant, &partner(number, key)).await.expect("stored"));
    }
    tenant
}

/// A store with a filled program, and a second program beside it.
pub struct Shop {
    /// The store.
    pub test: TestStore,
    /// The first program's live data.
    pub tenant: Tenant,
}

impl Fresh for Shop {
    async fn fresh(engine: Engine) -> Self {
        let test = TestStore::fresh(engine).await;
        let mut conn = test.conn().await;
        let tenant = filled(&mut conn).await;
        assert!(programs::insert(&mut conn, &program(2)).await.expect("stored"));
        Self { test, tenant }
    }
}

impl Shop {
    /// A connection that can write.
    pub async fn conn(&self) -> Conn {
        self.test.conn().await
    }

    /// Those who must see and change nothing of the tenant's: its other mode, and another program.
    pub fn others(&self) -> [Tenant; 2] {
        [Tenant::new(self.tenant.program.clone(), Mode::Test), Tenant::new(program(2).id, Mode::Live)]
    }

    /// Stores customers of these numbers, each with a claim of its number.
    pub async fn sign_up(&self, conn: &mut Conn, numbers: &[u32]) {
        for &number in numbers {
            customers::insert(conn, &self.tenant, &customer(number)).await.expect("stored");
            claims::insert(conn, &self.tenant, &customer(number).id, &claim(number)).await.expect("stored");
        }
    }

    /// Stores a payment of a customer.
    pub async fn pay(&self, conn: &mut Conn, number: u32, minor: i64, customer: u32) {
        let kept = payment_of(number, minor, customer);
        let origin = transactions::Origin::default();
        assert!(transactions::insert(conn, &self.tenant, &kept, &origin).await.expect("stored"));
    }
}
