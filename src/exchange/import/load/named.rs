//! Whom and what articles name: authors, sections, topics.

use uuid::Uuid;

use super::super::ImportError;
use super::super::arrival::{Person, Term};
use super::super::queries::{self, Made, SourceKey};
use super::Loader;
use crate::articles::model::EntityLink;
use crate::authors::model::AuthorInput;
use crate::authors::queries::newsroom as authors;
use crate::entities::model::{EntityKind, Relation};
use crate::entities::queries::newsroom as entities;
use crate::publishing::slugs::is_free;
use crate::publishing::{Kind, Touched, Tx};
use crate::sections::model::SectionInput;
use crate::sections::queries::newsroom as sections;
use crate::values::{
    Line, LocalizedName, Prose, Reference, RichTextInput, RichTextUpTo, Slug, SourceFormat, UpTo,
};

/// The most authors and topics of an article.
const MOST_AUTHORS: usize = 50;
const MOST_TOPICS: usize = 200;

impl Loader {
    /// The ids of these authors, in order, each once.
    pub(super) async fn authors(
        &mut self,
        tx: &mut Tx,
        persons: &[Person],
    ) -> Result<Vec<Uuid>, ImportError> {
        let mut ids = Vec::new();
        for person in persons {
            if let Some(id) = self.author(tx, person).await?
                && !ids.contains(&id)
                && ids.len() < MOST_AUTHORS
            {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// This author: made by an earlier run or now.
    async fn author(&mut self, tx: &mut Tx, person: &Person) -> Result<Option<Uuid>, ImportError> {
        let source = self.source.clone();
        let key = SourceKey {
            source: &source,
            kind: "author",
            id: &person.id,
        };
        if let Some(made) = queries::made(tx, key).await? {
            return Ok(Some(made.owner_id));
        }
        let Some(name) = Line::fitted(&person.name).or_else(|| Line::fitted(&person.id)) else {
            return Ok(None);
        };
        self.report.note("author new", name.as_str())?;
        let input = AuthorInput {
            slug: free_slug(tx, Kind::Author, person.slug.as_deref()).await?,
            name,
            biography: person.biography.as_deref().and_then(biography),
            image: person.image.clone(),
            links: (!person.links.is_empty()).then(|| UpTo::first(person.links.clone())),
        };
        let author = authors::insert(tx, input).await?;
        if let Some(path) = &person.old_path {
            self.keep_path(tx, path, (Kind::Author, author.id)).await?;
        }
        remember(tx, key, author.id, author.version).await?;
        Ok(Some(author.id))
    }

    /// The section of this category: made by an earlier run, there under its slug, or made now.
    pub(super) async fn section(
        &mut self,
        tx: &mut Tx,
        term: &Term,
        touched: &mut Touched,
    ) -> Result<Option<Uuid>, ImportError> {
        let source = self.source.clone();
        let key = SourceKey {
            source: &source,
            kind: term.kind,
            id: &term.id,
        };
        if let Some(made) = queries::made(tx, key).await? {
            return Ok(Some(made.owner_id));
        }
        let words = if term.slug.is_empty() {
            &term.name
        } else {
            &term.slug
        };
        let Some(name) = Line::fitted(&term.name).or_else(|| Line::fitted(words)) else {
            return Ok(None);
        };
        let slug = Slug::from_words(words);
        let there = match &slug {
            Some(slug) => sections::find(tx, &Reference::Slug(slug.clone())).await?,
            None => None,
        };
        let section = match there {
            Some(section) => section,
            None => {
                self.report.note("section new", name.as_str())?;
                let input = SectionInput {
                    slug: free_slug(tx, Kind::Section, Some(words)).await?,
                    name,
                    names: LocalizedName::default(),
                    description: term
                        .description
                        .as_deref()
                        .and_then(|text| Prose::parse(text).ok()),
                    position: None,
                };
                sections::insert(tx, &input).await?.id
            }
        };
        let mut changed = there.is_none();
        if let Some(path) = &term.old_path {
            changed |= self.keep_path(tx, path, (Kind::Section, section)).await?;
        }
        if changed {
            touched.sections.push(section);
        }
        remember(tx, key, section, 1).await?;
        Ok(Some(section))
    }

    /// The topics of these terms, in order, each once: found by their names or made.
    pub(super) async fn topics(
        &mut self,
        tx: &mut Tx,
        terms: &[Term],
        touched: &mut Touched,
    ) -> Result<Vec<EntityLink>, ImportError> {
        let mut links: Vec<EntityLink> = Vec::new();
        for term in terms {
            let Some(name) = Line::fitted(&term.name).or_else(|| Line::fitted(&term.slug)) else {
                continue;
            };
            let entity_id = entities::find_or_make(tx, EntityKind::Topic, name).await?;
            if let Some(path) = &term.old_path
                && self.keep_path(tx, path, (Kind::Entity, entity_id)).await?
            {
                touched.entities.push(entity_id);
            }
            if !links.iter().any(|link| link.entity_id == entity_id) && links.len() < MOST_TOPICS {
                links.push(EntityLink {
                    entity_id,
                    relation: Relation::Mentions,
                });
            }
        }
        Ok(links)
    }
}

async fn remember(
    tx: &mut Tx,
    key: SourceKey<'_>,
    owner_id: Uuid,
    revision: i32,
) -> Result<(), ImportError> {
    let made = Made {
        owner_id,
        fingerprint: Vec::new(),
        revision,
    };
    Ok(queries::remember(tx, key, &made).await?)
}

/// The slug of these words, unless a thing of this kind has or had it.
async fn free_slug(
    tx: &mut Tx,
    kind: Kind,
    words: Option<&str>,
) -> Result<Option<Slug>, ImportError> {
    let Some(slug) = words.and_then(Slug::from_words) else {
        return Ok(None);
    };
    Ok(is_free(tx, kind, &slug).await?.then_some(slug))
}

fn biography<L: crate::values::Limit>(text: &str) -> Option<RichTextUpTo<L>> {
    RichTextUpTo::fitted(RichTextInput {
        format: SourceFormat::Html,
        source: format!("<p>{}</p>", crate::exchange::html::escape(text)),
    })
}
