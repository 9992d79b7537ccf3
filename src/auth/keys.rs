//! API keys as requests present them: 256 random bits, shown once, stored as their SHA-256. Random keys need no slow hash.
//!
//! Each request looks its key up, so a revocation holds from the next request on, on every node. Making, rotating and revoking keys is the
//! slice `keys`.

use std::collections::HashSet;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Timestamptz};
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::scopes::Scope;
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::api_keys;
use crate::error::{Code, Error, Result};

/// What every key begins with, so that scanners for leaked secrets know it.
pub(super) const PREFIX: &str = "kroniek_";

/// A valid key as the request under way presents it.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Its id.
    pub id: Uuid,
    /// The name it was given.
    pub name: String,
    /// The partner whose contract it reads under.
    pub partner: Option<Uuid>,
    scopes: Vec<Scope>,
    presented: Presented,
}

/// A secret as it was presented, known again by its digest: of a key that was rotated the secret before ends sooner than the new one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Presented(pub(super) Vec<u8>);

impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Presented(…)")
    }
}

impl ApiKey {
    /// The secret that the request presents, for who must look later whether it is still good.
    pub fn presented(&self) -> &Presented {
        &self.presented
    }

    /// Whether it has the scope.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// What is stored of a secret.
pub fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// The first characters of a secret, to tell keys apart: 24 of its 256 bits.
pub fn hint(secret: &SecretString) -> String {
    let shown = PREFIX.len() + 4;
    secret.expose_secret().chars().take(shown).collect()
}

/// A new secret of a key, not yet known to any database.
///
/// # Errors
/// The system gives no random numbers.
pub fn random_key() -> Result<SecretString, getrandom::Error> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random)?;
    Ok(SecretString::from(format!(
        "{PREFIX}{}",
        URL_SAFE_NO_PAD.encode(random)
    )))
}

/// 401: wrong, expired and revoked keys answer alike.
pub fn invalid_key() -> Error {
    Error::new(
        Code::InvalidKey,
        "The key in the Authorization header is unknown, has expired or was revoked. Ask the publisher for a new one, or leave the header out to read what is public.",
    )
}

/// The key with this secret, its newest or for a time the one before, if it is known, not expired and not revoked.
///
/// # Errors
/// 401; the database.
pub(super) async fn authenticate(conn: &mut NewsroomConn, secret: &str) -> Result<ApiKey> {
    authenticate_presented(conn, Presented(digest(secret))).await
}

/// The key that was presented so before, if it is still good.
///
/// # Errors
/// 401; the database.
pub(super) async fn authenticate_presented(
    conn: &mut NewsroomConn,
    presented: Presented,
) -> Result<ApiKey> {
    let digest = &presented.0;
    let now = || diesel::dsl::now.into_sql::<Timestamptz>().nullable();
    let row: Option<(Uuid, String, Vec<String>, Option<Uuid>)> = api_keys::table
        .filter(
            api_keys::hash
                .eq(digest)
                .nullable()
                .or(api_keys::previous_hash
                    .eq(digest)
                    .and(api_keys::previous_valid_until.gt(now()))),
        )
        .filter(api_keys::revoked_at.is_null())
        .filter(
            api_keys::expires_at
                .is_null()
                .or(api_keys::expires_at.gt(now())),
        )
        .select((
            api_keys::id,
            api_keys::name,
            api_keys::scopes,
            api_keys::partner_id,
        ))
        .first(conn)
        .await
        .optional()?;
    let (id, name, scopes, partner) = row.ok_or_else(invalid_key)?;
    let scopes = scopes.iter().filter_map(|scope| scope.parse().ok());
    Ok(ApiKey {
        id,
        name,
        partner,
        scopes: scopes.collect(),
        presented,
    })
}

/// Those of the secrets that are still good.
///
/// # Errors
/// The database.
pub async fn still_good(
    conn: &mut NewsroomConn,
    secrets: &[Presented],
) -> Result<HashSet<Presented>> {
    let digests: Vec<&[u8]> = secrets.iter().map(|Presented(digest)| &**digest).collect();
    let good = diesel::sql_query(
        "SELECT s.digest FROM unnest($1) AS s (digest)
         WHERE EXISTS (
             SELECT FROM newsroom.api_keys k
             WHERE (k.hash = s.digest OR (k.previous_hash = s.digest AND k.previous_valid_until > now()))
               AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()))",
    )
    .bind::<Array<Binary>, _>(digests)
    .load::<Good>(&mut **conn)
    .await?;
    Ok(good.into_iter().map(|row| Presented(row.digest)).collect())
}

#[derive(QueryableByName)]
struct Good {
    #[diesel(sql_type = Binary)]
    digest: Vec<u8>,
}
