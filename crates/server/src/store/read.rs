//! Turning stored columns back into the domain's types, and holding statements to what they must have found.

use super::StoreError;
use std::fmt::Display;

/// A value that parsed, or a complaint about what is stored.
pub(super) fn known<T>(what: &'static str, text: &str, value: Option<T>) -> Result<T, StoreError> {
    value.ok_or_else(|| StoreError::corrupt(what, format!("{text:?} is not one of its values")))
}

/// A value that passed its check, or a complaint about what is stored.
pub(super) fn checked<T, E: Display>(what: &'static str, value: Result<T, E>) -> Result<T, StoreError> {
    value.map_err(|error| StoreError::corrupt(what, error))
}

/// A row that must be there.
pub(super) fn present<T>(row: Option<T>) -> Result<T, StoreError> {
    row.ok_or(StoreError::Database(sqlx::Error::RowNotFound))
}

/// The one row that a change must have found: whoever changes something has read it as the same tenant before.
pub(super) fn changed(rows: u64) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::Database(sqlx::Error::RowNotFound)) }
}
