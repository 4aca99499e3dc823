//! What could be found out about one question. An absent fact means "could not be determined", never "no".
//!
//! Facts are pseudonymous: ids, hosts, paths, families of browsers, and derived features. Names, e-mails, user agents and
//! raw bodies stay with the rows that they come from (`product.md` 4 "Evidence, privacy").

use super::cause::Cause;
use crate::earning::{CommissionStatus, HoldReason, OfferVersion, Transaction};
use crate::id::{ClaimId, CommissionId, CustomerId, LinkId, PartnerId};
use crate::mode::Mode;
use crate::money::Money;
use crate::program::partner::PartnerVersion;
use crate::program::policy::Policy;
use crate::time::{Instant, Period};
use crate::tracking::agent::{Browser, Device, Engine};
use crate::tracking::{AttributionDecision, Claim, ClaimSource, Outcome, PaymentSeen, Touch, TouchId};
use serde::{Deserialize, Serialize};

/// Everything that one investigation reads.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The present.
    pub now: Instant,
    /// The zone in which people of the program read times.
    pub zone: jiff::tz::TimeZone,
    /// Live or test.
    pub mode: Mode,
    /// What was asked.
    pub question: Question,
    /// All versions of the program's policy.
    pub policies: Vec<Policy>,
    /// All versions of all offers.
    pub offers: Vec<OfferVersion>,
    /// All versions of every partner that anything here names.
    pub partners: Vec<PartnerVersion>,
    /// The customer asked about, if one was found: the best of the candidates.
    pub customer: Option<CustomerFacts>,
    /// Other records that may be the same person.
    pub others: Vec<OtherRecord>,
    /// Clicks on the asked partner's links (where none was asked for: on any) that may have been this customer's, latest
    /// first, at most [`MOST_CLICKS`](Self::MOST_CLICKS).
    pub clicks: Vec<ClickSeen>,
    /// How many such clicks there are in the period, also beyond those listed.
    pub click_count: u64,
    /// Page views: those of the clicks listed, and those near the sign-up that came without a click; in order of time.
    pub landings: Vec<LandingSeen>,
    /// What is known of the pages that matter: the clicks' destinations and the sign-up's page.
    pub pages: Vec<PageSeen>,
    /// Checks of the links' destinations, in order of time.
    pub checks: Vec<CheckSeen>,
    /// Requests to links that led nowhere: the asked partner's, or under the asked address.
    pub misses: Vec<MissSeen>,
    /// What the door refused from the program's own sites, in the period.
    pub refusals: Vec<RefusalSeen>,
    /// What arrived in the other mode, from the same sites or of the same person.
    pub elsewhere: Vec<ElsewhereSeen>,
    /// How the payment provider's deliveries fare.
    pub payments: PaymentChannel,
    /// Hosts of the program's links that lie on the company's own site, so that the redirect sets the cookies.
    pub link_host_on_site: bool,
    /// What lies before it has been forgotten; absent while nothing was.
    pub kept_since: Option<Instant>,
    /// Times at which Whence itself did not take anything in.
    pub outages: Vec<Period>,
}

impl Facts {
    /// Clicks listed at most.
    pub const MOST_CLICKS: usize = 50;
}

/// What was asked, resolved as far as it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The partner who asks: named, or the owner of the named link.
    pub partner: Option<PartnerId>,
    /// The link named, if it is one of ours.
    pub link: Option<LinkId>,
    /// Whether a link was named that nobody has.
    pub link_unknown: bool,
    /// When it is said to have happened.
    pub period: Period,
    /// Whether a customer was described at all: by e-mail, name, key or order.
    pub describes_customer: bool,
    /// The browser that the partner or customer named. A hint: it explains and never proves.
    pub browser: Option<Browser>,
    /// The device named.
    pub device: Option<Device>,
    /// Whether click and sign-up are said to have been in the same browser.
    pub same_browser: Option<bool>,
}

/// A page, by what of its address is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PageName {
    /// Host, in lower case.
    pub host: String,
    /// Path.
    pub path: String,
}

/// Somebody who is known here, and may be whom the question is about.
#[derive(Clone, Debug)]
pub struct CustomerFacts {
    /// Which customer.
    pub id: CustomerId,
    /// Since when something signed, a secret key or a person says that it exists.
    pub confirmed_at: Option<Instant>,
    /// When it signed up, as the first word of it says.
    pub signed_up_at: Instant,
    /// Each word that it signed up, in order of time.
    pub sign_ups: Vec<SignUpSeen>,
    /// The same, as attribution reads it.
    pub claims: Vec<Claim>,
    /// Clicks that came with those.
    pub touches: Vec<Touch>,
    /// What persons decided.
    pub decisions: Vec<AttributionDecision>,
    /// Its confirmed payments, as attribution reads them.
    pub paid: Vec<PaymentSeen>,
    /// When the first invoice that uses its attribution was closed.
    pub settled_at: Option<Instant>,
    /// Its payments, as earning reads them.
    pub transactions: Vec<Transaction>,
    /// The commissions that stand for it.
    pub commissions: Vec<CommissionSeen>,
    /// Whether the payment provider's id of it is known.
    pub has_provider_key: bool,
    /// Whether its e-mail address is the asking partner's own.
    pub is_partner_itself: bool,
    /// Whether its e-mail address has the domain of the asking partner's, which is not one that anybody can have.
    pub same_domain_as_partner: bool,
}

/// Somebody's word that the customer signed up, with what was seen along with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUpSeen {
    /// Which word.
    pub claim: ClaimId,
    /// Whose.
    pub source: ClaimSource,
    /// When.
    pub at: Instant,
    /// The page, where a page said it.
    pub page: Option<PageName>,
    /// The click id that came along.
    pub xid: XidSeen,
    /// Causes that the snippet itself told. Hints: they explain and never prove.
    pub problems: Vec<Cause>,
    /// Which snippet said it.
    pub snippet: Option<String>,
    /// The browser, where one said it.
    pub agent: Option<AgentSeen>,
    /// Whether a consent state without consent came along.
    pub without_consent: bool,
}

/// What a click id that somebody showed turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum XidSeen {
    /// One of ours, for this program and mode.
    Genuine,
    /// None of ours.
    Forged,
    /// One of ours, for another program or mode.
    Foreign,
    /// None was shown.
    Absent,
}

/// Families of what somebody used, as the request said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSeen {
    /// Family of the browser.
    pub browser: Browser,
    /// Its engine.
    pub engine: Engine,
    /// Kind of device, where it was kept.
    pub device: Option<Device>,
}

impl AgentSeen {
    /// Whether both can be the same browser on the same device.
    pub fn may_be(&self, other: &Self) -> bool {
        let devices = self.device.zip(other.device);
        self.browser == other.browser && self.engine == other.engine && devices.is_none_or(|(one, two)| one == two)
    }
}

/// A click that may have been the customer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClickSeen {
    /// Which.
    pub id: TouchId,
    /// Its id as text.
    pub xid: String,
    /// On which link.
    pub link: LinkId,
    /// Whose link it was.
    pub partner: PartnerId,
    /// What screening made of it.
    pub outcome: Outcome,
    /// What clicked.
    pub agent: AgentSeen,
    /// The app in whose own browser it was made.
    pub in_app: Option<String>,
    /// Whether the browser asked not to be tracked (`Sec-GPC`).
    pub gpc: bool,
    /// Host of the page that led there.
    pub referrer_host: Option<String>,
    /// Where it was sent.
    pub dest: PageName,
    /// Clicks whose ids its own request carried in its cookies.
    pub earlier: Vec<TouchId>,
    /// Whether its id came along with another customer, whose click it therefore was.
    pub brought_by_others: bool,
}

impl ClickSeen {
    /// When it was made.
    pub const fn at(&self) -> Instant {
        self.id.at()
    }
}

/// Whether something that the snippet wrote could be read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// It could.
    Yes,
    /// It could not.
    No,
    /// The snippet did not say, or did not try.
    Unsaid,
}

/// What the page said about consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentSeen {
    /// The page does not ask.
    Unasked,
    /// The visitor agreed.
    Granted,
    /// The visitor refused, or the browser did for them.
    Denied,
    /// It was asked for and not answered.
    Awaited,
}

/// A page view that the snippet told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LandingSeen {
    /// Its key, to cite it by.
    pub key: String,
    /// When.
    pub at: Instant,
    /// Where.
    pub page: PageName,
    /// Names of the parameters in the page's address.
    pub params: Vec<String>,
    /// Host of the page before it.
    pub referrer_host: Option<String>,
    /// The click that its id names, if genuine.
    pub click: Option<TouchId>,
    /// What its click id turned out to be.
    pub xid: XidSeen,
    /// Whether the cookie held.
    pub cookie: Kept,
    /// The domain for which the cookie was kept: empty for the page's host alone; none where the snippet did not say.
    pub cookie_domain: Option<String>,
    /// Whether the page's storage held, which is the host's alone.
    pub storage: Kept,
    /// What the page said about consent.
    pub consent: ConsentSeen,
    /// Whether the browser asked not to be tracked.
    pub gpc: bool,
    /// Causes that the snippet itself told. Hints.
    pub problems: Vec<Cause>,
    /// Which snippet.
    pub snippet: Option<String>,
    /// What browsed.
    pub agent: AgentSeen,
}

/// What a page is in the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageRole {
    /// Clicks were sent there.
    Destination,
    /// The customer signed up there.
    SignUp,
    /// Neither, but the program's sign-ups usually come from there.
    UsualSignUp,
}

/// What is known of a page over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSeen {
    /// Which page.
    pub page: PageName,
    /// What it is in the question.
    pub role: PageRole,
    /// When the snippet first told of it.
    pub first_landing_at: Option<Instant>,
    /// When it last did, before or after the question's period.
    pub last_landing_at: Option<Instant>,
    /// Page views told of in the period.
    pub landings: u64,
    /// Those of them that carried a genuine click.
    pub landings_with_click: u64,
    /// People's clicks (outcomes that attribute) sent there in the period.
    pub clicks: u64,
    /// People's clicks sent there after the last page view.
    pub clicks_since_last_landing: u64,
    /// Sign-ups that pages told of from there in the period.
    pub sign_ups: u64,
    /// Those of them that carried a genuine click: then the page works.
    pub sign_ups_with_click: u64,
}

/// Whether a check found the snippet's tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagSeen {
    /// It is there.
    Found,
    /// The page was read, and it is not there.
    Missing,
    /// It could not be determined.
    Unknown,
}

/// What a check made of the key in the tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySeen {
    /// The program's, of the mode in question.
    Right,
    /// The tag has none.
    Missing,
    /// Nobody here has it.
    UnknownKey,
    /// The program's, of the other mode.
    OtherMode,
    /// Another program's.
    OtherProgram,
    /// It could not be determined.
    Unknown,
}

/// What became of the link's parameters on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParametersSeen {
    /// They arrived.
    Kept,
    /// This address, with host and path, answered with a redirect that lacks them.
    LostAt(String),
    /// It could not be determined.
    Unknown,
}

/// A kept check of a link's destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckSeen {
    /// Its key, to cite it by.
    pub key: String,
    /// When it was made.
    pub at: Instant,
    /// Of which link, if it was of one.
    pub link: Option<LinkId>,
    /// The destination checked.
    pub page: PageName,
    /// The final page's HTTP status; none if it could not be reached.
    pub http_status: Option<u16>,
    /// Whether a real browser visited, so that tags inserted later were seen.
    pub by_browser: bool,
    /// The snippet's tag.
    pub tag: TagSeen,
    /// The key in it.
    pub key_in_tag: KeySeen,
    /// The link's parameters.
    pub parameters: ParametersSeen,
    /// The line of the page where code overwrites the snippet's object.
    pub overwritten_at: Option<u32>,
    /// Whether the page's policy blocks the snippet.
    pub policy_blocks: bool,
    /// Whether two tags are on the page.
    pub duplicate: bool,
    /// Whether the destination lies outside the program's sites.
    pub not_allowed: bool,
}

/// A request to a link that led nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissSeen {
    /// Its key, to cite it by.
    pub key: String,
    /// When.
    pub at: Instant,
    /// The path asked for.
    pub path: String,
    /// The link, if there is or was one.
    pub link: Option<LinkId>,
    /// Whose it is.
    pub partner: Option<PartnerId>,
    /// `inactive` or `unknown`.
    pub outcome: Outcome,
}

/// Why the door refused a report of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// The snippet was called without a key.
    NoPublicKey,
    /// With one that nobody has.
    UnknownPublicKey,
    /// With one of a program that does not know this site.
    OriginNotAllowed,
    /// With data that make no sense.
    InvalidData,
    /// For something else: size, type, time.
    Other,
}

/// Reports of a page that were refused, counted by the hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalSeen {
    /// A key to cite it by.
    pub key: String,
    /// The page's host.
    pub origin: String,
    /// Why.
    pub reason: RefusalReason,
    /// When that hour began.
    pub from: Instant,
    /// When the last one came.
    pub last_at: Instant,
    /// How many.
    pub requests: u64,
    /// How many of them were sign-ups, where that was kept.
    pub sign_ups: Option<u64>,
}

/// What arrived in the other mode of the same program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElsewhereSeen {
    /// A key to cite it by.
    pub key: String,
    /// What: a sign-up of this very person, or page views of the same site.
    pub what: ElsewhereWhat,
    /// When the last one came.
    pub at: Instant,
    /// How many.
    pub count: u64,
}

/// What arrived in the other mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElsewhereWhat {
    /// A sign-up with the same e-mail or customer key.
    SamePerson,
    /// Page views or sign-ups of the program's own site.
    SameSite,
}

/// Another record that may be the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherRecord {
    /// Which customer.
    pub customer: CustomerId,
    /// Since when it is known.
    pub since: Instant,
    /// Whether it signed up on a page or by server, with or without a click.
    pub signed_up: bool,
    /// Whether it belongs to a partner.
    pub partner: Option<PartnerId>,
    /// Whether it has paid.
    pub paid: bool,
    /// Its payments, as earning reads them.
    pub transactions: Vec<Transaction>,
    /// Clicks that came with it.
    pub touches: Vec<Touch>,
    /// What both have in common.
    pub shared: Shared,
    /// Whether both have a customer key, and it differs.
    pub other_key: bool,
    /// Whether only letter case, spaces or an e-mail's `+tag` make the two keys differ.
    pub nearly_same_key: bool,
}

/// What two records have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// The e-mail address.
    Email,
    /// A key that differs in case or spaces only.
    NearlyTheKey,
    /// The name alone.
    Name,
}

/// A commission that stands for the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommissionSeen {
    /// Which.
    pub id: CommissionId,
    /// Whose.
    pub partner: PartnerId,
    /// How much; negative for what is taken back.
    pub amount: Money,
    /// Where it stands.
    pub status: CommissionStatus,
    /// Why it is held back.
    pub hold: Option<HoldReason>,
    /// When it was made.
    pub at: Instant,
    /// Whether a person made it by hand.
    pub by_hand: bool,
}

/// How the payment provider's deliveries fare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentChannel {
    /// Whether the program has an address for a provider's deliveries in this mode.
    pub connected: bool,
    /// Deliveries that were refused in the period: a key to cite, when the last one came, how many, and the reason's code.
    pub refused: Vec<RefusedDeliveries>,
    /// When the last good delivery came.
    pub last_delivery_at: Option<Instant>,
    /// Good deliveries per day over the thirty days before the period, in thousandths.
    pub norm_per_day_milli: u64,
    /// Good deliveries in the period.
    pub deliveries: u64,
    /// Payments that arrived and name nobody who signed up, in the period.
    pub unmatched: Vec<UnmatchedPayment>,
    /// Hosts of pages on which the provider says that its checkouts were made, where it says so.
    pub checkout_host: Option<String>,
}

/// Deliveries refused for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedDeliveries {
    /// A key to cite them by.
    pub key: String,
    /// The reason's code.
    pub reason: String,
    /// When the last one came.
    pub last_at: Instant,
    /// How many.
    pub count: u64,
}

/// A payment that names nobody who signed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedPayment {
    /// The event it came in.
    pub event: String,
    /// When it was paid.
    pub at: Instant,
    /// Why it found nobody.
    pub why: String,
}
