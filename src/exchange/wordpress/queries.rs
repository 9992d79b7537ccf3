//! What posts of an export refer to, laid aside in temporary tables.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::db::NewsroomConn;
use crate::error::Result;

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

/// An attachment that is not laid aside, since another has its number.
#[derive(Debug, QueryableByName)]
pub struct Other {
    /// Its number in WordPress.
    #[diesel(sql_type = BigInt)]
    pub wp_id: i64,
    /// Where its file is.
    #[diesel(sql_type = Text)]
    pub url: String,
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

/// Lays attachments aside. Of two with one number the first counts.
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

/// Those of these attachments in whose place another file was laid aside.
///
/// # Errors
/// The database.
pub async fn other_attachments(conn: &mut NewsroomConn, rows: &[Attachment]) -> Result<Vec<Other>> {
    let others = diesel::sql_query(
        "SELECT n.wp_id, n.url FROM unnest($1, $2) AS n (wp_id, url) JOIN import_attachments a ON a.wp_id = n.wp_id WHERE a.url <> n.url",
    )
    .bind::<Array<BigInt>, _>(rows.iter().map(|row| row.wp_id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.url.as_str()).collect::<Vec<_>>());
    Ok(others.load(&mut **conn).await?)
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
