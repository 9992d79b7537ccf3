//! One item of an export.

use std::io::BufRead;

use super::characters::decode_slug;
use super::record::{Item, ItemKind, ItemStatus, Record, SkipReason, Skipped, Taxonomy, TermRef};
use super::tag::{OpenTag, Text};
use super::tokens::Tokens;
use super::{ReadError, dates, html};
use crate::exchange::import::database_date;

/// The longest body that is read, in bytes as WordPress keeps it.
pub const MAX_BODY: usize = 1 << 20;
/// The longest excerpt that is read, in bytes.
pub const MAX_EXCERPT: usize = 64 << 10;
/// The longest title, name, slug, address or date that is read, in bytes.
pub const MAX_LINE: usize = 8 << 10;
/// The most terms of one item.
pub const MAX_TERMS: usize = 500;

/// What has been read of an item. Its parts come in an order that differs between versions.
#[derive(Default)]
struct Draft {
    title: String,
    link: String,
    guid: String,
    guid_is_permalink: bool,
    creator: String,
    slug: String,
    content: String,
    excerpt: String,
    wp_id: Option<i64>,
    kind: String,
    status: String,
    published: Dates,
    modified: Dates,
    parent_id: Option<i64>,
    password_protected: bool,
    is_sticky: bool,
    attachment_url: Option<String>,
    thumbnail_id: Option<i64>,
    alt_text: Option<String>,
    terms: Vec<TermRef>,
    /// The first reason not to take it.
    fault: Option<SkipReason>,
}

/// The three places of a date.
#[derive(Default)]
struct Dates {
    utc: String,
    feed: String,
    local: String,
}

impl Dates {
    fn best(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        database_date(&self.utc)
            .or_else(|| dates::feed(&self.feed))
            .or_else(|| database_date(&self.local))
    }
}

/// Reads the item just opened, to its end.
pub(super) fn read<R: BufRead>(tokens: &mut Tokens<R>) -> Result<Record, ReadError> {
    let mut draft = Draft::default();
    while let Some(tag) = tokens.child()? {
        draft.read_field(tokens, &tag)?;
    }
    Ok(draft.finish())
}

impl Draft {
    fn read_field<R: BufRead>(
        &mut self,
        tokens: &mut Tokens<R>,
        tag: &OpenTag,
    ) -> Result<(), ReadError> {
        match tag.name() {
            "title" => self.title = html::text(&self.line(tokens, "title")?),
            "link" => self.link = self.line(tokens, "link")?,
            "guid" => {
                self.guid_is_permalink = tag.attribute("isPermaLink").as_deref() != Some("false");
                self.guid = self.line(tokens, "guid")?;
            }
            "dc:creator" => self.creator = self.line(tokens, "author")?,
            "pubDate" => self.published.feed = self.line(tokens, "date")?,
            "content:encoded" => self.content = self.long(tokens, "body", MAX_BODY)?,
            "excerpt:encoded" => self.excerpt = self.long(tokens, "excerpt", MAX_EXCERPT)?,
            "category" => self.term(tokens, tag)?,
            "wp:post_id" => self.wp_id = self.line(tokens, "id")?.parse().ok(),
            "wp:post_date" => self.published.local = self.line(tokens, "date")?,
            "wp:post_date_gmt" => self.published.utc = self.line(tokens, "date")?,
            "wp:post_modified" => self.modified.local = self.line(tokens, "date")?,
            "wp:post_modified_gmt" => self.modified.utc = self.line(tokens, "date")?,
            "wp:post_name" => self.slug = decode_slug(&self.line(tokens, "slug")?),
            "wp:post_type" => self.kind = self.line(tokens, "type")?,
            "wp:status" => self.status = self.line(tokens, "status")?,
            "wp:post_parent" => self.parent_id = identifier(&self.line(tokens, "parent")?),
            // Whether there is one, and no more.
            "wp:post_password" => {
                self.password_protected =
                    !matches!(tokens.text(MAX_LINE)?, Text::Whole(text) if text.is_empty());
            }
            "wp:is_sticky" => self.is_sticky = self.line(tokens, "mark")? == "1",
            "wp:attachment_url" => self.attachment_url = some(self.line(tokens, "address")?),
            "wp:postmeta" => self.custom_field(tokens)?,
            _ => tokens.skip()?,
        }
        Ok(())
    }

    fn long<R: BufRead>(
        &mut self,
        tokens: &mut Tokens<R>,
        field: &'static str,
        limit: usize,
    ) -> Result<String, ReadError> {
        match tokens.text(limit)? {
            Text::Whole(text) => Ok(text),
            Text::TooLong => {
                self.fault
                    .get_or_insert(SkipReason::TooLong { field, limit });
                Ok(String::new())
            }
        }
    }

    fn line<R: BufRead>(
        &mut self,
        tokens: &mut Tokens<R>,
        field: &'static str,
    ) -> Result<String, ReadError> {
        Ok(self.long(tokens, field, MAX_LINE)?.trim().to_owned())
    }

    fn term<R: BufRead>(&mut self, tokens: &mut Tokens<R>, tag: &OpenTag) -> Result<(), ReadError> {
        let taxonomy = Taxonomy::from_name(tag.attribute("domain").unwrap_or_default().trim());
        let slug = decode_slug(&tag.attribute("nicename").unwrap_or_default());
        let name = html::text(&self.line(tokens, "term")?);
        if self.terms.len() >= MAX_TERMS {
            self.fault.get_or_insert(SkipReason::TooMany {
                field: "terms",
                limit: MAX_TERMS,
            });
        } else if !(slug.is_empty() && name.is_empty()) {
            self.terms.push(TermRef {
                taxonomy,
                slug,
                name,
            });
        }
        Ok(())
    }

    /// A custom field; most hold PHP of some plugin.
    fn custom_field<R: BufRead>(&mut self, tokens: &mut Tokens<R>) -> Result<(), ReadError> {
        let mut key = String::new();
        let mut value = String::new();
        while let Some(tag) = tokens.child()? {
            match tag.name() {
                "wp:meta_key" => key = tokens.text(MAX_LINE)?.or_empty(),
                // Over the limit it is none of the two below.
                "wp:meta_value" => value = tokens.text(MAX_LINE)?.or_empty(),
                _ => tokens.skip()?,
            }
        }
        match key.trim() {
            "_thumbnail_id" => self.thumbnail_id = identifier(value.trim()),
            "_wp_attachment_image_alt" => self.alt_text = some(value.trim().to_owned()),
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Record {
        let wp_id = self.wp_id.filter(|&id| id > 0);
        let fault = self.fault.or_else(|| {
            let element = "wp:post_id";
            wp_id
                .is_none()
                .then_some(SkipReason::Unidentified { element })
        });
        let (Some(id), None) = (wp_id, &fault) else {
            let what = match wp_id {
                _ if !self.title.is_empty() => self.title,
                Some(id) => format!("item {id}, without a title"),
                None => "an item without a title".to_owned(),
            };
            let reason = fault.unwrap_or(SkipReason::Unidentified {
                element: "wp:post_id",
            });
            return Record::Skipped(Skipped {
                what,
                wp_id,
                reason,
            });
        };
        Record::Item(Box::new(Item {
            wp_id: id,
            kind: kind(self.kind),
            status: status(self.status),
            title: self.title,
            link: self.link,
            guid: self.guid,
            guid_is_permalink: self.guid_is_permalink,
            creator: self.creator,
            slug: self.slug,
            published_at: self.published.best(),
            modified_at: self.modified.best(),
            content: self.content,
            excerpt: self.excerpt,
            categories: each_once(self.terms),
            thumbnail_id: self.thumbnail_id,
            attachment_url: self.attachment_url,
            alt_text: self.alt_text,
            parent_id: self.parent_id,
            password_protected: self.password_protected,
            is_sticky: self.is_sticky,
        }))
    }
}

/// The terms, each once. WXR 1.0 writes each twice, first without its slug, so one that has a slug takes the place of
/// its twin.
fn each_once(terms: Vec<TermRef>) -> Vec<TermRef> {
    let mut kept: Vec<TermRef> = Vec::with_capacity(terms.len());
    for term in terms {
        let twin = kept.iter_mut().find(|other| {
            let same = if term.slug.is_empty() || other.slug.is_empty() {
                other.name == term.name
            } else {
                other.slug == term.slug
            };
            same && other.taxonomy == term.taxonomy
        });
        match twin {
            Some(twin) if twin.slug.is_empty() => *twin = term,
            Some(_) => {}
            None => kept.push(term),
        }
    }
    kept
}

fn kind(name: String) -> ItemKind {
    match name.as_str() {
        // Before 1.0 was settled there were only posts.
        "" | "post" => ItemKind::Post,
        "page" => ItemKind::Page,
        "attachment" => ItemKind::Attachment,
        _ => ItemKind::Other(name),
    }
}

fn status(name: String) -> ItemStatus {
    match name.as_str() {
        "publish" => ItemStatus::Published,
        "draft" | "auto-draft" => ItemStatus::Draft,
        "future" => ItemStatus::Scheduled,
        "private" => ItemStatus::Private,
        "pending" => ItemStatus::Pending,
        "trash" => ItemStatus::Trash,
        _ => ItemStatus::Other(name),
    }
}

/// The number of another item; 0 is none.
fn identifier(text: &str) -> Option<i64> {
    text.parse().ok().filter(|&id| id > 0)
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
