//! What partners hold: what they have read, which the newsroom knows, beside what delivery shows now. Only here are both schemas read.

use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::statement::{Bind, Statement};
use crate::error::{Error, Result};
use crate::values::Reference;

/// Whether what concerned a partner `p` when it happened (`c`) still does: they had read the article before, or have acknowledged it, or the contract
/// by which it did has not ended.
macro_rules! concerns {
    () => {
        "(c.has_read OR c.acknowledged OR p.ends_at IS NULL OR clock_timestamp() < p.ends_at)"
    };
}
pub(crate) use concerns;

/// How many readings are looked at for a page where only some are asked for, so that a page costs the same however few there are.
const LOOKED_AT: i64 = 1000;

/// Who holds what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Key {
    /// The partner.
    pub partner_id: Uuid,
    /// The article.
    pub article_id: Uuid,
}

/// What is asked.
#[derive(Debug)]
pub struct Asked {
    /// Only this partner.
    pub partner: Option<Uuid>,
    /// Only this article.
    pub article: Option<Reference>,
    /// Only what stands so: `current`, `outdated`, `uncorrected` or `withdrawn`.
    pub holding: Option<&'static str>,
    /// What comes after this.
    pub after: Option<Key>,
    /// How many.
    pub limit: usize,
}

/// A notice that concerns who holds an article.
#[derive(Debug, Deserialize)]
pub struct Told {
    /// Its id.
    pub id: Uuid,
    /// What it tells.
    pub kind: String,
    /// The number of the update that it is about.
    pub update_number: Option<i32>,
    /// What partners were told.
    pub text: Option<String>,
    /// When.
    pub at: String,
    /// When the partner acknowledged it.
    pub acknowledged_at: Option<String>,
    /// What they had to say to it.
    pub note: Option<String>,
}

/// What a partner holds of an article.
#[derive(Debug, Deserialize)]
pub struct Held {
    /// The partner.
    pub partner_id: Uuid,
    /// Their name.
    pub partner: String,
    /// The article.
    pub article_id: Uuid,
    /// Its slug, where it still has one.
    pub slug: Option<String>,
    /// Its headline, likewise.
    pub headline: Option<String>,
    /// As of which change it was last read.
    pub seq: i64,
    /// When it was first read.
    pub first_at: String,
    /// When it was last read.
    pub last_at: String,
    /// The change that last wrote what readers see of it; none where they see nothing.
    pub article_seq: Option<i64>,
    /// How that stands.
    pub holding: String,
    /// What the partner was told of it, the newest first.
    pub notices: Vec<Told>,
}

impl Held {
    fn key(&self) -> Key {
        Key {
            partner_id: self.partner_id,
            article_id: self.article_id,
        }
    }
}

/// A page of what partners hold.
#[derive(Debug)]
pub struct Found {
    /// What they hold, by partner and article.
    pub rows: Vec<Held>,
    /// What the next page comes after, if there may be one.
    pub next: Option<Key>,
}

#[derive(Deserialize)]
struct Read {
    rows: Vec<Held>,
    looked_at: i64,
    last: Option<Key>,
}

/// Times as answers show them.
macro_rules! time {
    ($column:literal) => {
        concat!(
            "to_char(",
            $column,
            " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        )
    };
}

/// What a partner has is the text as they last read it, and its updates as they last read those; of who has read lists alone, what these said, and of
/// who has read the text without its updates, none since the first time.
/// What of another past was read is never taken for what there is now: who reads begins anew then. Each step goes along an index, however many readings
/// the planner thinks there are.
const STANDING: &str = concat!(
    "SELECT l.partner_id, p.name AS partner, l.article_id, v.slug, v.headline, l.seq, ",
    time!("l.first_at"),
    " AS first_at, ",
    time!("l.last_at"),
    " AS last_at, d.seq AS article_seq,
        CASE WHEN d.id IS NULL THEN 'withdrawn'
             WHEN EXISTS (SELECT FROM newsroom.notices n WHERE n.article_id = l.article_id AND n.kind <> 'kill' AND (n.epoch, n.seq) > (u.epoch, u.seq))
             THEN 'uncorrected'
             WHEN t.epoch < h.epoch OR l.updates_epoch < h.epoch OR (t.epoch, t.seq) < (s.text_epoch, s.text_seq) OR (u.epoch, u.seq) < (s.updates_epoch, s.updates_seq) THEN 'outdated'
             ELSE 'current' END AS holding
    FROM looked l
    CROSS JOIN LATERAL (SELECT coalesce(l.text_epoch, l.epoch) AS epoch, coalesce(l.text_seq, l.seq) AS seq) t
    CROSS JOIN LATERAL (SELECT CASE WHEN l.text_seq IS NULL THEN l.epoch ELSE l.first_epoch END AS epoch,
                               CASE WHEN l.text_seq IS NULL THEN l.seq ELSE l.first_seq END AS seq) w
    CROSS JOIN LATERAL (SELECT coalesce(l.updates_epoch, w.epoch) AS epoch, coalesce(l.updates_seq, w.seq) AS seq) u
    LEFT JOIN LATERAL (SELECT o.* FROM newsroom.texts_since o WHERE o.article_id = l.article_id OFFSET 0) s ON true
    JOIN newsroom.partners p ON p.id = l.partner_id
    CROSS JOIN delivery.head h
    LEFT JOIN LATERAL (SELECT o.id, o.seq FROM delivery.articles o WHERE o.id = l.article_id OFFSET 0) d ON true
    LEFT JOIN LATERAL (
        SELECT o.slug, o.headline FROM newsroom.articles a JOIN newsroom.article_versions o ON o.article_id = a.id AND o.number = a.published_version
        WHERE a.id = l.article_id OFFSET 0
    ) v ON true"
);

const NOTICES: &str = concat!(
    "SELECT coalesce(json_agg(t ORDER BY t.moment DESC, t.id), '[]') FROM (
        SELECT n.id, n.kind, n.update_number, n.text, n.at AS moment, ",
    time!("n.at"),
    " AS at, ",
    time!("k.at"),
    " AS acknowledged_at, k.note
        FROM newsroom.notices n
        JOIN newsroom.partners p ON p.id = s.partner_id
        JOIN newsroom.notice_partners c ON c.partner_id = p.id AND c.notice_id = n.id
        LEFT JOIN newsroom.acknowledgements k ON k.notice_id = n.id AND k.partner_id = p.id
        WHERE n.article_id = s.article_id AND ",
    concerns!(),
    " ORDER BY n.at DESC, n.id LIMIT 20) t"
);

/// The readings to look at, by partner, so that those of partners who are gone are never walked through. Indexes: the primary keys of `partners` and
/// `partner_reads`, `partner_reads_article`.
fn looked(sql: &mut Statement<Text>, asked: &Asked, bound: i64) {
    let after = asked.after.unwrap_or(Key {
        partner_id: Uuid::nil(),
        article_id: Uuid::nil(),
    });
    sql.sql("SELECT r.* FROM (SELECT o.id FROM newsroom.partners o WHERE o.id ");
    match asked.partner {
        Some(partner) => sql.sql("= ").bind(Bind::Id(partner)),
        None => sql.sql(">= ").bind(Bind::Id(after.partner_id)),
    };
    sql.sql(" ORDER BY o.id) p CROSS JOIN LATERAL (SELECT l.* FROM newsroom.partner_reads l WHERE l.partner_id = p.id AND (l.partner_id, l.article_id) > (");
    let of = asked.partner.unwrap_or(after.partner_id);
    sql.bind(Bind::Id(of))
        .sql(", ")
        .bind(Bind::Id(after.article_id))
        .sql(")");
    match &asked.article {
        Some(Reference::Id(id)) => {
            sql.sql(" AND l.article_id = ").bind(Bind::Id(*id));
        }
        Some(Reference::Slug(slug)) => {
            sql.sql(" AND l.article_id = (SELECT s.owner_id FROM newsroom.slugs s WHERE s.kind = 'article' AND s.slug = ")
                .bind(Bind::Text(slug.to_string()))
                .sql(")");
        }
        None => {}
    }
    sql.sql(" ORDER BY l.article_id LIMIT ")
        .bind(Bind::Number(bound))
        .sql(") r ORDER BY p.id, r.article_id LIMIT ")
        .bind(Bind::Number(bound));
}

fn statement(asked: &Asked, bound: i64) -> Statement<Text> {
    let mut sql = Statement::new("WITH looked AS MATERIALIZED (");
    looked(&mut sql, asked, bound);
    sql.sql("), standing AS MATERIALIZED (").sql(STANDING);
    sql.sql("), found AS MATERIALIZED (SELECT * FROM standing s");
    if let Some(holding) = asked.holding {
        sql.sql(" WHERE s.holding = ")
            .bind(Bind::Text(holding.to_owned()));
    }
    let limit = i64::try_from(asked.limit).unwrap_or(LOOKED_AT);
    sql.sql(" ORDER BY s.partner_id, s.article_id LIMIT ")
        .bind(Bind::Number(limit + 1))
        .sql(
            ") SELECT json_build_object(
                'looked_at', (SELECT count(*) FROM looked),
                'last', (SELECT json_build_object('partner_id', partner_id, 'article_id', article_id)
                         FROM looked ORDER BY partner_id DESC, article_id DESC LIMIT 1),
                'rows', coalesce((SELECT json_agg(to_jsonb(s) || jsonb_build_object('notices', (",
        )
        .sql(NOTICES)
        .sql(")) ORDER BY s.partner_id, s.article_id) FROM found s), '[]'))::text");
    sql
}

/// A page of what partners hold. Where only what stands in some way is asked for, so many readings are looked at and no more.
///
/// # Errors
/// The database.
pub async fn holdings(conn: &mut NewsroomConn, asked: Asked) -> Result<Found> {
    let bound = match asked.holding {
        Some(_) => LOOKED_AT,
        None => i64::try_from(asked.limit).unwrap_or(LOOKED_AT) + 1,
    };
    let read: String = statement(&asked, bound).get_result(&mut **conn).await?;
    let read: Read = serde_json::from_str(&read).map_err(Error::internal)?;
    let mut rows = read.rows;
    let more = rows.len() > asked.limit;
    rows.truncate(asked.limit);
    let next = match rows.last() {
        Some(last) if more => Some(last.key()),
        _ => read.last.filter(|_| read.looked_at >= bound),
    };
    Ok(Found { rows, next })
}
