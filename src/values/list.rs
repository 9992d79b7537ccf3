//! Query parameters with several values, and yes or no.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};

use crate::error::{Fault, FaultCode, Faults};

/// Values separated by commas, each different, at most 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

impl<T> List<T> {
    /// The most values that one parameter takes.
    pub const MAX: usize = 100;
}

impl<T: PartialEq + Deserr<Faults>> Deserr<Faults> for List<T> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let text = <String as Deserr<Faults>>::deserialize_from_value(value, location)?;
        let placed = |code, detail| super::placed(Fault::value(code, detail), location);
        if text.split(',').nth(Self::MAX).is_some() {
            return Err(placed(
                FaultCode::TooLong,
                "must have at most 100 values separated by commas",
            ));
        }
        let mut values = Vec::new();
        for part in text.split(',') {
            let value = T::deserialize_from_value(
                Value::<serde_json::Value>::String(part.to_owned()),
                location,
            )?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Ok(Self(values))
    }
}

/// `true` or `false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

impl Deserr<Faults> for Flag {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        match <String as Deserr<Faults>>::deserialize_from_value(value, location)?.as_str() {
            "true" => Ok(Self(true)),
            "false" => Ok(Self(false)),
            _ => Err(super::placed(
                Fault::value(FaultCode::InvalidValue, "must be true or false"),
                location,
            )),
        }
    }
}
