//! What a section said before, and what changed since. The way back stands with what hangs on a section, the donation links.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};

use crate::auth::{Authorized, ContentRead};
use crate::diff::{Diff, compare_apart};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::page::Cut;
use crate::http::path::Number;
use crate::http::{NoParameters, Page, Path, Query, State};
use crate::sections::queries::newsroom as queries;
use crate::sections::view::SectionVersion;
use crate::values::Reference;
use crate::versions::parameters::{DiffQuery, VersionQuery};
use crate::versions::queries::newsroom as kept;
use crate::versions::view::KeptVersionItem;

/// List the versions of a section
///
/// Every version, the newest first, which is the present one. None ever changes.
#[utoipa::path(
    tag = "Sections", params(("section" = Reference, Path, description = "Its slug or id."), VersionQuery), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of versions.", body = Page<KeptVersionItem>)),
)]
#[get("/v1/manage/sections/{section}/versions")]
pub async fn list_section_versions(
    _: Authorized<ContentRead>,
    path: Path<Reference>,
    query: Query<VersionQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let section = queries::get(&mut conn, &path.0).await?;
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = kept::list(&mut conn, section.owner(), &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| {
        row.heading.position(section.id)
    })?;
    let item = |row| KeptVersionItem::new(&row, section.version);
    managed(StatusCode::OK, None, &page.map(item))
}

/// Read a version of a section
///
/// One version, whole, as it was written.
#[utoipa::path(
    tag = "Sections", security(("api_key" = ["content:read"])),
    params(
        ("section" = Reference, Path, description = "The section's slug or id."),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
    ),
    responses((status = 200, description = "The version.", body = SectionVersion)),
)]
#[get("/v1/manage/sections/{section}/versions/{number}")]
pub async fn get_section_version(
    _: Authorized<ContentRead>,
    path: Path<(Reference, Number)>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let section = queries::get(&mut conn, &path.0.0).await?;
    let version = kept::get(&mut conn, section.owner(), path.0.1.0).await?;
    let view = SectionVersion::new(version, section.version);
    managed(StatusCode::OK, None, &view)
}

/// Compare two versions of a section
///
/// What leads from the version before, or the one that `against` names, to this one.
#[utoipa::path(
    tag = "Sections", security(("api_key" = ["content:read"])),
    params(
        ("section" = Reference, Path, description = "The section's slug or id."),
        ("number" = i32, Path, description = "The number of the version that is led to.", example = 1, minimum = 1),
        DiffQuery,
    ),
    responses((status = 200, description = "What changed.", body = Diff)),
)]
#[get("/v1/manage/sections/{section}/versions/{number}/diff")]
pub async fn diff_section_version(
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
