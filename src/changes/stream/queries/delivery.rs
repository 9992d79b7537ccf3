//! The log of what happened to articles, read with what delivery shows of them now: what has been taken back since is told by no event.

mod under;

use uuid::Uuid;

pub use under::{Told, bare_told, called, is_since, told, told_again};

use crate::changes::stream::model::{BareEvent, EventName, PartOfLog};
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::error::Result;
use crate::partners::model::Audience;
use crate::partners::queries::delivery::may_read;
use crate::values::frontend::FRONTEND_SQL;

/// What happened after a change, the first so many events. Fewer are all that there are up to the snapshot's `seq`.
/// Index: the primary key of the log.
///
/// # Errors
/// The database.
pub async fn events(
    conn: &mut DeliveryConn,
    after: i64,
    limit: i64,
) -> Result<Snapshot<PartOfLog>> {
    snapshot(conn, telling(first_after(after, limit))).await
}

/// What happened at these changes. Those that are none of an article, or are quiet, and those that the log holds no longer are left out.
/// Index: the primary key of the log.
///
/// # Errors
/// The database.
pub async fn events_at(conn: &mut DeliveryConn, seqs: Vec<i64>) -> Result<Snapshot<PartOfLog>> {
    let mut which = Statement::new("c.seq = ANY(");
    which.bind(Bind::Numbers(seqs)).sql(")");
    snapshot(conn, telling(which)).await
}

/// That something happened after a change, the first so many times, without what is now said of it.
/// Index: the primary key of the log.
///
/// # Errors
/// The database.
pub async fn bare_events(
    conn: &mut DeliveryConn,
    after: i64,
    limit: i64,
) -> Result<Snapshot<PartOfLog<BareEvent>>> {
    let mut statement = Statement::new("SELECT h.epoch, h.seq, NULL::text");
    statement
        .sql(PART)
        .sql("c.keys")
        .append(of_articles(first_after(after, limit)));
    snapshot(conn, statement).await
}

/// A part of the log begins with it: what is told of each change, whatever is told of it.
const PART: &str = ", (SELECT json_build_object('kept_from', h.kept_from, 'events', coalesce(json_agg(r ORDER BY r.seq), '[]'))::text FROM (
            SELECT c.seq, c.event, c.id AS article_id, ";

/// What readers get to see of a change `c`: when it was, what its article is called, and as much of that as `audience` may have. Where some of these
/// changes are of articles that these readers do not see, `here` tells of which they do.
fn shown(sql: &mut Statement<SnapshotTypes>, audience: &Audience, here: &'static str) {
    sql.sql("c.keys,
                   to_char(c.committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') AS at,
                   (SELECT s.slug FROM delivery.slugs s WHERE s.kind = 'article' AND s.id = c.id AND s.current")
        .sql(here)
        .sql(") AS slug,
                   (SELECT row_to_json(o) FROM (
                       SELECT a.headline, a.language, a.published_at,
                              delivery.update_within(u.update, ")
        .sql(may_read(audience))
        .sql(") AS update,
                              (SELECT s.slug FROM delivery.sections s WHERE s.id = a.section_id) AS section,
                              (SELECT coalesce(json_agg(json_build_object('id', p.id, 'slug', p.slug, 'name', p.name)), '[]')
                               FROM delivery.authors p
                               WHERE p.id IN (SELECT w::uuid FROM json_array_elements_text(u.update -> 'author_ids') w)) AS update_authors
                       FROM delivery.articles a
                       LEFT JOIN LATERAL (
                           SELECT e.update FROM json_array_elements(a.updates) AS e (update)
                           WHERE c.update_number IS NOT NULL AND (e.update ->> 'number')::integer = c.update_number
                       ) u ON true
                       WHERE a.id = c.id")
        .sql(here)
        .sql(") o) AS article");
}

/// Which changes `c` are events.
const EVENTS: &str = "NOT c.quiet AND c.kind = 'article'
              AND c.event IN ('article.published', 'article.changed', 'article.withdrawn', 'update.appended', 'update.revised', 'update.retracted') AND ";

fn first_after(after: i64, limit: i64) -> Statement<SnapshotTypes> {
    let mut which = Statement::new("c.seq > ");
    which
        .bind(Bind::Number(after))
        .sql(" ORDER BY c.seq LIMIT ")
        .bind(Bind::Number(limit));
    which
}

/// The end of a part of the log: those of these changes that are events.
fn of_articles(which: Statement<SnapshotTypes>) -> Statement<SnapshotTypes> {
    let mut statement = Statement::new(
        "
            FROM delivery.changes c
            WHERE ",
    );
    statement
        .sql(EVENTS)
        .append(which)
        .sql(") r), NULL::bigint FROM delivery.head h");
    statement
}

/// The statement that tells what happened at these changes.
fn telling(which: Statement<SnapshotTypes>) -> Statement<SnapshotTypes> {
    let mut statement = Statement::new("SELECT h.epoch, h.seq, ");
    statement.sql(FRONTEND_SQL).sql(PART);
    shown(&mut statement, &Audience::Public, "");
    statement.append(of_articles(which));
    statement
}

/// What these articles and sections are called, and were before.
/// Index: `delivery_slugs_id`.
///
/// # Errors
/// The database.
pub async fn names(conn: &mut DeliveryConn, ids: Vec<Uuid>) -> Result<Vec<EventName>> {
    let mut statement = Statement::new(
        "SELECT h.epoch, h.seq, NULL::text, (SELECT coalesce(json_agg(r), '[]')::text FROM (
            SELECT s.kind, s.id, s.slug FROM delivery.slugs s WHERE s.kind IN ('article', 'section') AND s.id = ANY(",
    );
    statement
        .bind(Bind::Ids(ids))
        .sql(")) r), NULL::bigint FROM delivery.head h");
    Ok(snapshot(conn, statement).await?.rows)
}
