//! Who has read what: noted beside the answer, and written down later, so that no request waits for it.

use uuid::Uuid;

use super::queries::newsroom as queries;
use crate::auth::{Extent, Noted};
use crate::changes::Seq;
use crate::error::Result;
use crate::http::State;
use crate::partners::model::Audience;
use crate::publishing::{Attribution, Change, Record, write};

/// How many rows of partners who are gone are removed at a time.
const AT_ONCE: usize = 10_000;

/// Notes that these readers are given so much of these articles as of `seq`; nothing where they read under no contract.
pub fn note(
    state: &State,
    audience: &Audience,
    as_of: (Seq, Extent),
    articles: impl IntoIterator<Item = Uuid>,
) {
    if let Some(contract) = audience.contract() {
        state.reads().note(contract.id, articles, as_of);
    }
}

/// Writes down what was noted since the last time. What can't be written stays noted for the next.
///
/// # Errors
/// The database.
pub async fn write_down(state: &State) -> Result<()> {
    let mut taken = state.reads().take();
    while let Some(batch) = taken.batch() {
        queries::keep(&mut state.newsroom().await?, batch).await?;
        concern(state, batch).await?;
        taken.written();
    }
    Ok(())
}

/// What happened to an article between its reading and now concerns who had read it: most often there is nothing. It is told by a change of its own,
/// since those who follow the log have read past that by which it happened.
async fn concern(state: &State, noted: &[Noted]) -> Result<()> {
    if !queries::is_unknown(&mut state.newsroom().await?, noted).await? {
        return Ok(());
    }
    let by = Attribution::command("readings");
    let concerned = write(state.pools(), by, async |tx| {
        let is_new = queries::concern(tx, noted).await?;
        let record = Record {
            change: is_new.then(Change::concerned),
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
