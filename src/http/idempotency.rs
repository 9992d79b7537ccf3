//! Retries: the same POST with the same `Idempotency-Key` is done once and answered alike for 24 hours.
//!
//! The key's row is the first thing that a write inserts, and its answer is written there before the write is recorded, in its own transaction: the
//! two stand or fall together, and a racing retry waits at the row.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bytea, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::answer::private;
use crate::changes::Seq;
use crate::db::schema::newsroom::idempotency;
use crate::db::{NewsroomConn, Stored, fixed};
use crate::error::{Code, Error, Result};
use crate::publishing::Tx;

/// A request that its client may repeat.
#[derive(Debug, Clone)]
pub struct Retry {
    /// The API key.
    pub key_id: Uuid,
    /// Method and path.
    pub route: String,
    /// The client's name for the request.
    pub key: String,
    /// SHA-256 of the body.
    pub body_hash: [u8; 32],
}

/// An answer as kept for retries.
#[derive(Debug)]
pub struct Kept {
    /// The status.
    pub status: StatusCode,
    /// `Location` and `ETag`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Kept {
    /// The answer, and the change that it reflects: a read that sends it on is not older than this write, on any node.
    pub fn respond(self, reflected: Option<Seq>) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        private(&mut response);
        if let Some(seq) = reflected {
            response.insert_header(("kroniek-seq", seq.to_string()));
        }
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        if self.body.is_empty() {
            return response.finish();
        }
        response.content_type("application/json").body(self.body)
    }
}

/// Takes the key for this transaction, or gives the answer of the request that had it before.
///
/// # Errors
/// 409 when that request is still running, 410 when its answer was erased by a purge, 422 when it had another body.
pub async fn enter(tx: &mut Tx, retry: &Retry) -> Result<Option<Kept>> {
    let taken = fixed(
        "INSERT INTO newsroom.idempotency AS i (key_id, route, key, body_hash, created_at)
         VALUES ($1, $2, $3, $4, clock_timestamp())
         ON CONFLICT (key_id, route, key) DO UPDATE
             SET body_hash = EXCLUDED.body_hash, status = NULL, headers = NULL, body = NULL, created_at = EXCLUDED.created_at
             WHERE i.created_at < clock_timestamp() - interval '24 hours'",
    )
    .bind::<SqlUuid, _>(retry.key_id)
    .bind::<Text, _>(&retry.route)
    .bind::<Text, _>(&retry.key)
    .bind::<Bytea, _>(retry.body_hash.as_slice())
    .execute(&mut ***tx)
    .await;
    match taken {
        Ok(1) => Ok(None),
        Ok(_) => stored(tx, retry).await.map(Some),
        Err(error) if error.to_string().contains("lock timeout") => Err(Error::new(
            Code::RequestInProgress,
            "The first request with this Idempotency-Key is still running. Try again in a moment.",
        )),
        Err(error) => Err(error.into()),
    }
}

async fn stored(tx: &mut Tx, retry: &Retry) -> Result<Kept> {
    type Row = (
        Vec<u8>,
        Option<i16>,
        Option<Stored<Vec<(String, String)>>>,
        Option<String>,
    );
    let row: Row = idempotency::table
        .find((retry.key_id, &retry.route, &retry.key))
        .select((
            idempotency::body_hash,
            idempotency::status,
            idempotency::headers,
            idempotency::body,
        ))
        .first(&mut ***tx)
        .await?;
    // Every answer that is kept has its status, but for one that a purge has erased.
    let (Some(status), Some(body)) = (row.1, row.3) else {
        return Err(Error::purged());
    };
    if row.0 != retry.body_hash {
        return Err(Error::new(
            Code::IdempotencyKeyReused,
            "This Idempotency-Key came with another body before. Use a new one.",
        ));
    }
    if tells_of_purged(tx, &body).await? {
        return Err(Error::purged());
    }
    let status = u16::try_from(status).map_err(Error::internal)?;
    Ok(Kept {
        status: StatusCode::from_u16(status).map_err(Error::internal)?,
        headers: row.2.map(|headers| headers.0).unwrap_or_default(),
        body,
    })
}

/// Whether an answer tells of an article that was purged since: one that was being written while the purge ran.
async fn tells_of_purged(tx: &mut Tx, body: &str) -> Result<bool> {
    let purged = fixed(
        "SELECT FROM newsroom.articles WHERE purged_at IS NOT NULL AND strpos($1, id::text) > 0 LIMIT 1",
    );
    Ok(purged.bind::<Text, _>(body).execute(&mut ***tx).await? > 0)
}

/// Erases what is kept of answers that mention any of these ids, with the hashes of the requests: a retry of one is told that it was purged.
/// Requests that were sent to an article under one of these slugs are forgotten whole.
///
/// # Errors
/// The database.
pub async fn erase(tx: &mut Tx, ids: &[Uuid], slugs: &[String]) -> Result<()> {
    fixed(
        "UPDATE newsroom.idempotency SET body_hash = '', status = NULL, headers = NULL, body = NULL
         WHERE EXISTS (SELECT FROM unnest($1) AS i (id) WHERE strpos(body, id::text) > 0 OR strpos(headers::text, id::text) > 0)",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .execute(&mut ***tx)
    .await?;
    fixed(
        "DELETE FROM newsroom.idempotency
         WHERE EXISTS (SELECT FROM unnest($1) AS s (slug) WHERE starts_with(route, 'POST /v1/manage/articles/' || slug || '/'))",
    )
    .bind::<Array<Text>, _>(slugs)
    .execute(&mut ***tx)
    .await?;
    Ok(())
}

/// Keeps the answer beside the write.
///
/// # Errors
/// The database.
pub async fn keep(tx: &mut Tx, retry: &Retry, answer: &Kept) -> Result<()> {
    let status = i16::try_from(answer.status.as_u16()).map_err(Error::internal)?;
    diesel::update(idempotency::table.find((retry.key_id, &retry.route, &retry.key)))
        .set((
            idempotency::status.eq(status),
            idempotency::headers.eq(Stored(answer.headers.clone())),
            idempotency::body.eq(&answer.body),
        ))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// Forgets answers older than 24 hours.
///
/// # Errors
/// The database.
pub async fn forget_old(conn: &mut NewsroomConn) -> Result<usize> {
    let old = "DELETE FROM newsroom.idempotency WHERE created_at < clock_timestamp() - interval '24 hours'";
    Ok(fixed(old).execute(&mut **conn).await?)
}
