//! `/v1/preview/{token}`: a draft in delivery's shape, for who has its link.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use uuid::Uuid;

use super::model::Token;
use super::queries::newsroom as queries;
use crate::articles::parameters::GetArticle;
use crate::articles::queries::delivery as articles;
use crate::articles::selection::Selection;
use crate::articles::view::ArticleView;
use crate::auth::Visitor;
use crate::error::{Error, Result};
use crate::http::query::Picture;
use crate::http::{NoParameters, Path, Query, State, addresses, finish};
use crate::media::files::{FileName, Led};
use crate::media::library::Library;
use crate::media::serving;
use crate::partners::model::Audience;
use crate::publishing::{Attribution, Tx};
use crate::resolve::frontend;
use crate::values::{Id, Reference};

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
    let selection = Selection::of_page(&Audience::Publisher, fields, include, asked.body.as_ref());
    let id = path.0.open(state.signer()).ok_or_else(Error::not_found)?;
    let pictures = format!("/v1/preview/{}/media/", path.0.as_str());
    // The trial is ended whatever becomes of the client: it holds the door.
    finish(async move {
        let view = look(&state, id, &selection).await?;
        respond(&view, &state.link(&pictures))
    })
    .await
}

async fn look(state: &State, link: Uuid, selection: &Selection) -> Result<ArticleView> {
    let tx = Tx::open(state.pools(), Attribution::command("preview")).await?;
    let (mut trial, article) = queries::on_trial(tx, link).await?;
    let found = articles::get(&mut trial, &Reference::Id(article), selection).await;
    trial.end().await;
    let found = found?;
    let frontend = frontend(found.site.as_deref())?;
    let article = found.rows.into_iter().next();
    let article = article.ok_or_else(|| Error::internal("the trial shows nothing"))?;
    Ok(ArticleView::new(article, &frontend, selection))
}

/// Read a picture of a preview
///
/// A file of a picture that the article of the link has, in any of its versions and updates, public or not. The preview's answer leads here; the names of files are those of `/v1/media/{media}/{file}`.
#[utoipa::path(
    tag = "Previews",
    params(
        ("token" = String, Path, description = "The last part of a preview link."),
        ("media" = Id, Path, description = "The picture's id."),
        ("file" = String, Path, description = "The name of the file.", example = "w640.webp"),
        ("Range" = Option<String>, Header, description = "A part of the file: one range of bytes.", example = "bytes=0-1023"),
    ),
    responses(
        (status = 200, description = "The file.", content(
            (String = "image/webp"), (String = "image/jpeg"), (String = "image/png"), (String = "image/gif"),
        )),
        (status = 206, description = "The part of the file that was asked for.", content(
            (String = "image/webp"), (String = "image/jpeg"), (String = "image/png"), (String = "image/gif"),
        )),
        (status = 304, description = "The client has this file already."),
        (status = 416, description = "The range is past the end of the file."),
    ),
)]
#[get("/v1/preview/{token}/media/{media}/{file}")]
pub async fn get_preview_media(
    _: Visitor,
    _: Query<NoParameters, Picture>,
    path: Path<(Token, Uuid, FileName)>,
    (state, library): (web::Data<State>, web::Data<Library>),
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (token, media, name) = path.0;
    let link = token.open(state.signer()).ok_or_else(Error::not_found)?;
    let found = queries::picture(&mut state.newsroom().await?, link, media).await?;
    let kept = found.kept();
    let file = match kept.file(name) {
        Some(Led::On(name)) => kept.file(name),
        led => led,
    };
    match file {
        Some(Led::To(file)) => serving::private(&request, (&state, &library), (&kept, &file)).await,
        _ => Err(Error::not_found()),
    }
}

/// For one reader, kept nowhere, found by no search engine, its address told to no other site.
fn respond(view: &ArticleView, pictures: &str) -> Result<HttpResponse> {
    let body = serde_json::to_vec(view).map_err(Error::internal)?;
    let body = addresses::led(body, pictures);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header(("x-robots-tag", "noindex"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .content_type("application/json")
        .body(body))
}
