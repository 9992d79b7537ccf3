//! The copy of an article.

use utoipa::ToSchema;
use uuid::Uuid;

use crate::articles::model::{ArticleType, SeoInput};
use crate::articles::view::OutlineSchema;
use crate::entities::model::Relation;
use crate::updates::model::{Concern, UpdateKind};
use crate::values::{ImageSchema, RichTextView};

/// An article or page; what `fields` leaves out is absent.
#[derive(ToSchema)]
pub struct ArticleCopy {
    /// Its id.
    id: Uuid,
    /// Its slug.
    slug: String,
    /// Whether it is an article or a page.
    #[serde(rename = "type")]
    #[schema(required = false)]
    article_type: ArticleType,
    /// Its headline.
    #[schema(required = false)]
    headline: String,
    /// Its language (BCP 47).
    #[schema(required = false)]
    language: String,
    /// Its section.
    section: Option<Uuid>,
    /// Its authors, in order.
    #[schema(required = false)]
    authors: Vec<Uuid>,
    /// Its introduction.
    standfirst: Option<RichTextView>,
    /// Its text.
    body: Option<RichTextView>,
    /// Its picture.
    image: Option<ImageSchema>,
    /// What search engines are told.
    seo: Option<SeoInput>,
    /// The address of the original, where this is not it.
    canonical_url: Option<String>,
    /// Words of its text.
    #[schema(required = false)]
    word_count: i32,
    /// Minutes to read it.
    #[schema(required = false)]
    reading_minutes: i32,
    /// Its headings.
    #[schema(required = false)]
    outline: Vec<OutlineSchema>,
    /// When it was first published; never changes.
    #[schema(required = false, format = DateTime)]
    published_at: String,
    /// The newest update that is shown and not retracted.
    #[schema(format = DateTime)]
    last_update_at: Option<String>,
    /// Any change that readers can see, a typo included.
    #[schema(required = false, format = DateTime)]
    modified_at: String,
    /// How many updates it has, retracted ones too.
    #[schema(required = false)]
    update_count: i32,
    /// How many of them are corrections that are not retracted.
    #[schema(required = false)]
    correction_count: i32,
    /// Its updates, in order, all of them.
    #[schema(required = false)]
    updates: Vec<UpdateCopy>,
    /// Its entities, in order.
    #[schema(required = false)]
    entities: Vec<EntityLinkCopy>,
    /// Its picked related articles, in order; only those that are published.
    #[schema(required = false)]
    related: Vec<PickCopy>,
    /// Which donation links it shows.
    #[schema(required = false)]
    donation_links: DonationLinksCopy,
    /// Its translations that are published.
    #[schema(required = false)]
    translations: Vec<TranslationCopy>,
    /// The slugs it had before; each leads here.
    #[schema(required = false)]
    aliases: Vec<String>,
}

/// An update. A retracted one keeps its place, date and reason; its text is gone.
#[derive(ToSchema)]
pub struct UpdateCopy {
    /// Its id.
    id: Uuid,
    /// Its number: 1, 2, 3 … in the order shown.
    #[schema(minimum = 1)]
    number: i32,
    /// The fragment that leads to it.
    anchor: String,
    /// What it does to its article.
    kind: UpdateKind,
    /// Its own headline.
    #[schema(required)]
    headline: Option<String>,
    /// Its text; null when retracted.
    #[schema(required)]
    body: Option<RichTextView>,
    /// Who wrote it, in order.
    authors: Vec<Uuid>,
    /// What of the article's text it concerns; null when retracted.
    #[schema(required)]
    concerns: Option<Concern>,
    /// When it was published.
    #[schema(format = DateTime)]
    published_at: String,
    /// When its text last changed after it was shown.
    #[schema(format = DateTime, required)]
    revised_at: Option<String>,
    /// When it was retracted.
    #[schema(format = DateTime, required)]
    retracted_at: Option<String>,
    /// Why it was retracted.
    #[schema(required)]
    retraction_reason: Option<String>,
}

/// An entity that an article names.
#[derive(ToSchema)]
pub struct EntityLinkCopy {
    /// The entity.
    id: Uuid,
    /// How the article refers to it.
    relation: Relation,
}

/// A pick: an article of this publication by its id, or a page elsewhere by its address.
#[derive(ToSchema)]
pub struct PickCopy {
    /// The article; null for a page elsewhere.
    #[schema(required)]
    id: Option<Uuid>,
    /// The address of a page elsewhere.
    #[schema(required)]
    url: Option<String>,
    /// The title of a page elsewhere.
    #[schema(required)]
    title: Option<String>,
}

/// The same article in another language.
#[derive(ToSchema)]
pub struct TranslationCopy {
    /// The other article.
    id: Uuid,
    /// What it is to this one.
    kinship: KinshipCopy,
}

/// What another of a group of translations is to an article.
#[derive(ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum KinshipCopy {
    /// What it is a translation of.
    Original,
    /// A translation of it.
    Translation,
    /// A translation of the same original.
    Sibling,
}

/// Which donation links an article shows.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum DonationLinksCopy {
    /// `inherit`: those of its section, else of the site; `none`: none.
    Mode(DonationModeCopy),
    /// Its own, in order.
    Own(Vec<Uuid>),
}

/// What shows no donation links of an article's own.
#[derive(ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DonationModeCopy {
    /// Those of its section, else of the site.
    Inherit,
    /// None.
    None,
}
