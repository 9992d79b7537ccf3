//! `/v1/manage/audit`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};
use uuid::Uuid;

use super::parameters::AuditQuery;
use super::queries::newsroom as queries;
use super::view::ManagedAuditEntry;
use crate::auth::{AuditRead, Authorized};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{NoParameters, Page, Path, Query, State};

/// List the audit
///
/// Who wrote what, the newest first: a row for each thing whose version a write changed. Rows are never changed or removed. Filters combine freely.
#[utoipa::path(
    tag = "Audit", params(AuditQuery), security(("api_key" = ["audit:read"])),
    responses((status = 200, description = "A page of the audit.", body = Page<ManagedAuditEntry>)),
)]
#[get("/v1/manage/audit")]
pub async fn list_audit(
    _: Authorized<AuditRead>,
    query: Query<AuditQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = queries::list(&mut state.newsroom().await?, &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| Position {
        key: SortKey::Number(row.at.timestamp_millis()),
        id: row.id,
    })?;
    managed(StatusCode::OK, None, &page.map(ManagedAuditEntry::from))
}

/// Read an entry of the audit
///
/// One row: what a write did to one thing.
#[utoipa::path(
    tag = "Audit", params(("entry" = Uuid, Path, description = "Its id.")), security(("api_key" = ["audit:read"])),
    responses((status = 200, description = "The entry.", body = ManagedAuditEntry)),
)]
#[get("/v1/manage/audit/{entry}")]
pub async fn get_audit_entry(
    _: Authorized<AuditRead>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let row = queries::get(&mut state.newsroom().await?, path.0).await?;
    managed(StatusCode::OK, None, &ManagedAuditEntry::from(row))
}
