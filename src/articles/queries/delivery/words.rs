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
    let meaning = meaning.rows;
    let whole = filters.audience.reads_all(meaning.public_text);
    let queries = queries(question, &meaning, whole).unwrap_or_else(Queries::nothing);
    Ok(Words {
        public_text: meaning.public_text,
        loose: queries.loose,
        strict: queries.strict,
    })
}
