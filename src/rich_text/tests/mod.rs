//! What must never break, in the language of those who write and read.

mod hostile;
mod pairs;
mod properties;
mod shapes;
mod soup;

use super::{Block, Format, Rendered, render, sanitize};

fn markdown(source: &str) -> Rendered {
    render(Format::Markdown, source, "")
}

fn html(source: &str) -> Rendered {
    render(Format::Html, source, "")
}
