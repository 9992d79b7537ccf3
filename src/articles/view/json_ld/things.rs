//! What articles are about and come from, in schema.org's vocabulary. Each type has only properties that its class there allows; what is not
//! known is left out, never null or empty.

use serde::Serialize;

use crate::articles::model::{PublicArticle, PublicEntityLink, PublicPicture, PublicPublisher};
use crate::authors::view::AuthorReference;
use crate::donation_links::model::PublicDonationLink;
use crate::entities::model::EntityKind;
use crate::values::frontend::Frontend;
use crate::values::pick_language;

/// Another node, told elsewhere.
#[derive(Debug, Clone, Serialize)]
pub struct Node {
    #[serde(rename = "@id")]
    id: String,
}

impl Node {
    /// The node of this id.
    pub fn of(id: &str) -> Self {
        Self { id: id.to_owned() }
    }
}

/// A writer.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "@type")]
pub struct Person {
    #[serde(rename = "@id")]
    id: String,
    name: String,
    url: String,
}

impl Person {
    /// An author.
    pub fn new(author: &AuthorReference, frontend: &Frontend) -> Self {
        let url = frontend.author_url(author.id, &author.slug);
        Self {
            id: url.clone(),
            name: author.name.clone(),
            url,
        }
    }
}

/// A picture.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
pub struct ImageObject {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<QuantitativeValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<QuantitativeValue>,
}

/// A number with its unit. Widths and heights are of this type, not plain numbers.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct QuantitativeValue {
    value: u32,
    unit_code: &'static str,
}

impl QuantitativeValue {
    /// `E37` is the pixel (UN/CEFACT Recommendation 20).
    fn pixels(value: u32) -> Self {
        Self {
            value,
            unit_code: "E37",
        }
    }
}

impl From<PublicPicture> for ImageObject {
    fn from(picture: PublicPicture) -> Self {
        Self {
            url: picture.url,
            description: picture.alt,
            caption: picture.caption,
            credit_text: picture.credit,
            width: picture.width.map(QuantitativeValue::pixels),
            height: picture.height.map(QuantitativeValue::pixels),
        }
    }
}

/// The site as a publisher.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewsMediaOrganization {
    #[serde(rename = "@id")]
    id: String,
    name: String,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    slogan: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<ImageObject>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    same_as: Vec<String>,
}

impl NewsMediaOrganization {
    /// The id of the site's node.
    pub fn id(frontend: &Frontend) -> String {
        frontend.absolute("/#publisher")
    }

    /// The site.
    pub fn new(publisher: PublicPublisher, frontend: &Frontend) -> Self {
        Self {
            id: Self::id(frontend),
            name: publisher.title,
            url: frontend.absolute("/"),
            slogan: publisher.tagline,
            logo: publisher.logo.map(ImageObject::from),
            same_as: publisher
                .social_links
                .into_iter()
                .map(|place| place.url)
                .collect(),
        }
    }
}

/// An entity.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Thing {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: String,
    name: String,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternate_name: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    same_as: Vec<String>,
}

impl Thing {
    /// What a link leads to.
    pub fn new(link: PublicEntityLink, frontend: &Frontend) -> Self {
        let kind = match link.kind {
            EntityKind::Person => "Person",
            EntityKind::Organisation => "Organization",
            EntityKind::Place => "Place",
            EntityKind::Topic => "Thing",
            EntityKind::Event => "Event",
            EntityKind::Work => "CreativeWork",
        };
        let url = frontend.entity_url(link.id, &link.slug);
        Self {
            kind,
            id: url.clone(),
            name: link.name,
            url,
            description: link.description,
            alternate_name: link.aliases,
            same_as: link.same_as,
        }
    }
}

/// A way to support the writers.
#[derive(Debug, Serialize)]
#[serde(tag = "@type")]
pub struct DonateAction {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    target: String,
    recipient: Node,
}

impl DonateAction {
    /// The links of an article that lead somewhere; a bank transfer does not.
    pub fn all(article: &PublicArticle, frontend: &Frontend) -> Vec<Self> {
        let languages = [
            article.language.as_str(),
            frontend.default_language.as_str(),
        ];
        let action = |link: &PublicDonationLink| {
            Some(Self {
                name: pick_language(&link.call_to_action, &languages).map(str::to_owned),
                target: link.url.clone()?,
                recipient: Node::of(&NewsMediaOrganization::id(frontend)),
            })
        };
        article.donation_links.iter().filter_map(action).collect()
    }
}

/// What may be done with a text: an address where that stands, or the words.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum License {
    /// An address.
    Address(String),
    /// The words.
    Words(LicenseText),
}

/// A licence in words.
#[derive(Debug, Serialize)]
#[serde(tag = "@type", rename = "CreativeWork")]
pub struct LicenseText {
    text: String,
}

impl From<String> for License {
    fn from(text: String) -> Self {
        match crate::values::WebUrl::parse(&text) {
            Ok(address) => Self::Address(address.to_string()),
            Err(_) => Self::Words(LicenseText { text }),
        }
    }
}
