//! What an update is.

mod concern;
mod version;

use chrono::{DateTime, Utc};
use deserr::Deserr;
use diesel::Queryable;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::concern::{Concern, ConcernInput, words};
pub use self::version::TextVersion;
use crate::db::Stored;
use crate::error::{Faults, Result};
use crate::http::conditional::Version;
use crate::http::cursor::{Position, SortKey};
use crate::rich_text::{strip_blocks, strip_html};
use crate::values::{
    Body, Items, Line, Perhaps, Reference, RichText, RichTextInput, RichTextUpTo, Timestamp, UpTo,
    update_anchor,
};

/// What an update does to its article. Kinds may be added within v1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum UpdateKind {
    /// Adds what has become known since.
    #[default]
    Update,
    /// Puts right what was wrong.
    Correction,
    /// Makes clear what could be misunderstood.
    Clarification,
}

impl UpdateKind {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            UpdateKind::Update => "update",
            UpdateKind::Correction => "correction",
            UpdateKind::Clarification => "clarification",
        }
    }
}

/// An update as an editor appends one.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct UpdateInput {
    /// What it does to its article; `update` unless told.
    #[deserr(default)]
    #[schema(default = "update", required = false)]
    pub kind: UpdateKind,
    /// Its own headline.
    #[deserr(default)]
    #[schema(example = "Havenbedrijf reageert")]
    pub headline: Option<Line<300>>,
    /// Its text.
    #[schema(value_type = RichTextInput)]
    pub body: RichTextUpTo<Body>,
    /// Who wrote it, by slug or id, in order; at most 50.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<Reference>>, max_items = 50)]
    pub authors: Option<UpTo<Reference, 50>>,
    /// What of the published text it concerns.
    #[deserr(default)]
    pub concerns: Option<ConcernInput>,
    /// When it was published, if that was earlier: not before the article or the update before it.
    #[deserr(default)]
    pub published_at: Option<Timestamp>,
    /// Whether it stays a draft until it is shown; unless told it shows at once.
    #[deserr(default)]
    pub draft: Option<bool>,
}

/// An update's text, to be revised.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct RevisedUpdate {
    /// What it does to its article.
    #[deserr(default)]
    #[schema(default = "update", required = false)]
    pub kind: UpdateKind,
    /// Its own headline.
    #[deserr(default)]
    pub headline: Option<Line<300>>,
    /// Its text.
    #[schema(value_type = RichTextInput)]
    pub body: RichTextUpTo<Body>,
    /// Who wrote it, by slug or id, in order; at most 50.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<Reference>>, max_items = 50)]
    pub authors: Option<UpTo<Reference, 50>>,
    /// What of the published text it concerns.
    #[deserr(default)]
    pub concerns: Option<ConcernInput>,
}

/// Why an update is retracted.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct Retraction {
    /// The reason, which readers see in its place.
    #[schema(example = "Het bericht berustte op een vergissing.")]
    pub reason: Line<1000>,
}

/// What an update's input refers to, and when and whether it is to show; read past whatever else is wrong with the input.
#[derive(Debug, Default, Deserr)]
#[deserr(error = Faults)]
pub struct NamedByUpdate {
    /// Its authors.
    #[deserr(default)]
    pub authors: Items<Reference, 50>,
    /// What of the published text it concerns.
    #[deserr(default)]
    pub concerns: Perhaps<ConcernInput>,
    /// Its date.
    #[deserr(default)]
    pub published_at: Perhaps<Timestamp>,
    /// Whether it stays a draft.
    #[deserr(default)]
    pub draft: Perhaps<bool>,
}

impl NamedByUpdate {
    /// Whether it is to show at once. One that may be a draft is not, until that is known.
    pub fn shows(&self) -> bool {
        matches!(self.draft, Perhaps::Absent | Perhaps::Given(false))
    }
}

impl From<&UpdateInput> for NamedByUpdate {
    fn from(input: &UpdateInput) -> Self {
        Self {
            authors: Items::from(&input.authors),
            concerns: Perhaps::from(input.concerns.clone()),
            published_at: Perhaps::from(input.published_at),
            draft: Perhaps::from(input.draft),
        }
    }
}

impl From<&RevisedUpdate> for NamedByUpdate {
    fn from(input: &RevisedUpdate) -> Self {
        Self {
            authors: Items::from(&input.authors),
            concerns: Perhaps::from(input.concerns.clone()),
            ..Self::default()
        }
    }
}

impl From<UpdateInput> for RevisedUpdate {
    fn from(input: UpdateInput) -> Self {
        Self {
            kind: input.kind,
            headline: input.headline,
            body: input.body,
            authors: input.authors,
            concerns: input.concerns,
        }
    }
}

/// A text of an update, its authors looked up.
#[derive(Debug)]
pub struct Text {
    /// What it says.
    pub input: RevisedUpdate,
    /// Who wrote it, in order.
    pub author_ids: Vec<Uuid>,
}

/// When an update shows, and under which number.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    /// Its number.
    pub number: i32,
    /// Its date.
    pub at: DateTime<Utc>,
}

/// An update as kept, with its newest text.
#[derive(Debug, Clone, Queryable)]
pub struct Update {
    /// Its id.
    pub id: Uuid,
    /// Its article.
    pub article_id: Uuid,
    /// Which version its text is.
    pub version: i32,
    /// How often it was written in all.
    pub revision: i32,
    /// Its number, once shown.
    pub number: Option<i32>,
    /// `draft`, `shown` or `retracted`.
    pub state: String,
    /// When it was published, or is said to have been.
    pub published_at: Option<DateTime<Utc>>,
    /// When its text last changed after it was shown.
    pub revised_at: Option<DateTime<Utc>>,
    /// When it was retracted.
    pub retracted_at: Option<DateTime<Utc>>,
    /// Why.
    pub retraction_reason: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The id of its newest text.
    pub text_id: Uuid,
    /// What it does to its article.
    pub kind: String,
    /// Its own headline.
    pub headline: Option<String>,
    /// Its text.
    pub body: Stored<RichText>,
    /// What of its article's text it concerns.
    pub concerns: Option<serde_json::Value>,
}

impl Update {
    /// Its version, as its ETag names it.
    pub fn version(&self) -> Version {
        Version::of_text(self.version, self.revision)
    }

    /// What an editor would send to make its text as it is.
    pub fn input(&self, authors: &[Uuid]) -> serde_json::Value {
        serde_json::json!({"kind": self.kind, "headline": self.headline, "body": self.body.0.input(), "authors": authors, "concerns": self.concerns})
    }

    /// What of its article's text it concerns.
    pub fn concern(&self) -> Option<Concern> {
        serde_json::from_value(self.concerns.clone()?).ok()
    }

    /// Whether its newest text, by these authors, says the same already.
    pub fn says(&self, text: &Text, authors: &[Uuid]) -> bool {
        let input = &text.input;
        self.kind == input.kind.as_str()
            && self.headline.as_deref() == input.headline.as_ref().map(Line::as_str)
            && self.body.0.input() == *input.body
            && self.concern() == input.concerns.as_ref().map(Concern::from)
            && text.author_ids == authors
    }

    /// Its own anchor on its article's page.
    pub fn anchor(id: Uuid) -> String {
        update_anchor(id)
    }
}

/// An update as readers may see one, within its article's row.
#[derive(Debug, Clone, Deserialize)]
pub struct PublicUpdate {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: i32,
    /// What it does to its article.
    pub kind: UpdateKind,
    /// Its own headline.
    pub headline: Option<String>,
    /// Its text as HTML; none when retracted, like the other forms.
    pub html: Option<Box<RawValue>>,
    /// Its text as blocks.
    pub blocks: Option<Box<RawValue>>,
    /// Its text alone.
    pub text: Option<Box<RawValue>>,
    /// Who wrote it, in order.
    pub author_ids: Vec<Uuid>,
    /// What of its article's text it concerns; none when retracted.
    pub concerns: Option<Concern>,
    /// When it was published.
    pub published_at: String,
    /// When its text last changed after it was shown.
    pub revised_at: Option<String>,
    /// When it was retracted.
    pub retracted_at: Option<String>,
    /// Why.
    pub retraction_reason: Option<String>,
}

impl PublicUpdate {
    /// Takes the pictures out of its text.
    ///
    /// # Errors
    /// None in practice: the text was rendered here.
    pub fn strip_pictures(&mut self) -> Result<()> {
        strip_html(&mut self.html)?;
        strip_blocks(&mut self.blocks)
    }

    /// Where it stands in its article's list.
    pub fn position(&self) -> Position {
        Position {
            key: SortKey::Number(self.number.into()),
            id: self.id,
        }
    }
}

/// What an update needs to know of its article.
#[derive(Debug, Queryable)]
pub struct Host {
    /// The article's id.
    pub id: Uuid,
    /// `draft`, `published` or `withdrawn`.
    pub status: String,
    /// When it was first published.
    pub published_at: Option<DateTime<Utc>>,
}
