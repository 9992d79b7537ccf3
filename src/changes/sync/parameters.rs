//! What can be asked of delta sync.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use crate::error::Faults;
use crate::http::Limit;
use crate::http::cursor::Cursor;
use crate::http::page::Wait;
use crate::values::{LanguageTag, List, Reference, Representation};

/// A property of the copy of an article. `id` and `slug` are always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum CopyField {
    /// Its id; always there.
    Id,
    /// Its slug; always there.
    Slug,
    /// Whether it is an article or a page.
    Type,
    /// Its headline.
    Headline,
    /// Its language.
    Language,
    /// Its section.
    Section,
    /// Its authors.
    Authors,
    /// Its introduction.
    Standfirst,
    /// Its text.
    Body,
    /// Its picture.
    Image,
    /// What search engines are told.
    Seo,
    /// The address of the original.
    #[deserr(rename = "canonical_url")]
    CanonicalUrl,
    /// Words of its text.
    #[deserr(rename = "word_count")]
    WordCount,
    /// Minutes to read it.
    #[deserr(rename = "reading_minutes")]
    ReadingMinutes,
    /// Its headings.
    Outline,
    /// When it was first published.
    #[deserr(rename = "published_at")]
    PublishedAt,
    /// The newest update.
    #[deserr(rename = "last_update_at")]
    LastUpdateAt,
    /// Any change that readers can see.
    #[deserr(rename = "modified_at")]
    ModifiedAt,
    /// How many updates it has.
    #[deserr(rename = "update_count")]
    UpdateCount,
    /// How many of them are corrections.
    #[deserr(rename = "correction_count")]
    CorrectionCount,
    /// Its updates.
    Updates,
    /// Its entities.
    Entities,
    /// Its picked related articles.
    Related,
    /// Its own donation links.
    #[deserr(rename = "donation_links")]
    DonationLinks,
    /// Its translations.
    Translations,
    /// The slugs it had before.
    Aliases,
}

impl CopyField {
    /// All of them.
    pub const ALL: [Self; 26] = [
        Self::Id,
        Self::Slug,
        Self::Type,
        Self::Headline,
        Self::Language,
        Self::Section,
        Self::Authors,
        Self::Standfirst,
        Self::Body,
        Self::Image,
        Self::Seo,
        Self::CanonicalUrl,
        Self::WordCount,
        Self::ReadingMinutes,
        Self::Outline,
        Self::PublishedAt,
        Self::LastUpdateAt,
        Self::ModifiedAt,
        Self::UpdateCount,
        Self::CorrectionCount,
        Self::Updates,
        Self::Entities,
        Self::Related,
        Self::DonationLinks,
        Self::Translations,
        Self::Aliases,
    ];
}

/// What of the publication is copied, and how far the copy is. `section` and `language` are for articles; everything else comes whole.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListChanges {
    /// The `next_cursor` of the page before. Without it, everything there is comes first.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
    /// How many things a page holds.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Only articles in any of these sections (slugs or ids, separated by commas). A section stays the one meant when its slug changes.
    #[deserr(default)]
    #[param(example = json!(["cultuur"]), value_type = Option<Vec<Reference>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub section: Option<List<Reference>>,
    /// Only articles in this language or a variety of it: `nl` finds `nl-BE` too.
    #[deserr(default)]
    #[param(value_type = Option<LanguageTag>)]
    pub language: Option<LanguageTag>,
    /// Only these properties of articles (separated by commas); all unless told.
    #[deserr(default)]
    #[param(example = json!(["headline", "published_at"]), value_type = Option<Vec<CopyField>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub fields: Option<List<CopyField>>,
    /// The forms of rich texts (separated by commas); HTML unless told.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Representation>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub body: Option<List<Representation>>,
    /// When nothing has changed, to wait for a change so many seconds, 1 to 30, before answering with an empty page.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 30)]
    pub wait: Option<Wait>,
}
