//! The updates in an article that was written before there was a place for them.
//!
//! On a blog an update is a paragraph under the article that begins with UPDATE, perhaps dated. Here it is found, and
//! cut out with what belongs to it: all up to the next heading, the next update, or the end. No word is lost but the
//! marker. What may be an ordinary sentence is left alone: a missed update still stands in the body, a false one would
//! tear it apart.

mod dates;
mod elements;
mod marker;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use self::elements::{Element, top_level};
pub(in crate::exchange) use self::marker::marker_word;
use crate::exchange::html::{self, heading_level};

/// The longest headline, in characters.
const MAX_HEADLINE: usize = 300;
/// How many boxes around an article are opened. Each costs a pass over it.
const MAX_BOXES: usize = 8;

/// An article parted from its updates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// The HTML without the updates.
    pub body: String,
    /// The updates in their order.
    pub updates: Vec<FoundUpdate>,
}

/// What an update is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateKind {
    /// Something has become known.
    Update,
    /// Something was wrong.
    Correction,
}

/// An update that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundUpdate {
    /// What its heading, or a bold line of its own, says behind the marker; plain text of at most 300 characters.
    pub headline: Option<String>,
    /// The rest, HTML, without the marker. Never empty.
    pub html: String,
    /// What it is.
    pub kind: UpdateKind,
    /// The date in its marker. Its text tells no zone, so it is taken as UTC, and as midnight when it tells no time.
    pub at: Option<DateTime<Utc>>,
}

/// Finds the updates in HTML as [`crate::exchange::wordpress::body::clean`] gives it, among its outermost elements. Takes anything; its work is
/// linear in the length.
///
/// ```
/// let html = "<p>De brug is dicht.</p><p><strong>UPDATE 12 maart 2024:</strong> De brug is weer open.</p>";
/// let split = kroniek::exchange::import::updates::split(html);
/// assert_eq!(split.body, "<p>De brug is dicht.</p>");
/// assert_eq!(split.updates[0].html, "<p>De brug is weer open.</p>");
/// assert_eq!(split.updates[0].at.unwrap().to_rfc3339(), "2024-03-12T00:00:00+00:00");
/// ```
pub fn split(html: &str) -> Split {
    let whole = || Split {
        body: html.to_owned(),
        updates: Vec::new(),
    };
    if !marker::may_occur(html) {
        return whole();
    }
    let mut content = html;
    let mut elements = top_level(content);
    // Pasted articles often come in a box of their own.
    for _ in 0..MAX_BOXES {
        let Some(inside) = only_box(&elements) else {
            break;
        };
        content = inside;
        elements = top_level(content);
    }
    let mut parting = Parting::default();
    for element in &elements {
        parting.take(element);
    }
    let split = parting.finish();
    if split.updates.is_empty() {
        whole()
    } else {
        split
    }
}

/// What is inside the only element, when that is a mere box.
fn only_box<'a>(elements: &[Element<'a>]) -> Option<&'a str> {
    let mut solid = elements.iter().filter(|element| !element.is_blank());
    let only = solid.next().filter(|element| {
        matches!(
            element.name.as_str(),
            "div" | "section" | "article" | "main"
        ) && !element.is_line()
    })?;
    solid.next().is_none().then_some(only.inside)
}

#[derive(Default)]
struct Parting {
    body: String,
    updates: Vec<FoundUpdate>,
    under_way: Option<UnderWay>,
}

/// An update whose end has not been found.
struct UnderWay {
    update: FoundUpdate,
    /// The element with the marker, in case nothing follows.
    marked: String,
}

impl Parting {
    fn take(&mut self, element: &Element<'_>) {
        let is_heading = heading_level(&element.name).is_some();
        if (is_heading || element.is_line())
            && let Some(marker) = marker::read(element.inside, is_heading)
        {
            self.end_update();
            self.under_way = Some(begin(element, marker, is_heading));
            return;
        }
        if is_heading {
            self.end_update();
        }
        match &mut self.under_way {
            Some(under_way) => under_way.update.html.push_str(element.source),
            None => self.body.push_str(element.source),
        }
    }

    fn end_update(&mut self) {
        let Some(UnderWay { mut update, marked }) = self.under_way.take() else {
            return;
        };
        if html::text(&update.html).is_empty() && !shows_media(&update.html) {
            // A headline alone is the update; a marker alone is none.
            let Some(headline) = update.headline.take() else {
                self.body.push_str(&marked);
                self.body.push_str(&update.html);
                return;
            };
            update.html = format!("<p>{}</p>", html::escape(&headline));
        }
        update.html = update.html.trim().to_owned();
        self.updates.push(update);
    }

    fn finish(mut self) -> Split {
        self.end_update();
        Split {
            body: self.body.trim().to_owned(),
            updates: self.updates,
        }
    }
}

/// The update that begins with this element.
fn begin(element: &Element<'_>, marker: marker::Marker, is_heading: bool) -> UnderWay {
    let text = html::text(&marker.rest);
    let is_title = is_heading || marker::is_bold_line(&marker.rest);
    let is_plain = !shows_media(&marker.rest);
    // A headline is plain text; one with a link in it stays where it is.
    let headline = is_title
        && is_plain
        && !marker.rest.contains("<a ")
        && (1..=MAX_HEADLINE).contains(&text.chars().count());
    let html = if headline || (text.is_empty() && is_plain) {
        String::new()
    } else if is_heading {
        format!("<p>{}</p>", marker.rest)
    } else {
        format!("{}{}</{}>", element.opening, marker.rest, element.name)
    };
    UnderWay {
        update: FoundUpdate {
            headline: headline.then_some(text),
            html,
            kind: marker.kind,
            at: marker.at,
        },
        marked: element.source.to_owned(),
    }
}

/// Whether there is something to see besides text.
fn shows_media(html: &str) -> bool {
    ["<img", "<iframe", "<video", "<audio", "<embed", "<object"]
        .iter()
        .any(|tag| html.contains(tag))
}
