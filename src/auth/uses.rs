//! When keys were last used: noted in memory while requests run, written in batches beside them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::error::Result;

/// The uses that this node has seen and not yet written. No larger than the number of valid keys.
#[derive(Debug, Default)]
pub struct Uses(Mutex<HashMap<Uuid, Instant>>);

impl Uses {
    /// How often they are written. With it `last_used_at` is right to about a minute.
    pub const INTERVAL: Duration = Duration::from_secs(30);

    /// Notes a use of this key now.
    pub fn note(&self, key: Uuid) {
        self.seen().insert(key, Instant::now());
    }

    /// Writes what was noted since the last time. By the database's clock: a node tells only how long ago a use was. After a failure the
    /// uses stay noted for the next time.
    ///
    /// # Errors
    /// The database.
    pub async fn flush(&self, conn: &mut NewsroomConn) -> Result<()> {
        let seen = std::mem::take(&mut *self.seen());
        if seen.is_empty() {
            return Ok(());
        }
        let written = write(conn, &seen).await;
        if written.is_err() {
            let mut since = self.seen();
            for (key, at) in seen {
                since.entry(key).or_insert(at);
            }
        }
        written
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<Uuid, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In the order of their ids, so that two nodes that write at once never wait for each other in a circle.
async fn write(conn: &mut NewsroomConn, seen: &HashMap<Uuid, Instant>) -> Result<()> {
    let milliseconds = |at: &Instant| i64::try_from(at.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (keys, ages): (Vec<Uuid>, Vec<i64>) = seen
        .iter()
        .map(|(key, at)| (*key, milliseconds(at)))
        .unzip();
    diesel::sql_query(
        "INSERT INTO newsroom.api_key_uses AS known (key_id, last_used_at)
         SELECT k.id, clock_timestamp() - seen.age * interval '1 millisecond'
         FROM unnest($1, $2) AS seen (key_id, age)
         JOIN newsroom.api_keys k ON k.id = seen.key_id
         ORDER BY k.id
         ON CONFLICT (key_id) DO UPDATE SET last_used_at = EXCLUDED.last_used_at
             WHERE known.last_used_at < EXCLUDED.last_used_at",
    )
    .bind::<Array<SqlUuid>, _>(keys)
    .bind::<Array<BigInt>, _>(ages)
    .execute(&mut **conn)
    .await?;
    Ok(())
}
