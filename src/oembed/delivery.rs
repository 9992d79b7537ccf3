//! `/v1/oembed`.

use actix_web::{HttpResponse, get, web};

use super::model::Bounds;
use super::parameters::{EmbedFormat, GetOembed};
use super::queries::delivery as queries;
use super::view::OembedView;
use crate::auth::Visitor;
use crate::error::{Code, Error, Result};
use crate::http::{Answer, Query, State};
use crate::resolve::{article_at, everything, frontend};

/// Embed an article
///
/// What another site shows of a published article when somebody gives it the article's address (oEmbed 1.0): a quotation with its headline, introduction and newest update, and its picture. 404 for everything else, whatever is or was there.
#[utoipa::path(
    tag = "Sitemaps",
    params(GetOembed),
    responses(
        (status = 200, description = "The embed.", body = OembedView),
        (status = 404, description = "No published article has this address."),
        (status = 501, description = "It is not written in this format."),
    ),
)]
#[get("/v1/oembed")]
pub async fn get_oembed(
    _: Visitor,
    query: Query<GetOembed>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    if asked.format == EmbedFormat::Xml {
        return Err(Error::new(Code::NotImplemented, "There is JSON alone."));
    }
    let nothing = || Error::not_found().made_of(everything());
    let mut conn = state.delivery().await?;
    // The older of the two snapshots is what the answer is as of.
    let (seq, id) = article_at(&mut conn, &asked.url).await?;
    let found = queries::article(&mut conn, id.ok_or_else(nothing)?).await?;
    drop(conn);
    let article = found.rows.ok_or_else(nothing)?;
    let frontend = frontend(found.site.as_deref())?;
    let bounds = Bounds {
        width: asked.maxwidth,
        height: asked.maxheight,
    };
    let view = OembedView::new(&article, &frontend, (bounds, &state.base_url()));
    Ok(Answer::json(seq, &view)?
        .language(&article.language)
        .made_of(everything())
        .respond(&state))
}
