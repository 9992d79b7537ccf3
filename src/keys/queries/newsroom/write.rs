//! Making, rotating and revoking keys.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::get;
use crate::auth::{digest, hint, invalid_key, random_key};
use crate::db::schema::newsroom::api_keys;
use crate::error::{Error, Result};
use crate::keys::model::{Grace, Key, Maker, NewKey};
use crate::keys::parameters::KeyStatus;
use crate::publishing::Tx;

/// Who writes, its row locked to the end of the transaction: a revocation waits for this write, or this write sees it.
///
/// # Errors
/// 401 when the key has ended since the request came in; the database.
pub async fn maker(tx: &mut Tx) -> Result<Maker> {
    let Some(own) = tx.by.key_id else {
        return Ok(Maker::Owner);
    };
    lock_rows(tx, &[own]).await?;
    with_key(tx, own).await
}

/// A key and who writes, both rows locked to the end of the transaction, in the order of their ids.
///
/// # Errors
/// 404; 401 when the writing key has ended since the request came in; the database.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<(Key, Maker)> {
    let own = tx.by.key_id;
    let rows: Vec<Uuid> = own.into_iter().chain([id]).collect();
    lock_rows(tx, &rows).await?;
    let maker = match own {
        Some(own) => with_key(tx, own).await?,
        None => Maker::Owner,
    };
    Ok((get(tx, id).await?, maker))
}

/// Weaker than what a deletion takes, so that a note of a use never waits.
async fn lock_rows(tx: &mut Tx, ids: &[Uuid]) -> Result<()> {
    api_keys::table
        .filter(api_keys::id.eq_any(ids))
        .order(api_keys::id)
        .select(api_keys::id)
        .for_no_key_update()
        .load::<Uuid>(&mut ***tx)
        .await?;
    tx.take_time().await
}

async fn with_key(tx: &mut Tx, own: Uuid) -> Result<Maker> {
    let key = get(tx, own).await?;
    if key.status() == KeyStatus::Active {
        return Ok(Maker::Key(Box::new(key)));
    }
    Err(invalid_key())
}

/// Makes a key and gives its secret, the only time that it is seen.
///
/// # Errors
/// The database; the system's random numbers.
pub async fn insert(tx: &mut Tx, new: &NewKey) -> Result<(Key, SecretString)> {
    let secret = random_key().map_err(Error::internal)?;
    Ok((insert_row(tx, new, &secret).await?, secret))
}

/// Sees to it that this very secret is a key's (the demo's, kept in its data folder); gives the key if it had to be made.
///
/// # Errors
/// The database.
pub async fn insert_known(tx: &mut Tx, new: &NewKey, secret: &SecretString) -> Result<Option<Key>> {
    let stored = digest(secret.expose_secret());
    let known = api_keys::table.filter(
        api_keys::hash
            .eq(stored.clone())
            .nullable()
            .or(api_keys::previous_hash.eq(stored)),
    );
    let known: bool = diesel::select(diesel::dsl::exists(known))
        .get_result(&mut ***tx)
        .await?;
    if known {
        return Ok(None);
    }
    insert_row(tx, new, secret).await.map(Some)
}

async fn insert_row(tx: &mut Tx, new: &NewKey, secret: &SecretString) -> Result<Key> {
    let id = Uuid::new_v4();
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(id),
            api_keys::name.eq(&new.name),
            api_keys::role.eq(new.role),
            api_keys::scopes.eq(&new.scopes),
            api_keys::hash.eq(digest(secret.expose_secret())),
            api_keys::hint.eq(hint(secret)),
            api_keys::created_at.eq(tx.now),
            api_keys::expires_at.eq(new.expires_at),
            api_keys::partner_id.eq(new.partner),
        ))
        .execute(&mut ***tx)
        .await?;
    get(tx, id).await
}

/// Gives a key a new secret, the only time that it is seen. The one of now stays good for the grace; the one before that ends.
///
/// # Errors
/// The database; the system's random numbers.
pub async fn rotate(tx: &mut Tx, before: &Key, grace: Grace) -> Result<(Key, SecretString)> {
    let secret = random_key().map_err(Error::internal)?;
    let until = grace.until(tx.now);
    let own: Vec<u8> = api_keys::table
        .find(before.row.id)
        .select(api_keys::hash)
        .first(&mut ***tx)
        .await?;
    diesel::update(api_keys::table.find(before.row.id))
        .set((
            api_keys::version.eq(api_keys::version + 1),
            api_keys::rotated_at.eq(tx.now),
            api_keys::hash.eq(digest(secret.expose_secret())),
            api_keys::hint.eq(hint(&secret)),
            api_keys::previous_hash.eq(until.map(|_| own)),
            api_keys::previous_hint.eq(until.map(|_| before.row.hint.clone())),
            api_keys::previous_valid_until.eq(until),
        ))
        .execute(&mut ***tx)
        .await?;
    Ok((get(tx, before.row.id).await?, secret))
}

/// Ends all keys of a partner, and tells which, each with its version after.
///
/// # Errors
/// The database.
pub async fn revoke_of_partner(tx: &mut Tx, partner: Uuid) -> Result<Vec<(Uuid, i32)>> {
    let open = api_keys::table
        .filter(api_keys::partner_id.eq(partner))
        .filter(api_keys::revoked_at.is_null());
    let ended = diesel::update(open)
        .set((
            api_keys::version.eq(api_keys::version + 1),
            api_keys::revoked_at.eq(tx.now),
        ))
        .returning((api_keys::id, api_keys::version));
    Ok(ended.get_results(&mut ***tx).await?)
}

/// Ends a key with all its secrets, on every node, from the next request on. One that was revoked before stays as it is.
///
/// # Errors
/// The database.
pub async fn revoke(tx: &mut Tx, before: &Key) -> Result<Key> {
    let open = api_keys::table
        .find(before.row.id)
        .filter(api_keys::revoked_at.is_null());
    diesel::update(open)
        .set((
            api_keys::version.eq(api_keys::version + 1),
            api_keys::revoked_at.eq(tx.now),
        ))
        .execute(&mut ***tx)
        .await?;
    get(tx, before.row.id).await
}
