//! Updates as editors see them. Every write locks the article's row first, so that numbers are given one after the other.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::authors::queries::newsroom as authors;
use crate::db::schema::newsroom::{
    articles, slugs, update_version_authors, update_versions, updates,
};
use crate::db::{NewsroomConn, Stored};
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::http::path::NumberOrId;
use crate::publishing::Tx;
use crate::updates::model::{Host, RevisedUpdate, Update};
use crate::values::Reference;

type OwnColumns = (
    updates::id,
    updates::article_id,
    updates::version,
    updates::revision,
    updates::number,
    updates::state,
    updates::published_at,
    updates::revised_at,
    updates::retracted_at,
    updates::retraction_reason,
    updates::created_at,
);
type TextColumns = (
    update_versions::id,
    update_versions::kind,
    update_versions::headline,
    update_versions::body,
);

/// The columns of an update and of its newest text.
const COLUMNS: (OwnColumns, TextColumns) = (
    (
        updates::id,
        updates::article_id,
        updates::version,
        updates::revision,
        updates::number,
        updates::state,
        updates::published_at,
        updates::revised_at,
        updates::retracted_at,
        updates::retraction_reason,
        updates::created_at,
    ),
    (
        update_versions::id,
        update_versions::kind,
        update_versions::headline,
        update_versions::body,
    ),
);

/// The id of the article of this slug, of now or before, or id.
///
/// # Errors
/// 404; the database.
pub async fn article(conn: &mut NewsroomConn, which: &Reference) -> Result<Uuid> {
    match which {
        Reference::Id(id) => Ok(articles::table
            .find(id)
            .select(articles::id)
            .first(&mut **conn)
            .await?),
        Reference::Slug(slug) => Ok(slugs::table
            .find(("article", slug.as_str()))
            .select(slugs::owner_id)
            .first(&mut **conn)
            .await?),
    }
}

/// The article, its row locked to the end of the transaction.
///
/// # Errors
/// 404; the database.
pub async fn lock_article(tx: &mut Tx, which: &Reference) -> Result<Host> {
    let id = article(tx, which).await?;
    let host =
        articles::table
            .find(id)
            .select((articles::id, articles::status, articles::published_at));
    let host = host.for_update().first(&mut ***tx).await?;
    tx.take_time().await?;
    Ok(host)
}

/// Every update of an article: the shown in their order, then the drafts.
///
/// # Errors
/// The database.
pub async fn list(conn: &mut NewsroomConn, article: Uuid) -> Result<Vec<Update>> {
    let query = updates::table
        .inner_join(
            update_versions::table.on(update_versions::update_id
                .eq(updates::id)
                .and(update_versions::number.eq(updates::version))),
        )
        .filter(updates::article_id.eq(article))
        .order((
            updates::number.asc().nulls_last(),
            updates::created_at,
            updates::id,
        ));
    let rows: Vec<Nested> = query.select(COLUMNS).load(&mut **conn).await?;
    Ok(rows.into_iter().map(flat).collect())
}

/// One update of an article.
///
/// # Errors
/// 404, also for the update of another article; the database.
pub async fn get(conn: &mut NewsroomConn, article: Uuid, which: NumberOrId) -> Result<Update> {
    let query = updates::table
        .inner_join(
            update_versions::table.on(update_versions::update_id
                .eq(updates::id)
                .and(update_versions::number.eq(updates::version))),
        )
        .filter(updates::article_id.eq(article))
        .select(COLUMNS)
        .into_boxed();
    let query = match which {
        NumberOrId::Number(number) => query.filter(updates::number.eq(number)),
        NumberOrId::Id(id) => query.filter(updates::id.eq(id)),
    };
    Ok(flat(query.first(&mut **conn).await?))
}

type Nested = (
    (
        Uuid,
        Uuid,
        i32,
        i32,
        Option<i32>,
        String,
        Option<DateTime<Utc>>,
        Option<DateTime<Utc>>,
        Option<DateTime<Utc>>,
        Option<String>,
        DateTime<Utc>,
    ),
    (
        Uuid,
        String,
        Option<String>,
        Stored<crate::values::RichText>,
    ),
);

fn flat((own, text): Nested) -> Update {
    Update {
        id: own.0,
        article_id: own.1,
        version: own.2,
        revision: own.3,
        number: own.4,
        state: own.5,
        published_at: own.6,
        revised_at: own.7,
        retracted_at: own.8,
        retraction_reason: own.9,
        created_at: own.10,
        text_id: text.0,
        kind: text.1,
        headline: text.2,
        body: text.3,
    }
}

/// The authors of a text of an update, in order.
///
/// # Errors
/// The database.
pub async fn author_ids(conn: &mut NewsroomConn, text: Uuid) -> Result<Vec<Uuid>> {
    let query = update_version_authors::table
        .filter(update_version_authors::version_id.eq(text))
        .order(update_version_authors::position);
    Ok(query
        .select(update_version_authors::author_id)
        .load(&mut **conn)
        .await?)
}

/// Makes a drafted update of a locked article.
///
/// # Errors
/// 422 for authors that do not exist; the database.
pub async fn insert(
    tx: &mut Tx,
    article: Uuid,
    text: RevisedUpdate,
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

async fn insert_text(tx: &mut Tx, update: Uuid, number: i32, text: RevisedUpdate) -> Result<()> {
    let mut faults = Faults::default();
    let author_ids = authors::find_all(
        tx,
        text.authors.as_deref().unwrap_or_default(),
        "/authors",
        &mut faults,
    )
    .await?;
    if !faults.is_empty() {
        return Err(Error::body(faults));
    }
    let (version, by) = (Uuid::now_v7(), tx.by.clone());
    diesel::insert_into(update_versions::table)
        .values((
            update_versions::id.eq(version),
            update_versions::update_id.eq(update),
            update_versions::number.eq(number),
            update_versions::kind.eq(text.kind.as_str()),
            update_versions::headline.eq(text.headline.map(|headline| headline.into_string())),
            update_versions::body.eq(Stored(text.body.render(&Update::anchor_prefix(update)))),
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

/// Shows a draft under the next number: never ahead of now, never before the article or the update before it.
///
/// # Errors
/// 409 when the article is not published, 422 for a date out of turn; the database.
pub async fn show_in_turn(
    tx: &mut Tx,
    host: &Host,
    update: &Update,
    at: Option<DateTime<Utc>>,
) -> Result<(Update, i32)> {
    if host.status != "published" {
        let detail = format!(
            "An update shows only on a published article; this one is {}. Send \"draft\": true to keep it for later.",
            host.status
        );
        return Err(Error::new(Code::StateConflict, detail));
    }
    let last = last_shown(tx, host.id).await?;
    let not_before = last.map(|(_, at)| at).or(host.published_at);
    let at = match at {
        Some(at) if at > tx.now || not_before.is_some_and(|limit| at < limit) => {
            let detail = "must not be ahead of now, nor before the article or the update before it";
            return Err(Error::body(Faults::from(Fault::at(
                "/published_at",
                FaultCode::InvalidValue,
                detail,
            ))));
        }
        Some(at) => at,
        // A write that began after this one may have got the article's row, and so its date, before it.
        None => not_before.map_or(tx.now, |limit| limit.max(tx.now)),
    };
    let number = last.map_or(1, |(number, _)| number + 1);
    Ok((show(tx, update, number, at).await?, number))
}

/// Shows a draft under this number, and tells the article that it has changed.
async fn show(
    tx: &mut Tx,
    update: &Update,
    number: i32,
    published_at: DateTime<Utc>,
) -> Result<Update> {
    diesel::update(updates::table.find(update.id))
        .set((
            updates::state.eq("shown"),
            updates::number.eq(number),
            updates::published_at.eq(published_at),
            updates::revision.eq(update.revision + 1),
        ))
        .execute(&mut ***tx)
        .await?;
    changed(tx, update).await
}

/// Writes a new text; of a shown update it is told when.
///
/// # Errors
/// 422 for authors that do not exist; the database.
pub async fn revise(tx: &mut Tx, update: &Update, text: RevisedUpdate) -> Result<Update> {
    insert_text(tx, update.id, update.version + 1, text).await?;
    let shown = update.number.is_some();
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

/// Retracts a shown update.
///
/// # Errors
/// The database.
pub async fn retract(tx: &mut Tx, update: &Update, reason: &str) -> Result<Update> {
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
async fn changed(tx: &mut Tx, update: &Update) -> Result<Update> {
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
