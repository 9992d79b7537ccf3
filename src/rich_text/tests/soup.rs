//! Sources as no editor would write them.

use proptest::prelude::*;

const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "article",
    "aside",
    "audio",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "head",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "listing",
    "mark",
    "marquee",
    "math",
    "mi",
    "mtext",
    "nobr",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "p",
    "plaintext",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "script",
    "section",
    "select",
    "small",
    "span",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "desc",
    "foreignObject",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "u",
    "ul",
    "video",
    "wbr",
    "xmp",
    "annotation-xml",
    "p",
    "b",
    "a",
    "li",
    "ul",
    "figure",
    "sup",
    "blockquote",
    "table",
    "pre",
    "h2",
    "br",
];

const ATTRIBUTES: &[&str] = &[
    " href=/a",
    " href=\"https://x.nl/?a=1&b\"",
    " href=#n1",
    " href=#fn-1",
    " href=#a",
    " href=javascript:x",
    " id=n1",
    " id=fn-1",
    " id=a",
    " src=/a.jpg",
    " src=https://youtu.be/abc",
    " src=data:x",
    " alt='a \" b'",
    " title='t <b>'",
    " onclick=x",
    " lang=nl",
    " class=footnotes",
    " class='language-x'",
    " class=twitter-tweet",
    " role=doc-endnotes",
    " cite=https://x.nl",
    " role=doc-backlink",
    " data-credit=c",
    " rel='nofollow x'",
    " encoding=text/html",
    "/",
    " data-footnotes",
    " class=footnote-ref",
    " title=https://youtu.be/abc",
    " href=https://youtu.be/abc",
];

const TEXTS: &[&str] = &[
    "a",
    "b c",
    " ",
    "\n",
    "\n\n",
    "&nbsp;",
    "&lt;",
    "&amp;amp;",
    "\u{b}",
    "\0",
    "é",
    "中文",
    "\u{a0}x",
    "<",
    ">",
    "\"",
    "'",
    "https://youtu.be/abc",
    "https://x.nl/",
    "- ",
    "— N",
    "1",
    "\u{21a9}",
    "<!--",
    "-->",
    "<!-- x -->",
    "]]>",
    "<![CDATA[",
    "&#13;",
    "\r\n",
    "\t",
    "<?x",
    "</",
    "*a*",
    "[^1]",
    "\u{200b}",
    "&#11;",
    "word",
];

/// Tags and text in any order.
pub(super) fn soup() -> impl Strategy<Value = String> {
    let attributes = prop::collection::vec(prop::sample::select(ATTRIBUTES), 0..3);
    let open = (prop::sample::select(ELEMENTS), attributes)
        .prop_map(|(name, attributes)| format!("<{name}{}>", attributes.concat()));
    let close = prop::sample::select(ELEMENTS).prop_map(|name| format!("</{name}>"));
    let text = prop::sample::select(TEXTS).prop_map(str::to_owned);
    prop::collection::vec(prop_oneof![4 => open, 2 => close, 3 => text], 0..24)
        .prop_map(|parts| parts.concat())
}

/// Well nested, so that structure survives and meets structure.
pub(super) fn nested() -> impl Strategy<Value = String> {
    let text = prop::sample::select(TEXTS).prop_map(str::to_owned);
    text.prop_recursive(5, 40, 5, |inner| {
        let attributes = prop::collection::vec(prop::sample::select(ATTRIBUTES), 0..2);
        (
            prop::sample::select(ELEMENTS),
            attributes,
            prop::collection::vec(inner, 0..5),
        )
            .prop_map(|(name, attributes, inner)| {
                format!("<{name}{}>{}</{name}>", attributes.concat(), inner.concat())
            })
    })
}

/// Pieces of Markdown in any order.
pub(super) fn marked_down() -> impl Strategy<Value = String> {
    let parts: &[&str] = &[
        "a",
        "b c",
        "\n",
        "\n\n",
        "# ",
        "## ",
        "- ",
        "1. ",
        "> ",
        "  ",
        "    ",
        "*",
        "**",
        "~~",
        "`",
        "```\n",
        "[^1]",
        "[^1]: ",
        "[a](",
        ")",
        "![a](/b)",
        "|",
        "|-|\n",
        "\n---\n",
        "<b>",
        "</b>",
        "<div>",
        "https://youtu.be/abc",
        "\\",
        "&lt;",
        "<!--",
        "中",
        "[^2]",
        "[^2]: x\n",
        "\t",
        "| a | b |\n|---|---|\n| c | d |\n",
        "<sup>",
        "</sup>",
        "[x](#a)",
    ];
    prop::collection::vec(prop::sample::select(parts), 0..30).prop_map(|parts| parts.concat())
}

/// Elements without attributes: nothing in them is said otherwise than in words.
pub(super) fn bare() -> impl Strategy<Value = String> {
    let text = prop::sample::select(
        &[
            "a",
            "b c",
            " ",
            "\n\n",
            "&lt;",
            "é",
            "中文",
            "https://youtu.be/abc",
            "word",
            "x",
        ][..],
    );
    text.prop_map(str::to_owned)
        .prop_recursive(6, 60, 6, |inner| {
            // Ammonia reads these in ways of its own.
            let odd = [
                "select",
                "math",
                "mi",
                "mtext",
                "annotation-xml",
                "svg",
                "desc",
                "foreignObject",
                "noscript",
            ];
            let shown: Vec<&str> = ELEMENTS
                .iter()
                .copied()
                .filter(|name| !odd.contains(name))
                .collect();
            (
                prop::sample::select(shown),
                prop::collection::vec(inner, 0..6),
            )
                .prop_map(|(name, inner)| format!("<{name}>{}</{name}>", inner.concat()))
        })
}
