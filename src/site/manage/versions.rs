//! What the site said before, what changed since, and the way back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use uuid::Uuid;

use super::{require, written};
use crate::auth::{Authorized, ContentRead, SiteWrite};
use crate::diff::{Diff, compare_apart};
use crate::donation_links::queries::newsroom as donation_links;
use crate::error::{Faults, Result};
use crate::http::answer::managed;
use crate::http::page::Cut;
use crate::http::path::Number;
use crate::http::{IfMatch, NoParameters, Page, Path, Query, State, Writer};
use crate::openapi::IfMatchHeader;
use crate::publishing::Tx;
use crate::site::model::Site;
use crate::site::queries::newsroom as queries;
use crate::site::view::{ManagedSite, SiteVersion};
use crate::values::Draft;
use crate::versions::model::{KeptVersion, refused};
use crate::versions::parameters::{DiffQuery, VersionQuery};
use crate::versions::queries::newsroom as kept;
use crate::versions::view::KeptVersionItem;

/// List the versions of the site
///
/// Every version, the newest first, which is the present one. None ever changes.
#[utoipa::path(
    tag = "Site", params(VersionQuery), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of versions.", body = Page<KeptVersionItem>)),
)]
#[get("/v1/manage/site/versions")]
pub async fn list_site_versions(
    _: Authorized<ContentRead>,
    query: Query<VersionQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let site = queries::get(&mut conn).await?;
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = kept::list(&mut conn, site.owner(), &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| {
        row.heading.position(Uuid::nil())
    })?;
    let item = |row| KeptVersionItem::new(&row, site.version);
    managed(StatusCode::OK, None, &page.map(item))
}

/// Read a version of the site
///
/// One version, whole, as it was written.
#[utoipa::path(
    tag = "Site", security(("api_key" = ["content:read"])),
    params(
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
    ),
    responses((status = 200, description = "The version.", body = SiteVersion)),
)]
#[get("/v1/manage/site/versions/{number}")]
pub async fn get_site_version(
    _: Authorized<ContentRead>,
    path: Path<Number>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let site = queries::get(&mut conn).await?;
    let version = kept::get(&mut conn, site.owner(), path.0.0).await?;
    let view = SiteVersion::new(version, site.version);
    managed(StatusCode::OK, None, &view)
}

/// Compare two versions of the site
///
/// What leads from the version before, or the one that `against` names, to this one.
#[utoipa::path(
    tag = "Site", security(("api_key" = ["content:read"])),
    params(
        ("number" = i32, Path, description = "The number of the version that is led to.", example = 1, minimum = 1),
        DiffQuery,
    ),
    responses((status = 200, description = "What changed.", body = Diff)),
)]
#[get("/v1/manage/site/versions/{number}/diff")]
pub async fn diff_site_version(
    _: Authorized<ContentRead>,
    path: Path<Number>,
    query: Query<DiffQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let Number(number) = path.0;
    let mut conn = state.newsroom().await?;
    let owner = queries::get(&mut conn).await?.owner();
    let against = query.parameters.against(number);
    let (from, to) = kept::sides(&mut conn, owner, against, number).await?;
    drop(conn);
    managed(StatusCode::OK, None, &compare_apart(from, to).await?)
}

/// Restore a version of the site
///
/// An edit that makes it say again what this version said, with the donation links that hung on it, as a new version; readers see it at once. When it says that already,
/// nothing is written.
#[utoipa::path(
    tag = "Site", security(("api_key" = ["site:write"])),
    params(("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1), IfMatchHeader),
    responses(
        (status = 200, description = "The site as it now is.", body = ManagedSite),
        (status = 409, description = "What was right then no longer is; a donation link is gone."),
    ),
)]
#[post("/v1/manage/site/versions/{number}/restore")]
pub async fn restore_site_version(
    writer: Writer<SiteWrite>,
    path: Path<Number>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    let Number(number) = path.0;
    writer
        .write("restore_site_version", async move |tx| {
            let before = queries::lock(tx).await?;
            require(tx, &if_match, &before).await?;
            let version = kept::get(tx, before.owner(), number).await?;
            let (site, links) = restore(tx, &before, version)
                .await
                .map_err(|error| refused(number, error))?;
            written(&before, site, links)
        })
        .await
}

/// The site as this version was, and what hangs on it.
async fn restore(
    tx: &mut Tx,
    before: &Site,
    mut version: KeptVersion,
) -> Result<(Site, Vec<Uuid>)> {
    let hung = queries::donation_links(tx).await?;
    let links = donation_links::find_kept(tx, version.take_links()).await?;
    if links == hung && version.content == before.input() {
        return Ok((before.clone(), hung));
    }
    donation_links::attach(tx, "site", Uuid::nil(), &links).await?;
    let draft = Draft::read(version.content, Faults::default());
    let site = queries::change(tx, before, draft).await?;
    Ok((site, links))
}
