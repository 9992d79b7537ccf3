//! Rows of newsroom as JSON, out and in.
//!
//! The statements are made by the database from its own catalogue, with every name quoted, so that new columns come along. Values are bound.

use diesel::QueryableByName;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{Array, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::{Stream, StreamExt};

use crate::db::NewsroomConn;
use crate::error::{Error, Result};
use crate::exchange::kroniek::read::ReadyRow;
use crate::exchange::kroniek::tables::{ACTION, AUDITED, Table};
use crate::publishing::Tx;

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    words: String,
}

/// Begins a snapshot of everything: what is read until [`end_snapshot`] is as it stood at one moment, however long it takes.
///
/// # Errors
/// The database.
pub async fn begin_snapshot(conn: &mut NewsroomConn) -> Result<()> {
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
        SET LOCAL statement_timeout = 0;
        SET LOCAL idle_in_transaction_session_timeout = 0;
        SET LOCAL bytea_output = 'hex';
        SET LOCAL extra_float_digits = 1";
    Ok(conn.batch_execute(begin).await?)
}

/// Ends the snapshot.
///
/// # Errors
/// The database.
pub async fn end_snapshot(conn: &mut NewsroomConn) -> Result<()> {
    Ok(conn.batch_execute("COMMIT").await?)
}

/// Makes the statement that reads a table: its columns by name, of rich text format and source; rows by primary key, texts by code point. So
/// neither the order in which columns were added nor the collation of the database shows.
const SELECT_OF: &str = "
    SELECT format(
        'SELECT row_to_json(r)::text AS words FROM (SELECT %s FROM newsroom.%I t%s) r ORDER BY %s',
        (SELECT string_agg(
                    CASE WHEN a.attname = ANY($2)
                         THEN format('CASE WHEN t.%1$I IS NOT NULL THEN json_build_object(''format'', t.%1$I ->> ''format'', ''source'', t.%1$I ->> ''source'') END AS %1$I', a.attname)
                         ELSE format('t.%I', a.attname) END,
                    ', ' ORDER BY a.attname COLLATE \"C\")
         FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
        c.relname,
        CASE WHEN c.relname = 'audit' THEN format(' WHERE t.subject_kind = ANY(%L::text[]) AND t.action <> %L', $3, $4) ELSE '' END,
        (SELECT string_agg(format('r.%I', a.attname) || CASE a.atttypid WHEN 'text'::regtype THEN ' COLLATE \"C\"' ELSE '' END, ', ' ORDER BY k.place)
         FROM pg_index i
         CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
         WHERE i.indrelid = c.oid AND i.indisprimary)
    ) AS words
    FROM pg_class c WHERE c.relnamespace = 'newsroom'::regnamespace AND c.relkind = 'r' AND c.relname = $1";

/// The rows of a table, each as JSON, one after another as they are asked for.
///
/// # Errors
/// There is no such table; the database.
pub async fn rows<'c>(
    conn: &'c mut NewsroomConn,
    table: &Table,
) -> Result<impl Stream<Item = Result<String>> + use<'c>> {
    let columns: Vec<&str> = table.rich.iter().map(|(column, _)| *column).collect();
    let select: Words = diesel::sql_query(SELECT_OF)
        .bind::<Text, _>(table.name)
        .bind::<Array<Text>, _>(columns)
        .bind::<Array<Text>, _>(AUDITED)
        .bind::<Text, _>(ACTION)
        .get_result(&mut **conn)
        .await?;
    let stream = diesel::sql_query(select.words)
        .load_stream::<Words>(&mut **conn)
        .await?;
    Ok(stream.map(|row| Ok(row?.words)))
}

/// What makes a long transaction quick: room for indexes that are made in one go and for sorting, and texts stored by the quicker of the
/// compressions, where the server has both.
const QUICK: &str = "
    SELECT set_config('maintenance_work_mem', '128MB', true), set_config('work_mem', '32MB', true)
    UNION ALL
    SELECT set_config(name, 'lz4', true), NULL FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)";

/// Keeps others from filling the newsroom meanwhile, lifts the time-outs, which an import of any size must not run into, and tells what is there
/// already, but for the site that every newsroom has.
///
/// # Errors
/// Somebody else writes; the database.
pub async fn begin_import(tx: &mut Tx, tables: &[Table]) -> Result<Vec<String>> {
    let begin = "SET LOCAL statement_timeout = 0;
        SET LOCAL idle_in_transaction_session_timeout = 0;
        SET LOCAL kroniek.versions_come = 'on';
        LOCK TABLE newsroom.slugs, newsroom.donation_links IN SHARE ROW EXCLUSIVE MODE;
        SELECT FROM newsroom.site FOR UPDATE";
    tx.batch_execute(begin).await?;
    tx.batch_execute(QUICK).await?;
    let names: Vec<&str> = tables
        .iter()
        .map(|table| table.name)
        .filter(|name| !matches!(*name, "site" | "audit" | "kept_versions"))
        .collect();
    let union: Words = diesel::sql_query(
        "SELECT string_agg(format('SELECT %L AS words WHERE EXISTS (SELECT FROM newsroom.%I)', name, name), ' UNION ALL ') AS words
         FROM unnest($1) AS t (name)",
    )
    .bind::<Array<Text>, _>(names)
    .get_result(&mut ***tx)
    .await?;
    let mut found: Vec<Words> = diesel::sql_query(union.words).load(&mut ***tx).await?;
    let site = "SELECT 'a site that was written' AS words FROM newsroom.site WHERE version > 1";
    found.append(&mut diesel::sql_query(site).load(&mut ***tx).await?);
    diesel::sql_query("DELETE FROM newsroom.site")
        .execute(&mut ***tx)
        .await?;
    Ok(found.into_iter().map(|table| table.words).collect())
}

/// Why a row is not taken.
#[derive(Debug)]
pub enum Refusal {
    /// What the database says against it.
    Row(String),
    /// The database is away.
    Database(Error),
}

impl From<DieselError> for Refusal {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, told)
                if kind != DatabaseErrorKind::ClosedConnection =>
            {
                Self::Row(told.message().to_owned())
            }
            other => Self::Database(other.into()),
        }
    }
}

/// Makes the statement that writes rows of a table with these columns. Those that are not given get their defaults.
const INSERT_OF: &str = "
    SELECT format(
        'INSERT INTO newsroom.%1$I (%2$s) SELECT %3$s
         FROM json_populate_recordset(NULL::newsroom.%1$I, $1::json) WITH ORDINALITY AS r
         JOIN unnest($2::text[], $3::text[]) WITH ORDINALITY AS t (text_1, text_2, at) ON t.at = r.ordinality',
        $1, string_agg(quote_ident(k.name), ', ' ORDER BY k.place),
        string_agg(coalesce('t.text_' || array_position($3, k.name) || '::json', format('r.%I', k.name)), ', ' ORDER BY k.place)
    ) AS words
    FROM unnest($2) WITH ORDINALITY AS k (name, place)";

/// The statement that [`insert`] runs for rows of this table with these columns.
///
/// # Errors
/// The database.
pub async fn insert_of(
    conn: &mut AsyncPgConnection,
    table: &Table,
    columns: &[String],
) -> Result<String, Refusal> {
    let rich: Vec<&str> = table.rich.iter().map(|(column, _)| *column).collect();
    let insert: Words = diesel::sql_query(INSERT_OF)
        .bind::<Text, _>(table.name)
        .bind::<Array<Text>, _>(columns)
        .bind::<Array<Text>, _>(rich)
        .get_result(conn)
        .await?;
    Ok(insert.words)
}

/// Writes rows, whole or not at all.
///
/// # Errors
/// What the database says against one of them.
pub async fn insert(
    conn: &mut AsyncPgConnection,
    insert: &str,
    rows: &[ReadyRow],
) -> Result<(), Refusal> {
    let plain: Vec<&str> = rows.iter().map(|row| row.plain.as_str()).collect();
    let [first, second] = [0, 1].map(|place| {
        let texts = rows.iter().map(|row| row.texts.get(place)?.as_deref());
        texts.collect::<Vec<Option<&str>>>()
    });
    diesel::sql_query(insert)
        .bind::<Text, _>(format!("[{}]", plain.join(",")))
        .bind::<Array<Nullable<Text>>, _>(first)
        .bind::<Array<Nullable<Text>>, _>(second)
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps what there is now as its version where the file has none: it may be of a time before versions of these were kept.
///
/// # Errors
/// The database.
pub async fn keep_present_versions(tx: &mut Tx) -> Result<()> {
    let keep = "INSERT INTO newsroom.kept_versions (kind, owner_id, number, content, created_at)
         SELECT kind, owner_id, number, content, created_at FROM newsroom.present_versions()
         ON CONFLICT DO NOTHING";
    diesel::sql_query(keep).execute(&mut ***tx).await?;
    Ok(())
}

/// Whether there is a site, without which nothing works.
///
/// # Errors
/// The database.
pub async fn has_site(conn: &mut AsyncPgConnection) -> Result<bool> {
    let site = diesel::sql_query("SELECT FROM newsroom.site");
    Ok(site.execute(conn).await? == 1)
}
