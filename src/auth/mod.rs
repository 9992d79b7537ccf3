//! Who may: scopes, API keys, the extractors that guard handlers, and the keys that sign and encrypt.

mod guard;
mod keys;
mod reads;
mod scopes;
mod signer;
pub mod ticket;
mod uses;
mod vault;

pub use guard::{Authorized, Visitor, identify, is_guarded, is_refused, lend};
pub use keys::{ApiKey, Presented, digest, hint, invalid_key, random_key, still_good};
pub use reads::{Extent, Noted, Reads};
pub use scopes::{
    AuditRead, ContentPublish, ContentPurge, ContentRead, ContentWrite, KeysManage, Needs,
    PartnersManage, Role, Scope, SiteWrite, SyndicationRead, WebhooksManage,
};
pub use signer::{Signer, database_password};
pub use uses::Uses;
pub use vault::{Opened, Vault};
