//! What has changed, in its latest state: one statement, one snapshot.
//!
//! Indexes: `…_by_change` and `tombstones_seq` for what has changed, the primary keys for everything there is and for what is told of each.

mod copies;

use crate::changes::sync::model::{Changed, Place};
use crate::changes::sync::parameters::CopyField;
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::error::Result;
use crate::values::{Reference, Representations};

/// A statement that reads changes.
type Sql = Statement<SnapshotTypes>;

/// What is copied of each thing, and which articles are.
#[derive(Debug, Clone)]
pub struct Copied {
    /// Of articles, only these properties.
    pub fields: Vec<CopyField>,
    /// Of rich texts, only these forms.
    pub forms: Representations,
    /// Only articles in any of these sections.
    pub sections: Option<Vec<Reference>>,
    /// Only articles in this language or a variety of it.
    pub language: Option<String>,
}

/// The things of all kinds with the number of what last wrote each, as `seq`, `rank` and `id`: those after a place in the order of what has
/// changed. A kind is a number in both, so that rows compare as they are sorted.
const CHANGED: [&str; 6] = [
    "(SELECT seq, 1 AS rank, '00000000-0000-0000-0000-000000000000'::uuid AS id, true AS here FROM delivery.site)",
    "(SELECT seq, 2, id, true FROM delivery.sections",
    "(SELECT seq, 3, id, true FROM delivery.authors",
    "(SELECT seq, 4, id, true FROM delivery.entities",
    "(SELECT seq, 5, id, true FROM delivery.donation_links",
    "(SELECT a.seq, 6, a.id, true FROM delivery.articles a",
];

/// The rank of what a tombstone `t` stands for.
const RANK_OF_TOMBSTONE: &str = "array_position(ARRAY['site', 'section', 'author', 'entity', 'donation_link', 'article'], t.kind)";

/// What has changed past a place, or all there is past it, at most so many.
///
/// # Errors
/// The database.
pub async fn changed(
    conn: &mut DeliveryConn,
    place: Option<Place>,
    limit: i64,
    copied: &Copied,
) -> Result<Snapshot<Vec<Changed>>> {
    let mut sql = Sql::new(
        "SELECT h.epoch, h.seq, NULL::text, (SELECT coalesce(json_agg(r), '[]')::text FROM (
            SELECT c.seq, c.rank, c.id, CASE WHEN c.here THEN CASE c.rank",
    );
    copies::each(&mut sql, copied);
    sql.sql(" END END AS resource FROM (");
    match place.filter(|place| place.from().is_none()) {
        Some(place) => since(&mut sql, place, limit, copied),
        None => all(&mut sql, place, limit, copied),
    }
    sql.sql(") c) r), NULL::bigint FROM delivery.head h");
    snapshot(conn, sql).await
}

/// By number, kind and id; what is no more, and what is not of those asked for, as not there.
fn since(sql: &mut Sql, place: Place, limit: i64, copied: &Copied) {
    let (seq, rank, id) = place.position();
    sql.sql("SELECT u.seq, u.rank, u.id, u.here");
    if copied.is_filtered() {
        sql.sql(" AND (u.rank <> 6 OR EXISTS (SELECT FROM delivery.articles a WHERE a.id = u.id");
        copied.matching(sql);
        sql.sql("))");
    }
    sql.sql(" AS here FROM (");
    let past = |sql: &mut Sql, row: &'static str, order: &'static str| {
        sql.sql(" WHERE seq >= ")
            .bind(Bind::Number(seq))
            .sql(row)
            .bind(Bind::Number(seq))
            .sql("::bigint, ")
            .bind(Bind::Number(rank.into()))
            .sql("::bigint, ")
            .bind(Bind::Id(id))
            .sql(order)
            .bind(Bind::Number(limit))
            .sql(")");
    };
    sql.sql("(SELECT * FROM ").sql(CHANGED[0]).sql(" s");
    past(sql, " AND (seq, rank, id) > (", ") LIMIT ");
    let rows = [
        " AND (seq, 2, id) > (",
        " AND (seq, 3, id) > (",
        " AND (seq, 4, id) > (",
        " AND (seq, 5, id) > (",
        " AND (seq, 6, id) > (",
    ];
    for (kind, row) in CHANGED.iter().skip(1).zip(rows) {
        sql.sql(" UNION ALL ").sql(kind);
        past(sql, row, ") ORDER BY seq, id LIMIT ");
    }
    sql.sql(" UNION ALL (SELECT * FROM (SELECT t.seq, ")
        .sql(RANK_OF_TOMBSTONE)
        .sql(" AS rank, t.id, false FROM delivery.tombstones t) t");
    past(
        sql,
        " AND (seq, rank, id) > (",
        ") ORDER BY seq, rank, id LIMIT ",
    );
    sql.sql(") u ORDER BY u.seq, u.rank, u.id LIMIT ")
        .bind(Bind::Number(limit));
}

/// By kind and id, what there is.
fn all(sql: &mut Sql, place: Option<Place>, limit: i64, copied: &Copied) {
    let (rank, id) = place.map_or((0, uuid::Uuid::nil()), |place| {
        let (_, rank, id) = place.position();
        (rank.into(), id)
    });
    sql.sql("SELECT u.* FROM (");
    let past = |sql: &mut Sql, row: &'static str, order: &'static str| {
        sql.sql(row)
            .bind(Bind::Number(rank))
            .sql("::bigint, ")
            .bind(Bind::Id(id))
            .sql(order)
            .bind(Bind::Number(limit))
            .sql(")");
    };
    sql.sql("(SELECT * FROM ").sql(CHANGED[0]).sql(" s");
    past(sql, " WHERE (rank, id) > (", ") LIMIT ");
    let rows = [
        " WHERE (2, id) > (",
        " WHERE (3, id) > (",
        " WHERE (4, id) > (",
        " WHERE (5, id) > (",
        " WHERE (6, id) > (",
    ];
    for (kind, row) in CHANGED.iter().skip(1).zip(rows) {
        sql.sql(" UNION ALL ").sql(kind);
        if kind.contains("delivery.articles") {
            sql.sql(" WHERE true");
            copied.matching(sql);
            past(sql, " AND (6, a.id) > (", ") ORDER BY a.id LIMIT ");
        } else {
            past(sql, row, ") ORDER BY id LIMIT ");
        }
    }
    sql.sql(") u ORDER BY u.rank, u.id LIMIT ")
        .bind(Bind::Number(limit));
}

impl Copied {
    /// Whether only some articles are.
    fn is_filtered(&self) -> bool {
        self.sections.is_some() || self.language.is_some()
    }

    /// Goes on to those articles `a` that are. A slug leads to the section that has it or had it once.
    fn matching(&self, sql: &mut Sql) {
        if let Some(sections) = &self.sections {
            let (mut ids, mut slugs) = (Vec::new(), Vec::new());
            for section in sections {
                match section {
                    Reference::Id(id) => ids.push(*id),
                    Reference::Slug(slug) => slugs.push(slug.to_string()),
                }
            }
            sql.sql(" AND a.section_id = ANY(")
                .bind(Bind::Ids(ids))
                .sql(" || ARRAY(SELECT s.id FROM delivery.slugs s WHERE s.kind = 'section' AND s.slug = ANY(")
                .bind(Bind::Texts(slugs))
                .sql(")))");
        }
        if let Some(language) = &self.language {
            sql.sql(" AND (a.language = ")
                .bind(Bind::Text(language.clone()))
                .sql(" OR starts_with(a.language, ")
                .bind(Bind::Text(language.clone()))
                .sql(" || '-'))");
        }
    }
}
