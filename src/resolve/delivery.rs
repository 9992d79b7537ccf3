//! `/v1/resolve`.

use actix_web::{HttpResponse, get, web};

use super::everything;
use super::parameters::ResolvePath;
use super::queries::resolve;
use super::view::ResolvedView;
use crate::auth::Visitor;
use crate::error::{Error, Result};
use crate::http::{Answer, Query, State};

/// Resolve a path
///
/// What stands at a path of the frontend, or once stood there: for redirects, and for links of before an import. Always the address it has now, however often it moved; under every pattern that the site's `paths` ever had. 404 for what was never public.
#[utoipa::path(tag = "Resolve", params(ResolvePath), responses((status = 200, description = "Where it leads.", body = ResolvedView), (status = 404, description = "Nothing public was ever there.")))]
#[get("/v1/resolve")]
pub async fn resolve_path(
    _: Visitor,
    query: Query<ResolvePath>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = &query.parameters.path;
    let (found, same) = resolve(&mut state.delivery().await?, asked).await?;
    let frontend = super::frontend(found.site.as_deref())?;
    let view = ResolvedView::likeliest(found.rows, &same, &frontend)
        .ok_or_else(|| Error::not_found().made_of(everything()))?;
    Ok(Answer::json(found.seq, &view)?
        .made_of(everything())
        .respond(&state))
}
