//! JSON Feed 1.1, with what it has no name for under `_kroniek`.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::feeds::model::{Entry, Feed, Living, Told};
use crate::updates::model::UpdateKind;
use crate::values::to_rfc3339;

/// A feed as JSON Feed 1.1.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeed {
    /// The version of the format.
    #[schema(example = "https://jsonfeed.org/version/1.1")]
    version: &'static str,
    /// Its title.
    title: String,
    /// The page that it is of.
    home_page_url: String,
    /// Its own address.
    feed_url: String,
    /// What it is in a line.
    description: String,
    /// Its language (BCP 47).
    language: String,
    /// The address of its next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    /// Who tells others when it changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    hubs: Option<Vec<JsonFeedHub>>,
    /// The address of the site's mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
    /// What is new, the newest first.
    items: Vec<JsonFeedItem>,
}

/// Who tells others when a feed changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedHub {
    /// How one subscribes.
    #[serde(rename = "type")]
    #[schema(example = "WebSub")]
    hub_type: &'static str,
    /// Its address.
    url: String,
}

/// An article or an update in a JSON Feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedItem {
    /// What it is called for good.
    id: String,
    /// Its page on the frontend.
    url: String,
    /// The address of the original, where this is not it.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<String>,
    /// Its title.
    title: String,
    /// All that it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<String>,
    /// What it says in short, where that is all that is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<String>,
    /// What it says in short.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    /// The address of its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    /// When it was first published; never changes.
    #[schema(format = DateTime)]
    date_published: String,
    /// Its newest update, else when it was published.
    #[schema(format = DateTime)]
    date_modified: String,
    /// Who wrote it.
    authors: Vec<JsonFeedAuthor>,
    /// What it is about.
    tags: Vec<String>,
    /// Its language (BCP 47).
    language: String,
    /// The file of its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<Vec<JsonFeedAttachment>>,
    /// What programs that know of updates are told.
    _kroniek: JsonFeedExtension,
}

/// Who wrote something.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedAuthor {
    /// The name.
    name: String,
    /// Their page on the frontend.
    url: String,
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedAttachment {
    /// Its address.
    url: String,
    /// Its media type.
    #[schema(example = "image/jpeg")]
    mime_type: String,
    /// Its size in bytes.
    size_in_bytes: i64,
}

/// What an item is (JSON Feed 1.1, "Extensions"): an article with its updates, or an update of one.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedExtension {
    /// `article` or `update`.
    #[serde(rename = "type")]
    #[schema(example = "article")]
    item_type: &'static str,
    /// The article's updates that are shown, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    updates: Option<Vec<JsonFeedUpdate>>,
    /// What the update does to its article.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<UpdateKind>,
    /// The id of the update's article.
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<Uuid>,
    /// The update's number in its article.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i32>,
}

/// An update of an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedUpdate {
    /// Its id.
    id: Uuid,
    /// Its number.
    number: i32,
    /// What it does to its article.
    kind: UpdateKind,
    /// Where it stands.
    url: String,
    /// When it was published.
    #[schema(format = DateTime)]
    date_published: String,
}

pub(super) fn write(feed: &Feed) -> Result<Vec<u8>> {
    let told = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: feed.title.clone(),
        home_page_url: feed.home.clone(),
        feed_url: feed.this.clone(),
        description: feed.description.clone(),
        language: feed.language.clone(),
        next_url: feed.next.clone(),
        hubs: feed.hub.clone().map(|url| {
            vec![JsonFeedHub {
                hub_type: "WebSub",
                url,
            }]
        }),
        icon: feed.mark.clone(),
        items: feed.entries.iter().map(JsonFeedItem::of).collect(),
    };
    serde_json::to_vec(&told).map_err(Error::internal)
}

impl JsonFeedItem {
    fn of(entry: &Entry) -> Self {
        let picture = entry.picture.as_ref();
        let file = picture.and_then(|picture| picture.file.as_ref());
        // Every item has a text of one form or the other.
        let short = || entry.summary.clone().unwrap_or_else(|| entry.title.clone());
        let authors = entry.authors.iter().map(|author| JsonFeedAuthor {
            name: author.name.clone(),
            url: author.url.clone(),
        });
        let attachment = file.map(|file| JsonFeedAttachment {
            url: file.url.clone(),
            mime_type: file.media_type.clone(),
            size_in_bytes: file.bytes,
        });
        let tags = entry.categories.iter();
        Self {
            id: entry.guid.clone(),
            url: entry.url.clone(),
            external_url: entry.original.clone(),
            title: entry.title.clone(),
            content_html: entry.content.clone(),
            content_text: entry.content.is_none().then(short),
            summary: entry.summary.clone(),
            image: picture.map(|picture| picture.url.clone()),
            date_published: to_rfc3339(&entry.published),
            date_modified: to_rfc3339(&entry.updated),
            authors: authors.collect(),
            tags: tags.map(|category| category.label.clone()).collect(),
            language: entry.language.clone(),
            attachments: attachment.map(|attachment| vec![attachment]),
            _kroniek: JsonFeedExtension::of(&entry.living),
        }
    }
}

impl JsonFeedExtension {
    fn of(living: &Living) -> Self {
        match living {
            Living::Article(updates) => Self {
                item_type: "article",
                updates: Some(updates.iter().map(JsonFeedUpdate::of).collect()),
                kind: None,
                article: None,
                number: None,
            },
            Living::Update {
                kind,
                article,
                number,
            } => Self {
                item_type: "update",
                updates: None,
                kind: Some(*kind),
                article: Some(*article),
                number: Some(*number),
            },
        }
    }
}

impl JsonFeedUpdate {
    fn of(told: &Told) -> Self {
        Self {
            id: told.id,
            number: told.number,
            kind: told.kind,
            url: told.url.clone(),
            date_published: told.published.clone(),
        }
    }
}
