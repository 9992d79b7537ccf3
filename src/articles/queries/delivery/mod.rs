//! Articles as readers see them: one statement for a page or a list, with everything asked for.

mod asked;
mod cards;
mod filters;
mod list;
mod parts;
mod satisfy;
mod walk;
mod words;

use uuid::Uuid;

use self::cards::{CARD, OfEntity};
use self::parts::{relations, texts};
use crate::articles::model::PublicArticle;
use crate::articles::selection::Selection;
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::entities::queries::delivery::COLUMNS as ENTITY_COLUMNS;
use crate::error::Result;
use crate::partners::queries::delivery::{A, covering};
use crate::publishing::card::{OWN, SECTION, VERSION_SQL};
use crate::values::Reference;
use crate::values::frontend::FRONTEND_SQL;

pub use self::asked::begin_freely;
pub use self::filters::{Filters, SortBy, Window, Words};
pub use self::list::{Course, Shown, Survey, list, statement};
pub use self::satisfy::every;
pub use self::words::{WORDED, put_together, words};

/// A statement that reads articles.
pub type Sql = Statement<SnapshotTypes>;

fn begin(selection: &Selection) -> Sql {
    let mut sql = Statement::new("SELECT h.epoch, h.seq, ");
    sql.sql(FRONTEND_SQL)
        .sql(", (SELECT coalesce(json_agg(r), '[]')::text FROM (");
    item(&mut sql, selection);
    sql
}

/// What is read of each article `a`, up to the conditions.
pub fn item(sql: &mut Sql, selection: &Selection) {
    sql.sql("SELECT ").sql(OWN).sql(", ").sql(SECTION);
    sql.sql(" AS section");
    texts(sql, selection);
    relations(sql, selection);
    sql.sql(" FROM delivery.articles a WHERE ");
}

/// One article; no rows when nothing of this name is published. Indexes: the primary key, `articles_slug_key`.
///
/// # Errors
/// The database.
pub async fn get(
    conn: &mut DeliveryConn,
    which: &Reference,
    selection: &Selection,
) -> Result<Snapshot<Vec<PublicArticle>>> {
    if let Some(page) = cards::page(conn, which, selection).await? {
        return Ok(page);
    }
    let mut sql = begin(selection);
    match which {
        Reference::Id(id) => sql.sql("a.id = ").bind(Bind::Id(*id)),
        Reference::Slug(slug) => sql.sql("a.slug = ").bind(Bind::Text(slug.to_string())),
    };
    covering(&mut sql, selection.audience(), A);
    sql.sql(") r), NULL::bigint FROM delivery.head h");
    allowed(snapshot(conn, sql).await?, selection)
}

/// Those of these articles that there are for who reads. Index: the primary key.
///
/// # Errors
/// The database.
pub async fn those(
    conn: &mut DeliveryConn,
    ids: Vec<Uuid>,
    selection: &Selection,
) -> Result<Snapshot<Vec<PublicArticle>>> {
    let mut sql = begin(selection);
    sql.sql("a.id = ANY(").bind(Bind::Ids(ids)).sql(")");
    covering(&mut sql, selection.audience(), A);
    sql.sql(") r), NULL::bigint FROM delivery.head h");
    allowed(snapshot(conn, sql).await?, selection)
}

/// What was found, without the pictures where these readers may not have them.
fn allowed(
    mut found: Snapshot<Vec<PublicArticle>>,
    selection: &Selection,
) -> Result<Snapshot<Vec<PublicArticle>>> {
    let contract = selection.audience().contract();
    if contract.is_some_and(|contract| !contract.media) {
        let rows = found.rows.into_iter();
        found.rows = rows
            .map(PublicArticle::without_pictures)
            .collect::<Result<_>>()?;
    }
    Ok(found)
}

/// What an entity and its newest articles are put together by.
const NEWEST: &str = "FROM (
        SELECT DISTINCT l.published_at, l.article_id AS id FROM delivery.article_entities l
        WHERE l.entity_id = e.id AND l.published_at IS NOT NULL
        ORDER BY l.published_at DESC, l.article_id DESC LIMIT 10";

/// An entity and its newest articles, ten at most. Indexes: the primary keys, `article_entities_newest`.
///
/// # Errors
/// The database.
pub async fn entity(
    conn: &mut DeliveryConn,
    id: Uuid,
    selection: &Selection,
) -> Result<Snapshot<OfEntity<PublicArticle>>> {
    if selection.is_on_card() {
        let mut sql = begin_entity("c.card");
        sql.sql(NEWEST).sql(CARD).sql(VERSION_SQL);
        end_entity(&mut sql, id);
        if let Some(page) = cards::of_entity(snapshot(conn, sql).await?, selection) {
            return Ok(page);
        }
    }
    let mut sql = begin_entity("r");
    sql.sql(NEWEST).sql(") p CROSS JOIN LATERAL (");
    item(&mut sql, selection);
    sql.sql("a.id = p.id");
    covering(&mut sql, selection.audience(), A);
    sql.sql(" LIMIT 1) r");
    end_entity(&mut sql, id);
    snapshot(conn, sql).await
}

fn begin_entity(row: &'static str) -> Sql {
    let mut sql = Statement::new("SELECT h.epoch, h.seq, ");
    sql.sql(FRONTEND_SQL)
        .sql(", (SELECT coalesce(json_agg(json_build_array((SELECT row_to_json(o) FROM (SELECT ")
        .sql(ENTITY_COLUMNS)
        .sql(") o), (SELECT coalesce(json_agg(")
        .sql(row)
        .sql(" ORDER BY p.published_at DESC, p.id DESC), '[]') ");
    sql
}

fn end_entity(sql: &mut Sql, id: Uuid) {
    sql.sql("))), '[]')::text FROM delivery.entities e WHERE e.id = ")
        .bind(Bind::Id(id))
        .sql("), NULL::bigint FROM delivery.head h");
}
