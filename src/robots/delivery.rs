//! `/robots.txt`.

use actix_web::{HttpResponse, get, web};

use super::queries::delivery as queries;
use super::view::text;
use crate::auth::Visitor;
use crate::changes::Keys;
use crate::error::Result;
use crate::http::query::Plain;
use crate::http::{Answer, NoParameters, Query, State};

/// Read what robots are told
///
/// The site's `robots`: by default all may read everything. It names the sitemap. It is meant for the frontend's host too, which passes its own `/robots.txt` on to this.
#[utoipa::path(
    tag = "Sitemaps",
    responses((status = 200, description = "Rules (RFC 9309).", body = String, content_type = "text/plain")),
)]
#[get("/robots.txt")]
pub async fn get_robots(
    _: Visitor,
    _: Query<NoParameters, Plain>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let found = queries::settings(&mut state.delivery().await?).await?;
    let mut keys = Keys::default();
    keys.site();
    let text = text(&found.rows, &state.base_url());
    Ok(Answer::plain(found.seq, text).made_of(keys).respond(&state))
}
