//! What a list of articles holds, and which part of it is read.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::entities::model::EntityKind;
use crate::http::cursor::Position;
use crate::partners::model::{Audience, Contract};
use crate::values::{PublicText, Reference};

/// What lists are sorted by: one of an article's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// First publication.
    Published,
    /// The newest update, else first publication.
    Updated,
    /// Any change that readers can see.
    Modified,
}

impl SortBy {
    /// The column of that date, in `articles` and in the links.
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Published => "published_at",
            Self::Updated => "fresh_at",
            Self::Modified => "modified_at",
        }
    }
}

/// What a list holds. Names that lead nowhere match nothing.
#[derive(Debug, Clone)]
pub struct Filters {
    /// For whom: only what there is for them.
    pub audience: Audience,
    /// In any of these sections.
    pub sections: Option<Vec<Reference>>,
    /// By any of these authors.
    pub authors: Option<Vec<Reference>>,
    /// With any of these entities.
    pub entities: Option<Vec<Reference>>,
    /// With all of these entities.
    pub all_entities: Option<Vec<Reference>>,
    /// With an entity of any of these kinds.
    pub entity_kinds: Option<Vec<EntityKind>>,
    /// With this entity.
    pub within_entity: Option<Uuid>,
    /// In this language or a variety of it.
    pub language: Option<String>,
    /// Pages, not articles.
    pub pages: bool,
    /// First published after.
    pub published_after: Option<DateTime<Utc>>,
    /// First published before.
    pub published_before: Option<DateTime<Utc>>,
    /// Updated, or else published, after.
    pub updated_after: Option<DateTime<Utc>>,
    /// Changed in any way after.
    pub modified_after: Option<DateTime<Utc>>,
    /// With or without updates.
    pub has_updates: Option<bool>,
    /// Only these ids.
    pub ids: Option<Vec<Uuid>>,
    /// Only those with these slugs.
    pub slugs: Option<Vec<String>>,
    /// The others of the group of translations that this article is in.
    pub translation_of: Option<Reference>,
    /// That a question in words finds.
    pub words: Option<Words>,
}

/// What a question in words comes to, as queries of Postgres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What anyone was allowed to read of a text when they were looked up: as much is searched.
    pub public_text: PublicText,
    /// Finds all of them, by the index alone; and others that have the words of a phrase, but not the phrase.
    pub loose: String,
    /// Finds those with the phrase among them.
    pub strict: Option<String>,
    /// Finds texts with any of the words that these ask for or exclude.
    pub any: String,
}

/// One end of a span of time, exclusive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    /// Which of an article's dates it holds for.
    pub date: SortBy,
    /// Whether that is to be later.
    pub after: bool,
    /// Than when.
    pub at: DateTime<Utc>,
}

impl Bound {
    /// How the date compares with the time.
    pub fn sign(self) -> &'static str {
        if self.after { " > " } else { " < " }
    }
}

impl Filters {
    /// With what a contract asks, where the question leaves it open: for lists to be walked along that. Whatever is walked, `covering` decides.
    #[must_use]
    pub fn under(mut self, contract: Option<&Contract>) -> Self {
        let Some(contract) = contract else {
            return self;
        };
        let names = |ids: &Vec<Uuid>| ids.iter().copied().map(Reference::Id).collect();
        if self.sections.is_none() {
            self.sections = contract.sections.as_ref().map(names);
        }
        if self.entities.is_none() {
            self.entities = contract.entities.as_ref().map(names);
        }
        if let (None, Some([language])) = (&self.language, contract.languages.as_deref()) {
            self.language = Some(language.clone());
        }
        if let Some(until) = contract.released_until {
            let until = until + TimeDelta::milliseconds(1);
            let asked = self.published_before;
            self.published_before = Some(asked.map_or(until, |asked| asked.min(until)));
        }
        self
    }

    /// The bounds of all dates.
    pub(super) fn bounds(&self) -> impl Iterator<Item = Bound> {
        let bound = |date, after, at: Option<DateTime<Utc>>| at.map(|at| Bound { date, after, at });
        [
            bound(SortBy::Published, true, self.published_after),
            bound(SortBy::Published, false, self.published_before),
            bound(SortBy::Updated, true, self.updated_after),
            bound(SortBy::Modified, true, self.modified_after),
        ]
        .into_iter()
        .flatten()
    }
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Window {
    /// What it is sorted by.
    pub sort: SortBy,
    /// Whether the oldest come first.
    pub ascending: bool,
    /// How many rows to read.
    pub probe: i64,
    /// Where the page before ended.
    pub after: Option<Position>,
    /// Whether to count the whole list.
    pub count: bool,
}
