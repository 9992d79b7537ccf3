//! The notices that go with what a partner is told.

use std::collections::HashMap;

use uuid::Uuid;

use super::model::{Notice, NoticeKind};
use super::queries::newsroom as queries;
use crate::error::Result;
use crate::http::State;
use crate::partners::model::Audience;

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
    if seqs.is_empty() {
        return Ok(HashMap::new());
    }
    let found = queries::told(&mut state.newsroom().await?, contract.id, &seqs).await?;
    let kills = found
        .into_iter()
        .filter(|notice| notice.kind == NoticeKind::Kill.as_str());
    Ok(kills
        .map(|notice| ((notice.seq, notice.article_id), notice))
        .collect())
}
