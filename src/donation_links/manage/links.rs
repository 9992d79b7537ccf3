//! `/v1/manage/donation-links`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use uuid::Uuid;

use crate::auth::{Authorized, ContentRead, ContentWrite};
use crate::donation_links::model::{DonationLink, DonationLinkInput};
use crate::donation_links::queries::newsroom as queries;
use crate::donation_links::view::ManagedDonationLink;
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::search::ManagedList;
use crate::http::{
    DraftBody, IfMatch, NoParameters, Page, PatchBody, Path, Query, State, Writer, Written,
};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Event, Kind, Tx};
use crate::values::Id;
use crate::versions::queries::newsroom as kept;

/// List donation links for editing
///
/// Donation links, the newest first, with what editors need.
#[utoipa::path(
    tag = "Donation links", params(ManagedList), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of links.", body = Page<ManagedDonationLink>)),
)]
#[get("/v1/manage/donation-links")]
pub async fn manage_list_donation_links(
    _: Authorized<ContentRead>,
    query: Query<ManagedList>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = queries::list(&mut state.newsroom().await?, &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| Position {
        key: SortKey::Number(row.created_at.timestamp_millis()),
        id: row.id,
    })?;
    managed(StatusCode::OK, None, &page.map(ManagedDonationLink::from))
}

/// Make a donation link
///
/// Readers see it once it hangs on the site, a section or a published article.
#[utoipa::path(
    tag = "Donation links", request_body = DonationLinkInput, security(("api_key" = ["content:write"])),
    responses((status = 201, description = "The new link.", body = ManagedDonationLink)),
)]
#[post("/v1/manage/donation-links")]
pub async fn create_donation_link(
    writer: Writer<ContentWrite>,
    _: Query<NoParameters>,
    body: DraftBody<DonationLinkInput>,
) -> Result<HttpResponse> {
    writer
        .write("create_donation_link", async move |tx| {
            let link = queries::insert(tx, DonationLinkInput::checked(body.0)?).await?;
            let (id, version) = (link.id, link.version());
            Ok(Written::created(
                format!("/v1/manage/donation-links/{id}"),
                &version,
                &ManagedDonationLink::from(link),
            )?
            .audited(AuditEntry::of(Kind::DonationLink, Some(id)).to(version)))
        })
        .await
}

/// Read a donation link for editing
///
/// One link, with what editors need.
#[utoipa::path(
    tag = "Donation links", params(("link" = Id, Path, description = "Its id.")), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "The link.", body = ManagedDonationLink)),
)]
#[get("/v1/manage/donation-links/{link}")]
pub async fn manage_get_donation_link(
    _: Authorized<ContentRead>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let link = queries::get(&mut state.newsroom().await?, path.0).await?;
    managed(
        StatusCode::OK,
        Some(&link.version().etag()),
        &ManagedDonationLink::from(link),
    )
}

/// Change a donation link
///
/// A JSON Merge Patch; if it is public, readers see the change at once.
#[utoipa::path(
    tag = "Donation links", request_body = DonationLinkInput, security(("api_key" = ["content:write"])),
    params(("link" = Id, Path, description = "Its id."), IfMatchHeader),
    responses((status = 200, description = "The link as it now is.", body = ManagedDonationLink)),
)]
#[patch("/v1/manage/donation-links/{link}")]
pub async fn change_donation_link(
    writer: Writer<ContentWrite>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: PatchBody,
) -> Result<HttpResponse> {
    writer
        .write("change_donation_link", async move |tx| {
            let before = queries::lock(tx, path.0).await?;
            require(tx, &if_match, &before).await?;
            let input = DonationLinkInput::checked(body.apply(before.input()))?;
            let link = queries::change(tx, &before, input).await?;
            changed(&before, link)
        })
        .await
}

/// The answer to an edit; if it is public, readers see it at once.
pub(super) fn changed(before: &DonationLink, link: DonationLink) -> Result<Written> {
    let (id, version) = (link.id, link.version());
    let audit = AuditEntry::of(Kind::DonationLink, Some(id)).from(before.version());
    Ok(
        Written::changed(&version, &ManagedDonationLink::from(link))?
            .audited(audit.to(version))
            .publishing(Change::of(Kind::DonationLink, id, Event::Changed)),
    )
}

/// The answer to an edit that would change nothing.
pub(super) fn unchanged(link: DonationLink) -> Result<Written> {
    let (id, version) = (link.id, link.version());
    let audit = AuditEntry::of(Kind::DonationLink, Some(id)).from(&version);
    Ok(Written::changed(&version, &ManagedDonationLink::from(link))?.audited(audit.to(&version)))
}

/// Goes on only when the link is at one of the versions that the client names. Else it is told what changed since.
pub(super) async fn require(tx: &mut Tx, if_match: &IfMatch, link: &DonationLink) -> Result<()> {
    let current = (link.version, &link.version());
    kept::require(tx, if_match, link.owner(), current).await
}

/// Remove a donation link
///
/// Only when it hangs on nothing.
#[utoipa::path(
    tag = "Donation links", security(("api_key" = ["content:write"])),
    params(("link" = Id, Path, description = "Its id."), IfMatchHeader),
    responses((status = 204, description = "It is gone."), (status = 409, description = "It hangs on something.")),
)]
#[delete("/v1/manage/donation-links/{link}")]
pub async fn remove_donation_link(
    writer: Writer<ContentWrite>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("remove_donation_link", async move |tx| {
            let link = queries::lock(tx, path.0).await?;
            if_match.require(&link.version())?;
            queries::remove(tx, &link).await?;
            Ok(Written::removed()
                .audited(AuditEntry::of(Kind::DonationLink, Some(link.id)).from(link.version()))
                .publishing(Change::of(Kind::DonationLink, link.id, Event::Removed)))
        })
        .await
}
