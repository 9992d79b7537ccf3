//! The notices that go with what a partner is told is gone.

use std::collections::HashMap;

use uuid::Uuid;

use super::model::{Notice, NoticeKind};
use super::queries::delivery as queries;
use crate::error::Result;
use crate::http::State;
use crate::partners::model::Audience;

/// Of each of these changes of articles, by which they went for these readers, the notice that there is with it. Under no contract there is none; nor
/// of what happened before the contract let them read this.
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
    let found = queries::at(&mut state.delivery().await?, &seqs).await?;
    let found = found
        .into_iter()
        .filter(|notice| notice.kind == NoticeKind::Kill.as_str() && notice.at >= contract.since);
    Ok(found
        .map(|notice| ((notice.seq, notice.article_id), notice))
        .collect())
}
