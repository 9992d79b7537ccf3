//! What an embed tells of an article.

use uuid::Uuid;

use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, Statement, snapshot};
use crate::error::Result;
use crate::oembed::model::Embedded;
use crate::publishing::card::AUTHORS;
use crate::values::frontend::FRONTEND_SQL;

/// An article, if it is public still. Its introduction is for everybody, whatever the site's `public_text`. Index: the primary key.
///
/// # Errors
/// The database.
pub async fn article(conn: &mut DeliveryConn, id: Uuid) -> Result<Snapshot<Option<Embedded>>> {
    let mut sql = Statement::new("SELECT h.epoch, h.seq, ");
    sql.sql(FRONTEND_SQL)
        .sql(
            ", coalesce((SELECT row_to_json(r)::text FROM (
                SELECT a.id, a.slug, c.slug AS section, a.language, a.published_at, a.headline, a.standfirst_text AS standfirst, a.image,
                       (SELECT s.title FROM delivery.site s) AS provider,
                       (SELECT u FROM json_array_elements(a.updates) WITH ORDINALITY AS o (u, n)
                        WHERE u ->> 'retracted_at' IS NULL ORDER BY n DESC LIMIT 1) AS newest, ",
        )
        .sql(AUTHORS)
        .sql(" AS authors FROM delivery.articles a LEFT JOIN delivery.sections c ON c.id = a.section_id WHERE a.id = ")
        .bind(Bind::Id(id))
        .sql(") r), 'null'), NULL::bigint FROM delivery.head h");
    snapshot(conn, sql).await
}
