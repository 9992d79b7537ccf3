//! Full text search over what is published: words, phrases, exclusions and the names of entities, the best first.
//!
//! What is asked is looked up first ([`question`](crate::question)). Of what it means one query of Postgres is made, which one statement runs
//! (`hits.rs`). What it found is marked here and not by Postgres ([`marks`]), so that no markup of a text can come out of it.

pub mod delivery;
pub mod marks;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
