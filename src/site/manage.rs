//! `/v1/manage/site`.

pub mod versions;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, patch, put, web};
use uuid::Uuid;

use super::model::{Site, SiteInput};
use super::queries::newsroom as queries;
use super::view::ManagedSite;
use crate::auth::{Authorized, ContentRead, SiteWrite};
use crate::donation_links::queries::newsroom as donation_links;
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::{DraftBody, IfMatch, NoParameters, PatchBody, Query, State, Writer, Written};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Kind, Tx};
use crate::values::{Id, UpTo};
use crate::versions::queries::newsroom as kept;

/// Read the site for editing
///
/// The publication, with what editors need.
#[utoipa::path(
    tag = "Site", security(("api_key" = ["content:read"])),
    responses((status = 200, description = "The site.", body = ManagedSite)),
)]
#[get("/v1/manage/site")]
pub async fn manage_get_site(
    _: Authorized<ContentRead>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let site = queries::get(&mut conn).await?;
    let links = queries::donation_links(&mut conn).await?;
    let etag = site.version().etag();
    managed(StatusCode::OK, Some(&etag), &ManagedSite::new(site, links))
}

/// Change the site
///
/// A JSON Merge Patch; readers see the change at once.
#[utoipa::path(
    tag = "Site", request_body = SiteInput, security(("api_key" = ["site:write"])), params(IfMatchHeader),
    responses((status = 200, description = "The site as it now is.", body = ManagedSite)),
)]
#[patch("/v1/manage/site")]
pub async fn change_site(
    writer: Writer<SiteWrite>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: PatchBody,
) -> Result<HttpResponse> {
    writer
        .write("change_site", async move |tx| {
            let before = queries::lock(tx).await?;
            require(tx, &if_match, &before).await?;
            let site = queries::change(tx, &before, body.apply(before.input())).await?;
            let links = queries::donation_links(tx).await?;
            written(&before, site, links)
        })
        .await
}

/// The answer to a write of the site. When it changed, readers see it at once.
fn written(before: &Site, site: Site, links: Vec<Uuid>) -> Result<Written> {
    let (from, to) = (before.version(), site.version());
    let audit = AuditEntry::of(Kind::Site, None).from(&from).to(&to);
    Ok(Written::changed(&to, &ManagedSite::new(site, links))?
        .audited(audit)
        .publishing((from != to).then(Change::site)))
}

/// Goes on only when the site is at one of the versions that the client names. Else it is told what changed since.
async fn require(tx: &mut Tx, if_match: &IfMatch, site: &Site) -> Result<()> {
    let current = (site.version, &site.version());
    kept::require(tx, if_match, site.owner(), current).await
}

/// Hang donation links on the site
///
/// The whole ordered list of at most 100, in place of the one before. Articles without links of their own or of their section show these, at once.
#[utoipa::path(
    tag = "Donation links", request_body = Vec<Id>, security(("api_key" = ["site:write"])), params(IfMatchHeader),
    responses((status = 200, description = "The site as it now is.", body = ManagedSite), (status = 409, description = "A donation link in the list was just removed.")),
)]
#[put("/v1/manage/site/donation-links")]
pub async fn set_site_donation_links(
    writer: Writer<SiteWrite>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: DraftBody<UpTo<Id, 100>>,
) -> Result<HttpResponse> {
    writer
        .write("set_site_donation_links", async move |tx| {
            let before = queries::lock(tx).await?;
            require(tx, &if_match, &before).await?;
            let links = donation_links::find_all(tx, body.0).await?;
            donation_links::attach(tx, "site", Uuid::nil(), &links).await?;
            let site = queries::touch(tx, &before).await?;
            written(&before, site, links)
        })
        .await
}
