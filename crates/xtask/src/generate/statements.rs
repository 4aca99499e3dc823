//! The statements. One text for both databases: rows come from a recursive series, what varies in them from remainders.

use super::Size;
use super::names;

/// An incarnation that no node leases.
const INCARNATION: u64 = 16_000_000;
/// The year before this moment, 2026-11-01T00:00Z, in milliseconds.
const END: u64 = 1_793_491_200_000;
const YEAR: u64 = 365 * 86_400_000;
/// Pages that links lead to.
pub const PAGES: u64 = 20;

/// Rows of one kind.
pub struct Step {
    /// What they are.
    pub name: &'static str,
    /// How many numbers there are.
    pub rows: u64,
    body: String,
}

impl Step {
    fn new(name: &'static str, rows: u64, body: String) -> Self {
        Self { name, rows, body }
    }

    /// The statement for the numbers `i` from one to another, the latter excluded.
    pub fn text(&self, from: u64, to: u64) -> String {
        let series = format!(
            "with recursive n(i) as (select cast({from} as bigint) union all select i + 1 from n where i + 1 < {to})"
        );
        // What is made of all rows at once has no series.
        self.body.replace("/*series*/", &series)
    }
}

/// Statements that come last.
pub const FINISH: [&str; 3] = ["drop table generated_names", "drop table generated_days", "analyze"];

/// A key of an object: its prefix and 26 digits.
fn id(prefix: &str, number: &str) -> String {
    format!("'{prefix}' || '0000000000000' || substr(cast(10000000000000 + {number} as text), 2)")
}

/// Tables that the others are made from, partners, links and what they promise.
pub fn prepare(size: Size, program: &str) -> Vec<String> {
    let mut all = vec![
        "drop table if exists generated_names".to_owned(),
        "drop table if exists generated_days".to_owned(),
        "create table generated_names (n bigint primary key, name text, forward text, backward text, sound text)"
            .to_owned(),
        "create table generated_days (n bigint primary key, day text)".to_owned(),
    ];
    let first = (END - YEAR) / 86_400_000;
    let days: Vec<String> = (first..=first + 367).map(|day| format!("({day}, '{}')", date(day))).collect();
    all.push(format!("insert into generated_days values {}", days.join(", ")));
    let (group, at) =
        (format!("(select id from groups where program_id = '{program}' order by id limit 1)"), (END - YEAR) * 1_000);
    let partners = size.partners();
    let partner = id("part_", "i");
    let series = format!(
        "with recursive n(i) as (select cast(0 as bigint) union all select i + 1 from n where i + 1 < {partners})"
    );
    all.push(format!(
        "insert into partners (id, program_id, mode, partner_key, email, first_name, last_name, group_id, status, version, joined_at, created_at, updated_at)
         {series} select {partner}, '{program}', 'live', 'partner-' || cast(i as text), 'partner' || cast(i as text) || '@blog.test', 'Partner', cast(i as text), {group}, 'active', 1, {at}, {at}, {at} from n"
    ));
    all.push(format!(
        "insert into partner_versions (program_id, partner_id, version, from_at, group_id, status)
         {series} select '{program}', {partner}, 1, {at}, {group}, 'active' from n"
    ));
    let links = partners * 3;
    let series = format!(
        "with recursive n(i) as (select cast(0 as bigint) union all select i + 1 from n where i + 1 < {links})"
    );
    let (link, owner) = (id("link_", "i"), id("part_", &format!("(i % {partners})")));
    let dest = format!("'https://www.shop.test/page-' || cast(i % {PAGES} as text)");
    all.push(format!(
        "insert into links (id, program_id, mode, number, link_key, folded, partner_id, dest, version, created_at, updated_at)
         {series} select {link}, '{program}', 'live', 60000000000 + i, 'g' || cast(i as text), 'g' || cast(i as text), {owner}, {dest}, 1, {at}, {at} from n"
    ));
    all.push(format!(
        "insert into link_versions (program_id, link_id, version, from_at, partner_id, dest)
         {series} select '{program}', {link}, 1, {at}, {owner}, {dest} from n"
    ));
    all.push(format!("update programs set version = version + 1 where id = '{program}'"));
    all
}

/// `2026-03-31` of a day since 1970, by the civil calendar.
fn date(day: u64) -> String {
    let days = day + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{of_month:02}", year + era * 400 + carry)
}

/// Everything else, in the order in which it must be made.
pub fn steps(size: Size, program: &str) -> Vec<Step> {
    let Size { clicks, customers } = size;
    let (partners, stride) = (size.partners(), size.stride());
    let base = END - YEAR;
    let ms = |i: &str| format!("({base} + ({i}) * {YEAR} / {clicks})");
    // One click in five is the largest partner's; the others are spread.
    let link_number = |i: &str| format!("(case when ({i}) % 5 = 0 then 0 else (({i}) * 7919) % {} end)", partners * 3);
    let link = |i: &str| id("link_", &link_number(i));
    let partner = |i: &str| id("part_", &format!("({} % {partners})", link_number(i)));
    let page = |i: &str| format!("'/page-' || cast({} % {PAGES} as text)", link_number(i));
    let day = |i: &str| format!("(select day from generated_days d where d.n = {} / 86400000)", ms(i));
    let xid = |i: &str| format!("'G' || substr(cast(1000000000000000 + {i} as text), 2) || 'gggggggggggggggg'");
    let pick = |i: &str, words: [&str; 4]| {
        format!(
            "(case ({i}) % 7 when 0 then '{}' when 1 then '{}' when 2 then '{}' else '{}' end)",
            words[0], words[1], words[2], words[3]
        )
    };
    let browser = |i: &str| pick(i, ["safari", "firefox", "edge", "chrome"]);
    let engine = |i: &str| pick(i, ["webkit", "gecko", "blink", "blink"]);
    let device = |i: &str| pick(i, ["phone", "desktop", "tablet", "desktop"]);
    let outcome = "(case when i % 50 = 49 then 'bot' when i % 9 = 8 then 'repeat' else 'counted' end)";

    let clicks_made = format!(
        "insert into clicks (incarnation, ms, counter, program_id, mode, link_id, partner_id, xid, outcome, occurred_at, recorded_at, day, dest,
            earlier_xids, sub_ids, params, referrer_host, device, browser, engine, country)
         /*series*/ select {INCARNATION}, {at}, i % 65536, '{program}', 'live', {link}, {partner}, {xid}, {outcome}, {at} * 1000, {at} * 1000 + 200000,
            {day}, 'https://www.shop.test' || {page}, '[]', '[]', '[]', 'blog.test', {device}, {browser}, {engine}, 'DE' from n",
        at = ms("i"), link = link("i"), partner = partner("i"), xid = xid("i"), day = day("i"), page = page("i"),
        device = device("i"), browser = browser("i"), engine = engine("i"),
    );
    // Every other click was seen to land; every tenth page view came by itself.
    let visits = clicks / 2;
    let with_click = "i % 10 <> 9";
    let when = |text: String, of: &str| format!("(case when {of} then {text} else null end)");
    let of_click = "(i * 2)";
    let visits_made = format!(
        "insert into visits (incarnation, segment, position, program_id, mode, occurred_at, recorded_at, page_host, page_path, params, referrer_host, origin_host,
            xid, xid_verdict, click_incarnation, click_ms, click_counter, cookie, local_storage, consent, snippet, problems, browser, engine, device, day, page_template)
         /*series*/ select {INCARNATION}, 1, i, '{program}', 'live', {at} * 1000 + 1500000, {at} * 1000 + 1700000, 'www.shop.test', {page}, '[]', 'blog.test', 'www.shop.test',
            {xid}, (case when {with_click} then 'genuine' else 'absent' end), {incarnation}, {click_ms}, {counter},
            (case when i % 40 = 1 then 'failed' else 'written_and_read' end), 'written_and_read', null, '1', '[]', {browser}, {engine}, {device}, {day}, {page} from n",
        at = ms(of_click), page = page(of_click), xid = when(xid(of_click), with_click),
        incarnation = when(INCARNATION.to_string(), with_click), click_ms = when(ms(of_click), with_click),
        counter = when(format!("{of_click} % 65536"), with_click), day = day(of_click),
        browser = browser(of_click), engine = engine(of_click), device = device(of_click),
    );
    // Each customer signed up an hour after a click; six in ten brought it along.
    let came_by = format!("(i * {stride})");
    let signed_up = format!("({} * 1000 + 3600000000)", ms(&came_by));
    let brought = "i % 10 < 6";
    let confirmed = when(signed_up.clone(), "i % 10 <> 8");
    let (customer, claim) = (id("cus_", "i"), id("claim_", "i"));
    let email = "'c' || cast(i as text) || '@mail' || cast(i % 50 as text) || '.test'";
    let key = "'u-' || cast(i as text)";
    let join_names = format!("join generated_names g on g.n = (n.i * 7919) % {}", names::COUNT);
    let customers_made = format!(
        "insert into customers (id, program_id, mode, customer_key, email, name, provider_key, confirmed_at, partner_id, source, reason, metadata, signed_up_at, created_at, updated_at,
            name_forward, name_backward, name_sound, folded_key)
         /*series*/ select {customer}, '{program}', 'live', {key}, {email}, g.name, null, {confirmed}, {partner}, (case when {brought} then 'click' else 'none' end),
            (case when {brought} then 'last_click' else 'no_click' end), '{{}}', {signed_up}, {signed_up}, {signed_up}, g.forward, g.backward, g.sound, {key}
         from n {join_names}",
        partner = when(partner(&came_by), brought),
    );
    let identities = |kind: &str, value: &str| {
        format!(
            "insert into customer_identities (program_id, mode, kind, value, customer_id, confirmed_at, added_at)
             /*series*/ select '{program}', 'live', '{kind}', {value}, {customer}, {confirmed}, {signed_up} from n"
        )
    };
    let sign_up_day = day(&came_by);
    let claims_made = format!(
        "insert into claims (id, program_id, mode, customer_id, source, customer_key, email, name, xid, xid_verdict, xid_source, page_host, page_path, snippet, problems, trust,
            browser, engine, device, day, page_template, confirmed_at, occurred_at, recorded_at)
         /*series*/ select {claim}, '{program}', 'live', {customer}, 'snippet', {key}, {email}, g.name, {xid}, (case when {brought} then 'genuine' else 'absent' end),
            (case when {brought} then 'cookie' else null end), 'app.shop.test', '/join', '1', '[]', 'browser', {browser}, {engine}, {device}, {sign_up_day}, '/join', null, {signed_up}, {signed_up}
         from n {join_names}",
        xid = when(xid(&came_by), brought), browser = browser(&came_by), engine = engine(&came_by), device = device(&came_by),
    );
    let touches_made = format!(
        "insert into touches (program_id, mode, claim_id, incarnation, ms, counter, xid, link_id, partner_id, outcome, came_by, recorded_at)
         /*series*/ select '{program}', 'live', {claim}, {INCARNATION}, {at}, {came_by} % 65536, {xid}, {link}, {partner}, 'counted', 'cookie', {signed_up} from n where {brought}",
        at = ms(&came_by), xid = xid(&came_by), link = link(&came_by), partner = partner(&came_by),
    );
    let binding = |partner: &str, source: &str, reason: &str| {
        format!(
            "'{{\"bindings\":[{{\"from\":null,\"partner\":' || {partner} || ',\"touch\":null,\"xid\":null,\"claim\":null,\"decision\":null,\"source\":\"{source}\",\"reason\":\"{reason}\",\"hold\":null,\"policy_version\":1}}],\"payments\":{{}},\"confirmed\":true,\"settled\":false,\"touches\":[],\"late_claims\":[]}}'"
        )
    };
    let quoted = format!("'\"' || {} || '\"'", partner(&came_by));
    let attributions_made = format!(
        "insert into attributions (program_id, mode, customer_id, seq, partner_id, source, reason, policy_version, decision, decided_at)
         /*series*/ select '{program}', 'live', {customer}, 1, {partner}, (case when {brought} then 'click' else 'none' end),
            (case when {brought} then 'last_click' else 'no_click' end), 1, (case when {brought} then {won} else {none} end), {signed_up} from n",
        partner = when(partner(&came_by), brought), won = binding(&quoted, "click", "last_click"), none = binding("'null'", "none", "no_click"),
    );
    let transaction = id("tran_", "i");
    let paid = format!("({signed_up} + 600000000)");
    let transactions_made = format!(
        "insert into transactions (id, program_id, mode, source, key, customer_id, customer_key, email, amount, currency, metadata, input_hash, occurred_at, recorded_at)
         /*series*/ select {transaction}, '{program}', 'live', 'stripe', 'ch_g' || cast(i as text), {customer}, {key}, {email}, 1000 + i % 9000, 'USD', '{{}}', 'generated', {paid}, {paid}
         from n where i % 10 < 7"
    );
    let references_made = format!(
        "insert into transaction_references (program_id, mode, source, reference, transaction_id)
         /*series*/ select '{program}', 'live', 'stripe', 'pi_g' || cast(i as text), {transaction} from n where i % 10 < 7"
    );
    let once = |name, body: String| Step::new(name, 1, body);
    vec![
        Step::new("clicks", clicks, clicks_made),
        Step::new("page views", visits, visits_made),
        Step::new("customers", customers, customers_made),
        Step::new("e-mail addresses", customers, identities("email", email)),
        Step::new("customer keys", customers, identities("customer_key", key)),
        Step::new("sign-ups", customers, claims_made),
        Step::new("touches", customers, touches_made),
        Step::new("attributions", customers, attributions_made),
        Step::new("payments", customers, transactions_made),
        Step::new("payments' names", customers, references_made),
        once("roll-ups of clicks", format!(
            "insert into click_rollups (program_id, mode, day, link_id, partner_id, outcome, slot, clicks)
             select program_id, mode, day, link_id, partner_id, outcome, 1, count(*) from clicks where incarnation = {INCARNATION}
             group by program_id, mode, day, link_id, partner_id, outcome"
        )),
        once("days of pages: page views", format!(
            "insert into page_days (program_id, mode, day, host, path, slot, views, views_with_click, cookie_failed, consent_denied, sign_ups, sign_ups_with_click, clicks, clicks_since_view, first_at, last_at)
             select program_id, mode, day, page_host, page_template, 1, count(*), count(click_ms), sum(case when cookie = 'failed' then 1 else 0 end), 0, 0, 0, 0, 0, min(occurred_at), max(occurred_at)
             from visits where incarnation = {INCARNATION} group by program_id, mode, day, page_host, page_template"
        )),
        once("days of pages: clicks", format!(
            "insert into page_days (program_id, mode, day, host, path, slot, views, views_with_click, cookie_failed, consent_denied, sign_ups, sign_ups_with_click, clicks, clicks_since_view)
             select program_id, mode, day, 'www.shop.test', substr(dest, 22), 2, 0, 0, 0, 0, 0, 0, count(*), 0
             from clicks where incarnation = {INCARNATION} and outcome <> 'bot' group by program_id, mode, day, dest"
        )),
        once("days of pages: sign-ups", format!(
            "insert into page_days (program_id, mode, day, host, path, slot, views, views_with_click, cookie_failed, consent_denied, sign_ups, sign_ups_with_click, clicks, clicks_since_view)
             select program_id, mode, day, page_host, page_template, 17, 0, 0, 0, 0, count(*), sum(case when xid_verdict = 'genuine' then 1 else 0 end), 0, 0
             from claims where program_id = '{program}' and mode = 'live' and page_template is not null group by program_id, mode, day, page_host, page_template"
        )),
    ]
}

/// When this click was made, in milliseconds.
pub const fn click_at(size: Size, click: u64) -> u64 {
    END - YEAR + click * YEAR / size.clicks
}
