//! `/v1/manage/keys`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use uuid::Uuid;

use super::model::{KeyInput, Rotation};
use super::parameters::KeyQuery;
use super::queries::newsroom as queries;
use super::view::{IssuedKey, ManagedKey};
use crate::auth::{Authorized, KeysManage};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{
    ActBody, DraftBody, IfMatch, NoParameters, Page, Path, Query, State, Writer, Written,
};
use crate::publishing::AuditEntry;

/// List keys
///
/// Every key, the newest first; never a secret.
#[utoipa::path(
    tag = "Keys", params(KeyQuery), security(("api_key" = ["keys:manage"])),
    responses((status = 200, description = "A page of keys.", body = Page<ManagedKey>)),
)]
#[get("/v1/manage/keys")]
pub async fn list_keys(
    _: Authorized<KeysManage>,
    query: Query<KeyQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = queries::list(&mut state.newsroom().await?, &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |key| Position {
        key: SortKey::Number(key.row.created_at.timestamp_millis()),
        id: key.row.id,
    })?;
    managed(
        StatusCode::OK,
        None,
        &page.map(|key| ManagedKey::from(&key)),
    )
}

/// Make a key
///
/// With the scopes of a role or with scopes of its own. The answer shows its secret, once. A key never makes a broader one: where it lacks a scope of the new key, or ends before it, the answer is 403.
#[utoipa::path(
    tag = "Keys", request_body = KeyInput, security(("api_key" = ["keys:manage"])),
    responses((status = 201, description = "The new key, with its secret.", body = IssuedKey)),
)]
#[post("/v1/manage/keys")]
pub async fn create_key(
    writer: Writer<KeysManage>,
    _: Query<NoParameters>,
    body: DraftBody<KeyInput>,
) -> Result<HttpResponse> {
    writer
        .write("create_key", async move |tx| {
            let maker = queries::maker(tx).await?;
            let new = KeyInput::checked(body.0, tx.now)?;
            maker.may_make(&new)?;
            let (key, secret) = queries::insert(tx, &new).await?;
            let (path, version) = (format!("/v1/manage/keys/{}", key.row.id), key.version());
            Ok(Written::created(path, &version, &IssuedKey::silent(&key))?
                .telling_once(&IssuedKey::telling(&key, &secret))?
                .audited(AuditEntry::of_key(key.row.id).to(version)))
        })
        .await
}

/// Read a key
///
/// One key, without its secret.
#[utoipa::path(
    tag = "Keys", params(("key" = Uuid, Path, description = "Its id.")), security(("api_key" = ["keys:manage"])),
    responses((status = 200, description = "The key.", body = ManagedKey)),
)]
#[get("/v1/manage/keys/{key}")]
pub async fn get_key(
    _: Authorized<KeysManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let key = queries::get(&mut state.newsroom().await?, path.0).await?;
    let etag = key.version().etag();
    managed(StatusCode::OK, Some(&etag), &ManagedKey::from(&key))
}

/// Rotate a key
///
/// Gives it a new secret, shown once. The one of now stays good beside it for the grace, so that tools can be changed over; a secret from before that ends at once: there are never more than two. Its end (`expires_at`) does not move. Only by a key that has all of its scopes and lasts as long.
#[utoipa::path(
    tag = "Keys", request_body = Rotation, security(("api_key" = ["keys:manage"])),
    params(("key" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The key, with its new secret.", body = IssuedKey), (status = 409, description = "It has expired or was revoked.")),
)]
#[post("/v1/manage/keys/{key}/rotate")]
pub async fn rotate_key(
    writer: Writer<KeysManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: ActBody<Rotation>,
) -> Result<HttpResponse> {
    writer
        .write("rotate_key", async move |tx| {
            let (before, maker) = queries::lock(tx, path.0).await?;
            maker.may_rotate(&before.row)?;
            if_match.check(&before.version())?;
            before.require_active()?;
            let (key, secret) = queries::rotate(tx, &before, body.0.grace_seconds).await?;
            let entry = AuditEntry::of_key(path.0).from(before.version());
            Ok(Written::changed(&key.version(), &IssuedKey::silent(&key))?
                .telling_once(&IssuedKey::telling(&key, &secret))?
                .audited(entry.to(key.version())))
        })
        .await
}

/// Revoke a key
///
/// Ends it with all its secrets, for good: from the next request on it is refused, on every node. Keys that it has made stay. Only by a key that has all of its scopes; itself it may always.
#[utoipa::path(
    tag = "Keys", security(("api_key" = ["keys:manage"])),
    params(("key" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The key as it now is.", body = ManagedKey)),
)]
#[post("/v1/manage/keys/{key}/revoke")]
pub async fn revoke_key(
    writer: Writer<KeysManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("revoke_key", async move |tx| {
            let (before, maker) = queries::lock(tx, path.0).await?;
            maker.may_revoke(&before.row)?;
            if_match.check(&before.version())?;
            let key = queries::revoke(tx, &before).await?;
            let entry = AuditEntry::of_key(path.0).from(before.version());
            Ok(Written::changed(&key.version(), &ManagedKey::from(&key))?
                .audited(entry.to(key.version())))
        })
        .await
}
