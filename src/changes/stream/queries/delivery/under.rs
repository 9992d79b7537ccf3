//! The log as a contract lets a partner hear of it: what happened to articles that it covers now; that others left, which it covered before; and what
//! was released from its embargo. Of everything else there is nothing, not even an id.
//!
//! Indexes: the primary key of the log, `departures_seq`, the primary key of `releases` and `releases_article`, the primary key of articles.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{EVENTS, shown};
use crate::changes::stream::model::{BareEvent, PartUnder, PublicEvent};
use crate::changes::stream::position::Place;
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::error::Result;
use crate::partners::model::Audience;
use crate::partners::queries::delivery::{A, covering, departed};
use crate::values::frontend::FRONTEND_SQL;

type Sql = Statement<SnapshotTypes>;

/// How many changes, departures and releases are looked through at a time for those that these readers are told of.
const LOOKED_THROUGH: i64 = 1_000;

/// Something that these readers were to be told: the change, the article, and what happened to it.
#[derive(Debug)]
pub struct Told {
    /// The number of the change.
    pub seq: i64,
    /// The article.
    pub article: Uuid,
    /// What happened.
    pub event: String,
}

/// What happened after a place, at most so many events, in the order of changes and ids.
///
/// # Errors
/// The database.
pub async fn told(
    conn: &mut DeliveryConn,
    audience: &Audience,
    (place, limit): (Place, i64),
) -> Result<Snapshot<PartUnder<PublicEvent>>> {
    let mut sql = Sql::new("SELECT h.epoch, h.seq, ");
    sql.sql(FRONTEND_SQL);
    begin(&mut sql);
    shown(&mut sql, audience, HERE);
    happened(&mut sql, audience, (place, Some(limit)));
    end(&mut sql, audience, place);
    snapshot(conn, sql).await
}

/// That something happened after a place, up to where was looked, without what is now said of it.
///
/// # Errors
/// The database.
pub async fn bare_told(
    conn: &mut DeliveryConn,
    audience: &Audience,
    place: Place,
) -> Result<Snapshot<PartUnder<BareEvent>>> {
    let mut sql = Sql::new("SELECT h.epoch, h.seq, NULL::text");
    begin(&mut sql);
    sql.sql("c.keys");
    happened(&mut sql, audience, (place, None));
    end(&mut sql, audience, place);
    snapshot(conn, sql).await
}

/// What these readers were to be told once more, with what they may have of it now. Where the contract no longer covers the article, it says nothing of that; what the log holds no longer is
/// left out.
///
/// # Errors
/// The database.
pub async fn told_again(
    conn: &mut DeliveryConn,
    audience: &Audience,
    told: Vec<Told>,
) -> Result<Snapshot<PartUnder<PublicEvent>>> {
    let (mut seqs, mut ids, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for told in told {
        seqs.push(told.seq);
        ids.push(told.article);
        events.push(told.event);
    }
    let mut sql = Sql::new("SELECT h.epoch, h.seq, ");
    sql.sql(FRONTEND_SQL);
    begin(&mut sql);
    shown(&mut sql, audience, HERE);
    sql.sql(" FROM (SELECT t.seq, t.event, t.id, l.committed_at, '{}'::text[] AS keys, CASE WHEN l.id = t.id THEN l.update_number END AS update_number, EXISTS (SELECT FROM delivery.articles a WHERE a.id = t.id");
    covering(&mut sql, audience, A);
    sql.sql(") AS here FROM unnest(")
        .bind(Bind::Numbers(seqs))
        .sql("::bigint[], ")
        .bind(Bind::Ids(ids))
        .sql("::uuid[], ")
        .bind(Bind::Texts(events))
        .sql("::text[]) AS t (seq, id, event) JOIN delivery.changes l ON l.seq = t.seq) c");
    sql.sql(
        ") r))::text FROM (SELECT h.seq, NULL::uuid AS id) b), NULL::bigint FROM delivery.head h",
    );
    snapshot(conn, sql).await
}

/// Whether a change that the log holds was made at this time or later.
///
/// # Errors
/// The database.
pub async fn is_since(conn: &mut DeliveryConn, change: i64, since: DateTime<Utc>) -> Result<bool> {
    let mut sql = Sql::new(
        "SELECT h.epoch, h.seq, NULL::text, EXISTS (SELECT FROM delivery.changes c WHERE c.seq = ",
    );
    sql.bind(Bind::Number(change))
        .sql(" AND c.committed_at >= ")
        .bind(Bind::Time(since))
        .sql(")::text, NULL::bigint FROM delivery.head h");
    Ok(snapshot(conn, sql).await?.rows)
}

/// The articles that these readers may read and that are called so, or were before. Index: the primary key of slugs.
///
/// # Errors
/// The database.
pub async fn called(
    conn: &mut DeliveryConn,
    audience: &Audience,
    slugs: Vec<String>,
) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new(
        "SELECT h.epoch, h.seq, NULL::text, (SELECT coalesce(json_agg(a.id), '[]')::text FROM delivery.articles a
            WHERE a.id IN (SELECT s.id FROM delivery.slugs s WHERE s.kind = 'article' AND s.slug = ANY(",
    );
    sql.bind(Bind::Texts(slugs)).sql("::text[]))");
    covering(&mut sql, audience, A);
    sql.sql("), NULL::bigint FROM delivery.head h");
    Ok(snapshot(conn, sql).await?.rows)
}

/// Of which changes the article is seen.
const HERE: &str = " AND c.here";

fn begin(sql: &mut Sql) {
    sql.sql(", (SELECT json_build_object('kept_from', h.kept_from, 'upto', b.seq, 'within', b.id, 'events', (
            SELECT coalesce(json_agg(r ORDER BY r.seq, r.article_id), '[]') FROM (SELECT c.seq, c.event, c.id AS article_id, ");
}

/// How far it is looked: to the log's end, or so many changes, departures or releases on, whichever comes first. One change can be the end of any
/// number of articles, so that it may end within one.
fn end(sql: &mut Sql, audience: &Audience, place: Place) {
    sql.sql(") r))::text FROM (SELECT u.seq, u.id FROM (SELECT h.seq, NULL::uuid AS id");
    for (from, of, id) in [
        ("delivery.changes o WHERE ", ("o.seq", "o.id"), "NULL::uuid"),
        (
            "delivery.departures o WHERE ",
            ("o.seq", "o.article_id"),
            "o.article_id",
        ),
        (
            "delivery.releases o WHERE o.seconds = ",
            ("o.seq", "o.article_id"),
            "o.article_id",
        ),
    ] {
        sql.sql(" UNION ALL (SELECT o.seq, ")
            .sql(id)
            .sql(" FROM ")
            .sql(from);
        match from.ends_with("= ") {
            true => {
                sql.bind(Bind::Number(embargo(audience).unwrap_or_default()))
                    .sql(" AND ");
                past(sql, of, place);
            }
            // Of a change that was begun there is no more than itself.
            false if id == "NULL::uuid" => {
                sql.sql("o.seq > ").bind(Bind::Number(place.seq.number));
            }
            false => past(sql, of, place),
        }
        sql.sql(" ORDER BY ")
            .sql(of.0)
            .sql(if id == "NULL::uuid" {
                ""
            } else {
                ", o.article_id"
            })
            .sql(" OFFSET ")
            .bind(Bind::Number(LOOKED_THROUGH - 1))
            .sql(" LIMIT 1)");
    }
    sql.sql(") u ORDER BY u.seq, u.id NULLS LAST LIMIT 1) b), NULL::bigint FROM delivery.head h");
}

/// What happened, as `c`. Of what left, only what did so since the contract lets these readers read this.
fn happened(sql: &mut Sql, audience: &Audience, (place, limit): (Place, Option<i64>)) {
    sql.sql(" FROM (SELECT t.*, l.committed_at FROM (");
    covered(sql, audience, (place, limit));
    sql.sql(" UNION ALL ");
    left(sql, audience, place);
    sql.sql(" UNION ALL ");
    released(sql, audience, (place, limit));
    sql.sql(") t JOIN delivery.changes l ON l.seq = t.seq");
    if let Some(contract) = audience.contract() {
        sql.sql(" WHERE t.here OR l.committed_at >= ")
            .bind(Bind::Time(contract.since));
    }
    sql.sql(" ORDER BY t.seq, t.id");
    most(sql, limit);
    sql.sql(") c");
}

/// What happened to articles that are covered now. Of one that was held back, what happened before its release is not told.
fn covered(sql: &mut Sql, audience: &Audience, (place, limit): (Place, Option<i64>)) {
    sql.sql("(SELECT c.seq, c.event, a.id, c.update_number, a.keys, true AS here FROM (SELECT c.* FROM delivery.changes c WHERE c.seq >= ")
        .bind(Bind::Number(place.seq.number))
        .sql(" ORDER BY c.seq LIMIT ")
        .bind(Bind::Number(LOOKED_THROUGH + 1))
        .sql(" OFFSET 0) c CROSS JOIN LATERAL (SELECT a.id, array_remove(ARRAY['articles:section:' || a.section_id], NULL) AS keys
            FROM delivery.articles a WHERE a.id = c.id");
    covering(sql, audience, A);
    if let Some(seconds) = embargo(audience) {
        sql.sql(" AND NOT EXISTS (SELECT FROM delivery.releases r WHERE r.article_id = a.id AND r.seconds = ")
            .bind(Bind::Number(seconds))
            .sql(" AND NOT r.refers AND r.seq > c.seq)");
    }
    sql.sql(" OFFSET 0) a WHERE ").sql(EVENTS);
    within(sql, ("c.seq", "c.id"), place);
    sql.sql(" ORDER BY c.seq, c.id");
    most(sql, limit);
    sql.sql(")");
}

/// What was covered, left with a change, and is not covered now.
fn left(sql: &mut Sql, audience: &Audience, place: Place) {
    sql.sql("(SELECT d.seq, 'article.withdrawn', d.article_id, NULL::integer, array_remove(ARRAY['articles:section:' || d.section_id], NULL), false
        FROM (SELECT o.* FROM delivery.departures o WHERE ");
    past(sql, ("o.seq", "o.article_id"), place);
    sql.sql(" ORDER BY o.seq, o.article_id LIMIT ")
        .bind(Bind::Number(LOOKED_THROUGH))
        .sql(" OFFSET 0) d WHERE ");
    within(sql, ("d.seq", "d.article_id"), place);
    match audience.contract() {
        Some(contract) => departed(sql, contract),
        None => drop(sql.sql(" AND false")),
    }
    sql.sql(" AND NOT EXISTS (SELECT FROM delivery.articles a WHERE a.id = d.article_id");
    covering(sql, audience, A);
    sql.sql("))");
}

/// What was released and is covered: to these readers it is published then.
fn released(sql: &mut Sql, audience: &Audience, (place, limit): (Place, Option<i64>)) {
    sql.sql("(SELECT r.seq, 'article.published', a.id, NULL::integer, a.keys, true FROM (SELECT o.* FROM delivery.releases o WHERE o.seconds = ")
        .bind(Bind::Number(embargo(audience).unwrap_or_default()))
        .sql(" AND ");
    past(sql, ("o.seq", "o.article_id"), place);
    sql.sql(" ORDER BY o.seq, o.article_id LIMIT ")
        .bind(Bind::Number(LOOKED_THROUGH))
        .sql(" OFFSET 0) r CROSS JOIN LATERAL (SELECT a.id, array_remove(ARRAY['articles:section:' || a.section_id], NULL) AS keys
            FROM delivery.articles a WHERE a.id = r.article_id");
    covering(sql, audience, A);
    sql.sql(" OFFSET 0) a WHERE NOT r.refers AND ");
    within(sql, ("r.seq", "r.article_id"), place);
    sql.sql(" ORDER BY r.seq, r.article_id");
    most(sql, limit);
    sql.sql(")");
}

/// Past the place.
fn past(sql: &mut Sql, (seq, id): (&'static str, &'static str), place: Place) {
    sql.sql(seq)
        .sql(" >= ")
        .bind(Bind::Number(place.seq.number))
        .sql(" AND (")
        .sql(seq)
        .sql(", ")
        .sql(id)
        .sql(") > (")
        .bind(Bind::Number(place.seq.number))
        .sql("::bigint, ")
        .bind(Bind::Id(place.within))
        .sql(")");
}

/// Between the place and how far is looked.
fn within(sql: &mut Sql, of: (&'static str, &'static str), place: Place) {
    past(sql, of, place);
    sql.sql(" AND (")
        .sql(of.0)
        .sql(" < b.seq OR ")
        .sql(of.0)
        .sql(" = b.seq AND (b.id IS NULL OR ")
        .sql(of.1)
        .sql(" <= b.id))");
}

fn most(sql: &mut Sql, limit: Option<i64>) {
    if let Some(limit) = limit {
        sql.sql(" LIMIT ").bind(Bind::Number(limit));
    }
}

/// How long the contract holds articles back, where it does.
fn embargo(audience: &Audience) -> Option<i64> {
    let contract = audience.contract()?;
    Some(contract.embargo_seconds.into()).filter(|seconds| *seconds > 0)
}
