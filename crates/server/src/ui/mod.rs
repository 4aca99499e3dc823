//! The dashboard: pages rendered on the server for the people of the company.
//!
//! A page is a struct of plain, already formatted values ([`format`] makes them) and an Askama template of the same name
//! in `templates/dashboard/`. Handlers live in `dashboard/<noun>_<verb>.rs`. This layer parses, calls one flow or store
//! function, and renders; it never decides anything about partners or money. Every page works without JavaScript.

pub mod assets;
pub mod chart;
pub mod dashboard;
pub mod format;
pub mod layout;
pub mod parts;
#[cfg(test)]
mod samples;
