//! What a question in words comes to.

use super::filters::{Filters, Words};
use crate::db::DeliveryConn;
use crate::error::Result;
use crate::question::model::Question;
use crate::question::queries::delivery::meaning;
use crate::question::tsquery::{Queries, queries};

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
    let queries = queries(question, &meaning.rows).unwrap_or_else(Queries::nothing);
    Ok(Words {
        loose: queries.loose,
        strict: queries.strict,
    })
}

/// The filters with what a question in words comes to, if there is one.
///
/// # Errors
/// The database.
pub async fn with_words(
    conn: &mut DeliveryConn,
    filters: Filters,
    question: Option<&Question>,
) -> Result<Filters> {
    let words = match question {
        Some(question) => Some(words(conn, question, &filters).await?),
        None => None,
    };
    Ok(Filters { words, ..filters })
}
