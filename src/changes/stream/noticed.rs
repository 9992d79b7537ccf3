//! The notices that partners get with events.

use super::model::{EventType, PublicEvent};
use crate::error::Result;
use crate::http::State;
use crate::notices::model::{Notice, NoticeKind};
use crate::notices::telling::for_partner;
use crate::partners::model::Contract;

/// Gives each event the notice that there is with its change of its article, where that concerns the contract's partner.
///
/// # Errors
/// The database.
pub async fn noticed(state: &State, contract: &Contract, events: &mut [PublicEvent]) -> Result<()> {
    let seqs: Vec<i64> = events
        .iter()
        .filter(|event| kind(event).is_some())
        .map(|event| event.seq)
        .collect();
    let notices = for_partner(state, contract, &seqs).await?;
    for event in events {
        event.notice = notices
            .iter()
            .find(|notice| goes_with(notice, event))
            .cloned();
    }
    Ok(())
}

/// One change may have several, of several articles or acts.
fn goes_with(notice: &Notice, event: &PublicEvent) -> bool {
    let article = event.article.as_ref();
    let update = article.and_then(|article| article.update.as_ref());
    (notice.seq, notice.article_id) == (event.seq, event.article_id)
        && kind(event).is_some_and(|kind| kind.as_str() == notice.kind)
        && update.is_none_or(|update| notice.update_number.is_none_or(|it| it == update.number))
}

/// What kind of notice there may be with an event.
fn kind(event: &PublicEvent) -> Option<NoticeKind> {
    match event.event {
        EventType::ArticleWithdrawn => Some(NoticeKind::Kill),
        EventType::UpdateAppended | EventType::UpdateRevised => Some(NoticeKind::Correction),
        EventType::UpdateRetracted => Some(NoticeKind::Retraction),
        EventType::ArticlePublished | EventType::ArticleChanged => None,
    }
}
