//! The REST API, path for path.

mod conversion;
mod earning;
mod events;
mod program;
mod shared;
mod tracking;
