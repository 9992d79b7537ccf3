//! What lists of articles cost: how many rows their statements read of a hundred thousand articles, with the planner's settings as they are; and
//! that each combination of filters, sorts and orders gives what reading everything gives.

mod asked;
mod cost;
mod fill;
mod oracle;
pub mod plan;
mod results;
