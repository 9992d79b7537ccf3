//! Pictures as editors see them, and what uses them.

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{media, media_removals, media_uses};
use crate::error::{Code, Error, Result};
use crate::http::cursor::{Position, SortKey};
use crate::http::search::{ManagedList, containing};
use crate::media::model::{Media, MediaInput, Taken, Use};
use crate::publishing::Tx;

/// A page and one more, the newest first; index: `media_newest`.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut NewsroomConn,
    asked: &ManagedList,
    after: Option<Position>,
) -> Result<Vec<Media>> {
    let mut query = media::table.select(Media::as_select()).into_boxed();
    if asked.q.is_some() {
        let like = containing(asked.q.as_ref());
        query = query.filter(
            media::alt
                .ilike(like.clone())
                .or(media::caption.ilike(like.clone()))
                .or(media::credit.ilike(like.clone()))
                .or(media::file_name.ilike(like)),
        );
    }
    if let Some(Position {
        key: SortKey::Number(milliseconds),
        id,
    }) = after
        && let Some(at) = chrono::DateTime::from_timestamp_millis(milliseconds)
    {
        query = query.filter(
            media::created_at
                .lt(at)
                .or(media::created_at.eq(at).and(media::id.lt(id))),
        );
    }
    Ok(query
        .order((media::created_at.desc(), media::id.desc()))
        .limit(asked.limit.probe())
        .load(&mut **conn)
        .await?)
}

/// One picture.
///
/// # Errors
/// 404; the database.
pub async fn get(conn: &mut NewsroomConn, id: Uuid) -> Result<Media> {
    let found = media::table.find(id).select(Media::as_select());
    Ok(found.first(&mut **conn).await?)
}

/// The picture that was made of a file of this digest, if there is one.
///
/// # Errors
/// The database.
pub async fn of_source(conn: &mut NewsroomConn, digest: &str) -> Result<Option<Media>> {
    let found = media::table.filter(media::source_digest.eq(digest));
    let found = found.select(Media::as_select()).first(&mut **conn).await;
    Ok(found.optional()?)
}

/// One picture, its row locked to the end of the transaction. What comes to use it meanwhile does not wait for that.
///
/// # Errors
/// 404; the database.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Media> {
    let found = media::table.find(id).select(Media::as_select());
    Ok(found.for_no_key_update().first(&mut ***tx).await?)
}

/// Makes a picture of a file that was taken in, or finds the one that another request has made of the same file; tells whether it is new.
///
/// # Errors
/// 503 when the one that was there has just been removed; the database.
pub async fn insert(tx: &mut Tx, taken: Taken) -> Result<(Media, bool)> {
    if let Some(file) = taken.file {
        let told = taken.told;
        let credit = told.credit.map(|credit| credit.into_string());
        let focus = told.focal_point.map(|point| point.thousandths()).unzip();
        let row = (
            media::id.eq(file.id),
            media::mime.eq(file.format.mime()),
            media::width.eq(file.width),
            media::height.eq(file.height),
            media::bytes.eq(file.bytes),
            media::digest.eq(file.digest),
            media::source_digest.eq(&taken.source_digest),
            media::animated.eq(file.animated),
            media::widths.eq(file.widths),
            media::file_name.eq(taken.file_name),
            media::source_url.eq(taken.source_url),
            media::alt.eq(told.alt.map(|alt| alt.into_string())),
            media::caption.eq(told.caption.map(|caption| caption.into_string())),
            media::credit.eq(credit.or(file.credit)),
            (media::focal_x.eq(focus.0), media::focal_y.eq(focus.1)),
            (media::created_at.eq(tx.now), media::modified_at.eq(tx.now)),
        );
        let made = diesel::insert_into(media::table)
            .values(row)
            .on_conflict(media::source_digest)
            .do_nothing()
            .returning(Media::as_returning());
        let made: Option<Media> = made.get_result(&mut ***tx).await.optional()?;
        if let Some(made) = made {
            return Ok((made, true));
        }
    }
    let known = of_source(tx, &taken.source_digest).await?;
    let known = known.ok_or_else(|| {
        Error::unavailable(
            "The picture of this file has just been removed. Nothing was written. Try again.",
        )
    })?;
    Ok((known, false))
}

/// Changes what is told of a locked picture.
///
/// # Errors
/// The database.
pub async fn change(tx: &mut Tx, before: &Media, told: MediaInput) -> Result<Media> {
    let focus = told.focal_point.map(|point| point.thousandths()).unzip();
    let values = (
        media::alt.eq(told.alt.map(|alt| alt.into_string())),
        media::caption.eq(told.caption.map(|caption| caption.into_string())),
        media::credit.eq(told.credit.map(|credit| credit.into_string())),
        media::focal_x.eq(focus.0),
        media::focal_y.eq(focus.1),
        media::version.eq(before.version + 1),
        media::modified_at.eq(tx.now),
    );
    let changed = diesel::update(media::table.find(before.id)).set(values);
    let changed = changed.returning(Media::as_returning());
    Ok(changed.get_result(&mut ***tx).await?)
}

/// Removes a picture that nothing uses; a node deletes its files after that.
///
/// # Errors
/// 409 naming what uses it; the database.
pub async fn remove(tx: &mut Tx, before: &Media) -> Result<()> {
    // What is about to use it is waited for, and comes first.
    let row = media::table.find(before.id).select(media::id);
    let _: Uuid = row.for_update().first(&mut ***tx).await?;
    let used = uses(tx, before.id).await?;
    if !used.is_empty() {
        return Err(in_use(&used));
    }
    erase(tx, before.id).await
}

async fn erase(tx: &mut Tx, id: Uuid) -> Result<()> {
    diesel::insert_into(media_removals::table)
        .values((
            media_removals::media_id.eq(id),
            media_removals::noted_at.eq(tx.now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut ***tx)
        .await?;
    diesel::delete(media::table.find(id))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

fn in_use(used: &[Use]) -> Error {
    let told: Vec<String> = used
        .iter()
        .take(5)
        .map(|one| match &one.slug {
            Some(slug) => format!("{} \"{slug}\"", one.kind),
            None => format!("the {}", one.kind),
        })
        .collect();
    let more = used.len().saturating_sub(told.len());
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    Error::new(
        Code::InUse,
        format!(
            "It is used by {}{more}: every version of an article counts, earlier ones too. Their record must stay whole.",
            told.join(", ")
        ),
    )
}

/// What uses a picture (`$1`): every version counts. An update stands for its article.
const USES: &str = "
    SELECT 'site' AS kind, NULL::uuid AS id, NULL::text AS slug, s.title, true AS published, true AS current
    FROM newsroom.media_uses u JOIN newsroom.site s ON true WHERE u.media_id = $1 AND u.kind = 'site'
    UNION ALL
    SELECT 'author', n.id, n.slug, n.name,
           EXISTS (SELECT FROM newsroom.slugs s WHERE s.kind = 'author' AND s.owner_id = n.id AND s.public_since IS NOT NULL), true
    FROM newsroom.media_uses u JOIN newsroom.authors n ON n.id = u.owner_id WHERE u.media_id = $1 AND u.kind = 'author'
    UNION ALL
    SELECT 'entity', n.id, n.slug, n.name,
           EXISTS (SELECT FROM newsroom.slugs s WHERE s.kind = 'entity' AND s.owner_id = n.id AND s.public_since IS NOT NULL), true
    FROM newsroom.media_uses u JOIN newsroom.entities n ON n.id = u.owner_id WHERE u.media_id = $1 AND u.kind = 'entity'
    UNION ALL
    SELECT 'article', a.id, w.slug, w.headline, bool_or(f.published), bool_or(f.current)
    FROM (
        SELECT v.article_id, a.status = 'published' AND v.number = a.published_version AS published, v.number = a.version AS current
        FROM newsroom.media_uses u
        JOIN newsroom.article_versions v ON v.id = u.owner_id
        JOIN newsroom.articles a ON a.id = v.article_id
        WHERE u.media_id = $1 AND u.kind = 'article_version'
        UNION ALL
        SELECT n.article_id, a.status = 'published' AND n.state = 'shown' AND t.number = n.version, n.state <> 'retracted' AND t.number = n.version
        FROM newsroom.media_uses u
        JOIN newsroom.update_versions t ON t.id = u.owner_id
        JOIN newsroom.updates n ON n.id = t.update_id
        JOIN newsroom.articles a ON a.id = n.article_id
        WHERE u.media_id = $1 AND u.kind = 'update_version'
    ) f
    JOIN newsroom.articles a ON a.id = f.article_id
    JOIN newsroom.article_versions w ON w.article_id = a.id AND w.number = a.version
    GROUP BY a.id, w.slug, w.headline
    ORDER BY 5 DESC, 1, 4, 2";

#[derive(QueryableByName)]
struct UseRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    slug: Option<String>,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Bool)]
    published: bool,
    #[diesel(sql_type = Bool)]
    current: bool,
}

/// What uses a picture: what readers see first, then by kind and name.
///
/// # Errors
/// The database.
pub async fn uses(conn: &mut NewsroomConn, id: Uuid) -> Result<Vec<Use>> {
    let rows: Vec<UseRow> = diesel::sql_query(USES)
        .bind::<SqlUuid, _>(id)
        .load(&mut **conn)
        .await?;
    let shaped = rows.into_iter().map(|row| Use {
        kind: row.kind,
        id: row.id,
        slug: row.slug,
        title: row.title,
        published: row.published,
        current: row.current,
    });
    Ok(shaped.collect())
}

/// The pictures that an article and its updates use, in any version.
///
/// # Errors
/// The database.
pub async fn of_article(tx: &mut Tx, article: Uuid) -> Result<Vec<Uuid>> {
    #[derive(QueryableByName)]
    struct IdRow {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let rows: Vec<IdRow> = diesel::sql_query(
        "SELECT u.media_id AS id FROM newsroom.article_versions v
         JOIN newsroom.media_uses u ON u.kind = 'article_version' AND u.owner_id = v.id WHERE v.article_id = $1
         UNION
         SELECT u.media_id FROM newsroom.updates n JOIN newsroom.update_versions t ON t.update_id = n.id
         JOIN newsroom.media_uses u ON u.kind = 'update_version' AND u.owner_id = t.id WHERE n.article_id = $1
         ORDER BY 1",
    )
    .bind::<SqlUuid, _>(article)
    .load(&mut ***tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Of these pictures removes those that nothing uses any more, for good, and gives them.
///
/// # Errors
/// The database.
pub async fn remove_unused(tx: &mut Tx, ids: Vec<Uuid>) -> Result<Vec<Uuid>> {
    let rows = media::table.filter(media::id.eq_any(ids)).order(media::id);
    let locked: Vec<Uuid> = rows.select(media::id).for_update().load(&mut ***tx).await?;
    let mut removed = Vec::new();
    for id in locked {
        let used = media_uses::table.filter(media_uses::media_id.eq(id));
        let used: bool = diesel::select(diesel::dsl::exists(used))
            .get_result(&mut ***tx)
            .await?;
        if !used {
            erase(tx, id).await?;
            removed.push(id);
        }
    }
    Ok(removed)
}

/// Pictures that were removed and whose files may still be there, the first so many.
///
/// # Errors
/// The database.
pub async fn removals(conn: &mut NewsroomConn, limit: i64) -> Result<Vec<Uuid>> {
    let noted = media_removals::table
        .order(media_removals::noted_at)
        .limit(limit);
    Ok(noted
        .select(media_removals::media_id)
        .load(&mut **conn)
        .await?)
}

/// Notes that the files of a picture could not be deleted: the others come first now.
///
/// # Errors
/// The database.
pub async fn files_stay(conn: &mut NewsroomConn, id: Uuid) -> Result<()> {
    let now = diesel::dsl::sql::<diesel::sql_types::Timestamptz>("clock_timestamp()");
    diesel::update(media_removals::table.find(id))
        .set(media_removals::noted_at.eq(now))
        .execute(&mut **conn)
        .await?;
    Ok(())
}

/// Notes that the files of a picture are gone.
///
/// # Errors
/// The database.
pub async fn files_are_gone(conn: &mut NewsroomConn, id: Uuid) -> Result<()> {
    let noted = media_removals::table.find(id);
    diesel::delete(noted).execute(&mut **conn).await?;
    Ok(())
}

/// Which of these are pictures.
///
/// # Errors
/// The database.
pub async fn known(conn: &mut NewsroomConn, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let known = media::table.filter(media::id.eq_any(ids)).select(media::id);
    Ok(known.load(&mut **conn).await?)
}
