//! Whom and what items name: authors, sections, topics.

use uuid::Uuid;

use super::super::{ImportError, Run};
use crate::authors::model::AuthorInput;
use crate::authors::queries::newsroom as authors;
use crate::entities::model::EntityKind;
use crate::entities::queries::newsroom as entities;
use crate::error::Result;
use crate::exchange::wordpress::queries::{self, Made, SourceKey};
use crate::exchange::wordpress::reader::TermRef;
use crate::publishing::{Touched, Tx};
use crate::sections::model::SectionInput;
use crate::sections::queries::newsroom as sections;
use crate::values::{Line, LocalizedName, Reference, Slug};

impl Run<'_> {
    /// The author of this login: made by an earlier run or now.
    pub(super) async fn author(
        &mut self,
        tx: &mut Tx,
        login: &str,
    ) -> Result<Option<Uuid>, ImportError> {
        let source = self.source.clone();
        let key = SourceKey {
            source: &source,
            kind: "author",
            id: login,
        };
        if let Some(made) = queries::made(tx, key).await? {
            return Ok(Some(made.owner_id));
        }
        let name = queries::author_name(tx, login)
            .await?
            .unwrap_or_else(|| login.to_owned());
        let Some(name) = Line::fitted(&name).or_else(|| Line::fitted(login)) else {
            return Ok(None);
        };
        self.report.note("author new", name.as_str())?;
        let author = authors::insert(
            tx,
            AuthorInput {
                slug: None,
                name,
                biography: None,
                image: None,
                links: None,
            },
        )
        .await?;
        queries::remember(
            tx,
            key,
            &Made {
                owner_id: author.id,
                fingerprint: Vec::new(),
                revision: author.version,
            },
        )
        .await?;
        Ok(Some(author.id))
    }

    /// The section of this category: made by an earlier run, there under its slug, or made now.
    pub(super) async fn section(
        &mut self,
        tx: &mut Tx,
        term: &TermRef,
        touched: &mut Touched,
    ) -> Result<Option<Uuid>, ImportError> {
        let source = self.source.clone();
        let id = if term.slug.is_empty() {
            &term.name
        } else {
            &term.slug
        };
        let key = SourceKey {
            source: &source,
            kind: "category",
            id,
        };
        if let Some(made) = queries::made(tx, key).await? {
            return Ok(Some(made.owner_id));
        }
        let Some(name) = Line::fitted(&term.name).or_else(|| Line::fitted(id)) else {
            return Ok(None);
        };
        let slug = Slug::from_words(id);
        let there = match &slug {
            Some(slug) => sections::find(tx, &Reference::Slug(slug.clone())).await?,
            None => None,
        };
        let section = match there {
            Some(section) => section,
            None => {
                self.report.note("section new", name.as_str())?;
                let section = sections::insert(
                    tx,
                    &SectionInput {
                        slug,
                        name,
                        names: LocalizedName::default(),
                        description: None,
                        position: None,
                    },
                )
                .await?;
                touched.sections.push(section.id);
                section.id
            }
        };
        queries::remember(
            tx,
            key,
            &Made {
                owner_id: section,
                fingerprint: Vec::new(),
                revision: 1,
            },
        )
        .await?;
        Ok(Some(section))
    }
}

/// The topic of this term, found by its name or made.
pub(super) async fn topic(tx: &mut Tx, term: &TermRef) -> Result<Option<Uuid>> {
    let Some(name) = Line::fitted(&term.name).or_else(|| Line::fitted(&term.slug)) else {
        return Ok(None);
    };
    Ok(Some(
        entities::find_or_make(tx, EntityKind::Topic, name).await?,
    ))
}
