//! Looking at an article before it is published.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};

use crate::articles::checks;
use crate::articles::queries::newsroom as queries;
use crate::articles::view::CheckedArticle;
use crate::auth::{Authorized, ContentRead};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::{NoParameters, Path, Query, State};
use crate::values::Reference;

/// Check an article
///
/// What the checks find in the working copy, as a publication would tell it now: pictures without a description or credit, links to this site that lead nowhere, and so on. How much each weighs, the site says (`checks`). Writes nothing. The answer's ETag is that of the article that was looked at.
#[utoipa::path(
    tag = "Articles", security(("api_key" = ["content:read"])),
    params(("article" = Reference, Path, description = "Its slug or id.")),
    responses((status = 200, description = "What was found.", body = CheckedArticle)),
)]
#[post("/v1/manage/articles/{article}/check")]
pub async fn check_article(
    _: Authorized<ContentRead>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let article = queries::get(&mut conn, &path.0).await?;
    let (_, content) = queries::content(&mut conn, &article).await?;
    let findings = checks::find(&mut conn, &article, &content).await?;
    let etag = article.version().etag();
    managed(StatusCode::OK, Some(&etag), &CheckedArticle::from(findings))
}
