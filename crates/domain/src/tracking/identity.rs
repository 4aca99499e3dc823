//! Which customer a fact names.
//!
//! A browser's word reserves no name (`product.md` 4 "Claims"): names that an authenticated fact has proven count for more
//! than those that only browsers have said.

use super::claim::MatchedBy;
use super::customer::CustomerIdentity;
use crate::id::CustomerId;
use crate::time::Instant;

/// The kinds of names, the strongest first.
const KINDS: [MatchedBy; 3] = [MatchedBy::CustomerKey, MatchedBy::ProviderKey, MatchedBy::Email];

/// A name of a customer, and whether an authenticated fact has said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownName {
    /// What kind of name.
    pub kind: MatchedBy,
    /// The name.
    pub value: String,
    /// Whether more than a browser says that it is this customer's.
    pub proven: bool,
}

/// A customer that shares a name with a fact, as a candidate for [`match_customer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCustomer {
    /// Which customer.
    pub id: CustomerId,
    /// All its names.
    pub names: Vec<KnownName>,
    /// Whether an authenticated fact has confirmed it.
    pub confirmed: bool,
    /// When the row was made.
    pub created_at: Instant,
}

impl KnownCustomer {
    /// Whether an authenticated fact that was found to be of this customer shows another to be the same one: it names both,
    /// and the company does not know them by different keys.
    pub fn is_same_as(&self, other: &Self, fact: &CustomerIdentity) -> bool {
        let keyed = |customer: &Self| customer.of_kind(MatchedBy::CustomerKey).any(|name| name.proven);
        let named = KINDS.into_iter().any(|kind| other.is_named(fact, kind, true));
        self.id != other.id && named && !(keyed(self) && keyed(other))
    }

    /// Whether the fact is of this customer by a name of this kind.
    fn is_named(&self, fact: &CustomerIdentity, kind: MatchedBy, authenticated: bool) -> bool {
        let Some(value) = value_of(fact, kind) else { return false };
        let Some(name) = self.of_kind(kind).find(|name| name.value == value) else { return false };
        // What only a browser said of a confirmed customer holds as long as nothing proven speaks against it.
        let doubtful = authenticated && self.confirmed && !name.proven;
        !(doubtful && self.is_contradicted_by(fact))
            && (kind == MatchedBy::CustomerKey || !self.has_other_key(fact, authenticated))
    }

    /// Whether the fact names a customer key and this customer goes by another: people with different keys are different
    /// people to the company, whatever else they share. Against an authenticated fact only a proven key counts. A browser's
    /// key may be made up: it is kept apart from another browser's, but joins a confirmed customer by other names, whose
    /// commissions then wait.
    fn has_other_key(&self, fact: &CustomerIdentity, authenticated: bool) -> bool {
        let Some(value) = value_of(fact, MatchedBy::CustomerKey) else { return false };
        let mut keys = self.of_kind(MatchedBy::CustomerKey);
        let counts = |name: &KnownName| if authenticated { name.proven } else { !self.confirmed };
        !keys.clone().any(|name| name.value == value) && keys.any(counts)
    }

    /// Whether the fact gives another customer key or e-mail address than one that is proven.
    fn is_contradicted_by(&self, fact: &CustomerIdentity) -> bool {
        [MatchedBy::CustomerKey, MatchedBy::Email].into_iter().any(|kind| {
            value_of(fact, kind).is_some_and(|value| {
                let mut proven = self.of_kind(kind).filter(|name| name.proven).peekable();
                proven.peek().is_some() && proven.all(|name| name.value != value)
            })
        })
    }

    fn of_kind(&self, kind: MatchedBy) -> impl Iterator<Item = &KnownName> + Clone {
        self.names.iter().filter(move |name| name.kind == kind)
    }
}

/// Which of the candidates a fact names, and by what: the customer key first, then the provider's key, else the e-mail
/// (`wire.md` 5). Of several, a confirmed one goes first, then the oldest.
pub fn match_customer<'a>(
    fact: &CustomerIdentity,
    authenticated: bool,
    candidates: &'a [KnownCustomer],
) -> Option<(&'a KnownCustomer, MatchedBy)> {
    KINDS.into_iter().find_map(|kind| {
        let named = candidates.iter().filter(|candidate| candidate.is_named(fact, kind, authenticated));
        let best = named.min_by_key(|candidate| (!candidate.confirmed, candidate.created_at, &candidate.id));
        best.map(|customer| (customer, kind))
    })
}

/// The fact's name of a kind.
fn value_of(fact: &CustomerIdentity, kind: MatchedBy) -> Option<&str> {
    match kind {
        MatchedBy::CustomerKey => fact.customer_key.as_ref().map(|key| key.as_str()),
        MatchedBy::ProviderKey => fact.provider_key.as_ref().map(|key| key.as_str()),
        MatchedBy::Email => fact.email.as_ref().map(|email| email.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::email::Email;
    use crate::tracking::customer::CustomerKey;
    use MatchedBy::{CustomerKey as Key, Email as Mail, ProviderKey as Provider};

    fn fact(customer_key: Option<&str>, provider_key: Option<&str>, email: Option<&str>) -> CustomerIdentity {
        let key = |text: &str| CustomerKey::parse(text).expect("a key");
        CustomerIdentity {
            customer_key: customer_key.map(key),
            provider_key: provider_key.map(key),
            email: email.map(|text| Email::parse(text).expect("an address")),
        }
    }

    /// A customer by these names; a trailing `?` marks one that only a browser has said.
    fn known(number: u128, names: &[(MatchedBy, &str)]) -> KnownCustomer {
        let name = |(kind, text): &(MatchedBy, &str)| KnownName {
            kind: *kind,
            value: text.trim_end_matches('?').to_owned(),
            proven: !text.ends_with('?'),
        };
        let names: Vec<KnownName> = names.iter().map(name).collect();
        let confirmed = names.iter().any(|name| name.proven);
        let created_at = Instant::from_micros(i64::try_from(number).expect("small"));
        KnownCustomer { id: CustomerId::from_bits(number), names, confirmed, created_at }
    }

    fn matched(
        fact: &CustomerIdentity,
        authenticated: bool,
        candidates: &[KnownCustomer],
    ) -> Option<(u128, MatchedBy)> {
        let (customer, by) = match_customer(fact, authenticated, candidates)?;
        let number = candidates.iter().position(|candidate| candidate == customer)?;
        Some((number as u128 + 1, by))
    }

    #[test]
    fn the_customer_key_goes_before_the_providers_key_and_that_before_the_e_mail() {
        let candidates =
            [known(1, &[(Mail, "ada@shop.test")]), known(2, &[(Provider, "cus_9")]), known(3, &[(Key, "u-1")])];
        let whole = fact(Some("u-1"), Some("cus_9"), Some("ada@shop.test"));
        assert_eq!(matched(&whole, true, &candidates), Some((3, Key)));
        assert_eq!(matched(&whole, true, &candidates[..2]), Some((2, Provider)));
        assert_eq!(matched(&whole, true, &candidates[..1]), Some((1, Mail)));
        assert_eq!(matched(&fact(None, None, None), true, &candidates), None);
    }

    #[test]
    fn different_proven_keys_are_different_people_though_they_share_an_address() {
        let ada = [known(1, &[(Key, "u-1"), (Provider, "cus_9"), (Mail, "ada@shop.test")])];
        assert_eq!(matched(&fact(Some("u-2"), Some("cus_9"), Some("ada@shop.test")), true, &ada), None);
        assert_eq!(matched(&fact(None, None, Some("ada@shop.test")), true, &ada), Some((1, Mail)));
    }

    #[test]
    fn a_key_that_a_browser_made_up_keeps_nobody_from_a_customer() {
        let by_browser = [known(1, &[(Key, "ada@shop.test?"), (Mail, "ada@shop.test?")])];
        let by_server = [known(1, &[(Key, "u-1"), (Mail, "ada@shop.test")])];
        // Whichever of the two is first, they are one.
        assert_eq!(matched(&fact(Some("u-1"), None, Some("ada@shop.test")), true, &by_browser), Some((1, Mail)));
        let claim = fact(Some("ada@shop.test"), None, Some("ada@shop.test"));
        assert_eq!(matched(&claim, false, &by_server), Some((1, Mail)));
    }

    #[test]
    fn browsers_that_name_different_keys_are_kept_apart() {
        let by_browser = [known(1, &[(Key, "u-1?"), (Mail, "ada@shop.test?")])];
        assert_eq!(matched(&fact(Some("u-2"), None, Some("ada@shop.test")), false, &by_browser), None);
        assert_eq!(matched(&fact(None, None, Some("ada@shop.test")), false, &by_browser), Some((1, Mail)));
    }

    #[test]
    fn a_browser_reserves_no_key_for_a_customer_that_it_is_not_proven_of() {
        let ada = [known(1, &[(Key, "u-7?"), (Mail, "ada@shop.test")])];
        assert_eq!(matched(&fact(Some("u-7"), None, Some("bo@shop.test")), true, &ada), None);
        assert_eq!(matched(&fact(Some("u-7"), None, Some("ada@shop.test")), true, &ada), Some((1, Key)));
        assert_eq!(matched(&fact(Some("u-7"), None, None), true, &ada), Some((1, Key)), "nothing speaks against it");
        let keyed = [known(1, &[(Key, "u-7?"), (Key, "u-1"), (Mail, "ada@shop.test")])];
        assert_eq!(matched(&fact(Some("u-7"), None, None), true, &keyed), None);
    }

    #[test]
    fn of_several_the_confirmed_one_goes_first_and_then_the_oldest() {
        let by_email = |number, text| known(number, &[(Mail, text)]);
        let ada = fact(None, None, Some("ada@shop.test"));
        let unproven = "ada@shop.test?";
        let mut candidates = vec![by_email(1, unproven), by_email(2, unproven), by_email(3, unproven)];
        assert_eq!(matched(&ada, true, &candidates), Some((1, Mail)));
        candidates[2] = by_email(3, "ada@shop.test");
        assert_eq!(matched(&ada, true, &candidates), Some((3, Mail)));
    }

    #[test]
    fn a_fact_that_names_two_customers_joins_them_unless_both_have_proven_keys() {
        let (keyed, other_key) = (known(1, &[(Key, "u-1")]), known(2, &[(Key, "u-2"), (Mail, "ada@shop.test")]));
        let (by_email, by_provider) = (known(3, &[(Mail, "ada@shop.test")]), known(4, &[(Provider, "cus_9")]));
        let whole = fact(Some("u-1"), Some("cus_9"), Some("ada@shop.test"));
        assert!(keyed.is_same_as(&by_email, &whole) && keyed.is_same_as(&by_provider, &whole));
        assert!(!keyed.is_same_as(&other_key, &whole) && !keyed.is_same_as(&keyed, &whole));
        assert!(!keyed.is_same_as(&by_email, &fact(Some("u-1"), None, None)), "it does not name the other");
        // A key that a browser once said of Ada does not make her Bo.
        let ada = known(5, &[(Key, "u-7?"), (Mail, "ada@shop.test")]);
        let bo = known(6, &[(Mail, "bo@shop.test")]);
        assert!(!bo.is_same_as(&ada, &fact(Some("u-7"), None, Some("bo@shop.test"))));
    }
}
