//! `/v1/authors`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::parameters::{GetAuthor, ListAuthors};
use super::queries::delivery as queries;
use super::view::AuthorView;
use crate::auth::Visitor;
use crate::changes::Keys;
use crate::error::{Error, Result};
use crate::http::answer::moved;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::{Answer, Page, Path, Query, State};
use crate::publishing::Kind;
use crate::resolve::{Found, frontend, locate};
use crate::values::Reference;

/// List authors
///
/// Authors by name: those whom something published names, or once named.
#[utoipa::path(tag = "Authors", params(ListAuthors), responses((status = 200, description = "A page of authors.", body = Page<AuthorView>)))]
#[get("/v1/authors")]
pub async fn list_authors(
    _: Visitor,
    query: Query<ListAuthors>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let after = query.position(asked.cursor.as_ref(), state.signer())?;
    let found = queries::list(&mut state.delivery().await?, asked.limit.probe(), after).await?;
    let (frontend, forms) = (frontend(found.site.as_deref())?, asked.body.as_ref().into());
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(found.rows, asked.limit, cut, |row| Position {
        key: SortKey::Text(row.name.clone()),
        id: row.id,
    })?;
    let next = page.next_path(&query);
    let page = page.map(|author| AuthorView::new(author, &frontend, forms));
    let mut keys = Keys::default();
    keys.any(Kind::Author).site();
    Ok(Answer::json(found.seq, &page)?
        .next(next)
        .made_of(keys)
        .respond(&state))
}

/// Read an author
///
/// One author. A slug that they had before answers with a redirect to the one they have now.
#[utoipa::path(
    tag = "Authors",
    params(("author" = Reference, Path, description = "The slug or id."), GetAuthor),
    responses((status = 200, description = "The author.", body = AuthorView)),
)]
#[get("/v1/authors/{author}")]
pub async fn get_author(
    _: Visitor,
    path: Path<Reference>,
    query: Query<GetAuthor>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.delivery().await?;
    let id = match locate(&mut conn, Kind::Author, &path.0).await? {
        Found::Here(id) => id,
        Found::Moved(to) => {
            return Ok(moved(&request, &state, to, |slug| {
                format!("/v1/authors/{slug}")
            }));
        }
    };
    let found = queries::get(&mut conn, id).await?;
    let frontend = frontend(found.site.as_deref())?;
    let author = found.rows.into_iter().next().ok_or_else(Error::not_found)?;
    let view = AuthorView::new(author, &frontend, query.parameters.body.as_ref().into());
    let mut keys = Keys::default();
    keys.name(Kind::Author, &path.0)
        .thing(Kind::Author, id)
        .site();
    Ok(Answer::json(found.seq, &view)?
        .made_of(keys)
        .respond(&state))
}
