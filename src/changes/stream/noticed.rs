//! The notices that partners get with events; and the events that they get for a notice alone, since the contract tells them of the article no more.

use std::collections::HashSet;

use uuid::Uuid;

use super::model::{BareEvent, EventType, PublicEvent};
use super::position::Place;
use crate::error::Result;
use crate::http::State;
use crate::notices::model::{Notice, NoticeKind};
use crate::notices::queries::newsroom as queries;
use crate::values::to_rfc3339;

/// Gives each event the notice that there is with its change of its article, where that concerns this partner.
///
/// # Errors
/// The database.
pub async fn noticed(state: &State, partner: Uuid, events: &mut [PublicEvent]) -> Result<()> {
    let seqs: Vec<i64> = events
        .iter()
        .filter(|event| kind(event.event).is_some())
        .map(|event| event.seq)
        .collect();
    if seqs.is_empty() {
        return Ok(());
    }
    let notices = queries::told(&mut state.newsroom().await?, partner, &seqs).await?;
    for event in events {
        let mut of_article = notices
            .iter()
            .filter(|notice| (notice.seq, notice.article_id) == (event.seq, event.article_id));
        // Else what else that change has done to it.
        let first = of_article.clone().next();
        let fitting = of_article.find(|notice| goes_with(notice, event));
        event.notice = fitting.or(first).cloned();
    }
    Ok(())
}

/// Adds to what a partner is told between two places, so many events at most, what concerns them for having read it and they are not told of otherwise.
///
/// # Errors
/// The database.
pub async fn with_beyond(
    state: &State,
    partner: Uuid,
    (mut events, most): (Vec<PublicEvent>, i64),
    between: (Place, Place),
) -> Result<Vec<PublicEvent>> {
    let known = events.iter().map(|event| (event.seq, event.article_id));
    let found = beyond(state, partner, (between, most), known.collect()).await?;
    events.extend(found.into_iter().map(alone));
    events.sort_by_key(|event| (event.seq, event.article_id));
    events.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(events)
}

/// The same of events that say nothing yet, all of them.
///
/// # Errors
/// The database.
pub async fn with_bare_beyond(
    state: &State,
    partner: Uuid,
    mut events: Vec<BareEvent>,
    between: (Place, Place),
) -> Result<Vec<BareEvent>> {
    let known = events.iter().map(|event| (event.seq, event.article_id));
    let found = beyond(state, partner, (between, i64::MAX), known.collect()).await?;
    events.extend(found.into_iter().map(|notice| BareEvent {
        seq: notice.seq,
        event: event(&notice),
        article_id: notice.article_id,
        keys: keys(&notice),
    }));
    events.sort_by_key(|event| (event.seq, event.article_id));
    Ok(events)
}

async fn beyond(
    state: &State,
    partner: Uuid,
    ((after, upto), most): ((Place, Place), i64),
    known: HashSet<(i64, Uuid)>,
) -> Result<Vec<Notice>> {
    let between = [after, upto].map(|place| (place.seq.number, place.within));
    let mut conn = state.newsroom().await?;
    let mut found = queries::beyond(&mut conn, partner, between.into(), most).await?;
    found.retain(|notice| !known.contains(&(notice.seq, notice.article_id)));
    Ok(found)
}

/// An event that tells a notice alone, and of its article nothing but the id.
pub fn alone(notice: Notice) -> PublicEvent {
    PublicEvent {
        seq: notice.seq,
        at: to_rfc3339(&notice.at),
        event: event(&notice),
        article_id: notice.article_id,
        slug: None,
        keys: keys(&notice),
        article: None,
        notice: Some(notice),
    }
}

fn event(notice: &Notice) -> EventType {
    match NoticeKind::stored(&notice.kind) {
        NoticeKind::Kill => EventType::ArticleWithdrawn,
        NoticeKind::Correction => EventType::UpdateAppended,
        NoticeKind::Retraction => EventType::UpdateRetracted,
    }
}

/// The section that the article stood in, as changes name it.
fn keys(notice: &Notice) -> Vec<String> {
    let section = notice.section_id.map(|id| format!("articles:section:{id}"));
    section.into_iter().collect()
}

/// Whether a notice of the same article and change is of what the event tells.
fn goes_with(notice: &Notice, event: &PublicEvent) -> bool {
    let article = event.article.as_ref();
    let update = article.and_then(|article| article.update.as_ref());
    kind(event.event).is_some_and(|kind| kind.as_str() == notice.kind)
        && update.is_none_or(|update| notice.update_number.is_none_or(|it| it == update.number))
}

/// What kind of notice there may be with an event.
fn kind(event: EventType) -> Option<NoticeKind> {
    match event {
        EventType::ArticleWithdrawn => Some(NoticeKind::Kill),
        EventType::UpdateAppended | EventType::UpdateRevised => Some(NoticeKind::Correction),
        EventType::UpdateRetracted => Some(NoticeKind::Retraction),
        EventType::ArticlePublished | EventType::ArticleChanged => None,
    }
}
