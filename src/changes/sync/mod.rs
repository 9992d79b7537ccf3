//! Delta sync: a copy of all that readers may see, kept by asking what has changed.
//!
//! Every resource carries the number of the change that last wrote it, and what is no longer public a tombstone with its own. So what has changed
//! since a number is found by it, in its latest state, whatever happened in between; a copy of everything is what has changed since nothing.

pub mod delivery;
pub mod following;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
