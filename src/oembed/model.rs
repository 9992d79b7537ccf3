//! What an embed is made of.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::authors::view::AuthorReference;
use crate::updates::model::UpdateKind;
use crate::values::frontend::{ArticleAddress, Frontend};

/// An article that is embedded.
#[derive(Debug, Deserialize)]
pub struct Embedded {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its section's slug.
    pub section: Option<String>,
    /// Its language.
    pub language: String,
    /// When it was first published.
    pub published_at: DateTime<Utc>,
    /// Its headline.
    pub headline: String,
    /// Its introduction as plain text.
    pub standfirst: Option<String>,
    /// Its picture.
    pub image: Option<Shown>,
    /// The site's title.
    pub provider: String,
    /// Its newest update that is not retracted.
    pub newest: Option<Newest>,
    /// Who wrote it, in order.
    pub authors: Vec<AuthorReference>,
}

impl Embedded {
    /// Its address.
    pub fn url(&self, frontend: &Frontend) -> String {
        frontend.article_url(&ArticleAddress {
            id: self.id,
            slug: &self.slug,
            section: self.section.as_deref(),
            language: &self.language,
            published_at: self.published_at,
        })
    }
}

/// An update, as far as an embed tells of it.
#[derive(Debug, Deserialize)]
pub struct Newest {
    /// Its id.
    pub id: Uuid,
    /// What it does to its article.
    pub kind: UpdateKind,
    /// Its own headline.
    pub headline: Option<String>,
    /// When it was published.
    pub published_at: DateTime<Utc>,
}

/// A picture as `delivery` keeps it.
#[derive(Debug, Deserialize)]
pub struct Shown {
    /// As a page shows it.
    #[serde(flatten)]
    pub usual: Size,
    /// One of ours in every size, the last as it was uploaded.
    #[serde(default)]
    pub renditions: Vec<Size>,
}

/// A picture in a size.
#[derive(Debug, Clone, Deserialize)]
pub struct Size {
    /// Its address: of one of ours a path of this API.
    pub url: String,
    /// Pixels, where that is known.
    pub width: Option<u32>,
    /// Pixels, where that is known.
    pub height: Option<u32>,
}

/// How large an embed may be, in pixels.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Its width.
    pub width: Option<u32>,
    /// Its height.
    pub height: Option<u32>,
}

impl Shown {
    /// The largest of its sizes that is within these bounds, or within what is usual for a page where there are none.
    pub fn within(&self, bounds: Bounds) -> Option<Fitting<'_>> {
        const USUAL: u32 = 1_280;
        let (most_wide, most_high) = (
            bounds.width.unwrap_or(USUAL),
            bounds.height.unwrap_or(USUAL),
        );
        let sizes = self.renditions.iter().chain([&self.usual]);
        let fitting = sizes.filter_map(|size| {
            let (width, height) = (size.width?, size.height?);
            let url = size.url.as_str();
            (width <= most_wide && height <= most_high).then_some(Fitting { url, width, height })
        });
        fitting.max_by_key(|size| size.width)
    }
}

/// A picture in a size that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fitting<'a> {
    /// Its address.
    pub url: &'a str,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}
