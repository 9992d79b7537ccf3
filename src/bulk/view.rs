//! What became of many writes.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::Problem;

/// What became of each write, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResults {
    /// One for each.
    pub results: Vec<BulkResult>,
}

/// What became of one write: what its answer would be alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResult {
    /// The status.
    #[schema(example = 200)]
    pub status: u16,
    /// The id of what was written.
    #[schema(required)]
    pub id: Option<String>,
    /// Its version, for `If-Match`.
    #[schema(required, example = "\"4.5\"")]
    pub etag: Option<String>,
    /// Where it is, if it is new.
    #[schema(required)]
    pub location: Option<String>,
    /// It as it now is, where that was asked for.
    #[schema(value_type = Option<Object>, required)]
    pub body: Option<Value>,
    /// Why it was refused.
    #[schema(value_type = Option<Problem>, required)]
    pub problem: Option<Value>,
}
