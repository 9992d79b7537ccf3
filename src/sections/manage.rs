//! `/v1/manage/sections`.

pub mod versions;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};

use super::model::SectionInput;
use super::queries::newsroom as queries;
use super::view::ManagedSection;
use crate::auth::{Authorized, ContentRead, ContentWrite};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::search::ManagedList;
use crate::http::{
    IfMatch, JsonBody, NoParameters, Page, PatchBody, Path, Query, State, Writer, Written,
};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Event, Kind};
use crate::values::Reference;
use crate::versions::queries::newsroom as kept;

/// List sections for editing
///
/// Sections by name, with what editors need.
#[utoipa::path(
    tag = "Sections", params(ManagedList), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of sections.", body = Page<ManagedSection>)),
)]
#[get("/v1/manage/sections")]
pub async fn manage_list_sections(
    _: Authorized<ContentRead>,
    query: Query<ManagedList>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let mut conn = state.newsroom().await?;
    let rows = queries::list_with_links(&mut conn, &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |(section, _)| Position {
        key: SortKey::Text(section.name.clone()),
        id: section.id,
    })?;
    managed(
        StatusCode::OK,
        None,
        &page.map(|(section, links)| ManagedSection::new(&section, links)),
    )
}

/// Make a section
///
/// The section is public at once.
#[utoipa::path(
    tag = "Sections", request_body = SectionInput, security(("api_key" = ["content:write"])),
    responses((status = 201, description = "The new section.", body = ManagedSection), (status = 409, description = "The slug is taken.")),
)]
#[post("/v1/manage/sections")]
pub async fn create_section(
    writer: Writer<ContentWrite>,
    _: Query<NoParameters>,
    body: JsonBody<SectionInput>,
) -> Result<HttpResponse> {
    writer
        .write("create_section", async move |tx| {
            let section = queries::insert(tx, &body.0).await?;
            let view = ManagedSection::new(&section, Vec::new());
            Ok(Written::created(
                format!("/v1/manage/sections/{}", section.id),
                &section.version(),
                &view,
            )?
            .audited(AuditEntry::of(Kind::Section, Some(section.id)).to(section.version()))
            .publishing(Change::of(Kind::Section, section.id, Event::Changed)))
        })
        .await
}

/// Read a section for editing
///
/// One section, with what editors need.
#[utoipa::path(
    tag = "Sections", params(("section" = Reference, Path, description = "Its slug or id.")), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "The section.", body = ManagedSection)),
)]
#[get("/v1/manage/sections/{section}")]
pub async fn manage_get_section(
    _: Authorized<ContentRead>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let section = queries::get(&mut conn, &path.0).await?;
    let links = queries::donation_links(&mut conn, section.id).await?;
    managed(
        StatusCode::OK,
        Some(&section.version().etag()),
        &ManagedSection::new(&section, links),
    )
}

/// Change a section
///
/// A JSON Merge Patch; readers see the change at once, and an old slug redirects to the new one.
#[utoipa::path(
    tag = "Sections", request_body = SectionInput, security(("api_key" = ["content:write"])),
    params(("section" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 200, description = "The section as it now is.", body = ManagedSection), (status = 409, description = "The slug is taken.")),
)]
#[patch("/v1/manage/sections/{section}")]
pub async fn change_section(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: PatchBody,
) -> Result<HttpResponse> {
    writer
        .write("change_section", async move |tx| {
            let before = queries::lock(tx, &path.0, body.names("slug")).await?;
            let current = (before.version, &before.version());
            kept::require(tx, &if_match, before.owner(), current).await?;
            let section =
                queries::change(tx, &before, &body.apply(before.input()).whole()?).await?;
            let links = queries::donation_links(tx, section.id).await?;
            Ok(
                Written::changed(&section.version(), &ManagedSection::new(&section, links))?
                    .audited(
                        AuditEntry::of(Kind::Section, Some(section.id))
                            .from(before.version())
                            .to(section.version()),
                    )
                    .publishing(Change::of(Kind::Section, section.id, Event::Changed)),
            )
        })
        .await
}

/// Remove a section
///
/// Only when no version of an article is in it.
#[utoipa::path(
    tag = "Sections", security(("api_key" = ["content:write"])),
    params(("section" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 204, description = "It is gone."), (status = 409, description = "Articles are in it.")),
)]
#[delete("/v1/manage/sections/{section}")]
pub async fn remove_section(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("remove_section", async move |tx| {
            let section = queries::lock(tx, &path.0, true).await?;
            if_match.require(&section.version())?;
            queries::remove(tx, &section).await?;
            Ok(Written::removed()
                .audited(AuditEntry::of(Kind::Section, Some(section.id)).from(section.version()))
                .publishing(Change::of(Kind::Section, section.id, Event::Removed)))
        })
        .await
}
