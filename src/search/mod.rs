//! Full text search over what is published: words, phrases, exclusions and the names of entities, the best first.
//!
//! What is asked ([`model`]) is looked up first: its stems in each language that something is published in, words that it is a part of, and
//! entities of that name (`queries/delivery/meaning.rs`). Of that one query of Postgres is made (`tsquery.rs`), which one statement runs
//! (`hits.rs`). What it found is marked here and not by Postgres (`marks.rs`), so that no markup of a text can come out of it.

pub mod delivery;
pub mod marks;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod tsquery;
pub mod view;
