//! Updates in schema.org's vocabulary: corrections, and the posts of a live blog. A retracted one is neither.

use serde::Serialize;

use super::text;
use super::things::{ImageObject, NewsMediaOrganization, Node, Person};
use crate::articles::model::PublicArticle;
use crate::updates::model::{PublicUpdate, Update, UpdateKind};
use crate::values::frontend::Frontend;
use crate::values::to_rfc3339;

/// The updates of an article that readers can read.
fn shown(article: &PublicArticle) -> impl Iterator<Item = &PublicUpdate> {
    article
        .updates
        .iter()
        .filter(|update| update.retracted_at.is_none())
}

/// Who wrote an update.
fn authors(update: &PublicUpdate, article: &PublicArticle, frontend: &Frontend) -> Vec<Person> {
    let known = |id: &uuid::Uuid| article.update_authors.iter().find(|one| one.id == *id);
    let authors = update.author_ids.iter().filter_map(known);
    authors
        .map(|author| Person::new(author, frontend))
        .collect()
}

fn address(update: &PublicUpdate, page: &str) -> String {
    format!("{page}#{}", Update::anchor(update.id))
}

/// A notice of what was wrong.
#[derive(Debug, Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
pub struct CorrectionComment {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    headline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
}

impl CorrectionComment {
    /// Those of the article at this address.
    pub fn all(article: &PublicArticle, page: &str) -> Vec<Self> {
        let notice = |update: &PublicUpdate| Self {
            url: address(update, page),
            headline: update.headline.clone(),
            text: text(update.text.as_deref()),
            date_published: update.published_at.clone(),
            date_modified: update.revised_at.clone(),
        };
        let corrections = shown(article).filter(|update| update.kind == UpdateKind::Correction);
        corrections.map(notice).collect()
    }
}

/// An article's updates as running coverage. It has no end: an article stays open for updates.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveBlogPosting {
    #[serde(rename = "@id")]
    id: String,
    url: String,
    headline: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageObject>,
    in_language: String,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Person>,
    publisher: Node,
    is_part_of: Node,
    coverage_start_time: String,
    live_blog_update: Vec<BlogPosting>,
}

/// One update.
#[derive(Debug, Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct BlogPosting {
    url: String,
    headline: String,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_body: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Person>,
}

impl BlogPosting {
    /// An update. Search engines want a headline of every post: one without is called as its article.
    fn new(update: &PublicUpdate, article: &PublicArticle, at: (&str, &Frontend)) -> Self {
        let (page, frontend) = at;
        Self {
            url: address(update, page),
            headline: update
                .headline
                .clone()
                .unwrap_or_else(|| article.headline.clone()),
            date_published: update.published_at.clone(),
            date_modified: update.revised_at.clone(),
            article_body: text(update.text.as_deref()),
            author: authors(update, article, frontend),
        }
    }
}

/// What is the same for an article's own node and for its live blog.
#[derive(Debug, Clone)]
pub struct Shared {
    /// The address of its page.
    pub page: String,
    /// The id of its node.
    pub node: String,
    /// Its picture.
    pub image: Option<ImageObject>,
    /// Its authors.
    pub authors: Vec<Person>,
    /// When it last changed.
    pub date_modified: String,
}

impl Shared {
    /// The id of the live blog's node.
    pub fn live_blog(&self) -> String {
        format!("{}#updates", self.page)
    }
}

impl LiveBlogPosting {
    /// The updates of the article, if any is shown.
    pub fn of(article: &PublicArticle, frontend: &Frontend, shared: &Shared) -> Option<Self> {
        let posts: Vec<BlogPosting> = shown(article)
            .map(|update| BlogPosting::new(update, article, (&shared.page, frontend)))
            .collect();
        if posts.is_empty() {
            return None;
        }
        let published = to_rfc3339(&article.published_at);
        Some(Self {
            id: shared.live_blog(),
            url: shared.page.clone(),
            headline: article.headline.clone(),
            image: shared.image.clone(),
            in_language: article.language.clone(),
            date_published: published.clone(),
            date_modified: shared.date_modified.clone(),
            author: shared.authors.clone(),
            publisher: Node::of(&NewsMediaOrganization::id(frontend)),
            is_part_of: Node::of(&shared.node),
            coverage_start_time: published,
            live_blog_update: posts,
        })
    }
}
