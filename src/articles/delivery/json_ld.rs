//! `/v1/articles/{article}/json-ld`: the article as search engines and other machines read it.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::page::{Read, Reading, read};
use crate::articles::selection::Selection;
use crate::articles::view::{JsonLdView, address};
use crate::auth::Visitor;
use crate::error::Result;
use crate::http::answer::moved;
use crate::http::query::JsonLd;
use crate::http::{Answer, NoParameters, Path, Query, State};
use crate::partners::model::Audience;
use crate::values::Reference;

/// Read an article as JSON-LD
///
/// The article in the vocabulary of schema.org, for the frontend to take into its page as it stands: a `NewsArticle` (of a page `WebPage`) with its corrections, its publisher, and, when it has updates that are not retracted, a `LiveBlogPosting` of the first 100. `Link` has what the page's head needs to be embedded (oEmbed).
#[utoipa::path(
    tag = "Articles",
    params(("article" = Reference, Path, description = "Its slug or id.")),
    responses((status = 200, description = "The article as JSON-LD; `<` is escaped, so that no text of it can end the page's script element.", content_type = "application/ld+json", body = JsonLdView)),
)]
#[get("/v1/articles/{article}/json-ld")]
pub async fn get_article_json_ld(
    _: Visitor,
    path: Path<Reference>,
    _: Query<NoParameters, JsonLd>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let selection = Selection::of_linked_data(&Audience::Public);
    match read(&state, &path.0, &selection).await? {
        Read::Moved(to) => Ok(moved(&request, &state, to, |slug| {
            format!("/v1/articles/{slug}/json-ld")
        })),
        Read::Here(read) => {
            let Reading {
                article,
                frontend,
                seq,
                keys,
            } = *read;
            let (language, modified_at) = (article.language.clone(), article.modified_at);
            let url = address(&article, &frontend);
            let answer = Answer::json_ld(seq, &JsonLdView::new(article, &frontend)?)?;
            Ok(answer
                .language(&language)
                .modified_at(modified_at)
                .embed(&url)
                .made_of(keys)
                .respond(&state))
        }
    }
}
