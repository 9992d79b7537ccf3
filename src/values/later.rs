//! Fields whose meaning comes in a later version.

use std::borrow::Cow;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::error::{Fault, FaultCode, Faults};

/// A field that is known but can't be used yet: null or absent, so that a client that sends more learns that it would be lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Later;

impl Deserr<Faults> for Later {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        match value {
            Value::Null => Ok(Self),
            _ => {
                let detail = "can't be set in this version; leave it out or null";
                Err(super::placed(
                    Fault::value(FaultCode::NotSupported, detail),
                    location,
                ))
            }
        }
    }
}

impl PartialSchema for Later {
    fn schema() -> RefOr<Schema> {
        RefOr::T(
            ObjectBuilder::new()
                .schema_type(Type::Null)
                .description(Some("Not used in this version."))
                .into(),
        )
    }
}

impl ToSchema for Later {
    fn name() -> Cow<'static, str> {
        "Later".into()
    }
}
