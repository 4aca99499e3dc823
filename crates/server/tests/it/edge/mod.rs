//! The edge over HTTP: links and what the snippet sends.

mod ingest;
mod links;
mod recording;
