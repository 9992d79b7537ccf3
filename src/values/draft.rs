//! Input on its way to being right, so that all its faults can be told at once: those of shape, and those that only the database can tell.

use std::ops::ControlFlow;

use deserr::{Deserr, IntoValue, MergeWithError, Sequence, Value, ValuePointerRef};

use super::UpTo;
use crate::error::{Error, Faults, Result};

/// What was sent in place of a `T`: the `T`, or what is wrong so far.
///
/// Look up what [`Draft::named`] gives, gather what is wrong with it, then [`Draft::finish`].
#[derive(Debug)]
pub struct Draft<T>(std::result::Result<T, Faulty>);

#[derive(Debug)]
struct Faulty {
    sent: serde_json::Value,
    faults: Faults,
}

impl<T> From<T> for Draft<T> {
    fn from(input: T) -> Self {
        Self(Ok(input))
    }
}

impl<T> Draft<T> {
    /// Reads a JSON value in which these faults have been found already.
    pub fn read(sent: serde_json::Value, faults: Faults) -> Self
    where
        T: Deserr<Faults>,
    {
        let faults = Some(faults).filter(|faults| !faults.is_empty());
        Self(
            match (deserr::deserialize::<T, _, Faults>(sent.clone()), faults) {
                (Ok(input), None) => Ok(input),
                (Ok(_), Some(faults)) => Err(Faulty { sent, faults }),
                (Err(found), faults) => {
                    let merged = <Faults as MergeWithError<Faults>>::merge(
                        faults,
                        found,
                        ValuePointerRef::Origin,
                    );
                    let (ControlFlow::Continue(faults) | ControlFlow::Break(faults)) = merged;
                    Err(Faulty { sent, faults })
                }
            },
        )
    }

    /// The parts of the input that need a look at other things. Where the input has faults they are read past them: made of [`Perhaps`] and
    /// [`Items`], which are whatever could be read.
    pub fn named<N>(&self) -> N
    where
        N: for<'a> From<&'a T> + Deserr<Faults> + Default,
    {
        match &self.0 {
            Ok(input) => N::from(input),
            Err(faulty) => {
                deserr::deserialize::<N, _, Faults>(faulty.sent.clone()).unwrap_or_default()
            }
        }
    }

    /// The same draft of something that is made of a `T`.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Draft<U> {
        Draft(self.0.map(make))
    }

    /// The input, when nothing is wrong with it and nothing else can be.
    ///
    /// # Errors
    /// 422 with every fault.
    pub fn whole(self) -> Result<T> {
        self.finish(Faults::default())
    }

    /// The input, when nothing is wrong with it.
    ///
    /// # Errors
    /// 422 with every fault: the draft's own, then those found since.
    pub fn finish(self, found: Faults) -> Result<T> {
        match self.0 {
            Ok(input) if found.is_empty() => Ok(input),
            Ok(_) => Err(Error::body(found)),
            Err(Faulty { mut faults, .. }) => {
                faults.append(found);
                Err(Error::body(faults))
            }
        }
    }
}

/// A part of a faulty input that may be faulty itself. Reading it never fails: the fault is told by the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Perhaps<T> {
    /// Left out, or null.
    #[default]
    Absent,
    /// There, but it can't be read.
    Faulty,
    /// There.
    Given(T),
}

impl<T> Perhaps<T> {
    /// Whether it was left out, or null.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// What could be read.
    pub fn given(self) -> Option<T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Faulty => None,
        }
    }
}

impl<T> From<Option<T>> for Perhaps<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Given)
    }
}

impl<T: Deserr<Faults>> Deserr<Faults> for Perhaps<T> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> std::result::Result<Self, Faults> {
        Ok(match value {
            Value::Null => Self::Absent,
            value => T::deserialize_from_value(value, location).map_or(Self::Faulty, Self::Given),
        })
    }
}

/// Whether a part of the input is there, right or wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Presence(pub bool);

impl Deserr<Faults> for Presence {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        _: ValuePointerRef<'_>,
    ) -> std::result::Result<Self, Faults> {
        Ok(Self(!matches!(value, Value::Null)))
    }
}

/// The first `MAX` items of a list in which some may be faulty, each with its place in the list. Reading them never fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Items<T, const MAX: usize>(Vec<(usize, T)>);

impl<T, const MAX: usize> Items<T, MAX> {
    /// The items that could be read.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, item)| item)
    }
}

impl<T, const MAX: usize> Default for Items<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MAX: usize> IntoIterator for Items<T, MAX> {
    type Item = (usize, T);
    type IntoIter = std::vec::IntoIter<(usize, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T: Clone, const MAX: usize> From<&UpTo<T, MAX>> for Items<T, MAX> {
    fn from(items: &UpTo<T, MAX>) -> Self {
        Self(items.iter().cloned().enumerate().collect())
    }
}

impl<T: Clone, const MAX: usize> From<&Option<UpTo<T, MAX>>> for Items<T, MAX> {
    fn from(items: &Option<UpTo<T, MAX>>) -> Self {
        items.as_ref().map(Self::from).unwrap_or_default()
    }
}

impl<T: Deserr<Faults>, const MAX: usize> Deserr<Faults> for Items<T, MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> std::result::Result<Self, Faults> {
        let Value::Sequence(items) = value else {
            return Ok(Self::default());
        };
        let read = items
            .into_iter()
            .enumerate()
            .take(MAX)
            .filter_map(|(index, item)| {
                let item = T::deserialize_from_value(item.into_value(), location.push_index(index));
                item.ok().map(|item| (index, item))
            });
        Ok(Self(read.collect()))
    }
}
