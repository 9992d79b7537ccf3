//! Publishing and withdrawing, at once or when a time comes, and purging.

use actix_web::{HttpResponse, post};
use serde::Serialize;
use uuid::Uuid;

use super::{changed, require, view, written};
use crate::articles::checks;
use crate::articles::model::{Article, PublishInput, PurgeInput, UnscheduleInput, WithdrawInput};
use crate::articles::queries::newsroom::{self as queries, Reasons};
use crate::articles::view::{ManagedArticle, PublishedArticle};
use crate::auth::{ContentPublish, ContentPurge};
use crate::error::{Error, Fault, FaultCode, Faults, Result};
use crate::http::conditional::Version;
use crate::http::{ActBody, IfMatch, JsonBody, NoParameters, Path, Query, Writer, Written};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Event, Kind, Tx};
use crate::values::{Line, Prose, Reference, Timestamp};

/// Publish an article
///
/// Readers see the working copy from now on. A first publication may be dated back. Also publishes a withdrawn article again. With `at`, the working copy as it stands at that time is published then; sent again, it moves that time. The checks look at it first: what weighs `error` on this site keeps it from being published, what weighs `warning` is told in `warnings`.
#[utoipa::path(
    tag = "Articles", request_body = PublishInput, security(("api_key" = ["content:publish"])),
    params(("article" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 200, description = "The article as it now is.", body = PublishedArticle), (status = 409, description = "Readers have a translation of it in its language, or its withdrawal is scheduled for an earlier time."), (status = 422, description = "The input is not valid; or a check that weighs `error` found something (`checks-failed`), and then `errors` names places in the article.")),
)]
#[post("/v1/manage/articles/{article}/publish")]
pub async fn publish_article(
    writer: Writer<ContentPublish>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: ActBody<PublishInput>,
) -> Result<HttpResponse> {
    writer
        .write("publish_article", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            require(tx, &if_match, &before).await?;
            let from = before.version().to_string();
            let (_, content) = queries::content(tx, &before).await?;
            let warnings = checks::find(tx, &before, &content).await?.pass()?;
            let (article, event) = publish(tx, before, &body.0).await?;
            let (id, version) = (article.id, article.version());
            let view = PublishedArticle::new(view(tx, article).await?, warnings);
            acted((id, version), &view, (from, event, body.0.at))
        })
        .await
}

async fn publish(
    tx: &mut Tx,
    before: Article,
    input: &PublishInput,
) -> Result<(Article, Option<Event>)> {
    let published_at = input.published_at.map(Timestamp::time);
    match (input.at, published_at) {
        (None, published_at) => {
            let published = queries::publish(tx, before, published_at).await?;
            Ok((published.article, published.event))
        }
        (Some(at), None) => {
            let article = queries::schedule_publication(tx, &before, at.time()).await?;
            Ok((article, None))
        }
        (Some(_), Some(_)) => Err(Error::body(Faults::from(Fault::at(
            "/published_at",
            FaultCode::InvalidValue,
            "can't be combined with at: what is published then has that date",
        )))),
    }
}

/// Withdraw an article
///
/// Readers get 410 at once, and it goes from every list. Partners who have it get a notice, with `notice_to_partners` as its text. It can be published again. Nothing that is scheduled brings it back. With `at`, that happens then.
#[utoipa::path(
    tag = "Articles", request_body = WithdrawInput, security(("api_key" = ["content:publish"])),
    params(("article" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 200, description = "The article as it now is.", body = ManagedArticle), (status = 409, description = "It is not published, and at that time neither.")),
)]
#[post("/v1/manage/articles/{article}/withdraw")]
pub async fn withdraw_article(
    writer: Writer<ContentPublish>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: ActBody<WithdrawInput>,
) -> Result<HttpResponse> {
    writer
        .write("withdraw_article", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            require(tx, &if_match, &before).await?;
            let (article, event) = withdraw(tx, &before, &body.0).await?;
            let from = before.version().to_string();
            let (id, version) = (article.id, article.version());
            let view = view(tx, article).await?;
            acted((id, version), &view, (from, event, body.0.at))
        })
        .await
}

async fn withdraw(
    tx: &mut Tx,
    before: &Article,
    input: &WithdrawInput,
) -> Result<(Article, Option<Event>)> {
    let told = Reasons {
        reason: input.reason.as_ref().map(Line::as_str),
        notice: input.notice_to_partners.as_ref().map(Prose::as_str),
    };
    if let Some(at) = input.at.map(Timestamp::time) {
        let article = queries::schedule_withdrawal(tx, before, at, told).await?;
        return Ok((article, None));
    }
    let article = queries::withdraw(tx, before, told).await?;
    Ok((article, Some(Event::ArticleWithdrawn)))
}

/// Unschedule an article
///
/// Calls off its scheduled publication, its scheduled withdrawal, or both. Readers go on seeing what they see.
#[utoipa::path(
    tag = "Articles", request_body = UnscheduleInput, security(("api_key" = ["content:publish"])),
    params(("article" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 200, description = "The article as it now is.", body = ManagedArticle), (status = 409, description = "Nothing of that is scheduled.")),
)]
#[post("/v1/manage/articles/{article}/unschedule")]
pub async fn unschedule_article(
    writer: Writer<ContentPublish>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: ActBody<UnscheduleInput>,
) -> Result<HttpResponse> {
    writer
        .write("unschedule_article", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            require(tx, &if_match, &before).await?;
            let article = queries::unschedule(tx, &before, body.0.act).await?;
            written(tx, article, before.version().to_string()).await
        })
        .await
}

/// The answer to an act; the audit tells for when it is scheduled.
fn acted(
    (id, version): (Uuid, Version),
    view: &impl Serialize,
    (from, event, at): (String, Option<Event>, Option<Timestamp>),
) -> Result<Written> {
    let written = changed((id, version), view, from)?;
    let written = match at {
        Some(at) => written.because(format!("scheduled for {at}")),
        None => written,
    };
    Ok(written.publishing(event.map(|event| Change::of(Kind::Article, id, event))))
}

/// Purge an article
///
/// Erases every version of it, all its updates and the pictures that nothing else uses for good, kept answers that hold any of their text, and the texts of its notices to partners. Readers get 410, as if it were withdrawn, partners who have it a notice, and slugs that they knew stay reserved. Other articles that pick or translate it go on without it. Its id, the key, the actor, the time and the reason stay in the audit.
#[utoipa::path(
    tag = "Articles", request_body = PurgeInput, security(("api_key" = ["content:purge"])),
    params(("article" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 204, description = "It is gone for good.")),
)]
#[post("/v1/manage/articles/{article}/purge")]
pub async fn purge_article(
    writer: Writer<ContentPurge>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: JsonBody<PurgeInput>,
) -> Result<HttpResponse> {
    writer
        .write("purge_article", async move |tx| {
            let article = queries::lock(tx, &path.0).await?;
            if_match.require(&article.version())?;
            let purged = queries::purge(tx, &article).await?;
            let change = purged
                .was_public
                .then(|| Change::of(Kind::Article, article.id, Event::ArticleWithdrawn));
            let reason = body.0.reason.as_str();
            let audit = AuditEntry::of(Kind::Article, Some(article.id)).from(article.version());
            let mut written = Written::removed().audited(audit.because(reason));
            for id in purged.media {
                let audit = AuditEntry::of(Kind::Media, Some(id));
                written = written.audited(audit.because(reason));
            }
            Ok(written.publishing(change))
        })
        .await
}
