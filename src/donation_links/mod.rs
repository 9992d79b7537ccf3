//! Donation links: how readers support the writers. Attached to the site, a section or an article; an article's effective links are its own,
//! else its section's, else the site's, and an article may switch them off. Changes go live at once.

pub mod delivery;
pub mod epc;
pub mod manage;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
