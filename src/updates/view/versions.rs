//! Versions of an update for editors.

use serde::Serialize;
use serde_json::{Map, json};
use utoipa::ToSchema;

use crate::authors::queries::newsroom::Byline;
use crate::authors::view::AuthorReference;
use crate::diff::Side;
use crate::updates::model::{Concern, Host, TextVersion, Update, UpdateKind};
use crate::values::{ManagedRichText, update_anchor_prefix};
use crate::versions::model::Heading;
use crate::versions::view::VersionHeading;

/// A version of an update in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpdateVersionItem {
    /// Which, and who wrote it.
    #[serde(flatten)]
    heading: VersionHeading,
    /// Its headline.
    #[schema(required)]
    headline: Option<String>,
    /// Whether readers see this one now.
    published: bool,
}

impl UpdateVersionItem {
    /// Shapes a version of this update.
    pub fn new((heading, headline): (Heading, Option<String>), of: (&Host, &Update)) -> Self {
        Self {
            published: is_published(of, heading.number),
            heading: heading.into(),
            headline,
        }
    }
}

fn is_published((host, update): (&Host, &Update), number: i32) -> bool {
    host.status == "published" && update.state == "shown" && update.version == number
}

/// A version of an update, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpdateVersion {
    /// Which, and who wrote it.
    #[serde(flatten)]
    heading: VersionHeading,
    /// Whether readers see this one now.
    published: bool,
    /// What it does to its article.
    #[schema(value_type = UpdateKind)]
    kind: String,
    /// Its own headline.
    #[schema(required)]
    headline: Option<String>,
    /// Its text, with its source.
    body: ManagedRichText,
    /// Who wrote it, in order.
    authors: Vec<AuthorReference>,
    /// What of the article's text it concerns.
    #[schema(required)]
    concerns: Option<Concern>,
}

impl UpdateVersion {
    /// Shapes a version of this update, and the names of its authors.
    pub fn new(version: TextVersion, of: (&Host, &Update), authors: Vec<Byline>) -> Self {
        Self {
            published: is_published(of, version.heading.number),
            heading: version.heading.into(),
            kind: version.kind,
            headline: version.headline,
            body: version.body.into(),
            authors: authors.into_iter().map(AuthorReference::from).collect(),
            concerns: version.concerns,
        }
    }
}

/// A version of this update as it is compared.
pub fn side(version: TextVersion, update: &Update, authors: Vec<Byline>) -> Side {
    let authors = authors.into_iter().map(AuthorReference::from);
    let fields = [
        ("kind", json!(version.kind)),
        ("headline", json!(version.headline)),
        ("authors", json!(authors.collect::<Vec<_>>())),
        ("concerns", json!(version.concerns)),
    ];
    Side {
        number: version.heading.number,
        fields: Map::from_iter(fields.map(|(name, value)| (name.to_owned(), value))),
        texts: vec![("body", Some(version.body))],
        anchors: update_anchor_prefix(update.id),
    }
}
