//! `/v1/articles`.

use actix_web::{HttpResponse, get, web};
use uuid::Uuid;

use crate::articles::keys::list_keys;
use crate::articles::parameters::{ListArticles, Sort};
use crate::articles::queries::delivery as queries;
use crate::articles::selection::Selection;
use crate::articles::view::ArticleView;
use crate::auth::Visitor;
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{Page, Query, State};
use crate::notices::reads::note;
use crate::partners::model::Audience;
use crate::partners::view;
use crate::publishing::Kind;
use crate::resolve::frontend;
use crate::values::Reference;

/// Who asks, and within what.
pub(super) struct Asked<'a> {
    /// Who reads.
    pub audience: &'a Audience,
    /// The entity whose list it is.
    pub within_entity: Option<(Uuid, &'a Reference)>,
}

/// Answers with a page of the list.
pub(super) async fn answer(
    query: &Query<ListArticles>,
    Asked {
        audience,
        within_entity,
    }: Asked<'_>,
    state: &State,
) -> Result<HttpResponse> {
    let (asked, terms) = (&query.parameters, audience.terms());
    let after = query.position_under(terms, asked.cursor.as_ref(), state.signer())?;
    let (fields, include) = (asked.fields.as_ref(), asked.include.as_ref());
    let selection = Selection::of_list(audience, fields, include, asked.body.as_ref());
    let filters = asked.filters(audience, within_entity.map(|(id, _)| id));
    let which = (filters, asked.q.as_ref());
    let mut conn = state.delivery().await?;
    let found = queries::list(&mut conn, which, &asked.window(after), &selection).await?;
    let frontend = frontend(found.site.as_deref())?;
    let within = within_entity.map(|(id, name)| (Kind::Entity, id, name));
    let keys = list_keys(asked, within, (&found.rows, &selection));
    let cut = Cut::of(query, state.signer())
        .counted(found.total)
        .under(terms);
    let page = Page::cut(found.rows, asked.limit, cut, |row| {
        let at = match asked.sort {
            Sort::Published => row.published_at,
            Sort::Updated => row.fresh_at,
            Sort::Modified => row.modified_at,
        };
        Position {
            key: SortKey::Number(at.timestamp_millis()),
            id: row.id,
        }
    })?;
    let shown = page.data.iter();
    let shown = shown.map(|article| (article.id, selection.extent(article)));
    note(state, audience, found.seq, shown);
    let next = page.next_path(query);
    let page = page.map(|article| ArticleView::new(article, &frontend, &selection));
    Ok(view::answer(found.seq, page, audience)?
        .next(next)
        .made_of(keys)
        .respond(state))
}

/// List articles
///
/// Published articles, the newest first. Filters combine; sorted by first publication, pages neither repeat nor skip while others write.
#[utoipa::path(tag = "Articles", params(ListArticles), responses((status = 200, description = "A page of articles.", body = Page<ArticleView>)))]
#[get("/v1/articles")]
pub async fn list_articles(
    _: Visitor,
    query: Query<ListArticles>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = Asked {
        audience: &Audience::Public,
        within_entity: None,
    };
    answer(&query, asked, &state).await
}
