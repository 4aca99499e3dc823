//! Lists in pages by key: stable while rows are added, and as fast on the last page as on the first.

use whence_domain::Instant;

/// Which end of a list comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest object first: what a list has unless it is asked for otherwise.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

/// Where a page begins or ends: at the sortable id of an object that the caller has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// The page that follows this object.
    After(String),
    /// The page that comes just before it.
    Before(String),
}

/// Which page of a list is wanted, and between which times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// How many objects at most.
    pub limit: u16,
    /// Which end first.
    pub order: Order,
    /// Where it begins or ends; the list's first page if absent.
    pub cursor: Option<Cursor>,
    /// Created at this moment or later.
    pub min_created: Option<Instant>,
    /// Created at this moment or earlier.
    pub max_created: Option<Instant>,
    /// Last changed at this moment or later.
    pub min_updated: Option<Instant>,
    /// Last changed at this moment or earlier.
    pub max_updated: Option<Instant>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The objects, in the order asked for.
    pub items: Vec<T>,
    /// Whether more follow in the direction of reading.
    pub has_more: bool,
}

impl Page {
    /// The first page, newest first.
    pub fn first(limit: u16) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Whether the query walks from greater ids to smaller ones. A page *before* an object is read away from it, so its
    /// walk is the other way round.
    pub(crate) fn walks_down(&self) -> bool {
        let newest_first = self.order == Order::NewestFirst;
        if matches!(self.cursor, Some(Cursor::Before(_))) { !newest_first } else { newest_first }
    }

    /// The id that the walk begins beyond.
    pub(crate) fn bound(&self) -> Option<&str> {
        match &self.cursor {
            Some(Cursor::After(id) | Cursor::Before(id)) => Some(id),
            None => None,
        }
    }

    /// How many rows the query fetches: one more than wanted tells whether more follow.
    pub(crate) fn fetch(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// The bounds of time as the columns hold them: created from, created to, updated from, updated to.
    pub(crate) fn times(&self) -> [Option<i64>; 4] {
        [self.min_created, self.max_created, self.min_updated, self.max_updated].map(|at| at.map(Instant::micros))
    }

    /// Cuts what was fetched to the page and puts it in the order asked for.
    pub(crate) fn finish<T>(&self, mut rows: Vec<T>) -> Listed<T> {
        let limit = usize::from(self.limit);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        if matches!(self.cursor, Some(Cursor::Before(_))) {
            rows.reverse();
        }
        Listed { items: rows, has_more }
    }
}

impl<T> Listed<T> {
    /// The same page of something made from each object.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Listed<U> {
        Listed { items: self.items.into_iter().map(make).collect(), has_more: self.has_more }
    }
}

/// `list_page!(conn, page, Row, "partners.list_down", "partners.list_up", a, b)`: runs the one statement or the other,
/// whichever way the page is walked. Their parameters are the given ones, then the bound, the number of rows, and the four
/// bounds of time.
#[macro_export]
macro_rules! list_page {
    ($conn:expr, $page:expr, $row:ty, $down:literal, $up:literal $(, $bind:expr)* $(,)?) => {{
        let page: &$crate::store::Page = $page;
        let [created_from, created_to, updated_from, updated_to] = page.times();
        if page.walks_down() {
            $crate::fetch_all!($conn, $row, $down $(, $bind)*, page.bound(), page.fetch(), created_from, created_to,
                updated_from, updated_to)
        } else {
            $crate::fetch_all!($conn, $row, $up $(, $bind)*, page.bound(), page.fetch(), created_from, created_to,
                updated_from, updated_to)
        }
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_before_an_object_is_walked_away_from_it_and_turned_round() {
        let page = Page { limit: 2, cursor: Some(Cursor::Before("b".into())), ..Page::default() };
        assert!(!page.walks_down());
        let listed = page.finish(vec![1, 2, 3]);
        assert_eq!(listed, Listed { items: vec![2, 1], has_more: true });
    }

    #[test]
    fn a_page_that_is_just_full_has_no_more_behind_it() {
        assert!(!Page::first(2).finish(vec![1, 2]).has_more);
    }
}
