//! `/v1/articles` and `/v1/entities/{entity}/articles`.

use actix_web::{HttpRequest, HttpResponse, get, web};
use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use crate::articles::model::ArticleType;
use crate::articles::queries::delivery::{self as queries, Filters, SortBy, Window};
use crate::articles::selection::{Field, Include, Selection};
use crate::articles::view::ArticleView;
use crate::auth::Visitor;
use crate::error::{Faults, Result};
use crate::http::answer::moved;
use crate::http::cursor::{Cursor, Position, SortKey};
use crate::http::page::Cut;
use crate::http::{Answer, Limit, Page, Path, Query, State};
use crate::publishing::Kind;
use crate::resolve::{Found, frontend, locate};
use crate::values::{Flag, Id, LanguageTag, List, Reference, Representation, Slug, Timestamp};

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum Sort {
    /// First publication.
    #[default]
    Published,
    /// The newest update, else first publication.
    Updated,
    /// Any change that readers can see.
    Modified,
}

/// Which end of a list comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum Order {
    /// The newest first.
    #[default]
    Desc,
    /// The oldest first.
    Asc,
}

/// Filters and form of a list of articles. They combine freely.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListArticles {
    /// In any of these sections (slugs or ids, separated by commas).
    #[deserr(default)]
    #[param(value_type = Option<Vec<Reference>>, explode = false, style = Form)]
    section: Option<List<Reference>>,
    /// By any of these authors (slugs or ids, separated by commas).
    #[deserr(default)]
    #[param(value_type = Option<Vec<Reference>>, explode = false, style = Form)]
    author: Option<List<Reference>>,
    /// With any of these entities (slugs or ids, separated by commas).
    #[deserr(default)]
    #[param(value_type = Option<Vec<Reference>>, explode = false, style = Form)]
    entity: Option<List<Reference>>,
    /// In this language or a variety of it: `nl` finds `nl-BE` too.
    #[deserr(default)]
    #[param(value_type = Option<LanguageTag>)]
    language: Option<LanguageTag>,
    /// First published after this time, exclusive.
    #[deserr(default)]
    #[param(value_type = Option<Timestamp>)]
    published_after: Option<Timestamp>,
    /// First published before this time, exclusive.
    #[deserr(default)]
    #[param(value_type = Option<Timestamp>)]
    published_before: Option<Timestamp>,
    /// Updated, or else published, after this time, exclusive.
    #[deserr(default)]
    #[param(value_type = Option<Timestamp>)]
    updated_after: Option<Timestamp>,
    /// Changed in any way after this time, exclusive.
    #[deserr(default)]
    #[param(value_type = Option<Timestamp>)]
    modified_after: Option<Timestamp>,
    /// Only with, or only without, updates.
    #[deserr(default)]
    #[param(value_type = Option<bool>)]
    has_updates: Option<Flag>,
    /// Only these (ids, separated by commas; at most 100).
    #[deserr(default)]
    #[param(value_type = Option<Vec<Id>>, explode = false, style = Form)]
    ids: Option<List<Id>>,
    /// Only those with these slugs (separated by commas; at most 100).
    #[deserr(default)]
    #[param(value_type = Option<Vec<Slug>>, explode = false, style = Form)]
    slugs: Option<List<Slug>>,
    /// Articles, or pages such as the colophon; articles unless told.
    #[deserr(default, rename = "type")]
    #[param(rename = "type", value_type = Option<ArticleType>)]
    article_type: ArticleType,
    /// What the list is sorted by: first publication unless told.
    #[deserr(default)]
    #[param(value_type = Option<Sort>)]
    sort: Sort,
    /// Which end comes first: the newest unless told.
    #[deserr(default)]
    #[param(value_type = Option<Order>)]
    order: Order,
    /// Whether to tell how many the whole list has, in `page.total`.
    #[deserr(default)]
    #[param(value_type = Option<bool>)]
    count: Option<Flag>,
    /// Own properties to show in place of all, separated by commas; without `include` no relations are shown then.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Field>>, explode = false, style = Form)]
    fields: Option<List<Field>>,
    /// Relations to show in place of the usual ones, separated by commas.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Include>>, explode = false, style = Form)]
    include: Option<List<Include>>,
    /// Forms of every rich text, separated by commas; adds the body to lists.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Representation>>, explode = false, style = Form)]
    body: Option<List<Representation>>,
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    limit: Limit,
    /// Where the page before ended: its `next_cursor`.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

impl ListArticles {
    fn filters(&self, within_entity: Option<uuid::Uuid>) -> Filters {
        let names = |list: &Option<List<Reference>>| list.as_ref().map(|list| list.0.clone());
        Filters {
            sections: names(&self.section),
            authors: names(&self.author),
            entities: names(&self.entity),
            within_entity,
            language: self.language.as_ref().map(ToString::to_string),
            article_type: self.article_type.as_str(),
            published_after: self.published_after.map(Timestamp::time),
            published_before: self.published_before.map(Timestamp::time),
            updated_after: self.updated_after.map(Timestamp::time),
            modified_after: self.modified_after.map(Timestamp::time),
            has_updates: self.has_updates.map(|flag| flag.0),
            ids: self.ids.as_ref().map(|ids| ids.0.iter().map(|id| id.0).collect()),
            slugs: self.slugs.as_ref().map(|slugs| slugs.0.iter().map(ToString::to_string).collect()),
        }
    }

    fn window(&self, after: Option<Position>) -> Window {
        Window {
            sort: match self.sort {
                Sort::Published => SortBy::Published,
                Sort::Updated => SortBy::Updated,
                Sort::Modified => SortBy::Modified,
            },
            ascending: self.order == Order::Asc,
            probe: self.limit.probe(),
            after,
            count: self.count == Some(Flag(true)),
        }
    }
}

async fn answer(
    query: &Query<ListArticles>,
    within_entity: Option<uuid::Uuid>,
    request: &HttpRequest,
    state: &State,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let after = asked.cursor.as_ref().map(|cursor| cursor.open(state.signer(), &query.binding())).transpose()?;
    let selection = Selection::of_list(asked.fields.as_ref(), asked.include.as_ref(), asked.body.as_ref());
    let mut conn = state.delivery().await?;
    let found = queries::list(&mut conn, &asked.filters(within_entity), asked.window(after), &selection).await?;
    let frontend = frontend(found.site.as_deref())?;
    let cut = Cut { query, signer: state.signer(), total: found.total };
    let page = Page::cut(found.rows, asked.limit, cut, |row| {
        let at = match asked.sort {
            Sort::Published => row.published_at,
            Sort::Updated => row.fresh_at,
            Sort::Modified => row.modified_at,
        };
        Position { key: SortKey::Number(at.timestamp_millis()), id: row.id }
    })?;
    let next = page.next_path(query);
    let page = page.map(|article| ArticleView::new(article, &frontend, &selection));
    Ok(Answer::json(found.seq, &page)?.next(next).respond(request, state))
}

/// List articles
///
/// Published articles, the newest first. Filters combine; sorted by first publication, pages neither repeat nor skip while others write.
#[utoipa::path(tag = "Articles", params(ListArticles), responses((status = 200, description = "A page of articles.", body = Page<ArticleView>)))]
#[get("/v1/articles")]
pub async fn list_articles(_: Visitor, query: Query<ListArticles>, request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    answer(&query, None, &request, &state).await
}

/// List the articles of an entity
///
/// Published articles that are about an entity or mention it. A slug that it had before answers with a redirect.
#[utoipa::path(
    tag = "Entities",
    params(("entity" = Reference, Path, description = "The entity's slug or id."), ListArticles),
    responses((status = 200, description = "A page of articles.", body = Page<ArticleView>)),
)]
#[get("/v1/entities/{entity}/articles")]
pub async fn list_entity_articles(
    _: Visitor,
    path: Path<Reference>,
    query: Query<ListArticles>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let located = locate(&mut state.delivery().await?, Kind::Entity, &path.0).await?;
    match located {
        Found::Here(id) => answer(&query, Some(id), &request, &state).await,
        Found::Moved(slug) => Ok(moved(&request, &state, &format!("/v1/entities/{slug}/articles"))),
    }
}
