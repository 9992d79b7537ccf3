//! Publishing, withdrawing and removing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::translations::check_language;
use crate::articles::model::Article;
use crate::db::schema::newsroom::{article_versions, articles, old_paths, slugs as slug_rows};
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::notices::queries::newsroom as notices;
use crate::publishing::{Event, Kind, Tx, slugs};

/// What publishing did.
#[derive(Debug)]
pub struct Published {
    /// The article as it now is.
    pub article: Article,
    /// What readers see of it; nothing when they see this version already.
    pub event: Option<Event>,
}

/// Publishes the working copy of a locked article. `at` dates a first publication back.
///
/// # Errors
/// 422 when `at` is ahead of now or this is no first publication; 409 when readers have a translation in its language; the database.
pub async fn publish(
    tx: &mut Tx,
    article: Article,
    at: Option<DateTime<Utc>>,
) -> Result<Published> {
    let refuse = |detail| {
        Error::body(Faults::from(Fault::at(
            "/published_at",
            FaultCode::InvalidValue,
            detail,
        )))
    };
    if at.is_some() && article.published_at.is_some() {
        return Err(refuse(
            "is only for a first publication; the date of the first never changes",
        ));
    }
    if at.is_some_and(|at| at > tx.now) {
        return Err(refuse("must not be ahead of now"));
    }
    if article.status == "published" && article.published_version == Some(article.version) {
        return Ok(Published {
            article,
            event: None,
        });
    }
    let event = if article.status == "published" {
        Event::ArticleChanged
    } else {
        Event::ArticlePublished
    };
    check_language(tx, &article).await?;
    let published_at = article.published_at.or(at).unwrap_or(tx.now);
    let slug: String = article_versions::table
        .filter(article_versions::article_id.eq(article.id))
        .filter(article_versions::number.eq(article.version))
        .select(article_versions::slug)
        .first(&mut ***tx)
        .await?;
    slugs::make_public(tx, Kind::Article, &slug).await?;
    let article = diesel::update(articles::table.find(article.id))
        .set((
            articles::status.eq("published"),
            articles::revision.eq(article.revision + 1),
            articles::published_version.eq(article.version),
            articles::published_at.eq(published_at),
            articles::modified_at.eq(tx.now),
            articles::withdrawn_at.eq(None::<DateTime<Utc>>),
            articles::withdrawal_reason.eq(None::<String>),
            articles::publish_at.eq(None::<DateTime<Utc>>),
            articles::schedule_failure.eq(None::<String>),
        ))
        .returning(Article::as_returning())
        .get_result(&mut ***tx)
        .await?;
    Ok(Published {
        article,
        event: Some(event),
    })
}

/// Why an article is withdrawn, and what partners are told.
#[derive(Debug, Clone, Copy)]
pub struct Reasons<'a> {
    /// For the newsroom's own record.
    pub reason: Option<&'a str>,
    /// For partners.
    pub notice: Option<&'a str>,
}

/// Withdraws a locked article: readers get 410 from now on, and partners a notice. Nothing that was scheduled brings it back.
///
/// # Errors
/// 409 when it is not published; the database.
pub async fn withdraw(tx: &mut Tx, article: &Article, told: Reasons<'_>) -> Result<Article> {
    if article.status != "published" {
        return Err(Error::new(
            Code::StateConflict,
            format!(
                "Only a published article can be withdrawn; this one is {}.",
                article.status
            ),
        ));
    }
    notices::kill(tx, article.id, told.notice).await?;
    let withdrawn = diesel::update(articles::table.find(article.id))
        .set((
            articles::status.eq("withdrawn"),
            articles::revision.eq(article.revision + 1),
            articles::modified_at.eq(tx.now),
            articles::withdrawn_at.eq(tx.now),
            articles::withdrawal_reason.eq(told.reason),
            articles::publish_at.eq(None::<DateTime<Utc>>),
            articles::withdraw_at.eq(None::<DateTime<Utc>>),
            articles::withdraw_reason.eq(None::<String>),
            articles::withdraw_notice.eq(None::<String>),
            articles::schedule_failure.eq(None::<String>),
        ))
        .returning(Article::as_returning());
    Ok(withdrawn.get_result(&mut ***tx).await?)
}

/// Removes a locked draft that no version of another article picks.
///
/// # Errors
/// 409 when it was ever public, or is picked; the database.
pub async fn remove(tx: &mut Tx, article: &Article) -> Result<()> {
    if article.status != "draft" {
        return Err(Error::new(
            Code::InUse,
            "Readers have known it, so it can't be removed. Withdraw it instead.",
        ));
    }
    let own = slug_rows::table
        .filter(slug_rows::kind.eq("article"))
        .filter(slug_rows::owner_id.eq(article.id));
    diesel::delete(own).execute(&mut ***tx).await?;
    let paths = old_paths::table.filter(old_paths::owner_id.eq(article.id));
    diesel::delete(paths).execute(&mut ***tx).await?;
    diesel::delete(articles::table.find(article.id))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
