//! What an author said before, what changed since, and the way back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};

use super::{changed, require, unchanged};
use crate::auth::{Authorized, ContentRead, ContentWrite};
use crate::authors::model::AuthorInput;
use crate::authors::queries::newsroom as queries;
use crate::authors::view::{AuthorVersion, ManagedAuthor};
use crate::diff::{Diff, compare_apart};
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

/// List the versions of an author
///
/// Every version, the newest first, which is the present one. None ever changes.
#[utoipa::path(
    tag = "Authors", params(("author" = Reference, Path, description = "Its slug or id."), VersionQuery), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of versions.", body = Page<KeptVersionItem>)),
)]
#[get("/v1/manage/authors/{author}/versions")]
pub async fn list_author_versions(
    _: Authorized<ContentRead>,
    path: Path<Reference>,
    query: Query<VersionQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let author = queries::get(&mut conn, &path.0).await?;
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = kept::list(&mut conn, author.owner(), &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| {
        row.heading.position(author.id)
    })?;
    let item = |row| KeptVersionItem::new(&row, author.version);
    managed(StatusCode::OK, None, &page.map(item))
}

/// Read a version of an author
///
/// One version, whole, as it was written.
#[utoipa::path(
    tag = "Authors", security(("api_key" = ["content:read"])),
    params(
        ("author" = Reference, Path, description = "The author's slug or id."),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
    ),
    responses((status = 200, description = "The version.", body = AuthorVersion)),
)]
#[get("/v1/manage/authors/{author}/versions/{number}")]
pub async fn get_author_version(
    _: Authorized<ContentRead>,
    path: Path<(Reference, Number)>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let author = queries::get(&mut conn, &path.0.0).await?;
    let version = kept::get(&mut conn, author.owner(), path.0.1.0).await?;
    let view = AuthorVersion::new(version, author.version);
    managed(StatusCode::OK, None, &view)
}

/// Compare two versions of an author
///
/// What leads from the version before, or the one that `against` names, to this one.
#[utoipa::path(
    tag = "Authors", security(("api_key" = ["content:read"])),
    params(
        ("author" = Reference, Path, description = "The author's slug or id."),
        ("number" = i32, Path, description = "The number of the version that is led to.", example = 1, minimum = 1),
        DiffQuery,
    ),
    responses((status = 200, description = "What changed.", body = Diff)),
)]
#[get("/v1/manage/authors/{author}/versions/{number}/diff")]
pub async fn diff_author_version(
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

/// Restore a version of an author
///
/// An edit that makes it say again what this version said, as a new version; if it is public, readers see it at once. When it says that already, nothing is written.
#[utoipa::path(
    tag = "Authors", security(("api_key" = ["content:write"])),
    params(
        ("author" = Reference, Path, description = "The author's slug or id."),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
        IfMatchHeader,
    ),
    responses(
        (status = 200, description = "The author as it now is.", body = ManagedAuthor),
        (status = 409, description = "What was right then no longer is; the slug is taken."),
    ),
)]
#[post("/v1/manage/authors/{author}/versions/{number}/restore")]
pub async fn restore_author_version(
    writer: Writer<ContentWrite>,
    path: Path<(Reference, Number)>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    let (which, Number(number)) = path.0;
    writer
        .write("restore_author_version", async move |tx| {
            let before = queries::lock(tx, &which, true).await?;
            require(tx, &if_match, &before).await?;
            let version = kept::get(tx, before.owner(), number).await?;
            if version.content == before.input() {
                return unchanged(before);
            }
            let draft = Draft::read(version.content, Faults::default());
            let input =
                Draft::<AuthorInput>::whole(draft).map_err(|error| refused(number, error))?;
            let author = queries::change(tx, &before, input).await?;
            changed(&before, author)
        })
        .await
}
