//! Who has read what, noted beside the answer.

use uuid::Uuid;

use crate::changes::Seq;
use crate::http::State;
use crate::partners::model::Audience;

/// Notes that these readers are given these articles as of `seq`; nothing where they read under no contract. It is written down later, so that no
/// request waits for it.
pub fn note(
    state: &State,
    audience: &Audience,
    seq: Seq,
    articles: impl IntoIterator<Item = Uuid>,
) {
    if let Some(contract) = audience.contract() {
        state.reads().note(contract.id, articles, seq);
    }
}
