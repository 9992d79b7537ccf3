//! Reading updates, and locking their article. Every write locks the article's row first, so that numbers are given one after the other.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::schema::newsroom::{
    articles, slugs, update_version_authors, update_versions, updates,
};
use crate::db::{NewsroomConn, Stored, fixed};
use crate::error::{Error, Result};
use crate::http::path::NumberOrId;
use crate::publishing::Tx;
use crate::updates::model::{Host, Update};
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
    update_versions::concerns,
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
        update_versions::concerns,
    ),
);

/// The id of the article of this slug, of now or before, or id.
///
/// # Errors
/// 404; 410 when it was purged; the database.
pub async fn article(conn: &mut NewsroomConn, which: &Reference) -> Result<Uuid> {
    let id: Uuid = match which {
        Reference::Id(id) => *id,
        Reference::Slug(slug) => {
            slugs::table
                .find(("article", slug.as_str()))
                .select(slugs::owner_id)
                .first(&mut **conn)
                .await?
        }
    };
    let purged: Option<DateTime<Utc>> = articles::table
        .find(id)
        .select(articles::purged_at)
        .first(&mut **conn)
        .await?;
    match purged {
        None => Ok(id),
        Some(_) => Err(Error::purged()),
    }
}

/// What an update needs to know of its article.
///
/// # Errors
/// 404; 410 when it was purged; the database.
pub async fn host(conn: &mut NewsroomConn, which: &Reference) -> Result<Host> {
    let id = article(conn, which).await?;
    let host = articles::table.find(id);
    Ok(host
        .select((articles::id, articles::status, articles::published_at))
        .first(&mut **conn)
        .await?)
}

/// Why an article that was there a moment ago can't be locked: it was removed or purged meanwhile.
///
/// # Errors
/// That; the database.
pub async fn gone(conn: &mut NewsroomConn, id: Uuid) -> Error {
    match article(conn, &Reference::Id(id)).await {
        Ok(_) => Error::not_found(),
        Err(error) => error,
    }
}

/// Locks the article of this id (`$1`), or else of this slug (`$2`), and tells the time when it was locked: what its last holder wrote is not later.
const LOCK: &str = "
    WITH locked AS MATERIALIZED (
        SELECT a.id, a.status, a.published_at FROM newsroom.articles a
        WHERE a.id = coalesce($1, (SELECT s.owner_id FROM newsroom.slugs s WHERE s.kind = 'article' AND s.slug = $2)) AND a.purged_at IS NULL
        FOR NO KEY UPDATE
    )
    SELECT l.id, l.status, l.published_at, date_trunc('milliseconds', clock_timestamp()) AS now FROM locked l";

#[derive(QueryableByName)]
struct LockedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    published_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

/// The article, its row locked to the end of the transaction. Others may go on picking it as related.
///
/// # Errors
/// 404; 410 when it was purged; the database.
pub async fn lock_article(tx: &mut Tx, which: &Reference) -> Result<Host> {
    let (id, slug) = match which {
        Reference::Id(id) => (Some(*id), None),
        Reference::Slug(slug) => (None, Some(slug.as_str())),
    };
    let locked = fixed(LOCK)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<Nullable<Text>, _>(slug)
        .get_result::<LockedRow>(&mut ***tx);
    let Some(row) = locked.await.optional()? else {
        let id = article(tx, which).await?;
        return Err(gone(tx, id).await);
    };
    tx.now = row.now;
    Ok(Host {
        id: row.id,
        status: row.status,
        published_at: row.published_at,
    })
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
        Option<serde_json::Value>,
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
        concerns: text.4,
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
