//! What a node tells of itself to who watches it, in the text form of Prometheus: at `/metrics` of the API to a key with `audit:read`, and at a port
//! of its own to anyone who reaches that.
//!
//! It is written from counters that are there anyway, when it is asked for. A node has its own: several in one process don't mix.

mod requests;
mod streams;
mod text;
mod webhooks;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};

use super::State;
use crate::auth::{AuditRead, Authorized};
use crate::db::PoolUse;

pub use requests::{NO_ROUTE, Requests};
pub use streams::StreamCounts;
pub use text::{Kind, Labels, Text};
pub use webhooks::{Backlog, Outcome, Webhooks};

/// Metrics, for who has a key that may read the audit.
#[get("/metrics")]
pub async fn metrics(_: Authorized<AuditRead>, state: web::Data<State>) -> HttpResponse {
    told(&state)
}

/// Metrics, at a port that only those reach who may have them.
#[get("/metrics")]
pub async fn open_metrics(state: web::Data<State>) -> HttpResponse {
    told(&state)
}

fn told(state: &State) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(write(state))
}

/// When the process started, in seconds since 1970.
#[derive(Debug, Clone, Copy)]
pub struct Started(f64);

impl Started {
    /// Now.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self(since.map_or(0.0, |since| since.as_secs_f64()))
    }
}

fn write(state: &State) -> String {
    let mut text = Text::default();
    text.metric(
        "kroniek_build",
        Kind::Gauge,
        "1, with the version of the program.",
    );
    text.sample(
        "kroniek_build",
        &[("version", env!("CARGO_PKG_VERSION"))],
        1,
    );
    let Started(started) = state.started();
    text.single(
        "kroniek_start_time_seconds",
        Kind::Gauge,
        "When this node started, in seconds since 1970.",
        started,
    );
    cache(state, &mut text);
    log(state, &mut text);
    pools(state, &mut text);
    limits(state, &mut text);
    state.streams().write(&mut text);
    state.webhooks().write(&mut text);
    state.requests().write(&mut text);
    text.finish()
}

fn cache(state: &State, text: &mut Text) {
    let (counts, (bytes, entries)) = (state.cache().counts(), state.cache().size());
    let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let name = "kroniek_cache_requests_total";
    text.metric(
        name,
        Kind::Counter,
        "Readings of delivery: answered from what was kept (hit), from the database (miss), with the answer of another that was under way (collapsed), or with what could not be confirmed since the database was away (stale).",
    );
    for (result, counter) in [
        ("hit", &counts.hits),
        ("miss", &counts.misses),
        ("collapsed", &counts.collapsed),
        ("stale", &counts.stale),
    ] {
        text.sample(name, &[("result", result)], value(counter));
    }
    for (name, help, counter) in [
        (
            "kroniek_cache_fences_total",
            "Answers that were not kept since a change had come during their reading.",
            &counts.fences,
        ),
        (
            "kroniek_cache_touched_total",
            "Kept answers that a change had touched when they were next asked for.",
            &counts.touched,
        ),
        (
            "kroniek_cache_evictions_total",
            "Kept answers that went to make room.",
            &counts.evictions,
        ),
    ] {
        text.single(name, Kind::Counter, help, value(counter));
    }
    let help = "Memory that kept answers take, about.";
    text.single("kroniek_cache_bytes", Kind::Gauge, help, bytes);
    text.single(
        "kroniek_cache_entries",
        Kind::Gauge,
        "Kept answers.",
        entries,
    );
}

fn log(state: &State, text: &mut Text) {
    let applied = state.log().applied();
    text.single(
        "kroniek_log_epoch",
        Kind::Gauge,
        "The epoch of the change log; 0 before this node has heard of it.",
        applied.epoch,
    );
    text.single(
        "kroniek_log_applied_seq",
        Kind::Gauge,
        "The number of the last change that this node has applied.",
        applied.number,
    );
    let unconfirmed = state.log().unconfirmed_for();
    text.single(
        "kroniek_log_unconfirmed_seconds",
        Kind::Gauge,
        "How long ago this node knew that there were no more changes; +Inf when it never did, or must ask anew.",
        unconfirmed.map_or("+Inf".to_owned(), |time| time.as_secs_f64().to_string()),
    );
}

fn pools(state: &State, text: &mut Text) {
    let used = state.pools().used();
    type Column = fn(&PoolUse) -> usize;
    let columns: [(&str, &str, Column); 4] = [
        (
            "kroniek_pool_max",
            "Connections that a pool may open.",
            |used| used.max,
        ),
        ("kroniek_pool_size", "Connections that are open.", |used| {
            used.open
        }),
        (
            "kroniek_pool_in_use",
            "Connections that requests hold.",
            |used| used.held,
        ),
        (
            "kroniek_pool_waiting",
            "Requests that wait for a connection.",
            |used| used.waiting,
        ),
    ];
    for (name, help, column) in columns {
        text.metric(name, Kind::Gauge, help);
        for (pool, used) in &used {
            text.sample(name, &[("pool", pool)], column(used));
        }
    }
}

fn limits(state: &State, text: &mut Text) {
    let Some(refused) = state.limits().map(super::rate_limit::Limits::refused) else {
        return;
    };
    let name = "kroniek_rate_limited_total";
    text.metric(
        name,
        Kind::Counter,
        "Requests answered with 429: by the budget of their address, of their key, or since too many keys from their address were wrong.",
    );
    text.sample(name, &[("budget", "address")], refused.addresses);
    text.sample(name, &[("budget", "key")], refused.keys);
    text.sample(name, &[("budget", "wrong_key")], refused.guesses);
}
