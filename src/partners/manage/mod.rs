//! `/v1/manage/partners`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use uuid::Uuid;

use super::model::{Partner, PartnerInput, PartnerKeyInput, Standing};
use super::parameters::PartnerQuery;
use super::queries::newsroom as queries;
use super::view::ManagedPartner;
use crate::auth::{Authorized, PartnersManage};
use crate::error::{Fault, FaultCode, Faults, Result};
use crate::http::answer::managed;
use crate::http::conditional::Version;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{
    DraftBody, IfMatch, NoParameters, Page, PatchBody, Path, Query, State, Writer, Written,
};
use crate::keys::model::NewKey;
use crate::keys::queries::newsroom as keys;
use crate::keys::view::IssuedKey;
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Tx};
use crate::values::{Id, Timestamp};

/// List partners
///
/// Every partner, the newest first, with their contract and how much of the day's quota is used.
#[utoipa::path(
    tag = "Partners", params(PartnerQuery), security(("api_key" = ["partners:manage"])),
    responses((status = 200, description = "A page of partners.", body = Page<ManagedPartner>)),
)]
#[get("/v1/manage/partners")]
pub async fn list_partners(
    _: Authorized<PartnersManage>,
    query: Query<PartnerQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let mut conn = state.newsroom().await?;
    let rows = queries::list(&mut conn, &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |standing| Position {
        key: SortKey::Number(standing.partner.created_at.timestamp_millis()),
        id: standing.partner.id,
    })?;
    managed(StatusCode::OK, None, &page.map(ManagedPartner::from))
}

/// The answer to a write of a partner, and the change of embargoes, which those who read under one see.
async fn written(tx: &mut Tx, partner: Partner, before: Option<&Partner>) -> Result<Written> {
    let (id, version) = (partner.id, partner.version());
    // The first change of theirs is at the door once they are there: from then on it notes for them what leaves their coverage.
    let embargo = before.map(|before| before.embargo_seconds);
    let told = embargo != Some(partner.embargo_seconds);
    let standing = queries::standing(tx, id).await?;
    let view = ManagedPartner::from(Standing {
        partner,
        ..standing
    });
    let entry = AuditEntry::of_partner(id).to(&version);
    let (written, entry) = match before {
        Some(before) => (
            Written::changed(&version, &view)?,
            entry.from(before.version()),
        ),
        None => {
            let path = format!("/v1/manage/partners/{id}");
            (Written::created(path, &version, &view)?, entry)
        }
    };
    Ok(written
        .audited(entry)
        .publishing(told.then(Change::released)))
}

/// Make a partner
///
/// Who reads under a contract, and what it covers. They read with keys of their own, which are made at the partner's `keys`.
#[utoipa::path(
    tag = "Partners", request_body = PartnerInput, security(("api_key" = ["partners:manage"])),
    responses((status = 201, description = "The new partner.", body = ManagedPartner)),
)]
#[post("/v1/manage/partners")]
pub async fn create_partner(
    writer: Writer<PartnersManage>,
    _: Query<NoParameters>,
    body: DraftBody<PartnerInput>,
) -> Result<HttpResponse> {
    writer
        .write("create_partner", async move |tx| {
            let new = queries::check(tx, (body.0, None)).await?;
            let partner = queries::insert(tx, &new).await?;
            written(tx, partner, None).await
        })
        .await
}

/// Read a partner
///
/// One partner with their contract.
#[utoipa::path(
    tag = "Partners", params(("partner" = Id, Path, description = "Their id.")), security(("api_key" = ["partners:manage"])),
    responses((status = 200, description = "The partner.", body = ManagedPartner)),
)]
#[get("/v1/manage/partners/{partner}")]
pub async fn get_partner(
    _: Authorized<PartnersManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let standing = queries::standing(&mut state.newsroom().await?, path.0).await?;
    let etag = standing.partner.version().etag();
    managed(StatusCode::OK, Some(&etag), &ManagedPartner::from(standing))
}

/// Change a partner
///
/// A JSON Merge Patch. It holds from the next request on, on every node; where what they may read is another, their cursors answer 410.
#[utoipa::path(
    tag = "Partners", request_body = PartnerInput, security(("api_key" = ["partners:manage"])),
    params(("partner" = Id, Path, description = "Their id."), IfMatchHeader),
    responses((status = 200, description = "The partner as it now is.", body = ManagedPartner)),
)]
#[patch("/v1/manage/partners/{partner}")]
pub async fn change_partner(
    writer: Writer<PartnersManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: PatchBody,
) -> Result<HttpResponse> {
    writer
        .write("change_partner", async move |tx| {
            let before = queries::lock(tx, path.0).await?;
            if_match.require(&before.version())?;
            let draft = body.apply(before.input());
            let new = queries::check(tx, (draft, Some(&before))).await?;
            let partner = queries::change(tx, &before, &new).await?;
            written(tx, partner, Some(&before)).await
        })
        .await
}

/// Remove a partner
///
/// Their keys are revoked: from the next request on they read nothing.
#[utoipa::path(
    tag = "Partners", security(("api_key" = ["partners:manage"])),
    params(("partner" = Id, Path, description = "Their id."), IfMatchHeader),
    responses((status = 204, description = "They are gone.")),
)]
#[delete("/v1/manage/partners/{partner}")]
pub async fn remove_partner(
    writer: Writer<PartnersManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("remove_partner", async move |tx| {
            let partner = queries::lock(tx, path.0).await?;
            if_match.require(&partner.version())?;
            let ended = queries::remove(tx, &partner).await?;
            let entry = AuditEntry::of_partner(path.0).from(partner.version());
            let mut written = Written::removed().audited(entry);
            for (key, version) in ended {
                let entry = AuditEntry::of_key(key).from(Version::single(version - 1));
                written = written.audited(entry.to(Version::single(version)));
            }
            Ok(written)
        })
        .await
}

/// Make a key of a partner
///
/// With it they read what their contract covers, and nothing else. The answer shows its secret, once. It is rotated and revoked at `/v1/manage/keys`.
#[utoipa::path(
    tag = "Partners", request_body = PartnerKeyInput, security(("api_key" = ["partners:manage"])),
    params(("partner" = Id, Path, description = "Their id.")),
    responses((status = 201, description = "The new key, with its secret.", body = IssuedKey)),
)]
#[post("/v1/manage/partners/{partner}/keys")]
pub async fn create_partner_key(
    writer: Writer<PartnersManage>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    body: DraftBody<PartnerKeyInput>,
) -> Result<HttpResponse> {
    writer
        .write("create_partner_key", async move |tx| {
            let partner = queries::lock(tx, path.0).await?;
            let input = body.0.finish(Faults::default())?;
            let new = new_key(tx, &partner, input)?;
            keys::maker(tx).await?.may_make(&new)?;
            let (key, secret) = keys::insert(tx, &new).await?;
            let (at, version) = (format!("/v1/manage/keys/{}", key.row.id), key.version());
            Ok(Written::created(at, &version, &IssuedKey::silent(&key))?
                .telling_once(&IssuedKey::telling(&key, &secret))?
                .audited(AuditEntry::of_key(key.row.id).to(version)))
        })
        .await
}

fn new_key(tx: &Tx, partner: &Partner, input: PartnerKeyInput) -> Result<NewKey> {
    let end = input.expires_at.map(Timestamp::time);
    if end.is_some_and(|end| end <= tx.now) {
        let detail = "must lie in the future; leave it out for a key that ends with the contract";
        let fault = Fault::at("/expires_at", FaultCode::InvalidValue, detail);
        return Err(crate::error::Error::body(Faults::from(fault)));
    }
    let name = input.name.into_string();
    Ok(NewKey::of_partner(name, partner.id, end))
}
