//! Reads of the dashboard.

mod activity;
mod arrivals;
mod clicks;
mod commissions;
mod customers;
mod figures;
mod partners;
mod search;
mod tagged_pages;
mod testing;
