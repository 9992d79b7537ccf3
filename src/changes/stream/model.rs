//! What happens to articles, as the log tells it and readers may see it now.

use chrono::{DateTime, Utc};
use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::position::Place;
use crate::authors::view::AuthorReference;
use crate::changes::Seq;
use crate::error::{Faults, Result};
use crate::notices::model::Notice;
use crate::updates::model::PublicUpdate;

/// An enum whose values go by names, in requests, answers and the database alike.
macro_rules! names {
    ($(#[$doc:meta])* $enum:ident { $(#[doc = $told:literal] $name:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Deserr, ToSchema)]
        #[deserr(error = Faults)]
        pub enum $enum {
            $(
                #[doc = $told]
                #[serde(rename = $text)]
                #[deserr(rename = $text)]
                #[schema(rename = $text)]
                $name,
            )+
        }

        impl $enum {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// As stored and shown.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The one of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)+ _ => None }
            }
        }
    };
}
pub(crate) use names;

names! {
    /// What happened to an article.
    EventType {
        #[doc = "It went from draft or withdrawn to published."]
        ArticlePublished = "article.published",
        #[doc = "Its text or lists changed while it was published."]
        ArticleChanged = "article.changed",
        #[doc = "It was withdrawn."]
        ArticleWithdrawn = "article.withdrawn",
        #[doc = "An update was shown."]
        UpdateAppended = "update.appended",
        #[doc = "The text of a shown update changed."]
        UpdateRevised = "update.revised",
        #[doc = "An update was retracted."]
        UpdateRetracted = "update.retracted",
    }
}

/// A part of the log, as delivery now shows what it is about.
#[derive(Debug, Deserialize)]
pub struct PartOfLog<E = PublicEvent> {
    /// Changes up to this one are kept no longer.
    pub kept_from: i64,
    /// What happened, in order. Quiet changes, and those of other things than articles, are left out.
    pub events: Vec<E>,
}

/// A part of the log, as a contract lets a partner hear of it.
#[derive(Debug, Deserialize)]
pub struct PartUnder<E> {
    /// Changes up to this one are kept no longer.
    pub kept_from: i64,
    /// Up to this change it was looked for events.
    pub upto: i64,
    /// And within it up to this article; none where all of it was.
    pub within: Option<Uuid>,
    /// What happened, in the order of changes and, within one, of articles.
    pub events: Vec<E>,
}

/// That something happened to an article, and nothing of what it now says.
#[derive(Debug, Clone, Deserialize)]
pub struct BareEvent {
    /// The number of the change.
    pub seq: i64,
    /// What happened.
    pub event: EventType,
    /// The article.
    pub article_id: Uuid,
    /// The keys of all that the change touched, before and after.
    pub keys: Vec<String>,
}

impl<E> PartUnder<E> {
    /// Up to where it was looked, in this epoch.
    pub fn looked(&self, epoch: i32) -> Place {
        let number = self.upto;
        Place {
            seq: Seq { epoch, number },
            within: self.within.unwrap_or(Uuid::max()),
        }
    }
}

impl BareEvent {
    /// Whether the article stood in this section, before the change or after it.
    pub fn is_of_section(&self, id: Uuid) -> bool {
        let key = format!("articles:section:{id}");
        self.keys.contains(&key)
    }
}

/// Something that happened to an article.
#[derive(Debug, Clone, Deserialize)]
pub struct PublicEvent {
    /// The number of the change.
    pub seq: i64,
    /// When it was committed, as answers show times.
    pub at: String,
    /// What happened.
    pub event: EventType,
    /// The article.
    pub article_id: Uuid,
    /// The slug of the article, also when it is no longer public.
    pub slug: Option<String>,
    /// The keys of all that the change touched, before and after.
    pub keys: Vec<String>,
    /// The article as it is now; none when it is no longer public.
    pub article: Option<EventArticle>,
    /// What partners are told with it; it is read for them alone.
    #[serde(skip)]
    pub notice: Option<Notice>,
}

/// What an event tells of its article, as that is now.
#[derive(Debug, Clone, Deserialize)]
pub struct EventArticle {
    /// Its headline.
    pub headline: String,
    /// Its language.
    pub language: String,
    /// The slug of its section.
    pub section: Option<String>,
    /// When it was first published.
    pub published_at: DateTime<Utc>,
    /// The update that the event is about, as it is now.
    pub update: Option<PublicUpdate>,
    /// Who wrote that.
    pub update_authors: Vec<AuthorReference>,
}

/// What an article or a section is called, or was.
#[derive(Debug, Clone, Deserialize)]
pub struct EventName {
    /// `article` or `section`.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// The slug of now, or one of before.
    pub slug: String,
}

impl PublicEvent {
    /// Takes out the texts of the update: what happened stays, and who wants to know more asks.
    #[must_use]
    pub fn thin(mut self) -> Self {
        if let Some(update) = self
            .article
            .as_mut()
            .and_then(|article| article.update.as_mut())
        {
            update.html = None;
            update.blocks = None;
            update.text = None;
            update.concerns = None;
        }
        self
    }

    /// Takes the pictures out of the update's texts.
    ///
    /// # Errors
    /// None in practice: the texts are those that were rendered here.
    pub fn without_pictures(mut self) -> Result<Self> {
        let article = self.article.as_mut();
        if let Some(update) = article.and_then(|article| article.update.as_mut()) {
            update.strip_pictures()?;
        }
        Ok(self)
    }
}
