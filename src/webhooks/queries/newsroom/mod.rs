//! Webhooks in the newsroom.
//!
//! Who changes which deliveries of a webhook are pending locks the webhook's row first. So what is to be sent next of an article is always decided
//! by one at a time, and none is left waiting for what is over.

mod endpoints;
mod fan_out;
mod log;
mod queue;
mod record;
mod secrets;
pub mod websub;

pub use endpoints::{
    change, check, get, insert, list, lock, pending_of, remove, rotate, with_pending,
};
pub use fan_out::{Page, Reader, Terms, fan_out, readers};
pub use log::{attempts, clean, deliveries, delivery, replay, replay_log, test};
pub use queue::{Endpoint, backlog, cancel, due, freeze, lease, unblock};
pub use record::{Settled, record};
pub use secrets::{encrypt_anew, forget_previous};
