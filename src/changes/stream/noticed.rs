//! The notices that partners get with events.

use super::model::PublicEvent;
use crate::db::DeliveryConn;
use crate::error::Result;
use crate::notices::queries::delivery::at;
use crate::partners::model::Contract;

/// Gives each event the notice that there is with its change of its article, unless that is from before the contract let its partner read this.
///
/// # Errors
/// The database.
pub async fn noticed(
    conn: &mut DeliveryConn,
    contract: &Contract,
    events: &mut [PublicEvent],
) -> Result<()> {
    let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
    let notices = at(conn, &seqs).await?;
    for event in events {
        let of_it = notices.iter().find(|notice| {
            (notice.seq, notice.article_id) == (event.seq, event.article_id)
                && notice.at >= contract.since
        });
        event.notice = of_it.cloned();
    }
    Ok(())
}
