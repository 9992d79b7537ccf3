//! Sitemaps (sitemaps.org, protocol 0.9): for search engines, what has an address on the frontend. An index, files of each kind of thing, and what is news.
//!
//! Which file a thing stands in is told by how its id begins, and by nothing else: files are stretches of primary keys, none of which grows over what
//! the protocol allows, and what is published moves nothing from one to another.

pub mod delivery;
pub mod model;
pub mod queries;
pub mod view;
