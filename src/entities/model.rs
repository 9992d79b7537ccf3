//! What an entity is.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use deserr::Deserr;
use diesel::{Queryable, Selectable};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::schema::newsroom;
use crate::error::{Error, Fault, FaultCode, Faults};
use crate::http::conditional::Version;
use crate::publishing::Kind;
use crate::values::{Image, Line, LocalizedName, Perhaps, Prose, Reference, Slug, UpTo, WebUrl};
use crate::versions::model::Owner;

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
    /// Other names it goes by; at most 50. Of those that differ only in case the first is kept.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<Line<200>>>, max_items = 50)]
    pub aliases: Option<UpTo<Line<200>, 50>>,
    /// Who or what it is.
    #[deserr(default)]
    pub description: Option<Prose<2000>>,
    /// The same thing elsewhere, such as at Wikidata: addresses of http or https, at most 50. One that stands twice is kept once.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<WebUrl>>, max_items = 50, example = json!(["https://www.wikidata.org/wiki/Q42"]))]
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

/// Which entity another is merged into.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct MergeInput {
    /// The slug or id of the entity that stays; of the same kind.
    #[schema(example = "havenbedrijf-wendemond")]
    pub into: Reference,
}

/// What a merge's input refers to, read past whatever else is wrong with it.
#[derive(Debug, Default, Deserr)]
#[deserr(error = Faults)]
pub struct NamedByMerge {
    /// The entity that stays.
    #[deserr(default)]
    pub into: Perhaps<Reference>,
}

impl From<&MergeInput> for NamedByMerge {
    fn from(input: &MergeInput) -> Self {
        Self {
            into: Perhaps::Given(input.into.clone()),
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

    /// Whose its versions are.
    pub fn owner(&self) -> Owner {
        Owner {
            kind: Kind::Entity,
            id: self.id,
        }
    }

    /// Whatever it is called: its name, its names by language, its aliases.
    pub fn all_names(&self) -> impl Iterator<Item = &str> {
        let by_language = self.names.as_object().into_iter().flat_map(Map::values);
        std::iter::once(self.name.as_str())
            .chain(by_language.filter_map(Value::as_str))
            .chain(self.aliases.iter().map(String::as_str))
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

/// Names of which each stands once, in any case; the first is kept.
pub fn once_each(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    names
        .into_iter()
        .filter(|name| seen.insert(name.to_lowercase()))
        .collect()
}

/// What an entity has of its own and of another that was merged into it.
#[derive(Debug)]
pub struct Gathered {
    /// Its names by language, and the other's in further languages.
    pub names: Value,
    /// Its aliases, and whatever the other is called that it is not.
    pub aliases: Vec<String>,
    /// The addresses of both.
    pub same_as: Vec<String>,
    /// Its description, else the other's.
    pub description: Option<String>,
    /// Its picture, else the other's.
    pub image: Option<Value>,
}

impl Gathered {
    /// How many aliases, and how many addresses, an entity may have.
    const MOST: usize = 50;

    /// What `into` has once `from` is merged into it. Nothing is dropped to make it fit.
    ///
    /// # Errors
    /// 422 when there are too many aliases or addresses.
    pub fn of(from: &Entity, into: &Entity) -> Result<Self, Error> {
        let mut names = into.names.clone();
        if let (Some(names), Some(further)) = (names.as_object_mut(), from.names.as_object()) {
            for (language, name) in further {
                names
                    .entry(language.clone())
                    .or_insert_with(|| name.clone());
            }
        }
        let called: Vec<String> = names
            .as_object()
            .into_iter()
            .flat_map(Map::values)
            .filter_map(Value::as_str)
            .chain([into.name.as_str()])
            .map(str::to_lowercase)
            .collect();
        let aliases = into.aliases.iter().map(String::as_str);
        let aliases = once_each(aliases.chain(from.all_names()).map(str::to_owned));
        let aliases: Vec<String> = aliases
            .into_iter()
            .filter(|alias| !called.contains(&alias.to_lowercase()))
            .collect();
        let mut same_as = into.same_as.clone();
        for address in &from.same_as {
            if !same_as.contains(address) {
                same_as.push(address.clone());
            }
        }
        let mut faults = Faults::default();
        for (count, what) in [
            (aliases.len(), "aliases"),
            (same_as.len(), "addresses in same_as"),
        ] {
            if count > Self::MOST {
                let detail = format!(
                    "would have {count} {what}, more than {}; take some from either first",
                    Self::MOST
                );
                faults.push(Fault::at("/into", FaultCode::TooLong, detail));
            }
        }
        if !faults.is_empty() {
            return Err(Error::body(faults));
        }
        Ok(Self {
            names,
            aliases,
            same_as,
            description: into
                .description
                .clone()
                .or_else(|| from.description.clone()),
            image: into.image.clone().or_else(|| from.image.clone()),
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
    /// How many published articles, pages aside, are about it or mention it.
    pub article_count: i32,
    /// Whether what was looked for is a whole name of it.
    #[serde(default)]
    pub exact: bool,
}
