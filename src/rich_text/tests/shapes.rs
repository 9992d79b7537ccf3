//! The forms in which a text is handed out.

use serde_json::{Value, json};

use super::{Format, html, markdown, render};
use crate::rich_text::{OutlineItem, UnknownFormat};

fn blocks(source: &str) -> Value {
    serde_json::to_value(markdown(source).blocks).unwrap()
}

#[test]
fn blocks_are_a_union_on_type() {
    assert_eq!(
        blocks("a **b**"),
        json!([{"type": "paragraph", "html": "a <strong>b</strong>", "text": "a b"}])
    );
    assert_eq!(
        blocks("## A *b*"),
        json!([{"type": "heading", "level": 2, "anchor": "a-b", "html": "A <em>b</em>", "text": "A b"}])
    );
    assert_eq!(
        blocks("1. a\n   - b"),
        json!([{"type": "list", "ordered": true, "items": [{"html": "a", "text": "a", "children": [
            {"type": "list", "ordered": false, "items": [{"html": "b", "text": "b", "children": []}]}
        ]}]}])
    );
    assert_eq!(
        blocks("> a\n>\n> b"),
        json!([{"type": "quote", "html": "a<br><br>b", "text": "a\n\nb", "cite": null}])
    );
    assert_eq!(
        blocks("![A](/a.jpg)"),
        json!([{"type": "image", "url": "/a.jpg", "alt": "A", "caption": null, "credit": null}])
    );
    assert_eq!(
        blocks("    a"),
        json!([{"type": "code", "language": null, "text": "a"}])
    );
    assert_eq!(
        blocks("|a|\n|-|\n|b|"),
        json!([{"type": "table", "header": [[{"html": "a", "text": "a"}]], "rows": [[{"html": "b", "text": "b"}]]}])
    );
    assert_eq!(
        blocks("https://youtu.be/x"),
        json!([{"type": "embed", "provider": "youtube", "url": "https://www.youtube.com/watch?v=x", "title": null}])
    );
    assert_eq!(blocks("***"), json!([{"type": "divider"}]));
    assert_eq!(
        blocks("a[^n]\n\n[^n]: *b*").get(1),
        Some(
            &json!({"type": "footnotes", "items": [{"label": "1", "html": "<em>b</em>", "text": "b"}]})
        )
    );
}

#[test]
fn footnotes_have_ways_there_and_back() {
    let rendered = render(Format::Markdown, "a[^n] b[^n]\n\n[^n]: c", "u2-");
    assert_eq!(
        rendered.html,
        "<p>a<sup><a href=\"#u2-fn-1\" id=\"u2-fnref-1\">1</a></sup> \
         b<sup><a href=\"#u2-fn-1\" id=\"u2-fnref-1-2\">1</a></sup></p>\n\
         <section role=\"doc-endnotes\"><ol><li id=\"u2-fn-1\">c \
         <a href=\"#u2-fnref-1\" role=\"doc-backlink\">\u{21a9}</a> \
         <a href=\"#u2-fnref-1-2\" role=\"doc-backlink\">\u{21a9}</a></li></ol></section>"
    );
    assert_eq!(rendered.text, "a b\n\nc");
}

#[test]
fn links_lead_to_the_headings_they_meant() {
    let rendered = render(
        Format::Markdown,
        "## Één\n\n## Één\n\n[b](#een-2) [c](#gone)",
        "u1-",
    );
    assert!(
        rendered
            .html
            .contains("<h2 id=\"u1-een\">Één</h2>\n<h2 id=\"u1-een-2\">"),
        "{}",
        rendered.html
    );
    assert!(
        rendered
            .html
            .contains("<a href=\"#u1-een-2\">b</a> <a href=\"#gone\">c</a>"),
        "{}",
        rendered.html
    );
    let moved = html("<h2 id=x>A</h2><h2 id=a>B</h2><a href=#x>1</a><a href=#a>2</a>");
    assert!(
        moved
            .html
            .ends_with("<p><a href=\"#a\">1</a><a href=\"#b\">2</a></p>"),
        "{}",
        moved.html
    );
}

#[test]
fn the_outline_has_levels_two_to_six() {
    let rendered = markdown("# A\n\n###### B[^1]\n\n[^1]: c");
    let item = |level, text: &str, anchor: &str| OutlineItem {
        level,
        text: text.into(),
        anchor: anchor.into(),
    };
    assert_eq!(rendered.outline, [item(2, "A", "a"), item(6, "B", "b")]);
}

#[test]
fn text_has_the_words_and_a_blank_line_between_blocks() {
    let source = "## A\n\nb &amp; `c`[^1]\nd\n\n- e\n  - f\n- g\n\n|h|i|\n|-|-|\n|j|k|\n\n![x](/x.jpg \"l\")\n\n> m\n\n[^1]: n";
    assert_eq!(
        markdown(source).text,
        "A\n\nb & c d\n\ne\nf\ng\n\nh\ti\nj\tk\n\nl\n\nm\n\nn"
    );
    assert_eq!(markdown(source).word_count, 14);
    assert_eq!(markdown(source).reading_minutes, 1);
}

#[test]
fn nothing_gives_nothing() {
    for source in [
        "",
        " \n ",
        "<p></p>",
        "<!-- a -->",
        "&nbsp;",
        "<script>a</script>",
        "<b></b>",
        "<ul><li></ul>",
        "[^1]: a",
    ] {
        let rendered = html(if source.starts_with('[') { "" } else { source });
        assert_eq!(
            (
                rendered.html.as_str(),
                rendered.word_count,
                rendered.reading_minutes
            ),
            ("", 0, 0),
            "{source}"
        );
        assert!(
            rendered.blocks.is_empty() && rendered.text.is_empty(),
            "{source}"
        );
    }
}

#[test]
fn links_outside_are_told_apart_and_keep_what_was_said_of_them() {
    assert_eq!(
        html("<a href=http://x.nl rel='UGC nofollow noreferrer'>a</a> <a href=/b>b</a> <a href=mailto:c@d.nl>c</a>").html,
        "<p><a href=\"http://x.nl/\" rel=\"noopener nofollow ugc\">a</a> <a href=\"/b\">b</a> \
         <a href=\"mailto:c@d.nl\">c</a></p>"
    );
}

#[test]
fn a_post_that_waits_for_its_script_is_an_embed() {
    let rendered = html(
        "<blockquote class=\"twitter-tweet\"><p>Hi</p>— A (@a) <a href=\"https://twitter.com/a/status/12?ref=x\">May 1</a>\
         </blockquote><script async src=\"https://platform.twitter.com/widgets.js\"></script>",
    );
    assert_eq!(
        serde_json::to_value(&rendered.blocks).unwrap(),
        json!([{"type": "embed", "provider": "x", "url": "https://x.com/a/status/12", "title": "Hi — A (@a) May 1"}])
    );
    assert_eq!(html(&rendered.html), rendered);
}

#[test]
fn formats_have_names() {
    for format in [Format::Markdown, Format::Html] {
        assert_eq!(format.as_str().parse(), Ok(format));
        assert_eq!(
            serde_json::to_value(format).unwrap(),
            json!(format.as_str())
        );
    }
    assert_eq!("rtf".parse::<Format>(), Err(UnknownFormat));
}
