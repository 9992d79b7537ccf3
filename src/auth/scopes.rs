//! Scopes, and roles as named bundles of them.

use std::fmt;
use std::str::FromStr;

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Read drafts and every version.
    ContentRead,
    /// Write sections, authors, entities, donation links, articles and drafted updates.
    ContentWrite,
    /// Publish, withdraw, and show, revise or retract updates; date them back.
    ContentPublish,
    /// Erase for good.
    ContentPurge,
    /// Change the site and what hangs on it.
    SiteWrite,
    /// Make and revoke keys.
    KeysManage,
    /// Manage partners.
    PartnersManage,
    /// Manage webhooks.
    WebhooksManage,
    /// Read the audit.
    AuditRead,
    /// Read under a contract.
    SyndicationRead,
}

impl Scope {
    const ALL: &[(Scope, &str)] = &[
        (Scope::ContentRead, "content:read"),
        (Scope::ContentWrite, "content:write"),
        (Scope::ContentPublish, "content:publish"),
        (Scope::ContentPurge, "content:purge"),
        (Scope::SiteWrite, "site:write"),
        (Scope::KeysManage, "keys:manage"),
        (Scope::PartnersManage, "partners:manage"),
        (Scope::WebhooksManage, "webhooks:manage"),
        (Scope::AuditRead, "audit:read"),
        (Scope::SyndicationRead, "syndication:read"),
    ];

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(scope, _)| *scope == self)
            .map_or("", |(_, name)| name)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(scope, _)| *scope);
        found.ok_or_else(|| format!("{text} is not a scope"))
    }
}

/// A named bundle of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// Reads everything and writes drafts
    Author,
    /// An author who also publishes
    Editor,
    /// Everything but a partner's reading
    Admin,
    /// Reads under a contract
    Partner,
}

impl Role {
    /// The scopes in the bundle.
    pub fn scopes(self) -> Vec<Scope> {
        use Scope::{ContentPublish, ContentRead, ContentWrite, SyndicationRead};
        match self {
            Role::Author => vec![ContentRead, ContentWrite],
            Role::Editor => vec![ContentRead, ContentWrite, ContentPublish],
            Role::Admin => Scope::ALL
                .iter()
                .map(|(scope, _)| *scope)
                .filter(|scope| *scope != SyndicationRead)
                .collect(),
            Role::Partner => vec![SyndicationRead],
        }
    }

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Author => "author",
            Role::Editor => "editor",
            Role::Admin => "admin",
            Role::Partner => "partner",
        }
    }
}

/// A scope as a type, to stand in a handler's signature.
pub trait Needs: 'static {
    /// The scope.
    const SCOPE: Scope;
}

macro_rules! needs {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("The scope [`Scope::", stringify!($name), "`].")]
            pub struct $name;
            impl Needs for $name {
                const SCOPE: Scope = Scope::$name;
            }
        )*
    };
}
needs!(ContentRead ContentWrite ContentPublish SiteWrite);
