//! The schedule of an article: when it is to be published, and when withdrawn. An article has one time of each.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::acts::{Reasons, publish, withdraw};
use super::read::content;
use crate::articles::checks;
use crate::articles::model::{Article, ScheduledAct};
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::articles;
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::publishing::schedule::Timetable;
use crate::publishing::{AuditEntry, Change, Event, Kind, Record, Tx};

fn refuse(detail: &'static str) -> Error {
    Error::body(Faults::from(Fault::at(
        "/at",
        FaultCode::InvalidValue,
        detail,
    )))
}

/// Schedules, or moves, the publication of a locked article.
///
/// # Errors
/// 422 when `at` is not ahead, or is when it is to be withdrawn; 409 when its withdrawal would come first; the database.
pub async fn schedule_publication(
    tx: &mut Tx,
    article: &Article,
    at: DateTime<Utc>,
) -> Result<Article> {
    if at <= tx.now {
        return Err(refuse("must be ahead of now; leave it out to publish now"));
    }
    if article.withdraw_at == Some(at) {
        return Err(refuse("is when the article is to be withdrawn"));
    }
    if article.status != "published" && article.withdraw_at.is_some_and(|end| end < at) {
        return Err(Error::new(
            Code::StateConflict,
            "Its withdrawal is scheduled for an earlier time. Move or unschedule that first.",
        ));
    }
    let scheduled = diesel::update(articles::table.find(article.id))
        .set((
            articles::revision.eq(article.revision + 1),
            articles::publish_at.eq(at),
            articles::schedule_failure.eq(None::<String>),
        ))
        .returning(Article::as_returning());
    Ok(scheduled.get_result(&mut ***tx).await?)
}

/// Schedules, or moves, the withdrawal of a locked article that is published, or will be by then.
///
/// # Errors
/// 422 when `at` is not ahead, or is when it is to be published; 409 when nothing is or will be published; the database.
pub async fn schedule_withdrawal(
    tx: &mut Tx,
    article: &Article,
    at: DateTime<Utc>,
    told: Reasons<'_>,
) -> Result<Article> {
    if at <= tx.now {
        return Err(refuse("must be ahead of now; leave it out to withdraw now"));
    }
    if article.publish_at == Some(at) {
        return Err(refuse("is when the article is to be published"));
    }
    if article.status != "published" && article.publish_at.is_none_or(|begin| begin > at) {
        return Err(Error::new(
            Code::StateConflict,
            "By then it is not published, and no publication of it is scheduled. Schedule that first, for an earlier time.",
        ));
    }
    let scheduled = diesel::update(articles::table.find(article.id))
        .set((
            articles::revision.eq(article.revision + 1),
            articles::withdraw_at.eq(at),
            articles::withdraw_reason.eq(told.reason),
            articles::withdraw_notice.eq(told.notice),
            articles::schedule_failure.eq(None::<String>),
        ))
        .returning(Article::as_returning());
    Ok(scheduled.get_result(&mut ***tx).await?)
}

/// Calls off what is scheduled of a locked article: one of both, or both. Without its publication, the withdrawal of what is not published goes too.
///
/// # Errors
/// 409 when that is not scheduled; the database.
pub async fn unschedule(
    tx: &mut Tx,
    article: &Article,
    act: Option<ScheduledAct>,
) -> Result<Article> {
    let off = |which| act.is_none_or(|act| act == which);
    let publish_at = article.publish_at.filter(|_| !off(ScheduledAct::Publish));
    let idle = article.status != "published" && publish_at.is_none();
    let withdraw_at = article
        .withdraw_at
        .filter(|_| !off(ScheduledAct::Withdraw) && !idle);
    if (publish_at, withdraw_at) == (article.publish_at, article.withdraw_at) {
        return Err(Error::new(
            Code::StateConflict,
            "Nothing of that is scheduled. Its publish_at and withdraw_at tell what is.",
        ));
    }
    let left = Left {
        publish_at,
        withdraw_at,
        failure: None,
    };
    leave(tx, article, left).await
}

/// What is left of a schedule.
struct Left {
    publish_at: Option<DateTime<Utc>>,
    withdraw_at: Option<DateTime<Utc>>,
    failure: Option<String>,
}

async fn leave(tx: &mut Tx, article: &Article, left: Left) -> Result<Article> {
    let (reason, notice) = match left.withdraw_at {
        Some(_) => (&article.withdraw_reason, &article.withdraw_notice),
        None => (&None, &None),
    };
    let changed = diesel::update(articles::table.find(article.id))
        .set((
            articles::revision.eq(article.revision + 1),
            articles::publish_at.eq(left.publish_at),
            articles::withdraw_at.eq(left.withdraw_at),
            articles::withdraw_reason.eq(reason),
            articles::withdraw_notice.eq(notice),
            articles::schedule_failure.eq(left.failure),
        ))
        .returning(Article::as_returning());
    Ok(changed.get_result(&mut ***tx).await?)
}

/// Publications and withdrawals whose time comes.
pub struct Publications;

impl Timetable for Publications {
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

/// The words of the index `articles_due`.
const DUE: &str = "least(publish_at, withdraw_at)";

/// Index: `articles_due`.
async fn time_left(conn: &mut NewsroomConn) -> Result<Option<Duration>> {
    let milliseconds = diesel::dsl::sql::<Nullable<BigInt>>(
        "ceil(extract(epoch FROM min(least(publish_at, withdraw_at)) - clock_timestamp()) * 1000)::bigint",
    );
    let left: Option<i64> = articles::table
        .filter(
            articles::publish_at
                .is_not_null()
                .or(articles::withdraw_at.is_not_null()),
        )
        .select(milliseconds)
        .first(&mut **conn)
        .await?;
    Ok(left.map(|left| Duration::from_millis(u64::try_from(left).unwrap_or(0))))
}

/// Index: `articles_due`. The key is left free, so that others may pick the article meanwhile.
async fn lock_due(tx: &mut Tx, without: &[Uuid]) -> Result<Option<Uuid>> {
    let due = || diesel::dsl::sql::<Nullable<Timestamptz>>(DUE);
    Ok(articles::table
        .filter(due().le(tx.now))
        .filter(
            articles::publish_at
                .is_not_null()
                .or(articles::withdraw_at.is_not_null()),
        )
        .filter(articles::id.ne_all(without))
        .order((due(), articles::id))
        .select(articles::id)
        .for_no_key_update()
        .skip_locked()
        .first(&mut ***tx)
        .await
        .optional()?)
}

/// Does what is due of a locked article. Of two acts whose time has come, as after an outage, the later one holds: what was to be gone by now is not
/// shown at all.
async fn turn(tx: &mut Tx, id: Uuid) -> Result<Record> {
    let row = articles::table.find(id).select(Article::as_select());
    let article: Article = row.first(&mut ***tx).await?;
    let due = |at: Option<DateTime<Utc>>| at.filter(|at| *at <= tx.now);
    let (begin, end) = (due(article.publish_at), due(article.withdraw_at));
    tx.begin_part().await?;
    let done = match (begin, end) {
        (Some(begin), end) if end.is_none_or(|end| end < begin) => {
            begins(tx, &article, begin).await
        }
        _ => ends(tx, &article).await,
    };
    match done {
        Ok(record) => {
            tx.end_part(true).await?;
            Ok(record)
        }
        Err(error) if error.code().status().is_client_error() => {
            tx.end_part(false).await?;
            fail(tx, &article, why(&error)).await
        }
        Err(error) => {
            tx.end_part(false).await?;
            Err(error)
        }
    }
}

async fn begins(tx: &mut Tx, before: &Article, begin: DateTime<Utc>) -> Result<Record> {
    "publish_scheduled".clone_into(&mut tx.by.action);
    // What is first published by the schedule has the date that its editors gave it, even after an outage.
    let first = before.published_at.is_none().then_some(begin);
    let (_, content) = content(tx, before).await?;
    checks::find(tx, before, &content).await?.pass()?;
    let published = publish(tx, before.clone(), first).await?;
    let left = Left {
        publish_at: None,
        withdraw_at: before.withdraw_at.filter(|end| *end > begin),
        failure: None,
    };
    let article = leave(tx, &published.article, left).await?;
    Ok(recorded(before, &article, published.event))
}

async fn ends(tx: &mut Tx, before: &Article) -> Result<Record> {
    "withdraw_scheduled".clone_into(&mut tx.by.action);
    if before.status != "published" {
        let failure = "Its withdrawal was due before it could be published; it was not shown.";
        return fail(tx, before, failure.to_owned()).await;
    }
    let told = Reasons {
        reason: before.withdraw_reason.as_deref(),
        notice: before.withdraw_notice.as_deref(),
    };
    let withdrawn = withdraw(tx, before, told).await?;
    let left = Left {
        publish_at: before.publish_at.filter(|begin| *begin > tx.now),
        withdraw_at: None,
        failure: None,
    };
    let article = leave(tx, &withdrawn, left).await?;
    Ok(recorded(before, &article, Some(Event::ArticleWithdrawn)))
}

/// Why an act was refused, for people: each fault, where there are some.
fn why(error: &Error) -> String {
    let faults = error.faults().iter();
    let told: Vec<String> = faults
        .map(|fault| format!("{} {}", fault.place(), fault.detail()))
        .collect();
    match told.is_empty() {
        true => error.detail().to_string(),
        false => told.join("; "),
    }
}

/// Calls the schedule off, since it can't be kept, and says why to the editors.
async fn fail(tx: &mut Tx, before: &Article, failure: String) -> Result<Record> {
    tracing::warn!(id = %before.id, failure, "a scheduled act was not done");
    let left = Left {
        publish_at: None,
        withdraw_at: before
            .withdraw_at
            .filter(|end| before.status == "published" && *end > tx.now),
        failure: Some(failure.clone()),
    };
    let article = leave(tx, before, left).await?;
    let mut record = recorded(before, &article, None);
    record.audit = record
        .audit
        .into_iter()
        .map(|entry| entry.because(failure.clone()))
        .collect();
    Ok(record)
}

fn recorded(before: &Article, article: &Article, event: Option<Event>) -> Record {
    let audit = AuditEntry::of(Kind::Article, Some(article.id));
    Record {
        audit: vec![audit.from(before.version()).to(article.version())],
        change: event.map(|event| Change::of(Kind::Article, article.id, event)),
    }
}
