//! `robots.txt` (RFC 9309), as the site's settings have it.

pub mod delivery;
pub mod queries;
pub mod view;
