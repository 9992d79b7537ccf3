//! Which events a stream shows, and in which forms.

use uuid::Uuid;

use super::entry::Entry;
use super::model::EventType;
use super::parameters::{EventPattern, StreamEvents, StreamEventsUnder};
use crate::publishing::Kind;
use crate::values::{List, Reference, Representation, Representations};

/// What a client asked for.
#[derive(Debug)]
pub struct Filter {
    sections: Option<Vec<Reference>>,
    articles: Option<Vec<Reference>>,
    types: Vec<EventType>,
    /// The forms of texts.
    pub forms: Representations,
}

/// What is asked of a stream, whoever asks.
struct Wanted<'a> {
    sections: Option<&'a List<Reference>>,
    articles: Option<&'a List<Reference>>,
    types: Option<&'a List<EventPattern>>,
    body: Option<&'a List<Representation>>,
}

impl From<Wanted<'_>> for Filter {
    fn from(asked: Wanted<'_>) -> Self {
        let names = |list: Option<&List<Reference>>| list.map(|list| list.0.clone());
        let wanted = |event: &EventType| {
            let patterns = asked.types;
            patterns.is_none_or(|list| list.0.iter().any(|pattern| pattern.takes(*event)))
        };
        Self {
            sections: names(asked.sections),
            articles: names(asked.articles),
            types: EventType::ALL.iter().copied().filter(wanted).collect(),
            forms: Representations::from(asked.body),
        }
    }
}

/// The fields of the same names.
macro_rules! wanted {
    ($asked:ident) => {
        Wanted {
            sections: $asked.section.as_ref(),
            articles: $asked.article.as_ref(),
            types: $asked.types.as_ref(),
            body: $asked.body.as_ref(),
        }
    };
}

impl From<&StreamEvents> for Filter {
    fn from(asked: &StreamEvents) -> Self {
        wanted!(asked).into()
    }
}

impl From<&StreamEventsUnder> for Filter {
    fn from(asked: &StreamEventsUnder) -> Self {
        wanted!(asked).into()
    }
}

impl Filter {
    /// The slugs by which articles are asked for.
    pub fn slugs(&self) -> Vec<String> {
        let named = self.articles.iter().flatten();
        let slugs = named.filter_map(|name| match name {
            Reference::Slug(slug) => Some(slug.to_string()),
            Reference::Id(_) => None,
        });
        slugs.collect()
    }

    /// These articles are among those that are asked for.
    pub fn follow(&mut self, articles: impl IntoIterator<Item = Uuid>) {
        if let Some(known) = &mut self.articles {
            for id in articles.into_iter().map(Reference::Id) {
                if !known.contains(&id) {
                    known.push(id);
                }
            }
        }
    }

    /// Whether an event is among what was asked for.
    pub fn takes(&self, entry: &Entry) -> bool {
        let named = |names: &Option<Vec<Reference>>, kind: Kind, ids: &[Uuid]| {
            names.as_ref().is_none_or(|names| {
                names.iter().any(|name| match name {
                    Reference::Id(id) => ids.contains(id),
                    Reference::Slug(slug) => entry.is_called(kind, slug.as_str()),
                })
            })
        };
        self.types.contains(&entry.event())
            && named(&self.articles, Kind::Article, &[entry.article()])
            && named(&self.sections, Kind::Section, entry.sections())
    }
}
