//! Tests of what investigations read.

mod candidates;
mod investigations;
mod link_checks;
mod payment_channel;
mod seen_clicks;
mod seen_visits;
mod surroundings;
