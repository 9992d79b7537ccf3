//! `/v1/syndication/contract`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::admission::{Entrance, look};
use super::view::ContractView;
use crate::auth::{Authorized, SyndicationRead};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::{NoParameters, Query, State};

/// Read your contract
///
/// What it covers, what may be done with what is read, and how much of the day's quota is used. This request is not counted.
#[utoipa::path(
    tag = "Syndication", security(("api_key" = ["syndication:read"])),
    responses((status = 200, description = "The contract.", body = ContractView)),
)]
#[get("/v1/syndication/contract")]
pub async fn get_contract(
    caller: Authorized<SyndicationRead>,
    _: Query<NoParameters>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let entrance = Entrance::of(&caller.key, &request, &state)?;
    let standing = look(&mut conn, &entrance).await?;
    managed(
        actix_web::http::StatusCode::OK,
        None,
        &ContractView::from(standing),
    )
}
