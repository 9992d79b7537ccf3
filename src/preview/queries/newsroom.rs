//! Preview links, and the publication on trial that they show.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::articles::model::{Article, Content};
use crate::articles::queries::newsroom as articles_queries;
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{article_versions, articles, previews};
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::http::path::NumberOrId;
use crate::media::model::Media;
use crate::media::queries::newsroom as media;
use crate::preview::model::{LONGEST, Preview, PreviewInput, USUAL};
use crate::publishing::Tx;
use crate::publishing::trial::Trial;
use crate::updates::queries::newsroom as updates;
use crate::values::Reference;

/// Makes a link to a locked article. Those of its links that have ended are forgotten.
///
/// # Errors
/// 422 with every fault; the database.
pub async fn make(tx: &mut Tx, article: &Article, input: &PreviewInput) -> Result<Preview> {
    let mut faults = Faults::default();
    if let Some(version) = input.version
        && !has_version(tx, article.id, version).await?
    {
        let detail = "the article has no version of this number; its versions are at …/versions";
        faults.push(Fault::at("/version", FaultCode::UnknownReference, detail));
    }
    let update_id = input.update.map(|id| id.0);
    if input.version.is_some() && update_id.is_some() {
        let detail = "can't be combined with version: send one of both";
        faults.push(Fault::at("/update", FaultCode::InvalidValue, detail));
    } else if let Some(id) = update_id
        && !is_draft(tx, article.id, id).await?
    {
        let detail = "the article has no drafted update of this id; its updates are at …/updates";
        faults.push(Fault::at("/update", FaultCode::UnknownReference, detail));
    }
    let expires_at = input.expires_at.map_or(tx.now + USUAL, |at| at.time());
    if expires_at <= tx.now || expires_at > tx.now + LONGEST {
        let detail = "must be ahead of now, by 90 days at most";
        faults.push(Fault::at("/expires_at", FaultCode::InvalidValue, detail));
    }
    if faults.count() > 0 {
        return Err(Error::body(faults));
    }
    let ended = previews::table
        .filter(previews::article_id.eq(article.id))
        .filter(previews::expires_at.le(tx.now));
    diesel::delete(ended).execute(&mut ***tx).await?;
    let by = tx.by.clone();
    let made = diesel::insert_into(previews::table)
        .values((
            previews::id.eq(Uuid::new_v4()),
            previews::article_id.eq(article.id),
            previews::version.eq(input.version),
            previews::update_id.eq(update_id),
            previews::created_at.eq(tx.now),
            previews::expires_at.eq(expires_at),
            previews::key_id.eq(by.key_id),
            previews::actor.eq(by.actor),
        ))
        .returning(Preview::as_returning());
    Ok(made.get_result(&mut ***tx).await?)
}

async fn has_version(tx: &mut Tx, article: Uuid, number: i32) -> Result<bool> {
    let version = article_versions::table
        .filter(article_versions::article_id.eq(article))
        .filter(article_versions::number.eq(number));
    let there = diesel::select(diesel::dsl::exists(version));
    Ok(there.get_result(&mut ***tx).await?)
}

async fn is_draft(tx: &mut Tx, article: Uuid, id: Uuid) -> Result<bool> {
    match updates::get(tx, article, NumberOrId::Id(id)).await {
        Ok(update) => Ok(update.state == "draft"),
        Err(error) if error.code() == Code::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The links of an article that hold, the newest first.
///
/// # Errors
/// The database.
pub async fn list(conn: &mut NewsroomConn, article: Uuid) -> Result<Vec<Preview>> {
    let now = diesel::dsl::sql::<diesel::sql_types::Timestamptz>("clock_timestamp()");
    let links = previews::table
        .filter(previews::article_id.eq(article))
        .filter(previews::revoked_at.is_null())
        .filter(previews::expires_at.gt(now));
    Ok(links
        .order((previews::created_at.desc(), previews::id))
        .select(Preview::as_select())
        .load(&mut **conn)
        .await?)
}

/// Revokes a link of a locked article: from its commit on it opens nothing, on any node.
///
/// # Errors
/// 404 when the article has no such link that holds; the database.
pub async fn revoke(tx: &mut Tx, article: &Article, id: Uuid) -> Result<()> {
    let link = previews::table
        .find(id)
        .filter(previews::article_id.eq(article.id))
        .filter(previews::revoked_at.is_null());
    let revoked = diesel::update(link)
        .set(previews::revoked_at.eq(tx.now))
        .execute(&mut ***tx)
        .await?;
    match revoked {
        0 => Err(Error::not_found()),
        _ => Ok(()),
    }
}

/// Publishes on trial what an opened link shows, and tells of which article. Nothing of it is left when the trial ends.
///
/// # Errors
/// 404 when there was never such a link; 410 when it has ended, or what it shows is gone; the database.
pub async fn on_trial(mut tx: Tx, id: Uuid) -> Result<(Trial, Uuid)> {
    match publish(&mut tx, id).await {
        Ok(article) => Ok((tx.on_trial(article).await?, article)),
        Err(error) => {
            tx.roll_back().await;
            Err(error)
        }
    }
}

async fn publish(tx: &mut Tx, id: Uuid) -> Result<Uuid> {
    let row: Option<(Preview, Option<DateTime<Utc>>)> = previews::table
        .find(id)
        .select((Preview::as_select(), previews::revoked_at))
        .first(&mut ***tx)
        .await
        .optional()?;
    let (preview, revoked_at) = row.ok_or_else(Error::not_found)?;
    if revoked_at.is_some() || preview.expires_at <= tx.now {
        return Err(over());
    }
    let gone = |error: Error| match error.code() {
        Code::NotFound | Code::Purged => over(),
        _ => error,
    };
    let id = Reference::Id(preview.article_id);
    let article = articles_queries::lock(tx, &id).await.map_err(gone)?;
    let article = match preview.version {
        Some(version) => again(tx, article, version).await?,
        None => article,
    };
    let published = article.status == "published" && preview.update_id.is_some();
    let version = article.published_version.filter(|_| published);
    show(tx, &article, version.unwrap_or(article.version)).await?;
    if let Some(update) = preview.update_id {
        append(tx, preview.article_id, update).await.map_err(gone)?;
    }
    Ok(article.id)
}

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = Bool)]
    shown: bool,
}

/// A picture of the article that a link shows, in whichever version or update of it.
///
/// # Errors
/// 404 when the link does not hold or the article has no such picture; the database.
pub async fn picture(conn: &mut NewsroomConn, link: Uuid, id: Uuid) -> Result<Media> {
    let shown: Shown = diesel::sql_query(
        "SELECT EXISTS (
             SELECT FROM newsroom.previews p
             WHERE p.id = $1 AND p.revoked_at IS NULL AND p.expires_at > clock_timestamp() AND EXISTS (
                 SELECT FROM newsroom.media_uses u
                 WHERE u.media_id = $2 AND (
                     (u.kind = 'article_version' AND u.owner_id IN (SELECT v.id FROM newsroom.article_versions v WHERE v.article_id = p.article_id))
                     OR (u.kind = 'update_version' AND u.owner_id IN (
                         SELECT v.id FROM newsroom.update_versions v JOIN newsroom.updates d ON d.id = v.update_id WHERE d.article_id = p.article_id))))
         ) AS shown",
    )
    .bind::<SqlUuid, _>(link)
    .bind::<SqlUuid, _>(id)
    .get_result(&mut **conn)
    .await?;
    match shown.shown {
        true => media::get(conn, id).await,
        false => Err(Error::not_found()),
    }
}

fn over() -> Error {
    Error::new(
        Code::PreviewOver,
        "This preview has ended: it expired, was revoked, or what it showed is gone. Ask the newsroom for a new link.",
    )
}

/// An earlier version as the newest. Its slug may be another article's by now; then it is shown under one like it.
async fn again(tx: &mut Tx, article: Article, number: i32) -> Result<Article> {
    let earlier = Article {
        version: number,
        ..article.clone()
    };
    let (_, content) = articles_queries::content(tx, &earlier).await?;
    tx.begin_part().await?;
    match articles_queries::save(tx, &article, &content).await {
        Ok(saved) => {
            tx.end_part(true).await?;
            Ok(saved)
        }
        Err(error) if error.code() == Code::SlugTaken => {
            tx.end_part(false).await?;
            let content = Content {
                slug: None,
                ..content
            };
            articles_queries::save(tx, &article, &content).await
        }
        Err(error) => {
            tx.end_part(false).await?;
            Err(error)
        }
    }
}

async fn show(tx: &mut Tx, article: &Article, version: i32) -> Result<()> {
    let first = article.published_at.unwrap_or(tx.now);
    diesel::update(articles::table.find(article.id))
        .set((
            articles::status.eq("published"),
            articles::published_version.eq(version),
            articles::published_at.eq(first),
            articles::modified_at.eq(tx.now),
            articles::withdrawn_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

async fn append(tx: &mut Tx, article: Uuid, id: Uuid) -> Result<()> {
    let host = updates::lock_article(tx, &Reference::Id(article)).await?;
    let update = updates::get(tx, article, NumberOrId::Id(id)).await?;
    if update.state != "draft" {
        // It has been shown since, or retracted: the link shows what readers see.
        return Ok(());
    }
    let turn = updates::turn(tx, &host, None, &mut Faults::default()).await?;
    updates::show(tx, &host, &update, turn).await?;
    Ok(())
}
