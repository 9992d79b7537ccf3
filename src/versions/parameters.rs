//! What can be asked of versions.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::error::{Fault, FaultCode, Faults, Result};
use crate::http::Limit;
use crate::http::cursor::{Cursor, Position, SortKey};

/// Parameters of a list of versions.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`; empty for the beginning.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}

/// Parameters of a comparison.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DiffQuery {
    /// The version that it is compared with, older or newer: the one before unless told. Without one before it, everything is added.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 2147483647)]
    pub against: Option<Against>,
}

impl DiffQuery {
    /// The number of the version that this one is compared with, if there is one.
    pub fn against(&self, number: i32) -> Option<i32> {
        let before = (number > 1).then(|| number - 1);
        self.against.map(|against| against.0).or(before)
    }
}

/// The number of a version.
#[derive(Debug, Clone, Copy, Deserr)]
#[deserr(try_from(String) = Against::parse -> Fault)]
pub struct Against(i32);

impl Against {
    fn parse(text: String) -> Result<Self, Fault> {
        match text.parse() {
            Ok(number @ 1..) if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self(number)),
            _ => Err(Fault::value(
                FaultCode::InvalidValue,
                "must be a whole number from 1 to 2147483647",
            )),
        }
    }
}

/// Below which number a page of versions begins, the newest first.
pub fn below(after: Option<&Position>) -> i32 {
    match after.map(|position| &position.key) {
        Some(SortKey::Number(number)) => i32::try_from(*number).unwrap_or(i32::MAX),
        _ => i32::MAX,
    }
}
