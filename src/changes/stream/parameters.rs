//! What can be asked of the stream.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{EventType, names};
use crate::error::Faults;
use crate::values::{List, Reference, Representation};

names! {
    /// Types of events: one, or all of a kind of thing.
    EventPattern {
        #[doc = "All events of articles."]
        Articles = "article.*",
        #[doc = "All events of updates."]
        Updates = "update.*",
        #[doc = "An article went from draft or withdrawn to published."]
        ArticlePublished = "article.published",
        #[doc = "An article's text or lists changed while it was published."]
        ArticleChanged = "article.changed",
        #[doc = "An article was withdrawn."]
        ArticleWithdrawn = "article.withdrawn",
        #[doc = "An update was shown."]
        UpdateAppended = "update.appended",
        #[doc = "The text of a shown update changed."]
        UpdateRevised = "update.revised",
        #[doc = "An update was retracted."]
        UpdateRetracted = "update.retracted",
    }
}

impl EventPattern {
    /// Whether events of this type are among them.
    pub fn takes(self, event: EventType) -> bool {
        let name = event.as_str();
        match self {
            Self::Articles => name.starts_with("article."),
            Self::Updates => name.starts_with("update."),
            exactly => exactly.as_str() == name,
        }
    }
}

/// Which events, in which form, and from where on.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamEvents {
    /// Only of articles that stand in any of these sections, or stood there before the change (slugs or ids, separated by commas).
    #[deserr(default)]
    #[param(example = json!(["cultuur"]), value_type = Option<Vec<Reference>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub section: Option<List<Reference>>,
    /// Only of these articles (slugs, of now or before, or ids, separated by commas). One that is not public yet may be named too.
    #[deserr(default)]
    #[param(example = json!(["een-terminal-op-het-schor"]), value_type = Option<Vec<Reference>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub article: Option<List<Reference>>,
    /// Only events of these types (separated by commas); `article.*` and `update.*` are all of a kind.
    #[deserr(default, rename = "type")]
    #[param(rename = "type", example = json!(["update.*"]), value_type = Option<Vec<EventPattern>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub types: Option<List<EventPattern>>,
    /// The forms in which texts of updates are sent (separated by commas); HTML unless told.
    #[deserr(default)]
    #[param(example = json!(["html"]), value_type = Option<Vec<Representation>>, explode = false, style = Form, min_items = 1, max_items = 3)]
    pub body: Option<List<Representation>>,
    /// The id of the last event that the client has, for a first connection; or the `Kroniek-Seq` of an answer, to go on from there. The header `Last-Event-ID`, which browsers send by themselves when they connect again, goes before it.
    #[deserr(default)]
    #[param(example = "1-42-0", max_length = 100)]
    pub last_event_id: Option<String>,
}

/// The same for a partner.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamEventsUnder {
    /// Only of articles that stand in any of these sections (slugs or ids, separated by commas).
    #[deserr(default)]
    #[param(example = json!(["cultuur"]), value_type = Option<Vec<Reference>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub section: Option<List<Reference>>,
    /// Only of these articles (slugs, of now or before, or ids, separated by commas). One that is not public yet may be named too. What has gone before the stream is opened is found by its id alone.
    #[deserr(default)]
    #[param(example = json!(["een-terminal-op-het-schor"]), value_type = Option<Vec<Reference>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub article: Option<List<Reference>>,
    /// Only events of these types (separated by commas); `article.*` and `update.*` are all of a kind.
    #[deserr(default, rename = "type")]
    #[param(rename = "type", example = json!(["update.*"]), value_type = Option<Vec<EventPattern>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub types: Option<List<EventPattern>>,
    /// The forms in which texts of updates are sent (separated by commas); HTML unless told.
    #[deserr(default)]
    #[param(example = json!(["html"]), value_type = Option<Vec<Representation>>, explode = false, style = Form, min_items = 1, max_items = 3)]
    pub body: Option<List<Representation>>,
    /// The id of the last event that the client has, for a first connection; or the `Kroniek-Seq` of an answer, to go on from there. The header `Last-Event-ID`, which browsers send by themselves when they connect again, goes before it.
    #[deserr(default)]
    #[param(example = "1-42-3", max_length = 100)]
    pub last_event_id: Option<String>,
    /// What opens the stream for who can't send a key: see `/v1/syndication/stream/tickets`.
    #[deserr(default)]
    #[param(example = "R29lZCB2b29yIMOpw6luIG1pbnV1dA", max_length = 500)]
    pub ticket: Option<String>,
}
