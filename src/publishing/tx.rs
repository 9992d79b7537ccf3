//! One write, one transaction.

use std::ops::{Deref, DerefMut};

use chrono::{DateTime, Utc};
use diesel::sql_types::{Integer, Text, Timestamptz};
use diesel::{QueryResult, QueryableByName};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, TransactionManager};
use futures_util::future::try_join3;
use uuid::Uuid;

use super::analysis::Analysed;
use super::audit::{self, AuditEntry};
use super::change::Change;
use super::project::all_at_once;
use super::{analysis, door, reveal};
use crate::changes::{Own, Seq};
use crate::db::{NewsroomConn, Pools, begin_with, commit_with, fixed};
use crate::error::{Code, Error, Result};

/// Who writes, for the versions and the audit.
#[derive(Debug, Clone)]
pub struct Attribution {
    /// The API key; none for the command line.
    pub key_id: Option<Uuid>,
    /// The key's name, or the command.
    pub key_name: String,
    /// The person that a shared key writes for.
    pub actor: Option<String>,
    /// The id of the request, or of the run of a command.
    pub request_id: String,
    /// What is done: the operation's id, or the command.
    pub action: String,
    /// Whether whoever writes may read all that editors may, so that a refusal may tell of it.
    pub may_read: bool,
}

impl Attribution {
    /// A write by a command of the command line.
    pub fn command(name: &str) -> Self {
        Self {
            key_id: None,
            key_name: format!("kroniek {name}"),
            actor: None,
            request_id: Uuid::new_v4().to_string(),
            action: name.to_owned(),
            may_read: true,
        }
    }
}

/// An open transaction on the newsroom. Who opens one ends it; one that is dropped is rolled back when the pool next looks at its connection,
/// or by Postgres' own time-out.
pub struct Tx {
    conn: NewsroomConn,
    /// Parts that are open.
    parts: usize,
    /// Whether partners are told something with this change.
    tells: bool,
    /// Postgres' process at the other end of the connection, by which the listeners are told.
    pub process: i32,
    /// The time of this write by the database's clock, in whole milliseconds.
    pub now: DateTime<Utc>,
    /// Who writes.
    pub by: Attribution,
}

/// What a write leaves behind: its audit rows, and its change if readers can see it.
#[derive(Debug, Default)]
pub struct Record {
    /// A row for each thing written.
    pub audit: Vec<AuditEntry>,
    /// What readers can see of it.
    pub change: Option<Change>,
}

impl Deref for Tx {
    type Target = NewsroomConn;
    fn deref(&self) -> &NewsroomConn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut NewsroomConn {
        &mut self.conn
    }
}

impl Tx {
    /// Begins a transaction on a connection of the pool. One that the server has ended meanwhile, as on its restart, is thrown away and another
    /// tried: nothing has been sent on it yet.
    ///
    /// # Errors
    /// 503 when the database is away.
    pub async fn open(pools: &Pools, by: Attribution) -> Result<Self> {
        let mut tries = 0;
        loop {
            tries += 1;
            match Self::begin(pools.newsroom().await?, by.clone()).await {
                Err(error) if error.code() == Code::Unavailable && tries < 3 => {
                    tracing::debug!(tries, "a dead connection")
                }
                begun => return begun,
            }
        }
    }

    /// Begins a transaction on this connection.
    ///
    /// # Errors
    /// 503 when the database is away.
    pub async fn begin(mut conn: NewsroomConn, by: Attribution) -> Result<Self> {
        let begun = begin_with(&mut conn, async |conn| clock_signed(conn, &by).await).await;
        let TimeRow { now, process } = match begun {
            Ok(row) => row,
            Err(error) => {
                conn.discard();
                return Err(error.into());
            }
        };
        Ok(Self {
            conn,
            parts: 0,
            tells: false,
            process,
            now,
            by,
        })
    }

    /// Takes the time anew. After a wait for a lock, what its last holder wrote would otherwise be later than now.
    ///
    /// # Errors
    /// 503 when the database is away.
    pub async fn take_time(&mut self) -> Result<()> {
        self.now = clock(&mut self.conn).await?;
        Ok(())
    }

    /// Partners are told something with the change to come: the door completes it.
    pub fn tell_partners(&mut self) {
        self.tells = true;
    }

    /// Locks the log's counter until the end, and tells the number of the change that is to be. Nothing in newsroom that another may hold may be
    /// locked after it.
    ///
    /// # Errors
    /// 503 when it is not to be had in time.
    pub async fn lock_log(&mut self) -> Result<Seq> {
        door::lock(&self.conn).await
    }

    /// Writes the audit, passes the door if readers can see the change, and gives its number. Nothing may follow but the commit.
    ///
    /// # Errors
    /// 503 when the counter's lock is not to be had in time.
    pub async fn record(&mut self, record: &Record) -> Result<Option<Seq>> {
        let Some((change, analysed)) = self.ready(record).await? else {
            return Ok(None);
        };
        let passed = door::pass(&mut self.conn, change, (&analysed, self.tells)).await?;
        let Some(passed) = passed else {
            return Ok(None);
        };
        door::record(&self.conn, &passed).await?;
        Ok(Some(passed.seq))
    }

    /// Records as [`Tx::record`] and commits, in one go: nobody waits longer for the counter than he must. Gives the connection back too, and what the
    /// log now has of it.
    ///
    /// # Errors
    /// As both. Everything is undone then, or it is unknown, as of a commit.
    pub async fn finish(mut self, record: &Record) -> Result<(NewsroomConn, Option<Own>)> {
        let (change, analysed) = match self.ready(record).await {
            Ok(Some(ready)) => ready,
            Ok(None) => return Ok((self.commit().await?, None)),
            Err(error) => {
                self.roll_back().await;
                return Err(error);
            }
        };
        if let Some(one) = door::at_once(change, (&analysed, self.tells)) {
            let own = commit_with(&mut self.conn, async |conn| {
                all_at_once(conn, change, (one, &analysed)).await
            });
            let own = match own.await {
                Ok(own) => own,
                Err(error) => return Err(self.not_committed(error).await),
            };
            analysed.published();
            return Ok((self.conn, Some(own)));
        }
        let passed = match door::pass(&mut self.conn, change, (&analysed, self.tells)).await {
            Ok(Some(passed)) => passed,
            Ok(None) => return Ok((self.commit().await?, None)),
            Err(error) => {
                self.roll_back().await;
                return Err(error);
            }
        };
        let recorded = commit_with(&mut self.conn, async |conn| {
            door::record(conn, &passed).await
        });
        match recorded.await {
            Ok(keys) => {
                let seq = passed.seq;
                Ok((self.conn, Some(Own { seq, keys })))
            }
            Err(error) => Err(self.not_committed(error).await),
        }
    }

    /// What is told of a commit that failed. The connection is good for the next, where it is there.
    async fn not_committed(self, error: Error) -> Error {
        if !error.is_severed() {
            self.roll_back().await;
        }
        error.of_commit()
    }

    /// All that comes before the door: writes the audit and what is revealed, and takes the words of texts apart. Gives nothing where there is no change.
    async fn ready<'r>(&mut self, record: &'r Record) -> Result<Option<(&'r Change, Analysed)>> {
        let Some(change) = &record.change else {
            audit::record(&self.conn, (self.now, &self.by), &record.audit).await?;
            return Ok(None);
        };
        let (_, (), appended) = try_join3(
            audit::record(&self.conn, (self.now, &self.by), &record.audit),
            reveal::reveal(&self.conn, self.now, &change.touched),
            analysis::appended(&self.conn, change),
        )
        .await?;
        let analysed = analysis::analyse_change(&mut self.conn, change, appended).await?;
        Ok(Some((change, analysed)))
    }

    /// Commits.
    ///
    /// # Errors
    /// 503 when the database went away; whether the write holds is then unknown, and an Idempotency-Key tells on a retry.
    pub async fn commit(mut self) -> Result<NewsroomConn> {
        AnsiTransactionManager::commit_transaction(&mut *self.conn)
            .await
            .map_err(|error| Error::from(error).of_commit())?;
        Ok(self.conn)
    }

    /// The connection, on which the transaction stays open.
    pub(super) fn into_conn(self) -> NewsroomConn {
        self.conn
    }

    /// Begins a part that can be undone alone.
    ///
    /// # Errors
    /// 503 when the database is away.
    pub async fn begin_part(&mut self) -> Result<()> {
        AnsiTransactionManager::begin_transaction(&mut *self.conn).await?;
        self.parts += 1;
        Ok(())
    }

    /// Ends a part: keeps it, or undoes it.
    ///
    /// # Errors
    /// 503 when the database is away.
    pub async fn end_part(&mut self, keep: bool) -> Result<()> {
        self.parts = self.parts.saturating_sub(1);
        if keep {
            return Ok(AnsiTransactionManager::commit_transaction(&mut *self.conn).await?);
        }
        Ok(AnsiTransactionManager::rollback_transaction(&mut *self.conn).await?)
    }

    /// Undoes everything and frees the connection for the next. One that can't even do that is thrown away: nobody else shall meet it.
    pub async fn roll_back(mut self) {
        // A part that was left open ends first.
        for _ in 0..=self.parts {
            if let Err(error) = AnsiTransactionManager::rollback_transaction(&mut *self.conn).await
            {
                tracing::debug!(%error, "rollback failed; the connection is thrown away");
                self.conn.discard();
                return;
            }
        }
    }
}

const CLOCK: &str =
    "SELECT date_trunc('milliseconds', clock_timestamp()) AS now, pg_backend_pid() AS process";

/// With who writes, for the versions that the database keeps itself (`newsroom.keep_version`); and how its statements are planned.
const CLOCK_SIGNED: &str = "
    SELECT date_trunc('milliseconds', clock_timestamp()) AS now, pg_backend_pid() AS process, set_config('kroniek.key', $1, true), set_config('kroniek.actor', $2, true),
           set_config('plan_cache_mode', $3, true), set_config('enable_seqscan', $4, true)";

#[derive(QueryableByName)]
struct TimeRow {
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
    #[diesel(sql_type = Integer)]
    process: i32,
}

async fn clock(conn: &mut NewsroomConn) -> Result<DateTime<Utc>> {
    let row: TimeRow = fixed(CLOCK).get_result(&mut **conn).await?;
    Ok(row.now)
}

/// The time, and Postgres' process; and the database is told who writes. A write of the API is a few things along indexes, which one plan serves as well as another, and to
/// plan takes longer than to do; what commands do at once may be much. A plan for all values counts on ten ids where there is one, and would then
/// rather read all articles of a small publication than look for each along an index.
async fn clock_signed(mut conn: &AsyncPgConnection, by: &Attribution) -> QueryResult<TimeRow> {
    let key = by.key_id.map(|id| id.to_string()).unwrap_or_default();
    let actor = by.actor.as_deref().unwrap_or_default();
    let (plans, whole_tables) = match by.key_id {
        Some(_) => ("force_generic_plan", "off"),
        None => ("auto", "on"),
    };
    fixed(CLOCK_SIGNED)
        .bind::<Text, _>(key)
        .bind::<Text, _>(actor)
        .bind::<Text, _>(plans)
        .bind::<Text, _>(whole_tables)
        .get_result(&mut conn)
        .await
}

/// Runs the work in one transaction, records what it leaves behind, and commits; or undoes everything.
///
/// # Errors
/// Those of the work; 503 when the database is away.
pub async fn write<T>(
    pools: &Pools,
    by: Attribution,
    work: impl AsyncFnOnce(&mut Tx) -> Result<(T, Record)>,
) -> Result<T> {
    let mut tx = Tx::open(pools, by).await?;
    match work(&mut tx).await {
        Ok((value, record)) => {
            tx.finish(&record).await?;
            Ok(value)
        }
        Err(error) => {
            tx.roll_back().await;
            Err(error)
        }
    }
}
