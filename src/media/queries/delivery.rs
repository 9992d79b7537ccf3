//! Pictures as readers may see them.

use uuid::Uuid;

use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, Statement, snapshot};
use crate::error::Result;
use crate::media::model::Kept;

/// A picture that something public uses now; index: the primary key.
///
/// # Errors
/// The database.
pub async fn find(conn: &mut DeliveryConn, id: Uuid) -> Result<Snapshot<Option<Kept>>> {
    let mut statement = Statement::new(
        "SELECT h.epoch, h.seq, NULL::text, coalesce((SELECT row_to_json(m)::text FROM delivery.media m WHERE m.id = ",
    );
    statement
        .bind(Bind::Id(id))
        .sql("), 'null'), NULL::bigint FROM delivery.head h");
    snapshot(conn, statement).await
}
