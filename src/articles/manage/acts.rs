//! Publishing, withdrawing and purging.

use actix_web::{HttpResponse, post};

use super::written;
use crate::articles::model::{PublishInput, PurgeInput, WithdrawInput};
use crate::articles::queries::newsroom as queries;
use crate::articles::view::ManagedArticle;
use crate::auth::{ContentPublish, ContentPurge};
use crate::error::Result;
use crate::http::{IfMatch, JsonBody, NoParameters, Path, Query, Writer, Written};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Event, Kind};
use crate::values::{Line, Reference};

/// Publish an article
///
/// Readers see the working copy from now on. A first publication may be dated back. Also publishes a withdrawn article again.
#[utoipa::path(
    tag = "Articles", request_body = PublishInput, security(("api_key" = ["content:publish"])),
    params(("article" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 200, description = "The article as it now is.", body = ManagedArticle)),
)]
#[post("/v1/manage/articles/{article}/publish")]
pub async fn publish_article(
    writer: Writer<ContentPublish>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: JsonBody<PublishInput>,
) -> Result<HttpResponse> {
    writer
        .write("publish_article", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            if_match.require(&before.version())?;
            let from = before.version().to_string();
            let published =
                queries::publish(tx, before, body.0.published_at.map(|at| at.time())).await?;
            let change = published
                .event
                .map(|event| Change::of(Kind::Article, published.article.id, event));
            Ok(written(tx, published.article, from)
                .await?
                .publishing(change))
        })
        .await
}

/// Withdraw an article
///
/// Readers get 410 at once, and it goes from every list. It can be published again.
#[utoipa::path(
    tag = "Articles", request_body = WithdrawInput, security(("api_key" = ["content:publish"])),
    params(("article" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 200, description = "The article as it now is.", body = ManagedArticle), (status = 409, description = "It is not published.")),
)]
#[post("/v1/manage/articles/{article}/withdraw")]
pub async fn withdraw_article(
    writer: Writer<ContentPublish>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: JsonBody<WithdrawInput>,
) -> Result<HttpResponse> {
    writer
        .write("withdraw_article", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            if_match.require(&before.version())?;
            let article =
                queries::withdraw(tx, &before, body.0.reason.as_ref().map(Line::as_str)).await?;
            let change = Change::of(Kind::Article, article.id, Event::ArticleWithdrawn);
            Ok(written(tx, article, before.version().to_string())
                .await?
                .publishing(change))
        })
        .await
}

/// Purge an article
///
/// Erases every version of it and all its updates for good, and kept answers that hold any of their text. Readers get 410, as if it were withdrawn, and slugs that they knew stay reserved. Other articles that pick or translate it go on without it. Its id, the key, the actor, the time and the reason stay in the audit.
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
            let was_public = queries::purge(tx, &article).await?;
            let change =
                was_public.then(|| Change::of(Kind::Article, article.id, Event::ArticleWithdrawn));
            let audit = AuditEntry::of(Kind::Article, Some(article.id))
                .from(article.version())
                .because(body.0.reason.as_str());
            Ok(Written::removed().audited(audit).publishing(change))
        })
        .await
}
