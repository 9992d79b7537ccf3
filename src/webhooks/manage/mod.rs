//! `/v1/manage/webhooks`.

pub mod acts;
pub mod deliveries;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use uuid::Uuid;

use super::address::look_at;
use super::model::{Webhook, WebhookInput, WebhookParts};
use super::parameters::WebhookQuery;
use super::queries::newsroom as queries;
use super::view::{IssuedWebhook, ManagedWebhook};
use crate::auth::{Authorized, WebhooksManage};
use crate::changes::stream::queries::delivery as log;
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{
    DraftBody, IfMatch, NoParameters, Page, PatchBody, Path, Query, State, Writer, Written,
};
use crate::openapi::IfMatchHeader;
use crate::publishing::AuditEntry;
use crate::values::Id;

/// List webhooks
///
/// Every webhook, the newest first; never a secret.
#[utoipa::path(
    tag = "Webhooks", params(WebhookQuery), security(("api_key" = ["webhooks:manage"])),
    responses((status = 200, description = "A page of webhooks.", body = Page<ManagedWebhook>)),
)]
#[get("/v1/manage/webhooks")]
pub async fn list_webhooks(
    _: Authorized<WebhooksManage>,
    query: Query<WebhookQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let mut conn = state.newsroom().await?;
    let rows = queries::list(&mut conn, &query.parameters, after).await?;
    let rows = queries::with_pending(&mut conn, rows).await?;
    let cut = Cut::of(&query, state.signer());
    let at = |webhook: &Webhook| SortKey::Number(webhook.created_at.timestamp_millis());
    let page = Page::cut(rows, query.parameters.limit, cut, |(webhook, _)| Position {
        key: at(webhook),
        id: webhook.id,
    })?;
    let page = page.map(|(webhook, pending)| ManagedWebhook::new(webhook, pending));
    managed(StatusCode::OK, None, &page)
}

/// Make a webhook
///
/// From now on what happens to articles is sent to its address, as Standard Webhooks 1.0 has it. The answer shows its secret, once. Of what happened before it is told nothing.
#[utoipa::path(
    tag = "Webhooks", request_body = WebhookInput, security(("api_key" = ["webhooks:manage"])),
    responses((status = 201, description = "The new webhook, with its secret.", body = IssuedWebhook)),
)]
#[post("/v1/manage/webhooks")]
pub async fn create_webhook(
    writer: Writer<WebhooksManage>,
    _: Query<NoParameters>,
    body: DraftBody<WebhookInput>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let url = body.0.named::<WebhookParts>().url.given();
    let faults = look_at(state.outgoing(), url).await;
    let head = log::events(&mut state.pools().delivery().await?, i64::MAX, 0).await?;
    writer
        .write("create_webhook", async move |tx| {
            let new = queries::check(tx, (body.0, None), faults).await?;
            let vault = state.signer().vault();
            let (webhook, secret) = queries::insert(tx, (&new, head.seq), &vault).await?;
            let (id, version) = (webhook.id, webhook.version());
            let path = format!("/v1/manage/webhooks/{id}");
            let silent = IssuedWebhook::silent(webhook.clone(), 0);
            Ok(Written::created(path, &version, &silent)?
                .telling_once(&IssuedWebhook::telling(webhook, 0, &secret))?
                .audited(AuditEntry::of_webhook(id).to(version)))
        })
        .await
}

/// Read a webhook
///
/// One webhook: how it fares, up to where it was told, and how much is yet to be taken. Never its secret.
#[utoipa::path(
    tag = "Webhooks", params(("webhook" = Id, Path, description = "Its id.")), security(("api_key" = ["webhooks:manage"])),
    responses((status = 200, description = "The webhook.", body = ManagedWebhook)),
)]
#[get("/v1/manage/webhooks/{webhook}")]
pub async fn get_webhook(
    _: Authorized<WebhooksManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let webhook = queries::get(&mut conn, path.0).await?;
    let pending = queries::pending_of(&mut conn, webhook.id).await?;
    let etag = webhook.version().etag();
    managed(
        StatusCode::OK,
        Some(&etag),
        &ManagedWebhook::new(webhook, pending),
    )
}

/// Change a webhook
///
/// A JSON Merge Patch. What is disabled is not told; once enabled again it is told all that happened meanwhile, in order, as far as the log is kept.
#[utoipa::path(
    tag = "Webhooks", request_body = WebhookInput, security(("api_key" = ["webhooks:manage"])),
    params(("webhook" = Id, Path, description = "Its id."), IfMatchHeader),
    responses((status = 200, description = "The webhook as it now is.", body = ManagedWebhook)),
)]
#[patch("/v1/manage/webhooks/{webhook}")]
pub async fn change_webhook(
    writer: Writer<WebhooksManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    (if_match, state): (IfMatch, web::Data<State>),
    body: PatchBody,
) -> Result<HttpResponse> {
    let url = body.named::<WebhookParts>().url.given();
    let faults = look_at(state.outgoing(), url).await;
    let written = writer
        .write("change_webhook", async move |tx| {
            let before = queries::lock(tx, path.0).await?;
            if_match.require(&before.version())?;
            let draft = body.apply(before.input());
            let new = queries::check(tx, (draft, Some(&before)), faults).await?;
            let webhook = queries::change(tx, &before, &new).await?;
            let pending = queries::pending_of(tx, webhook.id).await?;
            let version = webhook.version();
            let entry = AuditEntry::of_webhook(path.0).from(before.version());
            let view = ManagedWebhook::new(webhook, pending);
            Ok(Written::changed(&version, &view)?.audited(entry.to(&version)))
        })
        .await?;
    state.hasten_webhooks();
    Ok(written)
}

/// Remove a webhook
///
/// It is told nothing more, and the log of what it was told goes with it.
#[utoipa::path(
    tag = "Webhooks", security(("api_key" = ["webhooks:manage"])),
    params(("webhook" = Id, Path, description = "Its id."), IfMatchHeader),
    responses((status = 204, description = "It is gone.")),
)]
#[delete("/v1/manage/webhooks/{webhook}")]
pub async fn remove_webhook(
    writer: Writer<WebhooksManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("remove_webhook", async move |tx| {
            let webhook = queries::lock(tx, path.0).await?;
            if_match.require(&webhook.version())?;
            queries::remove(tx, &webhook).await?;
            let entry = AuditEntry::of_webhook(path.0).from(webhook.version());
            Ok(Written::removed().audited(entry))
        })
        .await
}
