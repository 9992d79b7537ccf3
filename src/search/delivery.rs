//! `/v1/search`.

use actix_web::{HttpResponse, get, web};

use super::model::Hit;
use super::parameters::SearchArticles;
use super::queries::delivery::search;
use super::view::{SearchHit, SearchResults};
use crate::articles::view::ArticleView;
use crate::auth::Visitor;
use crate::changes::Keys;
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{Answer, Page, Query, State};
use crate::publishing::Kind;
use crate::resolve::frontend;

/// Search
///
/// Published articles that have what is looked for, the best first: headline over introduction over text over updates, with a mild preference for the recent. Each article is searched in its own language. All filters of the list of articles apply. Where very many are found, the newest 10,000 are counted and the newest 1,000 come in the pages, beside the newest 250 that have all of it in their headline.
#[utoipa::path(tag = "Search", params(SearchArticles), responses((status = 200, description = "A page of what was found.", body = SearchResults)))]
#[get("/v1/search")]
pub async fn search_articles(
    _: Visitor,
    query: Query<SearchArticles>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let after = query.position(asked.list.cursor.as_ref(), state.signer())?;
    let selection = asked.selection();
    let (found, sought) = search(
        &mut state.delivery().await?,
        &asked.search(&selection, after),
    )
    .await?;
    let frontend = frontend(found.site.as_deref())?;
    let cut = Cut::of(&query, state.signer()).counted(found.rows.total);
    let page = Page::cut(found.rows.hits, asked.list.limit, cut, position)?;
    let next = page.next_path(&query);
    let page = page.map(|hit| {
        let article = ArticleView::new(hit.article, &frontend, &selection);
        SearchHit::new(article, &hit.texts, &sought)
    });
    let results = SearchResults::new(page, found.rows.did_you_mean, found.rows.facets);
    Ok(Answer::json(found.seq, &results)?
        .next(next)
        .made_of(everything())
        .respond(&state))
}

/// Whatever changes may come to be found, or be shown with what is.
fn everything() -> Keys {
    let mut keys = Keys::with_addresses();
    keys.articles()
        .any(Kind::Author)
        .any(Kind::Entity)
        .any(Kind::DonationLink);
    keys
}

fn position(hit: &Hit) -> Position {
    Position {
        key: SortKey::Number(hit.score),
        id: hit.article.id,
    }
}
