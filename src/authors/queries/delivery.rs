//! Authors as readers see them.

use uuid::Uuid;

use crate::authors::model::PublicAuthor;
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::values::frontend::FRONTEND_SQL;

fn begin() -> Statement<SnapshotTypes> {
    let mut statement = Statement::new("SELECT h.epoch, h.seq, ");
    statement.sql(FRONTEND_SQL).sql(
        ", (SELECT coalesce(json_agg(r), '[]')::text
            FROM (SELECT id, slug, name, biography_html, biography_blocks, biography_text, image, links FROM delivery.authors ",
    );
    statement
}

/// A page and one more, by name; index: `authors_order`.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut DeliveryConn,
    probe: i64,
    after: Option<Position>,
) -> Result<Snapshot<Vec<PublicAuthor>>> {
    let mut statement = begin();
    if let Some(Position {
        key: SortKey::Text(name),
        id,
    }) = after
    {
        statement
            .sql("WHERE (name, id) > (")
            .bind(Bind::Text(name))
            .sql(", ")
            .bind(Bind::Id(id))
            .sql(") ");
    }
    statement
        .sql("ORDER BY name, id LIMIT ")
        .bind(Bind::Number(probe))
        .sql(") r), NULL::bigint FROM delivery.head h");
    snapshot(conn, statement).await
}

/// One author by id.
///
/// # Errors
/// The database.
pub async fn get(conn: &mut DeliveryConn, id: Uuid) -> Result<Snapshot<Vec<PublicAuthor>>> {
    let mut statement = begin();
    statement
        .sql("WHERE id = ")
        .bind(Bind::Id(id))
        .sql(") r), NULL::bigint FROM delivery.head h");
    snapshot(conn, statement).await
}
