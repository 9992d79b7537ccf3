//! Tickets: for who can't send headers, as `EventSource` in browsers. One stands for a key for a short time, in an address that logs may keep, and
//! tells nothing of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

use super::keys::{ApiKey, Presented, authenticate_presented};
use super::vault::Vault;
use crate::db::NewsroomConn;
use crate::error::{Code, Error, Result};

/// Whose they are in the vault.
const OWNER: &[u8] = b"ticket";

/// The bytes of a time.
const TIME: usize = size_of::<i64>();

/// A ticket that stands for a key until then.
///
/// # Errors
/// The system gives no random numbers.
pub fn issue(key: &ApiKey, until: DateTime<Utc>, vault: &Vault) -> Result<String> {
    let until = until.timestamp_millis().to_be_bytes();
    let sealed = vault.seal(&[&until[..], &key.presented().0].concat(), OWNER)?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// The key that a ticket stands for, if the ticket holds and the key is still good, by the database's clock.
///
/// # Errors
/// 401; the database.
pub async fn redeem(conn: &mut NewsroomConn, ticket: &str, vault: &Vault) -> Result<ApiKey> {
    let invalid = || {
        Error::new(
            Code::InvalidKey,
            "This ticket was not made here, or has expired: it holds for a minute, to open a stream with. Ask for a new one.",
        )
    };
    let sealed = URL_SAFE_NO_PAD.decode(ticket).map_err(|_| invalid())?;
    let opened = vault.open(&sealed, OWNER).ok_or_else(invalid)?;
    let (until, presented) = opened
        .bytes
        .split_first_chunk::<TIME>()
        .ok_or_else(invalid)?;
    let now: DateTime<Utc> = diesel::select(sql::<Timestamptz>("clock_timestamp()"))
        .get_result(&mut **conn)
        .await?;
    if i64::from_be_bytes(*until) <= now.timestamp_millis() {
        return Err(invalid());
    }
    match authenticate_presented(conn, Presented(presented.to_vec())).await {
        Err(error) if error.code() == Code::InvalidKey => Err(invalid()),
        found => found,
    }
}
