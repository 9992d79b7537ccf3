//! API keys as they are managed: made, listed, rotated, revoked. How a request's key is looked up stands in `auth`.
//!
//! The first of the slices: it knows nothing of content, and what has keys of its own (partners) stands on it. It is no part of the floor, since
//! it is a surface: a segment of the path with handlers, views and parameters.
//!
//! **A key never makes a broader one.** What a key may give out, or get at by rotating, is no more than it has itself: in scopes and in time. The
//! maker's row is locked and looked at in the same transaction, so that a key that is being revoked makes nothing any more.

pub mod manage;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
