//! From a name to the thing: slugs of now and before, old paths, redirects.

pub mod delivery;
mod parameters;
mod queries;
mod view;

pub use queries::{Found, frontend, locate, named, withdrawn};
pub use view::{ResolvedState, ResolvedView};
