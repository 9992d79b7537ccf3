//! What can be asked of the audit.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use crate::error::Faults;
use crate::http::Limit;
use crate::http::cursor::Cursor;
use crate::values::{Id, Line, Reference, Timestamp};

/// What was written. Kinds may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum SubjectKind {
    /// The site.
    Site,
    /// A section.
    Section,
    /// An author.
    Author,
    /// An entity.
    Entity,
    /// A donation link.
    #[deserr(rename = "donation_link")]
    DonationLink,
    /// An article or page.
    Article,
    /// An update of an article.
    Update,
    /// A picture.
    Media,
    /// A preview link.
    Preview,
    /// An API key.
    Key,
    /// A webhook.
    Webhook,
    /// A partner.
    Partner,
    /// A notice to partners: one of them has acknowledged it.
    Notice,
    /// The change log itself: a new epoch.
    Log,
}

impl SubjectKind {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Section => "section",
            Self::Author => "author",
            Self::Entity => "entity",
            Self::DonationLink => "donation_link",
            Self::Article => "article",
            Self::Update => "update",
            Self::Media => "media",
            Self::Preview => "preview",
            Self::Key => "key",
            Self::Webhook => "webhook",
            Self::Partner => "partner",
            Self::Notice => "notice",
            Self::Log => "log",
        }
    }
}

/// Parameters of the audit's list.
#[derive(Debug, Default, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only what this key wrote, by its id.
    #[deserr(default)]
    #[param(value_type = Option<Id>)]
    pub key: Option<Id>,
    /// Only what was written for this person, named just as `Kroniek-Actor` named them.
    #[deserr(default)]
    #[param(value_type = Option<String>, min_length = 1, max_length = 100, example = "Fenna Loman")]
    pub actor: Option<Line<100>>,
    /// Only this: the id of an operation, or a command.
    #[deserr(default)]
    #[param(value_type = Option<String>, min_length = 1, max_length = 100, example = "publish_article")]
    pub action: Option<Line<100>>,
    /// Only writes of things of this kind.
    #[deserr(default)]
    #[param(value_type = Option<SubjectKind>)]
    pub subject_kind: Option<SubjectKind>,
    /// Only writes of this thing: its id; or the slug, of now or before, of a section, author, entity or article. What was removed or purged is found by its id.
    #[deserr(default)]
    #[param(value_type = Option<Reference>, example = "de-haven-slibt-dicht")]
    pub subject: Option<Reference>,
    /// Only what this request wrote: its `X-Request-Id`.
    #[deserr(default)]
    #[param(value_type = Option<String>, min_length = 1, max_length = 64, example = "5446866f-6a4c-4ceb-ace3-b7de9e18aad2")]
    pub request_id: Option<Line<64>>,
    /// Only writes after this time, exclusive.
    #[deserr(default)]
    #[param(value_type = Option<Timestamp>)]
    pub after: Option<Timestamp>,
    /// Only writes before this time, exclusive.
    #[deserr(default)]
    #[param(value_type = Option<Timestamp>)]
    pub before: Option<Timestamp>,
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`; empty for the beginning.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}
