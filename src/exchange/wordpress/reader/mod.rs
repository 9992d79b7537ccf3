//! A streaming reader of WordPress exports (WXR 1.0, 1.1 and 1.2).
//!
//! Records come in the file's order, one at a time, and nothing is held between them, so the file may be of any
//! size, and so may each text in it: what is over its limit is passed over without being held and told as
//! [`Skipped`].

mod characters;
mod dates;
mod error;
mod item;
mod record;
mod stream;
mod tag;
mod tokens;

#[cfg(test)]
mod tests;

use std::io::BufRead;

pub use error::ReadError;
pub use item::{MAX_BODY, MAX_EXCERPT, MAX_LINE, MAX_TERMS};
pub use record::{
    AuthorRecord, Channel, Item, ItemKind, ItemStatus, Record, SkipReason, Skipped, Taxonomy,
    TermRecord, TermRef,
};

use self::characters::{decode_slug, not_wxr, shorten};
use self::tag::OpenTag;
use self::tokens::Tokens;
use crate::exchange::html;

/// Reads an export record by record.
///
/// ```
/// use kroniek::exchange::wordpress::reader::{Reader, Record};
///
/// let file = r#"<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Stad</title>
///     <item><title>Brug open</title><wp:post_id>7</wp:post_id><wp:post_type>post</wp:post_type></item></channel></rss>"#;
/// let mut records = Reader::new(file.as_bytes());
/// assert!(matches!(records.next(), Some(Ok(Record::Channel(site))) if site.title == "Stad"));
/// assert!(matches!(records.next(), Some(Ok(Record::Item(post))) if post.wp_id == 7));
/// assert!(records.next().is_none());
/// ```
///
/// The elements are known by WordPress's usual prefixes (`wp:`, `content:`, `excerpt:`, `dc:`). Comments, users' addresses and passwords are
/// never read, nor is any custom field but the featured image and the alternative text.
///
/// A date of publication is `wp:post_date_gmt`; where WordPress has no date there, as for drafts, it is `pubDate`, else
/// `wp:post_date`, whose zone the file does not tell: it is taken as UTC.
///
/// After an error comes nothing more.
pub struct Reader<R> {
    tokens: Tokens<R>,
    stage: Stage,
    channel: Channel,
    waiting: Option<Record>,
    is_export: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Start,
    /// In the channel, of which nothing has been told.
    Opening,
    /// In the channel, which has been told.
    Content,
    Done,
}

impl<R: BufRead> Reader<R> {
    /// A reader of the file, which need not be decompressed or seekable but must be plain UTF-8.
    pub fn new(input: R) -> Self {
        Self {
            tokens: Tokens::new(input),
            stage: Stage::Start,
            channel: Channel::default(),
            waiting: None,
            is_export: false,
        }
    }

    /// How many bytes of the file have been read, for showing progress.
    pub fn position(&self) -> u64 {
        self.tokens.position()
    }

    /// The most bytes that one buffer of the reader has had room for so far; bounded by the limit of a body,
    /// whatever the file holds.
    pub fn largest_buffer(&self) -> usize {
        self.tokens.largest_buffer()
    }

    fn advance(&mut self) -> Result<Option<Record>, ReadError> {
        if let Some(record) = self.waiting.take() {
            return Ok(Some(record));
        }
        if self.stage == Stage::Start {
            self.enter()?;
            self.stage = Stage::Opening;
        }
        if self.stage == Stage::Done {
            return Ok(None);
        }
        let record = self.read_record()?;
        if self.stage == Stage::Opening {
            self.check_version()?;
            self.stage = Stage::Content;
            self.waiting = record;
            if self.waiting.is_none() {
                self.stage = Stage::Done;
            }
            return Ok(Some(Record::Channel(std::mem::take(&mut self.channel))));
        }
        if record.is_none() {
            self.stage = Stage::Done;
        }
        Ok(record)
    }

    /// Reads up to the channel's content.
    fn enter(&mut self) -> Result<(), ReadError> {
        let root = self
            .tokens
            .child()?
            .ok_or_else(|| not_wxr("XML without elements"))?;
        match root.name() {
            "rss" => {}
            name if name.eq_ignore_ascii_case("html") => return Err(not_wxr("an HTML page")),
            name => {
                let name = shorten(name);
                return Err(not_wxr(&format!("XML that begins with <{name}>")));
            }
        }
        self.is_export = root.attributes().contains("wordpress.org/export/");
        while let Some(tag) = self.tokens.child()? {
            if tag.name() == "channel" {
                return Ok(());
            }
            self.tokens.skip()?;
        }
        Err(not_wxr("an RSS feed without a channel"))
    }

    fn check_version(&self) -> Result<(), ReadError> {
        match self.channel.wxr_version.as_str() {
            "" if self.is_export => Ok(()),
            "" => Err(not_wxr("an ordinary RSS feed")),
            "1.0" | "1.1" | "1.2" => Ok(()),
            other => Err(ReadError::Version {
                version: shorten(other).to_owned(),
            }),
        }
    }

    /// Reads on to the next record; `None` at the end of the channel.
    fn read_record(&mut self) -> Result<Option<Record>, ReadError> {
        while let Some(tag) = self.tokens.child()? {
            let record = match tag.name() {
                "item" => Some(item::read(&mut self.tokens)?),
                "wp:author" => self.author()?,
                "wp:category" | "wp:tag" | "wp:term" => self.term(&tag)?,
                _ if self.stage == Stage::Opening => {
                    self.site_field(&tag)?;
                    None
                }
                _ => {
                    self.tokens.skip()?;
                    None
                }
            };
            if record.is_some() {
                return Ok(record);
            }
        }
        Ok(None)
    }

    fn site_field(&mut self, tag: &OpenTag) -> Result<(), ReadError> {
        let field = match tag.name() {
            "title" => &mut self.channel.title,
            "description" => &mut self.channel.description,
            "link" => &mut self.channel.link,
            "language" => &mut self.channel.language,
            "wp:base_blog_url" => &mut self.channel.base_blog_url,
            "wp:wxr_version" => &mut self.channel.wxr_version,
            _ => return self.tokens.skip(),
        };
        let text = self.tokens.text(MAX_LINE)?.or_empty();
        *field = match tag.name() {
            "title" | "description" => html::text(&text),
            _ => text.trim().to_owned(),
        };
        Ok(())
    }

    fn author(&mut self) -> Result<Option<Record>, ReadError> {
        let mut author = AuthorRecord::default();
        while let Some(tag) = self.tokens.child()? {
            match tag.name() {
                "wp:author_login" => author.login = self.line()?,
                "wp:author_display_name" => author.display_name = html::text(&self.line()?),
                _ => self.tokens.skip()?,
            }
        }
        if author.login.is_empty() {
            return Ok(Some(unidentified(
                "author",
                author.display_name,
                "wp:author_login",
            )));
        }
        if author.display_name.is_empty() {
            author.display_name.clone_from(&author.login);
        }
        Ok(Some(Record::Author(author)))
    }

    fn term(&mut self, opened: &OpenTag) -> Result<Option<Record>, ReadError> {
        let mut term = TermRecord {
            taxonomy: match opened.name() {
                "wp:tag" => Taxonomy::Tag,
                _ => Taxonomy::Category,
            },
            slug: String::new(),
            name: String::new(),
            parent: None,
        };
        while let Some(tag) = self.tokens.child()? {
            match tag.name() {
                "wp:term_taxonomy" => term.taxonomy = Taxonomy::from_name(&self.line()?),
                "wp:category_nicename" | "wp:tag_slug" | "wp:term_slug" => {
                    term.slug = decode_slug(&self.line()?);
                }
                "wp:cat_name" | "wp:tag_name" | "wp:term_name" => {
                    term.name = html::text(&self.line()?);
                }
                "wp:category_parent" | "wp:term_parent" => {
                    term.parent = Some(decode_slug(&self.line()?)).filter(|slug| !slug.is_empty());
                }
                _ => self.tokens.skip()?,
            }
        }
        if term.slug.is_empty() {
            return Ok(Some(unidentified("term", term.name, "slug")));
        }
        if term.name.is_empty() {
            term.name.clone_from(&term.slug);
        }
        Ok(Some(Record::Term(term)))
    }

    /// The text of a short element, trimmed; empty when it is not short.
    fn line(&mut self) -> Result<String, ReadError> {
        Ok(self.tokens.text(MAX_LINE)?.or_empty().trim().to_owned())
    }
}

fn unidentified(kind: &str, name: String, element: &'static str) -> Record {
    let what = if name.is_empty() {
        format!("{kind} without a name")
    } else {
        name
    };
    Record::Skipped(Skipped {
        what,
        wp_id: None,
        reason: SkipReason::Unidentified { element },
    })
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let result = self.advance();
        if result.is_err() {
            self.stage = Stage::Done;
            self.waiting = None;
        }
        result.transpose()
    }
}

impl<R: BufRead> std::iter::FusedIterator for Reader<R> {}
