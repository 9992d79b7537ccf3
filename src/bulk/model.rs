//! Many writes as a client sends them.

use actix_web::http::{Method, Uri};
use deserr::Deserr;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::{Fault, FaultCode, Faults};
use crate::values::{Line, UpTo};

/// Writes that one request may make.
pub const MOST: usize = 1000;

/// Many writes.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct BulkInput {
    /// Whether all of them hold or none; then they are one change to readers, in the order given. Otherwise each is made for itself, whatever becomes of the others.
    #[schema(example = true)]
    pub all_or_nothing: bool,
    /// The writes, in their order: 1,000 at most.
    #[schema(value_type = Vec<BulkOperation>, min_items = 1, max_items = 1000)]
    pub operations: UpTo<BulkOperation, MOST>,
    /// Whether to answer with the whole bodies of what was written; otherwise only with ids and versions.
    #[deserr(default)]
    pub bodies: bool,
}

/// One write: a request as it would be made alone.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct BulkOperation {
    /// Its method.
    pub method: BulkMethod,
    /// Its path: articles and what is under them, sections, authors, entities, donation links or the site, without a query.
    #[schema(value_type = String, example = "/v1/manage/articles/haven-slibt-dicht/publish")]
    pub path: Line<500>,
    /// What `If-Match` would be.
    #[deserr(default)]
    #[schema(value_type = Option<String>, example = "\"3.4\"")]
    pub if_match: Option<Line<200>>,
    /// What the body would be; null where there is none.
    #[deserr(default)]
    #[schema(value_type = Option<Object>, example = json!({}))]
    pub body: Option<Value>,
}

/// Methods of writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults)]
pub enum BulkMethod {
    /// Makes, or acts.
    #[deserr(rename = "POST")]
    #[schema(rename = "POST")]
    Post,
    /// Replaces a list.
    #[deserr(rename = "PUT")]
    #[schema(rename = "PUT")]
    Put,
    /// Changes.
    #[deserr(rename = "PATCH")]
    #[schema(rename = "PATCH")]
    Patch,
    /// Removes.
    #[deserr(rename = "DELETE")]
    #[schema(rename = "DELETE")]
    Delete,
}

impl From<BulkMethod> for Method {
    fn from(method: BulkMethod) -> Self {
        match method {
            BulkMethod::Post => Method::POST,
            BulkMethod::Put => Method::PUT,
            BulkMethod::Patch => Method::PATCH,
            BulkMethod::Delete => Method::DELETE,
        }
    }
}

/// What may be written in bulk. Keys, media and links have secrets or files, a purge has its own rules.
const SEGMENTS: [&str; 6] = [
    "articles",
    "sections",
    "authors",
    "entities",
    "donation-links",
    "site",
];

/// Acts on one thing that are no such writes, or take locks that others must not wait for so long.
const ALONE: [&str; 4] = ["purge", "preview", "check", "merge"];

impl BulkOperation {
    /// Where it goes.
    ///
    /// # Errors
    /// A path that can't be written to in bulk.
    pub fn uri(&self) -> Result<Uri, Fault> {
        let path = self.path.as_str();
        let segments = path.strip_prefix("/v1/manage/").unwrap_or_default();
        let segments: Vec<&str> = segments.split('/').collect();
        let known = segments
            .first()
            .is_some_and(|first| SEGMENTS.contains(first));
        let alone = matches!(segments.as_slice(), [_, _, act] if ALONE.contains(act));
        // What is escaped is read otherwise by who routes it.
        let plain = path.is_ascii() && !path.contains('%');
        let uri = path.parse::<Uri>().ok();
        uri.filter(|uri| known && plain && !alone && uri.query().is_none() && uri.path() == path)
            .ok_or_else(|| {
                Fault::value(
                    FaultCode::InvalidValue,
                    "must be the path of a write of articles, sections, authors, entities, donation links or the site, such as /v1/manage/articles/a-slug; send purges, merges, checks and preview links alone",
                )
            })
    }
}
