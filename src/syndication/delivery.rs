//! `/v1/syndication/items`.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, get, web};
use uuid::Uuid;

use super::parameters::ListItems;
use super::queries::delivery as queries;
use super::view::{Item, ItemsPage, Source};
use crate::articles::model::PublicArticle;
use crate::articles::queries::delivery as articles;
use crate::articles::selection::Selection;
use crate::auth::{Authorized, SyndicationRead};
use crate::changes::Seq;
use crate::changes::sync::following::{Followed, follow};
use crate::changes::sync::queries::delivery::Copied;
use crate::changes::sync::view::ChangesPageInfo;
use crate::error::{Error, Result};
use crate::http::{Answer, NoParameters, Path, Query, State};
use crate::notices::reads::note;
use crate::notices::telling::told;
use crate::partners::admission::{Admitted, admit};
use crate::partners::view::Licensed;
use crate::resolve::frontend;
use crate::values::Id;

/// Read items
///
/// All articles that the contract covers as ninjs 3.1 items, then what changes: follow `next_cursor`, which is always there. What was taken back, or is covered no longer, comes once more under its `uri`, with a higher `version` and `pubStatus` `canceled`, and in its `edNote` what the publisher has to say to that. An appended update, a correction and a retraction come as a new version.
#[utoipa::path(
    tag = "Syndication", params(ListItems), security(("api_key" = ["syndication:read"])),
    responses(
        (status = 200, description = "A page of items.", body = Licensed<ItemsPage>),
        (status = 410, description = "The log has begun anew since the cursor, or the contract has changed: begin again without one."),
    ),
)]
#[get("/v1/syndication/items")]
pub async fn list_items(
    caller: Authorized<SyndicationRead>,
    query: Query<ListItems>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let admitted = admit(&caller, &request, &state).await?;
    let (asked, copied) = (&query.parameters, Copied::articles(admitted.audience()));
    let cursor = (query.binding(), asked.cursor.as_ref());
    let followed = follow(&state, cursor, (&copied, asked.limit)).await?;
    let page = page(&state, &followed, &admitted).await?;
    let next = followed
        .has_more
        .then(|| query.with_cursor(&followed.next_cursor));
    let page = Licensed::new(page, admitted.contract());
    Ok(Answer::json(followed.seq, &page)?
        .next(next)
        .respond(&state))
}

/// What has changed, as items. What has gone since comes as canceled with the next page.
async fn page(state: &State, followed: &Followed, admitted: &Admitted) -> Result<ItemsPage> {
    let here = followed.changed.iter().filter(|it| it.resource.is_some());
    let ids = here.map(|changed| changed.id).collect();
    let (_, mut items) = read(state, ids, admitted).await?;
    let gone = followed.changed.iter().filter(|it| it.resource.is_none());
    let gone = gone.map(|it| (it.seq, it.id));
    let told = told(state, &admitted.audience(), gone).await?;
    let data = followed.changed.iter().filter_map(|it| match it.resource {
        Some(_) => items.remove(&it.id),
        None => Some(Item::canceled((it.id, it.seq), told.get(&(it.seq, it.id)))),
    });
    Ok(ItemsPage {
        data: data.collect(),
        page: ChangesPageInfo {
            next_cursor: followed.next_cursor.clone(),
            has_more: followed.has_more,
        },
    })
}

/// These articles as items, as far as they are there.
async fn read(
    state: &State,
    ids: Vec<Uuid>,
    admitted: &Admitted,
) -> Result<(Seq, HashMap<Uuid, Item>)> {
    let selection = Selection::of_item(&admitted.audience());
    let mut conn = state.delivery().await?;
    let found = articles::those(&mut conn, ids, &selection).await?;
    drop(conn);
    let frontend = frontend(found.site.as_deref())?;
    let rows = found.rows;
    let shown = rows.iter();
    let shown = shown.map(|article| (article.id, selection.extent(article)));
    note(state, &admitted.audience(), found.seq, shown);
    let (base, admitted) = (state.base_url(), admitted.clone());
    // Texts may be long: other requests of this worker are not to wait for them.
    let shaped = web::block(move || {
        let source = Source {
            frontend: &frontend,
            base: &base,
            contract: admitted.contract(),
        };
        let item = |article: PublicArticle| (article.id, Item::new(article, &source));
        rows.into_iter().map(item).collect()
    });
    Ok((found.seq, shaped.await.map_err(Error::internal)?))
}

/// Read an item
///
/// An article that the contract covers, as a ninjs 3.1 item; one that it covered and covers no longer, or that was taken back, as `canceled`.
#[utoipa::path(
    tag = "Syndication", security(("api_key" = ["syndication:read"])),
    params(("id" = Id, Path, description = "The article's id: the last part of the item's `uri`.")),
    responses((status = 200, description = "The item.", body = Item)),
)]
#[get("/v1/syndication/items/{id}")]
pub async fn get_item(
    caller: Authorized<SyndicationRead>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let admitted = admit(&caller, &request, &state).await?;
    let (seq, mut here) = read(&state, vec![path.0], &admitted).await?;
    if let Some(item) = here.remove(&path.0) {
        return Ok(Answer::json(seq, &item)?.respond(&state));
    }
    // Read after it: what has just gone is canceled, and not unknown.
    let mut conn = state.delivery().await?;
    let left = queries::left(&mut conn, path.0, admitted.contract()).await?;
    drop(conn);
    let number = left.rows.ok_or_else(Error::not_found)?;
    let told = told(&state, &admitted.audience(), [(number, path.0)]).await?;
    let item = Item::canceled((path.0, number), told.get(&(number, path.0)));
    Ok(Answer::json(left.seq, &item)?.respond(&state))
}
