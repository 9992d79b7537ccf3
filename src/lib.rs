//! **Kroniek**: a headless content API for independent publishers, in which an article is a living document.
//!
//! Editors' tools write through the *management* surface (`/v1/manage/…`), everyone reads through the *delivery* surface (`/v1/…`).
//! Behind them are two schemas of one Postgres database: `newsroom` holds everything and every version, `delivery` what readers may see,
//! shaped for reading. [`publishing`] is the only door between them, and each passage takes the next number of the change log.
//!
//! ```text
//!  an editor's tool                                                       a reader
//!        │                                                                    │
//!   manage handlers ──► queries/newsroom ──► publishing (the door) ──► queries/delivery ──► delivery handlers
//!        (a slice)          newsroom.*        one transaction,            delivery.*            (a slice)
//!                                             one change, one seq
//! ```
//!
//! # The map
//!
//! The floor, which knows no slice: [`config`] every setting · [`error`] the one error type and the table of codes · [`values`] slugs, times,
//! addresses and texts that can't be wrong once made · [`rich_text`] from a source to HTML, blocks and text · [`db`] pools, schema, roles,
//! the embedded server · [`diff`] what changed between two
//! versions · [`changes`] the log · [`cache`] answers that are kept · [`publishing`] the door · [`auth`] keys and scopes · [`http`] reading requests and shaping answers ·
//! [`openapi`] the document.
//!
//! The slices, each standing only on those before it, each a URL segment, a folder and a test file: [`keys`], [`audit`], [`versions`], [`sections`], [`authors`], [`entities`],
//! [`donation_links`], [`site`], [`media`], [`partners`], [`notices`], [`updates`], [`related`], [`question`], [`articles`], [`preview`], [`search`], [`feeds`], [`sitemaps`], [`robots`], [`oembed`], [`bulk`]; then [`exchange`], which imports and
//! exports, and the readers of the log: [`changes::sync`], [`syndication`], [`changes::stream`], [`webhooks`] with the hub of the feeds. Within a slice data runs
//! down the page: `delivery.rs` and `manage.rs` (handlers), `model.rs`, `queries/`, `view.rs`. [`resolve`] leads from names and old paths to things.
//!
//! The roof: [`api`] is the whole table of routes, [`server`] starts and stops, [`cli`] has a file for each subcommand.

pub mod api;
pub mod articles;
pub mod audit;
pub mod auth;
pub mod authors;
pub mod bulk;
pub mod cache;
pub mod changes;
pub mod cli;
pub mod config;
pub mod db;
pub mod diff;
pub mod donation_links;
pub mod entities;
pub mod error;
pub mod exchange;
pub mod feeds;
pub mod http;
pub mod keys;
pub mod media;
pub mod notices;
pub mod oembed;
pub mod openapi;
pub mod partners;
pub mod preview;
pub mod publishing;
pub mod question;
pub mod related;
pub mod resolve;
pub mod rich_text;
pub mod robots;
pub mod search;
pub mod sections;
pub mod server;
pub mod site;
pub mod sitemaps;
pub mod syndication;
pub mod updates;
pub mod values;
pub mod versions;
pub mod webhooks;
