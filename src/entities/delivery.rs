//! `/v1/entities`.

use actix_web::{HttpResponse, get, web};

use super::model::PublicEntity;
use super::parameters::ListEntities;
use super::queries::delivery as queries;
use super::view::EntityView;
use crate::auth::Visitor;
use crate::changes::Keys;
use crate::db::statement::Snapshot;
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{Answer, Page, Query, State};
use crate::publishing::Kind;
use crate::resolve::frontend;
use crate::values::NameKey;

/// List entities
///
/// Those that something published refers to, or once referred to: by name, or with `q` those that a name or alias of begins so, the best first.
#[utoipa::path(tag = "Entities", params(ListEntities), responses((status = 200, description = "A page of entities.", body = Page<EntityView>)))]
#[get("/v1/entities")]
pub async fn list_entities(
    _: Visitor,
    query: Query<ListEntities>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let after = query.position(asked.cursor.as_ref(), state.signer())?;
    let found = find(&state, asked, after).await?;
    let frontend = frontend(found.site.as_deref())?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(found.rows, asked.limit, cut, |row| Position {
        key: match asked.q {
            Some(_) => SortKey::Found(row.exact, row.article_count.into(), row.name.clone()),
            None => SortKey::Text(row.name.clone()),
        },
        id: row.id,
    })?;
    let next = page.next_path(&query);
    let page = page.map(|entity| EntityView::new(entity, &frontend));
    // Articles, since their number is told.
    let mut keys = Keys::default();
    keys.any(Kind::Entity).articles().site();
    Ok(Answer::json(found.seq, &page)?
        .next(next)
        .made_of(keys)
        .respond(&state))
}

async fn find(
    state: &State,
    asked: &ListEntities,
    after: Option<Position>,
) -> Result<Snapshot<Vec<PublicEntity>>> {
    let (mut conn, probe) = (state.delivery().await?, asked.limit.probe());
    let kinds = asked.kind.as_ref().map(|kinds| kinds.0.as_slice());
    match &asked.q {
        Some(q) => {
            let key = NameKey::of(q.as_str());
            queries::begin_with(&mut conn, (&key, kinds), probe, after).await
        }
        None => queries::list(&mut conn, kinds, probe, after).await,
    }
}
