//! The tables as Diesel knows them, one module a schema. A test compares them with the database.
#![allow(missing_docs)] // each table and column is described in the database

#[rustfmt::skip]
pub mod delivery;
#[rustfmt::skip]
pub mod newsroom;
