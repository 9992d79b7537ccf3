//! What a key is, and who may make which.

use chrono::{DateTime, TimeDelta, Utc};
use deserr::Deserr;
use diesel::{Queryable, Selectable};
use utoipa::ToSchema;
use uuid::Uuid;

use super::parameters::KeyStatus;
use crate::auth::{Role, Scope};
use crate::db::schema::newsroom;
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::http::conditional::Version;
use crate::values::{Draft, Line, Perhaps, Presence, Timestamp, UpTo, to_rfc3339};

/// A key as a client asks for one.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({"name": "The desk's tool", "role": "editor", "expires_at": null}))]
pub struct KeyInput {
    /// For whom or what it is.
    pub name: Line<100>,
    /// Its bundle of scopes. This or `scopes`.
    #[deserr(default)]
    pub role: Option<Role>,
    /// Its scopes, one by one. This or `role`.
    #[deserr(default, try_from(Option<UpTo<Scope, 20>>) = some -> Fault)]
    #[schema(value_type = Option<Vec<Scope>>, min_items = 1, max_items = 20)]
    pub scopes: Option<UpTo<Scope, 20>>,
    /// When it ends by itself: in the future. Unless told, it does not.
    #[deserr(default)]
    pub expires_at: Option<Timestamp>,
}

fn some(scopes: Option<UpTo<Scope, 20>>) -> Result<Option<UpTo<Scope, 20>>, Fault> {
    if scopes.as_ref().is_none_or(|scopes| !scopes.is_empty()) {
        return Ok(scopes);
    }
    let detail = "must name a scope at least";
    Err(Fault::value(FaultCode::InvalidValue, detail))
}

/// The parts of a key's input that must go together, read past whatever is wrong with them.
#[derive(Debug, Default, Deserr)]
#[deserr(error = Faults)]
pub struct KeyParts {
    #[deserr(default)]
    role: Presence,
    #[deserr(default)]
    scopes: Presence,
    #[deserr(default)]
    expires_at: Perhaps<Timestamp>,
}

impl From<&KeyInput> for KeyParts {
    fn from(input: &KeyInput) -> Self {
        Self {
            role: Presence(input.role.is_some()),
            scopes: Presence(input.scopes.is_some()),
            expires_at: input.expires_at.into(),
        }
    }
}

impl KeyParts {
    fn faults(self, now: DateTime<Utc>) -> Faults {
        let mut faults = Faults::default();
        let mut fault = |pointer: &str, code, detail: &'static str| {
            faults.push(Fault::at(pointer, code, detail));
        };
        match (self.role.0, self.scopes.0) {
            (true, true) => {
                let detail = "must be left out where a role is named: its scopes are the key's";
                fault("/scopes", FaultCode::InvalidValue, detail);
            }
            (false, false) => {
                let detail = "must be there, or scopes in its place";
                fault("/role", FaultCode::MissingField, detail);
            }
            _ => {}
        }
        if self.expires_at.given().is_some_and(|at| at.time() <= now) {
            let detail = "must lie in the future; leave it out for a key without an end";
            fault("/expires_at", FaultCode::InvalidValue, detail);
        }
        faults
    }
}

impl KeyInput {
    /// The key asked for, when its parts go together.
    ///
    /// # Errors
    /// 422 with every fault.
    pub fn checked(draft: Draft<Self>, now: DateTime<Utc>) -> Result<NewKey> {
        let parts: KeyParts = draft.named();
        let input = draft.finish(parts.faults(now))?;
        let expires_at = input.expires_at.map(Timestamp::time);
        let name = input.name.into_string();
        Ok(match (input.role, input.scopes) {
            (Some(role), _) => NewKey::of_role(name, role, expires_at),
            (None, scopes) => NewKey::of_scopes(
                name,
                scopes.map(UpTo::into_vec).unwrap_or_default(),
                expires_at,
            ),
        })
    }
}

/// A key to be made.
#[derive(Debug)]
pub struct NewKey {
    /// For whom or what it is.
    pub name: String,
    /// What is stored as its role.
    pub role: &'static str,
    /// What it may do.
    pub scopes: Vec<&'static str>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// The partner whose contract it reads under.
    pub partner: Option<Uuid>,
}

/// What is stored as the role of a key whose scopes were chosen one by one.
const CUSTOM: &str = "custom";

impl NewKey {
    /// A key with the scopes that are in the role's bundle now.
    pub fn of_role(name: impl Into<String>, role: Role, expires_at: Option<DateTime<Utc>>) -> Self {
        Self {
            role: role.as_str(),
            ..Self::of_scopes(name, role.scopes(), expires_at)
        }
    }

    /// A key of this partner.
    pub fn of_partner(
        name: impl Into<String>,
        partner: Uuid,
        expires_at: Option<DateTime<Utc>>,
    ) -> Self {
        Self {
            partner: Some(partner),
            ..Self::of_role(name, Role::Partner, expires_at)
        }
    }

    /// A key with these scopes.
    pub fn of_scopes(
        name: impl Into<String>,
        mut scopes: Vec<Scope>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Self {
        let mut seen = Vec::new();
        scopes.retain(|scope| {
            let new = !seen.contains(scope);
            seen.push(*scope);
            new
        });
        Self {
            name: name.into(),
            role: CUSTOM,
            scopes: scopes.into_iter().map(Scope::as_str).collect(),
            expires_at,
            partner: None,
        }
    }
}

/// How to rotate a key.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({"grace_seconds": 86400}))]
pub struct Rotation {
    /// How long the secret of now stays good beside the new one, in seconds: 0, where it may be known to others, to 2592000 (30 days). A day
    /// unless told.
    #[deserr(default, try_from(Option<i64>) = within -> Fault)]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 2_592_000)]
    pub grace_seconds: Grace,
}

/// How long a rotated secret stays good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace(TimeDelta);

impl Grace {
    /// The longest: 30 days, in seconds.
    pub const MAX: i64 = 30 * 24 * 3600;

    /// This many seconds, if there can be so many.
    pub fn of_seconds(seconds: i64) -> Option<Self> {
        let fits = (0..=Self::MAX).contains(&seconds);
        fits.then(|| TimeDelta::try_seconds(seconds).map(Self))
            .flatten()
    }

    /// Until when, from now; none when the secret ends at once.
    pub fn until(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        (self.0 > TimeDelta::zero()).then(|| now + self.0)
    }
}

impl Default for Grace {
    fn default() -> Self {
        Self(TimeDelta::days(1))
    }
}

fn within(seconds: Option<i64>) -> Result<Grace, Fault> {
    let detail = "must be a number of seconds from 0 to 2592000 (30 days)";
    seconds.map_or_else(
        || Ok(Grace::default()),
        |seconds| {
            Grace::of_seconds(seconds).ok_or_else(|| Fault::value(FaultCode::InvalidValue, detail))
        },
    )
}

/// A key as kept; never its secrets, nor what is stored of them.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::api_keys, check_for_backend(diesel::pg::Pg))]
pub struct KeyRow {
    /// Its id.
    pub id: Uuid,
    /// How often it was written.
    pub version: i32,
    /// For whom or what it is.
    pub name: String,
    /// The bundle that its scopes came from, or `custom`.
    pub role: String,
    /// What it may do. A version after this one may have scopes that this one does not know.
    pub scopes: Vec<String>,
    /// The first characters of its secret.
    pub hint: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it last got a new secret.
    pub rotated_at: Option<DateTime<Utc>>,
    /// The first characters of the secret before.
    pub previous_hint: Option<String>,
    /// Until when that one is good too.
    pub previous_valid_until: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The partner whose contract it reads under.
    pub partner_id: Option<Uuid>,
}

/// A key as it was found at a time, by the database's clock.
#[derive(Debug, Clone)]
pub struct Key {
    /// What is kept.
    pub row: KeyRow,
    /// When it was last used, as far as the nodes have written.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The time.
    pub now: DateTime<Utc>,
}

impl Key {
    /// Its version, as its ETag names it.
    pub fn version(&self) -> Version {
        Version::single(self.row.version)
    }

    /// Whether it is good.
    pub fn status(&self) -> KeyStatus {
        if self.row.revoked_at.is_some() {
            KeyStatus::Revoked
        } else if self.row.expires_at.is_some_and(|end| end <= self.now) {
            KeyStatus::Expired
        } else {
            KeyStatus::Active
        }
    }

    /// Goes on only when the key is good.
    ///
    /// # Errors
    /// 409 that tells how it ended.
    pub fn require_active(&self) -> Result<()> {
        let ended = match self.status() {
            KeyStatus::Active => return Ok(()),
            KeyStatus::Expired => "It has expired",
            KeyStatus::Revoked => "It was revoked",
        };
        let detail = format!("{ended}, and can't be brought back. Make a new key in its place.");
        Err(Error::new(Code::StateConflict, detail))
    }
}

/// Who makes, rotates or revokes.
#[derive(Debug)]
pub enum Maker {
    /// The owner, on the command line: no limits.
    Owner,
    /// A key: nothing broader than itself.
    Key(Box<Key>),
}

impl Maker {
    /// Goes on when the key to be made is no broader, in scopes or in time.
    ///
    /// # Errors
    /// 403 naming what this maker lacks.
    pub fn may_make(&self, new: &NewKey) -> Result<()> {
        self.require_scopes(&new.scopes)?;
        self.require_time(new.expires_at)
    }

    /// Goes on when the key whose new secret would be seen is no broader, in scopes or in time.
    ///
    /// # Errors
    /// 403 naming what this maker lacks.
    pub fn may_rotate(&self, key: &KeyRow) -> Result<()> {
        self.require_scopes(&key.scopes)?;
        self.require_time(key.expires_at)
    }

    /// Goes on when the key to be ended has no more scopes: a narrow key can't lock the others out.
    ///
    /// # Errors
    /// 403 naming what this maker lacks.
    pub fn may_revoke(&self, key: &KeyRow) -> Result<()> {
        self.require_scopes(&key.scopes)
    }

    fn require_scopes<S: AsRef<str>>(&self, wanted: &[S]) -> Result<()> {
        let Maker::Key(own) = self else { return Ok(()) };
        let held: Vec<Scope> = own
            .row
            .scopes
            .iter()
            .filter_map(|name| name.parse().ok())
            .collect();
        let covered = |name: &str| {
            name.parse()
                .is_ok_and(|scope: Scope| scope.is_covered_by(&held))
        };
        let names = wanted.iter().map(AsRef::as_ref);
        let lacking: Vec<&str> = names.filter(|name| !covered(name)).collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let detail = format!(
            "This key lacks {}, so it can't make, rotate or revoke a key that has more. Use a broader key, or `kroniek keys` on the command line.",
            lacking.join(", ")
        );
        Err(Error::new(Code::MissingScope, detail))
    }

    fn require_time(&self, wanted: Option<DateTime<Utc>>) -> Result<()> {
        let Maker::Key(key) = self else {
            return Ok(());
        };
        let Some(end) = key
            .row
            .expires_at
            .filter(|end| wanted.is_none_or(|wanted| wanted > *end))
        else {
            return Ok(());
        };
        let detail = format!(
            "This key ends at {}, so it can't make or rotate a key that ends later or never. Send an expires_at up to then, or use a key that lasts longer.",
            to_rfc3339(&end)
        );
        Err(Error::new(Code::MissingScope, detail))
    }
}
