//! `/v1/manage/bulk`: many writes in one request, all or nothing, or one by one.
//!
//! Each is a request to the operation that makes it alone, with its scope, its `If-Match` and its faults; the slice knows none of them.

pub mod manage;
pub mod model;
pub mod view;
