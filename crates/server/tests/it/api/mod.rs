//! The REST API, path for path.

mod conversion;
mod earning;
mod events;
mod idempotency;
mod investigation;
mod program;
mod shared;
mod tenancy;
mod tracking;
