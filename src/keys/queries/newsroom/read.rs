//! Reading keys.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{api_key_uses, api_keys};
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::http::search::containing;
use crate::keys::model::{Key, KeyRow};
use crate::keys::parameters::{KeyQuery, KeyStatus};

/// A key, its last use, and the time.
type Found = (KeyRow, Option<DateTime<Utc>>, DateTime<Utc>);

fn key((row, last_used_at, now): Found) -> Key {
    Key {
        row,
        last_used_at,
        now,
    }
}

/// The condition that picks keys of a status.
fn condition(status: KeyStatus) -> &'static str {
    match status {
        KeyStatus::Active => "(revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()))",
        KeyStatus::Expired => "(revoked_at IS NULL AND expires_at <= now())",
        KeyStatus::Revoked => "(revoked_at IS NOT NULL)",
    }
}

/// A page and one more, the newest first; keys are few, so that no index serves it.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut NewsroomConn,
    asked: &KeyQuery,
    after: Option<Position>,
) -> Result<Vec<Key>> {
    let mut query = api_keys::table
        .left_join(api_key_uses::table.on(api_key_uses::key_id.eq(api_keys::id)))
        .filter(api_keys::name.ilike(containing(asked.q.as_ref())))
        .into_boxed();
    if let Some(status) = &asked.status {
        let any: Vec<&str> = status.0.iter().copied().map(condition).collect();
        query = query.filter(sql::<Bool>(&format!("({})", any.join(" OR "))));
    }
    if let Some(Position {
        key: SortKey::Number(milliseconds),
        id,
    }) = after
    {
        let at = DateTime::from_timestamp_millis(milliseconds).unwrap_or_default();
        query = query.filter(
            api_keys::created_at
                .lt(at)
                .or(api_keys::created_at.eq(at).and(api_keys::id.gt(id))),
        );
    }
    let found: Vec<Found> = query
        .order((api_keys::created_at.desc(), api_keys::id))
        .limit(asked.limit.probe())
        .select((
            KeyRow::as_select(),
            api_key_uses::last_used_at.nullable(),
            sql::<Timestamptz>("now()"),
        ))
        .load(&mut **conn)
        .await?;
    Ok(found.into_iter().map(key).collect())
}

/// One key.
///
/// # Errors
/// 404; the database.
pub async fn get(conn: &mut NewsroomConn, id: Uuid) -> Result<Key> {
    let found: Found = api_keys::table
        .left_join(api_key_uses::table.on(api_key_uses::key_id.eq(api_keys::id)))
        .filter(api_keys::id.eq(id))
        .select((
            KeyRow::as_select(),
            api_key_uses::last_used_at.nullable(),
            sql::<Timestamptz>("clock_timestamp()"),
        ))
        .first(&mut **conn)
        .await?;
    Ok(key(found))
}

/// Every key, the newest first.
///
/// # Errors
/// The database.
pub async fn all(conn: &mut NewsroomConn) -> Result<Vec<Key>> {
    let found: Vec<Found> = api_keys::table
        .left_join(api_key_uses::table.on(api_key_uses::key_id.eq(api_keys::id)))
        .order((api_keys::created_at.desc(), api_keys::id))
        .select((
            KeyRow::as_select(),
            api_key_uses::last_used_at.nullable(),
            sql::<Timestamptz>("now()"),
        ))
        .load(&mut **conn)
        .await?;
    Ok(found.into_iter().map(key).collect())
}

/// The names of these keys, for what they wrote. A key that is not known here has none.
///
/// # Errors
/// The database.
pub async fn names(conn: &mut NewsroomConn, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let known = api_keys::table.filter(api_keys::id.eq_any(ids));
    Ok(known
        .select((api_keys::id, api_keys::name))
        .load(&mut **conn)
        .await?)
}
