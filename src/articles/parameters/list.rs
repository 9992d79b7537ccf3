//! What can be asked of lists of articles.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::articles::model::ArticleType;
use crate::articles::queries::delivery::{Filters, SortBy, Window};
use crate::articles::selection::{Field, Include};
use crate::entities::model::EntityKind;
use crate::error::Faults;
use crate::http::Limit;
use crate::http::cursor::{Cursor, Position};
use crate::partners::model::Audience;
use crate::publishing::Kind;
use crate::question::model::Question;
use crate::values::{Flag, Id, LanguageTag, List, Reference, Representation, Slug, Timestamp};

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum Sort {
    /// First publication.
    #[default]
    Published,
    /// The newest update, else first publication.
    Updated,
    /// Any change that readers can see.
    Modified,
}

/// Which end of a list comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum Order {
    /// The newest first.
    #[default]
    Desc,
    /// The oldest first.
    Asc,
}

/// Filters and form of a list of articles. They combine freely.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListArticles {
    /// In any of these sections (slugs or ids, separated by commas).
    #[deserr(default)]
    #[param(example = json!(["cultuur"]), value_type = Option<Vec<Reference>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub section: Option<List<Reference>>,
    /// By any of these authors (slugs or ids, separated by commas).
    #[deserr(default)]
    #[param(example = json!(["fenna-loman"]), value_type = Option<Vec<Reference>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub author: Option<List<Reference>>,
    /// With any of these entities (slugs or ids, separated by commas).
    #[deserr(default)]
    #[param(example = json!(["haven-wendemond"]), value_type = Option<Vec<Reference>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub entity: Option<List<Reference>>,
    /// With all of these entities (slugs or ids, separated by commas).
    #[deserr(default)]
    #[param(example = json!(["haven-wendemond", "slib"]), value_type = Option<Vec<Reference>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub entity_all: Option<List<Reference>>,
    /// With an entity of any of these kinds (separated by commas).
    #[deserr(default)]
    #[param(example = json!(["person"]), value_type = Option<Vec<EntityKind>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub entity_kind: Option<List<EntityKind>>,
    /// In this language or a variety of it: `nl` finds `nl-BE` too.
    #[deserr(default)]
    #[param(value_type = Option<LanguageTag>)]
    pub language: Option<LanguageTag>,
    /// First published after this time, exclusive.
    #[deserr(default)]
    #[param(value_type = Option<Timestamp>)]
    pub published_after: Option<Timestamp>,
    /// First published before this time, exclusive.
    #[deserr(default)]
    #[param(value_type = Option<Timestamp>)]
    pub published_before: Option<Timestamp>,
    /// Updated, or else published, after this time, exclusive.
    #[deserr(default)]
    #[param(value_type = Option<Timestamp>)]
    pub updated_after: Option<Timestamp>,
    /// Changed in any way after this time, exclusive.
    #[deserr(default)]
    #[param(value_type = Option<Timestamp>)]
    pub modified_after: Option<Timestamp>,
    /// Only with, or only without, updates.
    #[deserr(default)]
    #[param(value_type = Option<bool>)]
    pub has_updates: Option<Flag>,
    /// Only these (ids, separated by commas; at most 100).
    #[deserr(default)]
    #[param(value_type = Option<Vec<Id>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub ids: Option<List<Id>>,
    /// Only those with these slugs (separated by commas; at most 100).
    #[deserr(default)]
    #[param(value_type = Option<Vec<Slug>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub slugs: Option<List<Slug>>,
    /// The translations of this article (a slug or id): the others of its group, as its own `translations` has them.
    #[deserr(default)]
    #[param(example = "de-haven-slibt-dicht", value_type = Option<Reference>)]
    pub translation_of: Option<Reference>,
    /// Those that search finds by these words, in the order of the list: all of them, phrases in quotes, and with a `-` before it what must not be there. A phrase is looked for in the newest 30,000 articles with its words.
    #[deserr(default)]
    #[param(value_type = Option<String>, min_length = 1, max_length = 200, pattern = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$", example = "haven")]
    pub q: Option<Question>,
    /// Articles, or pages such as the colophon; articles unless told.
    #[deserr(default, rename = "type")]
    #[param(rename = "type", value_type = Option<ArticleType>)]
    pub article_type: ArticleType,
    /// What the list is sorted by: first publication unless told.
    #[deserr(default)]
    #[param(value_type = Option<Sort>)]
    pub sort: Sort,
    /// Which end comes first: the newest unless told.
    #[deserr(default)]
    #[param(value_type = Option<Order>)]
    pub order: Order,
    /// Whether to tell how many the whole list has, in `page.total`.
    #[deserr(default)]
    #[param(value_type = Option<bool>)]
    pub count: Option<Flag>,
    /// Own properties to show in place of all, separated by commas; without `include` no relations are shown then.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Field>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub fields: Option<List<Field>>,
    /// Relations to show in place of the usual ones, separated by commas.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Include>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub include: Option<List<Include>>,
    /// Forms of every rich text, separated by commas; adds the body to lists.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Representation>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub body: Option<List<Representation>>,
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`; empty for the beginning.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}

impl ListArticles {
    /// The filters, within an entity where one is told; but for the words, which have to be looked up.
    pub fn filters(&self, audience: &Audience, within_entity: Option<Uuid>) -> Filters {
        let names = |list: &Option<List<Reference>>| list.as_ref().map(|list| list.0.clone());
        // All of one is any of one, which is less work.
        let one =
            self.entity.is_none() && self.entity_all.as_ref().is_some_and(|all| all.0.len() == 1);
        let (any, all) = if one {
            (&self.entity_all, &None)
        } else {
            (&self.entity, &self.entity_all)
        };
        Filters {
            audience: audience.clone(),
            sections: names(&self.section),
            authors: names(&self.author),
            entities: names(any),
            all_entities: names(all),
            entity_kinds: self.entity_kind.as_ref().map(|kinds| kinds.0.clone()),
            within_entity,
            language: self.language.as_ref().map(ToString::to_string),
            pages: self.article_type == ArticleType::Page,
            published_after: self.published_after.map(Timestamp::time),
            published_before: self.published_before.map(Timestamp::time),
            updated_after: self.updated_after.map(Timestamp::time),
            modified_after: self.modified_after.map(Timestamp::time),
            has_updates: self.has_updates.map(|flag| flag.0),
            ids: self
                .ids
                .as_ref()
                .map(|ids| ids.0.iter().map(|id| id.0).collect()),
            slugs: self
                .slugs
                .as_ref()
                .map(|slugs| slugs.0.iter().map(ToString::to_string).collect()),
            translation_of: self.translation_of.clone(),
            words: None,
        }
        .under(audience.contract())
    }

    /// The same, within a section, an author or an entity where one is told.
    pub fn filters_within(&self, audience: &Audience, within: Option<(Kind, Uuid)>) -> Filters {
        let one = |id| Some(vec![Reference::Id(id)]);
        match within {
            Some((Kind::Section, id)) => Filters {
                sections: one(id),
                ..self.filters(audience, None)
            },
            Some((Kind::Author, id)) => Filters {
                authors: one(id),
                ..self.filters(audience, None)
            },
            within => self.filters(audience, within.map(|(_, id)| id)),
        }
    }

    /// The page of the list, after this position.
    pub fn window(&self, after: Option<Position>) -> Window {
        Window {
            sort: match self.sort {
                Sort::Published => SortBy::Published,
                Sort::Updated => SortBy::Updated,
                Sort::Modified => SortBy::Modified,
            },
            ascending: self.order == Order::Asc,
            probe: self.limit.probe(),
            after,
            count: self.count == Some(Flag(true)),
        }
    }
}
