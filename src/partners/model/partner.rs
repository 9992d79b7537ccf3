//! A partner as kept.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::{Queryable, Selectable};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::contract::{Contract, ContractText};
use crate::db::schema::newsroom;
use crate::error::{Code, Error, Result};
use crate::http::conditional::Version;
use crate::http::rate_limit::Network;
use crate::values::to_rfc3339;

/// Whether a contract is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ContractStatus {
    /// It has not begun.
    Ahead,
    /// It has begun and has not ended.
    Running,
    /// It has ended.
    Over,
}

/// A partner and their contract as kept.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = newsroom::partners, check_for_backend(diesel::pg::Pg))]
pub struct Partner {
    /// Its id.
    pub id: Uuid,
    /// How often it was written.
    pub version: i32,
    /// Counts the changes of what may be read.
    pub terms: i32,
    /// Who it is.
    pub name: String,
    /// Only articles in these sections.
    pub sections: Option<Vec<Uuid>>,
    /// Only articles in these languages.
    pub languages: Option<Vec<String>>,
    /// Only articles with one of these entities.
    pub entities: Option<Vec<Uuid>>,
    /// How much of each text.
    pub text: String,
    /// Whether pictures come along.
    pub media: bool,
    /// How long an article is held back.
    pub embargo_seconds: i32,
    /// What may be done with what is read.
    pub licence: Option<String>,
    /// How many requests a day.
    pub quota_per_day: Option<i32>,
    /// Where requests may come from.
    pub networks: Option<Vec<String>>,
    /// When it begins.
    pub begins_at: Option<DateTime<Utc>>,
    /// When it ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub modified_at: DateTime<Utc>,
    /// Since when the contract lets them read what it does; none for since it was made.
    pub terms_since: Option<DateTime<Utc>>,
}

/// How a partner stands at a time, by the database's clock.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The partner.
    pub partner: Partner,
    /// The time.
    pub now: DateTime<Utc>,
    /// How many requests they have made today.
    pub used: i32,
    /// Up to which first publication articles are released, where they are held back.
    pub released_until: Option<DateTime<Utc>>,
}

impl Partner {
    /// Its version, as its ETag names it.
    pub fn version(&self) -> Version {
        Version::single(self.version)
    }

    /// What an editor would send to make it as it is.
    pub fn input(&self) -> serde_json::Value {
        serde_json::json!({
            "name": self.name, "sections": self.sections, "languages": self.languages, "entities": self.entities, "text": self.text,
            "media": self.media, "embargo_seconds": self.embargo_seconds, "licence": self.licence, "quota_per_day": self.quota_per_day,
            "networks": self.networks, "begins_at": self.begins_at.as_ref().map(to_rfc3339), "ends_at": self.ends_at.as_ref().map(to_rfc3339),
        })
    }

    /// What of it tells what may be read: where that is another, cursors of before no longer hold.
    pub fn covers_as(&self, other: &Self) -> bool {
        let terms = |partner: &Self| {
            (
                partner.sections.clone(),
                partner.languages.clone(),
                partner.entities.clone(),
                partner.text.clone(),
                partner.media,
                partner.embargo_seconds,
                partner.licence.clone(),
            )
        };
        terms(self) == terms(other)
    }

    /// The contract, for those who read.
    pub fn contract(&self, released_until: Option<DateTime<Utc>>) -> Contract {
        Contract {
            released_until,
            id: self.id,
            sections: self.sections.clone(),
            languages: self.languages.clone(),
            entities: self.entities.clone(),
            text: ContractText::stored(&self.text),
            media: self.media,
            embargo_seconds: self.embargo_seconds,
            terms: self.terms,
            since: self.terms_since.unwrap_or(self.created_at),
            licence: self.licence.clone(),
        }
    }

    /// Whether it is running at this time: `begins_at <= now < ends_at`.
    pub fn status(&self, now: DateTime<Utc>) -> ContractStatus {
        if self.ends_at.is_some_and(|end| end <= now) {
            ContractStatus::Over
        } else if self.begins_at.is_some_and(|begin| now < begin) {
            ContractStatus::Ahead
        } else {
            ContractStatus::Running
        }
    }

    /// Goes on only while it is running.
    ///
    /// # Errors
    /// 403 that tells when it is.
    pub fn require_running(&self, now: DateTime<Utc>) -> Result<()> {
        let told = |time: Option<DateTime<Utc>>| time.as_ref().map(to_rfc3339).unwrap_or_default();
        let detail = match self.status(now) {
            ContractStatus::Running => return Ok(()),
            ContractStatus::Ahead => format!("The contract begins at {}.", told(self.begins_at)),
            ContractStatus::Over => format!("The contract ended at {}.", told(self.ends_at)),
        };
        Err(Error::new(Code::ContractNotRunning, detail))
    }

    /// Goes on only where requests from this address are allowed.
    ///
    /// # Errors
    /// 403.
    pub fn require_network(&self, address: IpAddr) -> Result<()> {
        let Some(networks) = &self.networks else {
            return Ok(());
        };
        let mut allowed = networks.iter().filter_map(|text| text.parse().ok());
        if allowed.any(|network: Network| network.holds(address)) {
            return Ok(());
        }
        let detail = format!(
            "The contract does not allow requests from {}. Ask the publisher to add it to the partner's networks.",
            address.to_canonical()
        );
        Err(Error::new(Code::NetworkNotAllowed, detail))
    }
}
