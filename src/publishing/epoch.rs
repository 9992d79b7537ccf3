//! A new epoch of the change log: after a restore, or a failover that may have lost commits, numbers are given again, and what was read under
//! the old ones can't be told from what comes.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::audit::{self, AuditEntry};
use super::door::CHANNEL;
use super::tx::Tx;
use crate::changes::Seq;
use crate::db::NewsroomConn;
use crate::db::schema::delivery::head;
use crate::error::{Code, Error, Result};

/// The last change that there is, as is seen now.
///
/// # Errors
/// The database.
pub async fn last_change(conn: &mut NewsroomConn) -> Result<Seq> {
    let (epoch, number) = head::table
        .select((head::epoch, head::seq))
        .first(&mut **conn)
        .await?;
    Ok(Seq { epoch, number })
}

/// Begins a new epoch: cursors, event ids and `Kroniek-Seq` of before are void.
///
/// # Errors
/// 409 when another did the same at this moment; the database.
pub async fn begin_epoch(tx: &mut Tx) -> Result<Seq> {
    let before = last_change(tx).await?;
    let after = Seq {
        epoch: before.epoch + 1,
        ..before
    };
    let entry = AuditEntry::of_log().from(before).to(after);
    audit::record(tx, (tx.now, &tx.by), &[entry]).await?;
    let begun = diesel::update(head::table.filter(head::epoch.eq(before.epoch)))
        .set(head::epoch.eq(after.epoch))
        .returning(head::seq)
        .get_result(&mut ***tx)
        .await
        .optional()?;
    let number = begun.ok_or_else(|| {
        let detail = "Another new epoch was begun at this moment: that one is enough.";
        Error::new(Code::StateConflict, detail)
    })?;
    diesel::sql_query("SELECT pg_notify($1, '')")
        .bind::<diesel::sql_types::Text, _>(CHANNEL)
        .execute(&mut ***tx)
        .await?;
    Ok(Seq {
        epoch: after.epoch,
        number,
    })
}
