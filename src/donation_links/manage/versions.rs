//! What a donation link said before, what changed since, and the way back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use uuid::Uuid;

use super::links::{changed, require, unchanged};
use crate::auth::{Authorized, ContentRead, ContentWrite};
use crate::diff::{Diff, compare_apart};
use crate::donation_links::model::DonationLinkInput;
use crate::donation_links::queries::newsroom as queries;
use crate::donation_links::view::{DonationLinkVersion, ManagedDonationLink};
use crate::error::{Faults, Result};
use crate::http::answer::managed;
use crate::http::page::Cut;
use crate::http::path::Number;
use crate::http::{IfMatch, NoParameters, Page, Path, Query, State, Writer};
use crate::openapi::IfMatchHeader;
use crate::values::{Draft, Id};
use crate::versions::model::refused;
use crate::versions::parameters::{DiffQuery, VersionQuery};
use crate::versions::queries::newsroom as kept;
use crate::versions::view::KeptVersionItem;

/// List the versions of a donation link
///
/// Every version, the newest first, which is the present one. None ever changes.
#[utoipa::path(
    tag = "Donation links", params(("link" = Id, Path, description = "Its id."), VersionQuery), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of versions.", body = Page<KeptVersionItem>)),
)]
#[get("/v1/manage/donation-links/{link}/versions")]
pub async fn list_donation_link_versions(
    _: Authorized<ContentRead>,
    path: Path<Uuid>,
    query: Query<VersionQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let link = queries::get(&mut conn, path.0).await?;
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = kept::list(&mut conn, link.owner(), &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| {
        row.heading.position(link.id)
    })?;
    let item = |row| KeptVersionItem::new(&row, link.version);
    managed(StatusCode::OK, None, &page.map(item))
}

/// Read a version of a donation link
///
/// One version, whole, as it was written.
#[utoipa::path(
    tag = "Donation links", security(("api_key" = ["content:read"])),
    params(
        ("link" = Id, Path, description = "The donation link's id."),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
    ),
    responses((status = 200, description = "The version.", body = DonationLinkVersion)),
)]
#[get("/v1/manage/donation-links/{link}/versions/{number}")]
pub async fn get_donation_link_version(
    _: Authorized<ContentRead>,
    path: Path<(Uuid, Number)>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let link = queries::get(&mut conn, path.0.0).await?;
    let version = kept::get(&mut conn, link.owner(), path.0.1.0).await?;
    let view = DonationLinkVersion::new(version, link.version);
    managed(StatusCode::OK, None, &view)
}

/// Compare two versions of a donation link
///
/// What leads from the version before, or the one that `against` names, to this one.
#[utoipa::path(
    tag = "Donation links", security(("api_key" = ["content:read"])),
    params(
        ("link" = Id, Path, description = "The donation link's id."),
        ("number" = i32, Path, description = "The number of the version that is led to.", example = 1, minimum = 1),
        DiffQuery,
    ),
    responses((status = 200, description = "What changed.", body = Diff)),
)]
#[get("/v1/manage/donation-links/{link}/versions/{number}/diff")]
pub async fn diff_donation_link_version(
    _: Authorized<ContentRead>,
    path: Path<(Uuid, Number)>,
    query: Query<DiffQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let (which, Number(number)) = path.0;
    let mut conn = state.newsroom().await?;
    let owner = queries::get(&mut conn, which).await?.owner();
    let against = query.parameters.against(number);
    let (from, to) = kept::sides(&mut conn, owner, against, number).await?;
    drop(conn);
    managed(StatusCode::OK, None, &compare_apart(from, to).await?)
}

/// Restore a version of a donation link
///
/// An edit that makes it say again what this version said, as a new version; if it is public, readers see it at once. When it says that already, nothing is written.
#[utoipa::path(
    tag = "Donation links", security(("api_key" = ["content:write"])),
    params(
        ("link" = Id, Path, description = "The donation link's id."),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
        IfMatchHeader,
    ),
    responses(
        (status = 200, description = "The donation link as it now is.", body = ManagedDonationLink),
        (status = 409, description = "What was right then no longer is."),
    ),
)]
#[post("/v1/manage/donation-links/{link}/versions/{number}/restore")]
pub async fn restore_donation_link_version(
    writer: Writer<ContentWrite>,
    path: Path<(Uuid, Number)>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    let (which, Number(number)) = path.0;
    writer
        .write("restore_donation_link_version", async move |tx| {
            let before = queries::lock(tx, which).await?;
            require(tx, &if_match, &before).await?;
            let version = kept::get(tx, before.owner(), number).await?;
            if version.content == before.input() {
                return unchanged(before);
            }
            let draft = Draft::read(version.content, Faults::default());
            let input =
                DonationLinkInput::checked(draft).map_err(|error| refused(number, error))?;
            let link = queries::change(tx, &before, input).await?;
            changed(&before, link)
        })
        .await
}
