//! Updates that show at once: most do, and while a report is live they come every minute.

use diesel::sql_types::{
    Array, Integer, Json, Nullable, Text as SqlText, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::turn::require_published;
use crate::db::{Stored, fixed};
use crate::error::{Error, Result};
use crate::notices::queries::newsroom as notices;
use crate::publishing::Tx;
use crate::updates::model::{Concern, Host, Text, Turn, Update, UpdateKind};
use crate::values::update_anchor_prefix;

/// The update with its text and who wrote it, and when its article changed: what a draft that is then shown leaves behind.
const INSERT: &str = "
    WITH own AS (
        INSERT INTO newsroom.updates (id, article_id, state, version, revision, number, published_at, created_at)
        VALUES ($1, $2, 'shown', 1, 2, $3, $4, $5)
    ), said AS (
        INSERT INTO newsroom.update_versions (id, update_id, number, kind, headline, body, concerns, created_at, key_id, actor)
        VALUES ($6, $1, 1, $7, $8, $9, $10, $5, $11, $12)
    ), signed AS (
        INSERT INTO newsroom.update_version_authors (version_id, position, author_id)
        SELECT $6, (a.at - 1)::integer, a.id FROM unnest($13::uuid[]) WITH ORDINALITY AS a (id, at)
    )
    UPDATE newsroom.articles SET modified_at = $5 WHERE id = $2";

/// Makes an update of a locked article that shows in its turn.
///
/// # Errors
/// 409 when the article is not published; the database.
pub(super) async fn insert(tx: &mut Tx, host: &Host, text: Text, turn: Turn) -> Result<Update> {
    require_published(host)?;
    let Text { input, author_ids } = text;
    let (id, by) = (Uuid::new_v4(), tx.by.clone());
    let concerns = input.concerns.as_ref().map(Concern::from);
    let concerns = concerns.map(serde_json::to_value).transpose();
    let rendered = input.body.into_input().render(&update_anchor_prefix(id));
    let update = Update {
        id,
        article_id: host.id,
        version: 1,
        revision: 2,
        number: Some(turn.number),
        state: "shown".to_owned(),
        published_at: Some(turn.at),
        revised_at: None,
        retracted_at: None,
        retraction_reason: None,
        created_at: tx.now,
        text_id: Uuid::now_v7(),
        kind: input.kind.as_str().to_owned(),
        headline: input.headline.map(|headline| headline.into_string()),
        body: Stored(rendered),
        concerns: concerns.map_err(Error::internal)?,
    };
    fixed(INSERT)
        .bind::<SqlUuid, _>(id)
        .bind::<SqlUuid, _>(host.id)
        .bind::<Integer, _>(turn.number)
        .bind::<Timestamptz, _>(turn.at)
        .bind::<Timestamptz, _>(tx.now)
        .bind::<SqlUuid, _>(update.text_id)
        .bind::<SqlText, _>(&update.kind)
        .bind::<Nullable<SqlText>, _>(&update.headline)
        .bind::<Json, _>(&update.body)
        .bind::<Nullable<Json>, _>(&update.concerns)
        .bind::<Nullable<SqlUuid>, _>(by.key_id)
        .bind::<Nullable<SqlText>, _>(&by.actor)
        .bind::<Array<SqlUuid>, _>(&author_ids)
        .execute(&mut ***tx)
        .await?;
    if update.kind == UpdateKind::Correction.as_str() {
        notices::correction(tx, host.id, turn.number).await?;
    }
    Ok(update)
}
