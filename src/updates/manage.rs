//! `/v1/manage/articles/{article}/updates`.

pub mod versions;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};

use super::model::{Host, NamedByUpdate, Retraction, RevisedUpdate, Update, UpdateInput};
use super::queries::newsroom::{self as queries, Appended};
use super::view::{ManagedUpdate, side as compared};
use crate::auth::{Authorized, ContentPublish, ContentRead, ContentWrite, Scope};
use crate::authors::queries::newsroom as authors;
use crate::db::NewsroomConn;
use crate::diff::{Side, compare_at_once};
use crate::error::{Code, Error, Result};
use crate::http::answer::managed;
use crate::http::path::NumberOrId;
use crate::http::{
    DraftBody, IfMatch, JsonBody, NoParameters, Page, PatchBody, Path, Query, State, Writer,
    Written,
};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Event, Tx};
use crate::values::Reference;

async fn view(conn: &mut NewsroomConn, update: Update) -> Result<ManagedUpdate> {
    let ids = queries::author_ids(conn, update.text_id).await?;
    Ok(ManagedUpdate::new(
        update,
        authors::bylines(conn, &ids).await?,
    ))
}

/// A version as it is compared.
async fn side(conn: &mut NewsroomConn, update: &Update, number: i32) -> Result<Side> {
    let version = queries::version(conn, update.id, number).await?;
    let bylines = authors::bylines(conn, &version.author_ids).await?;
    Ok(compared(version, update, bylines))
}

/// Goes on only when the update, its article locked, is at one of the versions that the client names. Else it is told what changed since.
async fn require(tx: &mut Tx, if_match: &IfMatch, update: &Update) -> Result<()> {
    let Err(error) = if_match.require(&update.version()) else {
        return Ok(());
    };
    let older = if_match.older(&update.version());
    let Some(older) = older.filter(|_| tx.by.may_read) else {
        return Err(error);
    };
    let from = side(tx, update, older).await;
    let to = side(tx, update, update.version).await?;
    match from {
        Ok(from) => Err(error.with_diff(compare_at_once(&from, &to))),
        Err(missing) if missing.code() == Code::NotFound => Err(error),
        Err(other) => Err(other),
    }
}

/// List the updates of an article for editing
///
/// Every update: the shown and retracted in their order, then the drafts.
#[utoipa::path(
    tag = "Updates", params(("article" = Reference, Path, description = "The article's slug or id.")), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "The updates.", body = Page<ManagedUpdate>)),
)]
#[get("/v1/manage/articles/{article}/updates")]
pub async fn manage_list_updates(
    _: Authorized<ContentRead>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let article = queries::article(&mut conn, &path.0).await?;
    let mut views = Vec::new();
    for update in queries::list(&mut conn, article).await? {
        views.push(view(&mut conn, update).await?);
    }
    managed(StatusCode::OK, None, &Page::whole(views))
}

/// Append an update
///
/// Shows at once on a published article, for which the key needs `content:publish` too; with `"draft": true` it waits to be shown.
#[utoipa::path(
    tag = "Updates", request_body = UpdateInput, security(("api_key" = ["content:write"])),
    params(("article" = Reference, Path, description = "The article's slug or id.")),
    responses((status = 201, description = "The new update.", body = ManagedUpdate), (status = 409, description = "The article is not published, or an author was just removed.")),
)]
#[post("/v1/manage/articles/{article}/updates")]
pub async fn append_update(
    writer: Writer<ContentWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    body: DraftBody<UpdateInput>,
) -> Result<HttpResponse> {
    let named: NamedByUpdate = body.0.named();
    if named.shows() {
        writer.also(Scope::ContentPublish)?;
    }
    writer
        .write("append_update", async move |tx| {
            let host = queries::lock_article(tx, &path.0).await?;
            let Appended { update, author_ids } = queries::append(tx, &host, body.0).await?;
            let change = update.number.map(|number| {
                Change::of_update(host.id, number, Event::UpdateAppended).signed_by(&author_ids)
            });
            let (version, id) = (update.version(), update.id);
            let path = format!("/v1/manage/articles/{}/updates/{id}", host.id);
            let view = ManagedUpdate::new(update, authors::bylines(tx, &author_ids).await?);
            Ok(Written::created(path, &version, &view)?
                .audited(AuditEntry::of_update(id).to(version))
                .publishing(change))
        })
        .await
}

/// Read an update for editing
///
/// One update, by number or id, with what editors need.
#[utoipa::path(
    tag = "Updates", security(("api_key" = ["content:read"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("update" = String, Path, description = "The update's number or id.", example = "1"),
    ),
    responses((status = 200, description = "The update.", body = ManagedUpdate)),
)]
#[get("/v1/manage/articles/{article}/updates/{update}")]
pub async fn manage_get_update(
    _: Authorized<ContentRead>,
    path: Path<(Reference, NumberOrId)>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let article = queries::article(&mut conn, &path.0.0).await?;
    let update = queries::get(&mut conn, article, path.0.1).await?;
    managed(
        StatusCode::OK,
        Some(&update.version().etag()),
        &view(&mut conn, update).await?,
    )
}

/// Revise an update
///
/// A JSON Merge Patch. Of a shown update readers see the new text at once, with the time of its revision, and the key needs `content:publish` too; the earlier text is kept.
#[utoipa::path(
    tag = "Updates", request_body = RevisedUpdate, security(("api_key" = ["content:write"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("update" = String, Path, description = "The update's number or id.", example = "1"),
        IfMatchHeader,
    ),
    responses((status = 200, description = "The update as it now is.", body = ManagedUpdate), (status = 409, description = "It was retracted, or an author was just removed.")),
)]
#[patch("/v1/manage/articles/{article}/updates/{update}")]
pub async fn revise_update(
    writer: Writer<ContentWrite>,
    path: Path<(Reference, NumberOrId)>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: PatchBody,
) -> Result<HttpResponse> {
    let may_publish = writer.also(Scope::ContentPublish);
    writer
        .write("revise_update", async move |tx| {
            let host = queries::lock_article(tx, &path.0.0).await?;
            let before = queries::get(tx, host.id, path.0.1).await?;
            require(tx, &if_match, &before).await?;
            let change = revision(&host, &before, may_publish)?;
            let ids = queries::author_ids(tx, before.text_id).await?;
            let draft = body.apply(before.input(&ids));
            let text = queries::reword(tx, &host, &before, draft).await?;
            let (update, changed) = queries::revise_unless_said(tx, &before, text).await?;
            let (version, id) = (update.version(), update.id);
            Ok(Written::changed(&version, &view(tx, update).await?)?
                .audited(AuditEntry::of_update(id).from(before.version()).to(version))
                .publishing(change.filter(|_| changed)))
        })
        .await
}

/// What a revision means to readers: nothing of a draft, a change of what they see of a shown update.
fn revision(host: &Host, update: &Update, may_publish: Result<()>) -> Result<Option<Change>> {
    match update.number {
        None => Ok(None),
        Some(_) if update.state == "retracted" => Err(Error::new(
            Code::StateConflict,
            "It was retracted; its text is gone for readers and stays as it was.",
        )),
        Some(number) => {
            may_publish?;
            Ok((host.status == "published")
                .then(|| Change::of_update(host.id, number, Event::UpdateRevised)))
        }
    }
}

/// Show an update
///
/// Gives a drafted update its number and shows it on its published article.
#[utoipa::path(
    tag = "Updates", security(("api_key" = ["content:publish"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("update" = String, Path, description = "The update's id."),
    ),
    responses((status = 200, description = "The update as it now is.", body = ManagedUpdate), (status = 409, description = "It is shown already, the article is not published, its date is out of turn, or what it concerns is not in the published text.")),
)]
#[post("/v1/manage/articles/{article}/updates/{update}/show")]
pub async fn show_update(
    writer: Writer<ContentPublish>,
    path: Path<(Reference, NumberOrId)>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("show_update", async move |tx| {
            let host = queries::lock_article(tx, &path.0.0).await?;
            let before = queries::get(tx, host.id, path.0.1).await?;
            if_match.check(&before.version())?;
            let (update, number) = queries::show_draft(tx, &host, &before).await?;
            let (version, id) = (update.version(), update.id);
            Ok(Written::changed(&version, &view(tx, update).await?)?
                .audited(AuditEntry::of_update(id).from(before.version()).to(version))
                .publishing(Change::of_update(host.id, number, Event::UpdateAppended)))
        })
        .await
}

/// Retract an update
///
/// Its text goes at once; its place, date and reason stay.
#[utoipa::path(
    tag = "Updates", request_body = Retraction, security(("api_key" = ["content:publish"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("update" = String, Path, description = "The update's number or id.", example = "1"),
        IfMatchHeader,
    ),
    responses((status = 200, description = "The update as it now is.", body = ManagedUpdate), (status = 409, description = "It is not shown.")),
)]
#[post("/v1/manage/articles/{article}/updates/{update}/retract")]
pub async fn retract_update(
    writer: Writer<ContentPublish>,
    path: Path<(Reference, NumberOrId)>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: JsonBody<Retraction>,
) -> Result<HttpResponse> {
    writer
        .write("retract_update", async move |tx| {
            let host = queries::lock_article(tx, &path.0.0).await?;
            let before = queries::get(tx, host.id, path.0.1).await?;
            require(tx, &if_match, &before).await?;
            let (Some(number), "shown") = (before.number, before.state.as_str()) else {
                return Err(Error::new(
                    Code::StateConflict,
                    format!(
                        "Only a shown update can be retracted; this one is {}.",
                        before.state
                    ),
                ));
            };
            let update = queries::retract(tx, &before, body.0.reason.as_str()).await?;
            let (version, id) = (update.version(), update.id);
            let change = (host.status == "published")
                .then(|| Change::of_update(host.id, number, Event::UpdateRetracted));
            Ok(Written::changed(&version, &view(tx, update).await?)?
                .audited(AuditEntry::of_update(id).from(before.version()).to(version))
                .publishing(change))
        })
        .await
}

/// Remove a drafted update
///
/// Only a draft: what was shown is never removed, only retracted.
#[utoipa::path(
    tag = "Updates", security(("api_key" = ["content:write"])),
    params(
        ("article" = Reference, Path, description = "The article's slug or id."),
        ("update" = String, Path, description = "The update's id."),
        IfMatchHeader,
    ),
    responses((status = 204, description = "It is gone."), (status = 409, description = "It was shown.")),
)]
#[delete("/v1/manage/articles/{article}/updates/{update}")]
pub async fn remove_update(
    writer: Writer<ContentWrite>,
    path: Path<(Reference, NumberOrId)>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("remove_update", async move |tx| {
            let host = queries::lock_article(tx, &path.0.0).await?;
            let update = queries::get(tx, host.id, path.0.1).await?;
            if_match.require(&update.version())?;
            if update.state != "draft" {
                return Err(Error::new(
                    Code::StateConflict,
                    "What was shown is never removed. Retract it instead.",
                ));
            }
            queries::remove(tx, &update).await?;
            Ok(Written::removed().audited(AuditEntry::of_update(update.id).from(update.version())))
        })
        .await
}
