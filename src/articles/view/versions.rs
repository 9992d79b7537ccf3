//! Versions of an article for editors.

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::managed::{entities, section};
use super::public::{EntityReference, SectionReference};
use crate::articles::model::{
    Article, ArticleType, Content, DonationChoice, DonationMode, SeoInput,
};
use crate::articles::queries::newsroom::{Listed, Mentioned, Names, Version};
use crate::authors::view::AuthorReference;
use crate::diff::Side;
use crate::related::view::ManagedRelated;
use crate::values::{Image, ManagedRichText};
use crate::versions::view::VersionHeading;

/// A version of an article in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleVersionItem {
    /// Which, and who wrote it.
    #[serde(flatten)]
    heading: VersionHeading,
    /// Its headline.
    headline: String,
    /// Whether readers see this one now.
    published: bool,
}

impl ArticleVersionItem {
    /// Shapes a version of this article.
    pub fn new(version: Listed, article: &Article) -> Self {
        Self {
            published: is_published(article, version.heading.number),
            heading: version.heading.into(),
            headline: version.headline,
        }
    }
}

fn is_published(article: &Article, number: i32) -> bool {
    article.status == "published" && article.published_version == Some(number)
}

/// A version of an article, whole. Names are those that things have now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleVersion {
    /// Which, and who wrote it.
    #[serde(flatten)]
    heading: VersionHeading,
    /// Whether readers see this one now.
    published: bool,
    /// Its headline.
    headline: String,
    /// Its slug.
    slug: String,
    /// Whether it is an article or a page.
    #[serde(rename = "type")]
    #[schema(value_type = ArticleType)]
    article_type: String,
    /// Its language.
    language: String,
    /// Its section.
    #[schema(required)]
    section: Option<SectionReference>,
    /// Its authors, in order.
    authors: Vec<AuthorReference>,
    /// Its introduction, with its source.
    #[schema(required)]
    standfirst: Option<ManagedRichText>,
    /// Its text, with its source.
    #[schema(required)]
    body: Option<ManagedRichText>,
    /// Words of its text.
    word_count: i32,
    /// Its picture.
    #[schema(value_type = Option<Image>, required)]
    image: Option<Value>,
    /// Its entities, in order. One that was merged into another stands here as that.
    entities: Vec<EntityReference>,
    /// Its picks, in order; those that were purged since are left out.
    related: Vec<ManagedRelated>,
    /// Which donation links it shows.
    #[schema(value_type = DonationChoice)]
    donation_links: Value,
    /// The original that it is a translation of.
    #[schema(required)]
    translation_of: Option<Uuid>,
    /// The address of the original.
    #[schema(required)]
    canonical_url: Option<String>,
    /// What search engines are told.
    #[schema(value_type = Option<SeoInput>, required)]
    seo: Option<Value>,
}

impl ArticleVersion {
    /// Shapes a version of this article, and the names in it.
    pub fn new(version: Version, article: &Article, names: Names) -> Self {
        let content = version.content;
        Self {
            published: is_published(article, version.heading.number),
            heading: version.heading.into(),
            headline: content.headline,
            slug: content.slug.unwrap_or_default(),
            article_type: content.article_type,
            language: content.language,
            section: names.section.map(section),
            authors: names
                .authors
                .into_iter()
                .map(AuthorReference::from)
                .collect(),
            word_count: content.body.as_ref().map_or(0, |body| body.word_count),
            standfirst: content.standfirst.map(ManagedRichText::from),
            body: content.body.map(ManagedRichText::from),
            image: content.image,
            entities: entities(&content.entities, names.entities),
            related: names
                .related
                .into_iter()
                .map(ManagedRelated::from)
                .collect(),
            donation_links: content.donation.input(),
            translation_of: content.translation_of,
            canonical_url: content.canonical_url,
            seo: content.seo,
        }
    }
}

/// A version as it is compared: what it refers to with the names that a person knows.
pub fn side(version: Version, names: Names, mentioned: Mentioned) -> Side {
    let content = version.content;
    let authors = names.authors.into_iter().map(AuthorReference::from);
    let related = names.related.into_iter().map(ManagedRelated::from);
    let fields = [
        ("headline", json!(content.headline)),
        ("slug", json!(content.slug)),
        ("type", json!(content.article_type)),
        ("language", json!(content.language)),
        ("section", json!(names.section.map(section))),
        ("authors", json!(authors.collect::<Vec<_>>())),
        ("donation_links", donation_links(&content, &mentioned)),
        ("translation_of", original(&content, mentioned.original)),
        (
            "entities",
            json!(entities(&content.entities, names.entities)),
        ),
        ("related", json!(related.collect::<Vec<_>>())),
        ("image", json!(content.image)),
        ("canonical_url", json!(content.canonical_url)),
        ("seo", json!(content.seo)),
    ];
    Side {
        number: version.heading.number,
        fields: Map::from_iter(fields.map(|(name, value)| (name.to_owned(), value))),
        texts: vec![("standfirst", content.standfirst), ("body", content.body)],
        anchors: String::new(),
    }
}

fn donation_links(content: &Content, mentioned: &Mentioned) -> Value {
    let link = |(id, provider): &(Uuid, String)| json!({"id": id, "provider": provider});
    match &content.donation {
        DonationMode::Own(_) => mentioned.donation_links.iter().map(link).collect(),
        other => other.input(),
    }
}

fn original(content: &Content, named: Option<(String, String)>) -> Value {
    let (slug, headline) = named.unzip();
    content.translation_of.map_or(
        Value::Null,
        |id| json!({"id": id, "slug": slug, "headline": headline}),
    )
}
