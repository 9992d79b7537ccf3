//! What readers come to know by a change. The newsroom keeps it, so that delivery can be told from the newsroom alone: an author or entity
//! stays public when its last article is withdrawn, and only its slugs then tell that it ever was.
//!
//! Written before the counter is locked, as everything in newsroom is. The rows of those named are locked in one order, so that a rename that
//! runs at the same time comes before or after.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::change::Touched;
use crate::db::fixed;
use crate::error::Result;

/// Authors whom the published articles among `$1` name, or their shown updates, and whom readers do not know yet.
const NEW_AUTHORS: &str = "
    SELECT n.id FROM newsroom.authors n
    WHERE n.id IN (
        SELECT l.author_id
        FROM newsroom.articles a
        JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
        JOIN newsroom.article_version_authors l ON l.version_id = v.id
        WHERE a.id = ANY($1) AND a.status = 'published'
        UNION ALL
        SELECT l.author_id
        FROM newsroom.articles a
        JOIN newsroom.updates u ON u.article_id = a.id AND u.state <> 'draft'
        JOIN newsroom.update_versions t ON t.update_id = u.id AND t.number = u.version
        JOIN newsroom.update_version_authors l ON l.version_id = t.id
        WHERE a.id = ANY($1) AND a.status = 'published')
      AND NOT EXISTS (SELECT FROM newsroom.slugs s WHERE s.kind = 'author' AND s.owner_id = n.id AND s.public_since IS NOT NULL)
    ORDER BY n.id FOR NO KEY UPDATE OF n";

const NEW_ENTITIES: &str = "
    SELECT n.id FROM newsroom.entities n
    WHERE n.id IN (
        SELECT l.entity_id
        FROM newsroom.articles a
        JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
        JOIN newsroom.article_version_entities l ON l.version_id = v.id
        WHERE a.id = ANY($1) AND a.status = 'published')
      AND NOT EXISTS (SELECT FROM newsroom.slugs s WHERE s.kind = 'entity' AND s.owner_id = n.id AND s.public_since IS NOT NULL)
    ORDER BY n.id FOR NO KEY UPDATE OF n";

/// The slugs of those who have just become known (`$1`), and the new ones of those who were and are written (`$3`).
const AUTHOR_SLUGS: &str = "
    UPDATE newsroom.slugs s SET public_since = $2
    FROM newsroom.authors n
    WHERE s.kind = 'author' AND s.slug = n.slug AND s.public_since IS NULL
      AND (n.id = ANY($1) OR (n.id = ANY($3)
           AND EXISTS (SELECT FROM newsroom.slugs o WHERE o.kind = 'author' AND o.owner_id = n.id AND o.public_since IS NOT NULL)))";

const ENTITY_SLUGS: &str = "
    UPDATE newsroom.slugs s SET public_since = $2
    FROM newsroom.entities n
    WHERE s.kind = 'entity' AND s.slug = n.slug AND s.public_since IS NULL
      AND (n.id = ANY($1) OR (n.id = ANY($3)
           AND EXISTS (SELECT FROM newsroom.slugs o WHERE o.kind = 'entity' AND o.owner_id = n.id AND o.public_since IS NOT NULL)))";

/// Running links that hang on the published articles or the sections among `$1`, on the site when `$3`; and those among `$4` that hang on anything
/// public. All that could are locked, running or not: whatever begins or ends one of them meanwhile comes before or after.
const DONATION_LINKS: &str = "
    WITH known AS MATERIALIZED (
        SELECT n.id, n.phase FROM newsroom.donation_links n
        WHERE n.public_since IS NULL AND n.id IN (
            SELECT l.link_id
            FROM newsroom.articles a
            JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version AND v.donation_mode = 'own'
            JOIN newsroom.article_version_donation_links l ON l.version_id = v.id
            WHERE a.id = ANY($1) AND a.status = 'published'
            UNION ALL
            SELECT l.link_id FROM newsroom.donation_attachments l
            WHERE (l.owner_kind = 'section' AND l.owner_id = ANY($1)) OR (l.owner_kind = 'site' AND $3) OR l.link_id = ANY($4)
            UNION ALL
            SELECT l.link_id
            FROM newsroom.article_version_donation_links l
            JOIN newsroom.article_versions v ON v.id = l.version_id AND v.donation_mode = 'own'
            JOIN newsroom.articles a ON a.id = v.article_id AND a.published_version = v.number AND a.status = 'published'
            WHERE l.link_id = ANY($4))
        ORDER BY n.id FOR NO KEY UPDATE OF n
    )
    UPDATE newsroom.donation_links n SET public_since = $2 FROM known WHERE n.id = known.id AND known.phase = 'running'";

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Keeps what readers come to know by what was touched.
pub(super) async fn reveal(
    mut conn: &AsyncPgConnection,
    now: DateTime<Utc>,
    touched: &Touched,
) -> Result<()> {
    let signed = touched.with_authors();
    let authors = new(conn, NEW_AUTHORS, &signed).await?;
    slugs(conn, (AUTHOR_SLUGS, now), &authors, &touched.authors).await?;
    let entities = new(conn, NEW_ENTITIES, &touched.articles).await?;
    let into = touched.merges.iter().map(|merge| merge.into);
    let written: Vec<Uuid> = touched.entities.iter().copied().chain(into).collect();
    slugs(conn, (ENTITY_SLUGS, now), &entities, &written).await?;
    let owners = [touched.articles.as_slice(), &touched.sections].concat();
    if touched.site || !owners.is_empty() || !touched.donation_links.is_empty() {
        fixed(DONATION_LINKS)
            .bind::<Array<SqlUuid>, _>(owners)
            .bind::<Timestamptz, _>(now)
            .bind::<Bool, _>(touched.site)
            .bind::<Array<SqlUuid>, _>(&touched.donation_links)
            .execute(&mut conn)
            .await?;
    }
    Ok(())
}

async fn new(
    mut conn: &AsyncPgConnection,
    sql: &'static str,
    articles: &[Uuid],
) -> Result<Vec<Uuid>> {
    if articles.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<IdRow> = fixed(sql)
        .bind::<Array<SqlUuid>, _>(articles)
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn slugs(
    mut conn: &AsyncPgConnection,
    (sql, now): (&'static str, DateTime<Utc>),
    new: &[Uuid],
    written: &[Uuid],
) -> Result<()> {
    if new.is_empty() && written.is_empty() {
        return Ok(());
    }
    fixed(sql)
        .bind::<Array<SqlUuid>, _>(new)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<SqlUuid>, _>(written)
        .execute(&mut conn)
        .await?;
    Ok(())
}
