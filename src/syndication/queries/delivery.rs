//! What a partner had and has no longer.

use uuid::Uuid;

use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::error::Result;
use crate::partners::model::Contract;
use crate::partners::queries::delivery::departed;

/// The number of the change by which an article left what this contract covers, if it was there. What has changed of it since is no concern of the
/// partner's. Index: the primary key of `departures`.
///
/// # Errors
/// The database.
pub async fn left(
    conn: &mut DeliveryConn,
    id: Uuid,
    contract: &Contract,
) -> Result<Snapshot<Option<i64>>> {
    let mut sql = Statement::<SnapshotTypes>::new(
        "SELECT h.epoch, h.seq, NULL::text, (SELECT coalesce(max(d.seq)::text, 'null') FROM delivery.departures d WHERE d.article_id = ",
    );
    sql.bind(Bind::Id(id));
    departed(&mut sql, contract);
    sql.sql("), NULL::bigint FROM delivery.head h");
    snapshot(conn, sql).await
}
