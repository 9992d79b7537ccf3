//! What is held back, and when it is released: readers compare with a time that the schedule moves by logged changes, never with a clock.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Array, Float8, Integer, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::db::{NewsroomConn, fixed};
use crate::error::Result;
use crate::publishing::schedule::Timetable;
use crate::publishing::{AuditEntry, Change, Record, Tx};

/// Begins an embargo of `$2` seconds, or takes one up again that nobody has read under: what was published so long ago is released. Of one that
/// is in use what is due is left to the schedule, which tells it.
const BEGIN: &str = "
    INSERT INTO newsroom.embargoes AS e (id, seconds, released_until) VALUES ($1, $2, $3::timestamptz - make_interval(secs => $2))
    ON CONFLICT (seconds) DO UPDATE SET id = EXCLUDED.id, released_until = greatest(e.released_until, EXCLUDED.released_until)
    WHERE NOT EXISTS (SELECT FROM newsroom.partners p WHERE p.embargo_seconds = e.seconds)";

/// Sees to it that this embargo is kept, if it is one. The change of it is the caller's to record.
pub(super) async fn begin(tx: &mut Tx, seconds: i32) -> Result<()> {
    if seconds == 0 {
        return Ok(());
    }
    let now = tx.now;
    fixed(BEGIN)
        .bind::<SqlUuid, _>(Uuid::new_v4())
        .bind::<Integer, _>(seconds)
        .bind::<Timestamptz, _>(now)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// When the next article of each embargo in use is due; index: `articles_first_published`.
macro_rules! next {
    ($begin:literal, $end:literal) => {
        concat!(
            $begin,
            "
    FROM newsroom.embargoes e
    CROSS JOIN LATERAL (
        SELECT a.published_at + make_interval(secs => e.seconds) AS at FROM newsroom.articles a
        WHERE a.status = 'published' AND a.published_at > e.released_until ORDER BY a.published_at LIMIT 1
    ) next
    WHERE EXISTS (SELECT FROM newsroom.partners p WHERE p.embargo_seconds = e.seconds)",
            $end
        )
    };
}

const TIME_LEFT: &str = next!(
    "SELECT extract(epoch FROM min(next.at) - clock_timestamp())::double precision AS seconds",
    ""
);

const LOCK_DUE: &str = next!(
    "SELECT e.id",
    " AND next.at <= $1 AND e.id <> ALL($2) ORDER BY next.at LIMIT 1 FOR UPDATE OF e SKIP LOCKED"
);

/// Releases all that is due: up to the last article that is, and not up to now, so that a clock that was ahead releases nothing that comes later; and
/// never back, whoever else has released meanwhile. Index: `articles_first_published`.
const TURN: &str = "
    UPDATE newsroom.embargoes e SET released_until = greatest(e.released_until, (
        SELECT max(a.published_at) FROM newsroom.articles a
        WHERE a.status = 'published' AND a.published_at <= $2::timestamptz - make_interval(secs => e.seconds)))
    WHERE e.id = $1";

#[derive(QueryableByName)]
struct Left {
    #[diesel(sql_type = Nullable<Float8>)]
    seconds: Option<f64>,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The timetable of releases.
pub struct Embargoes;

impl Timetable for Embargoes {
    fn time_left<'a>(
        &'a self,
        conn: &'a mut NewsroomConn,
    ) -> BoxFuture<'a, Result<Option<Duration>>> {
        async move {
            let left: Left = fixed(TIME_LEFT).get_result(&mut **conn).await?;
            let left = left.seconds.map(|seconds| seconds.max(0.0));
            Ok(left.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
        }
        .boxed()
    }

    fn lock_due<'a>(
        &'a self,
        tx: &'a mut Tx,
        without: &'a [Uuid],
    ) -> BoxFuture<'a, Result<Option<Uuid>>> {
        async move {
            let now = tx.now;
            let due: Option<IdRow> = fixed(LOCK_DUE)
                .bind::<Timestamptz, _>(now)
                .bind::<Array<SqlUuid>, _>(without)
                .get_result(&mut ***tx)
                .await
                .optional()?;
            Ok(due.map(|row| row.id))
        }
        .boxed()
    }

    fn turn<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Record>> {
        async move {
            let now = tx.now;
            fixed(TURN)
                .bind::<SqlUuid, _>(id)
                .bind::<Timestamptz, _>(now)
                .execute(&mut ***tx)
                .await?;
            Ok(Record {
                audit: Vec::<AuditEntry>::new(),
                change: Some(Change::released()),
            })
        }
        .boxed()
    }
}
