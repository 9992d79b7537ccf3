//! What a reader asked to see of an article: `fields`, `include` and `body`.

use deserr::Deserr;
use utoipa::ToSchema;

use super::model::PublicArticle;
use crate::auth::Extent;
use crate::error::Faults;
use crate::partners::model::Audience;
use crate::values::{List, Representation, Representations};

/// A property of an article's own. `id` and `slug` are always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[deserr(error = Faults)]
pub enum Field {
    /// Its id; always there.
    #[deserr(rename = "id")]
    Id,
    /// Its slug; always there.
    #[deserr(rename = "slug")]
    Slug,
    /// Whether it is an article or a page.
    #[deserr(rename = "type")]
    Type,
    /// Its address.
    #[deserr(rename = "url")]
    Url,
    /// Its headline.
    #[deserr(rename = "headline")]
    Headline,
    /// Its language.
    #[deserr(rename = "language")]
    Language,
    /// Its introduction.
    #[deserr(rename = "standfirst")]
    Standfirst,
    /// Its text.
    #[deserr(rename = "body")]
    Body,
    /// Its picture.
    #[deserr(rename = "image")]
    Image,
    /// What search engines are told.
    #[deserr(rename = "seo")]
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
    #[deserr(rename = "outline")]
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
    /// Whether it has updates.
    #[deserr(rename = "has_updates")]
    HasUpdates,
    /// How many updates it has.
    #[deserr(rename = "update_count")]
    UpdateCount,
    /// How many of them are corrections.
    #[deserr(rename = "correction_count")]
    CorrectionCount,
}

/// Something an article refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[deserr(error = Faults)]
pub enum Include {
    /// Its section.
    #[deserr(rename = "section")]
    Section,
    /// Its authors.
    #[deserr(rename = "authors")]
    Authors,
    /// Its updates.
    #[deserr(rename = "updates")]
    Updates,
    /// Its entities.
    #[deserr(rename = "entities")]
    Entities,
    /// Its picked related articles.
    #[deserr(rename = "related")]
    Related,
    /// Its effective donation links.
    #[deserr(rename = "donation_links")]
    DonationLinks,
    /// Its translations.
    #[deserr(rename = "translations")]
    Translations,
    /// The slugs it had before.
    #[deserr(rename = "aliases")]
    Aliases,
}

/// What is shown.
#[derive(Debug, Clone)]
pub struct Selection {
    audience: Audience,
    fields: Vec<Field>,
    relations: Vec<Include>,
    /// The forms of rich text.
    pub forms: Representations,
    /// How many suggestions; they stand nowhere but at `/related`.
    pub suggestions: Option<i64>,
    /// Which updates.
    pub updates: UpdatesWindow,
    /// Whether what only linked data tells comes along: the publisher, and more of each entity.
    pub linked_data: bool,
    /// Whether what only feeds tell comes along: the guid, a summary, and the size of the picture.
    pub syndicated: bool,
}

/// Which of an article's updates are shown, in their order.
#[derive(Debug, Clone)]
pub struct UpdatesWindow {
    /// Only those past this number.
    pub after_number: i64,
    /// Only these kinds.
    pub kinds: Option<Vec<String>>,
    /// How many to read.
    pub probe: i64,
    /// Whether the newest are read, where there are more.
    pub newest: bool,
}

impl UpdatesWindow {
    /// How many updates an article shows with itself; the rest is at its `/updates`.
    pub const OF_PAGE: i64 = 100;

    /// Whether it is what an article shows with itself.
    pub fn is_whole_page(&self) -> bool {
        self.after_number == 0 && self.kinds.is_none() && self.probe == Self::OF_PAGE
    }
}

impl Default for UpdatesWindow {
    fn default() -> Self {
        Self {
            after_number: 0,
            kinds: None,
            probe: Self::OF_PAGE,
            newest: false,
        }
    }
}

const ALL_FIELDS: &[Field] = &[
    Field::Type,
    Field::Url,
    Field::Headline,
    Field::Language,
    Field::Standfirst,
    Field::Body,
    Field::Image,
    Field::Seo,
    Field::CanonicalUrl,
    Field::WordCount,
    Field::ReadingMinutes,
    Field::Outline,
    Field::PublishedAt,
    Field::LastUpdateAt,
    Field::ModifiedAt,
    Field::HasUpdates,
    Field::UpdateCount,
    Field::CorrectionCount,
];

const ALL_RELATIONS: &[Include] = &[
    Include::Section,
    Include::Authors,
    Include::Updates,
    Include::Entities,
    Include::Related,
    Include::DonationLinks,
    Include::Translations,
    Include::Aliases,
];

/// `fields`, `include` and `body`, as they were asked for.
type Asked<'a> = (
    Option<&'a List<Field>>,
    Option<&'a List<Include>>,
    Option<&'a List<Representation>>,
);

impl Selection {
    /// What a page shows: everything, unless `fields` or `include` choose.
    pub fn of_page(
        audience: &Audience,
        fields: Option<&List<Field>>,
        include: Option<&List<Include>>,
        body: Option<&List<Representation>>,
    ) -> Self {
        let all: Vec<Field> = ALL_FIELDS.to_vec();
        Self::new(
            audience,
            (fields, include, body),
            (all, ALL_RELATIONS.to_vec()),
        )
    }

    /// What an item of a list shows: no body, outline, updates, related articles, donation links, translations or aliases, unless chosen.
    pub fn of_list(
        audience: &Audience,
        fields: Option<&List<Field>>,
        include: Option<&List<Include>>,
        body: Option<&List<Representation>>,
    ) -> Self {
        let own = ALL_FIELDS
            .iter()
            .copied()
            .filter(|field| !matches!(field, Field::Body | Field::Outline))
            .collect();
        let mut selection = Self::new(
            audience,
            (fields, include, body),
            (
                own,
                vec![Include::Section, Include::Authors, Include::Entities],
            ),
        );
        if body.is_some() && !selection.has(Field::Body) {
            selection.fields.push(Field::Body);
        }
        selection
    }

    /// Only these relations.
    pub fn only(
        audience: &Audience,
        relations: &[Include],
        body: Option<&List<Representation>>,
    ) -> Self {
        Self {
            audience: audience.clone(),
            fields: Vec::new(),
            relations: relations.to_vec(),
            forms: body.into(),
            updates: UpdatesWindow::default(),
            suggestions: None,
            linked_data: false,
            syndicated: false,
        }
    }

    /// Only related articles: the picks, and up to so many suggestions.
    pub fn related(audience: &Audience, suggestions: i64) -> Self {
        Self {
            suggestions: Some(suggestions),
            ..Self::only(audience, &[Include::Related], None)
        }
    }

    /// What an article as linked data is made of. It is bounded as its page is: by the first updates.
    pub fn of_linked_data(audience: &Audience) -> Self {
        let relations = [
            Include::Section,
            Include::Authors,
            Include::Updates,
            Include::Entities,
            Include::Related,
            Include::DonationLinks,
            Include::Translations,
        ];
        let text = List(vec![Representation::Text]);
        let mut selection = Self::only(audience, &relations, Some(&text));
        selection.fields.push(Field::Standfirst);
        selection.linked_data = true;
        selection
    }

    /// What a feed is made of, whole texts or not. Of many updates it has the newest.
    pub fn of_feed(audience: &Audience, full: bool) -> Self {
        let relations = [
            Include::Section,
            Include::Authors,
            Include::Updates,
            Include::Entities,
            Include::DonationLinks,
        ];
        let mut selection = Self::only(audience, &relations, None);
        if full {
            selection.fields.push(Field::Body);
        }
        selection.updates.newest = true;
        selection.syndicated = true;
        selection
    }

    /// What an item for a partner's system is made of. Of many updates it has the newest.
    pub fn of_item(audience: &Audience) -> Self {
        let relations = [
            Include::Section,
            Include::Authors,
            Include::Updates,
            Include::Entities,
            Include::Related,
            Include::Translations,
        ];
        let forms = List(vec![Representation::Html, Representation::Text]);
        let mut selection = Self::only(audience, &relations, Some(&forms));
        selection.fields.extend([Field::Standfirst, Field::Body]);
        selection.updates.newest = true;
        selection.linked_data = true;
        selection.syndicated = true;
        selection
    }

    /// How much of an article this shows, for who must know who has it. Of one with more updates than this shows at once, not those.
    pub fn extent(&self, article: &PublicArticle) -> Extent {
        let all = i64::from(article.update_count) <= UpdatesWindow::OF_PAGE;
        Extent {
            text: self.has(Field::Body),
            updates: all
                && self.updates.is_whole_page()
                && self.relations.contains(&Include::Updates),
        }
    }

    fn new(
        audience: &Audience,
        (fields, include, body): Asked<'_>,
        (own, relations): (Vec<Field>, Vec<Include>),
    ) -> Self {
        let relations = match (include, fields) {
            (Some(include), _) => include.0.clone(),
            (None, Some(_)) => Vec::new(),
            (None, None) => relations,
        };
        Self {
            audience: audience.clone(),
            fields: fields.map_or(own, |fields| fields.0.clone()),
            relations,
            forms: body.into(),
            updates: UpdatesWindow::default(),
            suggestions: None,
            linked_data: false,
            syndicated: false,
        }
    }

    /// To whom it is shown.
    pub fn audience(&self) -> &Audience {
        &self.audience
    }

    /// Whether this property is shown.
    pub fn has(&self, field: Field) -> bool {
        self.fields.contains(&field)
    }

    /// Whether this relation is shown.
    pub fn includes(&self, relation: Include) -> bool {
        self.relations.contains(&relation)
    }
}
