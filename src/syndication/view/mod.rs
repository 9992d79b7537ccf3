//! Items as IPTC's ninjs 3.1 has them.

mod item;
mod texts;
mod things;

use serde::Serialize;
use utoipa::ToSchema;

pub use item::{Item, Source};

use crate::changes::sync::view::ChangesPageInfo;

/// A page of items.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemsPage {
    /// The items, each in its latest version.
    pub data: Vec<Item>,
    /// How to go on.
    pub page: ChangesPageInfo,
}
