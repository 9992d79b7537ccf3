//! What an article said before, what changed since, and the way back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};

use super::{require, save, side};
use crate::articles::queries::newsroom as queries;
use crate::articles::view::{ArticleVersion, ArticleVersionItem, ManagedArticle};
use crate::auth::{Authorized, ContentRead, ContentWrite};
use crate::diff::{Diff, compare_apart};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::page::Cut;
use crate::http::path::Number;
use crate::http::{IfMatch, NoParameters, Page, Path, Query, State, Writer};
use crate::openapi::IfMatchHeader;
use crate::values::Reference;
use crate::versions::parameters::{DiffQuery, VersionQuery};

/// List the versions of an article
///
/// Every version, the newest first: the working copy. Each save made one, and none ever changes.
#[utoipa::path(
    tag = "Articles", params(("article" = Reference, Path, description = "Its slug or id."), VersionQuery), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of versions.", body = Page<ArticleVersionItem>)),
)]
#[get("/v1/manage/articles/{article}/versions")]
pub async fn list_article_versions(
    _: Authorized<ContentRead>,
    path: Path<Reference>,
    query: Query<VersionQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let article = queries::get(&mut conn, &path.0).await?;
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = queries::versions(&mut conn, article.id, &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| {
        row.heading.position(article.id)
    })?;
    let item = |row| ArticleVersionItem::new(row, &article);
    managed(StatusCode::OK, None, &page.map(item))
}

/// Read a version of an article
///
/// One version, whole, as it was saved. What it refers to stands there with the names of now.
#[utoipa::path(
    tag = "Articles", security(("api_key" = ["content:read"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
    ),
    responses((status = 200, description = "The version.", body = ArticleVersion)),
)]
#[get("/v1/manage/articles/{article}/versions/{number}")]
pub async fn get_article_version(
    _: Authorized<ContentRead>,
    path: Path<(Reference, Number)>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let article = queries::get(&mut conn, &path.0.0).await?;
    let version = queries::version(&mut conn, article.id, path.0.1.0).await?;
    let names = queries::names(&mut conn, article.id, version.id, &version.content).await?;
    let view = ArticleVersion::new(version, &article, names);
    managed(StatusCode::OK, None, &view)
}

/// Compare two versions of an article
///
/// What leads from the version before, or the one that `against` names, to this one: fields, blocks and words.
#[utoipa::path(
    tag = "Articles", security(("api_key" = ["content:read"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("number" = i32, Path, description = "The number of the version that is led to.", example = 1, minimum = 1),
        DiffQuery,
    ),
    responses((status = 200, description = "What changed.", body = Diff)),
)]
#[get("/v1/manage/articles/{article}/versions/{number}/diff")]
pub async fn diff_article_version(
    _: Authorized<ContentRead>,
    path: Path<(Reference, Number)>,
    query: Query<DiffQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let (reference, Number(number)) = path.0;
    let mut conn = state.newsroom().await?;
    let article = queries::get(&mut conn, &reference).await?;
    let to = side(&mut conn, article.id, number).await?;
    let from = match query.parameters.against(number) {
        Some(against) => Some(side(&mut conn, article.id, against).await?),
        None => None,
    };
    drop(conn);
    managed(StatusCode::OK, None, &compare_apart(from, to).await?)
}

/// Restore a version of an article
///
/// The working copy says again what this version said, as a new version. Readers see it once the article is published; its updates stay as they are. When the working
/// copy says that already, nothing is written.
#[utoipa::path(
    tag = "Articles", security(("api_key" = ["content:write"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
        IfMatchHeader,
    ),
    responses(
        (status = 200, description = "The article as it now is.", body = ManagedArticle),
        (status = 409, description = "The slug is taken by now, or something else that was right then no longer is."),
    ),
)]
#[post("/v1/manage/articles/{article}/versions/{number}/restore")]
pub async fn restore_article_version(
    writer: Writer<ContentWrite>,
    path: Path<(Reference, Number)>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    let (reference, Number(number)) = path.0;
    writer
        .write("restore_article_version", async move |tx| {
            let before = queries::lock(tx, &reference).await?;
            require(tx, &if_match, &before).await?;
            let (_, old) = queries::content(tx, &before).await?;
            let version = queries::version(tx, before.id, number).await?;
            let new = queries::again(tx, before.id, version, &old).await?;
            save(tx, before, &old, &new).await
        })
        .await
}
