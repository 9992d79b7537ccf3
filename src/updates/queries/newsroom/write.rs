//! Writes of updates.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::concerns;
use super::read::{author_ids, get};
use super::shown;
use super::turn::turn;
use crate::authors::queries::newsroom as authors;
use crate::db::Stored;
use crate::db::schema::newsroom::{articles, update_version_authors, update_versions, updates};
use crate::error::{Error, Faults, Result};
use crate::http::path::NumberOrId;
use crate::notices::queries::newsroom as notices;
use crate::publishing::{Pictures, Tx};
use crate::updates::model::{
    Concern, Host, NamedByUpdate, RevisedUpdate, Text, Update, UpdateInput, UpdateKind,
};
use crate::values::{Draft, update_anchor_prefix};

/// The text that an input means.
///
/// # Errors
/// 422 with every fault: the draft's, those found already, and authors that do not exist; the database.
pub async fn resolve(tx: &mut Tx, draft: Draft<RevisedUpdate>, mut faults: Faults) -> Result<Text> {
    let named: NamedByUpdate = draft.named();
    let author_ids = authors::find_all(tx, named.authors, "/authors", &mut faults).await?;
    let input = draft.finish(faults)?;
    let pictures = Pictures::default().text("/body", Some(&input.body));
    pictures.require(tx).await?;
    Ok(Text { input, author_ids })
}

/// The text that an input means for an update that says something already. What it concerns is looked at when it is new: a typo may be
/// revised although the article says other words by now.
///
/// # Errors
/// As [`resolve`].
pub async fn reword(
    tx: &mut Tx,
    host: &Host,
    before: &Update,
    draft: Draft<RevisedUpdate>,
) -> Result<Text> {
    let mut faults = Faults::default();
    let named: NamedByUpdate = draft.named();
    let concern = named.concerns.given().as_ref().map(Concern::from);
    if let Some(new) = &concern
        && before.concern() != concern
    {
        concerns::check(tx, host, new, &mut faults).await?;
    }
    resolve(tx, draft, faults).await
}

/// An update that was appended.
#[derive(Debug)]
pub struct Appended {
    /// The update; with its number, if it shows.
    pub update: Update,
    /// Who wrote it, in order.
    pub author_ids: Vec<Uuid>,
}

/// Appends an update to a locked article: shown at once, with its number, or as a draft.
///
/// # Errors
/// 422 with every fault, 409 when it is to show and the article is not published; the database.
pub async fn append(tx: &mut Tx, host: &Host, draft: Draft<UpdateInput>) -> Result<Appended> {
    let named: NamedByUpdate = draft.named();
    let shows = named.shows();
    let at = named.published_at.given().map(|at| at.time());
    let mut faults = Faults::default();
    let turn = match shows {
        true => Some(turn(tx, host, at, &mut faults).await?),
        false => None,
    };
    if let Some(concern) = named.concerns.given() {
        concerns::check(tx, host, &Concern::from(&concern), &mut faults).await?;
    }
    let text = resolve(tx, draft.map(RevisedUpdate::from), faults).await?;
    let author_ids = text.author_ids.clone();
    let update = match turn {
        None => insert(tx, host.id, text, at).await?,
        Some(turn) => shown::insert(tx, host, text, turn).await?,
    };
    Ok(Appended { update, author_ids })
}

/// Makes a drafted update of a locked article.
///
/// # Errors
/// The database.
pub async fn insert(
    tx: &mut Tx,
    article: Uuid,
    text: Text,
    published_at: Option<DateTime<Utc>>,
) -> Result<Update> {
    let id = Uuid::new_v4();
    diesel::insert_into(updates::table)
        .values((
            updates::id.eq(id),
            updates::article_id.eq(article),
            updates::state.eq("draft"),
            updates::published_at.eq(published_at),
            updates::created_at.eq(tx.now),
        ))
        .execute(&mut ***tx)
        .await?;
    insert_text(tx, id, 1, text).await?;
    get(tx, article, NumberOrId::Id(id)).await
}

async fn insert_text(tx: &mut Tx, update: Uuid, number: i32, text: Text) -> Result<()> {
    let Text { input, author_ids } = text;
    let body = input.body.into_input();
    let concerns = input.concerns.as_ref().map(Concern::from);
    let concerns = concerns
        .map(serde_json::to_value)
        .transpose()
        .map_err(Error::internal)?;
    let (version, by) = (Uuid::now_v7(), tx.by.clone());
    diesel::insert_into(update_versions::table)
        .values((
            update_versions::id.eq(version),
            update_versions::update_id.eq(update),
            update_versions::number.eq(number),
            update_versions::kind.eq(input.kind.as_str()),
            update_versions::headline.eq(input.headline.map(|headline| headline.into_string())),
            update_versions::body.eq(Stored(body.render(&update_anchor_prefix(update)))),
            update_versions::concerns.eq(concerns),
            update_versions::created_at.eq(tx.now),
            update_versions::key_id.eq(by.key_id),
            update_versions::actor.eq(by.actor),
        ))
        .execute(&mut ***tx)
        .await?;
    let rows: Vec<_> = (0..)
        .zip(author_ids)
        .map(|(position, author)| {
            (
                update_version_authors::version_id.eq(version),
                update_version_authors::position.eq(position),
                update_version_authors::author_id.eq(author),
            )
        })
        .collect();
    diesel::insert_into(update_version_authors::table)
        .values(rows)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// Writes a new text; of a shown update it is told when.
///
/// # Errors
/// The database.
pub async fn revise(tx: &mut Tx, update: &Update, text: Text) -> Result<Update> {
    let correction = UpdateKind::Correction.as_str();
    let corrects = update.kind != correction && text.input.kind.as_str() == correction;
    insert_text(tx, update.id, update.version + 1, text).await?;
    let shown = update.number.is_some();
    if let Some(number) = update.number.filter(|_| corrects) {
        notices::correction(tx, update.article_id, number).await?;
    }
    let revised_at = if shown { Some(tx.now) } else { None };
    diesel::update(updates::table.find(update.id))
        .set((
            updates::version.eq(update.version + 1),
            updates::revision.eq(update.revision + 1),
            updates::revised_at.eq(revised_at),
        ))
        .execute(&mut ***tx)
        .await?;
    if shown {
        changed(tx, update).await
    } else {
        get(tx, update.article_id, NumberOrId::Id(update.id)).await
    }
}

/// Writes a new text, unless the update says that already; tells whether it did.
///
/// # Errors
/// The database.
pub async fn revise_unless_said(
    tx: &mut Tx,
    update: &Update,
    text: Text,
) -> Result<(Update, bool)> {
    let authors = author_ids(tx, update.text_id).await?;
    if update.says(&text, &authors) {
        return Ok((update.clone(), false));
    }
    Ok((revise(tx, update, text).await?, true))
}

/// Retracts a shown update; partners get a notice.
///
/// # Errors
/// The database.
pub async fn retract(tx: &mut Tx, update: &Update, reason: &str) -> Result<Update> {
    if let Some(number) = update.number {
        notices::retraction(tx, update.article_id, (number, reason)).await?;
    }
    diesel::update(updates::table.find(update.id))
        .set((
            updates::state.eq("retracted"),
            updates::retracted_at.eq(tx.now),
            updates::retraction_reason.eq(reason),
            updates::revision.eq(update.revision + 1),
        ))
        .execute(&mut ***tx)
        .await?;
    changed(tx, update).await
}

/// Readers of the article see a change now.
pub(super) async fn changed(tx: &mut Tx, update: &Update) -> Result<Update> {
    diesel::update(articles::table.find(update.article_id))
        .set(articles::modified_at.eq(tx.now))
        .execute(&mut ***tx)
        .await?;
    get(tx, update.article_id, NumberOrId::Id(update.id)).await
}

/// Removes a draft.
///
/// # Errors
/// The database.
pub async fn remove(tx: &mut Tx, update: &Update) -> Result<()> {
    diesel::delete(updates::table.find(update.id))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
