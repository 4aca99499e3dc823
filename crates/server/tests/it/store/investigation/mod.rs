//! Tests of what investigations read.

mod link_checks;
mod candidates;
mod investigations;
mod payment_channel;
mod seen_clicks;
mod seen_visits;
mod surroundings;
