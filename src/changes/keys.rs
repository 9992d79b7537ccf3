//! The keys of things: the names by which a change tells what it touched, and an answer what it was made of.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use uuid::Uuid;

use crate::publishing::Kind;
use crate::values::Reference;

/// How many things of one kind an answer names one by one; beyond that it names all of the kind. `Surrogate-Key` stays within what a CDN takes
/// (16 KB) by that.
const NAMED: usize = 40;

/// What every change touches.
pub const EVERY_CHANGE: &str = "changes:any";

/// What an answer was made of, by the names that changes are logged under: `site`, `author:{id}`, `author:any`, `slug:article:{slug}`,
/// `articles:any`, `articles:section:{id}` and their like. Sorted, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys(BTreeSet<String>);

impl Keys {
    /// An answer with addresses of the frontend, which the site's patterns and the slugs of sections make.
    pub fn with_addresses() -> Self {
        let mut keys = Self::default();
        keys.site().any(Kind::Section);
        keys
    }

    /// An answer that every change touches.
    pub fn of_every_change() -> Self {
        let mut keys = Self::default();
        keys.add(EVERY_CHANGE.to_owned());
        keys
    }

    /// The site.
    pub fn site(&mut self) -> &mut Self {
        self.add(Kind::Site.as_str().to_owned())
    }

    /// One thing.
    pub fn thing(&mut self, kind: Kind, id: Uuid) -> &mut Self {
        self.add(format!("{}:{id}", kind.as_str()))
    }

    /// Whatever there is of a kind; of articles see [`Keys::articles`].
    pub fn any(&mut self, kind: Kind) -> &mut Self {
        self.add(format!("{}:any", kind.as_str()))
    }

    /// Whose a slug is.
    pub fn slug(&mut self, kind: Kind, slug: &str) -> &mut Self {
        self.add(format!("slug:{}:{slug}", kind.as_str()))
    }

    /// Who has a name, a slug or an id.
    pub fn name(&mut self, kind: Kind, name: &Reference) -> &mut Self {
        match name {
            Reference::Slug(slug) => self.slug(kind, slug.as_str()),
            Reference::Id(id) => self.thing(kind, *id),
        }
    }

    /// Which articles there are, and what lists tell of them.
    pub fn articles(&mut self) -> &mut Self {
        self.add("articles:any".to_owned())
    }

    /// Which articles there are of a section, an author or an entity.
    pub fn articles_of(&mut self, kind: Kind, id: Uuid) -> &mut Self {
        self.add(format!("articles:{}:{id}", kind.as_str()))
    }

    /// All that others are, too.
    pub fn extend(&mut self, others: Keys) -> &mut Self {
        self.0.extend(others.0);
        self
    }

    fn add(&mut self, name: String) -> &mut Self {
        self.0.insert(name);
        self
    }

    /// These, with those of a kind that are too many replaced by one that stands for all of them.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        for kind in [
            Kind::Section,
            Kind::Author,
            Kind::Entity,
            Kind::DonationLink,
        ] {
            let prefix = format!("{}:", kind.as_str());
            if self
                .0
                .iter()
                .filter(|name| name.starts_with(&prefix))
                .count()
                > NAMED
            {
                self.0.retain(|name| !name.starts_with(&prefix));
                self.any(kind);
            }
        }
        self
    }

    /// Whether there are none: then nobody can tell when such an answer is out of date.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// As `Surrogate-Key` takes them: separated by spaces.
impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_char(' ')?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}
