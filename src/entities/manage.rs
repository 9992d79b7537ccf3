//! `/v1/manage/entities`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};

use super::model::EntityInput;
use super::queries::newsroom as queries;
use super::view::ManagedEntity;
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

/// List entities for editing
///
/// Entities by name, with what editors need.
#[utoipa::path(
    tag = "Entities", params(ManagedList), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of entities.", body = Page<ManagedEntity>)),
)]
#[get("/v1/manage/entities")]
pub async fn manage_list_entities(
    _: Authorized<ContentRead>,
    query: Query<ManagedList>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = queries::list(&mut state.newsroom().await?, &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| Position {
        key: SortKey::Text(row.name.clone()),
        id: row.id,
    })?;
    managed(StatusCode::OK, None, &page.map(ManagedEntity::from))
}

/// Make an entity
///
/// It is not public until something published refers to it.
#[utoipa::path(
    tag = "Entities", request_body = EntityInput, security(("api_key" = ["content:write"])),
    responses((status = 201, description = "The new entity.", body = ManagedEntity), (status = 409, description = "The slug is taken.")),
)]
#[post("/v1/manage/entities")]
pub async fn create_entity(
    writer: Writer<ContentWrite>,
    _: Query<NoParameters>,
    body: JsonBody<EntityInput>,
) -> Result<HttpResponse> {
    writer
        .write("create_entity", async move |tx| {
            let entity = queries::insert(tx, body.0).await?;
            let (id, version) = (entity.id, entity.version());
            Ok(Written::created(
                format!("/v1/manage/entities/{id}"),
                &version,
                &ManagedEntity::from(entity),
            )?
            .audited(AuditEntry::of(Kind::Entity, Some(id)).to(version)))
        })
        .await
}

/// Read an entity for editing
///
/// One entity, with what editors need.
#[utoipa::path(
    tag = "Entities", params(("entity" = Reference, Path, description = "Its slug or id.")), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "The entity.", body = ManagedEntity)),
)]
#[get("/v1/manage/entities/{entity}")]
pub async fn manage_get_entity(
    _: Authorized<ContentRead>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let entity = queries::get(&mut state.newsroom().await?, &path.0).await?;
    managed(
        StatusCode::OK,
        Some(&entity.version().etag()),
        &ManagedEntity::from(entity),
    )
}

/// Change an entity
///
/// A JSON Merge Patch; if it is public, readers see the change at once, and an old slug redirects to the new one.
#[utoipa::path(
    tag = "Entities", request_body = EntityInput, security(("api_key" = ["content:write"])),
    params(("entity" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 200, description = "The entity as it now is.", body = ManagedEntity), (status = 409, description = "The slug is taken.")),
)]
#[patch("/v1/manage/entities/{entity}")]
pub async fn change_entity(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: PatchBody,
) -> Result<HttpResponse> {
    writer
        .write("change_entity", async move |tx| {
            let before = queries::lock(tx, &path.0).await?;
            if_match.require(&before.version())?;
            let input: EntityInput = body.apply(before.input()).whole()?;
            let entity = queries::change(tx, &before, input).await?;
            let (id, version) = (entity.id, entity.version());
            Ok(Written::changed(&version, &ManagedEntity::from(entity))?
                .audited(
                    AuditEntry::of(Kind::Entity, Some(id))
                        .from(before.version())
                        .to(version),
                )
                .publishing(Change::of(Kind::Entity, id, Event::Changed)))
        })
        .await
}

/// Remove an entity
///
/// Only when no version of an article refers to it.
#[utoipa::path(
    tag = "Entities", security(("api_key" = ["content:write"])),
    params(("entity" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 204, description = "It is gone."), (status = 409, description = "Versions refer to it.")),
)]
#[delete("/v1/manage/entities/{entity}")]
pub async fn remove_entity(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("remove_entity", async move |tx| {
            let entity = queries::lock(tx, &path.0).await?;
            if_match.require(&entity.version())?;
            queries::remove(tx, &entity).await?;
            Ok(Written::removed()
                .audited(AuditEntry::of(Kind::Entity, Some(entity.id)).from(entity.version()))
                .publishing(Change::of(Kind::Entity, entity.id, Event::Removed)))
        })
        .await
}
