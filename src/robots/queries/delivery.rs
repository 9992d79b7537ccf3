//! What robots are told, as readers may see it.

use serde_json::Value;

use crate::db::DeliveryConn;
use crate::db::statement::{Snapshot, Statement, snapshot};
use crate::error::Result;
use crate::site::model::RobotsSettings;

/// The settings.
///
/// # Errors
/// The database.
pub async fn settings(conn: &mut DeliveryConn) -> Result<Snapshot<RobotsSettings>> {
    let sql = Statement::new(
        "SELECT h.epoch, h.seq, NULL::text, coalesce((SELECT s.robots FROM delivery.site s), '{}')::text, NULL::bigint FROM delivery.head h",
    );
    let found: Snapshot<Value> = snapshot(conn, sql).await?;
    // A node of a later version may have written what this one does not know.
    Ok(found.map(|kept| RobotsSettings::stored(&kept)))
}
