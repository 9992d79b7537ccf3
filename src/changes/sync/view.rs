//! Changes as delta sync sends them.

mod schema;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::schema::Change;
use super::model::{Changed, Rank};
use crate::donation_links::epc::Transfer;
use crate::error::{Error, Result};
use crate::notices::view::NoticeView;
use crate::rich_text::{blocks_without_pictures, without_pictures};

/// What happened to a thing since the copy was made.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangeOp {
    /// It is new or has changed: `resource` is what it now is, whole.
    Upsert,
    /// It is no more, or not of those asked for any more. A thing that the copy does not have may be told of too.
    Delete,
}

/// A thing that has changed, in its latest state.
#[derive(Debug, Serialize)]
pub struct ChangeView {
    op: ChangeOp,
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<Uuid>,
    seq: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<NoticeView>,
}

impl ChangeView {
    /// Shapes a change, with or without the pictures of articles.
    ///
    /// # Errors
    /// None in practice: what is read has a shape.
    pub fn new(changed: Changed, pictures: bool) -> Result<Self> {
        let kind = match changed.rank {
            Rank::Section => "section",
            Rank::Author => "author",
            Rank::Entity => "entity",
            Rank::DonationLink => "donation_link",
            Rank::Article => "article",
            Rank::Beginning | Rank::Site | Rank::End => "site",
        };
        let resource = match changed.resource {
            Some(link) if changed.rank == Rank::DonationLink => Some(payable(&link)?),
            Some(article) if changed.rank == Rank::Article && !pictures => Some(bare(&article)?),
            resource => resource,
        };
        Ok(Self {
            op: if resource.is_some() {
                ChangeOp::Upsert
            } else {
                ChangeOp::Delete
            },
            kind,
            id: Some(changed.id).filter(|id| !id.is_nil()),
            seq: changed.seq,
            resource,
            notice: None,
        })
    }

    /// The same, with what is told of it.
    pub fn with(self, notice: Option<NoticeView>) -> Self {
        Self { notice, ..self }
    }
}

/// An article without its picture and those in its texts and updates.
fn bare(article: &RawValue) -> Result<Box<RawValue>> {
    let mut article: Value = serde_json::from_str(article.get()).map_err(Error::internal)?;
    if let Some(image) = article.get_mut("image") {
        *image = Value::Null;
    }
    let mut texts = Vec::new();
    if let Some(fields) = article.as_object_mut() {
        for (name, field) in fields {
            match (name.as_str(), field) {
                ("standfirst" | "body", text) => texts.push(text),
                ("updates", Value::Array(updates)) => {
                    texts.extend(updates.iter_mut().filter_map(|it| it.get_mut("body")));
                }
                _ => {}
            }
        }
    }
    for text in texts {
        if let Some(Value::String(html)) = text.get_mut("html") {
            *html = without_pictures(html);
        }
        if let Some(blocks) = text.get_mut("blocks") {
            *blocks = blocks_without_pictures(blocks.take());
        }
    }
    to_raw_value(&article).map_err(Error::internal)
}

/// A donation link that tells whether there is a QR code for it.
fn payable(link: &RawValue) -> Result<Box<RawValue>> {
    let mut link: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(link.get()).map_err(Error::internal)?;
    let bank = link.get("bank").cloned().unwrap_or_default();
    let currency = link.get("currency").and_then(serde_json::Value::as_str);
    let transfer: Option<Transfer> = serde_json::from_value(bank).ok();
    let has_qr_code = transfer.is_some_and(|transfer| transfer.has_qr_code(currency));
    link.insert("has_qr_code".to_owned(), has_qr_code.into());
    to_raw_value(&link).map_err(Error::internal)
}

/// A page of what has changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangesPage {
    /// What has changed, each thing in its latest state; what others refer to comes first.
    #[schema(value_type = Vec<Change>)]
    pub data: Vec<ChangeView>,
    /// How to go on.
    pub page: ChangesPageInfo,
}

/// How to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangesPageInfo {
    /// The `cursor` of the next page; always there: keep it, and ask with it for what changes later.
    pub next_cursor: String,
    /// Whether there is more already.
    pub has_more: bool,
}
