//! Notices: what partners are told of an article that was withdrawn or corrected, who has acknowledged it, and who holds what.
//!
//! A notice is written by whatever takes something back, in its transaction, and is told with its change. Whom it concerns is decided when it is
//! read: who had the article before it, or whose contract covered what it was.

pub mod delivery;
pub mod manage;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod reads;
pub mod telling;
pub mod view;
