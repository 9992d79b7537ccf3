//! Ids.

use std::fmt;

use uuid::Uuid;

use super::string_value;
use crate::error::{Fault, FaultCode};

/// An id: a UUID in lower case with dashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Id(pub Uuid);

impl Id {
    /// Reads an id.
    ///
    /// # Errors
    /// Another form.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        match Uuid::try_parse(text) {
            Ok(id) if text.len() == 36 => Ok(Self(id)),
            _ => Err(Fault::value(
                FaultCode::InvalidValue,
                "must be an id, such as 7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11",
            )),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

string_value!(Id, |schema: utoipa::openapi::ObjectBuilder| schema
    .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
        utoipa::openapi::KnownFormat::Uuid
    )))
    .examples(["7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11"]));
