//! `/v1/entities`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::parameters::ListEntities;
use super::queries::delivery as queries;
use super::view::EntityView;
use crate::auth::Visitor;
use crate::error::{Error, Result};
use crate::http::answer::moved;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{Answer, NoParameters, Page, Path, Query, State};
use crate::publishing::Kind;
use crate::resolve::{Found, frontend, locate};
use crate::values::Reference;

/// List entities
///
/// Entities by name: those that something published refers to, or once referred to.
#[utoipa::path(tag = "Entities", params(ListEntities), responses((status = 200, description = "A page of entities.", body = Page<EntityView>)))]
#[get("/v1/entities")]
pub async fn list_entities(
    _: Visitor,
    query: Query<ListEntities>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let after = query.position(asked.cursor.as_ref(), state.signer())?;
    let kinds = asked.kind.as_ref().map(|kinds| kinds.0.as_slice());
    let found = queries::list(
        &mut state.delivery().await?,
        kinds,
        asked.limit.probe(),
        after,
    )
    .await?;
    let frontend = frontend(found.site.as_deref())?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(found.rows, asked.limit, cut, |row| Position {
        key: SortKey::Text(row.name.clone()),
        id: row.id,
    })?;
    let next = page.next_path(&query);
    let page = page.map(|entity| EntityView::new(entity, &frontend));
    Ok(Answer::json(found.seq, &page)?
        .next(next)
        .respond(&request, &state))
}

/// Read an entity
///
/// One entity. A slug that it had before answers with a redirect to the one it has now.
#[utoipa::path(
    tag = "Entities",
    params(("entity" = Reference, Path, description = "Its slug or id.")),
    responses((status = 200, description = "The entity.", body = EntityView)),
)]
#[get("/v1/entities/{entity}")]
pub async fn get_entity(
    _: Visitor,
    path: Path<Reference>,
    _: Query<NoParameters>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.delivery().await?;
    let id = match locate(&mut conn, Kind::Entity, &path.0).await? {
        Found::Here(id) => id,
        Found::Moved(slug) => return Ok(moved(&request, &state, &format!("/v1/entities/{slug}"))),
    };
    let found = queries::get(&mut conn, id).await?;
    let frontend = frontend(found.site.as_deref())?;
    let entity = found.rows.into_iter().next().ok_or_else(Error::not_found)?;
    Ok(Answer::json(found.seq, &EntityView::new(entity, &frontend))?.respond(&request, &state))
}
