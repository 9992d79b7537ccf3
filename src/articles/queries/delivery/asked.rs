//! The first step of a list's statement: what the names in its filters lead to, as the one row of `asked`.

use uuid::Uuid;

use super::filters::Filters;
use super::walk::Source;
use super::words::put_together;
use crate::db::statement::{Bind, Statement};
use crate::partners::model::Audience;
use crate::partners::queries::delivery::{O, covering};
use crate::values::Reference;

const ENTITY: &str = "'entity'";

/// Begins a statement with `asked`; other common tables may follow, also such as read themselves. Indexes: `slugs_pkey`, `delivery_slugs_id`, `merged_entities_pkey`; of languages, see [`LANGUAGES`].
pub(super) fn begin<ST>(filters: &Filters, sources: &[Source]) -> Statement<ST> {
    let mut sql = Statement::new("WITH RECURSIVE asked AS MATERIALIZED (SELECT true AS asked");
    if let Some(names) = &filters.sections {
        any(&mut sql, "'section'", names).sql(" AS section");
    }
    if let Some(names) = &filters.authors {
        any(&mut sql, "'author'", names).sql(" AS author");
    }
    if let Some(names) = &filters.entities {
        any(&mut sql, ENTITY, names).sql(" AS entity");
    }
    if let Some(id) = filters.within_entity {
        any(&mut sql, ENTITY, &[Reference::Id(id)]).sql(" AS within");
    }
    if let Some(names) = &filters.all_entities {
        each(&mut sql, names);
    }
    if let Some(kinds) = &filters.entity_kinds {
        let kinds = kinds.iter().map(|kind| kind.as_str().to_owned());
        sql.sql(", ").bind(Bind::Texts(kinds.collect()));
        sql.sql("::text[] AS kind");
    }
    if let Some(article) = &filters.translation_of {
        translated(&mut sql, &filters.audience, article);
    }
    if let (Some(language), true) = (&filters.language, sources.contains(&Source::Language)) {
        sql.sql(LANGUAGES)
            .bind(Bind::Text(language.clone()))
            .sql(" OR starts_with(tag, ")
            .bind(Bind::Text(format!("{language}-")))
            .sql(")) AS language");
    }
    sql.sql(") ");
    if let Some(words) = &filters.words {
        put_together(&mut sql, &words.any);
    }
    sql
}

/// Begins a statement with `asked`, of which the planner may choose the way.
pub fn begin_freely<ST>(filters: &Filters) -> Statement<ST> {
    begin(filters, &[])
}

fn slugs_and_ids(names: &[Reference]) -> (Vec<String>, Vec<Uuid>) {
    let slugs = names.iter().filter_map(Reference::slug);
    let ids = names.iter().filter_map(Reference::id);
    (slugs.map(str::to_owned).collect(), ids.collect())
}

/// The ids of what these names lead to, now or before. The id of an entity that was merged leads to what it now is.
fn any<'s, ST>(
    sql: &'s mut Statement<ST>,
    kind: &'static str,
    names: &[Reference],
) -> &'s mut Statement<ST> {
    let (slugs, ids) = slugs_and_ids(names);
    sql.sql(", ARRAY(SELECT s.id FROM delivery.slugs s WHERE s.kind = ")
        .sql(kind)
        .sql(" AND s.slug = ANY(")
        .bind(Bind::Texts(slugs))
        .sql(") UNION SELECT s.id FROM delivery.slugs s WHERE s.kind = ")
        .sql(kind)
        .sql(" AND s.id = ANY(")
        .bind(Bind::Ids(ids.clone()))
        .sql(")");
    if kind == ENTITY {
        sql.sql(" UNION SELECT m.into_id FROM delivery.merged_entities m WHERE m.id = ANY(")
            .bind(Bind::Ids(ids))
            .sql(")");
    }
    sql.sql(")")
}

/// The ids of the entities that all of these lead to, and a null when one leads nowhere.
fn each<ST>(sql: &mut Statement<ST>, names: &[Reference]) {
    let (slugs, ids) = slugs_and_ids(names);
    sql.sql(
        ", ARRAY(SELECT (SELECT s.id FROM delivery.slugs s WHERE s.kind = 'entity' AND s.slug = n.slug)
                 FROM unnest(",
    )
    .bind(Bind::Texts(slugs))
    .sql(
        ") n (slug)
          UNION
          SELECT coalesce((SELECT m.into_id FROM delivery.merged_entities m WHERE m.id = n.id),
                          (SELECT s.id FROM delivery.slugs s WHERE s.kind = 'entity' AND s.id = n.id LIMIT 1))
          FROM unnest(",
    )
    .bind(Bind::Ids(ids))
    .sql(") n (id)) AS all_entities");
}

/// The id of the article, if there is one of this name for these readers.
fn translated<ST>(sql: &mut Statement<ST>, audience: &Audience, article: &Reference) {
    sql.sql(", (SELECT o.id FROM delivery.articles o WHERE o.id = ");
    match article {
        Reference::Id(id) => sql.bind(Bind::Id(*id)),
        Reference::Slug(slug) => sql
            .sql("(SELECT s.id FROM delivery.slugs s WHERE s.kind = 'article' AND s.slug = ")
            .bind(Bind::Text(slug.to_string()))
            .sql(")"),
    };
    covering(sql, audience, O);
    sql.sql(") AS translated");
}

/// Those languages of published articles that are asked for. All of them are found by leaps along the index `articles_of_language_published`.
const LANGUAGES: &str = ", ARRAY(
    WITH RECURSIVE tags (tag) AS (
        (SELECT a.language FROM delivery.articles a ORDER BY a.language LIMIT 1)
        UNION ALL
        SELECT (SELECT a.language FROM delivery.articles a WHERE a.language > t.tag ORDER BY a.language LIMIT 1)
        FROM tags t WHERE t.tag IS NOT NULL
    )
    SELECT tag FROM tags WHERE tag = ";
