//! References: wherever a slug may stand, an id may.

use std::fmt;

use uuid::Uuid;

use super::{Slug, string_value};
use crate::error::{Fault, FaultCode};

/// A thing named by its id or by its slug.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reference {
    /// By id.
    Id(Uuid),
    /// By slug.
    Slug(Slug),
}

impl Reference {
    /// Reads an id (a UUID with dashes, lower case) or a slug.
    ///
    /// # Errors
    /// Neither.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.len() == 36
            && let Ok(id) = Uuid::try_parse(text)
        {
            return Ok(Self::Id(id));
        }
        let slug = Slug::parse(text)
            .map_err(|_| Fault::value(FaultCode::InvalidValue, "must be a slug or an id"))?;
        Ok(Self::Slug(slug))
    }

    /// The id, when named by id.
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Id(id) => Some(*id),
            Self::Slug(_) => None,
        }
    }

    /// The slug, when named by slug.
    pub fn slug(&self) -> Option<&str> {
        match self {
            Self::Id(_) => None,
            Self::Slug(slug) => Some(slug.as_str()),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Slug(slug) => slug.fmt(f),
        }
    }
}

string_value!(Reference, |schema: utoipa::openapi::ObjectBuilder| schema
    .description(Some("A slug or an id."))
    .pattern(Some("^[a-z0-9]+(-[a-z0-9]+)*$"))
    .min_length(Some(1))
    .max_length(Some(Slug::MAX))
    .examples(["de-haven-slibt-dicht"]));
