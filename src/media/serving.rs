//! Sending files: conditional requests, ranges, and the headers that keep a file from being anything but a picture.

use std::ops::Range;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};

use super::files::{File, FileName, Led};
use super::library::{Library, lost};
use super::model::Kept;
use super::queries::delivery as queries;
use super::store::Reading;
use crate::changes::Keys;
use crate::error::{Code, Error, Result};
use crate::http::State;
use crate::http::conditional::has_already;
use crate::publishing::Kind;

/// What is at an address never changes: caches may keep it as long as they like, and need not ask again (RFC 9111, section 5.2.2; RFC 8246).
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Whom a file is sent to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    Readers,
    Editors,
}

/// A file for readers, or where it is now.
///
/// # Errors
/// 404 when the picture has no such file; 416; 503 when the store is away.
pub async fn public(
    request: &HttpRequest,
    (state, library): (&State, &Library),
    (kept, name): (&Kept, FileName),
) -> Result<HttpResponse> {
    let mut keys = Keys::default();
    keys.thing(Kind::Media, kept.id);
    let mut response = match kept.file(name).ok_or_else(Error::not_found)? {
        Led::To(file) => send(request, (state, library), (kept, &file), Audience::Readers).await?,
        Led::On(name) => HttpResponse::PermanentRedirect()
            .insert_header((
                header::LOCATION,
                state.link(&format!("/v1/media/{}/{name}", kept.id)),
            ))
            .insert_header((header::CACHE_CONTROL, "public, max-age=60"))
            .finish(),
    };
    if let Ok(keys) = HeaderValue::from_str(&keys.to_string()) {
        let name = header::HeaderName::from_static("surrogate-key");
        response.headers_mut().insert(name, keys);
    }
    Ok(response)
}

/// A file for editors, whoever may see it: kept by no cache.
///
/// # Errors
/// 400 when it is not offered in this width; 416; 503 when the store is away.
pub async fn private(
    request: &HttpRequest,
    at: (&State, &Library),
    (kept, file): (&Kept, &File),
) -> Result<HttpResponse> {
    send(request, at, (kept, file), Audience::Editors).await
}

async fn send(
    request: &HttpRequest,
    (state, library): (&State, &Library),
    (kept, file): (&Kept, &File),
    audience: Audience,
) -> Result<HttpResponse> {
    let caching = match audience {
        Audience::Readers => FOREVER,
        Audience::Editors => "no-store, no-transform",
    };
    let known = has_already(request.headers(), &file.etag);
    let mut response = HttpResponse::build(if known {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    });
    response
        .insert_header((header::ETAG, file.etag.as_str()))
        .insert_header((header::CACHE_CONTROL, caching));
    if known {
        return Ok(response.finish());
    }
    response
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .insert_header(("cross-origin-resource-policy", "cross-origin"))
        .content_type(file.format.mime());
    let (length, reading) = open((state, library), (kept, file), audience).await?;
    let Some(part) = part(request.headers(), length, &file.etag)? else {
        return Ok(response.body(SizedStream::new(length, reading.content)));
    };
    // The whole is let go: of what was asked for, only that is read.
    drop(reading);
    let reading = library
        .store()
        .read(kept.id, &file.name, Some(part.clone()))
        .await?;
    let reading = reading.ok_or_else(|| lost(kept.id))?;
    let range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
    Ok(response
        .status(StatusCode::PARTIAL_CONTENT)
        .insert_header((header::CONTENT_RANGE, range))
        .body(SizedStream::new(part.end - part.start, reading.content)))
}

/// Opens a file, which is made if it has to be, and tells how long it is. Making takes its time: what readers might see when it began may be
/// withdrawn when it is done.
async fn open(
    (state, library): (&State, &Library),
    (kept, file): (&Kept, &File),
    audience: Audience,
) -> Result<(u64, Reading)> {
    let found = library.store().read(kept.id, &file.name, None).await?;
    let reading = match found {
        Some(reading) => reading,
        None => {
            library.provide(state.pools(), kept, file).await?;
            if audience == Audience::Readers {
                let now = queries::find(&mut state.delivery().await?, kept.id).await?;
                now.rows.ok_or_else(Error::not_found)?;
            }
            let made = library.store().read(kept.id, &file.name, None).await?;
            made.ok_or_else(|| lost(kept.id))?
        }
    };
    Ok((reading.length, reading))
}

/// The one range that is asked for (RFC 9110, section 14.2). Several at once, other units, and what can't be read get the whole file, and so does
/// a range of a file that the client has another version of (`If-Range`, section 13.1.5).
fn part(headers: &HeaderMap, length: u64, etag: &str) -> Result<Option<Range<u64>>> {
    let Some(range) = headers.get(header::RANGE) else {
        return Ok(None);
    };
    if headers
        .get(header::IF_RANGE)
        .is_some_and(|known| known != etag)
    {
        return Ok(None);
    }
    let asked = range
        .to_str()
        .ok()
        .and_then(|range| range.trim().strip_prefix("bytes="));
    let Some((first, last)) = asked.and_then(|asked| asked.trim().split_once('-')) else {
        return Ok(None);
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than a number has room for are past any end.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let part = match (first, number(first), number(last)) {
        // The last so many.
        ("", _, Some(count)) => length.saturating_sub(count)..length,
        (_, Some(first), _) if last.is_empty() => first..length,
        (_, Some(first), Some(last)) if first <= last => first..length.min(last.saturating_add(1)),
        _ => return Ok(None),
    };
    if part.is_empty() {
        let detail = format!("The file has {length} bytes; the range asked for is not within it.");
        let error = Error::new(Code::RangeNotSatisfiable, detail);
        let whole = HeaderValue::from_str(&format!("bytes */{length}")).map_err(Error::internal)?;
        return Err(error.header(header::CONTENT_RANGE, whole));
    }
    Ok(Some(part))
}
