//! What an import asks of the newsroom beside what the slices offer: its temporary tables, what it made before, old paths.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{articles, imported, old_paths, updates};
use crate::error::Result;
use crate::publishing::Tx;

/// An attachment laid aside.
#[derive(Debug, Clone, QueryableByName)]
pub struct Attachment {
    /// Its number in WordPress.
    #[diesel(sql_type = BigInt)]
    pub wp_id: i64,
    /// Where its file is.
    #[diesel(sql_type = Text)]
    pub url: String,
    /// Its alternative text.
    #[diesel(sql_type = Nullable<Text>)]
    pub alt: Option<String>,
    /// Its caption.
    #[diesel(sql_type = Nullable<Text>)]
    pub caption: Option<String>,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Makes the temporary tables of this connection.
///
/// # Errors
/// The owner may not make temporary tables; the database.
pub async fn lay_out(conn: &mut NewsroomConn) -> Result<()> {
    let tables = "
        DROP TABLE IF EXISTS import_attachments, import_authors;
        CREATE TEMPORARY TABLE import_attachments (wp_id bigint PRIMARY KEY, url text NOT NULL, alt text, caption text);
        CREATE TEMPORARY TABLE import_authors (login text PRIMARY KEY, name text NOT NULL);";
    Ok(conn.batch_execute(tables).await?)
}

/// Lays attachments aside.
///
/// # Errors
/// The database.
pub async fn lay_attachments(conn: &mut NewsroomConn, rows: &[Attachment]) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO import_attachments SELECT * FROM unnest($1, $2, $3, $4) ON CONFLICT (wp_id) DO NOTHING",
    )
    .bind::<Array<BigInt>, _>(rows.iter().map(|row| row.wp_id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.url.as_str()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|row| row.alt.as_deref()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|row| row.caption.as_deref()).collect::<Vec<_>>())
    .execute(&mut **conn)
    .await?;
    Ok(())
}

/// Lays an author's name aside.
///
/// # Errors
/// The database.
pub async fn lay_author(conn: &mut NewsroomConn, login: &str, name: &str) -> Result<()> {
    diesel::sql_query("INSERT INTO import_authors VALUES ($1, $2) ON CONFLICT (login) DO NOTHING")
        .bind::<Text, _>(login)
        .bind::<Text, _>(name)
        .execute(&mut **conn)
        .await?;
    Ok(())
}

/// The attachment of this number.
///
/// # Errors
/// The database.
pub async fn attachment(conn: &mut NewsroomConn, wp_id: i64) -> Result<Option<Attachment>> {
    let found = diesel::sql_query(
        "SELECT wp_id, url, alt, caption FROM import_attachments WHERE wp_id = $1",
    )
    .bind::<BigInt, _>(wp_id);
    Ok(found.get_result(&mut **conn).await.optional()?)
}

/// The name of the author of this login.
///
/// # Errors
/// The database.
pub async fn author_name(conn: &mut NewsroomConn, login: &str) -> Result<Option<String>> {
    let found = diesel::sql_query("SELECT name FROM import_authors WHERE login = $1")
        .bind::<Text, _>(login);
    let row: Option<Name> = found.get_result(&mut **conn).await.optional()?;
    Ok(row.map(|row| row.name))
}

/// One record of a source.
#[derive(Debug, Clone, Copy)]
pub struct SourceKey<'a> {
    /// The site it comes from.
    pub source: &'a str,
    /// What it is there: `post`, `author`, `category`.
    pub kind: &'static str,
    /// What it is known by there.
    pub id: &'a str,
}

/// What an earlier run made of a record.
#[derive(Debug, Queryable)]
pub struct Made {
    /// The thing here.
    pub owner_id: Uuid,
    /// What the record said then.
    pub fingerprint: Vec<u8>,
    /// How often the thing had been written when the import left it.
    pub revision: i32,
}

/// What an earlier run made of this record.
///
/// # Errors
/// The database.
pub async fn made(conn: &mut NewsroomConn, key: SourceKey<'_>) -> Result<Option<Made>> {
    let row = imported::table.find((key.source, key.kind, key.id));
    Ok(row
        .select((
            imported::owner_id,
            imported::fingerprint,
            imported::revision,
        ))
        .first(&mut **conn)
        .await
        .optional()?)
}

/// Remembers what this run made of a record.
///
/// # Errors
/// The database.
pub async fn remember(tx: &mut Tx, key: SourceKey<'_>, made: &Made) -> Result<()> {
    let now = tx.now;
    diesel::insert_into(imported::table)
        .values((
            imported::source.eq(key.source),
            imported::source_kind.eq(key.kind),
            imported::source_id.eq(key.id),
            imported::owner_id.eq(made.owner_id),
            imported::fingerprint.eq(&made.fingerprint),
            imported::revision.eq(made.revision),
            imported::imported_at.eq(now),
        ))
        .on_conflict((imported::source, imported::source_kind, imported::source_id))
        .do_update()
        .set((
            imported::owner_id.eq(made.owner_id),
            imported::fingerprint.eq(&made.fingerprint),
            imported::revision.eq(made.revision),
            imported::imported_at.eq(now),
        ))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// Keeps the address that an article had, unless another has it.
///
/// # Errors
/// The database.
pub async fn keep_path(tx: &mut Tx, path: &str, article: Uuid) -> Result<()> {
    diesel::insert_into(old_paths::table)
        .values((
            old_paths::path.eq(path),
            old_paths::kind.eq("article"),
            old_paths::owner_id.eq(article),
        ))
        .on_conflict_do_nothing()
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// Sets when readers last saw an imported article change: its own date, not that of the import.
///
/// # Errors
/// The database.
pub async fn set_modified_at(tx: &mut Tx, article: Uuid, at: DateTime<Utc>) -> Result<()> {
    diesel::update(articles::table.find(article))
        .set(articles::modified_at.eq(at))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// How many updates an article has, drafts too.
///
/// # Errors
/// The database.
pub async fn count_updates(conn: &mut NewsroomConn, article: Uuid) -> Result<usize> {
    let count: i64 = updates::table
        .filter(updates::article_id.eq(article))
        .count()
        .get_result(&mut **conn)
        .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}
