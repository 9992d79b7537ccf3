//! Single faults of an input: where, which, and what to do. Gathered, never told one at a time.

use std::borrow::Cow;
use std::ops::ControlFlow;

use deserr::{DeserializeError, ErrorKind, IntoValue, MergeWithError, ValuePointerRef};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Error, Result};

/// What is wrong with one field or parameter. Clients may switch on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// The parameter does not exist here.
    UnknownParameter,
    /// The parameter stands more than once.
    RepeatedParameter,
    /// The field does not exist here.
    UnknownField,
    /// The field is the server's to set.
    ServerOwnedField,
    /// The field stands more than once in its object.
    DuplicateField,
    /// The field must be there.
    MissingField,
    /// The value has the wrong JSON type.
    WrongType,
    /// The value is not one that this place can have.
    InvalidValue,
    /// The value is over its limit.
    TooLong,
    /// The text holds U+0000, which can't be stored.
    NulCharacter,
    /// What it refers to does not exist.
    UnknownReference,
    /// The cursor was not made by this list with these filters.
    InvalidCursor,
    /// A write of many was refused, for a reason other than its body.
    Refused,
    /// A check: the headline says nothing.
    MissingHeadline,
    /// A check: there is no standfirst.
    MissingStandfirst,
    /// A check: there is no section.
    MissingSection,
    /// A check: there is no author.
    MissingAuthor,
    /// A check: a picture does not tell what it shows.
    MissingAlt,
    /// A check: a picture does not tell who made it.
    MissingCredit,
    /// A check: a link leads to nothing.
    BrokenLink,
    /// A check: an entity has no description.
    EntityWithoutDescription,
}

/// One fault of the input.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Fault {
    /// Where in the body: a JSON Pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/headline")]
    pointer: Option<String>,
    /// Which parameter of the query string.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "limit")]
    parameter: Option<String>,
    /// What is wrong.
    code: FaultCode,
    /// What is wrong in words, and what to do.
    #[schema(value_type = String, example = "must be a whole number from 1 to 100")]
    detail: Cow<'static, str>,
}

impl Fault {
    /// A fault of the body at this JSON Pointer.
    pub fn at(
        pointer: impl Into<String>,
        code: FaultCode,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            pointer: Some(pointer.into()),
            parameter: None,
            code,
            detail: detail.into(),
        }
    }

    /// A fault of this query parameter.
    pub fn parameter(
        name: impl Into<String>,
        code: FaultCode,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            pointer: None,
            parameter: Some(name.into()),
            code,
            detail: detail.into(),
        }
    }

    /// A fault whose place is told later, by what reads the field.
    pub fn value(code: FaultCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            pointer: None,
            parameter: None,
            code,
            detail: detail.into(),
        }
    }

    /// The same fault, of what stands below this pointer.
    #[must_use]
    pub fn below(mut self, pointer: &str) -> Self {
        let inner = self.pointer.take().unwrap_or_default();
        self.pointer = Some(format!("{pointer}{inner}"));
        self
    }

    /// What is wrong.
    pub fn code(&self) -> FaultCode {
        self.code
    }

    /// What is wrong in words.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The pointer or parameter, for people.
    pub fn place(&self) -> &str {
        match (&self.pointer, &self.parameter) {
            (Some(pointer), _) if pointer.is_empty() => "the body",
            (Some(place), _) | (None, Some(place)) => place,
            (None, None) => "the value",
        }
    }

    /// The same fault, told of a query parameter: the first segment of its pointer is the parameter's name.
    fn into_parameter(mut self) -> Self {
        if let Some(pointer) = self.pointer.take() {
            self.parameter = pointer.split('/').nth(1).map(str::to_owned);
        }
        match self.code {
            FaultCode::UnknownField => self.code = FaultCode::UnknownParameter,
            FaultCode::ServerOwnedField => {
                self.code = FaultCode::UnknownParameter;
                self.detail = "does not exist here; leave it out".into();
            }
            _ => {}
        }
        self
    }
}

/// The faults found so far. Also what reading a body or query string with deserr gathers. The first [`Faults::TOLD`] are kept, the rest counted,
/// so that no input makes an answer that is larger than itself.
#[derive(Debug, Default)]
pub struct Faults {
    told: Vec<Fault>,
    more: usize,
}

impl Faults {
    /// How many one answer tells.
    pub const TOLD: usize = 200;

    /// Adds one.
    pub fn push(&mut self, fault: Fault) {
        if self.told.len() < Self::TOLD {
            self.told.push(fault);
        } else {
            self.more += 1;
        }
    }

    /// Adds all of another's.
    pub fn append(&mut self, other: Faults) {
        other.told.into_iter().for_each(|fault| self.push(fault));
        self.more += other.more;
    }

    /// Counts so many more that are not told.
    pub fn leave_out(&mut self, more: usize) {
        self.more += more;
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// Whether one is told of this place.
    pub fn tell_of(&self, place: &str) -> bool {
        self.told.iter().any(|fault| fault.place() == place)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.told.len() + self.more
    }

    /// Goes on when there is none.
    ///
    /// # Errors
    /// 422 with all of them.
    pub fn none(self) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        Err(Error::body(self))
    }

    /// Those to be told, in the order found.
    pub fn into_vec(self) -> Vec<Fault> {
        self.told
    }

    /// The same faults, told of query parameters.
    pub fn into_parameters(self) -> Self {
        Self {
            told: self.told.into_iter().map(Fault::into_parameter).collect(),
            more: self.more,
        }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self {
            told: vec![fault],
            more: 0,
        }
    }
}

/// Writes a place in a JSON value as a JSON Pointer (RFC 6901, section 3).
fn pointer(location: ValuePointerRef<'_>) -> String {
    match location {
        ValuePointerRef::Origin => String::new(),
        ValuePointerRef::Key { key, prev } => {
            format!(
                "{}/{}",
                pointer(*prev),
                key.replace('~', "~0").replace('/', "~1")
            )
        }
        ValuePointerRef::Index { index, prev } => format!("{}/{index}", pointer(*prev)),
    }
}

/// Fields that every resource has and no client sets.
const SERVER_OWNED: &[&str] = &[
    "id",
    "version",
    "revision",
    "status",
    "created_at",
    "created_by",
    "saved_at",
    "modified_at",
    "published_at",
    "published_version",
    "last_update_at",
    "withdrawn_at",
    "withdrawal_reason",
    "publish_at",
    "withdraw_at",
    "schedule_failure",
    "seq",
    "number",
    "state",
    "revised_at",
    "retracted_at",
    "url",
    "word_count",
    "reading_minutes",
    "outline",
    "guid",
    "updates",
    "update_count",
    "aliases",
];

impl DeserializeError for Faults {
    fn error<V: IntoValue>(
        gathered: Option<Self>,
        error: ErrorKind<'_, V>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let here = pointer(location);
        let fault = match error {
            ErrorKind::IncorrectValueKind { actual, accepted } => {
                let mut accepted: Vec<_> = accepted.iter().map(|kind| kind_name(*kind)).collect();
                accepted.dedup();
                let actual = kind_name(actual.kind());
                Fault::at(
                    here,
                    FaultCode::WrongType,
                    format!("must be {}, not {actual}", accepted.join(" or ")),
                )
            }
            ErrorKind::MissingField { field } => Fault::at(
                format!("{here}/{field}"),
                FaultCode::MissingField,
                "must be there",
            ),
            ErrorKind::UnknownKey { key, accepted } => unknown(&here, key, accepted),
            ErrorKind::UnknownValue { value, accepted } => {
                let value: String = value.chars().take(40).collect();
                Fault::at(
                    here,
                    FaultCode::InvalidValue,
                    format!("\"{value}\" is not one of {}", accepted.join(", ")),
                )
            }
            ErrorKind::BadSequenceLen { expected, .. } => Fault::at(
                here,
                FaultCode::InvalidValue,
                format!("must have {expected} items"),
            ),
            // Its words are of what the number is kept in, which is more than what is taken.
            ErrorKind::Unexpected { msg } if msg.contains("to be deserialized") => {
                let detail = if msg.contains("too large") {
                    "is too large a number"
                } else {
                    "is too small a number"
                };
                Fault::at(here, FaultCode::InvalidValue, detail)
            }
            ErrorKind::Unexpected { msg } => Fault::at(here, FaultCode::InvalidValue, msg),
        };
        let mut gathered = gathered.unwrap_or_default();
        gathered.push(fault);
        ControlFlow::Continue(gathered)
    }
}

fn unknown(here: &str, key: &str, accepted: &[&str]) -> Fault {
    let at = format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
    if SERVER_OWNED.contains(&key) {
        return Fault::at(
            at,
            FaultCode::ServerOwnedField,
            "is set by the server; leave it out",
        );
    }
    let detail = match accepted {
        [] => "there is none here".to_owned(),
        names => format!("does not exist here; there are {}", names.join(", ")),
    };
    Fault::at(at, FaultCode::UnknownField, detail)
}

impl MergeWithError<Faults> for Faults {
    fn merge(
        gathered: Option<Self>,
        other: Faults,
        _: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let mut gathered = gathered.unwrap_or_default();
        gathered.append(other);
        ControlFlow::Continue(gathered)
    }
}

impl MergeWithError<Fault> for Faults {
    fn merge(
        gathered: Option<Self>,
        other: Fault,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let mut gathered = gathered.unwrap_or_default();
        let inner = other.pointer.unwrap_or_default();
        gathered.push(Fault {
            pointer: Some(format!("{}{inner}", pointer(location))),
            parameter: None,
            ..other
        });
        ControlFlow::Continue(gathered)
    }
}

fn kind_name(kind: deserr::ValueKind) -> &'static str {
    use deserr::ValueKind as Kind;
    match kind {
        Kind::Null => "null",
        Kind::Boolean => "true or false",
        Kind::Integer | Kind::NegativeInteger => "a whole number",
        Kind::Float => "a number",
        Kind::String => "a string",
        Kind::Sequence => "an array",
        Kind::Map => "an object",
    }
}
