//! Parameters.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use utoipa::IntoParams;

use crate::error::{Fault, FaultCode, Faults};

/// Which size of a picture.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MediaSize {
    /// The width, in pixels: one of those that it is offered in. Without, the file as it is kept.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 8192)]
    pub width: Option<Pixels>,
}

/// A number of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pixels(pub u32);

impl Deserr<Faults> for Pixels {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let text = <String as Deserr<Faults>>::deserialize_from_value(value, location)?;
        let digits = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number @ 1..=8192) if digits => Ok(Self(number)),
            _ => Err(Fault::at(
                format!("/{}", location.last_field().unwrap_or("width")),
                FaultCode::InvalidValue,
                "must be a whole number from 1 to 8192",
            )
            .into()),
        }
    }
}
