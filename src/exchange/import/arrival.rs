//! An article of another system, as an editor would have written it here.

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};

use super::updates::FoundUpdate;
use crate::articles::model::SeoInput;
use crate::rich_text::{Loss, losses};
use crate::values::{Image, LabelledLink, LanguageTag, Line, RichTextInput, SourceFormat, WebUrl};

/// A record of which only is known whether it has changed.
pub(in crate::exchange) struct Known<T> {
    /// What it is known by in its site.
    pub id: String,
    /// Whether it is a page.
    pub is_page: bool,
    /// Its title, for the report.
    pub title: String,
    /// SHA-256 of all that it says, and of what belongs to it.
    pub fingerprint: Vec<u8>,
    /// The record.
    pub item: T,
}

/// An article or page made ready.
pub(in crate::exchange) struct Arrival {
    /// The headline; made from the text when there is no title.
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
    /// The term that becomes its section.
    pub section: Option<Term>,
    /// The terms that become its topics.
    pub topics: Vec<Term>,
    /// Its authors, in order.
    pub authors: Vec<Person>,
    /// Why readers don't get to see it; none when they do.
    pub kept_back: Option<String>,
    /// The addresses that it had, as paths.
    pub old_paths: Vec<String>,
    /// The id that feed readers know it by.
    pub guid: Option<String>,
    /// Its picture.
    pub image: Option<Image>,
    /// What search engines are told.
    pub seo: Option<SeoInput>,
    /// The address of the original.
    pub canonical_url: Option<WebUrl>,
    /// Its language; that of the publication when none.
    pub language: Option<LanguageTag>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub modified_at: Option<DateTime<Utc>>,
}

impl Arrival {
    /// What its texts lose here, each kind once.
    pub(super) fn losses(&self) -> Vec<Loss> {
        let texts = [&self.standfirst, &self.body].into_iter().flatten();
        let texts = texts
            .map(|text| text.source.as_str())
            .chain(self.updates.iter().map(|update| update.html.as_str()));
        let mut all = Vec::new();
        for loss in texts.flat_map(losses) {
            if !all.contains(&loss) {
                all.push(loss);
            }
        }
        all
    }
}

/// What the report says of a loss.
pub(super) fn told(loss: Loss) -> String {
    match loss {
        Loss::LeftOut(name) => format!("left out of a body: {name}"),
        Loss::OnlyWords(name) => {
            format!("left out of a body: {name}, of which only the words were kept")
        }
        Loss::Embedded(name) => format!("became an embed in a body, a link in its HTML: {name}"),
        Loss::Linked(name) => format!("became a link to its address in a body: {name}"),
        Loss::LinkAddress => {
            "left out of a body: address of a link (javascript: or the like), of which only the words were kept".to_owned()
        }
        Loss::Picture => "left out of a body: picture without a web address".to_owned(),
        Loss::Markup => {
            "left out of a body: all markup, nested too deeply; only the words were kept".to_owned()
        }
    }
}

/// A category or tag.
#[derive(Debug, Clone)]
pub(in crate::exchange) struct Term {
    /// What its site calls it, as records are known by: `category`, `tag`.
    pub kind: &'static str,
    /// What it is known by there.
    pub id: String,
    /// Its slug; may be empty.
    pub slug: String,
    /// Its name, plain text.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// The address of its page, as a path.
    pub old_path: Option<String>,
}

/// Someone who writes.
#[derive(Debug, Clone)]
pub(in crate::exchange) struct Person {
    /// What they are known by in their site.
    pub id: String,
    /// Their name, plain text; may be empty.
    pub name: String,
    /// Their slug; made from the name when there is none or it is taken.
    pub slug: Option<String>,
    /// Who it is, plain text.
    pub biography: Option<String>,
    /// A portrait.
    pub image: Option<Image>,
    /// Where else to find them.
    pub links: Vec<LabelledLink>,
    /// The address of their page, as a path.
    pub old_path: Option<String>,
}

/// What the report calls it.
pub(super) fn noun(is_page: bool) -> &'static str {
    if is_page { "page" } else { "article" }
}

/// The title as headline, else the first words of the body, the slug, or the number; and whether it had to be made.
pub(in crate::exchange) fn headline(
    title: &str,
    body: &str,
    slug: &str,
    id: &str,
) -> (Line<300>, bool) {
    if let Some(headline) = Line::fitted(title) {
        return (headline, false);
    }
    let text = plain(body);
    let words: Vec<&str> = text.split_whitespace().take(12).collect();
    let made = Line::fitted(&words.join(" "))
        .or_else(|| Line::fitted(slug))
        .or_else(|| Line::fitted(&format!("Untitled {id}")))
        .unwrap_or_else(|| Line::of_word("Untitled"));
    (made, true)
}

/// HTML as an editor would send it, if it says anything.
pub(in crate::exchange) fn html(source: &str) -> Option<RichTextInput> {
    let source = source.trim();
    (!source.is_empty()).then(|| RichTextInput {
        format: SourceFormat::Html,
        source: source.replace('\0', ""),
    })
}

/// HTML without its markup.
pub(in crate::exchange) fn plain(source: &str) -> String {
    crate::rich_text::render(crate::rich_text::Format::Html, source, "").text
}

/// A date as MySQL writes it, `2024-03-12 14:30:00`, taken as UTC. The zero date is none.
pub(in crate::exchange) fn database_date(text: &str) -> Option<DateTime<Utc>> {
    let date = NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%d %H:%M:%S").ok()?;
    (1..=9999).contains(&date.year()).then(|| date.and_utc())
}

impl FoundUpdate {
    /// When it was published: as it says, else when the article last changed; never before what precedes it, never ahead of now.
    pub(super) fn time(
        &self,
        modified_at: Option<DateTime<Utc>>,
        not_before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        self.at
            .or(modified_at)
            .unwrap_or(not_before)
            .max(not_before)
            .min(now)
    }
}
