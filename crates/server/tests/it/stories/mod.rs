//! Whole journeys, told once from end to end.

mod any_order;
mod causes;
mod click_to_commission;
mod controls;
mod histories;
mod whose_customer;
