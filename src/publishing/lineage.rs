//! Which past a database has. After a failover to a replica, or a restore, numbers of the log may be given again that clients have seen with
//! something else behind them. Postgres begins a new timeline then, and a dump is restored into another cluster: a node that connects to one that
//! the log was not written on begins a new epoch, before it writes anything.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::door::CHANNEL;

/// The cluster and the timeline of its log of writes; none while it only follows another.
const NOW: &str = "SELECT l.told IS DISTINCT FROM n.told AND n.told IS NOT NULL AS differs
    FROM newsroom.lineage l CROSS JOIN (
        SELECT CASE WHEN NOT pg_is_in_recovery() THEN
            (pg_control_system()).system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS told) n";

/// Whoever comes second finds it done.
const RECOGNISE: &str = "
    WITH n AS (
        SELECT (pg_control_system()).system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) AS told
    ),
    was AS (SELECT id, told FROM newsroom.lineage FOR UPDATE),
    moved AS (
        UPDATE newsroom.lineage l SET told = n.told FROM n, was WHERE was.told IS DISTINCT FROM n.told RETURNING was.told AS before
    ),
    begun AS (
        UPDATE delivery.head h SET epoch = h.epoch + 1 FROM moved WHERE moved.before IS NOT NULL RETURNING h.epoch, h.seq
    ),
    noted AS (
        INSERT INTO newsroom.audit (id, at, key_name, request_id, action, subject_kind, version_from, version_to, reason)
        SELECT $1, clock_timestamp(), 'kroniek serve', $1::text, 'begin_epoch', 'log', (epoch - 1) || '-' || seq, epoch || '-' || seq, $2
        FROM begun
    )
    SELECT epoch FROM begun, pg_notify($3, '')";

const REASON: &str = "the database was restored, or is another than before";

#[derive(QueryableByName)]
struct Differs {
    #[diesel(sql_type = Bool)]
    differs: bool,
}

#[derive(QueryableByName)]
struct Begun {
    #[diesel(sql_type = Integer)]
    epoch: i32,
}

/// Begins a new epoch if the log was written on a database with another past than this one.
///
/// # Errors
/// The database. One that does not tell its identifier, or a program that may not ask for it, leaves the matter to `kroniek doctor --new-epoch`.
pub async fn recognise(conn: &mut AsyncPgConnection) -> diesel::QueryResult<()> {
    let found: Differs = diesel::sql_query(NOW).get_result(conn).await?;
    if !found.differs {
        return Ok(());
    }
    let begun: Vec<Begun> = diesel::sql_query(RECOGNISE)
        .bind::<SqlUuid, _>(Uuid::now_v7())
        .bind::<Text, _>(REASON)
        .bind::<Text, _>(CHANNEL)
        .load(conn)
        .await?;
    if let [Begun { epoch }, ..] = begun.as_slice() {
        tracing::warn!(epoch, "{REASON}: a new epoch of the log begins");
    }
    Ok(())
}
