//! Which page of a list is asked for (`wire.md` 3.1): `limit`, `starting_after`, `ending_before`, times, `order_by`.

use super::ApiError;
use super::params::Params;
use crate::store::{Cursor, Order, Page};

/// Objects on a page unless the caller says otherwise.
const DEFAULT_LIMIT: i64 = 10;

/// Objects on a page at most.
const MAX_LIMIT: i64 = 250;

impl Params {
    /// The page that is asked for. `is_key` says whether a text has the shape of a key of these objects.
    ///
    /// # Errors
    /// 422 about the parameter that makes no sense.
    pub fn page(&self, is_key: impl Fn(&str) -> bool) -> Result<Page, ApiError> {
        let limit = self.integer("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
        Ok(Page {
            limit: u16::try_from(limit).unwrap_or(u16::MAX),
            order: self.order()?,
            cursor: self.cursor(is_key)?,
            min_created: self.instant("min_created")?,
            max_created: self.instant("max_created")?.map(end_of_milli),
            min_updated: self.instant("min_updated")?,
            max_updated: self.instant("max_updated")?.map(end_of_milli),
        })
    }

    fn order(&self) -> Result<Order, ApiError> {
        match self.text("order_by", 100)? {
            None | Some("-created_at") => Ok(Order::NewestFirst),
            Some("created_at") => Ok(Order::OldestFirst),
            Some(_) => Err(ApiError::invalid("order_by", "unknown_value", "must be created_at or -created_at")),
        }
    }

    fn cursor(&self, is_key: impl Fn(&str) -> bool) -> Result<Option<Cursor>, ApiError> {
        let (after, before) = (self.text("starting_after", 255)?, self.text("ending_before", 255)?);
        let key = |name: &str, key: &str| {
            let wrong = || ApiError::invalid(name, "invalid_key", "is not the key of such an object");
            if is_key(key) { Ok(key.to_owned()) } else { Err(wrong()) }
        };
        match (after, before) {
            (Some(_), Some(_)) => {
                Err(ApiError::invalid("ending_before", "two_cursors", "cannot be combined with starting_after"))
            }
            (Some(after), None) => Ok(Some(Cursor::After(key("starting_after", after)?))),
            (None, Some(before)) => Ok(Some(Cursor::Before(key("ending_before", before)?))),
            (None, None) => Ok(None),
        }
    }
}

/// The API shows milliseconds of what is stored in microseconds: what shows as the bound lies within it.
fn end_of_milli(at: whence_domain::Instant) -> whence_domain::Instant {
    at.plus_micros(999)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Result<Page, Option<String>> {
        Params::parse(query).and_then(|params| params.page(|key| key.starts_with("k_"))).map_err(|error| error.field)
    }

    #[test]
    fn a_page_has_ten_objects_newest_first_unless_told() {
        assert_eq!(page(""), Ok(Page::first(10)));
        assert_eq!(page("limit=250").map(|page| page.limit), Ok(250));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=251", "limit"),
            ("limit=ten", "limit"),
            ("order_by=amount", "order_by"),
            ("starting_after=x", "starting_after"),
            ("starting_after=k_1&ending_before=k_2", "ending_before"),
            ("min_created=soon", "min_created"),
            ("max_created=%00", "max_created"),
        ] {
            assert_eq!(page(query), Err(Some(field.to_owned())), "{query}");
        }
        assert!(Params::parse("a=%ff").is_err());
    }
}
