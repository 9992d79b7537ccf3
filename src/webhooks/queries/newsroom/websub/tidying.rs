//! What is over, and secrets that were encrypted under the `KRONIEK_SECRET` before a rotation.

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::auth::Vault;
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::websub_subscriptions as subscriptions;
use crate::error::Result;

const END: &str = "
    WITH ended AS (DELETE FROM newsroom.websub_subscriptions WHERE lease_until <= now() RETURNING id)
    UPDATE newsroom.websub_messages m SET state = 'cancelled', failure = 'the subscription is over', lease = NULL, finished_at = now()
    FROM ended WHERE m.subscription = ended.id AND m.state = 'pending' AND m.kind = 'content'";

/// Removes subscriptions whose lease is over.
///
/// # Errors
/// The database.
pub async fn end_leases(conn: &mut NewsroomConn) -> Result<()> {
    diesel::sql_query(END).execute(&mut **conn).await?;
    Ok(())
}

/// Index: `websub_messages_finish`.
const CLEAN: &str = "
    DELETE FROM newsroom.websub_messages WHERE id IN (
        SELECT id FROM newsroom.websub_messages
        WHERE finished_at < now() - make_interval(days => $1) ORDER BY finished_at LIMIT 5000)";

/// Removes some of the messages that have been over for this many days; tells of how many.
///
/// # Errors
/// The database.
pub async fn clean(conn: &mut NewsroomConn, days: i32) -> Result<usize> {
    let clean = diesel::sql_query(CLEAN).bind::<Integer, _>(days);
    Ok(clean.execute(&mut **conn).await?)
}

const COUNT: &str =
    "SELECT count(*) AS there FROM newsroom.websub_subscriptions WHERE lease_until > now()";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    there: i64,
}

/// How many subscriptions there are.
///
/// # Errors
/// The database.
pub async fn count(conn: &mut NewsroomConn) -> Result<i64> {
    let count: Count = diesel::sql_query(COUNT).get_result(&mut **conn).await?;
    Ok(count.there)
}

/// Encrypts anew what is encrypted under the secret before; tells of how many subscriptions. One that is renewed meanwhile is left alone.
///
/// # Errors
/// The database; the system's random numbers.
pub async fn encrypt_anew(conn: &mut NewsroomConn, vault: &Vault) -> Result<usize> {
    let all: Vec<(Uuid, Vec<u8>)> = subscriptions::table
        .filter(subscriptions::secret.is_not_null())
        .select((subscriptions::id, subscriptions::secret.assume_not_null()))
        .load(&mut **conn)
        .await?;
    let mut done = 0;
    for (id, sealed) in all {
        let opened = vault.open(&sealed, id.as_bytes());
        let Some(opened) = opened.filter(|opened| opened.is_old) else {
            continue;
        };
        let anew = vault.seal(&opened.bytes, id.as_bytes())?;
        let same = subscriptions::table
            .find(id)
            .filter(subscriptions::secret.eq(&sealed));
        done += diesel::update(same)
            .set(subscriptions::secret.eq(anew))
            .execute(&mut **conn)
            .await?;
    }
    Ok(done)
}
