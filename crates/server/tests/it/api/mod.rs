//! The REST API, path for path.

mod earning;
mod program;
mod shared;
mod tracking;
