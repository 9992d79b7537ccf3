//! What an update said before, what changed since, and the way back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};

use super::{require, revision, side, view};
use crate::auth::{Authorized, ContentRead, ContentWrite, Scope};
use crate::authors::queries::newsroom as authors;
use crate::diff::{Diff, compare_apart};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::page::Cut;
use crate::http::path::{Number, NumberOrId};
use crate::http::{IfMatch, NoParameters, Page, Path, Query, State, Writer, Written};
use crate::openapi::IfMatchHeader;
use crate::publishing::AuditEntry;
use crate::updates::queries::newsroom as queries;
use crate::updates::view::{ManagedUpdate, UpdateVersion, UpdateVersionItem};
use crate::values::Reference;
use crate::versions::parameters::{DiffQuery, VersionQuery};

/// List the versions of an update
///
/// Every text that it had, the newest first. Each revision made one, and none ever changes.
#[utoipa::path(
    tag = "Updates", security(("api_key" = ["content:read"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("update" = String, Path, description = "The update's number or id.", example = "1"),
        VersionQuery,
    ),
    responses((status = 200, description = "A page of versions.", body = Page<UpdateVersionItem>)),
)]
#[get("/v1/manage/articles/{article}/updates/{update}/versions")]
pub async fn list_update_versions(
    _: Authorized<ContentRead>,
    path: Path<(Reference, NumberOrId)>,
    query: Query<VersionQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let host = queries::host(&mut conn, &path.0.0).await?;
    let update = queries::get(&mut conn, host.id, path.0.1).await?;
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = queries::versions(&mut conn, update.id, &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |(heading, _)| {
        heading.position(update.id)
    })?;
    let item = |row| UpdateVersionItem::new(row, (&host, &update));
    managed(StatusCode::OK, None, &page.map(item))
}

/// Read a version of an update
///
/// One text that it had, whole, as it was written.
#[utoipa::path(
    tag = "Updates", security(("api_key" = ["content:read"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("update" = String, Path, description = "The update's number or id.", example = "1"),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
    ),
    responses((status = 200, description = "The version.", body = UpdateVersion)),
)]
#[get("/v1/manage/articles/{article}/updates/{update}/versions/{number}")]
pub async fn get_update_version(
    _: Authorized<ContentRead>,
    path: Path<(Reference, NumberOrId, Number)>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let host = queries::host(&mut conn, &path.0.0).await?;
    let update = queries::get(&mut conn, host.id, path.0.1).await?;
    let version = queries::version(&mut conn, update.id, path.0.2.0).await?;
    let bylines = authors::bylines(&mut conn, &version.author_ids).await?;
    let view = UpdateVersion::new(version, (&host, &update), bylines);
    managed(StatusCode::OK, None, &view)
}

/// Compare two versions of an update
///
/// What leads from the version before, or the one that `against` names, to this one: fields, blocks and words.
#[utoipa::path(
    tag = "Updates", security(("api_key" = ["content:read"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("update" = String, Path, description = "The update's number or id.", example = "1"),
        ("number" = i32, Path, description = "The number of the version that is led to.", example = 1, minimum = 1),
        DiffQuery,
    ),
    responses((status = 200, description = "What changed.", body = Diff)),
)]
#[get("/v1/manage/articles/{article}/updates/{update}/versions/{number}/diff")]
pub async fn diff_update_version(
    _: Authorized<ContentRead>,
    path: Path<(Reference, NumberOrId, Number)>,
    query: Query<DiffQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let (reference, which, Number(number)) = path.0;
    let mut conn = state.newsroom().await?;
    let article = queries::article(&mut conn, &reference).await?;
    let update = queries::get(&mut conn, article, which).await?;
    let to = side(&mut conn, &update, number).await?;
    let from = match query.parameters.against(number) {
        Some(against) => Some(side(&mut conn, &update, against).await?),
        None => None,
    };
    drop(conn);
    managed(StatusCode::OK, None, &compare_apart(from, to).await?)
}

/// Restore a version of an update
///
/// A revision with the text of this version. Of a shown update readers see it at once, with the time of its revision, and the key needs `content:publish` too; a draft stays
/// one. When the update says that already, nothing is written.
#[utoipa::path(
    tag = "Updates", security(("api_key" = ["content:write"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("update" = String, Path, description = "The update's number or id.", example = "1"),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
        IfMatchHeader,
    ),
    responses(
        (status = 200, description = "The update as it now is.", body = ManagedUpdate),
        (status = 409, description = "It was retracted, or what was right then no longer is."),
    ),
)]
#[post("/v1/manage/articles/{article}/updates/{update}/versions/{number}/restore")]
pub async fn restore_update_version(
    writer: Writer<ContentWrite>,
    path: Path<(Reference, NumberOrId, Number)>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    let (reference, which, Number(number)) = path.0;
    let may_publish = writer.also(Scope::ContentPublish);
    writer
        .write("restore_update_version", async move |tx| {
            let host = queries::lock_article(tx, &reference).await?;
            let before = queries::get(tx, host.id, which).await?;
            require(tx, &if_match, &before).await?;
            let change = revision(&host, &before, may_publish)?;
            let text = queries::again(tx, &host, &before, number).await?;
            let (update, changed) = queries::revise_unless_said(tx, &before, text).await?;
            let (version, id) = (update.version(), update.id);
            Ok(Written::changed(&version, &view(tx, update).await?)?
                .audited(AuditEntry::of_update(id).from(before.version()).to(version))
                .publishing(change.filter(|_| changed)))
        })
        .await
}
