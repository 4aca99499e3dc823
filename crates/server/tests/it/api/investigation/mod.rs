//! Routes of investigations.

mod investigations;
