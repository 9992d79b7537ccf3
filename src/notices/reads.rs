//! Who has read what: noted beside the answer, and written down later, so that no request waits for it.

use uuid::Uuid;

use super::queries::newsroom::{self as queries, Which};
use crate::auth::Extent;
use crate::changes::Seq;
use crate::error::Result;
use crate::http::State;
use crate::http::observe::nothing_goes_out;
use crate::partners::model::Audience;
use crate::publishing::{Attribution, Change, Record, write};

/// How many rows are seen to at a time.
const AT_ONCE: usize = 10_000;

/// Notes that these readers are given so much of these articles as of `seq`; nothing where they read under no contract, or of an answer to HEAD.
pub fn note(
    state: &State,
    audience: &Audience,
    seq: Seq,
    articles: impl IntoIterator<Item = (Uuid, Extent)>,
) {
    if let Some(contract) = audience.contract().filter(|_| !nothing_goes_out()) {
        state.reads().note(contract.id, articles, seq);
    }
}

/// Writes down what was noted since the last time. What can't be written stays noted for the next.
///
/// # Errors
/// The database.
pub async fn write_down(state: &State) -> Result<()> {
    let mut taken = state.reads().take();
    for batch in taken.batches() {
        queries::keep(&mut state.newsroom().await?, batch).await?;
    }
    // What happened to an article between its reading and now concerns who had read it: most often there is nothing.
    while let Some(batch) = taken.batches().next() {
        let which = queries::unknown(&mut state.newsroom().await?, batch).await?;
        concern(state, &which).await?;
        taken.is_written();
    }
    Ok(())
}

/// Sees to it that all that happened lately concerns whoever had read it, also where a node wrote that down and ended before it could see to that.
///
/// # Errors
/// The database.
pub async fn see_to_a_day(state: &State) -> Result<()> {
    loop {
        let which = queries::unknown_of_a_day(&mut state.newsroom().await?, AT_ONCE).await?;
        concern(state, &which).await?;
        if which.len() < AT_ONCE {
            return Ok(());
        }
    }
}

/// It is told by a change of its own, since those who follow the log have read past that by which it happened.
async fn concern(state: &State, which: &[Which]) -> Result<()> {
    if which.is_empty() {
        return Ok(());
    }
    let by = Attribution::command("readings");
    let concerned = write(state.pools(), by, async |tx| {
        let is_told = queries::concern(tx, which).await?;
        let record = Record {
            change: is_told.then(Change::concerned),
            ..Record::default()
        };
        Ok(((), record))
    });
    concerned.await
}

/// Removes what is kept of partners who are gone.
///
/// # Errors
/// The database.
pub async fn forget_gone(state: &State) -> Result<()> {
    while queries::clean(&mut state.newsroom().await?, AT_ONCE).await? {}
    Ok(())
}
