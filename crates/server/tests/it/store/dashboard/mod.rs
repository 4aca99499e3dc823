//! Reads of the dashboard.

mod activity;
mod clicks;
mod commissions;
mod customers;
mod figures;
mod partners;
