//! What partners are promised and earn.

mod offers;
