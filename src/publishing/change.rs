//! What a write changed for readers.

use uuid::Uuid;

/// The kinds of resources in delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The site.
    Site,
    /// A section.
    Section,
    /// An author.
    Author,
    /// An entity.
    Entity,
    /// A donation link.
    DonationLink,
    /// An article or page.
    Article,
    /// A picture.
    Media,
}

impl Kind {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Site => "site",
            Kind::Section => "section",
            Kind::Author => "author",
            Kind::Entity => "entity",
            Kind::DonationLink => "donation_link",
            Kind::Article => "article",
            Kind::Media => "media",
        }
    }
}

/// What happened, as the log tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// An article went from draft or withdrawn to published.
    ArticlePublished,
    /// A published article's text or lists changed.
    ArticleChanged,
    /// An article was withdrawn.
    ArticleWithdrawn,
    /// An update was shown.
    UpdateAppended,
    /// A shown update's text changed.
    UpdateRevised,
    /// An update was retracted.
    UpdateRetracted,
    /// An entity was merged into another; readers that knew it are led there.
    Merged,
    /// Anything else was made or changed.
    Changed,
    /// Anything else was removed.
    Removed,
}

impl Event {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Event::ArticlePublished => "article.published",
            Event::ArticleChanged => "article.changed",
            Event::ArticleWithdrawn => "article.withdrawn",
            Event::UpdateAppended => "update.appended",
            Event::UpdateRevised => "update.revised",
            Event::UpdateRetracted => "update.retracted",
            Event::Merged => "merged",
            Event::Changed => "changed",
            Event::Removed => "removed",
        }
    }
}

/// What the door must project anew.
#[derive(Debug, Default)]
pub struct Touched {
    /// The site and what hangs on it.
    pub site: bool,
    /// Sections.
    pub sections: Vec<Uuid>,
    /// Authors; those that are not public yet are passed over.
    pub authors: Vec<Uuid>,
    /// Entities; those that are not public yet are passed over.
    pub entities: Vec<Uuid>,
    /// Donation links; those that are not public, before or after, are passed over.
    pub donation_links: Vec<Uuid>,
    /// Articles, published or no longer.
    pub articles: Vec<Uuid>,
    /// Published articles of which nothing but updates changed.
    pub updated: Vec<Uuid>,
    /// Whether nobody signed what changed of those: they make no author known.
    pub unsigned: bool,
    /// Pictures of which something else is told; those that are not public are passed over.
    pub media: Vec<Uuid>,
    /// Entities that were merged into others.
    pub merges: Vec<Merge>,
    /// Up to when articles that are held back are released.
    pub embargoes: bool,
    /// Notices that are known only now to concern who had read the article.
    pub notices: bool,
}

/// An entity that was merged into another.
#[derive(Debug, Clone)]
pub struct Merge {
    /// The one that is no longer.
    pub from: Uuid,
    /// The one that it now is.
    pub into: Uuid,
    /// The articles that named it, published or not; of them nothing else changed.
    pub articles: Vec<Uuid>,
}

/// One change of the log: what it is about, what happened, and what must be projected.
#[derive(Debug)]
pub struct Change {
    pub(super) kind: Kind,
    pub(super) id: Option<Uuid>,
    pub(super) event: Event,
    pub(super) update_number: Option<i32>,
    pub(super) quiet: bool,
    /// Whether what readers see says the same as before.
    same: bool,
    pub(super) touched: Touched,
}

impl Change {
    fn new(kind: Kind, id: Option<Uuid>, event: Event, touched: Touched) -> Self {
        Self {
            kind,
            id,
            event,
            update_number: None,
            quiet: false,
            same: false,
            touched,
        }
    }

    /// The site changed.
    pub fn site() -> Self {
        Self::new(
            Kind::Site,
            None,
            Event::Changed,
            Touched {
                site: true,
                ..Touched::default()
            },
        )
    }

    /// One thing other than the site was made, changed or removed.
    pub fn of(kind: Kind, id: Uuid, event: Event) -> Self {
        Self::new(kind, Some(id), event, Touched::of(kind, &[id]))
    }

    /// An entity was merged into another.
    pub fn merged(merge: Merge) -> Self {
        let id = merge.from;
        let touched = Touched {
            merges: vec![merge],
            ..Touched::default()
        };
        Self::new(Kind::Entity, Some(id), Event::Merged, touched)
    }

    /// An update of this article was shown, revised or retracted.
    pub fn of_update(article: Uuid, number: i32, event: Event) -> Self {
        let touched = Touched {
            updated: vec![article],
            ..Touched::default()
        };
        Self {
            update_number: Some(number),
            ..Self::new(Kind::Article, Some(article), event, touched)
        }
    }

    /// The same of an update that these wrote.
    #[must_use]
    pub fn signed_by(mut self, authors: &[Uuid]) -> Self {
        self.touched.unsigned = authors.is_empty();
        self
    }

    /// Articles were released from an embargo, or an embargo was begun. It is nobody's event but of those who read under it.
    pub fn released() -> Self {
        let touched = Touched {
            embargoes: true,
            ..Touched::default()
        };
        Self {
            quiet: true,
            ..Self::new(Kind::Site, None, Event::Changed, touched)
        }
    }

    /// Notices concern partners of whom it was not known when they were told. It is nobody's event but theirs.
    pub fn concerned() -> Self {
        let touched = Touched {
            notices: true,
            ..Touched::default()
        };
        Self {
            quiet: true,
            ..Self::new(Kind::Site, None, Event::Changed, touched)
        }
    }

    /// Many things at once, by an import or a bulk load: readers that keep copies learn of it, streams and webhooks stay quiet.
    pub fn bulk(touched: Touched) -> Self {
        Self {
            quiet: true,
            ..Self::new(Kind::Site, None, Event::Changed, touched)
        }
    }

    /// Likewise, by a rebuild: all is written as it was.
    pub(super) fn rebuilt(touched: Touched) -> Self {
        Self {
            same: true,
            ..Self::bulk(touched)
        }
    }
}

impl Change {
    /// The article and the number of its update, where all that it is, is that one more: whatever stood there before stands there still.
    pub(super) fn appended(&self) -> Option<(Uuid, i32)> {
        match self.event {
            Event::UpdateAppended => self.id.zip(self.update_number),
            _ => None,
        }
    }

    /// The articles that say something else by it: those themselves, and those of which updates do. That others are written anew, as where what they
    /// name has another name, is not what they say.
    pub(super) fn says(&self) -> (Vec<Uuid>, Vec<Uuid>) {
        let (none, id) = (Vec::new(), self.id);
        let itself: Vec<Uuid> = id.into_iter().collect();
        match self.event {
            _ if self.same => (none.clone(), none),
            _ if id.is_none() => (self.touched.articles.clone(), self.touched.with_text()),
            // Its updates may have changed while it was away.
            Event::ArticlePublished => (itself.clone(), itself),
            Event::ArticleChanged => (itself, none),
            Event::UpdateAppended | Event::UpdateRevised | Event::UpdateRetracted => (none, itself),
            _ => (none.clone(), none),
        }
    }

    /// What must be projected.
    pub fn touched(self) -> Touched {
        self.touched
    }
}

impl Touched {
    /// These things of one kind.
    pub fn of(kind: Kind, ids: &[Uuid]) -> Self {
        let ids = ids.to_vec();
        let none = Self::default();
        match kind {
            Kind::Site => Self { site: true, ..none },
            Kind::Section => Self {
                sections: ids,
                ..none
            },
            Kind::Author => Self {
                authors: ids,
                ..none
            },
            Kind::Entity => Self {
                entities: ids,
                ..none
            },
            Kind::DonationLink => Self {
                donation_links: ids,
                ..none
            },
            Kind::Article => Self {
                articles: ids,
                ..none
            },
            Kind::Media => Self { media: ids, ..none },
        }
    }

    /// The articles whose texts, or those of whose updates, may be others.
    pub(super) fn with_text(&self) -> Vec<Uuid> {
        [self.articles.as_slice(), &self.updated].concat()
    }

    /// The articles that may make an author known.
    pub(super) fn with_authors(&self) -> Vec<Uuid> {
        match self.unsigned {
            true => self.articles.clone(),
            false => self.with_text(),
        }
    }

    /// The articles, where all that is to be projected is updates of articles.
    pub(super) fn updated_alone(&self) -> Option<&[Uuid]> {
        (self.others_are_empty() && !self.updated.is_empty()).then_some(&self.updated)
    }

    /// Whether there is nothing but perhaps updates of articles.
    fn others_are_empty(&self) -> bool {
        let lists = [
            &self.sections,
            &self.authors,
            &self.entities,
            &self.donation_links,
            &self.articles,
            &self.media,
        ];
        !self.site
            && !self.embargoes
            && !self.notices
            && self.merges.is_empty()
            && lists.iter().all(|list| list.is_empty())
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.updated.is_empty() && self.others_are_empty()
    }

    /// Adds what another holds.
    pub fn extend(&mut self, other: Touched) {
        self.site |= other.site;
        self.sections.extend(other.sections);
        self.authors.extend(other.authors);
        self.entities.extend(other.entities);
        self.donation_links.extend(other.donation_links);
        self.articles.extend(other.articles);
        self.unsigned &= other.unsigned;
        self.updated.extend(other.updated);
        self.media.extend(other.media);
        self.merges.extend(other.merges);
        self.embargoes |= other.embargoes;
        self.notices |= other.notices;
    }
}
