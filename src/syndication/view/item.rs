//! An item: an article in the words of ninjs.

use chrono::TimeDelta;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::texts::{Text, bodies, note, plain};
use super::things::{Association, Named, Rendition, associations, renditions, things};
use crate::articles::model::{PublicArticle, PublicPublisher};
use crate::entities::model::EntityKind;
use crate::notices::model::Notice;
use crate::partners::model::{Contract, ContractText};
use crate::values::frontend::Frontend;
use crate::values::to_rfc3339;

/// Where items name the site, and make addresses whole.
#[derive(Debug)]
pub struct Source<'a> {
    /// What makes addresses.
    pub frontend: &'a Frontend,
    /// Where the API is reached.
    pub base: &'a str,
    /// What they are read under.
    pub contract: &'a Contract,
}

/// Whether an item may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PubStatus {
    /// It may.
    Usable,
    /// It was taken back: remove every copy.
    Canceled,
}

/// How much of the article an item holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RepresentationType {
    /// All of it.
    Full,
    /// An excerpt.
    Partial,
}

/// What an item conforms to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Standard {
    /// Always `ninjs`.
    name: &'static str,
    /// Always `3.1`.
    version: &'static str,
    /// Where its schema is.
    schema: &'static str,
}

const STANDARD: Standard = Standard {
    name: "ninjs",
    version: "3.1",
    schema: "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
};

/// Another name of an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct AltId {
    /// What kind of name: `slug`, or `guid` of an article that was imported.
    role: &'static str,
    /// The name.
    value: String,
}

/// An article as ninjs 3.1 has it. Of one that was taken back, or that the contract covers no longer, only that.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The article's id as an address; it never changes.
    #[schema(example = "urn:uuid:7f3f2a52-2ae9-4ed6-b3b4-5b8d2a8a1c11")]
    uri: String,
    /// Always `text`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Whether it holds all of the article or an excerpt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = RepresentationType, required = false)]
    representation_type: Option<RepresentationType>,
    /// Rises with every change, the last by which it was taken back among them.
    #[schema(example = "42")]
    version: String,
    /// First publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false)]
    first_created: Option<String>,
    /// When this version was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false)]
    version_created: Option<String>,
    /// Until when the contract held it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false)]
    embargoed_until: Option<String>,
    /// Whether it may be used.
    pub_status: PubStatus,
    /// Whose the rights are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    copyright_holder: Option<String>,
    /// The site's notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    copyright_notice: Option<String>,
    /// What the contract says may be done with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    usage_terms: Option<String>,
    /// What was corrected or retracted; of one that was taken back, what its publisher has to say to that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    ed_note: Option<String>,
    /// Its language (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "nl")]
    language: Option<String>,
    /// The introduction.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    descriptions: Vec<Text>,
    /// The text (`main`), then each update by what it is: `update`, `correction`, `clarification` and their like, and `retraction`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    bodies: Vec<Text>,
    /// The headline.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    headlines: Vec<Text>,
    /// Persons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    people: Vec<Named>,
    /// Organisations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    organisations: Vec<Named>,
    /// Places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    places: Vec<Named>,
    /// Topics, and the section.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    subjects: Vec<Named>,
    /// Events.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    events: Vec<Named>,
    /// Works.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    objects: Vec<Named>,
    /// The headline once more, for systems that show nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    title: Option<String>,
    /// The authors, as a byline.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    by: Option<String>,
    /// The picture, in its sizes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    renditions: Vec<Rendition>,
    /// Related articles and translations that the contract covers, and pages elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    associations: Vec<Association>,
    /// Its other names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    alt_ids: Vec<AltId>,
    /// What it conforms to.
    standard: Standard,
}

impl Item {
    /// That an article is not to be used any more, and what its publisher has to say to that.
    pub fn canceled((id, seq): (Uuid, i64), notice: Option<&Notice>) -> Self {
        Self {
            uri: id.urn().to_string(),
            kind: "text",
            representation_type: None,
            version: seq.to_string(),
            first_created: None,
            version_created: None,
            embargoed_until: None,
            pub_status: PubStatus::Canceled,
            copyright_holder: None,
            copyright_notice: None,
            usage_terms: None,
            ed_note: notice.and_then(|notice| notice.text.clone()),
            language: None,
            descriptions: Vec::new(),
            bodies: Vec::new(),
            headlines: Vec::new(),
            people: Vec::new(),
            organisations: Vec::new(),
            places: Vec::new(),
            subjects: Vec::new(),
            events: Vec::new(),
            objects: Vec::new(),
            title: None,
            by: None,
            renditions: Vec::new(),
            associations: Vec::new(),
            alt_ids: Vec::new(),
            standard: STANDARD,
        }
    }

    /// An article that was read with `Selection::of_item`.
    pub fn new(article: PublicArticle, source: &Source<'_>) -> Self {
        let (contract, base) = (source.contract, source.base);
        let held = TimeDelta::seconds(contract.embargo_seconds.into());
        let seq = article.syndicated.as_ref().map_or(0, |told| told.seq);
        let authors: Vec<&str> = article.authors.iter().map(|it| it.name.as_str()).collect();
        let of = |kind| things(&article, kind);
        let representation_type = match contract.text {
            ContractText::Full => RepresentationType::Full,
            ContractText::Excerpt => RepresentationType::Partial,
        };
        Self {
            representation_type: Some(representation_type),
            first_created: Some(to_rfc3339(&article.published_at)),
            version_created: Some(to_rfc3339(&article.modified_at)),
            embargoed_until: (contract.embargo_seconds > 0)
                .then(|| to_rfc3339(&(article.published_at + held))),
            pub_status: PubStatus::Usable,
            copyright_holder: article.publisher.as_ref().map(|it| it.title.clone()),
            copyright_notice: article.publisher.as_ref().and_then(copyright),
            usage_terms: contract.licence.clone(),
            ed_note: note(&article),
            descriptions: plain("summary", article.standfirst_text.as_deref()),
            bodies: bodies(&article, source.frontend, base),
            headlines: vec![Text::plain("main", article.headline.clone())],
            people: of(EntityKind::Person),
            organisations: of(EntityKind::Organisation),
            places: of(EntityKind::Place),
            subjects: of(EntityKind::Topic),
            events: of(EntityKind::Event),
            objects: of(EntityKind::Work),
            by: (!authors.is_empty()).then(|| authors.join(", ")),
            renditions: renditions(&article, base),
            associations: associations(&article, source.frontend),
            alt_ids: alt_ids(&article),
            language: Some(article.language),
            title: Some(article.headline),
            ..Self::canceled((article.id, seq), None)
        }
    }
}

fn copyright(publisher: &PublicPublisher) -> Option<String> {
    publisher.copyright.clone()
}

fn alt_ids(article: &PublicArticle) -> Vec<AltId> {
    let guid = article
        .syndicated
        .as_ref()
        .and_then(|told| told.guid.clone());
    let slug = AltId {
        role: "slug",
        value: article.slug.clone(),
    };
    let guid = guid.map(|value| AltId {
        role: "guid",
        value,
    });
    [slug].into_iter().chain(guid).collect()
}
