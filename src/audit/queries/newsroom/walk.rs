//! The audit is read along the index of one filter, in its order, from where the page before ended; each row on the way is asked whether it
//! satisfies the others.
//!
//! The planner would rather walk all of the audit by time and pick what fits: it can't know that a key has written nothing for a year. So what is
//! walked is asked for as a range of the index, `(column, at)`, and not as a value of the column: only that index gives its order.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::audit::parameters::AuditQuery;
use crate::db::statement::{Bind, Statement};
use crate::http::cursor::{Position, SortKey};
use crate::values::Timestamp;

/// The columns of a row, in the order of [`AuditRow`](crate::audit::model::AuditRow).
pub type Columns = (
    SqlUuid,
    Timestamptz,
    Nullable<SqlUuid>,
    Text,
    Nullable<Text>,
    Text,
    Text,
    Text,
    Nullable<SqlUuid>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
);

const COLUMNS: &str = "SELECT id, at, key_id, key_name, actor, request_id, action, subject_kind, subject_id, version_from, version_to, reason FROM ";

/// How far a survey counts what a filter holds.
const SURVEYED: i64 = 5000;

/// A column that must have a value. Its index begins with it, followed by the time and the id.
struct Filter {
    column: &'static str,
    value: Bind,
}

/// What is asked for, of these things where a thing is.
pub struct Question<'a> {
    asked: &'a AuditQuery,
    filters: Vec<Filter>,
    /// Things of one name, of which no index gives the rows in order.
    several: Option<&'a [Uuid]>,
}

impl<'a> Question<'a> {
    /// The question; `subjects` are the ids of the thing asked for.
    pub fn new(asked: &'a AuditQuery, subjects: Option<&'a [Uuid]>) -> Self {
        let text = |line: &str| Bind::Text(line.to_owned());
        let one = match subjects {
            Some([one]) => Some(*one),
            _ => None,
        };
        // Those that usually hold the least come first.
        let values = [
            (
                "request_id",
                asked.request_id.as_ref().map(|id| text(id.as_str())),
            ),
            ("subject_id", one.map(Bind::Id)),
            (
                "actor",
                asked.actor.as_ref().map(|name| text(name.as_str())),
            ),
            ("key_id", asked.key.as_ref().map(|key| Bind::Id(key.0))),
            (
                "action",
                asked.action.as_ref().map(|action| text(action.as_str())),
            ),
            (
                "subject_kind",
                asked.subject_kind.map(|kind| text(kind.as_str())),
            ),
        ];
        let filters = values.into_iter().filter_map(|(column, value)| {
            let value = value?;
            Some(Filter { column, value })
        });
        Self {
            asked,
            filters: filters.collect(),
            several: subjects.filter(|ids| ids.len() > 1),
        }
    }

    /// What tells how much each filter holds, up to a point, where there is a choice between several.
    pub fn survey(&self) -> Option<Statement<Array<BigInt>>> {
        if self.several.is_some() || self.filters.len() < 2 {
            return None;
        }
        let mut statement = Statement::new("SELECT ARRAY[");
        for (index, filter) in self.filters.iter().enumerate() {
            statement.sql(if index > 0 { ", " } else { "" });
            statement.sql("(SELECT count(*) FROM (SELECT FROM newsroom.audit WHERE ");
            self.range(filter, None, &mut statement);
            let end = statement.sql(" LIMIT ").bind(Bind::Number(SURVEYED));
            end.sql(") n)");
        }
        statement.sql("]");
        Some(statement)
    }

    /// A page and one more after this position; `sizes` are what the survey told.
    pub fn page(&self, sizes: &[i64], after: Option<Position>) -> Statement<Columns> {
        let narrowest = (0..self.filters.len()).min_by_key(|index| sizes.get(*index));
        let walked = narrowest.filter(|_| self.several.is_none());
        let mut statement = Statement::new("");
        match self.several {
            None => drop(statement.sql(COLUMNS).sql("newsroom.audit WHERE ")),
            Some(ids) => {
                statement.sql("WITH found AS MATERIALIZED (SELECT * FROM newsroom.audit WHERE subject_id = ANY(");
                let found = statement.bind(Bind::Ids(ids.to_vec())).sql(")) ");
                found.sql(COLUMNS).sql("found WHERE ");
            }
        }
        for (index, filter) in self.filters.iter().enumerate() {
            if walked != Some(index) {
                let held = statement.sql(filter.column).sql(" = ");
                held.bind(filter.value.clone()).sql(" AND ");
            }
        }
        let after = after.and_then(seen);
        match walked.and_then(|index| self.filters.get(index)) {
            Some(filter) => self.range(filter, after, &mut statement),
            None => self.by_time(after, &mut statement),
        }
        let end = statement.sql(" LIMIT ");
        end.bind(Bind::Number(self.asked.limit.probe()));
        statement
    }

    /// What a filter holds between the times, as a range of its index, the newest first. (That the column is not null tells the planner that the
    /// index has all of it.)
    fn range<ST>(&self, filter: &Filter, after: Option<Seen>, statement: &mut Statement<ST>) {
        let (column, value) = (filter.column, &filter.value);
        statement.sql(column).sql(" IS NOT NULL");
        let bounds = [
            (", at) > (", self.asked.after, "'-infinity'"),
            (", at) < (", self.asked.before, "'infinity'"),
        ];
        for (compared, time, otherwise) in bounds {
            let bound = statement.sql(" AND (").sql(column).sql(compared);
            bound.bind(value.clone()).sql(", ");
            bind_time(time, otherwise, statement);
            statement.sql(")");
        }
        if let Some((at, id)) = after {
            let seen = statement.sql(" AND (").sql(column).sql(", at, id) < (");
            seen.bind(value.clone()).sql(", ").bind(Bind::Time(at));
            statement.sql(", ").bind(Bind::Id(id)).sql(")");
        }
        let order = statement.sql(" ORDER BY ").sql(column);
        order.sql(" DESC, at DESC, id DESC");
    }

    /// Everything between the times, the newest first.
    fn by_time(&self, after: Option<Seen>, statement: &mut Statement<Columns>) {
        statement.sql("at > ");
        bind_time(self.asked.after, "'-infinity'", statement);
        statement.sql(" AND at < ");
        bind_time(self.asked.before, "'infinity'", statement);
        if let Some((at, id)) = after {
            let seen = statement.sql(" AND (at, id) < (").bind(Bind::Time(at));
            seen.sql(", ").bind(Bind::Id(id)).sql(")");
        }
        statement.sql(" ORDER BY at DESC, id DESC");
    }
}

/// The last row of the page before: its time and id.
type Seen = (DateTime<Utc>, Uuid);

fn seen(position: Position) -> Option<Seen> {
    match position.key {
        SortKey::Number(at) => Some((DateTime::from_timestamp_millis(at)?, position.id)),
        _ => None,
    }
}

fn bind_time<ST>(time: Option<Timestamp>, otherwise: &'static str, statement: &mut Statement<ST>) {
    match time {
        Some(time) => drop(statement.bind(Bind::Time(time.time()))),
        None => drop(statement.sql(otherwise)),
    }
}
