//! `/v1/syndication/articles`: articles as a partner's contract covers them.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::list::{self, Asked};
use super::page::{Read, Reading, read};
use super::parts;
use crate::articles::parameters::{GetArticle, ListArticles, ListUpdates};
use crate::articles::selection::Selection;
use crate::articles::view::ArticleView;
use crate::auth::{Authorized, SyndicationRead};
use crate::error::Result;
use crate::http::answer::moved;
use crate::http::{Answer, Page, Path, Query, State};
use crate::notices::reads::note;
use crate::partners::admission::admit;
use crate::partners::view::Licensed;
use crate::updates::view::UpdateView;
use crate::values::Reference;

/// List articles under a contract
///
/// What the contract covers of the list of articles, the newest first, with all its filters: what is not covered does not exist here.
#[utoipa::path(
    tag = "Syndication", params(ListArticles), security(("api_key" = ["syndication:read"])),
    responses((status = 200, description = "A page of articles.", body = Licensed<Page<ArticleView>>)),
)]
#[get("/v1/syndication/articles")]
pub async fn list_syndicated_articles(
    caller: Authorized<SyndicationRead>,
    query: Query<ListArticles>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let admitted = admit(&caller, &request, &state).await?;
    let audience = admitted.audience();
    let asked = Asked {
        audience: &audience,
        within_entity: None,
    };
    list::answer(&query, asked, &state).await
}

/// Read an article under a contract
///
/// The whole page in one request, if the contract covers it. A slug that it had before answers with a redirect.
#[utoipa::path(
    tag = "Syndication", security(("api_key" = ["syndication:read"])),
    params(("article" = Reference, Path, description = "Its slug or id."), GetArticle),
    responses((status = 200, description = "The article.", body = Licensed<ArticleView>)),
)]
#[get("/v1/syndication/articles/{article}")]
pub async fn get_syndicated_article(
    caller: Authorized<SyndicationRead>,
    path: Path<Reference>,
    query: Query<GetArticle>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let admitted = admit(&caller, &request, &state).await?;
    let (asked, audience) = (&query.parameters, admitted.audience());
    let (fields, include) = (asked.fields.as_ref(), asked.include.as_ref());
    let selection = Selection::of_page(&audience, fields, include, asked.body.as_ref());
    match read(&state, &path.0, &selection).await? {
        Read::Moved(to) => Ok(moved(&request, &state, to, |slug| {
            format!("/v1/syndication/articles/{slug}")
        })),
        Read::Here(read) => {
            let Reading { article, seq, .. } = *read;
            let extent = selection.extent(&article);
            note(&state, &audience, seq, [(article.id, extent)]);
            let (language, modified_at) = (article.language.clone(), article.modified_at);
            let view = ArticleView::new(article, &read.frontend, &selection);
            Ok(
                Answer::json(seq, &Licensed::new(view, admitted.contract()))?
                    .language(&language)
                    .modified_at(modified_at)
                    .respond(&state),
            )
        }
    }
}

/// List the updates of an article under a contract
///
/// A page of the updates in their order, their texts as far as the contract has them.
#[utoipa::path(
    tag = "Syndication", security(("api_key" = ["syndication:read"])),
    params(("article" = Reference, Path, description = "The article's slug or id."), ListUpdates),
    responses((status = 200, description = "The updates.", body = Licensed<Page<UpdateView>>)),
)]
#[get("/v1/syndication/articles/{article}/updates")]
pub async fn list_syndicated_updates(
    caller: Authorized<SyndicationRead>,
    path: Path<Reference>,
    query: Query<ListUpdates>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let admitted = admit(&caller, &request, &state).await?;
    let place = (&request, "/v1/syndication/articles");
    parts::updates(&path.0, &query, &admitted.audience(), place, &state).await
}
