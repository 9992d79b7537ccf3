//! Markdown to HTML: CommonMark with tables, footnotes, strikethrough and bare links. HTML in it passes
//! as it is; nothing here is safe yet.

use std::sync::LazyLock;

use comrak::Options;

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.footnotes = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    // Emphasis next to Chinese and Japanese punctuation, where no spaces stand.
    options.extension.cjk_friendly_emphasis = true;
    options.render.r#unsafe = true;
    options
});

/// Renders Markdown as HTML that has yet to be sanitised. `None` when that comes out out of proportion,
/// which takes a source made for it: a megabyte of `>` is a million quotations.
pub(super) fn to_html(source: &str) -> Option<String> {
    let html = comrak::markdown_to_html(source, &OPTIONS);
    (html.len() <= super::limit(source)).then_some(html)
}
