//! Keys as answers show them.

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::Key;
use super::parameters::KeyStatus;
use crate::auth::{Role, Scope};
use crate::values::to_rfc3339;

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedKey {
    /// Its id. It stays when the key is rotated.
    id: Uuid,
    /// How often it was written; its ETag names it. Uses do not count.
    version: i32,
    /// For whom or what it is.
    #[schema(example = "The desk's tool")]
    name: String,
    /// The bundle that its scopes came from; null for scopes that were chosen one by one.
    #[schema(required, example = "editor")]
    role: Option<Role>,
    /// What it may do.
    #[schema(value_type = Vec<Scope>, example = json!(["content:read", "content:write", "content:publish"]))]
    scopes: Vec<String>,
    /// The partner whose contract it reads under; null for a key of the publisher's own.
    #[schema(required)]
    partner_id: Option<Uuid>,
    /// Whether it is good.
    status: KeyStatus,
    /// The first characters of its secret, to tell keys apart.
    #[schema(example = "kroniek_x7Ft")]
    hint: String,
    /// The secret before the last rotation, while it is good too.
    #[schema(required)]
    previous: Option<PreviousSecret>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it ends by itself; null when it does not.
    #[schema(required, format = DateTime)]
    expires_at: Option<String>,
    /// When it last got a new secret.
    #[schema(required, format = DateTime)]
    rotated_at: Option<String>,
    /// When it was last used, right to about a minute; null when it never was.
    #[schema(required, format = DateTime)]
    last_used_at: Option<String>,
    /// When it was revoked.
    #[schema(required, format = DateTime)]
    revoked_at: Option<String>,
}

/// A secret that is still good after a rotation.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviousSecret {
    /// Its first characters.
    #[schema(example = "kroniek_a91Q")]
    hint: String,
    /// Until when it is good.
    #[schema(format = DateTime)]
    valid_until: String,
}

/// A key with its new secret, which no later answer tells.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedKey {
    #[serde(flatten)]
    managed: ManagedKey,
    /// The secret, for `Authorization: Bearer`. Shown this once: null in the answer to a repetition by its `Idempotency-Key`. Where the first
    /// answer was lost, rotate the key with `"grace_seconds": 0`.
    #[schema(
        required,
        example = "kroniek_x7FtcSXYK3yWgq1c5mZ0v0h4Hn2cO3sRkq8uJ6bYw9E"
    )]
    key: Option<String>,
}

impl From<&Key> for ManagedKey {
    fn from(key: &Key) -> Self {
        let row = &key.row;
        let previous = row
            .previous_hint
            .as_ref()
            .zip(row.previous_valid_until.filter(|end| *end > key.now))
            .filter(|_| key.status() == KeyStatus::Active);
        let shown = |time: &Option<_>| time.as_ref().map(to_rfc3339);
        Self {
            id: row.id,
            version: row.version,
            name: row.name.clone(),
            role: Role::from_name(&row.role),
            scopes: row.scopes.clone(),
            partner_id: row.partner_id,
            status: key.status(),
            hint: row.hint.clone(),
            previous: previous.map(|(hint, end)| PreviousSecret {
                hint: hint.clone(),
                valid_until: to_rfc3339(&end),
            }),
            created_at: to_rfc3339(&row.created_at),
            expires_at: shown(&row.expires_at),
            rotated_at: shown(&row.rotated_at),
            last_used_at: shown(&key.last_used_at),
            revoked_at: shown(&row.revoked_at),
        }
    }
}

impl IssuedKey {
    /// The answer that shows the secret.
    pub fn telling(key: &Key, secret: &SecretString) -> Self {
        Self {
            managed: key.into(),
            key: Some(secret.expose_secret().to_owned()),
        }
    }

    /// The same answer as it is kept for repetitions.
    pub fn silent(key: &Key) -> Self {
        Self {
            managed: key.into(),
            key: None,
        }
    }
}
