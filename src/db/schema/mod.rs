//! The tables as Diesel knows them, one module a schema. A test compares them with the database.
#![allow(missing_docs)] // each table and column is described in the database

#[rustfmt::skip]
pub mod delivery;
#[rustfmt::skip]
pub mod newsroom;

/// The type of a text's words for full text search.
#[derive(
    Debug, Clone, Copy, Default, diesel::query_builder::QueryId, diesel::sql_types::SqlType,
)]
#[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
pub struct Tsvector;
