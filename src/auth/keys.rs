//! API keys: 256 random bits, shown once, stored as their SHA-256. Random keys need no slow hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::scopes::{Role, Scope};
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::api_keys;
use crate::error::{Code, Error, Result};

/// What every key begins with, so that scanners for leaked secrets know it.
const PREFIX: &str = "kroniek_";

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

/// A key to be made.
pub struct NewKey<'a> {
    /// For whom or what, for people.
    pub name: &'a str,
    /// Its bundle of scopes.
    pub role: Role,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Why a key can't be revoked.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is none.
    #[error("no key has the id {0}; `kroniek keys list` shows all")]
    Unknown(Uuid),
}

/// A key as listed: never its secret.
#[derive(Queryable, Selectable, Debug)]
#[diesel(table_name = api_keys, check_for_backend(diesel::pg::Pg))]
pub struct KeyRow {
    /// Its id.
    pub id: Uuid,
    /// The name it was given.
    pub name: String,
    /// Its bundle of scopes.
    pub role: String,
    /// The first characters of the key.
    pub hint: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

fn digest(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
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

/// Makes a key and gives its secret, the only time that it is seen.
///
/// # Errors
/// The database, or the system's random numbers.
pub async fn create(conn: &mut NewsroomConn, new: &NewKey<'_>) -> Result<SecretString> {
    let secret = random_key().map_err(Error::internal)?;
    insert(conn, new, &secret).await?;
    Ok(secret)
}

async fn insert(conn: &mut NewsroomConn, new: &NewKey<'_>, secret: &SecretString) -> Result<()> {
    let scopes: Vec<&str> = new.role.scopes().into_iter().map(Scope::as_str).collect();
    let hint: String = secret
        .expose_secret()
        .chars()
        .take(PREFIX.len() + 4)
        .collect();
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(Uuid::new_v4()),
            api_keys::name.eq(new.name),
            api_keys::role.eq(new.role.as_str()),
            api_keys::scopes.eq(scopes),
            api_keys::hash.eq(digest(secret.expose_secret())),
            api_keys::hint.eq(hint),
            api_keys::expires_at.eq(new.expires_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Sees to it that this very key exists (the demo's, kept in its data folder).
///
/// # Errors
/// The database.
pub async fn find_or_restore(
    conn: &mut NewsroomConn,
    new: &NewKey<'_>,
    secret: &SecretString,
) -> Result<()> {
    let known = api_keys::table.filter(api_keys::hash.eq(digest(secret.expose_secret())));
    if diesel::select(diesel::dsl::exists(known))
        .get_result(conn)
        .await?
    {
        return Ok(());
    }
    insert(conn, new, secret).await
}

/// Every key, the newest first.
///
/// # Errors
/// The database.
pub async fn list(conn: &mut NewsroomConn) -> Result<Vec<KeyRow>> {
    Ok(api_keys::table
        .select(KeyRow::as_select())
        .order((api_keys::created_at.desc(), api_keys::id))
        .load(conn)
        .await?)
}

/// Revokes a key: from the next request on it is refused, on every node.
///
/// # Errors
/// No key of this id; the database.
pub async fn revoke(conn: &mut NewsroomConn, id: Uuid) -> Result<Result<(), KeyError>> {
    let revoked = diesel::update(api_keys::table.find(id))
        .set(api_keys::revoked_at.eq(diesel::dsl::sql::<
            diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>,
        >("coalesce(revoked_at, now())")))
        .execute(conn)
        .await?;
    Ok(if revoked == 0 {
        Err(KeyError::Unknown(id))
    } else {
        Ok(())
    })
}

/// The key with this secret, if it is known, not expired and not revoked. Wrong, expired and revoked keys answer alike.
///
/// # Errors
/// 401; the database.
pub(super) async fn authenticate(conn: &mut NewsroomConn, secret: &str) -> Result<ApiKey> {
    let row: Option<(Uuid, String, Vec<String>)> = api_keys::table
        .filter(api_keys::hash.eq(digest(secret)))
        .filter(api_keys::revoked_at.is_null())
        .filter(
            api_keys::expires_at
                .is_null()
                .or(api_keys::expires_at.gt(diesel::dsl::now
                    .into_sql::<diesel::sql_types::Timestamptz>()
                    .nullable())),
        )
        .select((api_keys::id, api_keys::name, api_keys::scopes))
        .first(conn)
        .await
        .optional()?;
    let (id, name, scopes) = row.ok_or_else(|| {
        Error::new(
            Code::InvalidKey,
            "The key in the Authorization header is unknown, has expired or was revoked.",
        )
    })?;
    Ok(ApiKey {
        id,
        name,
        scopes: scopes
            .iter()
            .filter_map(|scope| scope.parse().ok())
            .collect(),
    })
}
