//! `/v1/manage/articles/{article}/previews`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, post, web};
use uuid::Uuid;

use super::model::{Preview, PreviewInput, Token};
use super::queries::newsroom as queries;
use super::view::ManagedPreview;
use crate::articles::queries::newsroom as articles;
use crate::auth::{Authorized, ContentWrite};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::conditional::Version;
use crate::http::{ActBody, IfMatch, NoParameters, Page, Path, Query, State, Writer, Written};
use crate::openapi::IfMatchHeader;
use crate::publishing::AuditEntry;
use crate::values::Reference;

fn view(preview: Preview, state: &State) -> ManagedPreview {
    let token = Token::of(preview.id, state.signer());
    ManagedPreview::new(preview, &token, |path| state.link(path))
}

/// Make a preview link
///
/// Who has the link sees the article as readers would, without a key: its working copy, one of its versions, or with a drafted update. Nothing else of the newsroom can be reached by it, and it never enters a list or a cache. It ends by itself, or when it is revoked.
#[utoipa::path(
    tag = "Previews", request_body = PreviewInput, security(("api_key" = ["content:write"])),
    params(("article" = Reference, Path, description = "The article's slug or id.")),
    responses((status = 201, description = "The new link.", body = ManagedPreview)),
)]
#[post("/v1/manage/articles/{article}/preview")]
pub async fn create_preview(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    body: ActBody<PreviewInput>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    writer
        .write("create_preview", async move |tx| {
            let article = articles::lock(tx, &path.0).await?;
            let preview = queries::make(tx, &article, &body.0).await?;
            let (id, version) = (preview.id, Version::single(1));
            let path = format!("/v1/manage/articles/{}/previews/{id}", article.id);
            Ok(Written::created(path, &version, &view(preview, &state))?
                .audited(AuditEntry::of_preview(id).to(version)))
        })
        .await
}

/// List the preview links of an article
///
/// Those that hold, the newest first.
#[utoipa::path(
    tag = "Previews", security(("api_key" = ["content:write"])),
    params(("article" = Reference, Path, description = "The article's slug or id.")),
    responses((status = 200, description = "The links.", body = Page<ManagedPreview>)),
)]
#[get("/v1/manage/articles/{article}/previews")]
pub async fn list_previews(
    _: Authorized<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let article = articles::get(&mut conn, &path.0).await?;
    let links = queries::list(&mut conn, article.id).await?;
    let views = links.into_iter().map(|link| view(link, &state)).collect();
    managed(StatusCode::OK, None, &Page::whole(views))
}

/// Revoke a preview link
///
/// It opens nothing from now on.
#[utoipa::path(
    tag = "Previews", security(("api_key" = ["content:write"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("preview" = Uuid, Path, description = "The link's id."),
        IfMatchHeader,
    ),
    responses((status = 204, description = "It is revoked.")),
)]
#[delete("/v1/manage/articles/{article}/previews/{preview}")]
pub async fn revoke_preview(
    writer: Writer<ContentWrite>,
    path: Path<(Reference, Uuid)>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("revoke_preview", async move |tx| {
            let article = articles::lock(tx, &path.0.0).await?;
            queries::revoke(tx, &article, path.0.1).await?;
            if_match.require(&Version::single(1))?;
            Ok(Written::removed()
                .audited(AuditEntry::of_preview(path.0.1).from(Version::single(1))))
        })
        .await
}
