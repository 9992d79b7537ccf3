//! Partners as answers show them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Audience, Contract, ContractStatus, ContractText, Standing};
use crate::changes::Seq;
use crate::error::Result;
use crate::http::Answer;
use crate::values::to_rfc3339;

/// A partner and their contract.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedPartner {
    /// Their id.
    id: Uuid,
    /// How often it was written; its ETag names it. Requests of the partner do not count.
    version: i32,
    /// Who it is.
    #[schema(example = "De Streekbode")]
    name: String,
    /// The sections whose articles they may read; null for all.
    #[schema(required)]
    sections: Option<Vec<Uuid>>,
    /// The languages; null for all.
    #[schema(required, example = json!(["nl"]))]
    languages: Option<Vec<String>>,
    /// The entities, one of which an article must name; null for all articles.
    #[schema(required)]
    entities: Option<Vec<Uuid>>,
    /// How much of the texts.
    text: ContractText,
    /// Whether pictures come along.
    #[schema(example = true)]
    media: bool,
    /// How long after its first publication an article is held back, in seconds.
    #[schema(minimum = 0, example = 600)]
    embargo_seconds: i32,
    /// What may be done with what is read.
    #[schema(required, example = "Overname met bronvermelding.")]
    licence: Option<String>,
    /// How many requests a day (UTC); null for as many as they like.
    #[schema(required, example = 5000)]
    quota_per_day: Option<i32>,
    /// How many requests they have made today, where they are counted.
    #[schema(minimum = 0, example = 0)]
    used_today: i32,
    /// Where requests may come from; null for anywhere.
    #[schema(required, example = json!(["192.0.2.0/24"]))]
    networks: Option<Vec<String>>,
    /// Whether the contract is running.
    status: ContractStatus,
    /// When it begins; null for at once.
    #[schema(required, format = DateTime)]
    begins_at: Option<String>,
    /// When it ends; null for never.
    #[schema(required, format = DateTime)]
    ends_at: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last written.
    #[schema(format = DateTime)]
    modified_at: String,
}

impl From<Standing> for ManagedPartner {
    fn from(standing: Standing) -> Self {
        let Standing {
            partner, now, used, ..
        } = standing;
        Self {
            status: partner.status(now),
            id: partner.id,
            version: partner.version,
            name: partner.name,
            sections: partner.sections,
            languages: partner.languages,
            entities: partner.entities,
            text: ContractText::stored(&partner.text),
            media: partner.media,
            embargo_seconds: partner.embargo_seconds,
            licence: partner.licence,
            quota_per_day: partner.quota_per_day,
            used_today: used,
            networks: partner.networks,
            begins_at: partner.begins_at.as_ref().map(to_rfc3339),
            ends_at: partner.ends_at.as_ref().map(to_rfc3339),
            created_at: to_rfc3339(&partner.created_at),
            modified_at: to_rfc3339(&partner.modified_at),
        }
    }
}

/// The contract that a partner reads under, as far as it concerns them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContractView {
    /// Who it is with.
    #[schema(example = "De Streekbode")]
    partner: String,
    /// The sections whose articles there are; null for all.
    #[schema(required)]
    sections: Option<Vec<Uuid>>,
    /// The languages; null for all.
    #[schema(required, example = json!(["nl"]))]
    languages: Option<Vec<String>>,
    /// The entities, one of which each article names; null where that is not asked.
    #[schema(required)]
    entities: Option<Vec<Uuid>>,
    /// How much of the texts.
    text: ContractText,
    /// Whether pictures come along.
    #[schema(example = true)]
    media: bool,
    /// How long after its first publication an article is held back, in seconds.
    #[schema(minimum = 0, example = 600)]
    embargo_seconds: i32,
    /// What may be done with what is read.
    #[schema(required, example = "Overname met bronvermelding.")]
    licence: Option<String>,
    /// How many requests a day (UTC); null for as many as you like.
    #[schema(required, example = 5000)]
    quota_per_day: Option<i32>,
    /// How many of them were made today.
    #[schema(minimum = 0, example = 0)]
    used_today: i32,
    /// When it ends; null for never.
    #[schema(required, format = DateTime)]
    ends_at: Option<String>,
}

impl From<Standing> for ContractView {
    fn from(standing: Standing) -> Self {
        let Standing { partner, used, .. } = standing;
        Self {
            sections: partner.sections,
            languages: partner.languages,
            entities: partner.entities,
            text: ContractText::stored(&partner.text),
            media: partner.media,
            embargo_seconds: partner.embargo_seconds,
            licence: partner.licence,
            quota_per_day: partner.quota_per_day,
            used_today: used,
            ends_at: partner.ends_at.as_ref().map(to_rfc3339),
            partner: partner.name,
        }
    }
}

/// The view as JSON, read at `seq`, for these readers: to a partner it says what may be done with it.
///
/// # Errors
/// None in practice: views are plain data.
pub fn answer(seq: Seq, view: impl Serialize, audience: &Audience) -> Result<Answer> {
    match audience.contract() {
        Some(contract) => Answer::json(seq, &Licensed::new(view, contract)),
        None => Answer::json(seq, &view),
    }
}

/// An answer to a partner, with what may be done with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Licensed<T> {
    #[serde(flatten)]
    what: T,
    /// What the contract says may be done with this.
    #[schema(required, example = "Overname met bronvermelding.")]
    contract_licence: Option<String>,
}

impl<T> Licensed<T> {
    /// This, under a contract.
    pub fn new(what: T, contract: &Contract) -> Self {
        Self {
            what,
            contract_licence: contract.licence.clone(),
        }
    }
}
