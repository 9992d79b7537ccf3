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
mod authors;
mod bodies;
mod body_limits;
mod bulk;
mod cache;
mod campaigns;
mod cards;
mod changes;
mod codes;
mod command_line;
mod contract;
mod demo;
mod donation_attachments;
mod donation_links;
mod door;
mod entities;
mod entity_lists;
mod entity_merge;
mod entity_merge_races;
mod entity_merge_readers;
mod entity_merge_refusals;
mod entity_migration;
mod entity_names;
mod exporting;
mod faults;
mod gone;
mod guards;
mod history;
mod hostile_queries;
mod http;
mod idempotency;
mod importing;
mod importing_ghost;
mod input;
mod json_ld;
mod keys;
mod leaks;
mod list_filters;
mod lists;
mod log;
mod methods;
mod metrics;
mod openapi;
mod page;
mod parameters;
mod paths;
mod plans;
mod pool;
mod postgres;
mod preview;
mod private;
mod qr;
mod races;
mod rate_limits;
mod redirects;
mod removal;
mod replica;
mod resolve;
mod rich_text_api;
mod rich_text_forms;
mod schedule;
mod schema;
mod search;
mod sections;
mod shorthand;
mod shutdown;
mod site;
mod stale;
mod start;
mod statuses;
mod suggestions;
mod suggestions_order;
mod tls;
mod updates;
mod versions;
mod wall;
mod watch;
