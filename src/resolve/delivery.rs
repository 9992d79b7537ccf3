//! `/v1/resolve`.

use actix_web::{HttpRequest, HttpResponse, get, web};
use deserr::Deserr;
use utoipa::IntoParams;

use super::queries::resolve;
use super::view::ResolvedView;
use crate::auth::Visitor;
use crate::error::{Error, Fault, FaultCode, Faults, Result};
use crate::http::{Answer, Query, State};

/// A path of the frontend, now or before, with its query where that names the thing.
#[derive(Debug, Clone, Deserr)]
#[deserr(try_from(String) = OldPath::parse -> Fault)]
pub struct OldPath(String);

impl OldPath {
    fn parse(text: String) -> Result<Self, Fault> {
        if !text.starts_with('/') || text.len() > 2048 || text.chars().any(char::is_control) {
            return Err(Fault::value(FaultCode::InvalidValue, "must be a path that begins with /, of at most 2048 bytes"));
        }
        let trimmed = text.trim_end_matches('/');
        Ok(Self(if trimmed.is_empty() { "/".to_owned() } else { trimmed.to_owned() }))
    }
}

/// Which path.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResolvePath {
    /// A path of the frontend, of now or before, or of the site it was imported from.
    #[param(value_type = String, example = "/water/de-haven-slibt-dicht", min_length = 1, max_length = 2048, pattern = "^/")]
    path: OldPath,
}

/// Resolve a path
///
/// What stands at a path of the frontend, or once stood there: for redirects, and for links of before an import. 404 for what was never public.
#[utoipa::path(tag = "Resolve", params(ResolvePath), responses((status = 200, description = "Where it leads.", body = ResolvedView), (status = 404, description = "Nothing public was ever there.")))]
#[get("/v1/resolve")]
pub async fn resolve_path(_: Visitor, query: Query<ResolvePath>, request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    let path = &query.parameters.path.0;
    let found = resolve(&mut state.delivery().await?, path).await?;
    let frontend = super::frontend(found.site.as_deref())?;
    let target = found.rows.into_iter().next().ok_or_else(Error::not_found)?;
    Ok(Answer::json(found.seq, &ResolvedView::new(target, path, &frontend))?.respond(&request, &state))
}
