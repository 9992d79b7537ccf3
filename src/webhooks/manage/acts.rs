//! Acts on webhooks: a new secret, a test, and telling again.

use actix_web::{HttpResponse, post, web};
use uuid::Uuid;

use crate::auth::WebhooksManage;
use crate::changes::Seq;
use crate::error::{Code, Error, Result};
use crate::http::conditional::Version;
use crate::http::{ActBody, IfMatch, JsonBody, NoParameters, Path, Query, State, Writer, Written};
use crate::keys::model::Rotation;
use crate::publishing::{AuditEntry, Kept, kept};
use crate::values::Id;
use crate::webhooks::model::{Delivery, ReplayInput, Webhook};
use crate::webhooks::queries::newsroom as queries;
use crate::webhooks::view::{IssuedWebhook, ManagedDelivery, ManagedWebhook};

/// Rotate the secret of a webhook
///
/// Gives it a new secret, shown once. For the grace both sign, the new one first, so that receivers can be changed over; a secret from before that ends at once.
#[utoipa::path(
    tag = "Webhooks", request_body = Rotation, security(("api_key" = ["webhooks:manage"])),
    params(("webhook" = Id, Path, description = "Its id.")),
    responses((status = 200, description = "The webhook, with its new secret.", body = IssuedWebhook)),
)]
#[post("/v1/manage/webhooks/{webhook}/rotate")]
pub async fn rotate_webhook(
    writer: Writer<WebhooksManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    (if_match, state): (IfMatch, web::Data<State>),
    body: ActBody<Rotation>,
) -> Result<HttpResponse> {
    writer
        .write("rotate_webhook", async move |tx| {
            let before = queries::lock(tx, path.0).await?;
            if_match.check(&before.version())?;
            let (grace, vault) = (body.0.grace_seconds, state.signer().vault());
            let (webhook, secret) = queries::rotate(tx, &before, (grace, &vault)).await?;
            let pending = queries::pending_of(tx, webhook.id).await?;
            let version = webhook.version();
            let entry = AuditEntry::of_webhook(path.0).from(before.version());
            let silent = IssuedWebhook::silent(webhook.clone(), pending);
            Ok(Written::changed(&version, &silent)?
                .telling_once(&IssuedWebhook::telling(webhook, pending, &secret))?
                .audited(entry.to(&version)))
        })
        .await
}

/// Test a webhook
///
/// Sends it an event of the type `webhook.test`, as any other; its delivery tells what came of it.
#[utoipa::path(
    tag = "Webhooks", security(("api_key" = ["webhooks:manage"])),
    params(("webhook" = Id, Path, description = "Its id.")),
    responses((status = 201, description = "The delivery.", body = ManagedDelivery), (status = 409, description = "It is disabled.")),
)]
#[post("/v1/manage/webhooks/{webhook}/test")]
pub async fn test_webhook(
    writer: Writer<WebhooksManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let written = writer
        .write("test_webhook", async move |tx| {
            let webhook = queries::lock(tx, path.0).await?;
            require_enabled(&webhook)?;
            let delivery = queries::test(tx, &webhook).await?;
            told(&webhook, delivery)
        })
        .await?;
    state.hasten_webhooks();
    Ok(written)
}

/// Replay a delivery
///
/// Tells it once more, whatever became of it: as a new delivery with a `webhook-id` of its own, so that receivers which pass over what they have do not pass over it. What it says is made anew, as its article then is.
#[utoipa::path(
    tag = "Webhooks", security(("api_key" = ["webhooks:manage"])),
    params(("webhook" = Id, Path, description = "The webhook's id."), ("delivery" = Id, Path, description = "The delivery's id.")),
    responses((status = 201, description = "The new delivery.", body = ManagedDelivery), (status = 409, description = "The webhook is disabled.")),
)]
#[post("/v1/manage/webhooks/{webhook}/deliveries/{delivery}/replay")]
pub async fn replay_delivery(
    writer: Writer<WebhooksManage>,
    path: Path<(Uuid, Uuid)>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let written = writer
        .write("replay_delivery", async move |tx| {
            let webhook = queries::lock(tx, path.0.0).await?;
            let original = queries::delivery(tx, webhook.id, path.0.1).await?;
            require_enabled(&webhook)?;
            let delivery = queries::replay(tx, &webhook, original.id).await?;
            told(&webhook, delivery)
        })
        .await?;
    state.hasten_webhooks();
    Ok(written)
}

/// Replay the log to a webhook
///
/// Tells it again all that happened after a change, in order, each as a new delivery with a `webhook-id` of its own. What of that was still pending is cancelled, so that it does not come twice. Of what the log no longer holds nothing can be told: the answer is 410.
#[utoipa::path(
    tag = "Webhooks", request_body = ReplayInput, security(("api_key" = ["webhooks:manage"])),
    params(("webhook" = Id, Path, description = "Its id.")),
    responses(
        (status = 200, description = "The webhook, back at that change.", body = ManagedWebhook),
        (status = 409, description = "It is disabled."),
        (status = 410, description = "The log no longer holds what came after this change, or the change is of an epoch that is over."),
    ),
)]
#[post("/v1/manage/webhooks/{webhook}/replay")]
pub async fn replay_webhook(
    writer: Writer<WebhooksManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    state: web::Data<State>,
    body: JsonBody<ReplayInput>,
) -> Result<HttpResponse> {
    let since = body.0.since;
    let written = writer
        .write("replay_webhook", async move |tx| {
            let webhook = queries::lock(tx, path.0).await?;
            require_kept(since, kept(tx).await?)?;
            require_enabled(&webhook)?;
            let webhook = queries::replay_log(tx, &webhook, since).await?;
            let pending = queries::pending_of(tx, webhook.id).await?;
            let version = webhook.version();
            let entry = AuditEntry::of_webhook(path.0).from(&version).to(&version);
            let view = ManagedWebhook::new(webhook, pending);
            Ok(Written::changed(&version, &view)?.audited(entry))
        })
        .await?;
    state.hasten_webhooks();
    Ok(written)
}

/// The answer that shows a new delivery.
fn told(webhook: &Webhook, delivery: Delivery) -> Result<Written> {
    let path = format!(
        "/v1/manage/webhooks/{}/deliveries/{}",
        webhook.id, delivery.id
    );
    let version = webhook.version();
    let entry = AuditEntry::of_webhook(webhook.id)
        .from(&version)
        .to(&version);
    let view = ManagedDelivery::from(delivery);
    Ok(Written::created(path, &Version::single(1), &view)?.audited(entry))
}

fn require_enabled(webhook: &Webhook) -> Result<()> {
    if webhook.enabled {
        return Ok(());
    }
    let detail = "The webhook is disabled, so that nothing is sent. Enable it first: PATCH it with {\"enabled\": true}.";
    Err(Error::new(Code::StateConflict, detail))
}

fn require_kept(since: Seq, Kept { from, head }: Kept) -> Result<()> {
    let over = |detail: String| Err(Error::new(Code::EpochOver, detail));
    if since.epoch < head.epoch {
        return over(format!(
            "The log began a new epoch since {since}: it stands at {head} now. Name a change of this epoch."
        ));
    }
    if since > head {
        let detail = format!("There has been no change {since} yet: the log stands at {head}.");
        return Err(Error::new(Code::StateConflict, detail));
    }
    if since.number < from.number {
        return over(format!(
            "What came after {since} is in the log no longer. It can be told again from {from} on."
        ));
    }
    Ok(())
}
