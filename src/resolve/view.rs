//! Where a path leads, as an answer tells it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::queries::Target;
use crate::values::frontend::{ArticleAddress, Frontend, named};

/// What became of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResolvedState {
    /// It is the thing's address.
    Current,
    /// The thing has another address now.
    Moved,
    /// The thing was public once and is no longer.
    Withdrawn,
}

/// Where a path leads.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResolvedView {
    /// What kind of thing it is: `article`, `section`, `author` or `entity`.
    #[serde(rename = "type")]
    #[schema(example = "article")]
    kind: String,
    /// Its id.
    id: Uuid,
    /// The slug it has now.
    #[schema(example = "de-haven-slibt-dicht")]
    slug: String,
    /// The address it has now; null when withdrawn.
    #[schema(required, example = "https://example.org/water/de-haven-slibt-dicht")]
    url: Option<String>,
    /// What became of the path.
    pub state: ResolvedState,
}

impl ResolvedView {
    /// The one that a path is taken to lead to, of those that it may: what stands there now goes before what once did; of equals the first is the
    /// least.
    pub fn likeliest(targets: Vec<Target>, same: &[String], frontend: &Frontend) -> Option<Self> {
        let views = targets.into_iter();
        let views = views.map(|target| Self::new(target, same, frontend));
        views.min_by_key(|view| view.state != ResolvedState::Current)
    }

    /// The article that it leads to, if that is one and public.
    pub fn article(&self) -> Option<Uuid> {
        let there = self.kind == "article" && self.url.is_some();
        there.then_some(self.id)
    }

    /// Tells where a path leads, of which these are the writings.
    pub fn new(target: Target, same: &[String], frontend: &Frontend) -> Self {
        let here = match (target.kind.as_str(), target.published_at) {
            _ if target.gone => None,
            ("article", Some(published_at)) => Some(
                frontend.article_path(&ArticleAddress {
                    id: target.id,
                    slug: &target.slug,
                    section: target.section.as_deref(),
                    language: target
                        .language
                        .as_deref()
                        .unwrap_or(&frontend.default_language),
                    published_at,
                }),
            ),
            ("section", _) => Some(named(&frontend.paths.section, target.id, &target.slug)),
            ("author", _) => Some(named(&frontend.paths.author, target.id, &target.slug)),
            ("entity", _) => Some(named(&frontend.paths.entity, target.id, &target.slug)),
            _ => None,
        };
        let state = match &here {
            None => ResolvedState::Withdrawn,
            Some(here) if same.contains(here) => ResolvedState::Current,
            Some(_) => ResolvedState::Moved,
        };
        Self {
            kind: target.kind,
            id: target.id,
            slug: target.slug,
            url: here.map(|path| frontend.absolute(&path)),
            state,
        }
    }
}
