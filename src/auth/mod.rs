//! Who may: scopes, API keys, the extractors that guard handlers, and the keys that sign.

mod guard;
mod keys;
mod scopes;
mod signer;

pub use guard::{Authorized, Visitor, identify};
pub use keys::{
    ApiKey, KeyError, KeyRow, NewKey, create, find_or_restore, list, random_key, revoke,
};
pub use scopes::{ContentPublish, ContentRead, ContentWrite, Needs, Role, Scope, SiteWrite};
pub use signer::{Signer, database_password};
