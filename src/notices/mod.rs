//! Notices: what partners are told of an article that was withdrawn or corrected, who has acknowledged it, and who holds what.
//!
//! A notice is written by whatever takes something back, in its transaction, and is told with its change. Whom it concerns is written down with
//! it: who had read the article before, or whose contract covered what it was; and of who had just read it a moment later.

pub mod delivery;
pub mod manage;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod reads;
pub mod telling;
pub mod view;
