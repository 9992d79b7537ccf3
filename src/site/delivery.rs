//! `/v1/site`.

use actix_web::{HttpResponse, get, web};

use super::parameters::GetSite;
use super::queries::delivery as queries;
use super::view::SiteView;
use crate::auth::Visitor;
use crate::changes::Keys;
use crate::error::Result;
use crate::http::{Answer, Query, State};
use crate::publishing::Kind;
use crate::resolve::frontend;

/// Read the site
///
/// The publication with its sections and donation links: what a frontend's shell needs, in one request.
#[utoipa::path(tag = "Site", params(GetSite), responses((status = 200, description = "The site.", body = SiteView)))]
#[get("/v1/site")]
pub async fn get_site(
    _: Visitor,
    query: Query<GetSite>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let found = queries::get(&mut state.delivery().await?).await?;
    let frontend = frontend(found.site.as_deref())?;
    let forms = query.parameters.body.as_ref().into();
    let view = SiteView::new(found.rows, &frontend, forms, state.api_url());
    let mut keys = Keys::with_addresses();
    keys.any(Kind::DonationLink);
    Ok(Answer::json(found.seq, &view)?
        .language(&frontend.default_language)
        .made_of(keys)
        .respond(&state))
}
