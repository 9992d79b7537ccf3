//! Values kept as JSON in one column.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Write;

/// A value of Rust in a `json` column. Written from types that hold no U+0000, which Postgres would keep and then fail to read.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Json)]
pub struct Stored<T: std::fmt::Debug>(pub T);

impl<T: std::fmt::Debug + DeserializeOwned> FromSql<Json, Pg> for Stored<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Stored(serde_json::from_slice(value.as_bytes())?))
    }
}

impl<T: std::fmt::Debug + Serialize> ToSql<Json, Pg> for Stored<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        serde_json::to_writer(&mut *out, &self.0)?;
        out.flush()?;
        Ok(IsNull::No)
    }
}
