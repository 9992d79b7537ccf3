//! Making, reading, changing and removing articles.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use uuid::Uuid;

use super::{require, save, view};
use crate::articles::model::ArticleInput;
use crate::articles::parameters::ArticleQuery;
use crate::articles::queries::newsroom as queries;
use crate::articles::view::{ManagedArticle, ManagedArticleSummary};
use crate::auth::{Authorized, ContentRead, ContentWrite};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{
    DraftBody, IfMatch, NoParameters, Page, PatchBody, Path, Query, State, Writer, Written,
};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Kind};
use crate::values::Reference;

/// List articles for editing
///
/// Articles and pages in every state, the last saved first.
#[utoipa::path(
    tag = "Articles", params(ArticleQuery), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of articles.", body = Page<ManagedArticleSummary>)),
)]
#[get("/v1/manage/articles")]
pub async fn manage_list_articles(
    _: Authorized<ContentRead>,
    query: Query<ArticleQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = queries::list(&mut state.newsroom().await?, &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| Position {
        key: SortKey::Number(row.article.saved_at.timestamp_millis()),
        id: row.article.id,
    })?;
    managed(StatusCode::OK, None, &page.map(ManagedArticleSummary::from))
}

/// Make an article
///
/// A draft: readers see it once it is published. Everything but the headline may be left out.
#[utoipa::path(
    tag = "Articles", request_body = ArticleInput, security(("api_key" = ["content:write"])),
    responses((status = 201, description = "The new article.", body = ManagedArticle), (status = 409, description = "The slug is taken, or what the article names was just removed.")),
)]
#[post("/v1/manage/articles")]
pub async fn create_article(
    writer: Writer<ContentWrite>,
    _: Query<NoParameters>,
    body: DraftBody<ArticleInput>,
) -> Result<HttpResponse> {
    writer
        .write("create_article", async move |tx| {
            let id = Uuid::new_v4();
            let content = queries::resolve(tx, id, body.0, None).await?;
            let article = queries::create(tx, id, &content, None).await?;
            let version = article.version();
            Ok(Written::created(
                format!("/v1/manage/articles/{id}"),
                &version,
                &view(tx, article).await?,
            )?
            .audited(AuditEntry::of(Kind::Article, Some(id)).to(version)))
        })
        .await
}

/// Read an article for editing
///
/// One article with its working copy, as it was last saved. Its updates stand beside it.
#[utoipa::path(
    tag = "Articles", params(("article" = Reference, Path, description = "Its slug or id.")), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "The article.", body = ManagedArticle)),
)]
#[get("/v1/manage/articles/{article}")]
pub async fn manage_get_article(
    _: Authorized<ContentRead>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let article = queries::get(&mut conn, &path.0).await?;
    let etag = article.version().etag();
    managed(
        StatusCode::OK,
        Some(&etag),
        &view(&mut conn, article).await?,
    )
}

/// Change an article
///
/// A JSON Merge Patch on the working copy, which makes a new version. Readers go on seeing the published one until the article is published again.
#[utoipa::path(
    tag = "Articles", request_body = ArticleInput, security(("api_key" = ["content:write"])),
    params(("article" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 200, description = "The article as it now is.", body = ManagedArticle), (status = 409, description = "The slug is taken, or what the article names was just removed.")),
)]
#[patch("/v1/manage/articles/{article}")]
pub async fn change_article(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: PatchBody,
) -> Result<HttpResponse> {
    writer
        .write("change_article", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            require(tx, &if_match, &before).await?;
            let (_, old) = queries::content(tx, &before).await?;
            let draft = body.apply(old.input());
            let new = queries::resolve(tx, before.id, draft, Some(&old)).await?;
            save(tx, before, &old, &new).await
        })
        .await
}

/// Remove a draft
///
/// Only an article that was never public and that no other picks.
#[utoipa::path(
    tag = "Articles", security(("api_key" = ["content:write"])),
    params(("article" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 204, description = "It is gone."), (status = 409, description = "Readers have known it, or another article picks it.")),
)]
#[delete("/v1/manage/articles/{article}")]
pub async fn remove_article(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("remove_article", async move |tx| {
            let article = queries::lock(tx, &path.0).await?;
            if_match.require(&article.version())?;
            queries::remove(tx, &article).await?;
            Ok(Written::removed()
                .audited(AuditEntry::of(Kind::Article, Some(article.id)).from(article.version())))
        })
        .await
}
