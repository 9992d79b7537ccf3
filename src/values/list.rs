//! Lists: of query parameters with several values, of bodies with a limit; and yes or no.

use deserr::{Deserr, IntoValue, Sequence, Value, ValuePointerRef};

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

/// A list of at most `MAX` items. Every fault of it is told: each of an item's, and that it is too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpTo<T, const MAX: usize>(Vec<T>);

impl<T, const MAX: usize> UpTo<T, MAX> {
    /// The first `MAX` of these.
    pub fn first(mut items: Vec<T>) -> Self {
        items.truncate(MAX);
        Self(items)
    }

    /// The items.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T, const MAX: usize> Default for UpTo<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MAX: usize> std::ops::Deref for UpTo<T, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: serde::Serialize, const MAX: usize> serde::Serialize for UpTo<T, MAX> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: Deserr<Faults>, const MAX: usize> Deserr<Faults> for UpTo<T, MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let too_long = match &value {
            Value::Sequence(items) => items.len() > MAX,
            _ => false,
        };
        let items = Vec::<T>::deserialize_from_value(value, location);
        if !too_long {
            return items.map(Self);
        }
        let detail = format!("must have at most {MAX} items");
        let mut faults = super::placed(Fault::value(FaultCode::TooLong, detail), location);
        if let Err(found) = items {
            faults.append(found);
        }
        Err(faults)
    }
}
