//! Tests of the API as its users meet it: the real server on a real port over a real Postgres, a database for each test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // a test that panics has failed, as it should

mod app;
mod articles;
mod audit;
mod changes;
mod contract;
mod door;
mod gone;
mod http;
mod idempotency;
mod input;
mod leaks;
mod lists;
mod log;
mod openapi;
mod page;
mod postgres;
mod schema;
mod shorthand;
mod start;
mod updates;
mod versions;
mod wall;
mod watch;
