//! `/v1/articles`, and the pages of entities, which show articles.

pub mod entity;
pub mod json_ld;
pub mod list;
pub mod page;
pub mod partners;
pub mod parts;
