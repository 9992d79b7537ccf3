//! What search answers with.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::marks::{Sought, marked, snippets};
use super::model::{PublicFacet, PublicFacets, Texts};
use crate::articles::view::ArticleView;
use crate::http::page::{Page, PageInfo};

/// How many snippets of a text are shown.
const OF_BODY: usize = 3;

/// How many updates are shown with a snippet.
const OF_UPDATES: usize = 3;

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResults {
    /// The articles, the best first.
    data: Vec<SearchHit>,
    /// Where this page stands among what was found.
    page: PageInfo,
    /// Where nothing was found, what was probably meant: a question that finds something; else null.
    #[schema(required, example = "haven")]
    did_you_mean: Option<String>,
    /// How what was found divides; only with `facets=true`. At most 10,000 are counted: the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Facets, required = false)]
    facets: Option<Facets>,
}

/// An article as the list of articles shows it, with where it has what was looked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchHit {
    #[serde(flatten)]
    article: ArticleView,
    /// Where it has it.
    highlights: Highlights,
}

/// Where an article has what was looked for: pieces of its texts as HTML in which the words are marked. They are safe to show as they stand: all is escaped, and the only elements are `<mark>`. An article that is found by an entity that it names may have none.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Highlights {
    /// The headline, when it has any of it.
    #[schema(required, example = "De <mark>haven</mark> slibt dicht")]
    headline: Option<String>,
    /// A piece of the introduction.
    #[schema(
        required,
        example = "Waarom de <mark>haven</mark> dichtslibt, en wie dat betaalt."
    )]
    standfirst: Option<String>,
    /// Pieces of the text: those with the most of it, in their order.
    #[schema(max_items = 3, example = json!(["… de vaargeul naar de <mark>haven</mark> wordt elk jaar ondieper …"]))]
    body: Vec<String>,
    /// Pieces of updates, the first of those that have it.
    #[schema(max_items = 3)]
    updates: Vec<UpdateHighlight>,
}

/// Where an update has what was looked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpdateHighlight {
    /// Which update.
    #[schema(example = 1, minimum = 1)]
    number: i32,
    /// A piece of it.
    #[schema(example = "De <mark>haven</mark> is weer open.")]
    text: String,
}

/// How what was found divides.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facets {
    /// By section: the 20 with the most.
    #[schema(max_items = 20)]
    sections: Vec<Facet>,
    /// By entity that is named: the 20 with the most.
    #[schema(max_items = 20)]
    entities: Vec<Facet>,
    /// By year of first publication (UTC), the newest first.
    years: Vec<YearFacet>,
    /// By language, the one with the most first.
    languages: Vec<LanguageFacet>,
}

/// How many stand in a section or name an entity.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facet {
    /// Its id.
    id: Uuid,
    /// Its slug, for a filter.
    #[schema(example = "water")]
    slug: String,
    /// Its name.
    #[schema(example = "Water")]
    name: String,
    /// How many.
    #[schema(example = 12, minimum = 1)]
    count: i64,
}

/// How many were published in a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearFacet {
    /// The year.
    #[schema(example = 2026)]
    year: i32,
    /// How many.
    #[schema(example = 12, minimum = 1)]
    count: i64,
}

/// How many are in a language.
#[derive(Debug, Serialize, ToSchema)]
pub struct LanguageFacet {
    /// The language.
    #[schema(example = "nl")]
    language: String,
    /// How many.
    #[schema(example = 12, minimum = 1)]
    count: i64,
}

impl SearchResults {
    /// A page of what was found.
    pub fn new(
        page: Page<SearchHit>,
        did_you_mean: Option<String>,
        facets: Option<PublicFacets>,
    ) -> Self {
        Self {
            data: page.data,
            page: page.page,
            did_you_mean,
            facets: facets.map(Facets::from),
        }
    }
}

impl SearchHit {
    /// An article with its texts marked.
    pub fn new(article: ArticleView, texts: &Texts, sought: &Sought) -> Self {
        Self {
            article,
            highlights: Highlights::of(texts, sought),
        }
    }
}

impl Highlights {
    fn of(texts: &Texts, sought: &Sought) -> Self {
        let pieces = |text: &Option<String>, most| {
            let text = text.as_deref().unwrap_or_default();
            snippets(text, &texts.stemming, sought, most)
        };
        let updates = texts.updates.iter().filter_map(|update| {
            let pieces = pieces(&update.text, 1)
                .into_iter()
                .chain(pieces(&update.headline, 1));
            let text = pieces.into_iter().next()?;
            Some(UpdateHighlight {
                number: update.number,
                text,
            })
        });
        Self {
            headline: marked(&texts.headline, &texts.stemming, sought),
            standfirst: pieces(&texts.standfirst, 1).pop(),
            body: pieces(&texts.body, OF_BODY),
            updates: updates.take(OF_UPDATES).collect(),
        }
    }
}

impl From<PublicFacet> for Facet {
    fn from(facet: PublicFacet) -> Self {
        Self {
            id: facet.id,
            slug: facet.slug,
            name: facet.name,
            count: facet.count,
        }
    }
}

impl From<PublicFacets> for Facets {
    fn from(facets: PublicFacets) -> Self {
        Self {
            sections: facets.sections.into_iter().map(Facet::from).collect(),
            entities: facets.entities.into_iter().map(Facet::from).collect(),
            years: facets
                .years
                .into_iter()
                .map(|(year, count)| YearFacet { year, count })
                .collect(),
            languages: facets
                .languages
                .into_iter()
                .map(|(language, count)| LanguageFacet { language, count })
                .collect(),
        }
    }
}
