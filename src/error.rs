//! The one error type and the table of codes. Every error leaves as a problem document (RFC 9457).

mod fault;
mod table;

pub use fault::{Fault, FaultCode, Faults};
pub use table::Code;

use std::borrow::Cow;
use std::fmt;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use serde::Serialize;
use utoipa::ToSchema;

use crate::changes::Keys;
use crate::diff::Diff;
use crate::http::request_id;

/// What every fallible function of the server returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure on its way to the client: a code of the table, what happened, and each fault of the input.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    detail: Cow<'static, str>,
    faults: Vec<Fault>,
    current_version: Option<String>,
    diff: Option<Diff>,
    headers: Vec<(HeaderName, HeaderValue)>,
    keys: Option<Keys>,
    severed: bool,
}

/// An error as clients see it: a problem document (RFC 9457), `application/problem+json`.
#[derive(Serialize, ToSchema)]
pub struct Problem<'a> {
    /// The kind of problem: a path of this API that serves its explanation.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid-parameters")]
    problem_type: String,
    /// The kind of problem in words; the same for every problem of this type.
    #[schema(example = "The parameters are not valid")]
    title: &'static str,
    /// The HTTP status of this answer.
    #[schema(example = 400, minimum = 400, maximum = 599)]
    status: u16,
    /// What happened this time, and what to do.
    #[schema(example = "1 parameter is not valid; `errors` names it.")]
    detail: &'a str,
    /// The id of the request, for the publisher's logs; the same as `X-Request-Id`.
    request_id: String,
    /// Each fault of the input, all at once.
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [Fault],
    /// On 412: the version that the resource has now, as its `ETag`.
    #[serde(skip_serializing_if = "Option::is_none")]
    current_version: Option<&'a str>,
    /// On 412, to a key with `content:read`: what changed between the text of the version that `If-Match` names and that of the current one. Left out
    /// where the one named is none that the resource has had.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Diff>)]
    diff: Option<&'a Diff>,
}

impl Error {
    /// An error of this code that says `detail`.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            detail: detail.into(),
            faults: Vec::new(),
            current_version: None,
            diff: None,
            headers: Vec::new(),
            keys: None,
            severed: false,
        }))
    }

    /// Nothing readable stands at this address: what is hidden and what does not exist answer alike.
    pub fn not_found() -> Self {
        Self::new(
            Code::NotFound,
            "There is nothing at this address that may be seen here. Check the name or id in it; the list that it belongs to has those that there are.",
        )
    }

    /// What stood here was erased for good. Said to editors only; readers are not told why a thing is gone.
    pub fn purged() -> Self {
        Self::new(
            Code::Purged,
            "This article was purged: its texts and versions were erased for good. The audit tells by whom and why.",
        )
    }

    /// The parameters of the address have these faults.
    pub fn parameters(faults: Faults) -> Self {
        Self::with_faults(Code::InvalidParameters, "parameters are not valid", faults)
    }

    /// The body has these faults.
    pub fn body(faults: Faults) -> Self {
        Self::with_faults(Code::InvalidBody, "fields are not valid", faults)
    }

    /// Some of many writes are refused with these faults, so that none was made.
    pub fn refused(faults: Faults) -> Self {
        let count = faults.count();
        let mut error = Self::new(
            Code::BulkRefused,
            format!("Nothing was written: {count} faults; `errors` names them, each at its write."),
        );
        error.0.faults = faults.into_vec();
        error
    }

    /// An article did not pass its checks; faults are places in the article.
    pub fn checks(faults: Faults) -> Self {
        Self::with_faults(Code::ChecksFailed, "checks failed", faults)
    }

    fn with_faults(code: Code, told: &str, faults: Faults) -> Self {
        let count = faults.count();
        let faults = faults.into_vec();
        let detail = match faults.as_slice() {
            [fault] => format!("{} — {}", fault.place(), fault.detail()),
            first if first.len() < count => format!(
                "There are {count} faults; `errors` names the first {}.",
                first.len()
            ),
            _ => format!("{count} {told}; `errors` names each."),
        };
        let mut error = Self::new(code, detail);
        error.0.faults = faults;
        error
    }

    /// The resource is at `current` now (412).
    pub fn version_mismatch(current: String) -> Self {
        let detail = "The resource has changed since you read it. Read it again, apply your change to what it says now, and send its new ETag in If-Match.";
        let mut error = Self::new(Code::VersionMismatch, detail);
        error.0.current_version = Some(current);
        error
    }

    /// Tells, beside the current version, what changed since the one that the client had.
    #[must_use]
    pub fn with_diff(mut self, diff: Diff) -> Self {
        self.0.diff = Some(diff);
        self
    }

    /// The server can't answer now; `Retry-After` tells when to try again.
    pub fn unavailable(detail: &'static str) -> Self {
        Self::new(Code::Unavailable, detail)
            .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// The connection to the database broke, or was ended.
    pub fn severed(detail: &'static str) -> Self {
        let mut error = Self::unavailable(detail);
        error.0.severed = true;
        error
    }

    /// Whether the connection to the database broke.
    pub fn is_severed(&self) -> bool {
        self.0.severed
    }

    /// The same of a commit: where the connection broke, nobody here knows whether it was done.
    #[must_use]
    pub fn of_commit(mut self) -> Self {
        if self.0.severed {
            self.0.detail = Cow::Borrowed(
                "The connection to the database broke at the commit: it is not known whether this was written. Look, or send it again with its Idempotency-Key, if it had one.",
            );
        }
        self
    }

    /// An internal failure: `cause` goes to the log, and nothing of it to the client.
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(cause = %cause, request_id = %request_id::current(), "internal failure");
        Self::new(
            Code::Internal,
            "Something went wrong on our side. Tell us the request_id if it happens again.",
        )
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Tells what this answer was made of, so that it can be kept, and purged.
    #[must_use]
    pub fn made_of(mut self, keys: Keys) -> Self {
        if let Ok(value) = HeaderValue::from_str(&keys.to_string()) {
            self = self.header(HeaderName::from_static("surrogate-key"), value);
        }
        self.0.keys = Some(keys);
        self
    }

    /// What this answer was made of, where that was told.
    pub fn keys(&self) -> Option<&Keys> {
        self.0.keys.as_ref()
    }

    /// What happened.
    pub fn detail(&self) -> &Cow<'static, str> {
        &self.0.detail
    }

    /// The code in the table.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Each fault of the input.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.title(), self.0.detail)?;
        for fault in &self.0.faults {
            write!(f, "\n  {}: {}", fault.place(), fault.detail())?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl actix_web::ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.content_type("application/problem+json");
        response.insert_header((header::CACHE_CONTROL, self.0.code.cache_control()));
        for (name, value) in &self.0.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        response.json(Problem {
            problem_type: self.0.code.path(),
            title: self.0.code.title(),
            status: self.status_code().as_u16(),
            detail: &self.0.detail,
            request_id: request_id::current(),
            errors: &self.0.faults,
            current_version: self.0.current_version.as_deref(),
            diff: self.0.diff.as_ref(),
        })
    }
}
