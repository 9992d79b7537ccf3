//! From a WordPress item to what an editor would have written.

use sha2::{Digest, Sha256};
use url::Url;

use super::body::clean;
use super::queries::Attachment;
use super::reader::{Item, ItemKind, ItemStatus, Taxonomy};
use crate::exchange::import::updates::split;
use crate::exchange::import::{Arrival, Person, Term, headline, html, plain};
use crate::values::{Image, LanguageTag, Line, RichTextUpTo, Standfirst, WebUrl};

/// An item with what was laid aside for it.
pub struct Found {
    /// The post or page.
    pub item: Item,
    /// Its featured image.
    pub picture: Option<Attachment>,
    /// Who wrote it.
    pub author: Person,
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

/// What else is known of an item and its site.
pub struct Around<'a> {
    /// The address of the blog.
    pub blog: &'a str,
    /// The language of the blog.
    pub language: &'a str,
    /// Whether the first category of a post is its section.
    pub first_is_section: bool,
}

/// Makes an item ready.
pub fn arrival(found: Found, around: &Around<'_>) -> Arrival {
    let Found {
        item,
        picture,
        author,
    } = found;
    let cleaned = clean(&item.content);
    let found = split(&cleaned.html);
    let (headline, headline_made) = headline(
        &item.title,
        &found.body,
        &item.slug,
        &item.wp_id.to_string(),
    );
    let mut categories = terms(&item, Taxonomy::Category, "category");
    let section = if around.first_is_section && item.kind == ItemKind::Post {
        categories.next()
    } else {
        None
    };
    Arrival {
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
        topics: categories
            .chain(terms(&item, Taxonomy::Tag, "tag"))
            .collect(),
        section,
        authors: vec![author],
        kept_back: (item.status != ItemStatus::Published)
            .then(|| format!("{:?}", item.status).to_lowercase()),
        old_paths: old_paths(&item, around.blog),
        guid: Some(item.guid.trim())
            .filter(|guid| !guid.is_empty() && guid.len() <= 2048)
            .map(str::to_owned),
        image: picture.as_ref().and_then(image),
        seo: None,
        canonical_url: None,
        language: LanguageTag::parse(&around.language.replace('_', "-")).ok(),
        published_at: item.published_at,
        modified_at: item.modified_at,
    }
}

/// The terms of an item of one taxonomy.
fn terms(item: &Item, taxonomy: Taxonomy, kind: &'static str) -> impl Iterator<Item = Term> {
    item.categories
        .iter()
        .filter(move |term| term.taxonomy == taxonomy)
        .map(move |term| Term {
            kind,
            id: if term.slug.is_empty() {
                term.name.clone()
            } else {
                term.slug.clone()
            },
            slug: term.slug.clone(),
            name: term.name.clone(),
            description: None,
            old_path: None,
        })
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
fn image(attachment: &Attachment) -> Option<Image> {
    let url = WebUrl::parse(&attachment.url).ok()?;
    let line = |text: &Option<String>| text.as_deref().map(plain);
    Some(Image {
        alt: line(&attachment.alt).and_then(|text| Line::fitted(&text)),
        caption: line(&attachment.caption).and_then(|text| Line::fitted(&text)),
        ..Image::at(url)
    })
}
