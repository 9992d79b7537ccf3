//! The site: the one publication that this deployment serves. Changes go live at once.

pub mod delivery;
pub mod manage;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
