//! What a node does for its open streams: one reader of the log for all of them, heartbeats, and a look at their keys.

use std::time::Duration;

use actix_web::web;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::Streams;
use super::reading::{BATCH, PAUSE, Read, read};
use crate::auth::still_good;
use crate::changes::Seq;
use crate::error::Result;
use crate::partners::queries::newsroom::running;

/// How often it is asked whether keys are still good. A stream ends within five seconds of its key's end, an unlucky answer of the database included.
const KEYS: Duration = Duration::from_secs(2);

/// How long is waited for what must come soon unless something is wrong.
const SOON: Duration = Duration::from_secs(10);

/// Does so until it is aborted.
pub async fn relay(streams: web::Data<Streams>) {
    tokio::join!(follow(&streams), beat(&streams), look_at_keys(&streams));
}

/// Follows the log and holds what is new in the window. While nobody streams it reads nothing.
async fn follow(streams: &Streams) {
    let (log, window) = (streams.state.log(), &streams.window);
    let mut limit = BATCH;
    loop {
        let upto = window.upto();
        let head = log.beyond(upto).await;
        if head.epoch != upto.epoch || head < upto {
            window.begin_anew(head);
            streams.seats.wake();
            continue;
        }
        if streams.seats.is_empty() {
            window.skip_to(head);
            continue;
        }
        match read(&streams.state, upto, limit).await {
            Ok(Read::Part(part)) => {
                // Never ahead of the node: who reads here after an event sees what it tells of.
                if log.reach(part.upto.seq, SOON).await {
                    window.push(&part.entries, part.upto.seq);
                    limit = (limit * 2).min(BATCH);
                }
                if part.entries.is_empty() {
                    streams.seats.wake_readers();
                } else {
                    streams.seats.wake();
                }
            }
            Ok(_) => lost(streams, head).await,
            Err(error) => {
                tracing::warn!(%error, "the log can't be read for streams; it is tried again");
                limit = 1;
                sleep(PAUSE).await;
            }
        }
    }
}

/// The log does not lead on from here. That a new epoch has begun the node will hear in a moment; else what came next is kept no longer.
async fn lost(streams: &Streams, head: Seq) {
    let log = streams.state.log();
    let heard = timeout(SOON, log.beyond(head)).await;
    if heard.is_ok_and(|now| now.epoch != head.epoch) {
        return;
    }
    streams.window.begin_anew(log.applied());
    streams.seats.wake();
}

/// Wakes one row of streams a second for its heartbeat.
async fn beat(streams: &Streams) {
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for turn in 0.. {
        seconds.tick().await;
        streams.seats.beat(turn);
    }
}

/// Ends the streams whose keys are good no longer, or whose contracts have ended. While the database is away nobody can tell, and nothing new is streamed either.
async fn look_at_keys(streams: &Streams) {
    loop {
        sleep(KEYS).await;
        while let Err(error) = look_once(streams).await {
            tracing::warn!(%error, "can't see whether the keys and contracts of streams are still good; it is tried again");
            sleep(PAUSE).await;
        }
    }
}

async fn look_once(streams: &Streams) -> Result<()> {
    let (keys, contracts) = (streams.keys.all(), streams.contracts.all());
    if keys.is_empty() && contracts.is_empty() {
        return Ok(());
    }
    let mut conn = streams.state.newsroom().await?;
    let good = still_good(&mut conn, &keys).await?;
    let running = running(&mut conn, &contracts).await?;
    drop(conn);
    let news = [
        streams.keys.end(&keys, &good),
        streams.contracts.see(&running),
        streams
            .contracts
            .end(&contracts, &running.into_keys().collect()),
    ];
    if news.contains(&true) {
        streams.seats.wake();
    }
    Ok(())
}
