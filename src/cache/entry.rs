//! A finished answer, and how it is given again.

use std::borrow::Cow;
use std::mem;
use std::sync::OnceLock;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use bytes::Bytes;

use super::encoding::{Coding, MIN_ENCODED};
use crate::changes::{Keys, Provenance, Seq};
use crate::error::{Code, Error};
use crate::http::conditional::has_already;

// Made once: a name in a text is looked up and checked each time.
static SEQ: HeaderName = HeaderName::from_static("kroniek-seq");
static CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// A finished answer with what it was made of.
#[derive(Debug)]
pub struct Entry {
    /// When it was read, of what.
    pub provenance: Provenance,
    /// The route that it was made by, for the request log.
    pub route: Option<String>,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// What a handler made.
    Answer(Finished),
    /// A problem. It tells the id of each request that meets it, so that it is put into words each time.
    Problem {
        code: Code,
        detail: Cow<'static, str>,
        keys: Keys,
    },
}

#[derive(Debug)]
struct Finished {
    status: StatusCode,
    etag: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
    encoded: [OnceLock<Bytes>; 3],
}

/// Where an answer came from, as `Cache-Status` tells it (RFC 9211).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// It was kept here.
    Hit,
    /// It was read for this request.
    Miss,
    /// Another request of the same moment has read it.
    Collapsed,
    /// It was kept here and can't be confirmed, since the database is away.
    Stale,
    /// It is one reader's, and nothing of it is kept.
    Private,
}

impl Source {
    fn as_str(self) -> &'static str {
        match self {
            Source::Hit => "kroniek; hit",
            Source::Miss => "kroniek; fwd=miss",
            Source::Collapsed => "kroniek; fwd=miss; collapsed",
            Source::Stale => "kroniek; hit; detail=stale-if-error",
            Source::Private => "kroniek; fwd=bypass",
        }
    }
}

impl Entry {
    /// An answer as a handler made it: its status, headers and body.
    pub fn answer(
        provenance: Provenance,
        status: StatusCode,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Self {
        let etag = headers.get(header::ETAG);
        let etag = etag.and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()));
        Self {
            provenance,
            route: None,
            form: Form::Answer(Finished {
                status,
                etag,
                headers: headers.collect(),
                body,
                encoded: [const { OnceLock::new() }; 3],
            }),
        }
    }

    /// A problem.
    pub fn problem(provenance: Provenance, error: &Error, keys: Keys) -> Self {
        Self {
            provenance,
            route: None,
            form: Form::Problem {
                code: error.code(),
                detail: error.detail().clone(),
                keys,
            },
        }
    }

    /// The same, made by this route.
    #[must_use]
    pub fn routed(mut self, route: Option<String>) -> Self {
        self.route = route;
        self
    }

    /// Its media type; problems are acceptable to all.
    pub fn media(&self) -> Option<&str> {
        match &self.form {
            Form::Answer(finished) => {
                let mut headers = finished.headers.iter();
                let (_, value) = headers.find(|(name, _)| name == header::CONTENT_TYPE)?;
                value.to_str().ok()
            }
            Form::Problem { .. } => None,
        }
    }

    /// About how many bytes it takes. The coded forms, which come as they are asked for, are together rarely more than the plain one.
    pub fn weight(&self) -> usize {
        let body = match &self.form {
            Form::Answer(finished) if finished.body.len() < MIN_ENCODED => finished.body.len(),
            Form::Answer(finished) => finished.body.len() * 2,
            Form::Problem { .. } => 0,
        };
        body + self.provenance.weight() + 1024 + mem::size_of::<Self>()
    }

    /// The answer to this request.
    pub fn respond(&self, request: &HttpRequest, source: Source, applied: Seq) -> HttpResponse {
        let mut response = match &self.form {
            Form::Answer(finished) => finished.respond(request, source, applied),
            Form::Problem { code, detail, keys } => Error::new(*code, detail.clone())
                .made_of(keys.clone())
                .error_response(),
        };
        let status = HeaderValue::from_static(source.as_str());
        let headers = response.headers_mut();
        headers.insert(CACHE_STATUS.clone(), status);
        response
    }
}

impl Finished {
    fn respond(&self, request: &HttpRequest, source: Source, applied: Seq) -> HttpResponse {
        let known = self
            .etag
            .as_deref()
            .is_some_and(|etag| has_already(request.headers(), etag));
        let status = if known {
            StatusCode::NOT_MODIFIED
        } else {
            self.status
        };
        let mut response = HttpResponseBuilder::new(status);
        for (name, value) in &self.headers {
            // A 304 has no content that these could speak of.
            if !known || name != header::CONTENT_TYPE {
                response.append_header((name.clone(), value.clone()));
            }
        }
        if source != Source::Stale {
            response.insert_header((SEQ.clone(), applied.to_string()));
        }
        if known {
            return response.finish();
        }
        let (body, coding) = self.coded(Coding::wanted(request.headers()));
        if let Some(coding) = coding {
            response.insert_header((header::CONTENT_ENCODING, coding.as_str()));
        }
        response.body(body)
    }

    fn coded(&self, wanted: Option<Coding>) -> (Bytes, Option<Coding>) {
        let plain = || (self.body.clone(), None);
        let Some(coding) = wanted.filter(|_| self.body.len() >= MIN_ENCODED) else {
            return plain();
        };
        let Some(form) = self.encoded.get(coding as usize) else {
            return plain();
        };
        if let Some(encoded) = form.get() {
            return (encoded.clone(), Some(coding));
        }
        match coding.encode(&self.body) {
            Ok(encoded) => (form.get_or_init(|| encoded).clone(), Some(coding)),
            Err(error) => {
                tracing::error!(%error, coding = coding.as_str(), "an answer can't be encoded; it goes out as it is");
                plain()
            }
        }
    }
}
