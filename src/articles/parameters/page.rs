//! What can be asked of one article.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::articles::selection::{Field, Include, UpdatesWindow};
use crate::error::{Fault, FaultCode, Faults, Result};
use crate::http::Limit;
use crate::http::cursor::{Cursor, Position, SortKey};
use crate::updates::model::UpdateKind;
use crate::values::{List, Representation};

/// Form of an article.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetArticle {
    /// Own properties to show in place of all, separated by commas; without `include` no relations are shown then.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Field>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub fields: Option<List<Field>>,
    /// Relations to show in place of all, separated by commas.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Include>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub include: Option<List<Include>>,
    /// Forms of every rich text, separated by commas: html unless told.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Representation>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub body: Option<List<Representation>>,
}

/// A number of an update, from 0.
#[derive(Debug, Clone, Copy, Deserr)]
#[deserr(try_from(String) = AfterNumber::parse -> Fault)]
pub struct AfterNumber(pub i32);

impl AfterNumber {
    fn parse(text: String) -> Result<Self, Fault> {
        match text.parse() {
            Ok(number @ 0..) if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self(number)),
            _ => Err(Fault::value(
                FaultCode::InvalidValue,
                "must be a whole number from 0 to 2147483647",
            )),
        }
    }
}

/// Which updates.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListUpdates {
    /// Only these kinds, separated by commas.
    #[deserr(default)]
    #[param(value_type = Option<Vec<UpdateKind>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub kind: Option<List<UpdateKind>>,
    /// Only those after this number, exclusive.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 2147483647)]
    pub after_number: Option<AfterNumber>,
    /// How many at most: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
    /// Forms of every rich text, separated by commas: html unless told.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Representation>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub body: Option<List<Representation>>,
}

impl ListUpdates {
    /// Those asked for, past the page before.
    pub fn window(&self, past: Option<&Position>) -> UpdatesWindow {
        let asked = self.after_number.map_or(0, |after| i64::from(after.0));
        let past = match past {
            Some(Position {
                key: SortKey::Number(number),
                ..
            }) => *number,
            _ => 0,
        };
        let kinds = self.kind.as_ref();
        UpdatesWindow {
            after_number: asked.max(past),
            kinds: kinds.map(|kinds| {
                let names = kinds.0.iter();
                names.map(|kind| kind.as_str().to_owned()).collect()
            }),
            probe: self.limit.probe(),
            newest: false,
        }
    }
}

/// How many related articles.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListRelated {
    /// How many at most: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
}
