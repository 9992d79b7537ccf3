//! `/v1/manage/articles/{article}/previews` and `/v1/preview/{token}`: links by which somebody without a key sees a draft as readers would.
//!
//! What a link shows is the article's page, made by publishing on trial (`publishing::trial`): it is read within a transaction that is undone, so
//! that no list, cache or log ever knows of it.

pub mod delivery;
pub mod manage;
pub mod model;
pub mod queries;
pub mod view;
