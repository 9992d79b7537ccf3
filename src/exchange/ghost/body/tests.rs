use proptest::prelude::*;
use serde_json::json;

use super::{Source, Written, write};

fn lexical(children: serde_json::Value) -> Written {
    write(&Source::Lexical(
        json!({"root": {"type": "root", "children": children}}).to_string(),
    ))
}

fn mobiledoc(document: serde_json::Value) -> Written {
    write(&Source::Mobiledoc(document.to_string()))
}

fn text(words: &str, format: u64) -> serde_json::Value {
    json!({"type": "extended-text", "text": words, "format": format})
}

#[test]
fn lexical_text_with_its_marks_and_links() {
    let written = lexical(json!([
        {"type": "paragraph", "children": [
            text("De ", 0), text("haven", 3), text(" <slibt>", 0), {"type": "linebreak"},
            {"type": "link", "url": "https://example.org/?a=1&b=\"", "children": [text("dicht", 16)]}]},
        {"type": "extended-heading", "tag": "h3", "children": [text("Wat nu", 0)]},
        {"type": "extended-quote", "children": [text("Baggeren", 128)]},
        {"type": "aside", "children": [text("Terzijde", 0)]},
    ]));
    assert_eq!(
        written.html,
        "<p>De <strong><em>haven</em></strong> &lt;slibt&gt;<br>\
         <a href=\"https://example.org/?a=1&amp;b=&quot;\"><code>dicht</code></a></p>\n\
         <h3>Wat nu</h3>\n<blockquote><mark>Baggeren</mark></blockquote>\n<blockquote>Terzijde</blockquote>\n"
    );
    assert_eq!((written.dropped.len(), written.fault), (0, None));
}

#[test]
fn a_list_in_a_list_belongs_to_the_item_before() {
    let item = |children: serde_json::Value| json!({"type": "listitem", "children": children});
    let inner =
        json!({"type": "list", "listType": "bullet", "children": [item(json!([text("kade", 0)]))]});
    let written = lexical(json!([
        {"type": "list", "listType": "number", "start": 3, "children": [item(json!([text("haven", 0)])), item(json!([inner])), item(json!([text("sluis", 0)]))]},
    ]));
    assert_eq!(
        written.html,
        "<ol start=\"3\"><li>haven<ul><li>kade</li></ul></li><li>sluis</li></ol>\n"
    );
}

#[test]
fn mobiledoc_sections_markups_and_atoms() {
    let written = mobiledoc(json!({
        "version": "0.3.1",
        "atoms": [["soft-return", "", {}], ["mention", "@marit", {}]],
        "cards": [["hr", {}]],
        "markups": [["strong"], ["a", ["rel", "x", "href", "https://example.org"]], ["blink"]],
        "sections": [
            [1, "p", [[0, [0], 0, "Vet "], [0, [1], 2, "link"], [1, [], 0, 0], [0, [2], 1, "<na>"], [1, [], 0, 1]]],
            [1, "pull-quote", [[0, [], 0, "Citaat"]]],
            [3, "ol", [[[0, [], 0, "een"]], [[0, [0], 1, "twee"]]]],
            [2, "https://example.org/a.jpg"],
            [10, 0], [10, 9], [1, "h2", [[0, [0, 0, 0], 9, "Te veel gesloten"]]], [1, "h3", [[0, [0], 0, "Open"]]]
        ]
    }));
    assert_eq!(
        written.html,
        "<p><strong>Vet <a href=\"https://example.org\">link</a></strong><br>&lt;na&gt;@marit</p>\n\
         <blockquote>Citaat</blockquote>\n<ol><li>een</li><li><strong>twee</strong></li></ol>\n\
         <figure><img src=\"https://example.org/a.jpg\" alt=\"\"></figure>\n<hr>\n\
         <h2><strong><strong><strong>Te veel gesloten</strong></strong></strong></h2>\n<h3><strong>Open</strong></h3>\n"
    );
    assert_eq!(
        written.dropped,
        [
            "atom mention, of which only the words were kept",
            "a card that is missing from its document"
        ]
    );
}

#[test]
fn every_card_in_both_documents() {
    let cards = [
        (
            "image",
            "image",
            json!({"src": "https://e.org/a.jpg", "alt": "Een \"kade\"", "caption": "<em>De</em> kade", "href": "https://e.org"}),
            "<figure><a href=\"https://e.org\"><img src=\"https://e.org/a.jpg\" alt=\"Een &quot;kade&quot;\"></a><figcaption><em>De</em> kade</figcaption></figure>\n",
        ),
        (
            "gallery",
            "gallery",
            json!({"images": [{"src": "https://e.org/1.jpg"}, {"alt": "niets"}, {"src": "https://e.org/2.jpg", "alt": "2"}], "caption": "Twee"}),
            "<figure><img src=\"https://e.org/1.jpg\" alt=\"\"><img src=\"https://e.org/2.jpg\" alt=\"2\"><figcaption>Twee</figcaption></figure>\n",
        ),
        (
            "card-markdown",
            "markdown",
            json!({"markdown": "Een *sluis*"}),
            "<p>Een <em>sluis</em></p>\n",
        ),
        (
            "html",
            "html",
            json!({"html": "<table><tr><td>1</td></tr></table>"}),
            "<table><tr><td>1</td></tr></table>\n",
        ),
        (
            "code",
            "codeblock",
            json!({"code": "a < b\n", "language": "rust"}),
            "<pre><code class=\"language-rust\">a &lt; b\n</code></pre>\n",
        ),
        (
            "embed",
            "embed",
            json!({"url": "https://vimeo.com/1", "html": "<iframe></iframe>"}),
            "<figure><a href=\"https://vimeo.com/1\">https://vimeo.com/1</a></figure>\n",
        ),
        (
            "embed",
            "embed",
            json!({"html": "<iframe src=\"https://e.org\"></iframe>"}),
            "<figure><iframe src=\"https://e.org\"></iframe></figure>\n",
        ),
        (
            "bookmark",
            "bookmark",
            json!({"url": "https://e.org", "metadata": {"title": "Getij", "description": "Hoog & laag", "publisher": "Kade", "icon": "https://e.org/i.png"}}),
            "<p><a href=\"https://e.org\">Getij</a><br>\nHoog &amp; laag<br>\nKade</p>\n",
        ),
        ("hr", "horizontalrule", json!({}), "<hr>\n"),
        (
            "button",
            "button",
            json!({"buttonUrl": "https://e.org", "buttonText": "Lees"}),
            "<p><a href=\"https://e.org\">Lees</a></p>\n",
        ),
        (
            "callout",
            "callout",
            json!({"calloutEmoji": "⚓", "calloutText": "Let <b>op</b>"}),
            "<blockquote><p>⚓ Let <b>op</b></p></blockquote>\n",
        ),
        (
            "toggle",
            "toggle",
            json!({"heading": "Waarom?", "content": "<p>Daarom.</p>"}),
            "<h4>Waarom?</h4>\n<p>Daarom.</p>\n",
        ),
        (
            "product",
            "product",
            json!({"productTitle": "Boek", "productDescription": "<p>Dik</p>", "productUrl": "https://e.org", "productButton": "Koop"}),
            "<h4>Boek</h4>\n<p>Dik</p>\n<p><a href=\"https://e.org\">Koop</a></p>\n",
        ),
        (
            "header",
            "header",
            json!({"header": "Kop", "subheader": "Sub"}),
            "<h2>Kop</h2>\n<p>Sub</p>\n",
        ),
        (
            "file",
            "file",
            json!({"src": "__GHOST_URL__/content/files/x.pdf", "fileTitle": "Rapport"}),
            "<p><a href=\"__GHOST_URL__/content/files/x.pdf\">Rapport</a></p>\n",
        ),
        (
            "audio",
            "audio",
            json!({"src": "https://e.org/a.mp3"}),
            "<p><audio src=\"https://e.org/a.mp3\" title=\"a.mp3\">a.mp3</audio></p>\n",
        ),
        (
            "video",
            "video",
            json!({"src": "https://e.org/f.mp4", "fileName": "Brug \"open\".mp4", "caption": "De brug"}),
            "<p><video src=\"https://e.org/f.mp4\" title=\"Brug &quot;open&quot;.mp4\">Brug &quot;open&quot;.mp4</video></p>\n<p>De brug</p>\n",
        ),
        ("paywall", "paywall", json!({}), ""),
    ];
    for (old, new, payload, html) in cards {
        let written = mobiledoc(json!({"cards": [[old, payload]], "sections": [[10, 0]]}));
        assert_eq!(written.html, html, "{old}");
        assert!(written.dropped.is_empty(), "{old}");
        let mut node = payload.clone();
        node["type"] = json!(new);
        assert_eq!(lexical(json!([node])).html, html, "{new}");
    }
}

#[test]
fn words_of_unknown_cards_are_kept_and_told_and_mails_left_out() {
    let written = lexical(json!([
        {"type": "kaart-van-later", "heading": "Tij", "html": "<p>Hoog</p>", "children": [{"type": "paragraph", "children": [text("Laag", 0)]}]},
        {"type": "email-cta", "html": "<p>Alleen per mail</p>"},
        {"type": "paragraph", "children": [{"type": "vreemd", "text": "woord", "children": [text("!", 0)]}]},
    ]));
    assert_eq!(
        written.html,
        "<p>Tij</p>\n<p>Hoog</p>\n<p>Laag</p>\n<p>woord!</p>\n"
    );
    assert_eq!(
        written.dropped,
        [
            "card kaart-van-later, of which only the words were kept",
            "card email-cta",
            "vreemd within a line, of which only the words were kept"
        ]
    );
}

#[test]
fn a_document_that_cannot_be_read_is_told() {
    for (source, told) in [
        (Source::Lexical("{".to_owned()), "lexical is not JSON"),
        (Source::Lexical("{}".to_owned()), "no root"),
        (Source::Mobiledoc("[]".to_owned()), "no sections"),
        (Source::Mobiledoc("[".repeat(4 << 20)), "recursion limit"),
        (
            Source::Lexical("{\"root\":".repeat(1000)),
            "recursion limit",
        ),
    ] {
        let fault = write(&source).fault.unwrap();
        assert!(fault.contains(told), "{fault}");
    }
}

#[test]
fn cards_in_ready_html_become_simple_and_the_rest_stays() {
    let html = "<p>Een &amp; <b>twee</b></p><!--kg-card-begin: html--><script>if (a < b) {}</script><!--kg-card-end: html-->\
        <figure class=\"kg-card kg-bookmark-card\"><a class=\"kg-bookmark-container\" href=\"https://e.org/?a&amp;b\"><div class=\"kg-bookmark-content\">\
        <div class=\"kg-bookmark-title\">Getij</div><div class=\"kg-bookmark-description\">Hoog</div><div class=\"kg-bookmark-metadata\"><img class=\"kg-bookmark-icon\" src=\"https://e.org/i.png\">\
        <span class=\"kg-bookmark-publisher\">Kade</span></div></div></a><figcaption>Zie <i>ook</i></figcaption></figure>\
        <div class=\"kg-card kg-audio-card\"><img class=\"kg-audio-thumbnail\" src=\"\"><audio src=\"https://e.org/a.mp3\"></audio><div class=\"kg-audio-title\">Gesprek</div><div class=\"kg-audio-player\"><span>0:00</span><div>/</div></div></div>\
        <div class=\"kg-card kg-signup-card\"><form>Aanmelden</form></div><p>Slot</p>";
    let written = write(&Source::Html(html.to_owned()));
    assert_eq!(
        written.html,
        "<p>Een &amp; <b>twee</b></p><!--kg-card-begin: html--><script>if (a < b) {}</script><!--kg-card-end: html-->\
         <p><a href=\"https://e.org/?a&amp;b\">Getij</a><br>\nHoog<br>\nKade</p>\n<p>Zie <i>ook</i></p>\n\
         <div class=\"kg-card kg-audio-card\"><img class=\"kg-audio-thumbnail\" src=\"\"><audio src=\"https://e.org/a.mp3\"></audio><div class=\"kg-audio-title\">Gesprek</div></div><p>Slot</p>"
    );
    assert_eq!(written.dropped, ["card signup"]);
    let open = "<figure class=\"kg-bookmark-card\">".repeat(20_000);
    assert_eq!(write(&Source::Html(open.clone())).html, open);
}

fn node() -> impl Strategy<Value = serde_json::Value> {
    let name = prop::sample::select(vec![
        "paragraph",
        "heading",
        "quote",
        "list",
        "listitem",
        "link",
        "text",
        "linebreak",
        "image",
        "gallery",
        "bookmark",
        "callout",
        "x",
    ]);
    let leaf = (name.clone(), any::<String>())
        .prop_map(|(name, text)| json!({"type": name, "text": text, "src": text, "url": text}));
    leaf.prop_recursive(5, 40, 5, move |inner| {
        (name.clone(), prop::collection::vec(inner, 0..5)).prop_map(
            |(name, children)| json!({"type": name, "children": children, "images": children}),
        )
    })
}

proptest! {
    #[test]
    fn no_lexical_makes_markup_of_words(nodes in prop::collection::vec(node(), 0..6)) {
        let written = lexical(json!(nodes));
        prop_assert!(written.fault.is_none());
        prop_assert!(!written.html.contains("<script"));
    }

    #[test]
    fn html_that_is_no_card_stays_as_it_is(html in "[<>a-p/ \"=!&;-]{0,200}") {
        prop_assert_eq!(write(&Source::Html(html.clone())).html, html);
    }
}
