//! Secrets that sign no more, and those that were encrypted under the `KRONIEK_SECRET` before a rotation.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::auth::Vault;
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::webhooks;
use crate::error::Result;

/// Forgets secrets that sign no more.
///
/// # Errors
/// The database.
pub async fn forget_previous(conn: &mut NewsroomConn) -> Result<()> {
    let now = diesel::dsl::sql::<diesel::sql_types::Timestamptz>("now()");
    let over = webhooks::table.filter(webhooks::previous_until.le(now.nullable()));
    diesel::update(over)
        .set((
            webhooks::previous_secret.eq(None::<Vec<u8>>),
            webhooks::previous_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(&mut **conn)
        .await?;
    Ok(())
}

type Kept = (Uuid, Vec<u8>, Option<Vec<u8>>);

/// Encrypts anew what is encrypted under the secret before; tells of how many webhooks. One that is written meanwhile is left alone: that encrypts
/// anew too.
///
/// # Errors
/// The database; the system's random numbers.
pub async fn encrypt_anew(conn: &mut NewsroomConn, vault: &Vault) -> Result<usize> {
    let all: Vec<Kept> = webhooks::table
        .select((webhooks::id, webhooks::secret, webhooks::previous_secret))
        .load(&mut **conn)
        .await?;
    let mut done = 0;
    for (id, secret, previous) in all {
        let secret_anew = anew(vault, id, &secret)?;
        let previous_anew = match &previous {
            Some(previous) => anew(vault, id, previous)?,
            None => None,
        };
        if secret_anew.is_none() && previous_anew.is_none() {
            continue;
        }
        let same = webhooks::table
            .find(id)
            .filter(webhooks::secret.eq(&secret))
            .filter(webhooks::previous_secret.is_not_distinct_from(&previous));
        done += diesel::update(same)
            .set((
                webhooks::secret.eq(secret_anew.as_ref().unwrap_or(&secret)),
                webhooks::previous_secret.eq(previous_anew.as_ref().or(previous.as_ref())),
            ))
            .execute(&mut **conn)
            .await?;
    }
    Ok(done)
}

/// What is encrypted under the secret before, encrypted under that of now.
fn anew(vault: &Vault, id: Uuid, sealed: &[u8]) -> Result<Option<Vec<u8>>> {
    match vault.open(sealed, id.as_bytes()) {
        Some(opened) if opened.is_old => vault.seal(&opened.bytes, id.as_bytes()).map(Some),
        _ => Ok(None),
    }
}
