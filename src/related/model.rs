//! What a related article is.

use chrono::{DateTime, Utc};
use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{Fault, FaultCode, Faults};
use crate::values::{Line, Reference, WebUrl};

/// A related article as an editor picks it: `article`, or `url` and `title` of a page elsewhere.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct RelatedInput {
    /// The slug or id of another article.
    #[deserr(default)]
    #[schema(example = "zout-op-de-aardappel")]
    pub article: Option<Reference>,
    /// The address of a page elsewhere.
    #[deserr(default)]
    pub url: Option<WebUrl>,
    /// The title of the page elsewhere.
    #[deserr(default)]
    pub title: Option<Line<300>>,
}

/// A pick as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// Another article.
    Article(Uuid),
    /// A page elsewhere.
    Outside {
        /// Its address.
        url: String,
        /// Its title.
        title: String,
    },
}

impl RelatedInput {
    /// The page elsewhere, or the article to look up.
    ///
    /// # Errors
    /// Neither, or both.
    pub fn target(&self, pointer: &str) -> Result<Result<&Reference, Pick>, Fault> {
        match (&self.article, &self.url, &self.title) {
            (Some(article), None, None) => Ok(Ok(article)),
            (None, Some(url), Some(title)) => Ok(Err(Pick::Outside {
                url: url.to_string(),
                title: title.to_string(),
            })),
            _ => Err(Fault::at(
                pointer,
                FaultCode::InvalidValue,
                "must have either article, or url and title",
            )),
        }
    }
}

/// Where a related link comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RelatedOrigin {
    /// An editor picked an article of this site.
    Editor,
    /// An editor picked a page elsewhere.
    Outside,
    /// Nobody picked it: it shares entities with the article, or its section. Only at `/related`.
    Suggested,
}

/// A pick as readers may see it. One that is not published is not among them.
#[derive(Debug, Deserialize)]
pub struct PublicRelated {
    /// The article's id.
    pub id: Option<Uuid>,
    /// The article's slug.
    pub slug: Option<String>,
    /// The slug of its section.
    pub section: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// The address of a page elsewhere.
    pub url: Option<String>,
    /// The headline, or the title of a page elsewhere.
    pub headline: String,
    /// When the article was first published.
    pub published_at: Option<DateTime<Utc>>,
}
