//! Turning stored columns back into the domain's types.

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
