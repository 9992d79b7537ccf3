//! What a node notes in memory while requests run, and writes beside them.

use std::time::Duration;

use actix_web::web;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::auth::{Reads, Uses};
use crate::http::State;
use crate::notices::reads::write_down;

/// Writes now and then when keys were last used.
pub async fn write_uses(state: web::Data<State>) {
    let first = Instant::now() + Uses::INTERVAL;
    let mut turns = interval_at(first, Uses::INTERVAL);
    loop {
        turns.tick().await;
        write_uses_now(&state).await;
    }
}

/// The same, once.
pub async fn write_uses_now(state: &State) {
    let written = match state.newsroom().await {
        Ok(mut conn) => state.uses().flush(&mut conn).await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        tracing::warn!(%error, "can't write when keys were last used; they stay noted");
    }
}

/// Writes what partners have read, every few seconds, and at once when that is much.
pub async fn write_reads(state: web::Data<State>) {
    let first = Instant::now() + Reads::INTERVAL;
    let mut turns = interval_at(first, Reads::INTERVAL);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            // While nothing can be written, no more often than this.
            () = state.reads().many() => tokio::time::sleep(Duration::from_millis(100)).await,
        }
        write_reads_now(&state).await;
    }
}

/// The same, once.
pub async fn write_reads_now(state: &State) {
    if let Err(error) = write_down(state).await {
        tracing::warn!(%error, "can't write what partners have read; it stays noted");
    }
}
