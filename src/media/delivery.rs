//! `/v1/media`.

use actix_web::{HttpRequest, HttpResponse, get, web};
use uuid::Uuid;

use super::files::FileName;
use super::library::Library;
use super::queries::delivery as queries;
use super::serving;
use crate::auth::Visitor;
use crate::error::{Error, Result};
use crate::http::query::Picture;
use crate::http::{NoParameters, Path, Query, State};
use crate::values::Id;

/// Read a file of a picture
///
/// A picture that something published uses, in one of its sizes; any other is 404. `original.jpg` (`.png`, `.webp`, `.gif`) is the file that was
/// uploaded, upright and without its metadata; `w640.webp` is 640 pixels wide, `w640-16x9.webp` a crop of that shape (1x1, 4x3, 3x2, 16x9) around
/// its focal point, which leads on to the name that tells that point; `large` is what suits a page. Formats are `webp`, `jpg` and `png`. What is at
/// an address never changes. `Range` is understood.
#[utoipa::path(
    tag = "Media",
    params(
        ("media" = Id, Path, description = "The picture's id."),
        ("file" = String, Path, description = "The name of the file.", example = "w640.webp"),
        ("Range" = Option<String>, Header, description = "A part of the file: one range of bytes.", example = "bytes=0-1023"),
    ),
    responses(
        (status = 200, description = "The file.", content(
            (String = "image/webp"), (String = "image/jpeg"), (String = "image/png"), (String = "image/gif"),
        )),
        (status = 206, description = "The part of the file that was asked for.", content(
            (String = "image/webp"), (String = "image/jpeg"), (String = "image/png"), (String = "image/gif"),
        )),
        (status = 308, description = "The crop keeps something else in view now, or the name does not tell what.", headers(("Location" = String, description = "Its name."))),
        (status = 416, description = "The range is past the end of the file."),
    ),
)]
#[get("/v1/media/{media}/{file}")]
pub async fn get_media_file(
    _: Visitor,
    _: Query<NoParameters, Picture>,
    path: Path<(Uuid, FileName)>,
    (state, library): (web::Data<State>, web::Data<Library>),
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (id, name) = path.0;
    let found = queries::find(&mut state.delivery().await?, id).await?;
    let kept = found.rows.ok_or_else(Error::not_found)?;
    serving::public(&request, (&state, &library), (&kept, name)).await
}
