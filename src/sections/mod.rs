//! Sections: the parts of the site that articles stand in. Always public; changes go live at once.

pub mod delivery;
pub mod manage;
pub mod model;
pub mod queries;
pub mod view;
