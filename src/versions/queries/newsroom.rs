//! Versions that are kept beside the rows that they were. The database writes them, with whatever writes the row: see the migration.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::schema::newsroom::kept_versions;
use crate::diff::{Side, compare_at_once};
use crate::error::{Code, Result};
use crate::http::IfMatch;
use crate::http::conditional::Version;
use crate::http::cursor::Position;
use crate::keys::queries::newsroom::names as key_names;
use crate::publishing::Tx;
use crate::versions::model::{Heading, KeptVersion, Owner, missing};
use crate::versions::parameters::{VersionQuery, below};

/// Which version, as it stands in a table: number, time, key and actor.
pub type HeadingRow = (i32, DateTime<Utc>, Option<Uuid>, Option<String>);

/// These headings, with the names of the keys.
///
/// # Errors
/// The database.
pub async fn signed(conn: &mut NewsroomConn, rows: Vec<HeadingRow>) -> Result<Vec<Heading>> {
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.2).collect();
    let names: BTreeMap<Uuid, String> = key_names(conn, &ids).await?.into_iter().collect();
    let heading = |(number, created_at, key, actor): HeadingRow| Heading {
        number,
        created_at,
        actor,
        key: key.and_then(|key| names.get(&key).cloned()),
    };
    Ok(rows.into_iter().map(heading).collect())
}

type Row = (HeadingRow, serde_json::Value);

const COLUMNS: (
    (
        kept_versions::number,
        kept_versions::created_at,
        kept_versions::key_id,
        kept_versions::actor,
    ),
    kept_versions::content,
) = (
    (
        kept_versions::number,
        kept_versions::created_at,
        kept_versions::key_id,
        kept_versions::actor,
    ),
    kept_versions::content,
);

async fn kept(conn: &mut NewsroomConn, rows: Vec<Row>) -> Result<Vec<KeptVersion>> {
    let (headings, contents): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let headings = signed(conn, headings).await?;
    let version = |(heading, content)| KeptVersion { heading, content };
    Ok(headings.into_iter().zip(contents).map(version).collect())
}

/// A page and one more, the newest first; index: the primary key.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut NewsroomConn,
    owner: Owner,
    asked: &VersionQuery,
    after: Option<Position>,
) -> Result<Vec<KeptVersion>> {
    let rows: Vec<Row> = kept_versions::table
        .filter(kept_versions::kind.eq(owner.kind.as_str()))
        .filter(kept_versions::owner_id.eq(owner.id))
        .filter(kept_versions::number.lt(below(after.as_ref())))
        .order(kept_versions::number.desc())
        .limit(asked.limit.probe())
        .select(COLUMNS)
        .load(&mut **conn)
        .await?;
    kept(conn, rows).await
}

/// One version.
///
/// # Errors
/// 404; the database.
pub async fn get(conn: &mut NewsroomConn, owner: Owner, number: i32) -> Result<KeptVersion> {
    let row: Option<Row> = kept_versions::table
        .find((owner.kind.as_str(), owner.id, number))
        .select(COLUMNS)
        .first(&mut **conn)
        .await
        .optional()?;
    let versions = kept(conn, row.into_iter().collect()).await?;
    versions.into_iter().next().ok_or_else(|| missing(number))
}

/// Two versions as they are compared: the one that is led from, if there is one, and this one.
///
/// # Errors
/// 404; the database.
pub async fn sides(
    conn: &mut NewsroomConn,
    owner: Owner,
    from: Option<i32>,
    to: i32,
) -> Result<(Option<Side>, Side)> {
    let to = get(conn, owner, to).await?.side();
    let from = match from {
        Some(number) => Some(get(conn, owner, number).await?.side()),
        None => None,
    };
    Ok((from, to))
}

/// Goes on only when the locked thing is at one of the versions that the client names.
///
/// # Errors
/// 428 when it names none; 412 with the current version when none is that, and with what changed since one that it names and that was; the
/// database.
pub async fn require(
    tx: &mut Tx,
    if_match: &IfMatch,
    owner: Owner,
    current: (i32, &Version),
) -> Result<()> {
    let (number, version) = current;
    let Err(error) = if_match.require(version) else {
        return Ok(());
    };
    match if_match.older(version).filter(|_| tx.by.may_read) {
        Some(older) => match sides(tx, owner, Some(older), number).await {
            Ok((Some(from), to)) => Err(error.with_diff(compare_at_once(&from, &to))),
            Err(other) if other.code() != Code::NotFound => Err(other),
            _ => Err(error),
        },
        None => Err(error),
    }
}
