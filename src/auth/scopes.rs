//! Scopes, and roles as named bundles of them.

use std::fmt;
use std::str::FromStr;

use deserr::Deserr;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Faults;

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults)]
pub enum Scope {
    /// Read drafts and every version.
    #[deserr(rename = "content:read")]
    #[serde(rename = "content:read")]
    ContentRead,
    /// Write sections, authors, entities, donation links, articles and drafted updates.
    #[deserr(rename = "content:write")]
    #[serde(rename = "content:write")]
    ContentWrite,
    /// Publish, withdraw, and show, revise or retract updates; date them back.
    #[deserr(rename = "content:publish")]
    #[serde(rename = "content:publish")]
    ContentPublish,
    /// Erase for good.
    #[deserr(rename = "content:purge")]
    #[serde(rename = "content:purge")]
    ContentPurge,
    /// Change the site and what hangs on it.
    #[deserr(rename = "site:write")]
    #[serde(rename = "site:write")]
    SiteWrite,
    /// Make, rotate and revoke keys, none broader than the key that does it.
    #[deserr(rename = "keys:manage")]
    #[serde(rename = "keys:manage")]
    KeysManage,
    /// Manage partners.
    #[deserr(rename = "partners:manage")]
    #[serde(rename = "partners:manage")]
    PartnersManage,
    /// Manage webhooks.
    #[deserr(rename = "webhooks:manage")]
    #[serde(rename = "webhooks:manage")]
    WebhooksManage,
    /// Read the audit.
    #[deserr(rename = "audit:read")]
    #[serde(rename = "audit:read")]
    AuditRead,
    /// Read under a contract.
    #[deserr(rename = "syndication:read")]
    #[serde(rename = "syndication:read")]
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

    /// Whether a key with these scopes may give this one to another key. Its own it may; and who manages partners' contracts gives out their
    /// keys, which read nothing but what a contract covers.
    pub fn is_covered_by(self, held: &[Scope]) -> bool {
        held.contains(&self)
            || (self == Scope::SyndicationRead && held.contains(&Scope::PartnersManage))
    }

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
        found.ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|(_, name)| *name).collect();
            format!("{text} is not a scope. Scopes are {}", known.join(", "))
        })
    }
}

/// A named bundle of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
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
    const ALL: &[Role] = &[Role::Author, Role::Editor, Role::Admin, Role::Partner];

    /// The role of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name)
    }

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
needs!(ContentRead ContentWrite ContentPublish ContentPurge SiteWrite KeysManage PartnersManage WebhooksManage AuditRead SyndicationRead);
