//! A contract as an editor writes it.

use deserr::Deserr;
use utoipa::ToSchema;
use uuid::Uuid;

use super::contract::ContractText;
use crate::error::{Fault, FaultCode, Faults};
use crate::http::rate_limit::Network;
use crate::values::{Items, LanguageTag, Line, Perhaps, Prose, Reference, Timestamp, UpTo};

/// A partner and what they may read. Of an article all that is asked must hold; within a list, any.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({"name": "De Streekbode", "sections": ["water"], "text": "full", "embargo_seconds": 600, "quota_per_day": 5000, "licence": "Overname met bronvermelding."}))]
pub struct PartnerInput {
    /// Who it is.
    pub name: Line<100>,
    /// Only articles in these sections, by slug or id. Null for all.
    #[deserr(default, try_from(Option<UpTo<Reference, 100>>) = some -> Fault)]
    #[schema(value_type = Option<Vec<Reference>>, min_items = 1, max_items = 100)]
    pub sections: Option<UpTo<Reference, 100>>,
    /// Only articles in these languages or a variety of one: `nl` covers `nl-BE` too. Null for all.
    #[deserr(default, try_from(Option<UpTo<LanguageTag, 20>>) = some -> Fault)]
    #[schema(value_type = Option<Vec<LanguageTag>>, min_items = 1, max_items = 20)]
    pub languages: Option<UpTo<LanguageTag, 20>>,
    /// Only articles that name one of these entities, by slug or id. Null for all.
    #[deserr(default, try_from(Option<UpTo<Reference, 100>>) = some -> Fault)]
    #[schema(value_type = Option<Vec<Reference>>, min_items = 1, max_items = 100)]
    pub entities: Option<UpTo<Reference, 100>>,
    /// How much of the texts of articles and updates; `full` unless told.
    #[deserr(default)]
    pub text: Option<ContractText>,
    /// Whether pictures come along. They do unless told.
    #[deserr(default)]
    #[schema(example = true)]
    pub media: Option<bool>,
    /// How long after its first publication an article is held back, in seconds: up to a year, 0 unless told. What follows, updates and
    /// corrections, comes at once.
    #[deserr(default, try_from(Option<i64>) = seconds -> Fault)]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 31_536_000)]
    pub embargo_seconds: Option<i32>,
    /// What may be done with what is read; it stands in every answer.
    #[deserr(default)]
    pub licence: Option<Prose<2000>>,
    /// How many requests a day (UTC), over all of the partner's keys. Null for as many as they like.
    #[deserr(default, try_from(Option<i64>) = requests -> Fault)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 1_000_000_000)]
    pub quota_per_day: Option<i32>,
    /// Addresses and networks that requests may come from, such as `192.0.2.7` and `2001:db8::/32`. Null for anywhere.
    #[deserr(default, try_from(Option<UpTo<NetworkText, 50>>) = some -> Fault)]
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 50)]
    pub networks: Option<UpTo<NetworkText, 50>>,
    /// When it begins. Null for at once.
    #[deserr(default)]
    pub begins_at: Option<Timestamp>,
    /// When it ends: after it begins. Null for never.
    #[deserr(default)]
    pub ends_at: Option<Timestamp>,
}

fn some<T, const N: usize>(list: Option<UpTo<T, N>>) -> Result<Option<UpTo<T, N>>, Fault> {
    if list.as_ref().is_none_or(|list| !list.is_empty()) {
        return Ok(list);
    }
    let detail = "must name something; null stands for everything";
    Err(Fault::value(FaultCode::InvalidValue, detail))
}

fn within(
    number: Option<i64>,
    most: i32,
    least: i32,
    detail: &'static str,
) -> Result<Option<i32>, Fault> {
    let fits = |number: &i32| (least..=most).contains(number);
    number
        .map(|number| {
            let number = i32::try_from(number).ok().filter(fits);
            number.ok_or_else(|| Fault::value(FaultCode::InvalidValue, detail))
        })
        .transpose()
}

fn seconds(seconds: Option<i64>) -> Result<Option<i32>, Fault> {
    let detail = "must be a number of seconds from 0 to 31536000 (a year)";
    within(seconds, 31_536_000, 0, detail)
}

fn requests(requests: Option<i64>) -> Result<Option<i32>, Fault> {
    let detail = "must be a number of requests from 1 to 1000000000; null for as many as they like";
    within(requests, 1_000_000_000, 1, detail)
}

/// An address or network, as it was written.
#[derive(Debug, Clone, Deserr)]
#[deserr(try_from(String) = NetworkText::parse -> Fault)]
pub struct NetworkText(String);

impl NetworkText {
    fn parse(text: String) -> Result<Self, Fault> {
        match text.parse::<Network>() {
            Ok(_) => Ok(Self(text)),
            Err(detail) => Err(Fault::value(FaultCode::InvalidValue, detail)),
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The parts of a contract that must go together, or need a look at other things, read past whatever is wrong with them.
#[derive(Debug, Default, Deserr)]
#[deserr(error = Faults)]
pub struct PartnerParts {
    /// Its sections.
    #[deserr(default)]
    pub sections: Items<Reference, 100>,
    /// Its entities.
    #[deserr(default)]
    pub entities: Items<Reference, 100>,
    #[deserr(default)]
    begins_at: Perhaps<Timestamp>,
    #[deserr(default)]
    ends_at: Perhaps<Timestamp>,
}

impl From<&PartnerInput> for PartnerParts {
    fn from(input: &PartnerInput) -> Self {
        Self {
            sections: (&input.sections).into(),
            entities: (&input.entities).into(),
            begins_at: input.begins_at.into(),
            ends_at: input.ends_at.into(),
        }
    }
}

impl PartnerParts {
    /// What does not go together.
    pub fn faults(&self) -> Faults {
        let (begin, end) = (self.begins_at.given(), self.ends_at.given());
        let mut faults = Faults::default();
        if let (Some(begin), Some(end)) = (begin, end)
            && end <= begin
        {
            let detail = "must be after begins_at";
            faults.push(Fault::at("/ends_at", FaultCode::InvalidValue, detail));
        }
        faults
    }
}

/// A contract whose parts have been looked at.
#[derive(Debug)]
pub struct Checked {
    /// What was sent.
    pub input: PartnerInput,
    /// The ids of its sections.
    pub sections: Option<Vec<Uuid>>,
    /// The ids of its entities.
    pub entities: Option<Vec<Uuid>>,
}

/// A key of a partner as a client asks for one.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({"name": "De Streekbode, import", "expires_at": null}))]
pub struct PartnerKeyInput {
    /// For what it is.
    pub name: Line<100>,
    /// When it ends by itself: in the future. Unless told, it ends with the contract.
    #[deserr(default)]
    pub expires_at: Option<Timestamp>,
}
