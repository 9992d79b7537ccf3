//! What of its article's text an update concerns.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Fault, FaultCode, Faults};
use crate::values::{Line, Prose};

/// What of its article's published text an update concerns, as an editor writes it: a heading, words, or both.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields, validate = ConcernInput::says_something -> Fault)]
pub struct ConcernInput {
    /// The anchor of a heading, as the article's `outline` has it.
    #[deserr(default)]
    #[schema(example = "wat-nu")]
    pub anchor: Option<Line<200>>,
    /// Words that stand in the article's text; white space does not count.
    #[deserr(default)]
    #[schema(example = "elk jaar een halve meter")]
    pub quote: Option<Prose<1000>>,
}

impl ConcernInput {
    fn says_something(self, location: deserr::ValuePointerRef<'_>) -> Result<Self, Fault> {
        let _ = location;
        if self.anchor.is_some() || self.quote.is_some() {
            return Ok(self);
        }
        let detail = "must have an anchor, a quote, or both";
        Err(Fault::value(FaultCode::InvalidValue, detail))
    }
}

/// What of its article's text an update concerns: a heading, words, or both. They stood in the published text when the update was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Concern {
    /// The anchor of a heading.
    #[schema(required, example = "wat-nu")]
    pub anchor: Option<String>,
    /// Words of the text.
    #[schema(required, example = "elk jaar een halve meter")]
    pub quote: Option<String>,
}

impl From<&ConcernInput> for Concern {
    fn from(input: &ConcernInput) -> Self {
        Self {
            anchor: input.anchor.as_ref().map(ToString::to_string),
            quote: input.quote.as_ref().map(|quote| words(quote.as_str())),
        }
    }
}

/// A text with its white space folded.
pub fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
