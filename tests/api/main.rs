//! Tests of the API as its users meet it: the real server on a real port over a real Postgres, a database for each test.

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
