//! `/v1/search`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::model::Hit;
use super::parameters::SearchArticles;
use super::queries::delivery::{Search, search};
use super::view::{SearchHit, SearchResults};
use crate::articles::selection::Selection;
use crate::articles::view::ArticleView;
use crate::auth::Visitor;
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{Answer, Page, Query, State};
use crate::resolve::frontend;
use crate::values::Flag;

/// Search
///
/// Published articles that have what is looked for, the best first: headline over introduction over text over updates, with a mild preference for the recent. Each article is searched in its own language. All filters of the list of articles apply. Where very many are found, the newest 10,000 are counted and the newest 2,000 come in the pages, beside the newest 500 that have all of it in their headline.
#[utoipa::path(tag = "Search", params(SearchArticles), responses((status = 200, description = "A page of what was found.", body = SearchResults)))]
#[get("/v1/search")]
pub async fn search_articles(
    _: Visitor,
    query: Query<SearchArticles>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let list = &asked.list;
    let selection = Selection::of_list(
        list.fields.as_ref(),
        list.include.as_ref(),
        list.body.as_ref(),
    );
    let search_for = Search {
        question: &asked.question,
        filters: &list.filters(None),
        selection: &selection,
        probe: list.limit.probe(),
        after: query.position(list.cursor.as_ref(), state.signer())?,
        count: list.count == Some(Flag(true)),
        facets: asked.facets,
    };
    let found = search(&mut state.delivery().await?, &search_for).await?;
    let frontend = frontend(found.findings.site.as_deref())?;
    let findings = found.findings.rows;
    let cut = Cut {
        query: &query,
        signer: state.signer(),
        total: findings.total,
    };
    let page = Page::cut(findings.hits, list.limit, cut, position)?;
    let next = page.next_path(&query);
    let page = page.map(|hit| {
        SearchHit::new(
            ArticleView::new(hit.article, &frontend, &selection),
            &hit.texts,
            &found.sought,
        )
    });
    let results = SearchResults::new(page, found.did_you_mean, findings.facets);
    Ok(Answer::json(found.findings.seq, &results)?
        .next(next)
        .respond(&request, &state))
}

fn position(hit: &Hit) -> Position {
    Position {
        key: SortKey::Number(hit.score),
        id: hit.article.id,
    }
}
