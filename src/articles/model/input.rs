//! An article as an editor writes it.

use deserr::{Deserr, IntoValue, Sequence, Value, ValuePointerRef};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::DonationMode;
use crate::entities::model::{EntityKind, Relation};
use crate::error::{Fault, FaultCode, Faults};
use crate::related::model::RelatedInput;
use crate::values::{
    Body, Id, Image, LanguageTag, Line, Prose, Reference, RichTextInput, RichTextUpTo, Slug,
    Standfirst, Timestamp, UpTo, WebUrl,
};

/// What an article is to lists: an article, or a page such as the colophon, which lists and feeds leave out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum ArticleType {
    /// An article.
    #[default]
    Article,
    /// A page.
    Page,
}

impl ArticleType {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            ArticleType::Article => "article",
            ArticleType::Page => "page",
        }
    }
}

/// What search engines are told.
#[derive(Debug, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct SeoInput {
    /// A title in place of the headline.
    #[deserr(default)]
    pub title: Option<Line<300>>,
    /// A description in place of the standfirst.
    #[deserr(default)]
    pub description: Option<Prose<1000>>,
    /// Whether they should leave it out.
    #[deserr(default)]
    pub noindex: Option<bool>,
}

/// A link to an entity: `entity`, or `kind` and `name` of one that is found by them or made.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct EntityLinkInput {
    /// The slug or id of an entity.
    #[deserr(default)]
    #[schema(example = "havenbedrijf-wendemond")]
    pub entity: Option<Reference>,
    /// The kind of an entity to find or make.
    #[deserr(default)]
    pub kind: Option<EntityKind>,
    /// The name of an entity to find or make.
    #[deserr(default)]
    pub name: Option<Line<200>>,
    /// How the article refers to it; `mentions` unless told.
    #[deserr(default)]
    #[schema(default = "mentions", required = false)]
    pub relation: Relation,
}

/// Which donation links an article shows: those of its section or the site, none, or its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum DonationChoice {
    /// Those of its section, else the site's.
    #[default]
    Inherit,
    /// None.
    None,
    /// Its own, in order; at most 100.
    Own(UpTo<Id, 100>),
}

impl DonationChoice {
    /// The choice as kept; `own` are the links of an article that has its own.
    pub fn mode(&self, own: Vec<Uuid>) -> DonationMode {
        match self {
            Self::Inherit => DonationMode::Inherit,
            Self::None => DonationMode::None,
            Self::Own(_) => DonationMode::Own(own),
        }
    }
}

impl Deserr<Faults> for DonationChoice {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let place = location
            .last_field()
            .map(|field| format!("/{field}"))
            .unwrap_or_default();
        let fault = |code| {
            Fault::at(
                place.clone(),
                code,
                "must be \"inherit\", \"none\" or a list of ids of donation links",
            )
        };
        match value {
            Value::Null => Ok(Self::Inherit),
            Value::String(text) if text == "inherit" => Ok(Self::Inherit),
            Value::String(text) if text == "none" => Ok(Self::None),
            Value::String(_) => Err(fault(FaultCode::InvalidValue).into()),
            Value::Sequence(items) if items.is_empty() => Ok(Self::Inherit),
            Value::Sequence(_) => UpTo::deserialize_from_value(value, location).map(Self::Own),
            _ => Err(fault(FaultCode::WrongType).into()),
        }
    }
}

impl PartialSchema for DonationChoice {
    fn schema() -> RefOr<Schema> {
        let word = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["inherit", "none"]));
        let ids = ArrayBuilder::new()
            .items(utoipa::openapi::Ref::from_schema_name("Id"))
            .max_items(Some(100));
        let one = OneOfBuilder::new()
            .item(word)
            .item(ids)
            .description(Some("`inherit` (those of the section, else of the site), `none`, or the article's own in order; an empty list inherits."))
            .examples(["inherit"]);
        RefOr::T(one.into())
    }
}

impl ToSchema for DonationChoice {
    fn name() -> std::borrow::Cow<'static, str> {
        "DonationChoice".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Id::name().into_owned(), Id::schema()));
    }
}

/// An article or page as an editor writes it. Everything but the headline may be left out.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct ArticleInput {
    /// Its headline.
    #[schema(example = "De haven slibt dicht")]
    pub headline: Line<300>,
    /// Its name in addresses; made from the headline when left out.
    #[deserr(default)]
    pub slug: Option<Slug>,
    /// Whether it is an article or a page.
    #[deserr(default, rename = "type")]
    #[schema(rename = "type", default = "article", required = false)]
    pub article_type: ArticleType,
    /// Its language; the site's unless told.
    #[deserr(default)]
    pub language: Option<LanguageTag>,
    /// Its section, by slug or id.
    #[deserr(default)]
    #[schema(example = json!(null))]
    pub section: Option<Reference>,
    /// Its authors, by slug or id, in order; at most 50.
    #[deserr(default)]
    #[schema(example = json!([]), value_type = Option<Vec<Reference>>, max_items = 50)]
    pub authors: Option<UpTo<Reference, 50>>,
    /// Its introduction; at most 5,000 characters.
    #[deserr(default)]
    #[schema(value_type = Option<RichTextInput>)]
    pub standfirst: Option<RichTextUpTo<Standfirst>>,
    /// Its text; at most 1 MB.
    #[deserr(default)]
    #[schema(value_type = Option<RichTextInput>)]
    pub body: Option<RichTextUpTo<Body>>,
    /// Its picture.
    #[deserr(default)]
    pub image: Option<Image>,
    /// The entities it is about or mentions, in order; at most 200.
    #[deserr(default)]
    #[schema(example = json!([{"kind": "person", "name": "Fenna Loman", "relation": "about"}]), value_type = Option<Vec<EntityLinkInput>>, max_items = 200)]
    pub entities: Option<UpTo<EntityLinkInput, 200>>,
    /// Related articles and pages elsewhere, in order; at most 100.
    #[deserr(default)]
    #[schema(example = json!([{"url": "https://example.org/elders", "title": "Elders"}]), value_type = Option<Vec<RelatedInput>>, max_items = 100)]
    pub related: Option<UpTo<RelatedInput, 100>>,
    /// Which donation links it shows.
    #[deserr(default)]
    #[schema(required = false)]
    pub donation_links: DonationChoice,
    /// The article that it is a translation of, by slug or id. One of a translation is one of its original.
    #[deserr(default)]
    #[schema(example = json!(null))]
    pub translation_of: Option<Reference>,
    /// The address of the original, where this is not it.
    #[deserr(default)]
    pub canonical_url: Option<WebUrl>,
    /// What search engines are told.
    #[deserr(default)]
    pub seo: Option<SeoInput>,
}

/// How to publish.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct PublishInput {
    /// When it was first published, if that was earlier. Only for a first publication.
    #[deserr(default)]
    #[schema(example = json!(null))]
    pub published_at: Option<Timestamp>,
    /// When to publish the working copy as it then stands; at once unless told. Sent again, it moves what is scheduled.
    #[deserr(default)]
    #[schema(example = json!(null))]
    pub at: Option<Timestamp>,
}

/// How to withdraw.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct WithdrawInput {
    /// Why, for the newsroom's own record.
    #[deserr(default)]
    #[schema(example = "Op verzoek van de bron.")]
    pub reason: Option<Line<1000>>,
    /// What partners are told who have the article: in their notice, and in the item that takes it back. Nothing of it is public.
    #[deserr(default)]
    #[schema(example = "Verwijder het stuk: de bron heeft zich teruggetrokken.")]
    pub notice_to_partners: Option<Prose<5000>>,
    /// When to withdraw it; at once unless told. Sent again, it moves what is scheduled.
    #[deserr(default)]
    #[schema(example = json!(null))]
    pub at: Option<Timestamp>,
}

/// What not to do any more.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct UnscheduleInput {
    /// The one of both to call off; both unless told.
    #[deserr(default)]
    #[schema(example = json!(null))]
    pub act: Option<ScheduledAct>,
}

/// What can be scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, rename_all = lowercase)]
#[schema(rename_all = "lowercase")]
pub enum ScheduledAct {
    /// A publication.
    Publish,
    /// A withdrawal.
    Withdraw,
}

/// Why an article is purged.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct PurgeInput {
    /// The reason, which stays in the audit. Nothing of the article's text belongs here.
    #[schema(example = "Gerechtelijk bevel van 4 mei.")]
    pub reason: Line<1000>,
}
