//! Statements of delivery's reads: SQL that is written in the code, values that are bound, prepared once for each text.

use std::marker::PhantomData;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use uuid::Uuid;

use crate::changes::Seq;
use crate::db::DeliveryConn;
use crate::error::{Error, Result};

/// A value to bind.
#[derive(Debug, Clone)]
pub enum Bind {
    /// A text.
    Text(String),
    /// An id.
    Id(Uuid),
    /// A number.
    Number(i64),
    /// Several numbers, as an array.
    Numbers(Vec<i64>),
    /// A time.
    Time(DateTime<Utc>),
    /// Several texts, as an array.
    Texts(Vec<String>),
    /// Several ids, as an array.
    Ids(Vec<Uuid>),
}

#[derive(Debug, Clone)]
enum Part {
    Sql(&'static str),
    Bind(Bind),
}

/// A statement under construction. SQL can only be text of the code itself; whatever comes from outside is bound.
#[derive(Debug, Clone)]
pub struct Statement<ST> {
    parts: Vec<Part>,
    types: PhantomData<ST>,
}

impl<ST> Statement<ST> {
    /// Begins with this SQL.
    pub fn new(sql: &'static str) -> Self {
        Self {
            parts: vec![Part::Sql(sql)],
            types: PhantomData,
        }
    }

    /// Goes on with this SQL.
    pub fn sql(&mut self, sql: &'static str) -> &mut Self {
        self.parts.push(Part::Sql(sql));
        self
    }

    /// Goes on with what another statement says.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.parts.extend(other.parts);
        self
    }

    /// Whether it says nothing yet.
    pub fn is_empty(&self) -> bool {
        self.parts
            .iter()
            .all(|part| matches!(part, Part::Sql(sql) if sql.is_empty()))
    }

    /// Its text, with `$1` and so on for the values, and the values: what the database gets, to be explained.
    pub fn text(&self) -> (String, Vec<Bind>) {
        let (mut text, mut binds) = (String::new(), Vec::new());
        for part in &self.parts {
            match part {
                Part::Sql(sql) => text.push_str(sql),
                Part::Bind(bind) => {
                    binds.push(bind.clone());
                    text.push_str(&format!("${}", binds.len()));
                }
            }
        }
        (text, binds)
    }

    /// Binds a value here.
    pub fn bind(&mut self, value: Bind) -> &mut Self {
        self.parts.push(Part::Bind(value));
        self
    }
}

impl<ST> QueryFragment<Pg> for Statement<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Sql(sql) => out.push_sql(sql),
                Part::Bind(Bind::Text(value)) => out.push_bind_param::<Text, _>(value)?,
                Part::Bind(Bind::Id(value)) => out.push_bind_param::<SqlUuid, _>(value)?,
                Part::Bind(Bind::Number(value)) => out.push_bind_param::<BigInt, _>(value)?,
                Part::Bind(Bind::Numbers(value)) => {
                    out.push_bind_param::<Array<BigInt>, _>(value)?
                }
                Part::Bind(Bind::Time(value)) => out.push_bind_param::<Timestamptz, _>(value)?,
                Part::Bind(Bind::Texts(value)) => out.push_bind_param::<Array<Text>, _>(value)?,
                Part::Bind(Bind::Ids(value)) => out.push_bind_param::<Array<SqlUuid>, _>(value)?,
            }
        }
        Ok(())
    }
}

/// Statements differ in their text, so that the text is what prepared ones are found by.
impl<ST> QueryId for Statement<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for Statement<ST> {
    type SqlType = ST;
}

impl<ST, Conn> diesel::query_dsl::RunQueryDsl<Conn> for Statement<ST> {}

/// Epoch and seq of the snapshot, what is needed of the site, the rows as a JSON array, and how many there are in all if that was asked.
pub type SnapshotTypes = (Integer, BigInt, Nullable<Text>, Text, Nullable<BigInt>);

/// What one statement saw: rows, and the number of the last change they reflect.
#[derive(Debug)]
pub struct Snapshot<T> {
    /// The last change that this snapshot holds.
    pub seq: Seq,
    /// The site's JSON, where the statement reads it.
    pub site: Option<String>,
    /// The rows.
    pub rows: T,
    /// How many there are in all, if that was asked.
    pub total: Option<i64>,
}

impl<T> Snapshot<T> {
    /// The same snapshot with its rows turned into something else, if they can be.
    pub fn try_map<U>(self, turn: impl FnOnce(T) -> Option<U>) -> Option<Snapshot<U>> {
        Some(Snapshot {
            seq: self.seq,
            site: self.site,
            rows: turn(self.rows)?,
            total: self.total,
        })
    }

    /// The same snapshot with its rows turned into something else.
    pub fn map<U>(self, turn: impl FnOnce(T) -> U) -> Snapshot<U> {
        Snapshot {
            seq: self.seq,
            site: self.site,
            rows: turn(self.rows),
            total: self.total,
        }
    }
}

const FROZEN: &str = "The database does not answer at the moment. Try again shortly.";

/// What a statement gives, if the database answers in this time.
///
/// # Errors
/// 503 when it does not.
pub async fn in_time<T>(
    patience: Duration,
    answer: impl Future<Output = QueryResult<T>>,
) -> Result<QueryResult<T>> {
    timeout(patience, answer)
        .await
        .map_err(|_| Error::unavailable(FROZEN))
}

/// Runs a statement of the snapshot's form and reads its rows.
///
/// # Errors
/// The database, also when it does not answer; rows of another shape than `T` are an internal error.
pub async fn snapshot<T: DeserializeOwned>(
    conn: &mut DeliveryConn,
    statement: Statement<SnapshotTypes>,
) -> Result<Snapshot<T>> {
    let patience = conn.patience();
    let (epoch, number, site, rows, total): (i32, i64, Option<String>, String, Option<i64>) =
        in_time(patience, statement.get_result(&mut **conn)).await??;
    let rows = serde_json::from_str(&rows).map_err(Error::internal)?;
    Ok(Snapshot {
        seq: Seq { epoch, number },
        site,
        rows,
        total,
    })
}
