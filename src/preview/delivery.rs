//! `/v1/preview/{token}`: a draft in delivery's shape, for who has its link.

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};

use super::model::Token;
use super::queries::newsroom as queries;
use crate::articles::parameters::GetArticle;
use crate::articles::queries::delivery as articles;
use crate::articles::selection::Selection;
use crate::articles::view::ArticleView;
use crate::auth::Visitor;
use crate::error::{Error, Result};
use crate::http::{Path, Query, State};
use crate::publishing::{Attribution, Tx};
use crate::resolve::frontend;
use crate::values::Reference;

/// Read a preview
///
/// The article as readers would see it, with the same parameters: its working copy, a version, or with a drafted update, as the link says. Dates that it does not have yet are those of now. The answer is for whoever has the link alone: `private, no-store`.
#[utoipa::path(
    tag = "Previews",
    params(("token" = String, Path, description = "The last part of a preview link."), GetArticle),
    responses((status = 200, description = "The article as it would be.", body = ArticleView), (status = 410, description = "The link has ended.")),
)]
#[get("/v1/preview/{token}")]
pub async fn get_preview(
    _: Visitor,
    path: Path<Token>,
    query: Query<GetArticle>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let (fields, include) = (asked.fields.as_ref(), asked.include.as_ref());
    let selection = Selection::of_page(fields, include, asked.body.as_ref());
    let id = path.0.open(state.signer()).ok_or_else(Error::not_found)?;
    let tx = Tx::open(state.pools(), Attribution::command("preview")).await?;
    let (mut trial, article) = queries::on_trial(tx, id).await?;
    let found = articles::get(&mut trial, &Reference::Id(article), &selection).await;
    trial.end().await;
    let found = found?;
    let frontend = frontend(found.site.as_deref())?;
    let article = found.rows.into_iter().next();
    let article = article.ok_or_else(|| Error::internal("the trial shows nothing"))?;
    respond(&ArticleView::new(article, &frontend, &selection))
}

/// For one reader, kept nowhere, found by no search engine, its address told to no other site.
fn respond(view: &ArticleView) -> Result<HttpResponse> {
    let body = serde_json::to_vec(view).map_err(Error::internal)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header(("x-robots-tag", "noindex"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .content_type("application/json")
        .body(body))
}
