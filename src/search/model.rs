//! What is found.

use serde::Deserialize;
use uuid::Uuid;

use crate::articles::model::PublicArticle;

/// What was found.
#[derive(Debug, Deserialize)]
pub struct Findings {
    /// The page's, and one more if there is another.
    pub hits: Vec<Hit>,
    /// How many there are, if that was asked; no more than are counted.
    pub total: Option<i64>,
    /// How they divide, if that was asked.
    pub facets: Option<PublicFacets>,
    /// A question that finds something, where this one finds nothing.
    pub did_you_mean: Option<String>,
}

/// An article that was found.
#[derive(Debug, Deserialize)]
pub struct Hit {
    /// How good it is: its place in the order.
    pub score: i64,
    /// The article.
    pub article: PublicArticle,
    /// Its texts, to be marked.
    pub texts: Texts,
}

/// The texts of an article.
#[derive(Debug, Deserialize)]
pub struct Texts {
    /// The stemming of its language.
    pub stemming: String,
    /// The headline.
    pub headline: String,
    /// The introduction.
    pub standfirst: Option<String>,
    /// The beginning of its text.
    pub body: Option<String>,
    /// Its updates that are not retracted.
    pub updates: Vec<UpdateText>,
}

/// The text of an update.
#[derive(Debug, Deserialize)]
pub struct UpdateText {
    /// Which.
    pub number: i32,
    /// Its headline.
    pub headline: Option<String>,
    /// Its text.
    pub text: Option<String>,
}

/// How many of what was found stand where.
#[derive(Debug, Deserialize)]
pub struct PublicFacets {
    /// By section.
    pub sections: Vec<PublicFacet>,
    /// By entity.
    pub entities: Vec<PublicFacet>,
    /// By year.
    pub years: Vec<(i32, i64)>,
    /// By language.
    pub languages: Vec<(String, i64)>,
}

/// How many stand in one thing.
#[derive(Debug, Deserialize)]
pub struct PublicFacet {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How many.
    pub count: i64,
}
