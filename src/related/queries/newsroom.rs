//! Related articles as editors see them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{article_version_related, article_versions, articles};
use crate::error::{Code, Fault, FaultCode, Faults, Result};
use crate::publishing::Tx;
use crate::related::model::{Pick, RelatedInput};
use crate::updates::queries::newsroom::article as find_article;
use crate::values::Items;

/// A pick with what editors see of its article.
#[derive(Debug, Queryable)]
pub struct ManagedPick {
    /// The article picked.
    pub article_id: Option<Uuid>,
    /// The address of a page elsewhere.
    pub url: Option<String>,
    /// The title of a page elsewhere.
    pub title: Option<String>,
    /// The slug of the article's working copy.
    pub slug: Option<String>,
    /// The headline of the article's working copy.
    pub headline: Option<String>,
    /// The article's status.
    pub status: Option<String>,
}

/// The picks of a version of an article, in order; those that were purged are left out.
///
/// # Errors
/// The database.
pub async fn of_version(conn: &mut NewsroomConn, version: Uuid) -> Result<Vec<ManagedPick>> {
    let query = article_version_related::table
        .left_join(
            articles::table.on(article_version_related::article_id.eq(articles::id.nullable())),
        )
        .left_join(
            article_versions::table.on(article_versions::article_id
                .nullable()
                .eq(articles::id.nullable())
                .and(
                    article_versions::number
                        .nullable()
                        .eq(articles::version.nullable()),
                )),
        )
        .filter(article_version_related::version_id.eq(version))
        .filter(articles::purged_at.is_null())
        .order(article_version_related::position)
        .select((
            article_version_related::article_id,
            article_version_related::url,
            article_version_related::title,
            article_versions::slug.nullable(),
            article_versions::headline.nullable(),
            articles::status.nullable(),
        ));
    Ok(query.load(&mut **conn).await?)
}

/// The picks as kept. Each that does not exist, is the article itself or stands twice is a fault at its place below `pointer`.
///
/// # Errors
/// The database.
pub async fn find_all(
    tx: &mut Tx,
    picks: Items<RelatedInput, 100>,
    host: Uuid,
    pointer: &str,
    faults: &mut Faults,
) -> Result<Vec<Pick>> {
    let mut found = Vec::new();
    for (index, input) in picks {
        let at = format!("{pointer}/{index}");
        let pick = match input.target(&at) {
            Err(fault) => {
                faults.push(fault);
                continue;
            }
            Ok(Err(outside)) => outside,
            Ok(Ok(reference)) => match find_article(tx, reference).await {
                Ok(id) if id == host => {
                    faults.push(Fault::at(
                        at,
                        FaultCode::InvalidValue,
                        "is the article itself",
                    ));
                    continue;
                }
                Ok(id) => Pick::Article(id),
                Err(error) if matches!(error.code(), Code::NotFound | Code::Purged) => {
                    let detail = format!("no article has the slug or id \"{reference}\"");
                    faults.push(Fault::at(
                        format!("{at}/article"),
                        FaultCode::UnknownReference,
                        detail,
                    ));
                    continue;
                }
                Err(error) => return Err(error),
            },
        };
        if found.contains(&pick) {
            faults.push(Fault::at(
                at,
                FaultCode::InvalidValue,
                "stands twice in the list",
            ));
        } else {
            found.push(pick);
        }
    }
    Ok(found)
}

/// Writes the picks of a new version.
///
/// # Errors
/// The database.
pub async fn insert(tx: &mut Tx, version: Uuid, picks: &[Pick]) -> Result<()> {
    let rows: Vec<_> = (0..)
        .zip(picks)
        .map(|(position, pick)| {
            let (article, url, title) = match pick {
                Pick::Article(id) => (Some(*id), None, None),
                Pick::Outside { url, title } => (None, Some(url.as_str()), Some(title.as_str())),
            };
            (
                article_version_related::version_id.eq(version),
                article_version_related::position.eq(position),
                article_version_related::article_id.eq(article),
                article_version_related::url.eq(url),
                article_version_related::title.eq(title),
            )
        })
        .collect();
    diesel::insert_into(article_version_related::table)
        .values(rows)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
