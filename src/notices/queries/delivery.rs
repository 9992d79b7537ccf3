//! Notices as they are told with their changes.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::DeliveryConn;
use crate::db::schema::delivery::notices;
use crate::db::statement::in_time;
use crate::error::Result;
use crate::notices::model::Notice;

/// What is told with the changes of these numbers. Whom it concerns is not asked here: it is for those alone to whom the change itself is told.
/// Index: `notices_seq`.
///
/// # Errors
/// The database, also when it does not answer.
pub async fn at(conn: &mut DeliveryConn, seqs: &[i64]) -> Result<Vec<Notice>> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let patience = conn.patience();
    let found = notices::table
        .filter(notices::seq.eq_any(seqs))
        .order((notices::seq, notices::at, notices::id))
        .select(Notice::as_select())
        .load(&mut **conn);
    Ok(in_time(patience, found).await??)
}
