//! The store's functions, on both engines.

mod contract;
mod prepare_all;
