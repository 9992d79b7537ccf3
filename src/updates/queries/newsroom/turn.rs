//! The order of updates: numbers and dates, given when one is shown.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::concerns;
use super::write::changed;
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::updates;
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::notices::queries::newsroom as notices;
use crate::publishing::Tx;
use crate::updates::model::{Host, Turn, Update, UpdateKind};
use uuid::Uuid;

/// The number and date of the newest update shown.
///
/// # Errors
/// The database.
pub async fn last_shown(
    conn: &mut NewsroomConn,
    article: Uuid,
) -> Result<Option<(i32, DateTime<Utc>)>> {
    let query = updates::table
        .filter(updates::article_id.eq(article))
        .filter(updates::number.is_not_null())
        .order(updates::number.desc());
    let row: Option<(Option<i32>, Option<DateTime<Utc>>)> = query
        .select((updates::number, updates::published_at))
        .first(&mut **conn)
        .await
        .optional()?;
    Ok(row.and_then(|(number, at)| number.zip(at)))
}

/// The turn of the next update of a locked article: the next number, and this date, else now. A date that is ahead of now, or before the
/// article or the update before it, is a fault at `/published_at`.
///
/// # Errors
/// The database.
pub async fn turn(
    tx: &mut Tx,
    host: &Host,
    at: Option<DateTime<Utc>>,
    faults: &mut Faults,
) -> Result<Turn> {
    let last = last_shown(tx, host.id).await?;
    let not_before = last.map(|(_, at)| at).or(host.published_at);
    if at.is_some_and(|at| at > tx.now || not_before.is_some_and(|limit| at < limit)) {
        let detail = "must not be ahead of now, nor before the article or the update before it";
        faults.push(Fault::at("/published_at", FaultCode::InvalidValue, detail));
    }
    Ok(Turn {
        number: last.map_or(1, |(number, _)| number + 1),
        // A write that began after this one may have got the article's row, and so its date, before it.
        at: at.unwrap_or_else(|| not_before.map_or(tx.now, |limit| limit.max(tx.now))),
    })
}

/// Shows a draft, in the turn that its date gives it; gives its number too.
///
/// # Errors
/// 409 when it is no draft, the article is not published, its date is out of turn, or what it concerns is not in the published text; the database.
pub async fn show_draft(tx: &mut Tx, host: &Host, update: &Update) -> Result<(Update, i32)> {
    if update.state != "draft" {
        return Err(Error::new(
            Code::StateConflict,
            format!(
                "Only a draft can be shown; this update is {}.",
                update.state
            ),
        ));
    }
    let mut faults = Faults::default();
    let turn = turn(tx, host, update.published_at, &mut faults).await?;
    if let Some(concern) = update.concern() {
        concerns::check(tx, host, &concern, &mut faults).await?;
    }
    if let [fault, ..] = faults.into_vec().as_slice() {
        let detail = format!("{} {}. Revise it first.", fault.place(), fault.detail());
        return Err(Error::new(Code::StateConflict, detail));
    }
    Ok((show(tx, host, update, turn).await?, turn.number))
}

/// Shows a draft in its turn, and tells the article that it has changed.
///
/// # Errors
/// 409 when the article is not published; the database.
pub async fn show(tx: &mut Tx, host: &Host, update: &Update, turn: Turn) -> Result<Update> {
    require_published(host)?;
    diesel::update(updates::table.find(update.id))
        .set((
            updates::state.eq("shown"),
            updates::number.eq(turn.number),
            updates::published_at.eq(turn.at),
            updates::revision.eq(update.revision + 1),
        ))
        .execute(&mut ***tx)
        .await?;
    if update.kind == UpdateKind::Correction.as_str() {
        notices::correction(tx, update.article_id, turn.number).await?;
    }
    changed(tx, update).await
}

/// Goes on only on a published article.
///
/// # Errors
/// 409.
pub(super) fn require_published(host: &Host) -> Result<()> {
    if host.status == "published" {
        return Ok(());
    }
    let detail = format!(
        "An update shows only on a published article; this one is {}. Publish it first, or keep the update as a draft: \"draft\": true where it is appended.",
        host.status
    );
    Err(Error::new(Code::StateConflict, detail))
}
