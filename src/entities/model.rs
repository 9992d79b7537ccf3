//! What an entity is.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use deserr::Deserr;
use diesel::{Queryable, Selectable};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::schema::newsroom;
use crate::error::Faults;
use crate::http::conditional::Version;
use crate::values::{Image, Line, LocalizedName, Prose, Slug, UpTo, WebUrl};

/// What kind of thing an entity is. Kinds may be added within v1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Deserr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum EntityKind {
    /// A person.
    Person,
    /// An organisation.
    Organisation,
    /// A place.
    Place,
    /// A topic.
    Topic,
    /// An event.
    Event,
    /// A work: a book, a film, a law, a report.
    Work,
}

impl EntityKind {
    /// Every kind, with its name as stored and shown.
    pub const ALL: [(EntityKind, &'static str); 6] = [
        (EntityKind::Person, "person"),
        (EntityKind::Organisation, "organisation"),
        (EntityKind::Place, "place"),
        (EntityKind::Topic, "topic"),
        (EntityKind::Event, "event"),
        (EntityKind::Work, "work"),
    ];

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |(_, name)| name)
    }
}

impl fmt::Display for EntityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EntityKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(kind, _)| *kind)
            .ok_or(())
    }
}

/// How an article refers to an entity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum Relation {
    /// The article is about it.
    About,
    /// The article mentions it.
    #[default]
    Mentions,
}

impl Relation {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Relation::About => "about",
            Relation::Mentions => "mentions",
        }
    }
}

/// An entity as an editor writes one.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct EntityInput {
    /// What kind of thing it is.
    pub kind: EntityKind,
    /// Its name in addresses; made from the name when left out.
    #[deserr(default)]
    #[schema(example = "havenbedrijf-wendemond")]
    pub slug: Option<Slug>,
    /// Its name.
    #[schema(example = "Havenbedrijf Wendemond")]
    pub name: Line<200>,
    /// Its name by language, where it has another; `name` stands for the rest.
    #[deserr(default)]
    #[schema(required = false)]
    pub names: LocalizedName,
    /// Other names it goes by; at most 50.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<Line<200>>>, max_items = 50)]
    pub aliases: Option<UpTo<Line<200>, 50>>,
    /// Who or what it is.
    #[deserr(default)]
    pub description: Option<Prose<2000>>,
    /// The same thing elsewhere, such as at Wikidata; at most 50.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<WebUrl>>, max_items = 50)]
    pub same_as: Option<UpTo<WebUrl, 50>>,
    /// A picture.
    #[deserr(default)]
    pub image: Option<Image>,
}

impl EntityInput {
    /// An entity of this kind and name and nothing else.
    pub fn named(kind: EntityKind, name: Line<200>) -> Self {
        Self {
            kind,
            slug: None,
            name,
            names: LocalizedName::default(),
            aliases: None,
            description: None,
            same_as: None,
            image: None,
        }
    }
}

/// An entity as kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::entities, check_for_backend(diesel::pg::Pg))]
pub struct Entity {
    /// Its id.
    pub id: Uuid,
    /// How often it was written.
    pub version: i32,
    /// What kind of thing it is.
    pub kind: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its name by language.
    pub names: Value,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// Who or what it is.
    pub description: Option<String>,
    /// The same thing elsewhere.
    pub same_as: Vec<String>,
    /// A picture.
    pub image: Option<Value>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub modified_at: DateTime<Utc>,
}

impl Entity {
    /// Its version, as its ETag names it.
    pub fn version(&self) -> Version {
        Version::single(self.version)
    }

    /// What an editor would send to make it as it is.
    pub fn input(&self) -> Value {
        serde_json::json!({
            "kind": self.kind,
            "slug": self.slug,
            "name": self.name, "names": self.names,
            "aliases": self.aliases,
            "description": self.description,
            "same_as": self.same_as,
            "image": self.image,
        })
    }
}

/// An entity as readers may see one.
#[derive(Debug, Deserialize)]
pub struct PublicEntity {
    /// Its id.
    pub id: Uuid,
    /// What kind of thing it is.
    pub kind: EntityKind,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its name by language.
    pub names: LocalizedName,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// Who or what it is.
    pub description: Option<String>,
    /// The same thing elsewhere.
    pub same_as: Vec<String>,
    /// A picture.
    pub image: Box<RawValue>,
}
