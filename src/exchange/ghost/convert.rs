//! From a Ghost post to what an editor would have written.

use sha2::{Digest, Sha256};

use super::body;
use super::reader::{Meta, Post, Tag, User};
use crate::articles::model::SeoInput;
use crate::exchange::html::escape;
use crate::exchange::import::updates::split;
use crate::exchange::import::{Arrival, Person, Term, headline, html, plain};
use crate::values::{
    Image, LabelledLink, LanguageTag, Line, Prose, RichTextUpTo, Standfirst, WebUrl,
};

/// What stands in an export for the address of its site.
const SITE: &str = "__GHOST_URL__";

/// A post with what was laid aside for it.
#[derive(Debug)]
pub struct Found {
    /// The post or page.
    pub post: Post,
    /// What stands beside it.
    pub meta: Meta,
    /// Its tags for readers, in order.
    pub tags: Vec<Tag>,
    /// Its authors, in order.
    pub users: Vec<User>,
}

/// What else is known of the site.
#[derive(Debug, Clone)]
pub struct Around {
    /// The address of the site, without a slash at its end.
    pub base: String,
    /// The language of the site.
    pub language: Option<String>,
    /// Whether the first tag of a post is its section.
    pub first_is_section: bool,
}

/// SHA-256 of all that a post says, and of what belongs to it.
pub fn fingerprint(found: &Found, base: &str) -> Vec<u8> {
    Sha256::digest(format!("{found:?}{base}").as_bytes()).to_vec()
}

/// Why readers don't get to see a post, if so. What was for members, or went out by mail alone, must not become public by an import.
fn kept_back(post: &Post, meta: &Meta) -> Option<String> {
    match (post.status.as_str(), post.visibility.as_str()) {
        ("sent", _) => Some("sent by mail only".to_owned()),
        ("published", _) if meta.email_only => Some("sent by mail only".to_owned()),
        ("published", "public") => None,
        ("published", "members") => Some("for members only".to_owned()),
        ("published", "paid") => Some("for paying members only".to_owned()),
        ("published", _) => Some("for some members only".to_owned()),
        (status, _) => Some(status.to_owned()),
    }
}

/// Makes a post ready.
pub fn arrival(found: Found, around: &Around) -> Arrival {
    let Found {
        post,
        meta,
        tags,
        users,
    } = found;
    let site = |text: &str| text.replace(SITE, &around.base);
    let written = body::write(&post.source);
    let split = split(&site(&written.html));
    let (headline, headline_made) = headline(&post.title, &split.body, &post.slug, &post.id);
    let mut terms = tags.into_iter().map(term);
    let section = if around.first_is_section && !post.is_page {
        terms.next()
    } else {
        None
    };
    let mut dropped = written.dropped;
    if post.has_code {
        dropped.push("code injection (scripts and styles of its page)".to_owned());
    }
    // A text that can't be read must not be published without it.
    let unread = written
        .fault
        .map(|fault| format!("{fault}; its text is lost"));
    let old_paths = old_paths(&post);
    let locale = post.locale.as_deref().or(around.language.as_deref());
    Arrival {
        slug_words: if post.slug.is_empty() {
            headline.to_string()
        } else {
            post.slug.clone()
        },
        headline,
        headline_made,
        standfirst: post
            .custom_excerpt
            .as_deref()
            .and_then(|text| html(&format!("<p>{}</p>", escape(text.trim()))))
            .filter(|text| RichTextUpTo::<Standfirst>::fitted(text.clone()).is_some()),
        body: html(&split.body),
        updates: split.updates,
        dropped,
        topics: terms.collect(),
        section,
        authors: users.into_iter().map(|user| person(user, around)).collect(),
        kept_back: unread.or_else(|| kept_back(&post, &meta)),
        old_paths,
        guid: Some(guid(&post)),
        image: post.feature_image.as_deref().and_then(|url| {
            Some(Image {
                alt: meta.image_alt.as_deref().and_then(Line::fitted),
                caption: meta
                    .image_caption
                    .as_deref()
                    .and_then(|caption| Line::fitted(&plain(caption))),
                ..picture(url, around)?
            })
        }),
        seo: seo(&post.meta, &meta),
        canonical_url: post
            .canonical_url
            .as_deref()
            .and_then(|url| address(url, around)),
        language: locale.and_then(|tag| LanguageTag::parse(&tag.replace('_', "-")).ok()),
        published_at: post.published_at.or(post.created_at),
        modified_at: post.updated_at.or(post.published_at),
    }
}

/// What Ghost's feeds called a post: its id, and its uuid in the days when ids were numbers. Here too it is known by that.
pub fn guid(post: &Post) -> String {
    lasting(&post.id, post.uuid.as_deref().unwrap_or_default())
}

/// An id that no other site has: the id, unless that is a number.
fn lasting(id: &str, other: &str) -> String {
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && !other.is_empty() {
        other.to_owned()
    } else {
        id.to_owned()
    }
}

/// The post's address, and the one of its preview, which led there once it was published.
fn old_paths(post: &Post) -> Vec<String> {
    let slug = Some(post.slug.as_str()).filter(|slug| !slug.is_empty());
    let preview = post.uuid.as_ref().map(|uuid| format!("/p/{uuid}"));
    slug.map(|slug| format!("/{slug}"))
        .into_iter()
        .chain(preview)
        .filter(|path| path.len() <= 2048)
        .collect()
}

fn seo(own: &Meta, beside: &Meta) -> Option<SeoInput> {
    let title = beside.title.as_deref().or(own.title.as_deref());
    let description = beside.description.as_deref().or(own.description.as_deref());
    let seo = SeoInput {
        title: title.and_then(Line::fitted),
        description: description.and_then(|text| Prose::parse(text).ok()),
        noindex: None,
    };
    (seo.title.is_some() || seo.description.is_some()).then_some(seo)
}

fn term(tag: Tag) -> Term {
    Term {
        kind: "tag",
        old_path: path("tag", &tag.slug),
        id: lasting(&tag.id, &tag.slug),
        slug: tag.slug,
        name: tag.name,
        description: tag.description,
    }
}

fn person(user: User, around: &Around) -> Person {
    let links = user
        .places
        .iter()
        .filter_map(|(place, at)| link(place, at, around));
    Person {
        links: links.collect(),
        image: user.image.as_deref().and_then(|url| picture(url, around)),
        old_path: path("author", &user.slug),
        id: lasting(&user.id, &user.slug),
        name: user.name,
        slug: Some(user.slug).filter(|slug| !slug.is_empty()),
        biography: user.bio,
    }
}

fn path(kind: &str, slug: &str) -> Option<String> {
    (!slug.is_empty() && slug.len() <= 2000).then(|| format!("/{kind}/{slug}"))
}

/// An address; one of the site itself may begin with a slash.
fn address(url: &str, around: &Around) -> Option<WebUrl> {
    let url = url.trim().replace(SITE, &around.base);
    let url = if url.starts_with('/') && !url.starts_with("//") {
        format!("{}{url}", around.base)
    } else {
        url
    };
    WebUrl::parse(&url).ok()
}

fn picture(url: &str, around: &Around) -> Option<Image> {
    Some(Image::at(address(url, around)?))
}

/// Where else to find someone. Ghost keeps an address, or the name that they have there.
fn link(place: &str, at: &str, around: &Around) -> Option<LabelledLink> {
    let at = at.trim();
    let name = at.trim_start_matches(['@', '/']);
    let (label, there) = match place {
        "website" => ("Website", None),
        "twitter" => ("X", Some("https://x.com/")),
        "facebook" => ("Facebook", Some("https://www.facebook.com/")),
        "threads" => ("Threads", Some("https://www.threads.net/@")),
        "bluesky" => ("Bluesky", Some("https://bsky.app/profile/")),
        "mastodon" => ("Mastodon", None),
        "tiktok" => ("TikTok", Some("https://www.tiktok.com/@")),
        "youtube" => ("YouTube", Some("https://www.youtube.com/@")),
        "instagram" => ("Instagram", Some("https://www.instagram.com/")),
        "linkedin" => ("LinkedIn", Some("https://www.linkedin.com/in/")),
        _ => return None,
    };
    let url = match there {
        Some(there) if !at.contains("://") => WebUrl::parse(&format!("{there}{name}")).ok(),
        None if !at.contains("://") && place == "mastodon" => {
            WebUrl::parse(&format!("https://{name}")).ok()
        }
        _ => address(at, around),
    }?;
    Some(LabelledLink {
        label: Line::of_word(label),
        url,
    })
}
