//! The notices that go with what a partner is told.

use std::collections::HashMap;

use uuid::Uuid;

use super::model::{Notice, NoticeKind};
use super::queries::delivery as queries;
use super::queries::newsroom::concerning;
use crate::error::Result;
use crate::http::State;
use crate::partners::model::{Audience, Contract};

/// What goes with the changes of these numbers and concerns the contract's partner: that they are told of a change does not mean that its notice is
/// for them, since it may be of when the article was another's. From the primary, as a replica may not know of it yet.
///
/// # Errors
/// The database.
pub async fn for_partner(state: &State, contract: &Contract, seqs: &[i64]) -> Result<Vec<Notice>> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = queries::at(&mut state.pools().delivery().await?, seqs).await?;
    if found.is_empty() {
        return Ok(found);
    }
    let ids = found.iter().map(|notice| notice.id).collect();
    let theirs = concerning(&mut state.newsroom().await?, contract.id, ids).await?;
    found.retain(|notice| theirs.contains(&notice.id));
    Ok(found)
}

/// Of each of these changes of articles, by which they went for these readers, the notice that there is with it. Under no contract there is none.
///
/// # Errors
/// The database.
pub async fn told(
    state: &State,
    audience: &Audience,
    gone: impl IntoIterator<Item = (i64, Uuid)>,
) -> Result<HashMap<(i64, Uuid), Notice>> {
    let Some(contract) = audience.contract() else {
        return Ok(HashMap::new());
    };
    let seqs: Vec<i64> = gone.into_iter().map(|(seq, _)| seq).collect();
    let found = for_partner(state, contract, &seqs).await?;
    let kills = found
        .into_iter()
        .filter(|notice| notice.kind == NoticeKind::Kill.as_str());
    Ok(kills
        .map(|notice| ((notice.seq, notice.article_id), notice))
        .collect())
}
