//! Campaigns that begin and end: what the schedule does with donation links.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::schema::newsroom::donation_links;
use crate::donation_links::model::{DonationLink, Phase};
use crate::error::Result;
use crate::publishing::schedule::Timetable;
use crate::publishing::{AuditEntry, Change, Event, Kind, Record, Tx};

/// When campaigns begin and end.
#[derive(Debug, Clone, Copy)]
pub struct Campaigns;

impl Timetable for Campaigns {
    fn time_left<'a>(
        &'a self,
        conn: &'a mut NewsroomConn,
    ) -> BoxFuture<'a, Result<Option<Duration>>> {
        time_left(conn).boxed()
    }

    fn lock_due<'a>(
        &'a self,
        tx: &'a mut Tx,
        without: &'a [Uuid],
    ) -> BoxFuture<'a, Result<Option<Uuid>>> {
        lock_due(tx, without).boxed()
    }

    fn turn<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Record>> {
        turn(tx, id).boxed()
    }
}

/// Index: `donation_links_due`.
async fn time_left(conn: &mut NewsroomConn) -> Result<Option<Duration>> {
    let milliseconds = diesel::dsl::sql::<Nullable<BigInt>>(
        "ceil(extract(epoch FROM min(due_at) - clock_timestamp()) * 1000)::bigint",
    );
    let left: Option<i64> = donation_links::table
        .filter(donation_links::due_at.is_not_null())
        .select(milliseconds)
        .first(&mut **conn)
        .await?;
    Ok(left.map(|left| Duration::from_millis(u64::try_from(left).unwrap_or(0))))
}

/// Index: `donation_links_due`. The key is left free, so that the link can be hung up meanwhile.
async fn lock_due(tx: &mut Tx, without: &[Uuid]) -> Result<Option<Uuid>> {
    let now = tx.now;
    Ok(donation_links::table
        .filter(donation_links::due_at.le(now))
        .filter(donation_links::id.ne_all(without))
        .order((donation_links::due_at, donation_links::id))
        .select(donation_links::id)
        .for_no_key_update()
        .skip_locked()
        .first(&mut ***tx)
        .await
        .optional()?)
}

/// Puts a locked link into the phase of this time. Its version stays: what its editors wrote does, and an open form is not out of date by it.
async fn turn(tx: &mut Tx, id: Uuid) -> Result<Record> {
    let link = donation_links::table
        .find(id)
        .select(DonationLink::as_select())
        .first(&mut ***tx)
        .await?;
    let phase = Phase::at(tx.now, link.active_from, link.active_until);
    diesel::update(donation_links::table.find(id))
        .set(donation_links::phase.eq(phase.as_str()))
        .execute(&mut ***tx)
        .await?;
    let action = match phase {
        Phase::Over => "end_campaign",
        Phase::Ahead | Phase::Running => "begin_campaign",
    };
    action.clone_into(&mut tx.by.action);
    let version = link.version();
    let audit = AuditEntry::of(Kind::DonationLink, Some(id));
    Ok(Record {
        audit: vec![audit.from(&version).to(&version)],
        change: Some(Change::of(Kind::DonationLink, id, Event::Changed)),
    })
}
