//! What answers that show articles are made of.

use uuid::Uuid;

use crate::articles::model::PublicArticle;
use crate::articles::parameters::ListArticles;
use crate::articles::selection::{Include, Selection};
use crate::changes::Keys;
use crate::publishing::Kind;
use crate::values::{List, Reference};

impl PublicArticle {
    /// Tells what is shown with it: of others their names and addresses, as far as they were read.
    pub(in crate::articles) fn tell_keys(&self, keys: &mut Keys) {
        if let Some(section) = &self.section {
            keys.thing(Kind::Section, section.id);
        }
        for author in self.authors.iter().chain(&self.update_authors) {
            keys.thing(Kind::Author, author.id);
        }
        for entity in &self.entities {
            keys.thing(Kind::Entity, entity.id);
        }
        for link in &self.donation_links {
            keys.thing(Kind::DonationLink, link.id);
        }
    }
}

/// What a page of a list is made of: which articles there are, at best of one section, author or entity alone, and what is shown of each.
pub fn list_keys(
    asked: &ListArticles,
    within: Option<(Kind, Uuid, &Reference)>,
    (articles, selection): (&[PublicArticle], &Selection),
) -> Keys {
    let mut keys = Keys::with_addresses();
    let filters = [
        (Kind::Section, &asked.section),
        (Kind::Author, &asked.author),
        (Kind::Entity, &asked.entity),
        (Kind::Entity, &asked.entity_all),
    ];
    for (kind, names) in filters {
        for name in names.iter().flat_map(|names| &names.0) {
            keys.name(kind, name);
        }
    }
    if let Some(name) = &asked.translation_of {
        keys.name(Kind::Article, name);
    }
    for article in articles {
        article.tell_keys(&mut keys);
    }
    if selection.includes(Include::DonationLinks) {
        keys.any(Kind::DonationLink);
    }
    // The name of an entity is a word of every article that names it.
    if asked.q.is_some() {
        keys.any(Kind::Entity);
    }
    if let Some((kind, id, name)) = within {
        keys.name(kind, name).thing(kind, id);
    }
    // Others that an article is shown with change it, but not the list that it stands in. Nor does the one whose translations are asked for.
    let alone = !selection.includes(Include::Related)
        && !selection.includes(Include::Translations)
        && asked.translation_of.is_none()
        && asked.q.is_none();
    match narrowest(asked, within, articles) {
        Some((kind, id)) if alone => keys.articles_of(kind, id),
        _ => keys.articles(),
    };
    keys
}

/// A section, author or entity that all of the list has, if there is one and it is known which.
fn narrowest(
    asked: &ListArticles,
    within: Option<(Kind, Uuid, &Reference)>,
    articles: &[PublicArticle],
) -> Option<(Kind, Uuid)> {
    if let Some((kind, id, _)) = within {
        return Some((kind, id));
    }
    let first = articles.first()?;
    if only(asked.section.as_ref()).is_some() {
        return Some((Kind::Section, first.section.as_ref()?.id));
    }
    let is = |name: &Reference, id: Uuid, slug: &str| match name {
        Reference::Id(asked) => *asked == id,
        Reference::Slug(asked) => asked.as_str() == slug,
    };
    if let Some(name) = only(asked.author.as_ref()) {
        let mut authors = first.authors.iter();
        let found = authors.find(|author| is(name, author.id, &author.slug))?;
        return Some((Kind::Author, found.id));
    }
    let name = only(asked.entity.as_ref())?;
    let mut entities = first.entities.iter();
    let found = entities.find(|entity| is(name, entity.id, &entity.slug))?;
    Some((Kind::Entity, found.id))
}

fn only(names: Option<&List<Reference>>) -> Option<&Reference> {
    match names?.0.as_slice() {
        [name] => Some(name),
        _ => None,
    }
}
