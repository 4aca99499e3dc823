//! Reads that pages of the dashboard need: joined lists and sums, each one query. Nothing here writes, and clicks are
//! summed from their roll-ups, never counted one by one.

pub mod activity;
pub mod arrivals;
pub mod clicks;
pub mod commissions;
pub mod customers;
pub mod figures;
pub mod partners;
pub mod search;
pub mod tagged_pages;
pub mod testing;

use whence_domain::PartnerId;

/// A partner as lists name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerName {
    /// Its id.
    pub id: PartnerId,
    /// First and last name, or the e-mail address of a partner without one.
    pub name: String,
}

impl PartnerName {
    /// Out of the columns of a joined row.
    fn of(id: Option<String>, first: Option<String>, last: Option<String>, email: Option<String>) -> Option<Self> {
        let name = name_of(&first.unwrap_or_default(), &last.unwrap_or_default(), &email.unwrap_or_default());
        id.map(|id| Self { id: PartnerId::from_stored(id), name })
    }
}

/// What to call somebody: first and last name, else the e-mail address.
pub fn name_of(first: &str, last: &str, email: &str) -> String {
    let name = format!("{} {}", first.trim(), last.trim());
    match name.trim() {
        "" => email.to_owned(),
        name => name.to_owned(),
    }
}

/// What to call a customer: the first of these that is known.
pub(super) fn customer_name(name: Option<String>, email: Option<String>, key: Option<String>) -> String {
    let known = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    known(name).or_else(|| known(email)).or_else(|| known(key)).unwrap_or_else(|| "Without a name".into())
}

/// A pattern for `like … escape '!'` that finds the text anywhere. Both engines lower ASCII letters only, so this does too.
fn pattern(text: &str) -> String {
    let escaped = text.trim().to_ascii_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_types_is_searched_for_literally() {
        assert_eq!(pattern(" 50%_Off! "), "%50!%!_off!!%");
    }

    #[test]
    fn somebody_without_a_name_goes_by_the_address() {
        assert_eq!(name_of("", " ", "bo@x.test"), "bo@x.test");
        assert_eq!(name_of("Bo", "", "bo@x.test"), "Bo");
    }
}
