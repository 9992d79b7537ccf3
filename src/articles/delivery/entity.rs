//! `/v1/entities/{entity}`: an entity with its newest articles, and all its articles.

use actix_web::{HttpRequest, HttpResponse, get, web};

use uuid::Uuid;

use super::list::{Asked, answer};
use crate::articles::model::PublicArticle;
use crate::articles::parameters::ListArticles;
use crate::articles::queries::delivery as queries;
use crate::articles::selection::Selection;
use crate::articles::view::{ArticleView, EntityPage};
use crate::auth::Visitor;
use crate::changes::Keys;
use crate::entities::view::EntityView;
use crate::error::{Error, Result};
use crate::http::answer::moved;
use crate::http::{Answer, NoParameters, Page, Path, Query, State};
use crate::partners::model::Audience;
use crate::publishing::Kind;
use crate::resolve::{Found, frontend, locate};
use crate::values::Reference;

/// Read an entity
///
/// One entity with how many articles it has and the newest ten, as the list of articles shows them. A slug that it had before, and the slug or id of an entity that was merged into it, answer with a redirect.
#[utoipa::path(
    tag = "Entities",
    params(("entity" = Reference, Path, description = "Its slug or id.")),
    responses((status = 200, description = "The entity.", body = EntityPage)),
)]
#[get("/v1/entities/{entity}")]
pub async fn get_entity(
    _: Visitor,
    path: Path<Reference>,
    _: Query<NoParameters>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.delivery().await?;
    let selection = Selection::of_list(&Audience::Public, None, None, None);
    // One that is merged after it was found is looked for once more.
    for _ in 0..2 {
        let id = match locate(&mut conn, Kind::Entity, &path.0).await? {
            Found::Here(id) => id,
            Found::Moved(to) => {
                return Ok(moved(&request, &state, to, |slug| {
                    format!("/v1/entities/{slug}")
                }));
            }
        };
        let found = queries::entity(&mut conn, id, &selection).await?;
        let frontend = frontend(found.site.as_deref())?;
        if let Some((entity, articles)) = found.rows.into_iter().next() {
            let keys = keys_of(&path.0, id, &articles);
            let articles = articles.into_iter();
            let articles = articles.map(|article| ArticleView::new(article, &frontend, &selection));
            let page = EntityPage::new(EntityView::new(entity, &frontend), articles.collect());
            return Ok(Answer::json(found.seq, &page)?
                .made_of(keys)
                .respond(&state));
        }
    }
    Err(Error::not_found())
}

/// What the page of an entity of this name is made of.
fn keys_of(name: &Reference, id: Uuid, articles: &[PublicArticle]) -> Keys {
    let mut keys = Keys::with_addresses();
    keys.name(Kind::Entity, name)
        .thing(Kind::Entity, id)
        .articles_of(Kind::Entity, id);
    for article in articles {
        article.tell_keys(&mut keys);
    }
    keys
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
        Found::Here(id) => {
            let asked = Asked {
                audience: &Audience::Public,
                within_entity: Some((id, &path.0)),
            };
            answer(&query, asked, &state).await
        }
        Found::Moved(to) => Ok(moved(&request, &state, to, |slug| {
            format!("/v1/entities/{slug}/articles")
        })),
    }
}
