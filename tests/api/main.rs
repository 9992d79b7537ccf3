//! Tests of the API as its users meet it: the real server on a real port over a real Postgres, a database for each test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test that panics has failed, as it should

mod app;
mod audit;
mod changes;
mod contract;
mod door;
mod idempotency;
mod leaks;
mod page;
mod postgres;
mod schema;
mod start;
mod versions;
mod wall;
mod watch;
