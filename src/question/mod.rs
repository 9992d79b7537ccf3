//! Questions in words: what somebody asks ([`model`]), and what that means to what is published: stems in each language that something is
//! published in, words that it is a part of, entities of that name (`queries/delivery.rs`). Of that queries of Postgres are made ([`tsquery`]),
//! which lists of articles and search run.

pub mod model;
pub mod queries;
pub mod tsquery;
