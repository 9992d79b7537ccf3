//! What a question in words comes to, and where articles have such.

use super::filters::{Filters, Words};
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Statement};
use crate::error::Result;
use crate::question::model::Question;
use crate::question::queries::delivery::meaning;
use crate::question::tsquery::{Queries, queries};

/// The articles with all their words that are asked for, in a statement of which `apart` is a common table ([`put_together`]). Index:
/// `article_search_vector`.
pub const WORDED: &str = "(
        SELECT s.id, s.slug, s.type, s.language, s.section_id, s.translation_of, s.published_at, s.fresh_at, s.modified_at, s.update_count, s.vector
        FROM delivery.article_search s WHERE NOT s.appended OR s.id NOT IN (SELECT p.id FROM apart p)
        UNION ALL
        SELECT p.id, p.slug, p.type, p.language, p.section_id, p.translation_of, p.published_at, p.fresh_at, p.modified_at, p.update_count, p.vector
        FROM apart p)";

/// Adds the common table `apart`: of the articles of which words stand apart, with all their words, those of which any of these stands there. To put
/// words together takes long; of others, what stands apart makes no difference.
pub fn put_together<ST>(sql: &mut Statement<ST>, any: &str) {
    sql.sql(
        ", apart AS MATERIALIZED (
        SELECT w.* FROM delivery.article_words_apart w WHERE EXISTS (SELECT FROM unnest(w.apart) AS u (words) WHERE u.words @@ ",
    )
    .bind(Bind::Text(any.to_owned()))
    .sql("::tsquery)) ");
}

/// Looks up what the words mean, in the language that the filters ask for if they do.
///
/// # Errors
/// The database.
pub async fn words(
    conn: &mut DeliveryConn,
    question: &Question,
    filters: &Filters,
) -> Result<Words> {
    let meaning = meaning(conn, question, filters.language.as_deref()).await?;
    let meaning = meaning.rows;
    let whole = filters.audience.reads_all(meaning.public_text);
    let queries = queries(question, &meaning, whole).unwrap_or_else(Queries::nothing);
    Ok(Words {
        public_text: meaning.public_text,
        loose: queries.loose,
        strict: queries.strict,
        any: queries.any,
    })
}
