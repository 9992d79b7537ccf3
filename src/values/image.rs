//! Pictures and links with a label.

use deserr::Deserr;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Line, WebUrl};
use crate::error::Faults;

/// A picture on the web.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct Image {
    /// Its address.
    pub url: WebUrl,
    /// What it shows, for those who can't see it.
    #[deserr(default)]
    pub alt: Option<Line<500>>,
    /// Its caption.
    #[deserr(default)]
    pub caption: Option<Line<1000>>,
    /// Who made it.
    #[deserr(default)]
    pub credit: Option<Line<300>>,
    /// Its width in pixels.
    #[deserr(default)]
    #[schema(minimum = 0, example = 1600)]
    pub width: Option<u32>,
    /// Its height in pixels.
    #[deserr(default)]
    #[schema(minimum = 0, example = 900)]
    pub height: Option<u32>,
}

/// The site's mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct Logo {
    /// Its address.
    pub url: WebUrl,
    /// What it shows.
    #[deserr(default)]
    pub alt: Option<Line<500>>,
}

/// A link with a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct LabelledLink {
    /// What to call it.
    #[schema(example = "Mastodon")]
    pub label: Line<100>,
    /// Where it leads.
    pub url: WebUrl,
}
