//! `/v1/manage/authors`.

pub mod versions;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};

use super::model::{Author, AuthorInput};
use super::queries::newsroom as queries;
use super::view::ManagedAuthor;
use crate::auth::{Authorized, ContentRead, ContentWrite};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::search::ManagedList;
use crate::http::{
    IfMatch, JsonBody, NoParameters, Page, PatchBody, Path, Query, State, Writer, Written,
};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Event, Kind, Tx};
use crate::values::Reference;
use crate::versions::queries::newsroom as kept;

/// List authors for editing
///
/// Authors by name, with what editors need.
#[utoipa::path(
    tag = "Authors", params(ManagedList), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of authors.", body = Page<ManagedAuthor>)),
)]
#[get("/v1/manage/authors")]
pub async fn manage_list_authors(
    _: Authorized<ContentRead>,
    query: Query<ManagedList>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = queries::list(&mut state.newsroom().await?, &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| Position {
        key: SortKey::Text(row.name.clone()),
        id: row.id,
    })?;
    managed(StatusCode::OK, None, &page.map(ManagedAuthor::from))
}

/// Make an author
///
/// It is not public until something published refers to it.
#[utoipa::path(
    tag = "Authors", request_body = AuthorInput, security(("api_key" = ["content:write"])),
    responses((status = 201, description = "The new author.", body = ManagedAuthor), (status = 409, description = "The slug is taken.")),
)]
#[post("/v1/manage/authors")]
pub async fn create_author(
    writer: Writer<ContentWrite>,
    _: Query<NoParameters>,
    body: JsonBody<AuthorInput>,
) -> Result<HttpResponse> {
    writer
        .write("create_author", async move |tx| {
            let author = queries::insert(tx, body.0).await?;
            let (id, version) = (author.id, author.version());
            Ok(Written::created(
                format!("/v1/manage/authors/{id}"),
                &version,
                &ManagedAuthor::from(author),
            )?
            .audited(AuditEntry::of(Kind::Author, Some(id)).to(version)))
        })
        .await
}

/// Read an author for editing
///
/// One author, with what editors need.
#[utoipa::path(
    tag = "Authors", params(("author" = Reference, Path, description = "Its slug or id.")), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "The author.", body = ManagedAuthor)),
)]
#[get("/v1/manage/authors/{author}")]
pub async fn manage_get_author(
    _: Authorized<ContentRead>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let author = queries::get(&mut state.newsroom().await?, &path.0).await?;
    managed(
        StatusCode::OK,
        Some(&author.version().etag()),
        &ManagedAuthor::from(author),
    )
}

/// Change an author
///
/// A JSON Merge Patch; if it is public, readers see the change at once, and an old slug redirects to the new one.
#[utoipa::path(
    tag = "Authors", request_body = AuthorInput, security(("api_key" = ["content:write"])),
    params(("author" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 200, description = "The author as it now is.", body = ManagedAuthor), (status = 409, description = "The slug is taken.")),
)]
#[patch("/v1/manage/authors/{author}")]
pub async fn change_author(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: PatchBody,
) -> Result<HttpResponse> {
    writer
        .write("change_author", async move |tx| {
            let before = queries::lock(tx, &path.0, body.names("slug")).await?;
            require(tx, &if_match, &before).await?;
            let input: AuthorInput = body.apply(before.input()).whole()?;
            let author = queries::change(tx, &before, input).await?;
            changed(&before, author)
        })
        .await
}

/// The answer to an edit; if the author is public, readers see it at once.
fn changed(before: &Author, author: Author) -> Result<Written> {
    let (id, version) = (author.id, author.version());
    let audit = AuditEntry::of(Kind::Author, Some(id)).from(before.version());
    Ok(Written::changed(&version, &ManagedAuthor::from(author))?
        .audited(audit.to(version))
        .publishing(Change::of(Kind::Author, id, Event::Changed)))
}

/// The answer to an edit that would change nothing.
fn unchanged(author: Author) -> Result<Written> {
    let (id, version) = (author.id, author.version());
    let audit = AuditEntry::of(Kind::Author, Some(id)).from(&version);
    Ok(Written::changed(&version, &ManagedAuthor::from(author))?.audited(audit.to(&version)))
}

/// Goes on only when the author is at one of the versions that the client names. Else it is told what changed since.
async fn require(tx: &mut Tx, if_match: &IfMatch, author: &Author) -> Result<()> {
    let current = (author.version, &author.version());
    kept::require(tx, if_match, author.owner(), current).await
}

/// Remove an author
///
/// Only when no version of an article or update refers to it.
#[utoipa::path(
    tag = "Authors", security(("api_key" = ["content:write"])),
    params(("author" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 204, description = "It is gone."), (status = 409, description = "Versions refer to it.")),
)]
#[delete("/v1/manage/authors/{author}")]
pub async fn remove_author(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("remove_author", async move |tx| {
            let author = queries::lock(tx, &path.0, true).await?;
            if_match.require(&author.version())?;
            queries::remove(tx, &author).await?;
            Ok(Written::removed()
                .audited(AuditEntry::of(Kind::Author, Some(author.id)).from(author.version()))
                .publishing(Change::of(Kind::Author, author.id, Event::Removed)))
        })
        .await
}
