//! The store's functions, on both engines: one file of tests for each file of the store.

mod audit;
mod billing;
mod coverage;
mod dashboard;
mod earning;
mod facts;
mod idempotency;
mod investigation;
mod prepare_all;
mod program;
mod tracking;
mod unusable;
mod writer;
