//! Whence as a library: everything with IO. The binary parses the command line and calls in here.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod control;
pub mod data_dir;
pub mod demo;
pub mod edge;
pub mod flows;
pub mod http;
pub mod jobs;
pub mod outgoing;
pub mod secret;
pub mod server;
pub mod spool;
pub mod store;
pub mod ui;
