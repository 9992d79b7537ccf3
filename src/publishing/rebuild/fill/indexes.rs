//! Indexes that cost many times as much row by row as in one go: those that only searches use. They are dropped while delivery is empty and made
//! again, as the database itself told that they were, in the same transaction: should it fail, they were never gone.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use crate::error::Result;

/// All but those that keep rows apart.
const INDEXES: &str = "
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i
    WHERE i.indrelid IN ('delivery.article_search'::regclass, 'delivery.words'::regclass, 'delivery.entity_names'::regclass)
      AND NOT i.indisunique
    ORDER BY i.indexrelid";

/// An index that is not there for a while.
#[derive(QueryableByName)]
pub(super) struct Index {
    /// As it can stand in a statement.
    #[diesel(sql_type = Text)]
    name: String,
    /// The statement that makes it.
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Drops them. From now on searches wait for the end of the transaction.
pub(super) async fn lay_aside(conn: &mut AsyncPgConnection) -> Result<Vec<Index>> {
    let indexes: Vec<Index> = diesel::sql_query(INDEXES).load(conn).await?;
    for index in &indexes {
        conn.batch_execute(&format!("DROP INDEX {}", index.name))
            .await?;
    }
    Ok(indexes)
}

/// Makes them again.
pub(super) async fn make(conn: &mut AsyncPgConnection, indexes: &[Index]) -> Result<()> {
    for index in indexes {
        conn.batch_execute(&index.definition).await?;
    }
    Ok(())
}
