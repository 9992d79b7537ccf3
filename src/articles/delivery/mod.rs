//! `/v1/articles`, and the articles of an entity.

pub mod list;
pub mod page;
pub mod parts;
