//! Query strings, read strictly: an unknown, repeated or malformed parameter is an error, on every route.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use deserr::Deserr;
use serde_json::{Map, Value};

use super::cursor::{Cursor, Position, Terms};
use crate::auth::Signer;
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};

/// Parameters that choose how much of a list is shown, not what is in it: a cursor is good for any of them.
const UNBOUND: &[&str] = &[
    "cursor", "limit", "fields", "include", "body", "count", "facets", "wait",
];

/// What an operation answers with.
pub trait Media {
    /// Its media type.
    const TYPE: &'static str;
    /// The ranges of types that it is in.
    const RANGES: &'static [&'static str];
}

/// JSON: what every operation answers with that does not say otherwise.
#[derive(Debug, Clone, Copy)]
pub enum Json {}

impl Media for Json {
    const TYPE: &'static str = "application/json";
    const RANGES: &'static [&'static str] = &["*/*", "application/*"];
}

/// An image as SVG.
#[derive(Debug, Clone, Copy)]
pub enum Svg {}

impl Media for Svg {
    const TYPE: &'static str = "image/svg+xml";
    const RANGES: &'static [&'static str] = &["*/*", "image/*"];
}

/// A picture that was uploaded, in one of the formats of the web.
#[derive(Debug, Clone, Copy)]
pub enum Picture {}

impl Media for Picture {
    const TYPE: &'static str = "image/webp";
    const RANGES: &'static [&'static str] =
        &["*/*", "image/*", "image/jpeg", "image/png", "image/gif"];
}

/// Server-sent events (HTML, section 9.2).
#[derive(Debug, Clone, Copy)]
pub enum Events {}

impl Media for Events {
    const TYPE: &'static str = "text/event-stream";
    const RANGES: &'static [&'static str] = &["*/*", "text/*"];
}

/// JSON-LD (its specification, appendix C). It is JSON too, for clients that ask for no more than that.
#[derive(Debug, Clone, Copy)]
pub enum JsonLd {}

impl Media for JsonLd {
    const TYPE: &'static str = "application/ld+json";
    const RANGES: &'static [&'static str] = &["*/*", "application/*", Json::TYPE];
}

/// Nothing but a status, or a problem: whatever who asks the hub for something says that it likes.
#[derive(Debug, Clone, Copy)]
pub enum Nothing {}

impl Media for Nothing {
    const TYPE: &'static str = Json::TYPE;
    const RANGES: &'static [&'static str] = &[
        "*/*",
        "application/*",
        "text/*",
        "text/html",
        "text/plain",
        "application/xml",
        "text/xml",
        Feed::TYPE,
        "application/atom+xml",
        "application/feed+json",
        "application/x-www-form-urlencoded",
    ];
}

/// A feed, in any of its formats: who asks for one knows it by its address, and many programs ask for no more than XML.
#[derive(Debug, Clone, Copy)]
pub enum Feed {}

impl Media for Feed {
    const TYPE: &'static str = "application/rss+xml";
    const RANGES: &'static [&'static str] = &[
        "*/*",
        "application/*",
        "text/*",
        Self::TYPE,
        "application/atom+xml",
        "application/feed+json",
        "application/xml",
        "text/xml",
        Json::TYPE,
    ];
}

/// A sitemap. Search engines ask for anything or for XML.
#[derive(Debug, Clone, Copy)]
pub enum Sitemap {}

impl Media for Sitemap {
    const TYPE: &'static str = "application/xml";
    const RANGES: &'static [&'static str] = &[
        "*/*",
        "application/*",
        "text/*",
        "application/xml",
        "text/xml",
    ];
}

/// Plain text.
#[derive(Debug, Clone, Copy)]
pub enum Plain {}

impl Media for Plain {
    const TYPE: &'static str = "text/plain";
    const RANGES: &'static [&'static str] = &["*/*", "text/*"];
}

/// The parameters of the request, read into `T`. Every handler of the API takes one; those without parameters take [`NoParameters`].
///
/// Answers 400 with every fault, and 406 when the client does not accept what the operation answers with, an `M`.
pub struct Query<T, M = Json> {
    /// The parameters.
    pub parameters: T,
    media: PhantomData<M>,
    pairs: Vec<(String, String)>,
    path: String,
    /// The query as it was sent.
    sent: String,
}

/// No parameters at all.
#[derive(Deserr, Debug)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NoParameters {}

impl<T, M> Query<T, M> {
    /// What a cursor of this list is bound to: the path and the filters as given.
    pub fn binding(&self) -> String {
        let mut bound: Vec<_> = self
            .pairs
            .iter()
            .filter(|(name, _)| !UNBOUND.contains(&name.as_str()))
            .collect();
        bound.sort();
        let mut binding = form_urlencoded::Serializer::new(self.path.clone());
        for (name, value) in bound {
            binding.append_pair(name, value);
        }
        binding.finish()
    }

    /// Where this page begins: where the cursor says, if there is one.
    ///
    /// # Errors
    /// 400 for a cursor of another list, of other filters, or not made here.
    pub fn position(&self, cursor: Option<&Cursor>, signer: &Signer) -> Result<Option<Position>> {
        match cursor {
            Some(cursor) => cursor.open(signer, &self.binding()),
            None => Ok(None),
        }
    }

    /// The same, for this reader under these terms.
    ///
    /// # Errors
    /// 410 when the terms have changed since; 400 as [`position`](Self::position).
    pub fn position_under(
        &self,
        terms: Terms,
        cursor: Option<&Cursor>,
        signer: &Signer,
    ) -> Result<Option<Position>> {
        match cursor {
            Some(cursor) => cursor.open_under(terms, signer, &self.binding()),
            None => Ok(None),
        }
    }

    /// The path and query, as they were asked for.
    pub fn path(&self) -> String {
        self.path_without(&[])
    }

    /// The path and query of the first page of the same list.
    pub fn first_path(&self) -> String {
        self.path_without(&["cursor"])
    }

    /// What is asked but for the part of the list and its form, in one order; empty when nothing is.
    pub fn filters(&self) -> String {
        let mut filters: Vec<_> = self
            .pairs
            .iter()
            .filter(|(name, _)| !UNBOUND.contains(&name.as_str()))
            .collect();
        filters.sort();
        let mut all = form_urlencoded::Serializer::new(String::new());
        all.extend_pairs(filters);
        all.finish()
    }

    /// As it was sent, but for some parameters.
    fn path_without(&self, names: &[&str]) -> String {
        let parts = self.sent.split('&');
        let kept = parts.filter(|part| {
            let name = part.split('=').next().unwrap_or_default();
            !part.is_empty() && !names.contains(&name)
        });
        match kept.collect::<Vec<_>>().join("&") {
            query if query.is_empty() => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    /// The path and query of the same list from another cursor on.
    pub fn with_cursor(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs.iter().filter(|(name, _)| name != "cursor") {
            query.append_pair(name, value);
        }
        query.append_pair("cursor", cursor);
        format!("{}?{}", self.path, query.finish())
    }
}

impl<T: Deserr<Faults>, M: Media> FromRequest for Query<T, M> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            accepts::<M>(request).and_then(|()| Self::read(request.path(), request.query_string())),
        )
    }
}

impl<T: Deserr<Faults>, M> Query<T, M> {
    /// What is asked of this path by this query string.
    ///
    /// # Errors
    /// 400 with every fault.
    pub fn read(path: &str, query: &str) -> Result<Self> {
        if query.len() > 8192 {
            let detail = "The query string must have at most 8192 bytes.";
            return Err(Error::new(Code::InvalidParameters, detail));
        }
        let (object, mut faults, pairs) = parted(query);
        match deserr::deserialize::<T, Value, Faults>(Value::Object(object)) {
            Ok(parameters) if faults.is_empty() => Ok(Self {
                parameters,
                media: PhantomData,
                pairs,
                path: path.to_owned(),
                sent: query.to_owned(),
            }),
            Ok(_) => Err(Error::parameters(faults)),
            Err(found) => {
                for fault in found.into_parameters().into_vec() {
                    // What is there but can't be read is not missing.
                    if fault.code() != FaultCode::MissingField || !faults.tell_of(fault.place()) {
                        faults.push(fault);
                    }
                }
                Err(Error::parameters(faults))
            }
        }
    }
}

/// Names and values of a query string or a form, as an object and in their order; and what of them can't be read or stands more than once.
pub(super) fn parted(query: &str) -> (Map<String, Value>, Faults, Vec<(String, String)>) {
    let (mut object, mut faults, mut pairs) = (Map::new(), Faults::default(), Vec::new());
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match (decode(name), decode(value)) {
            (Some(name), Some(value)) if !value.contains('\0') && !name.contains('\0') => {
                if object
                    .insert(name.clone(), Value::String(value.clone()))
                    .is_some()
                {
                    faults.push(Fault::parameter(
                        name.clone(),
                        FaultCode::RepeatedParameter,
                        "stands more than once; where it takes several values, separate them by commas",
                    ));
                }
                pairs.push((name, value));
            }
            (name, _) => {
                let name = name.unwrap_or_default().replace('\0', "");
                faults.push(Fault::parameter(
                    name,
                    FaultCode::InvalidValue,
                    "is not percent-encoded UTF-8 without U+0000",
                ));
            }
        }
    }
    (object, faults, pairs)
}

/// Decodes `+` and percent-encoding; `None` when that is broken or not UTF-8.
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn accepts<M: Media>(request: &HttpRequest) -> Result<()> {
    accepts_one_of(request.headers(), M::TYPE, M::RANGES)
}

/// Whether the Accept header leaves room for an answer of this media type.
///
/// # Errors
/// 406 when it does not.
pub fn accepts_type(headers: &HeaderMap, media: &str) -> Result<()> {
    let media = media.split(';').next().unwrap_or_default();
    match media {
        Svg::TYPE => accepts_one_of(headers, Svg::TYPE, Svg::RANGES),
        JsonLd::TYPE => accepts_one_of(headers, JsonLd::TYPE, JsonLd::RANGES),
        Feed::TYPE | "application/atom+xml" | "application/feed+json" => {
            accepts_one_of(headers, media, Feed::RANGES)
        }
        Sitemap::TYPE => accepts_one_of(headers, media, Sitemap::RANGES),
        Plain::TYPE => accepts_one_of(headers, media, Plain::RANGES),
        _ => accepts_one_of(headers, Json::TYPE, Json::RANGES),
    }
}

/// Whether the Accept header leaves room for what the operation answers with (RFC 9110, section 12.5.1).
fn accepts_one_of(headers: &HeaderMap, media: &str, ranges: &[&str]) -> Result<()> {
    let mut given = headers
        .get_all(header::ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .peekable();
    if given.peek().is_none() {
        return Ok(());
    }
    let fits = |range: &str| {
        let mut parts = range.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let refused = parts.any(|part| {
            part.to_ascii_lowercase()
                .strip_prefix("q=")
                .is_some_and(|q| q.trim_matches(['0', '.']).is_empty())
        });
        !refused
            && (ranges.contains(&essence.as_str())
                || [media, "application/problem+json", ""].contains(&essence.as_str()))
    };
    if given.any(|value| value.split(',').any(fits)) {
        return Ok(());
    }
    Err(Error::new(
        Code::NotAcceptable,
        format!(
            "This operation answers with {}. Accept it, or leave the Accept header out.",
            media
        ),
    ))
}
