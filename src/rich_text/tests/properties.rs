//! What holds for every source.

use proptest::prelude::*;

use super::soup::{bare, marked_down, nested, soup};
use super::{Block, Format, html, markdown, render, sanitize};
use crate::rich_text::ListItem;

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// All words that a client which shows only blocks would show.
fn words_of_blocks(blocks: &[Block]) -> Vec<String> {
    let mut all = String::new();
    for block in blocks {
        add_words(block, &mut all);
        all.push('\n');
    }
    words(&all)
}

fn add_words(block: &Block, all: &mut String) {
    let mut add = |text: &str| {
        all.push('\n');
        all.push_str(text);
    };
    match block {
        Block::Paragraph { text, .. } | Block::Heading { text, .. } | Block::Code { text, .. } => {
            add(text)
        }
        Block::Quote { text, cite, .. } => {
            add(text);
            // The one address that stands in an attribute is not in the text.
            cite.iter()
                .filter(|cite| *cite != "https://x.nl/")
                .for_each(|cite| add(cite));
        }
        Block::Image {
            caption, credit, ..
        } => caption.iter().chain(credit).for_each(|text| add(text)),
        Block::Table { header, rows } => header
            .iter()
            .chain(rows)
            .flatten()
            .for_each(|cell| add(&cell.text)),
        Block::Embed { url, title, .. } => add(title.as_ref().unwrap_or(url)),
        Block::Footnotes { items } => items.iter().for_each(|item| add(&item.text)),
        Block::List { items, .. } => {
            items.iter().for_each(|ListItem { text, children, .. }| {
                all.push('\n');
                all.push_str(text);
                children.iter().for_each(|child| add_words(child, all));
            })
        }
        Block::Divider {} => {}
    }
}

/// What HTML shows, as ammonia and nothing of ours tells it.
fn words_of_html(html: &str) -> Vec<String> {
    // Breaks and blocks keep words apart; the numbers of notes are no words.
    let mut apart = html.to_owned();
    for (start, end) in [
        ("<sup><a href=\"#", "</a></sup>"),
        (" <a href=\"#", "\u{21a9}</a>"),
    ] {
        let mut kept = String::new();
        let mut rest = apart.as_str();
        while let Some((before, after)) = rest.split_once(start) {
            kept.push_str(before);
            match after.split_once(end) {
                Some((inner, after)) if inner.contains("fn") => rest = after,
                _ => {
                    kept.push_str(start);
                    rest = after;
                }
            }
        }
        kept.push_str(rest);
        apart = kept;
    }
    for tag in [
        "br",
        "p",
        "/p",
        "/li",
        "li",
        "/td",
        "/th",
        "/tr",
        "/h2",
        "/h3",
        "footer",
        "/footer",
        "/figcaption",
        "figcaption",
        "/pre",
        "/figure",
    ] {
        apart = apart.replace(&format!("<{tag}>"), &format!("\n<{tag}>"));
    }
    let bare = ammonia::Builder::empty().clean(&apart).to_string();
    words(
        &bare
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&nbsp;", " ")
            .replace("&amp;", "&"),
    )
}

/// The letters of a text in an order that does not depend on where they stand.
fn letters(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.sort_unstable();
    letters
}

/// What a source shows, as ammonia and nothing of ours tells it.
fn shown_by_ammonia(source: &str) -> String {
    let hidden = [
        "script",
        "style",
        "title",
        "template",
        "iframe",
        "desc",
        "annotation",
    ];
    let mut bare = ammonia::Builder::empty();
    bare.clean_content_tags(hidden.into_iter().collect());
    let text = bare.clean(source).to_string();
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_500))]

    #[test]
    fn sanitising_twice_equals_once(source in soup()) {
        let once = sanitize(&source);
        prop_assert_eq!(sanitize(&once), once);
    }

    #[test]
    fn ammonia_agrees(source in soup()) {
        let once = sanitize(&source);
        prop_assert_eq!(crate::rich_text::sanitize::clean(&once), once);
    }

    #[test]
    fn rendering_again_changes_nothing(source in soup(), prefix in "(|u1-|fn-)") {
        let once = render(Format::Html, &source, &prefix);
        prop_assert_eq!(render(Format::Html, &once.html, &prefix), once);
    }

    #[test]
    fn rendering_what_is_nested_again_changes_nothing(source in nested(), prefix in "(|u1-)") {
        let once = render(Format::Html, &source, &prefix);
        prop_assert_eq!(render(Format::Html, &once.html, &prefix), once);
    }

    #[test]
    fn rendering_markdown_again_changes_nothing(source in marked_down()) {
        let once = markdown(&source);
        prop_assert_eq!(html(&once.html), once);
    }

    #[test]
    fn blocks_and_html_hold_the_same_words(source in nested()) {
        let rendered = html(&source);
        let (mut shown, mut told) = (words_of_html(&rendered.html), words_of_blocks(&rendered.blocks));
        shown.sort();
        told.sort();
        // A picture's alternative text is in the text only where it stands among words.
        let alt = |words: Vec<String>| words.into_iter().filter(|word| word != "a" && word != "b").collect::<Vec<_>>();
        prop_assert_eq!(alt(shown), alt(told), "{}", rendered.html);
    }

    #[test]
    fn no_letter_is_lost(source in bare()) {
        let rendered = html(&source);
        let mut text = rendered.text.clone();
        // The one address is known by another.
        text = text.replace("https://www.youtube.com/watch?v=abc", "https://youtu.be/abc");
        prop_assert_eq!(letters(&shown_by_ammonia(&source)), letters(&text), "{}", rendered.html);
    }

    #[test]
    fn anything_at_all(source in "\\PC*", prefix in "\\PC{0,8}") {
        let once = render(Format::Markdown, &source, &prefix);
        prop_assert_eq!(render(Format::Html, &once.html, &prefix), once);
    }
}
