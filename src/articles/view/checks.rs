//! What the checks found, as answers show it.

use serde::Serialize;
use utoipa::ToSchema;

use super::ManagedArticle;
use crate::articles::model::{Finding, Findings};

/// Whether an article could be published, and what there is to say of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedArticle {
    /// Whether it could: no finding is an error.
    publishable: bool,
    /// What the checks found, errors first, then in the order of the article; at most 200.
    findings: Vec<Finding>,
    /// How many findings there are in all.
    #[schema(minimum = 0, example = 1)]
    count: usize,
}

impl From<Findings> for CheckedArticle {
    fn from(findings: Findings) -> Self {
        Self {
            publishable: findings.are_passable(),
            count: findings.count(),
            findings: findings.into_vec(),
        }
    }
}

/// An article that was published, and what the checks said of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishedArticle {
    #[serde(flatten)]
    article: ManagedArticle,
    /// What the checks found that did not keep it from being published; at most 200.
    warnings: Vec<Finding>,
}

impl PublishedArticle {
    /// The article as it now is, with these warnings.
    pub fn new(article: ManagedArticle, warnings: Vec<Finding>) -> Self {
        Self { article, warnings }
    }
}
