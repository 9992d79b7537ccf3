//! An article as JSON-LD in the vocabulary of schema.org: one graph of the article, its publisher, and its updates.

mod things;
mod updates;
mod work;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use self::things::{ImageObject, NewsMediaOrganization, Person};
use self::updates::{LiveBlogPosting, Shared};
use self::work::{NewsArticle, Rights, WebPage, Work};
use super::public::address;
use crate::articles::model::{ArticleType, PublicArticle, PublicPicture};
use crate::error::{Error, Result};
use crate::values::frontend::Frontend;
use crate::values::to_rfc3339;

/// An article as JSON-LD 1.1. What is not known is left out: nothing is null, no list is empty.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleJsonLd, example = json!({
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "NewsArticle",
            "@id": "https://example.org/water/de-haven-slibt-dicht#article",
            "identifier": "urn:uuid:7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11",
            "url": "https://example.org/water/de-haven-slibt-dicht",
            "headline": "De haven slibt dicht",
            "inLanguage": "nl",
            "datePublished": "2026-05-04T12:30:00.000Z",
            "dateModified": "2026-05-06T08:00:00.000Z",
            "author": [{"@type": "Person", "@id": "https://example.org/auteurs/fenna-loman", "name": "Fenna Loman", "url": "https://example.org/auteurs/fenna-loman"}],
            "publisher": {"@id": "https://example.org/#publisher"},
            "isAccessibleForFree": true,
            "mainEntityOfPage": {"@type": "WebPage", "@id": "https://example.org/water/de-haven-slibt-dicht", "url": "https://example.org/water/de-haven-slibt-dicht"},
            "articleSection": "Water",
            "wordCount": 812
        },
        {"@type": "NewsMediaOrganization", "@id": "https://example.org/#publisher", "name": "De Peilschaal", "url": "https://example.org/"}
    ]
}))]
pub struct JsonLdView {
    /// The vocabulary.
    #[serde(rename = "@context")]
    #[schema(value_type = JsonLdContext)]
    context: &'static str,
    /// The article or page first, then its publisher, then its updates when any is shown.
    #[serde(rename = "@graph")]
    #[schema(value_type = Vec<JsonLdNodeSchema>, min_items = 2, max_items = 3)]
    graph: Vec<GraphNode>,
}

/// The vocabulary of JSON-LD.
#[derive(ToSchema)]
#[allow(dead_code)]
enum JsonLdContext {
    /// schema.org.
    #[schema(rename = "https://schema.org")]
    SchemaOrg,
}

/// A thing in the vocabulary of schema.org, with the properties that its type has there.
#[derive(ToSchema)]
#[schema(as = JsonLdNode)]
#[allow(dead_code)]
struct JsonLdNodeSchema {
    /// What it is.
    #[schema(rename = "@type")]
    kind: JsonLdType,
    /// The address by which others name it.
    #[schema(
        rename = "@id",
        format = "uri",
        example = "https://example.org/#publisher"
    )]
    id: String,
}

/// The type of a node at the top of the graph. Types may be added within v1.
#[derive(ToSchema)]
#[allow(dead_code)]
enum JsonLdType {
    /// An article.
    NewsArticle,
    /// A page.
    WebPage,
    /// The publisher.
    NewsMediaOrganization,
    /// The updates of an article.
    LiveBlogPosting,
}

#[derive(Debug, Serialize)]
#[serde(tag = "@type")]
enum GraphNode {
    NewsArticle(Box<NewsArticle>),
    WebPage(Box<WebPage>),
    NewsMediaOrganization(Box<NewsMediaOrganization>),
    LiveBlogPosting(Box<LiveBlogPosting>),
}

/// A text that the database gave, unless it is none or empty.
fn text(json: Option<&RawValue>) -> Option<String> {
    let text: Option<String> = serde_json::from_str(json?.get()).ok()?;
    text.filter(|text| !text.is_empty())
}

impl JsonLdView {
    /// Shapes an article that was read with `Selection::of_linked_data`.
    ///
    /// # Errors
    /// None once a site exists and pictures are as they are kept.
    pub fn new(mut article: PublicArticle, frontend: &Frontend) -> Result<Self> {
        let publisher = article.publisher.take();
        let publisher = publisher.ok_or_else(|| Error::internal("there is no site"))?;
        let image: Option<PublicPicture> =
            serde_json::from_str(article.image.get()).map_err(Error::internal)?;
        let page = address(&article, frontend);
        let is_page = article.article_type == ArticleType::Page;
        let authors = article.authors.iter();
        let shared = Shared {
            node: if is_page {
                page.clone()
            } else {
                format!("{page}#article")
            },
            page,
            image: image.map(ImageObject::from),
            authors: authors
                .map(|author| Person::new(author, frontend))
                .collect(),
            date_modified: to_rfc3339(&article.modified_at.max(article.fresh_at)),
        };
        let live_blog = LiveBlogPosting::of(&article, frontend, &shared);
        let rights = Rights::of(&publisher);
        let mut work = Work::new(&mut article, frontend, &shared, rights);
        if live_blog.is_some() {
            work = work.with_live_blog(shared.live_blog());
        }
        let publisher = NewsMediaOrganization::new(publisher, frontend);
        let mut graph = vec![
            if is_page {
                GraphNode::WebPage(WebPage::new(work, &mut article, frontend).into())
            } else {
                GraphNode::NewsArticle(NewsArticle::new(work, &mut article, frontend).into())
            },
            GraphNode::NewsMediaOrganization(publisher.into()),
        ];
        graph.extend(live_blog.map(|blog| GraphNode::LiveBlogPosting(blog.into())));
        Ok(Self {
            context: "https://schema.org",
            graph,
        })
    }
}
