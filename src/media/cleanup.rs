//! Removing files that belong to nothing: those of pictures that were removed, and those that an upload left over which came to nothing.

use std::time::Duration;

use actix_web::web;

use super::intake::LEFT_OVER;
use super::library::Library;
use super::queries::newsroom as queries;
use crate::db::Pools;
use crate::error::Result;
use crate::http::State;

/// How many removals are done at a time.
const AT_ONCE: i64 = 100;

/// How many pictures are looked up at a time.
const LOOKED_UP: usize = 1000;

/// How often it is looked for removals.
const LOOK: Duration = Duration::from_secs(10);

/// At every how many looks it is looked for what was left over: every six hours.
const SELDOM: u32 = 6 * 360;

/// Cleans up as long as the node runs.
pub async fn keep_clean(state: web::Data<State>, library: web::Data<Library>) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for look in 1_u32.. {
        looks.tick().await;
        if let Err(error) = removed(state.pools(), &library).await {
            tracing::warn!(%error, "can't delete the files of removed media; it is tried again");
        }
        if look % SELDOM == 0
            && let Err(error) = left_over(state.pools(), &library).await
        {
            tracing::warn!(%error, "can't delete files of media that were left over; it is tried again in some hours");
        }
    }
}

/// Deletes the files of pictures that were removed, and tells of how many. What fails stays noted.
///
/// # Errors
/// 503 when the database or the store is away.
pub async fn removed(pools: &Pools, library: &Library) -> Result<usize> {
    let noted = queries::removals(&mut pools.newsroom().await?, AT_ONCE).await?;
    let mut gone = 0;
    for id in &noted {
        // One that can't be deleted keeps the others from nothing.
        if let Err(error) = library.store().remove(*id).await {
            tracing::warn!(%id, %error, "can't delete the files of a removed picture; it is tried again");
            queries::files_stay(&mut pools.newsroom().await?, *id).await?;
            continue;
        }
        queries::files_are_gone(&mut pools.newsroom().await?, *id).await?;
        gone += 1;
    }
    Ok(gone)
}

/// Deletes files below ids that no picture has, and tells of how many ids. Nothing where most are unknown: that is another's store, or that of a
/// newsroom which is yet to be imported. A file that has just come waits for the transaction that tells of it:
/// only what is older than any of those can be is left over. Ids are never given twice, so that nothing can come to have one of these later.
///
/// # Errors
/// 503 when the database or the store is away.
pub async fn left_over(pools: &Pools, library: &Library) -> Result<usize> {
    let there = library.store().pictures().await?;
    let mut unknown = Vec::new();
    for some in there.chunks(LOOKED_UP) {
        let known = queries::known(&mut pools.newsroom().await?, some).await?;
        unknown.extend(some.iter().copied().filter(|id| !known.contains(id)));
    }
    let known = there.len() - unknown.len();
    if unknown.len() > known {
        tracing::warn!(
            unknown = unknown.len(),
            known,
            "most files of the media store are of no picture of this newsroom; nothing is cleaned up. Is it another's store?"
        );
        return Ok(0);
    }
    let mut removed = 0;
    for id in unknown {
        let newest = library.store().newest(id).await?;
        if newest.is_none_or(|at| at + LEFT_OVER < chrono::Utc::now()) {
            library.store().remove(id).await?;
            removed += 1;
        }
    }
    Ok(removed)
}
