//! Purging: everything that an article says or said goes for good. Its own row stays, empty, for what versions of other articles say of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::told;
use crate::articles::model::Article;
use crate::db::schema::newsroom::{
    article_versions, articles, imported, old_paths, previews, slugs as slug_rows, updates,
};
use crate::error::Result;
use crate::http::idempotency;
use crate::media::queries::newsroom as media;
use crate::notices::queries::newsroom as notices;
use crate::publishing::{Kind, Tx, removed, slugs};

/// What a purge took along.
#[derive(Debug)]
pub struct Purged {
    /// Whether readers ever knew the article.
    pub was_public: bool,
    /// The pictures that nothing else used.
    pub media: Vec<Uuid>,
}

/// Purges a locked article, and the pictures that nothing else uses. Slugs that readers knew stay reserved; others are given back.
///
/// Its row is locked so that nothing may refer to it meanwhile: a version of another that picks it is committed before, and so is the answer to
/// the request that made that, or comes after.
///
/// # Errors
/// 503 when a lock is not to be had in time; the database.
pub async fn purge(tx: &mut Tx, article: &Article) -> Result<Purged> {
    let row = articles::table.find(article.id).select(articles::id);
    let _: Uuid = row.for_update().first(&mut ***tx).await?;
    let was_public = article.published_at.is_some();
    notices::erase(tx, article.id).await?;
    notices::kill(tx, article.id, None).await?;
    let hidden = hidden_slugs(tx, article.id).await?;
    if was_public {
        let slug = published_slug(tx, article).await?;
        removed::remember(tx, Kind::Article, article.id, slug.as_deref()).await?;
    } else {
        let paths = old_paths::table.filter(old_paths::owner_id.eq(article.id));
        diesel::delete(paths).execute(&mut ***tx).await?;
    }
    slugs::release_all(tx, Kind::Article, article.id).await?;
    let pictures = media::of_article(tx, article.id).await?;
    let mut mentions = erase_texts(tx, article.id).await?;
    let pictures = media::remove_unused(tx, pictures).await?;
    told::erase(tx, article.id).await?;
    mentions.push(article.id);
    mentions.extend(&pictures);
    empty(tx, article).await?;
    idempotency::erase(tx, &mentions, &hidden).await?;
    Ok(Purged {
        was_public,
        media: pictures,
    })
}

/// The slugs that readers never knew.
async fn hidden_slugs(tx: &mut Tx, id: Uuid) -> Result<Vec<String>> {
    let own = slug_rows::table
        .filter(slug_rows::kind.eq("article"))
        .filter(slug_rows::owner_id.eq(id))
        .filter(slug_rows::public_since.is_null());
    Ok(own.select(slug_rows::slug).load(&mut ***tx).await?)
}

async fn published_slug(tx: &mut Tx, article: &Article) -> Result<Option<String>> {
    let published = article_versions::table
        .filter(article_versions::article_id.eq(article.id))
        .filter(
            article_versions::number
                .nullable()
                .eq(article.published_version),
        );
    Ok(published
        .select(article_versions::slug)
        .first(&mut ***tx)
        .await
        .optional()?)
}

/// Deletes every version and update, and gives the ids of the updates.
async fn erase_texts(tx: &mut Tx, id: Uuid) -> Result<Vec<Uuid>> {
    diesel::delete(previews::table.filter(previews::article_id.eq(id)))
        .execute(&mut ***tx)
        .await?;
    let own = updates::table.filter(updates::article_id.eq(id));
    let gone = diesel::delete(own)
        .returning(updates::id)
        .get_results(&mut ***tx)
        .await?;
    let own = article_versions::table.filter(article_versions::article_id.eq(id));
    diesel::delete(own).execute(&mut ***tx).await?;
    // What is left tells an import that it has been here, and nothing of what it said.
    diesel::update(imported::table.filter(imported::owner_id.eq(id)))
        .set(imported::fingerprint.eq(Vec::<u8>::new()))
        .execute(&mut ***tx)
        .await?;
    Ok(gone)
}

async fn empty(tx: &mut Tx, article: &Article) -> Result<()> {
    let status = if article.status == "draft" {
        "draft"
    } else {
        "withdrawn"
    };
    let withdrawn_at: Option<DateTime<Utc>> = match status {
        "draft" => None,
        _ => article.withdrawn_at.or(Some(tx.now)),
    };
    diesel::update(articles::table.find(article.id))
        .set((
            articles::status.eq(status),
            articles::revision.eq(article.revision + 1),
            articles::withdrawn_at.eq(withdrawn_at),
            articles::withdrawal_reason.eq(None::<String>),
            articles::guid.eq(None::<String>),
            articles::publish_at.eq(None::<DateTime<Utc>>),
            articles::withdraw_at.eq(None::<DateTime<Utc>>),
            articles::withdraw_reason.eq(None::<String>),
            articles::withdraw_notice.eq(None::<String>),
            articles::schedule_failure.eq(None::<String>),
            articles::purged_at.eq(tx.now),
        ))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
