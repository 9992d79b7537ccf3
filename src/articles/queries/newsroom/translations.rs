//! Groups of translations: an original, and those that say whose translation they are.

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::articles::model::Article;
use crate::db::schema::newsroom::{article_versions, articles};
use crate::db::{NewsroomConn, fixed};
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::publishing::Tx;
use crate::updates::queries::newsroom::article as find_article;
use crate::values::Reference;

/// Another of a group, as its working copy stands.
#[derive(Debug, QueryableByName)]
pub struct ManagedTranslation {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Its slug.
    #[diesel(sql_type = Text)]
    pub slug: String,
    /// Its language.
    #[diesel(sql_type = Text)]
    pub language: String,
    /// Its headline.
    #[diesel(sql_type = Text)]
    pub headline: String,
    /// Its status.
    #[diesel(sql_type = Text)]
    pub status: String,
    /// The original; none for the original itself.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub translation_of: Option<Uuid>,
}

/// Indexes: `articles_pkey`, `article_versions_translation_of`, `article_versions_number`.
const WORKING_COPIES: &str = "
    SELECT a.id, v.slug, v.language, v.headline, a.status, v.translation_of
    FROM newsroom.articles a JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.version
    WHERE a.id IN (SELECT $1 UNION SELECT article_id FROM newsroom.article_versions WHERE translation_of = $1)
      AND (a.id = $1 OR v.translation_of = $1) AND a.id <> $2
    ORDER BY v.language, a.id";

/// Published versions of the group that the working copy of the article is in, in the working copy's own language.
const RIVALS: &str = "
    WITH own AS (
        SELECT coalesce(v.translation_of, a.id) AS original, v.language
        FROM newsroom.articles a JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.version
        WHERE a.id = $1
    )
    SELECT v.slug
    FROM own
    CROSS JOIN LATERAL (
        SELECT own.original AS id UNION SELECT article_id FROM newsroom.article_versions WHERE translation_of = own.original
    ) m
    JOIN newsroom.articles a ON a.id = m.id AND a.status = 'published' AND a.id <> $1
    JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
    WHERE coalesce(v.translation_of, a.id) = own.original AND v.language = own.language
    LIMIT 1";

/// The others of the group whose original is this.
///
/// # Errors
/// The database.
pub async fn group(
    conn: &mut NewsroomConn,
    original: Uuid,
    but: Uuid,
) -> Result<Vec<ManagedTranslation>> {
    let query = fixed(WORKING_COPIES)
        .bind::<SqlUuid, _>(original)
        .bind::<SqlUuid, _>(but);
    Ok(query.load(&mut **conn).await?)
}

/// What an article's input says of its translations.
#[derive(Debug)]
pub struct Asked {
    /// The article that it is a translation of.
    pub of: Option<Reference>,
    /// Its own language, when that could be read.
    pub language: Option<String>,
}

/// The original of which the article `host` is to be a translation. A translation of a translation is one of its original. What can't be is a fault.
///
/// # Errors
/// The database.
pub async fn find(
    tx: &mut Tx,
    host: Uuid,
    asked: Asked,
    faults: &mut Faults,
) -> Result<Option<Uuid>> {
    let mut fault = |detail: String, code| faults.push(Fault::at("/translation_of", code, detail));
    let original = match &asked.of {
        None => None,
        Some(reference) => {
            // Two articles that become translations of each other at once would each find the other an original.
            fixed("SELECT pg_advisory_xact_lock(hashtextextended('translations', 0))")
                .execute(&mut ***tx)
                .await?;
            match original_of(tx, reference, host).await? {
                None => {
                    let detail = format!("no article has the slug or id \"{reference}\"");
                    fault(detail, FaultCode::UnknownReference);
                    return Ok(None);
                }
                Some(id) if id == host => {
                    let detail = "must be another article, and not a translation of this one";
                    fault(detail.to_owned(), FaultCode::InvalidValue);
                    return Ok(None);
                }
                found => found,
            }
        }
    };
    let own = group(tx, host, host).await?;
    if original.is_some()
        && let [translation, ..] = own.as_slice()
    {
        let detail = format!(
            "must be left out of an original: \"{}\" is a translation of this article",
            translation.slug
        );
        fault(detail, FaultCode::InvalidValue);
    }
    let others = match original {
        Some(original) => group(tx, original, host).await?,
        None => own,
    };
    let taken = others
        .iter()
        .find(|other| Some(&other.language) == asked.language.as_ref());
    if let Some(other) = taken {
        let detail = format!(
            "\"{}\" is in this language already, and a group of translations has one article a language",
            other.slug
        );
        faults.push(Fault::at("/language", FaultCode::InvalidValue, detail));
    }
    Ok(original)
}

async fn original_of(tx: &mut Tx, reference: &Reference, host: Uuid) -> Result<Option<Uuid>> {
    let id = match find_article(tx, reference).await {
        Ok(id) if id == host => return Ok(Some(id)),
        Ok(id) => id,
        Err(error) if error.code() == Code::Purged => return of_purged(tx, reference).await,
        Err(error) if error.code() == Code::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let original: Option<Uuid> = articles::table
        .inner_join(
            article_versions::table.on(article_versions::article_id
                .eq(articles::id)
                .and(article_versions::number.eq(articles::version))),
        )
        .filter(articles::id.eq(id))
        .select(article_versions::translation_of)
        .first(&mut ***tx)
        .await?;
    Ok(Some(original.unwrap_or(id)))
}

/// An original that was purged holds its translations together still: they go on naming its id.
async fn of_purged(tx: &mut Tx, reference: &Reference) -> Result<Option<Uuid>> {
    let Some(id) = reference.id() else {
        return Ok(None);
    };
    let named = article_versions::table.filter(article_versions::translation_of.eq(id));
    let named: bool = diesel::select(diesel::dsl::exists(named))
        .get_result(&mut ***tx)
        .await?;
    Ok(named.then_some(id))
}

#[derive(QueryableByName)]
struct Rival {
    #[diesel(sql_type = Text)]
    slug: String,
}

/// Goes on when no other published article of the group has the language of the working copy of this one.
///
/// # Errors
/// 409 naming the other; the database.
pub async fn check_language(tx: &mut Tx, article: &Article) -> Result<()> {
    let rivals: Vec<Rival> = fixed(RIVALS)
        .bind::<SqlUuid, _>(article.id)
        .load(&mut ***tx)
        .await?;
    match rivals.as_slice() {
        [] => Ok(()),
        [rival, ..] => Err(Error::new(
            Code::StateConflict,
            format!(
                "Readers have \"{}\" in this language already, in the same group of translations. Withdraw it first, or change the language of one.",
                rival.slug
            ),
        )),
    }
}
