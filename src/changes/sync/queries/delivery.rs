//! What has changed, in its latest state: one statement, one snapshot.
//!
//! Indexes: `…_by_change` and `tombstones_seq` for what has changed, the primary keys for everything there is and for what is told of each.

mod copies;

use std::cmp::Ordering;

use uuid::Uuid;

use crate::changes::sync::model::{Changed, Place, Rank};
use crate::changes::sync::parameters::CopyField;
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::error::Result;
use crate::partners::model::Audience;
use crate::partners::queries::delivery::{A, covering, departed};
use crate::values::{Reference, Representations};

/// A statement that reads changes.
type Sql = Statement<SnapshotTypes>;

/// What is copied of each thing, and which articles are.
#[derive(Debug, Clone)]
pub struct Copied {
    /// Who copies.
    pub audience: Audience,
    /// Whether nothing else is copied than articles.
    pub only_articles: bool,
    /// Of articles, only these properties.
    pub fields: Vec<CopyField>,
    /// Of rich texts, only these forms.
    pub forms: Representations,
    /// Only articles in any of these sections.
    pub sections: Option<Vec<Reference>>,
    /// Only articles in this language or a variety of it.
    pub language: Option<String>,
}

/// The texts of articles that one answer may hold, in bytes as they are kept: what comes once there are so many comes with the next. Packed text is
/// a half or a third of what is sent.
const MOST: i64 = 2_000_000;

/// The things of all kinds with the number of what last wrote each, as `seq`, `rank` and `id`, in the order in which they are sent.
const CHANGED: [(&str, Rank); 6] = [
    (
        "(SELECT * FROM (SELECT seq, 1 AS rank, '00000000-0000-0000-0000-000000000000'::uuid AS id, true AS here FROM delivery.site) s",
        Rank::Site,
    ),
    (
        "(SELECT seq, 2 AS rank, id, true AS here FROM delivery.sections",
        Rank::Section,
    ),
    (
        "(SELECT seq, 3 AS rank, id, true AS here FROM delivery.authors",
        Rank::Author,
    ),
    (
        "(SELECT seq, 4 AS rank, id, true AS here FROM delivery.entities",
        Rank::Entity,
    ),
    (
        "(SELECT seq, 5 AS rank, id, true AS here FROM delivery.donation_links",
        Rank::DonationLink,
    ),
    (
        "(SELECT seq, 6 AS rank, id, true AS here FROM delivery.articles a",
        Rank::Article,
    ),
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
        "SELECT h.epoch, h.seq, (SELECT public_text FROM delivery.site), (SELECT coalesce(json_agg(r), '[]')::text FROM (
            SELECT c.seq, c.rank, c.id, c.before >= ",
    );
    sql.bind(Bind::Number(MOST))
        .sql(" AS is_beyond, CASE WHEN c.here AND c.before < ")
        .bind(Bind::Number(MOST))
        .sql(" THEN CASE c.rank");
    copies::each(&mut sql, copied);
    let since_then = place.filter(|place| place.from().is_none());
    let order = match since_then {
        Some(_) => "d.seq, d.rank, d.id",
        None => "d.rank, d.id",
    };
    sql.sql(" END END AS resource FROM (SELECT d.*, coalesce(sum(w.bytes) OVER (ORDER BY ")
        .sql(order)
        .sql(" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint AS before FROM (");
    match since_then {
        Some(place) => since(&mut sql, place, limit, copied),
        None => all(&mut sql, place, limit, copied),
    }
    sql.sql(") d LEFT JOIN LATERAL (SELECT ");
    copies::weight(&mut sql, copied);
    sql.sql(" AS bytes FROM delivery.articles a WHERE d.rank = 6 AND d.here AND a.id = d.id) w ON true ORDER BY ")
        .sql(order)
        .sql(") c) r), NULL::bigint FROM delivery.head h");
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
    for (kind, of) in copied.kinds() {
        sql.sql(kind).sql(" WHERE ");
        // Of each kind what an index leads to at once: of kinds before this place its change is over, of those after it yet to come.
        match of.cmp(&rank) {
            Ordering::Less => sql.sql("seq > ").bind(Bind::Number(seq)),
            Ordering::Equal => sql
                .sql("(seq, id) > (")
                .bind(Bind::Number(seq))
                .sql(", ")
                .bind(Bind::Id(id))
                .sql(")"),
            Ordering::Greater => sql.sql("seq >= ").bind(Bind::Number(seq)),
        };
        if of == Rank::Article {
            // What the contract does not cover is told by its departure, if it was there.
            covering(sql, &copied.audience, A);
            but_released(sql, copied);
        }
        sql.sql(" ORDER BY seq, id LIMIT ")
            .bind(Bind::Number(limit))
            .sql(") UNION ALL ");
    }
    released(sql, copied, (place, limit));
    left(sql, copied, (place, limit));
    sql.sql("(SELECT * FROM (SELECT t.seq, ")
        .sql(RANK_OF_TOMBSTONE)
        .sql(" AS rank, t.id, false FROM delivery.tombstones t WHERE true");
    if copied.only_articles {
        sql.sql(" AND t.kind = 'article'");
    }
    if copied.audience.contract().is_some() {
        // Of articles that are gone their departures tell.
        sql.sql(" AND t.kind <> 'article'");
    }
    sql.sql(") t WHERE seq >= ")
        .bind(Bind::Number(seq))
        .sql(" AND (seq, rank, id) > (")
        .bind(Bind::Number(seq))
        .sql("::bigint, ")
        .bind(Bind::Number(rank.into()))
        .sql("::bigint, ")
        .bind(Bind::Id(id))
        .sql(") ORDER BY seq, rank, id LIMIT ")
        .bind(Bind::Number(limit))
        .sql(")");
    sql.sql(") u ORDER BY u.seq, u.rank, u.id LIMIT ")
        .bind(Bind::Number(limit));
}

/// What left the contract's coverage and is not covered now, by the change with which it did: whatever became of it since is no concern of these
/// readers'. Indexes: `departures_seq`, the primary keys.
fn left(sql: &mut Sql, copied: &Copied, (place, limit): (Place, i64)) {
    let Some(contract) = copied.audience.contract() else {
        return;
    };
    let (seq, rank, id) = place.position();
    sql.sql("(SELECT d.seq, 6 AS rank, d.article_id AS id, false AS here FROM delivery.departures d WHERE d.seq >= ")
        .bind(Bind::Number(seq))
        .sql(" AND (d.seq, 6::bigint, d.article_id) > (")
        .bind(Bind::Number(seq))
        .sql("::bigint, ")
        .bind(Bind::Number(rank.into()))
        .sql("::bigint, ")
        .bind(Bind::Id(id))
        .sql(")");
    departed(sql, contract);
    sql.sql(" AND NOT EXISTS (SELECT FROM delivery.articles a WHERE a.id = d.article_id");
    covering(sql, &copied.audience, A);
    sql.sql(") ORDER BY d.seq, d.article_id LIMIT ")
        .bind(Bind::Number(limit))
        .sql(") UNION ALL ");
}

/// Leaves out those articles `a` that were released from the contract's embargo since they were last written: their release tells of them. Index:
/// `releases_article`.
fn but_released(sql: &mut Sql, copied: &Copied) {
    if let Some(held) = copied.embargo() {
        sql.sql(" AND NOT EXISTS (SELECT FROM delivery.releases r WHERE r.article_id = a.id AND r.seconds = ")
            .bind(Bind::Number(held))
            .sql(" AND r.seq > a.seq)");
    }
}

/// What was released from the contract's embargo, unless a later change tells of it. Index: the primary key of `releases`.
fn released(sql: &mut Sql, copied: &Copied, (place, limit): (Place, i64)) {
    let Some(held) = copied.embargo() else {
        return;
    };
    let (seq, rank, id) = place.position();
    sql.sql("(SELECT r.seq, 6 AS rank, r.article_id AS id, true AS here FROM delivery.releases r WHERE r.seconds = ")
        .bind(Bind::Number(held))
        .sql(" AND r.seq >= ")
        .bind(Bind::Number(seq))
        .sql(" AND (r.seq, 6::bigint, r.article_id) > (")
        .bind(Bind::Number(seq))
        .sql("::bigint, ")
        .bind(Bind::Number(rank.into()))
        .sql("::bigint, ")
        .bind(Bind::Id(id))
        .sql(") AND EXISTS (SELECT FROM delivery.articles a WHERE a.id = r.article_id AND a.seq < r.seq");
    covering(sql, &copied.audience, A);
    sql.sql(") ORDER BY r.seq, r.article_id LIMIT ")
        .bind(Bind::Number(limit))
        .sql(") UNION ALL ");
}

/// By kind and id, what there is.
fn all(sql: &mut Sql, place: Option<Place>, limit: i64, copied: &Copied) {
    let (rank, id) = place.map_or((Rank::Beginning, Uuid::nil()), |place| {
        let (_, rank, id) = place.position();
        (rank, id)
    });
    sql.sql("SELECT u.* FROM (");
    let to_come = copied.kinds().filter(|(_, of)| *of >= rank);
    for (place, (kind, of)) in to_come.enumerate() {
        if place > 0 {
            sql.sql(" UNION ALL ");
        }
        sql.sql(kind).sql(" WHERE true");
        if of == rank {
            sql.sql(" AND id > ").bind(Bind::Id(id));
        }
        if of == Rank::Article {
            copied.matching(sql);
        }
        sql.sql(" ORDER BY id LIMIT ")
            .bind(Bind::Number(limit))
            .sql(")");
    }
    sql.sql(") u ORDER BY u.rank, u.id LIMIT ")
        .bind(Bind::Number(limit));
}

impl Copied {
    /// Articles alone, and of them no more than that they are there.
    pub fn articles(audience: Audience) -> Self {
        Self {
            audience,
            only_articles: true,
            fields: Vec::new(),
            forms: Representations::from(None),
            sections: None,
            language: None,
        }
    }

    /// How long the contract holds articles back, where it does.
    fn embargo(&self) -> Option<i64> {
        let contract = self.audience.contract()?;
        Some(contract.embargo_seconds.into()).filter(|seconds| *seconds > 0)
    }

    /// The kinds of things that are copied.
    fn kinds(&self) -> impl Iterator<Item = (&'static str, Rank)> {
        let all = CHANGED.into_iter();
        all.filter(|(_, of)| !self.only_articles || *of == Rank::Article)
    }

    /// Whether only some articles are.
    fn is_filtered(&self) -> bool {
        self.sections.is_some() || self.language.is_some() || self.audience.contract().is_some()
    }

    /// Goes on to those articles `a` that are, and that there are for who copies. A slug leads to the section that has it or had it once.
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
        covering(sql, &self.audience, A);
    }
}
