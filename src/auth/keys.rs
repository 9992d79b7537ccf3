//! API keys as requests present them: 256 random bits, shown once, stored as their SHA-256. Random keys need no slow hash.
//!
//! Each request looks its key up, so a revocation holds from the next request on, on every node. Making, rotating and revoking keys is the
//! slice `keys`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
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
    scopes: Vec<Scope>,
}

impl ApiKey {
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
    let digest = digest(secret);
    let now = || diesel::dsl::now.into_sql::<Timestamptz>().nullable();
    let row: Option<(Uuid, String, Vec<String>)> = api_keys::table
        .filter(
            api_keys::hash
                .eq(&digest)
                .nullable()
                .or(api_keys::previous_hash
                    .eq(&digest)
                    .and(api_keys::previous_valid_until.gt(now()))),
        )
        .filter(api_keys::revoked_at.is_null())
        .filter(
            api_keys::expires_at
                .is_null()
                .or(api_keys::expires_at.gt(now())),
        )
        .select((api_keys::id, api_keys::name, api_keys::scopes))
        .first(conn)
        .await
        .optional()?;
    let (id, name, scopes) = row.ok_or_else(invalid_key)?;
    let scopes = scopes.iter().filter_map(|scope| scope.parse().ok());
    Ok(ApiKey {
        id,
        name,
        scopes: scopes.collect(),
    })
}
