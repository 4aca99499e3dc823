//! Whole journeys, told once from end to end.

mod any_order;
mod click_to_commission;
mod histories;
mod whose_customer;
