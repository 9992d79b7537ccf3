//! From a WordPress item to what an editor would have written.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use url::Url;

use super::body::clean;
use super::queries::Attachment;
use super::reader::{Item, ItemKind, ItemStatus, Taxonomy, TermRef};
use super::updates::{FoundUpdate, split};
use crate::values::{Image, Line, RichTextInput, RichTextUpTo, SourceFormat, Standfirst, WebUrl};

/// An item made ready.
pub struct Converted {
    /// The headline; made from the text when the item has no title.
    pub headline: Line<300>,
    /// Whether the headline had to be made.
    pub headline_made: bool,
    /// The words that its slug is made of.
    pub slug_words: String,
    /// The introduction.
    pub standfirst: Option<RichTextInput>,
    /// The text without its updates.
    pub body: Option<RichTextInput>,
    /// The updates found in it.
    pub updates: Vec<FoundUpdate>,
    /// What could not be taken over of its text.
    pub dropped: Vec<String>,
    /// The category that becomes its section.
    pub section: Option<TermRef>,
    /// The terms that become its topics.
    pub topics: Vec<TermRef>,
    /// Whether readers get to see it.
    pub publish: bool,
    /// The addresses that it had, as paths.
    pub old_paths: Vec<String>,
    /// The id that feed readers know it by.
    pub guid: Option<String>,
}

/// Why an item is passed over, if it is.
pub fn passed_over(item: &Item) -> Option<String> {
    match (&item.kind, &item.status) {
        (ItemKind::Attachment, _) => {
            Some("attachment (used where an article refers to it)".to_owned())
        }
        (ItemKind::Other(kind), _) => Some(format!("of type {kind}")),
        (_, ItemStatus::Trash) => Some("in the trash".to_owned()),
        (_, ItemStatus::Other(status)) => Some(format!("of status {status}")),
        _ if item.password_protected => Some("protected by a password".to_owned()),
        _ => None,
    }
}

/// SHA-256 of all that an item says, and of its picture.
pub fn fingerprint(item: &Item, image: Option<&Attachment>) -> Vec<u8> {
    Sha256::digest(format!("{item:?}{image:?}").as_bytes()).to_vec()
}

/// Makes an item ready. `first_is_section` makes its first category its section.
pub fn convert(item: &Item, blog: &str, first_is_section: bool) -> Converted {
    let cleaned = clean(&item.content);
    let found = split(&cleaned.html);
    let title = Line::fitted(&item.title);
    let headline_made = title.is_none();
    let headline = title
        .or_else(|| Line::fitted(&words(&found.body, 12)))
        .or_else(|| Line::fitted(&item.slug));
    let mut categories = item
        .categories
        .iter()
        .filter(|term| term.taxonomy == Taxonomy::Category)
        .cloned();
    let section = if first_is_section && item.kind == ItemKind::Post {
        categories.next()
    } else {
        None
    };
    let tags = item
        .categories
        .iter()
        .filter(|term| term.taxonomy == Taxonomy::Tag)
        .cloned();
    let headline = headline.unwrap_or_else(|| untitled(item.wp_id));
    Converted {
        slug_words: if item.slug.is_empty() {
            headline.to_string()
        } else {
            item.slug.clone()
        },
        headline,
        headline_made,
        standfirst: html(&item.excerpt)
            .filter(|text| RichTextUpTo::<Standfirst>::fitted(text.clone()).is_some()),
        body: html(&found.body),
        updates: found.updates,
        dropped: cleaned.dropped,
        topics: categories.chain(tags).collect(),
        section,
        publish: item.status == ItemStatus::Published,
        old_paths: old_paths(item, blog),
        guid: Some(item.guid.trim())
            .filter(|guid| !guid.is_empty() && guid.len() <= 2048)
            .map(str::to_owned),
    }
}

fn untitled(wp_id: i64) -> Line<300> {
    Line::fitted(&format!("Untitled {wp_id}")).unwrap_or_else(|| Line::of_word("Untitled"))
}

/// HTML as an editor would send it, if it says anything.
pub fn html(source: &str) -> Option<RichTextInput> {
    let source = source.trim();
    (!source.is_empty()).then(|| RichTextInput {
        format: SourceFormat::Html,
        source: source.replace('\0', ""),
    })
}

/// The first words of a text, to stand in for a title.
fn words(source: &str, count: usize) -> String {
    let rendered = crate::rich_text::render(crate::rich_text::Format::Html, source, "");
    rendered
        .text
        .split_whitespace()
        .take(count)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The item's address and the short one by its number, where they are of the site that was exported.
fn old_paths(item: &Item, blog: &str) -> Vec<String> {
    let host = Url::parse(blog)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    let mut paths: Vec<String> = Vec::new();
    for address in [&item.link, &item.guid] {
        let Ok(url) = Url::parse(address) else {
            continue;
        };
        if url.host_str().map(str::to_owned) != host {
            continue;
        }
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().trim_end_matches('/').to_owned(),
        };
        if path.len() > 1 && path.len() <= 2048 && !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

/// The picture of an attachment.
pub fn image(attachment: &Attachment) -> Option<Image> {
    let url = WebUrl::parse(&attachment.url).ok()?;
    let line = |text: &Option<String>| text.as_deref().map(plain);
    Some(Image {
        url,
        alt: line(&attachment.alt).and_then(|text| Line::fitted(&text)),
        caption: line(&attachment.caption).and_then(|text| Line::fitted(&text)),
        credit: None,
        width: None,
        height: None,
    })
}

/// A short HTML text without its markup.
fn plain(source: &str) -> String {
    crate::rich_text::render(crate::rich_text::Format::Html, source, "").text
}

/// When an update was published: as it says, else when the item last changed; never before what precedes it, never ahead of now.
pub fn update_time(
    found: &FoundUpdate,
    item: &Item,
    not_before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    found
        .at
        .or(item.modified_at)
        .unwrap_or(not_before)
        .max(not_before)
        .min(now)
}
