//! Lists in pages.

use std::time::Duration;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor::{Position, Terms, seal_under};
use super::query::{Json, Query};
use crate::auth::Signer;
use crate::error::{Fault, FaultCode, Faults, Result};

/// How many items a page holds: 1 to 100, 20 unless told. Outside that is an error, never a clamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u8);

impl Limit {
    /// The number of items on a page.
    pub fn items(self) -> usize {
        self.0.into()
    }

    /// One more than a page, to know whether there is another.
    pub fn probe(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(20)
    }
}

impl Deserr<Faults> for Limit {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let detail = "must be a whole number from 1 to 100";
        up_to(100, detail, value, location).map(Self)
    }
}

/// How many seconds a reading waits for something to change: 1 to 30.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(u8);

impl Wait {
    /// The time.
    pub fn time(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

impl Deserr<Faults> for Wait {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let detail = "must be a whole number of seconds from 1 to 30";
        up_to(30, detail, value, location).map(Self)
    }
}

/// A whole number from 1 to this.
fn up_to<V: IntoValue>(
    most: u8,
    detail: &'static str,
    value: Value<V>,
    location: ValuePointerRef<'_>,
) -> Result<u8, Faults> {
    let text = <String as Deserr<Faults>>::deserialize_from_value(value, location)?;
    let digits = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok();
    number
        .filter(|number| digits && (1..=most).contains(number))
        .ok_or_else(|| {
            let place = format!("/{}", location.last_field().unwrap_or("limit"));
            Fault::at(place, FaultCode::InvalidValue, detail).into()
        })
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub data: Vec<T>,
    /// Where this page stands in the list.
    pub page: PageInfo,
}

/// Where a page stands in its list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageInfo {
    /// The `cursor` of the next page; null on the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
    /// How many items the whole list has; only with `count=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub total: Option<i64>,
}

impl<T> Page<T> {
    /// A page of rows of which one more than asked for was read, if there was one. `position` tells where a row stands in the order.
    ///
    /// # Errors
    /// None in practice: positions are plain data.
    pub fn cut<Q, M>(
        mut rows: Vec<T>,
        limit: Limit,
        cut: Cut<'_, Q, M>,
        position: impl Fn(&T) -> Position,
    ) -> Result<Self> {
        let has_more = rows.len() > limit.items();
        rows.truncate(limit.items());
        let next_cursor = match rows.last() {
            Some(last) if has_more => {
                let (at, binding) = (position(last), cut.query.binding());
                Some(seal_under(cut.terms, &at, cut.signer, &binding)?)
            }
            _ => None,
        };
        Ok(Self {
            data: rows,
            page: PageInfo {
                next_cursor,
                has_more,
                total: cut.total,
            },
        })
    }

    /// A list that is always whole.
    pub fn whole(data: Vec<T>) -> Self {
        Self {
            data,
            page: PageInfo {
                next_cursor: None,
                has_more: false,
                total: None,
            },
        }
    }

    /// The same page with each item shaped for the answer.
    pub fn map<U>(self, shape: impl FnMut(T) -> U) -> Page<U> {
        Page {
            data: self.data.into_iter().map(shape).collect(),
            page: self.page,
        }
    }

    /// The path of the next page, for its link.
    pub fn next_path<Q, M>(&self, query: &Query<Q, M>) -> Option<String> {
        self.page
            .next_cursor
            .as_deref()
            .map(|cursor| query.with_cursor(cursor))
    }
}

/// What cutting a page needs besides its rows.
pub struct Cut<'a, Q, M = Json> {
    /// The list's parameters, which the cursor is bound to.
    query: &'a Query<Q, M>,
    /// What signs the cursor.
    signer: &'a Signer,
    /// How many there are in all, when asked for.
    total: Option<i64>,
    /// For whom, where it is not for anyone.
    terms: Terms,
}

impl<'a, Q, M> Cut<'a, Q, M> {
    /// What most lists need.
    pub fn of(query: &'a Query<Q, M>, signer: &'a Signer) -> Self {
        Self {
            query,
            signer,
            total: None,
            terms: Terms::default(),
        }
    }

    /// The same of a list that has so many items in all, when asked for.
    #[must_use]
    pub fn counted(mut self, total: Option<i64>) -> Self {
        self.total = total;
        self
    }

    /// The same, for this reader under these terms.
    #[must_use]
    pub fn under(mut self, terms: Terms) -> Self {
        self.terms = terms;
        self
    }
}
