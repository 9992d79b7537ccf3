//! What an import asks of the newsroom beside what the slices offer: what it made before, old paths, dates.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{articles, imported, old_paths, updates};
use crate::error::Result;
use crate::publishing::{Kind, Tx};

/// Gives a transaction time for what it waits for: between two records may stand a text of a gigabyte. Ten minutes, not for ever, since a
/// stopped process holds its locks.
///
/// # Errors
/// The database.
pub async fn give_time(tx: &mut Tx) -> Result<()> {
    diesel::sql_query("SET LOCAL idle_in_transaction_session_timeout = '10min'")
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// What came before a record in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing of its id.
    First,
    /// The same record.
    Same,
    /// Another record of the same id.
    Other,
}

#[derive(QueryableByName)]
struct IsSame {
    #[diesel(sql_type = Bool)]
    is_same: bool,
}

/// Makes the temporary table of the records that this run has found.
///
/// # Errors
/// The owner may not make temporary tables; the database.
pub async fn lay_out(conn: &mut NewsroomConn) -> Result<()> {
    let table = "
        DROP TABLE IF EXISTS import_found;
        CREATE TEMPORARY TABLE import_found (id text PRIMARY KEY, fingerprint bytea NOT NULL);";
    Ok(conn.batch_execute(table).await?)
}

/// Notes a record as found in the file, and tells what of its id was found before.
///
/// # Errors
/// The database.
pub async fn find_again(conn: &mut NewsroomConn, id: &str, fingerprint: &[u8]) -> Result<Found> {
    let inserted =
        diesel::sql_query("INSERT INTO import_found VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
            .bind::<Text, _>(id)
            .bind::<Binary, _>(fingerprint)
            .execute(&mut **conn)
            .await?;
    if inserted == 1 {
        return Ok(Found::First);
    }
    let before =
        diesel::sql_query("SELECT fingerprint = $2 AS is_same FROM import_found WHERE id = $1")
            .bind::<Text, _>(id)
            .bind::<Binary, _>(fingerprint);
    let before: IsSame = before.get_result(&mut **conn).await?;
    Ok(if before.is_same {
        Found::Same
    } else {
        Found::Other
    })
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

/// Whether an article that an earlier run made was removed or purged here.
///
/// # Errors
/// The database.
pub async fn is_gone(conn: &mut NewsroomConn, article: Uuid) -> Result<bool> {
    let there = articles::table
        .find(article)
        .filter(articles::purged_at.is_null());
    let there: bool = diesel::select(diesel::dsl::exists(there))
        .get_result(&mut **conn)
        .await?;
    Ok(!there)
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

/// What became of an old address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It leads here from now on.
    New,
    /// It led here before.
    Before,
    /// It leads to something else, and goes on doing so.
    Elsewhere,
}

/// Keeps the address that a thing had, unless another has it.
///
/// # Errors
/// The database.
pub async fn keep_path(tx: &mut Tx, path: &str, kind: Kind, owner: Uuid) -> Result<Kept> {
    let inserted = diesel::insert_into(old_paths::table)
        .values((
            old_paths::path.eq(path),
            old_paths::kind.eq(kind.as_str()),
            old_paths::owner_id.eq(owner),
        ))
        .on_conflict_do_nothing()
        .execute(&mut ***tx)
        .await?;
    if inserted == 1 {
        return Ok(Kept::New);
    }
    let has: Uuid = old_paths::table
        .find(path)
        .select(old_paths::owner_id)
        .first(&mut ***tx)
        .await?;
    Ok(if has == owner {
        Kept::Before
    } else {
        Kept::Elsewhere
    })
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
