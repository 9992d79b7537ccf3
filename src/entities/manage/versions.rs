//! What an entity said before, what changed since, and the way back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};

use super::{changed, require, unchanged};
use crate::auth::{Authorized, ContentRead, ContentWrite};
use crate::diff::{Diff, compare_apart};
use crate::entities::model::EntityInput;
use crate::entities::queries::newsroom as queries;
use crate::entities::view::{EntityVersion, ManagedEntity};
use crate::error::{Faults, Result};
use crate::http::answer::managed;
use crate::http::page::Cut;
use crate::http::path::Number;
use crate::http::{IfMatch, NoParameters, Page, Path, Query, State, Writer};
use crate::openapi::IfMatchHeader;
use crate::values::{Draft, Reference};
use crate::versions::model::refused;
use crate::versions::parameters::{DiffQuery, VersionQuery};
use crate::versions::queries::newsroom as kept;
use crate::versions::view::KeptVersionItem;

/// List the versions of an entity
///
/// Every version, the newest first, which is the present one. None ever changes.
#[utoipa::path(
    tag = "Entities", params(("entity" = Reference, Path, description = "Its slug or id."), VersionQuery), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of versions.", body = Page<KeptVersionItem>)),
)]
#[get("/v1/manage/entities/{entity}/versions")]
pub async fn list_entity_versions(
    _: Authorized<ContentRead>,
    path: Path<Reference>,
    query: Query<VersionQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let entity = queries::get(&mut conn, &path.0).await?;
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = kept::list(&mut conn, entity.owner(), &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| {
        row.heading.position(entity.id)
    })?;
    let item = |row| KeptVersionItem::new(&row, entity.version);
    managed(StatusCode::OK, None, &page.map(item))
}

/// Read a version of an entity
///
/// One version, whole, as it was written.
#[utoipa::path(
    tag = "Entities", security(("api_key" = ["content:read"])),
    params(
        ("entity" = Reference, Path, description = "The entity's slug or id."),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
    ),
    responses((status = 200, description = "The version.", body = EntityVersion)),
)]
#[get("/v1/manage/entities/{entity}/versions/{number}")]
pub async fn get_entity_version(
    _: Authorized<ContentRead>,
    path: Path<(Reference, Number)>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let entity = queries::get(&mut conn, &path.0.0).await?;
    let version = kept::get(&mut conn, entity.owner(), path.0.1.0).await?;
    let view = EntityVersion::new(version, entity.version);
    managed(StatusCode::OK, None, &view)
}

/// Compare two versions of an entity
///
/// What leads from the version before, or the one that `against` names, to this one.
#[utoipa::path(
    tag = "Entities", security(("api_key" = ["content:read"])),
    params(
        ("entity" = Reference, Path, description = "The entity's slug or id."),
        ("number" = i32, Path, description = "The number of the version that is led to.", example = 1, minimum = 1),
        DiffQuery,
    ),
    responses((status = 200, description = "What changed.", body = Diff)),
)]
#[get("/v1/manage/entities/{entity}/versions/{number}/diff")]
pub async fn diff_entity_version(
    _: Authorized<ContentRead>,
    path: Path<(Reference, Number)>,
    query: Query<DiffQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let (which, Number(number)) = path.0;
    let mut conn = state.newsroom().await?;
    let owner = queries::get(&mut conn, &which).await?.owner();
    let against = query.parameters.against(number);
    let (from, to) = kept::sides(&mut conn, owner, against, number).await?;
    drop(conn);
    managed(StatusCode::OK, None, &compare_apart(from, to).await?)
}

/// Restore a version of an entity
///
/// An edit that makes it say again what this version said, as a new version; if it is public, readers see it at once. When it says that already, nothing is written.
#[utoipa::path(
    tag = "Entities", security(("api_key" = ["content:write"])),
    params(
        ("entity" = Reference, Path, description = "The entity's slug or id."),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
        IfMatchHeader,
    ),
    responses(
        (status = 200, description = "The entity as it now is.", body = ManagedEntity),
        (status = 409, description = "What was right then no longer is; the slug is taken."),
    ),
)]
#[post("/v1/manage/entities/{entity}/versions/{number}/restore")]
pub async fn restore_entity_version(
    writer: Writer<ContentWrite>,
    path: Path<(Reference, Number)>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    let (which, Number(number)) = path.0;
    writer
        .write("restore_entity_version", async move |tx| {
            let before = queries::lock(tx, &which, true).await?;
            require(tx, &if_match, &before).await?;
            let version = kept::get(tx, before.owner(), number).await?;
            if version.content == before.input() {
                return unchanged(before);
            }
            let draft = Draft::read(version.content, Faults::default());
            let input =
                Draft::<EntityInput>::whole(draft).map_err(|error| refused(number, error))?;
            let entity = queries::change(tx, &before, input).await?;
            changed(&before, entity)
        })
        .await
}
