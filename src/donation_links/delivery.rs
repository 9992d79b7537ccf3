//! `/v1/donation-links`.

use actix_web::{HttpResponse, get, web};
use uuid::Uuid;

use super::parameters::GetQr;
use super::queries::delivery as queries;
use crate::auth::Visitor;
use crate::changes::Keys;
use crate::error::{Error, Result};
use crate::http::query::Svg;
use crate::http::{Answer, Path, Query, State};
use crate::publishing::Kind;
use crate::values::Id;

/// Draw the QR code of a bank transfer
///
/// A code that banking apps read to fill in a transfer in euro (EPC069-12, version 002), as an image. It is there for each link that says so in
/// `has_qr_code`: a bank transfer in euro to an account in SEPA; one outside the European Economic Area needs a BIC. Any other is 404.
#[utoipa::path(
    tag = "Donation links", params(("link" = Id, Path, description = "The link's id."), GetQr),
    responses((status = 200, description = "The code, black on white, with its quiet zone; it scales.", content_type = "image/svg+xml", body = String)),
)]
#[get("/v1/donation-links/{link}/qr.svg")]
pub async fn get_donation_link_qr(
    _: Visitor,
    path: Path<Uuid>,
    query: Query<GetQr, Svg>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut keys = Keys::default();
    keys.thing(Kind::DonationLink, path.0);
    let none = || Error::not_found().made_of(keys.clone());
    let found = queries::transfer(&mut state.delivery().await?, path.0).await?;
    let (transfer, currency) = found.rows.ok_or_else(none)?;
    let code = Some(transfer)
        .filter(|transfer| transfer.has_qr_code(currency.as_deref()))
        .and_then(|transfer| transfer.qr_code(query.parameters.amount))
        .ok_or_else(none)?;
    Ok(Answer::svg(found.seq, code).made_of(keys).respond(&state))
}
