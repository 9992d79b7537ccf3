//! What an item names, and what it comes with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::texts::Text;
use crate::articles::model::{PublicArticle, PublicEntityLink};
use crate::entities::model::{EntityKind, Relation};
use crate::values::frontend::Frontend;

/// Someone or something that an item names.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NinjsNamed)]
pub struct Named {
    /// Its name.
    #[schema(example = "Havenbedrijf Wendemond")]
    name: String,
    /// How the item refers to it: `about` or `mentions`; of its section, `section`.
    #[schema(example = "about")]
    rel: &'static str,
    /// What it is known by: its page at Wikidata where that is told, else its id here.
    #[schema(example = "http://www.wikidata.org/entity/Q34370")]
    uri: String,
    /// Its slug.
    #[schema(example = "havenbedrijf-wendemond")]
    literal: String,
}

/// Where Wikidata's things are, and how a thing is named there for good.
const WIKIDATA: [&str; 4] = [
    "https://www.wikidata.org/wiki/",
    "http://www.wikidata.org/wiki/",
    "https://www.wikidata.org/entity/",
    "http://www.wikidata.org/entity/",
];
const CONCEPT: &str = "http://www.wikidata.org/entity/";

/// The concept at Wikidata that is the same thing.
fn concept(entity: &PublicEntityLink) -> Option<String> {
    let ids = entity.same_as.iter().filter_map(|address| {
        let mut begins = WIKIDATA.iter();
        begins.find_map(|begin| address.strip_prefix(begin))
    });
    let is_id = |id: &&str| {
        let number = id.strip_prefix('Q').unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut ids = ids.filter(is_id);
    ids.next().map(|id| format!("{CONCEPT}{id}"))
}

/// What it names of this kind; the section is a subject.
pub(super) fn things(article: &PublicArticle, kind: EntityKind) -> Vec<Named> {
    let named = article.entities.iter().filter(|link| link.kind == kind);
    let named = named.map(|link| Named {
        name: link.name.clone(),
        rel: match link.relation {
            Relation::About => "about",
            Relation::Mentions => "mentions",
        },
        uri: concept(link).unwrap_or_else(|| link.id.urn().to_string()),
        literal: link.slug.clone(),
    });
    let section = article.section.iter();
    let section = section
        .filter(|_| kind == EntityKind::Topic)
        .map(|section| Named {
            name: section.name.clone(),
            rel: "section",
            uri: section.id.urn().to_string(),
            literal: section.slug.clone(),
        });
    named.chain(section).collect()
}

/// A size of the picture.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NinjsRendition)]
pub struct Rendition {
    /// `main`, or of a picture that was uploaded its size, such as `w640`; the last is what was uploaded.
    #[schema(example = "w640")]
    name: String,
    /// Where it is.
    #[schema(
        example = "https://api.example.org/v1/media/7f3f2a52-2ae9-4ed6-b3b4-5b8d2a8a1c11/w640.webp"
    )]
    href: String,
    /// What it shows, for those who can't see it, with who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    title: Option<String>,
    /// Its width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, required = false)]
    width: Option<u32>,
    /// Its height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, required = false)]
    height: Option<u32>,
    /// Its media type, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    content_type: Option<String>,
    /// Its length, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    size_in_bytes: Option<i64>,
}

/// A picture as `delivery` keeps it.
#[derive(Deserialize)]
struct Kept {
    url: String,
    alt: Option<String>,
    credit: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    /// The last is what was uploaded.
    #[serde(default)]
    renditions: Vec<Size>,
}

#[derive(Deserialize)]
struct Size {
    url: String,
    width: Option<u32>,
    height: Option<u32>,
}

/// The picture of an article in its sizes, if it has one.
pub(super) fn renditions(article: &PublicArticle, base: &str) -> Vec<Rendition> {
    let Ok(kept) = serde_json::from_str::<Kept>(article.image.get()) else {
        return Vec::new();
    };
    let whole = |address: &str| match address.starts_with('/') {
        true => format!("{base}{address}"),
        false => address.to_owned(),
    };
    let told: Vec<String> = [kept.alt, kept.credit].into_iter().flatten().collect();
    let title = (!told.is_empty()).then(|| told.join(" – "));
    let file = article
        .syndicated
        .as_ref()
        .and_then(|told| told.file.as_ref());
    let last = kept.renditions.len().saturating_sub(1);
    let sizes = kept.renditions.iter().enumerate().map(|(place, size)| {
        let file = file.filter(|_| place == last);
        let name = size.url.rsplit('/').next().unwrap_or_default();
        Rendition {
            name: name.split('.').next().unwrap_or_default().to_owned(),
            href: whole(&size.url),
            title: title.clone(),
            width: size.width,
            height: size.height,
            content_type: file.map(|file| file.mime.clone()),
            size_in_bytes: file.map(|file| file.bytes),
        }
    });
    let main = Rendition {
        name: "main".to_owned(),
        href: whole(&kept.url),
        title: title.clone(),
        width: kept.width,
        height: kept.height,
        content_type: None,
        size_in_bytes: None,
    };
    [main].into_iter().chain(sizes).collect()
}

/// Something that an item comes with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NinjsAssociation)]
pub struct Association {
    /// Its name among them: `related-1`, `translation-1`.
    #[schema(example = "related-1")]
    name: String,
    /// How it belongs to the item: `related` or `translation`.
    #[schema(example = "related")]
    rel: &'static str,
    /// Of an article its `uri` as an item; of a page elsewhere its address.
    #[schema(example = "urn:uuid:7f3f2a52-2ae9-4ed6-b3b4-5b8d2a8a1c11")]
    uri: String,
    /// Always `text`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Its language, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    language: Option<String>,
    /// Its headline.
    headlines: Vec<Text>,
}

/// Related articles, pages elsewhere, and translations.
pub(super) fn associations(article: &PublicArticle, frontend: &Frontend) -> Vec<Association> {
    let related = article.related.iter().zip(1..).map(|(pick, number)| {
        let address = pick.url.clone().unwrap_or_else(|| elsewhere(frontend));
        Association {
            name: format!("related-{number}"),
            rel: "related",
            uri: pick.id.map_or(address, |id| id.urn().to_string()),
            kind: "text",
            language: pick.language.clone(),
            headlines: vec![Text::plain("main", pick.headline.clone())],
        }
    });
    let translations = article.translations.iter().zip(1..);
    let translations = translations.map(|(other, number)| Association {
        name: format!("translation-{number}"),
        rel: "translation",
        uri: other.id.urn().to_string(),
        kind: "text",
        language: Some(other.language.clone()),
        headlines: vec![Text::plain("main", other.headline.clone())],
    });
    related.chain(translations).collect()
}

/// What has neither an id nor an address is of the site.
fn elsewhere(frontend: &Frontend) -> String {
    frontend.absolute("/")
}
