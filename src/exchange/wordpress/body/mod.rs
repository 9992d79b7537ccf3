//! The body of a WordPress post as plain HTML.
//!
//! WordPress keeps a body half done: block comments, shortcodes that plugins expand, paragraphs that are only blank
//! lines, and addresses that become embeds when they stand alone. Here it becomes the HTML its writer meant. It is not
//! sanitised: that is the rich text renderer's work, which also makes embeds of addresses it knows.

mod media;
mod paragraphs;
mod run;
mod shortcodes;

#[cfg(test)]
mod tests;

/// A body made plain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// HTML whose elements are closed and whose text stands in paragraphs.
    pub html: String,
    /// What could not be kept, each name once: shortcodes such as `gallery`, and blocks that WordPress fills when it shows
    /// the page, such as `wp:latest-posts`. At most [`MAX_DROPPED`].
    pub dropped: Vec<String>,
}

/// The most names [`Cleaned::dropped`] gives.
pub const MAX_DROPPED: usize = 100;

/// Makes plain HTML of a body as WordPress keeps it. Takes anything; its work is linear in the length.
///
/// ```
/// let cleaned = kroniek::exchange::wordpress::body::clean("De brug is\nopen.\n\n[gallery ids=\"1,2\"]\n\nTot later.");
/// assert_eq!(cleaned.html, "<p>De brug is<br>\nopen.</p>\n<p>Tot later.</p>");
/// assert_eq!(cleaned.dropped, ["gallery"]);
/// ```
pub fn clean(content: &str) -> Cleaned {
    let mut dropped = Dropped::default();
    // A body of the block editor has its paragraphs already; there a newline is only a newline.
    let newlines_break = !content.contains("<!-- wp:");
    let expanded = shortcodes::expand(content, &mut dropped);
    let html = paragraphs::write(&expanded, newlines_break, &mut dropped);
    Cleaned {
        html,
        dropped: dropped.0,
    }
}

#[derive(Default)]
struct Dropped(Vec<String>);

impl Dropped {
    fn note(&mut self, name: &str) {
        if self.0.len() < MAX_DROPPED && !self.0.iter().any(|noted| noted == name) {
            self.0.push(name.to_owned());
        }
    }
}
