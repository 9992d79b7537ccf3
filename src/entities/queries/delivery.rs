//! Entities as readers see them.

use uuid::Uuid;

use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::entities::model::{EntityKind, PublicEntity};
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::values::frontend::FRONTEND_SQL;

fn begin() -> Statement<SnapshotTypes> {
    let mut statement = Statement::new("SELECT h.epoch, h.seq, ");
    statement.sql(FRONTEND_SQL).sql(
        ", (SELECT coalesce(json_agg(r), '[]')::text
            FROM (SELECT id, kind, slug, name, names, aliases, description, same_as, image FROM delivery.entities WHERE true ",
    );
    statement
}

/// A page and one more, by name, of these kinds or of all; indexes: `entities_order`, `entities_kind_order`.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut DeliveryConn,
    kinds: Option<&[EntityKind]>,
    probe: i64,
    after: Option<Position>,
) -> Result<Snapshot<Vec<PublicEntity>>> {
    let mut statement = begin();
    if let Some(kinds) = kinds {
        let kinds = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
        statement
            .sql("AND kind = ANY(")
            .bind(Bind::Texts(kinds))
            .sql(") ");
    }
    if let Some(Position {
        key: SortKey::Text(name),
        id,
    }) = after
    {
        statement
            .sql("AND (name, id) > (")
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

/// One entity by id.
///
/// # Errors
/// The database.
pub async fn get(conn: &mut DeliveryConn, id: Uuid) -> Result<Snapshot<Vec<PublicEntity>>> {
    let mut statement = begin();
    statement
        .sql("AND id = ")
        .bind(Bind::Id(id))
        .sql(") r), NULL::bigint FROM delivery.head h");
    snapshot(conn, statement).await
}
