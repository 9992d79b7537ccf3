//! SQL that is the same each time, with its values bound: each connection parses it once, and keeps its plan where one serves all values.
//! `diesel::sql_query`, which may be given any text, has the database do that anew for every run, and that takes longer than to run most of what
//! a write is made of.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, BoxedSqlQuery, Query, QueryFragment, QueryId, SqlQuery};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Untyped};

/// A statement of the code itself, and what is bound to it.
#[must_use = "it is run by `load`, `get_result` or `execute`"]
pub struct Fixed<'b>(BoxedSqlQuery<'b, Pg, SqlQuery>);

/// A statement with `$1` and so on for what will be bound, in that order. Its rows are read by the names of their columns.
pub fn fixed<'b>(sql: &'static str) -> Fixed<'b> {
    Fixed(diesel::sql_query(sql).into_boxed())
}

impl<'b> Fixed<'b> {
    /// Binds the next value.
    pub fn bind<ST, Value>(self, value: Value) -> Self
    where
        Pg: HasSqlType<ST>,
        Value: ToSql<ST, Pg> + Send + 'b,
        ST: Send + 'b,
    {
        Self(self.0.bind::<ST, _>(value))
    }
}

impl QueryFragment<Pg> for Fixed<'_> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    /// There are only so many texts as the code has.
    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

/// What is prepared is found by its text.
impl QueryId for Fixed<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Fixed<'_> {
    type SqlType = Untyped;
}

impl<Conn> diesel::query_dsl::RunQueryDsl<Conn> for Fixed<'_> {}
