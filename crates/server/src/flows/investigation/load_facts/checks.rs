//! Kept checks of where the links lead.

use super::Scope;
use crate::store::{Conn, StoreError};
use whence_domain::investigation::facts::{CheckSeen, ClickSeen, PageSeen};

/// Loads them, in order of time.
pub(super) async fn load(
    _conn: &mut Conn,
    _scope: &Scope<'_>,
    _clicks: &[ClickSeen],
    _pages: &[PageSeen],
) -> Result<Vec<CheckSeen>, StoreError> {
    Ok(Vec::new())
}
