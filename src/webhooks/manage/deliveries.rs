//! `/v1/manage/webhooks/{webhook}/deliveries`: what a webhook was told.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};
use uuid::Uuid;

use crate::auth::{Authorized, WebhooksManage};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{NoParameters, Page, Path, Query, State};
use crate::values::Id;
use crate::webhooks::parameters::DeliveryQuery;
use crate::webhooks::queries::newsroom as queries;
use crate::webhooks::view::{ManagedDelivery, ToldDelivery};

/// List the deliveries of a webhook
///
/// What it was told and is yet to be told, the newest first. Filters combine freely. Those that are over are kept for 30 days, unless the publisher set another time.
#[utoipa::path(
    tag = "Webhooks", security(("api_key" = ["webhooks:manage"])),
    params(("webhook" = Id, Path, description = "The webhook's id."), DeliveryQuery),
    responses((status = 200, description = "A page of deliveries.", body = Page<ManagedDelivery>)),
)]
#[get("/v1/manage/webhooks/{webhook}/deliveries")]
pub async fn list_deliveries(
    _: Authorized<WebhooksManage>,
    path: Path<Uuid>,
    query: Query<DeliveryQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let mut conn = state.newsroom().await?;
    let webhook = queries::get(&mut conn, path.0).await?;
    let asked = (&query.parameters, after);
    let rows = queries::deliveries(&mut conn, webhook.id, asked).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |delivery| Position {
        key: SortKey::Number(delivery.position),
        id: delivery.id,
    })?;
    managed(StatusCode::OK, None, &page.map(ManagedDelivery::from))
}

/// Read a delivery
///
/// What was sent, and each attempt: when, how long it took, what the target answered, and what went wrong.
#[utoipa::path(
    tag = "Webhooks", security(("api_key" = ["webhooks:manage"])),
    params(("webhook" = Id, Path, description = "The webhook's id."), ("delivery" = Id, Path, description = "The delivery's id.")),
    responses((status = 200, description = "The delivery.", body = ToldDelivery)),
)]
#[get("/v1/manage/webhooks/{webhook}/deliveries/{delivery}")]
pub async fn get_delivery(
    _: Authorized<WebhooksManage>,
    path: Path<(Uuid, Uuid)>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let delivery = queries::delivery(&mut conn, path.0.0, path.0.1).await?;
    let attempts = queries::attempts(&mut conn, delivery.id).await?;
    managed(StatusCode::OK, None, &ToldDelivery::new(delivery, attempts))
}
