//! `/v1/manage/media`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use uuid::Uuid;

use super::files::{FileName, Led};
use super::intake::take;
use super::library::Library;
use super::model::{FetchInput, MediaInput, UploadForm};
use super::parameters::MediaSize;
use super::picture::Format;
use super::queries::newsroom as queries;
use super::serving;
use super::upload::Upload;
use super::view::{ManagedMedia, MediaUse};
use crate::auth::{Authorized, ContentRead, ContentWrite};
use crate::error::{Error, Fault, FaultCode, Faults, Result};
use crate::http::answer::managed;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::query::Picture;
use crate::http::search::ManagedList;
use crate::http::{IfMatch, NoParameters, Page, PatchBody, Path, Query, State, Writer, Written};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Event, Kind};
use crate::values::Id;

/// List media
///
/// Pictures, the newest first; with `q` those whose text, caption, credit or file name holds it.
#[utoipa::path(
    tag = "Media", params(ManagedList), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "A page of media.", body = Page<ManagedMedia>)),
)]
#[get("/v1/manage/media")]
pub async fn list_media(
    _: Authorized<ContentRead>,
    query: Query<ManagedList>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let after = query.position(query.parameters.cursor.as_ref(), state.signer())?;
    let rows = queries::list(&mut state.newsroom().await?, &query.parameters, after).await?;
    let cut = Cut::of(&query, state.signer());
    let page = Page::cut(rows, query.parameters.limit, cut, |row| Position {
        key: SortKey::Number(row.created_at.timestamp_millis()),
        id: row.id,
    })?;
    managed(StatusCode::OK, None, &page.map(ManagedMedia::from))
}

/// Upload a picture
///
/// A JPEG, PNG, WebP or GIF file in a form, or the address of one in JSON, which is then fetched. It is told by its content, turned upright, and
/// rid of its metadata, of which only who made it becomes the credit, unless one is given. A file that was uploaded before is not kept again: the
/// answer is 200 with the picture that it made then. Readers do not see it before something published uses it.
#[utoipa::path(
    tag = "Media", security(("api_key" = ["content:write"])),
    request_body(content((UploadForm = "multipart/form-data"), (FetchInput = "application/json"))),
    responses(
        (status = 201, description = "The new picture.", body = ManagedMedia),
        (status = 200, description = "The picture that the same file made before, as it is.", body = ManagedMedia),
    ),
)]
#[post("/v1/manage/media")]
pub async fn upload_media(
    writer: Writer<ContentWrite>,
    _: Query<NoParameters>,
    (state, library): (web::Data<State>, web::Data<Library>),
    upload: Upload,
) -> Result<HttpResponse> {
    let intake = take(&state, &library, upload).await?;
    writer
        .write("upload_media", async move |tx| {
            let (media, is_new) = queries::insert(tx, intake.in_time()?).await?;
            let (id, version) = (media.id, media.version());
            let view = ManagedMedia::from(media);
            if !is_new {
                return Written::changed(&version, &view);
            }
            let path = format!("/v1/manage/media/{id}");
            let written = Written::created(path, &version, &view)?;
            Ok(written.audited(AuditEntry::of(Kind::Media, Some(id)).to(version)))
        })
        .await
}

/// Read what is told of a picture
///
/// One picture, with what editors need.
#[utoipa::path(
    tag = "Media", params(("media" = Id, Path, description = "Its id.")), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "The picture.", body = ManagedMedia)),
)]
#[get("/v1/manage/media/{media}")]
pub async fn get_media(
    _: Authorized<ContentRead>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let media = queries::get(&mut state.newsroom().await?, path.0).await?;
    let etag = media.version().etag();
    managed(StatusCode::OK, Some(&etag), &ManagedMedia::from(media))
}

/// See a picture
///
/// Its file, whether readers may see it or not, in one of the widths that it is offered in if told.
#[utoipa::path(
    tag = "Media", security(("api_key" = ["content:read"])),
    params(("media" = Id, Path, description = "Its id."), MediaSize),
    responses(
        (status = 200, description = "The file.", content(
            (String = "image/webp"), (String = "image/jpeg"), (String = "image/png"), (String = "image/gif"),
        )),
        (status = 206, description = "The part of the file that was asked for with Range.", content(
            (String = "image/webp"), (String = "image/jpeg"), (String = "image/png"), (String = "image/gif"),
        )),
        (status = 304, description = "The client has this file already."),
        (status = 416, description = "The range is past the end of the file."),
    ),
)]
#[get("/v1/manage/media/{media}/file")]
pub async fn manage_get_media_file(
    _: Authorized<ContentRead>,
    path: Path<Uuid>,
    query: Query<MediaSize, Picture>,
    (state, library): (web::Data<State>, web::Data<Library>),
    request: HttpRequest,
) -> Result<HttpResponse> {
    let kept = queries::get(&mut state.newsroom().await?, path.0)
        .await?
        .kept();
    let file = match query.parameters.width {
        None => kept.original(),
        Some(width) => match kept.file(FileName::Rendition {
            width: width.0,
            crop: None,
            format: Format::Webp,
        }) {
            Some(Led::To(file)) => Some(file),
            _ => return Err(not_offered(&kept.widths)),
        },
    };
    let file = file.ok_or_else(|| Error::internal("a picture of an unknown format"))?;
    serving::private(&request, (&state, &library), (&kept, &file)).await
}

fn not_offered(widths: &[u32]) -> Error {
    let widths: Vec<String> = widths.iter().map(u32::to_string).collect();
    let detail = match widths.is_empty() {
        true => "this picture is offered in no width but its own; leave it out".to_owned(),
        false => format!(
            "must be a width that this picture is offered in: {}",
            widths.join(", ")
        ),
    };
    let fault = Fault::parameter("width", FaultCode::InvalidValue, detail);
    Error::parameters(Faults::from(fault))
}

/// List what uses a picture
///
/// The site, authors, entities and articles that show it, in any version; those in which readers see it come first.
#[utoipa::path(
    tag = "Media", params(("media" = Id, Path, description = "Its id.")), security(("api_key" = ["content:read"])),
    responses((status = 200, description = "What uses it.", body = Page<MediaUse>)),
)]
#[get("/v1/manage/media/{media}/uses")]
pub async fn list_media_uses(
    _: Authorized<ContentRead>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let media = queries::get(&mut conn, path.0).await?;
    let uses = queries::uses(&mut conn, media.id).await?;
    let views = uses.into_iter().map(MediaUse::from);
    managed(StatusCode::OK, None, &Page::whole(views.collect()))
}

/// Change what is told of a picture
///
/// A JSON Merge Patch. Where the picture is public, readers see the change at once, but for what its uses say otherwise. The file never changes:
/// upload another for that.
#[utoipa::path(
    tag = "Media", request_body = MediaInput, security(("api_key" = ["content:write"])),
    params(("media" = Id, Path, description = "Its id."), IfMatchHeader),
    responses((status = 200, description = "The picture as it now is.", body = ManagedMedia)),
)]
#[patch("/v1/manage/media/{media}")]
pub async fn change_media(
    writer: Writer<ContentWrite>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: PatchBody,
) -> Result<HttpResponse> {
    writer
        .write("change_media", async move |tx| {
            let before = queries::lock(tx, path.0).await?;
            if_match.require(&before.version())?;
            let told: MediaInput = body.apply(before.input()).whole()?;
            let media = queries::change(tx, &before, told).await?;
            let (id, version) = (media.id, media.version());
            let entry = AuditEntry::of(Kind::Media, Some(id)).from(before.version());
            Ok(Written::changed(&version, &ManagedMedia::from(media))?
                .audited(entry.to(version))
                .publishing(Change::of(Kind::Media, id, Event::Changed)))
        })
        .await
}

/// Remove a picture
///
/// Only when nothing uses it, in any version. Its files are deleted for good.
#[utoipa::path(
    tag = "Media", security(("api_key" = ["content:write"])),
    params(("media" = Id, Path, description = "Its id."), IfMatchHeader),
    responses((status = 204, description = "It is gone."), (status = 409, description = "Something uses it; the detail tells what.")),
)]
#[delete("/v1/manage/media/{media}")]
pub async fn remove_media(
    writer: Writer<ContentWrite>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    writer
        .write("remove_media", async move |tx| {
            let before = queries::lock(tx, path.0).await?;
            if_match.require(&before.version())?;
            queries::remove(tx, &before).await?;
            let entry = AuditEntry::of(Kind::Media, Some(before.id)).from(before.version());
            Ok(Written::removed().audited(entry))
        })
        .await
}
