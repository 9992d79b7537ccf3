//! Articles as readers see them: one statement for a page or a list, with everything asked for.

mod parts;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use self::parts::{relations, texts};
use crate::articles::model::PublicArticle;
use crate::articles::selection::Selection;
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::entities::model::PublicEntity;
use crate::entities::queries::delivery::COLUMNS as ENTITY_COLUMNS;
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::values::Reference;
use crate::values::frontend::FRONTEND_SQL;

/// What lists are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// First publication.
    Published,
    /// The newest update, else first publication.
    Updated,
    /// Any change that readers can see.
    Modified,
}

/// What a list holds. Names that lead nowhere match nothing.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// In any of these sections.
    pub sections: Option<Vec<Reference>>,
    /// By any of these authors.
    pub authors: Option<Vec<Reference>>,
    /// With any of these entities.
    pub entities: Option<Vec<Reference>>,
    /// With this entity.
    pub within_entity: Option<Uuid>,
    /// In this language or a variety of it.
    pub language: Option<String>,
    /// `article` or `page`.
    pub article_type: &'static str,
    /// First published after.
    pub published_after: Option<DateTime<Utc>>,
    /// First published before.
    pub published_before: Option<DateTime<Utc>>,
    /// Updated, or else published, after.
    pub updated_after: Option<DateTime<Utc>>,
    /// Changed in any way after.
    pub modified_after: Option<DateTime<Utc>>,
    /// With or without updates.
    pub has_updates: Option<bool>,
    /// Only these ids.
    pub ids: Option<Vec<Uuid>>,
    /// Only those with these slugs.
    pub slugs: Option<Vec<String>>,
}

/// One page of a list.
#[derive(Debug)]
pub struct Window {
    /// What it is sorted by.
    pub sort: SortBy,
    /// Whether the oldest come first.
    pub ascending: bool,
    /// How many rows to read.
    pub probe: i64,
    /// Where the page before ended.
    pub after: Option<Position>,
    /// Whether to count the whole list.
    pub count: bool,
}

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
    sql.sql(
        "SELECT a.id, a.slug, a.type, a.language, a.headline, a.image, a.seo, a.canonical_url, a.word_count, a.reading_minutes,
                   a.published_at, a.last_update_at, a.fresh_at, a.modified_at, a.update_count, a.correction_count,
                   (SELECT json_build_object('id', c.id, 'slug', c.slug, 'name', coalesce(c.names ->> a.language, c.names ->> split_part(a.language, '-', 1), c.name))
                    FROM delivery.sections c WHERE c.id = a.section_id) AS section",
    );
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
    let mut sql = begin(selection);
    match which {
        Reference::Id(id) => sql.sql("a.id = ").bind(Bind::Id(*id)),
        Reference::Slug(slug) => sql.sql("a.slug = ").bind(Bind::Text(slug.to_string())),
    };
    sql.sql(") r), NULL::bigint FROM delivery.head h");
    snapshot(conn, sql).await
}

/// An entity and its newest articles, ten at most. Indexes: the primary keys, `article_entities_newest`.
///
/// # Errors
/// The database.
pub async fn entity(
    conn: &mut DeliveryConn,
    id: Uuid,
    selection: &Selection,
) -> Result<Snapshot<Vec<(PublicEntity, Vec<PublicArticle>)>>> {
    let mut sql = Statement::new("SELECT h.epoch, h.seq, ");
    sql.sql(FRONTEND_SQL)
        .sql(", (SELECT coalesce(json_agg(json_build_array((SELECT row_to_json(o) FROM (SELECT ")
        .sql(ENTITY_COLUMNS)
        .sql(") o), (SELECT coalesce(json_agg(r), '[]') FROM (");
    item(&mut sql, selection);
    sql.sql(
        "a.id = ANY(ARRAY(SELECT l.article_id FROM delivery.article_entities l
                          WHERE l.entity_id = e.id AND l.published_at IS NOT NULL
                          ORDER BY l.published_at DESC, l.article_id DESC LIMIT 10))
         ORDER BY a.published_at DESC, a.id DESC) r))), '[]')::text FROM delivery.entities e WHERE e.id = ",
    )
    .bind(Bind::Id(id))
    .sql("), NULL::bigint FROM delivery.head h");
    snapshot(conn, sql).await
}

/// A page of a list and one row more. Indexes: `articles_published`, `articles_fresh`, `articles_modified`, and those of section and language.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut DeliveryConn,
    filters: &Filters,
    window: Window,
    selection: &Selection,
) -> Result<Snapshot<Vec<PublicArticle>>> {
    let mut sql = begin(selection);
    apply(&mut sql, filters);
    let (before, order) = match (window.sort, window.ascending) {
        (SortBy::Published, false) => (
            " AND (a.published_at, a.id) < (",
            " ORDER BY a.published_at DESC, a.id DESC",
        ),
        (SortBy::Published, true) => (
            " AND (a.published_at, a.id) > (",
            " ORDER BY a.published_at, a.id",
        ),
        (SortBy::Updated, false) => (
            " AND (a.fresh_at, a.id) < (",
            " ORDER BY a.fresh_at DESC, a.id DESC",
        ),
        (SortBy::Updated, true) => (" AND (a.fresh_at, a.id) > (", " ORDER BY a.fresh_at, a.id"),
        (SortBy::Modified, false) => (
            " AND (a.modified_at, a.id) < (",
            " ORDER BY a.modified_at DESC, a.id DESC",
        ),
        (SortBy::Modified, true) => (
            " AND (a.modified_at, a.id) > (",
            " ORDER BY a.modified_at, a.id",
        ),
    };
    if let Some(Position {
        key: SortKey::Number(at),
        id,
    }) = window.after
    {
        let at = DateTime::from_timestamp_millis(at).unwrap_or_default();
        sql.sql(before)
            .bind(Bind::Time(at))
            .sql(", ")
            .bind(Bind::Id(id))
            .sql(")");
    }
    sql.sql(order)
        .sql(" LIMIT ")
        .bind(Bind::Number(window.probe))
        .sql(") r), ");
    if window.count {
        sql.sql("(SELECT count(*) FROM delivery.articles a WHERE ");
        apply(&mut sql, filters);
        sql.sql(")");
    } else {
        sql.sql("NULL::bigint");
    }
    sql.sql(" FROM delivery.head h");
    snapshot(conn, sql).await
}

const ENTITY: &str = "'entity'";

/// The ids of what these names lead to, now or before, as an array known before the list is read. The id of an entity that was merged leads
/// to what it now is.
fn named(sql: &mut Sql, kind: &'static str, names: &[Reference]) {
    let slugs = names
        .iter()
        .filter_map(|name| name.slug().map(str::to_owned))
        .collect();
    let ids: Vec<Uuid> = names.iter().filter_map(Reference::id).collect();
    sql.sql("ANY(ARRAY(SELECT s.id FROM delivery.slugs s WHERE s.kind = ")
        .sql(kind);
    sql.sql(" AND (s.slug = ANY(")
        .bind(Bind::Texts(slugs))
        .sql(") OR s.id = ANY(")
        .bind(Bind::Ids(ids.clone()))
        .sql("))");
    if kind == ENTITY {
        sql.sql(" UNION ALL SELECT m.into_id FROM delivery.merged_entities m WHERE m.id = ANY(")
            .bind(Bind::Ids(ids))
            .sql(")");
    }
    sql.sql("))");
}

/// The conditions that an article `a` must meet. Of `a` it takes columns that `delivery.article_search` has too.
pub fn apply(sql: &mut Sql, filters: &Filters) {
    sql.sql("a.type = ")
        .bind(Bind::Text(filters.article_type.to_owned()));
    if let Some(sections) = &filters.sections {
        sql.sql(" AND a.section_id = ");
        named(sql, "'section'", sections);
    }
    if let Some(authors) = &filters.authors {
        sql.sql(" AND EXISTS (SELECT FROM delivery.article_authors l WHERE l.article_id = a.id AND l.author_id = ");
        named(sql, "'author'", authors);
        sql.sql(")");
    }
    if let Some(entities) = &filters.entities {
        sql.sql(" AND EXISTS (SELECT FROM delivery.article_entities l WHERE l.article_id = a.id AND l.entity_id = ");
        named(sql, ENTITY, entities);
        sql.sql(")");
    }
    if let Some(entity) = filters.within_entity {
        sql.sql(" AND EXISTS (SELECT FROM delivery.article_entities l WHERE l.article_id = a.id AND l.entity_id = coalesce((SELECT m.into_id FROM delivery.merged_entities m WHERE m.id = ")
            .bind(Bind::Id(entity))
            .sql("), ")
            .bind(Bind::Id(entity))
            .sql("))");
    }
    if let Some(language) = &filters.language {
        sql.sql(" AND (a.language = ")
            .bind(Bind::Text(language.clone()));
        sql.sql(" OR starts_with(a.language, ")
            .bind(Bind::Text(format!("{language}-")))
            .sql("))");
    }
    let times = [
        (filters.published_after, " AND a.published_at > "),
        (filters.published_before, " AND a.published_at < "),
        (filters.updated_after, " AND a.fresh_at > "),
        (filters.modified_after, " AND a.modified_at > "),
    ];
    for (time, condition) in times {
        if let Some(time) = time {
            sql.sql(condition).bind(Bind::Time(time));
        }
    }
    match filters.has_updates {
        Some(true) => drop(sql.sql(" AND a.update_count > 0")),
        Some(false) => drop(sql.sql(" AND a.update_count = 0")),
        None => {}
    }
    if let Some(ids) = &filters.ids {
        sql.sql(" AND a.id = ANY(")
            .bind(Bind::Ids(ids.clone()))
            .sql(")");
    }
    if let Some(slugs) = &filters.slugs {
        sql.sql(" AND a.slug = ANY(")
            .bind(Bind::Texts(slugs.clone()))
            .sql(")");
    }
}
