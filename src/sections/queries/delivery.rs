//! Sections as readers see them.

use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, Statement, snapshot};
use crate::error::Result;
use crate::sections::model::PublicSection;
use crate::values::frontend::FRONTEND_SQL;

/// Every section, in the order of the menu.
///
/// # Errors
/// The database.
pub async fn list(conn: &mut DeliveryConn) -> Result<Snapshot<Vec<PublicSection>>> {
    let mut statement = Statement::new("SELECT h.epoch, h.seq, ");
    statement.sql(FRONTEND_SQL).sql(
        ", (SELECT coalesce(json_agg(r ORDER BY r.position, r.name, r.id), '[]')::text
            FROM (SELECT id, slug, name, names, description, position FROM delivery.sections) r), NULL::bigint
         FROM delivery.head h",
    );
    snapshot(conn, statement).await
}

/// One section by id.
///
/// # Errors
/// The database.
pub async fn get(conn: &mut DeliveryConn, id: uuid::Uuid) -> Result<Snapshot<Vec<PublicSection>>> {
    let mut statement = Statement::new("SELECT h.epoch, h.seq, ");
    statement.sql(FRONTEND_SQL).sql(
        ", (SELECT coalesce(json_agg(r), '[]')::text
            FROM (SELECT id, slug, name, names, description, position FROM delivery.sections WHERE id = ",
    );
    statement
        .bind(Bind::Id(id))
        .sql(") r), NULL::bigint FROM delivery.head h");
    snapshot(conn, statement).await
}
