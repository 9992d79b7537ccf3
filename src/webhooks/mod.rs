//! Webhooks: addresses that are told of what happens to articles, by the Standard Webhooks specification 1.0.
//!
//! What they are told is the event of the stream, without texts. Fan-out (`dispatch/fan_out.rs`) reads the log from each webhook's cursor on and
//! makes deliveries; workers (`dispatch/worker.rs`), one for each webhook on each node, send them, at least once and of one article in order.
//! All that is to be done stands in the database, so that any node goes on where another ended.
//!
//! The same workers send feeds to those who subscribed to them: [`websub`].

pub mod address;
pub mod chores;
pub mod delivery;
pub mod dispatch;
pub mod manage;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
pub mod websub;
