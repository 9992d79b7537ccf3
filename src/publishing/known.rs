//! What readers know that newsroom does not tell: under which names things were ever public, and what was removed. A copy of the newsroom in
//! another database needs it, or old addresses would be forgotten there.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::{Stream, StreamExt};

use super::tx::Tx;
use crate::error::Result;

/// A kind of such knowledge.
#[derive(Debug)]
pub struct Known {
    /// Its name in a file.
    pub name: &'static str,
    select: &'static str,
    insert: &'static str,
}

/// Each kind.
pub const KNOWN: &[Known] = &[
    Known {
        name: "public_slugs",
        select: "SELECT row_to_json(r)::text AS words FROM (SELECT current, id, kind, slug FROM delivery.slugs) r ORDER BY r.kind COLLATE \"C\", r.slug COLLATE \"C\"",
        insert: "INSERT INTO delivery.slugs (current, id, kind, slug)
            SELECT current, id, kind, slug FROM json_populate_recordset(NULL::delivery.slugs, $1::json)",
    },
    Known {
        name: "removed",
        select: "SELECT row_to_json(r)::text AS words FROM (SELECT id, kind, withdrawn FROM delivery.tombstones) r ORDER BY r.kind COLLATE \"C\", r.id",
        insert: "INSERT INTO delivery.tombstones (id, kind, withdrawn, seq, deleted_at)
            SELECT r.id, r.kind, r.withdrawn, h.seq + 1, clock_timestamp()
            FROM json_populate_recordset(NULL::delivery.tombstones, $1::json) r, delivery.head h",
    },
];

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    words: String,
}

impl Known {
    /// All of this kind, each as JSON.
    ///
    /// # Errors
    /// The database.
    pub async fn rows<'c>(
        &self,
        conn: &'c mut AsyncPgConnection,
    ) -> Result<impl Stream<Item = Result<String>> + use<'c>> {
        let stream = diesel::sql_query(self.select)
            .load_stream::<Words>(conn)
            .await?;
        Ok(stream.map(|row| Ok(row?.words)))
    }

    /// Writes some of this kind, a JSON array, into a delivery that is still empty, under the counter's lock. The next change of this
    /// transaction must project all that they name.
    ///
    /// # Errors
    /// What the database says against one of them.
    pub async fn restore(&self, tx: &mut Tx, rows: &str) -> diesel::QueryResult<()> {
        diesel::sql_query("SELECT FROM delivery.head FOR UPDATE")
            .execute(&mut ***tx)
            .await?;
        diesel::sql_query(self.insert)
            .bind::<Text, _>(rows)
            .execute(&mut ***tx)
            .await?;
        Ok(())
    }
}
