//! `/v1/manage/entities`.

pub mod versions;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};

use super::model::{Entity, EntityInput, MergeInput, NamedByMerge};
use super::queries::newsroom::{self as queries, Merged};
use super::view::{DuplicateEntity, ManagedEntity};
use crate::auth::{Authorized, ContentRead, ContentWrite};
use crate::error::{Error, Faults, Result};
use crate::http::answer::managed;
use crate::http::conditional::Version;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::search::ManagedList;
use crate::http::{
    DraftBody, IfMatch, JsonBody, NoParameters, Page, PatchBody, Path, Query, State, Writer,
    Written,
};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Event, Kind, Merge, Tx};
use crate::values::Reference;
use crate::versions::queries::newsroom as kept;

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
/// It is not public until something published refers to it. The answer names others that go by a name of it, in case it is there already.
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
            let duplicates = queries::duplicates(tx, &entity).await?;
            let (id, version) = (entity.id, entity.version());
            Ok(Written::created(
                format!("/v1/manage/entities/{id}"),
                &version,
                &ManagedEntity::from(entity).beside(duplicates),
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
            let before = queries::lock(tx, &path.0, body.names("slug")).await?;
            require(tx, &if_match, &before).await?;
            let input: EntityInput = body.apply(before.input()).whole()?;
            let entity = queries::change(tx, &before, input).await?;
            changed(&before, entity)
        })
        .await
}

/// The answer to an edit; if it is public, readers see it at once.
fn changed(before: &Entity, entity: Entity) -> Result<Written> {
    let (id, version) = (entity.id, entity.version());
    let audit = AuditEntry::of(Kind::Entity, Some(id)).from(before.version());
    Ok(Written::changed(&version, &ManagedEntity::from(entity))?
        .audited(audit.to(version))
        .publishing(Change::of(Kind::Entity, id, Event::Changed)))
}

/// The answer to an edit that would change nothing.
fn unchanged(entity: Entity) -> Result<Written> {
    let (id, version) = (entity.id, entity.version());
    let audit = AuditEntry::of(Kind::Entity, Some(id)).from(&version);
    Ok(Written::changed(&version, &ManagedEntity::from(entity))?.audited(audit.to(&version)))
}

/// Goes on only when the entity is at one of the versions that the client names. Else it is told what changed since.
async fn require(tx: &mut Tx, if_match: &IfMatch, entity: &Entity) -> Result<()> {
    let current = (entity.version, &entity.version());
    kept::require(tx, if_match, entity.owner(), current).await
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
            let entity = queries::lock(tx, &path.0, true).await?;
            if_match.require(&entity.version())?;
            queries::remove(tx, &entity).await?;
            Ok(Written::removed()
                .audited(AuditEntry::of(Kind::Entity, Some(entity.id)).from(entity.version()))
                .publishing(Change::of(Kind::Entity, entity.id, Event::Removed)))
        })
        .await
}

/// List entities that may be the same
///
/// Others that go by its name or an alias of it, whatever the case, accents and punctuation: those of its kind first. If one is the same thing, merge the two.
#[utoipa::path(
    tag = "Entities", params(("entity" = Reference, Path, description = "Its slug or id.")), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "The others; at most 50.", body = Page<DuplicateEntity>)),
)]
#[get("/v1/manage/entities/{entity}/duplicates")]
pub async fn list_duplicate_entities(
    _: Authorized<ContentRead>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let entity = queries::get(&mut conn, &path.0).await?;
    let duplicates = queries::duplicates(&mut conn, &entity).await?;
    let views = duplicates.into_iter().map(DuplicateEntity::from);
    managed(StatusCode::OK, None, &Page::whole(views.collect()))
}

/// Merge an entity into another
///
/// The two were one thing. Whatever named this one names the other from now on, in every version of every article; the other gathers names, addresses and old slugs. This one's slugs and id lead readers to the other at once.
#[utoipa::path(
    tag = "Entities", request_body = MergeInput, security(("api_key" = ["content:write"])),
    params(("entity" = Reference, Path, description = "The slug or id of the entity that goes."), IfMatchHeader),
    responses((status = 200, description = "The entity that stays, as it now is.", body = ManagedEntity)),
)]
#[post("/v1/manage/entities/{entity}/merge")]
pub async fn merge_entity(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: DraftBody<MergeInput>,
) -> Result<HttpResponse> {
    writer
        .write("merge_entity", async move |tx| {
            queries::one_merge_at_a_time(tx).await?;
            let from = queries::get(tx, &path.0).await?;
            require(tx, &if_match, &from).await?;
            let mut faults = Faults::default();
            let named = body.0.named::<NamedByMerge>().into.given();
            let into = queries::target(tx, &from, named, &mut faults).await?;
            body.0.finish(faults)?;
            let into = into.ok_or_else(|| Error::internal("no target"))?;
            let pair = queries::lock_pair(tx, from.id, into).await?;
            require(tx, &if_match, &pair.from).await?;
            let (from, before) = (pair.from.clone(), pair.into.version());
            let merged = queries::merge(tx, pair).await?;
            merge_written(&from, before, merged)
        })
        .await
}

/// The answer to a merge: what stays. The audit has a row for each of the two, for each article whose working copy changed, and for each partner whose
/// contract named the one that went.
fn merge_written(from: &Entity, before: Version, merged: Merged) -> Result<Written> {
    let (into, version) = (merged.into.id, merged.into.version());
    let mut written = Written::changed(&version, &ManagedEntity::from(merged.into))?
        .audited(AuditEntry::of(Kind::Entity, Some(from.id)).from(from.version()))
        .audited(
            AuditEntry::of(Kind::Entity, Some(into))
                .from(before)
                .to(version),
        );
    for (article, before, after) in merged.moved {
        let entry = AuditEntry::of(Kind::Article, Some(article));
        written = written.audited(entry.from(before).to(after));
    }
    for (partner, version) in merged.partners {
        let entry = AuditEntry::of_partner(partner).from(Version::single(version - 1));
        written = written.audited(entry.to(Version::single(version)));
    }
    Ok(written.publishing(Change::merged(Merge {
        from: from.id,
        into,
        articles: merged.articles,
    })))
}
