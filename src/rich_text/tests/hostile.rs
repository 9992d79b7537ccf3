//! Case 16 of the hostile cases and its neighbours.

use super::{Block, Format, html, markdown, render, sanitize};

/// Nothing of it can run, and sanitising twice equals once. Gives the HTML back.
#[track_caller]
fn harmless(source: &str) -> String {
    for rendered in [html(source), markdown(source)] {
        let low = rendered.html.to_lowercase();
        for wrong in [
            "<script", "<svg", "<math", "<style", "<base", "<meta", "<iframe", "<object", "<form",
        ] {
            assert!(!low.contains(wrong), "{wrong} in {low}");
        }
        for (name, value) in attributes(&low) {
            assert!(
                !name.starts_with("on") && name != "style" && name != "srcdoc",
                "{name} in {low}"
            );
            let is_address = matches!(name, "href" | "src" | "cite");
            match url::Url::parse(value) {
                Ok(url) if is_address => assert!(
                    matches!(url.scheme(), "http" | "https" | "mailto" | "tel"),
                    "{low}"
                ),
                other => assert!(
                    !is_address || other == Err(url::ParseError::RelativeUrlWithoutBase),
                    "{low}"
                ),
            }
        }
        assert_eq!(html(&rendered.html), rendered);
    }
    let once = sanitize(source);
    assert_eq!(sanitize(&once), once);
    once
}

/// The attributes of all tags; the serialiser writes no `<`, `>` or `"` into a value.
fn attributes(html: &str) -> impl Iterator<Item = (&str, &str)> {
    let tags = html
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'));
    tags.flat_map(|(tag, _)| {
        let mut pieces = tag.split('"');
        std::iter::from_fn(move || {
            Some((
                pieces.next()?.rsplit(' ').next()?.strip_suffix('=')?,
                pieces.next()?,
            ))
        })
    })
}

#[test]
fn svg_onload() {
    assert_eq!(harmless("<svg onload=alert(1)>a"), "<p>a</p>");
    harmless("<svg><script>alert(1)</script><g onload=x></svg><svg/onload=x>");
    harmless(
        "<svg><a xlink:href='javascript:x'><text>hi</text></a><animate onbegin=x attributeName=href values=javascript:x>",
    );
}

#[test]
fn math_and_svg_nesting() {
    harmless(
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    );
    harmless("<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">");
    harmless("<math><mtext><mglyph><svg><mtext><style><path id=\"</style><img onerror=x src>\">");
    harmless("<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>");
    harmless(
        "<math><annotation-xml encoding=text/html><style><img src=x onerror=y></style></annotation-xml></math>",
    );
    harmless(
        "<svg><foreignObject><p><style></p><img src=1 onerror=x></style></foreignObject></svg>",
    );
    harmless("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">");
    harmless("<svg><![CDATA[><img src=x onerror=x>]]></svg>");
}

#[test]
fn javascript_in_entities_and_with_tabs() {
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A&#x61;vascript&colon;alert(1)",
        "java\tscript:alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script&#58;alert(1)",
        " &#1;&#14;  javascript:alert(1)",
        "\u{b}javascript:alert(1)",
        "java\u{0}script:alert(1)",
        "java&#0;script:alert(1)",
        "vbscript:msgbox(1)",
        "view-source:javascript:1",
        "\u{1}\u{2}javascript\u{a}:alert(1)",
        "file:///etc/passwd",
        "blob:https://x.nl/1",
    ] {
        let out = harmless(&format!(
            "<a href=\"{address}\">a</a><img src=\"{address}\" alt=b><iframe src=\"{address}\"></iframe>"
        ));
        assert!(
            !out.contains("href=\"file") && !out.contains("blob"),
            "{out}"
        );
        harmless(&format!("[a]({address}) ![b](<{address}>) <{address}>"));
        harmless(&format!(
            "<blockquote cite=\"{address}\">a<cite>{address}</cite></blockquote>"
        ));
    }
}

#[test]
fn data_links() {
    assert_eq!(
        harmless("<a href='data:text/html,<script>x</script>'>a</a>"),
        "<p>a</p>"
    );
    assert_eq!(
        harmless("a<img src='data:image/svg+xml,<svg onload=x>'>"),
        "<p>a</p>"
    );
    harmless("<object data='data:text/html;base64,PHN2Zz4='>a</object><embed src=data:x>");
}

#[test]
fn style_base_and_meta() {
    assert_eq!(harmless("<style>*{color:red}</style>a"), "<p>a</p>");
    assert_eq!(harmless("<base href=//evil.example>a"), "<p>a</p>");
    assert_eq!(
        harmless("<meta http-equiv=refresh content='0;url=javascript:x'>a"),
        "<p>a</p>"
    );
    assert_eq!(
        harmless("<p style='background:url(javascript:x)'>a</p>"),
        "<p>a</p>"
    );
    assert_eq!(
        harmless("<link rel=stylesheet href=//evil.example/x.css>a"),
        "<p>a</p>"
    );
}

#[test]
fn event_attributes() {
    assert_eq!(harmless("<p onclick=x ONMOUSEOVER='y'>a</p>"), "<p>a</p>");
    assert_eq!(
        harmless("<img src=/a.jpg onerror=x>"),
        "<figure><img src=\"/a.jpg\" alt=\"\"></figure>"
    );
    assert_eq!(harmless("<details open ontoggle=x>a</details>"), "<p>a</p>");
    harmless(
        "<img/src=/a/onerror=x><a/href=/b/onclick=x>b</a><video onerror=x><source onerror=y src=/v></video>",
    );
}

#[test]
fn quotes_in_attributes() {
    let out = harmless("<img src=/a.jpg alt='x\" onerror=\"alert(1)'>");
    assert_eq!(
        out,
        "<figure><img src=\"/a.jpg\" alt=\"x&quot; onerror=&quot;alert(1)\"></figure>"
    );
    harmless("<a href='/a\" onclick=\"x' title='\"><script>x</script>'>a</a>");
    harmless("![x\" onerror=alert(1) \"](/a.jpg \"t\\\" onload=x\")");
    harmless("```a\"onclick=x\nx\n```");
    harmless("<pre><code class='language-a\"><script>x</script>'>a</code></pre>");
    harmless(
        "<h2 id='\"><script>x</script>'>a</h2><span lang='\"><b'>x</span><abbr title='\"><script>'>x</abbr>",
    );
}

#[test]
fn control_characters() {
    let rendered = html(
        "a\u{b}b\u{0}c&#11;d&#x1b;e\u{fffe}f\u{7f}g&#x85;h<img src=/x alt='i\u{b}&#11;j'><pre>k\u{c}&#11;l\r\nm&#13;n</pre>",
    );
    for text in [
        &rendered.html,
        &rendered.text,
        &serde_json::to_string(&rendered.blocks).unwrap(),
    ] {
        assert!(
            !text.contains(
                |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}')
            ),
            "{text:?}"
        );
    }
    assert!(
        !markdown("a\u{b}b\u{0}\n\n    c\u{b}d\u{0}")
            .html
            .contains('\u{b}')
    );
}

#[test]
fn a_prefix_can_not_break_out() {
    assert_eq!(
        render(Format::Html, "<h2>a</h2>", "u1-\"><b>").html,
        "<h2 id=\"u1-ba\">a</h2>"
    );
}

/// Long enough to tell what grows with the square of it; a megabyte takes ten times as long.
const LONG: usize = 100_000;

fn long(of: &str) -> String {
    of.repeat(LONG / of.len())
}

/// None of these may take long, overflow the stack or fill the memory.
#[test]
fn a_source_made_to_hurt() {
    let mut sources = vec![
        format!(
            "<p {}>a",
            (0..30_000).map(|n| format!("a{n} ")).collect::<String>()
        ),
        (0..12_000)
            .map(|n| format!("<p><b a{n}>"))
            .collect::<String>()
            + &long("<p>x"),
        format!("<a href=/{}>{}", "x".repeat(60_000), long("<p>x</p>")),
        format!(
            "<abbr title=\"{}\">{}",
            "x".repeat(60_000),
            long("a<b>b</b>")
        ),
        format!("<img src='data:image/png;base64,{}'>", long("abc/+")),
    ];
    for part in [
        "<div>",
        "<b>",
        "<a href=/x>",
        "<ul><li>",
        "<table><tr><td>",
        "<svg>",
        "<template>",
        "<select>",
        "<p><b>",
        "<table><b>",
        "<blockquote>",
        "<pre>",
        "<font color=red><p>",
        "</p>",
        "</x>",
        "<",
        "<!--",
        "&",
        "a ",
        "a<br>",
        "<p>a",
        "<h2>a</h2>",
        "<li>a",
        "<math><mi>",
        "<button>",
        "<nobr>",
        "<object>",
        "<sup><a href=#a>",
        "<figure>",
        "<option>",
        "<q>",
    ] {
        sources.push(long(part));
    }
    for source in sources {
        timed(Format::Html, &source);
    }
}

/// Likewise.
#[test]
fn markdown_made_to_hurt() {
    for part in [
        ">",
        "> ",
        "- ",
        "[",
        "![",
        "*",
        "_a",
        "**a *",
        "`",
        "``a`",
        "~~",
        "<b>",
        "<",
        "[a](",
        "[^1]",
        "[^1]: a\n",
        "[a]: b\n",
        "|",
        "a|b\n-|-\n",
        "# a\n",
        "\\",
        "&amp;",
        "www.",
        "http://a",
        "a@b.c ",
        "    ",
        "\n",
        "1. ",
        "  - a\n",
        "<a@",
        "![^",
        "[x]",
        "<!--",
        "<?",
        "\t",
        "a\u{0}",
        "> - ",
        "[[]()",
        "$",
        "a**b",
        "*a_",
    ] {
        timed(Format::Markdown, &long(part));
    }
    let nested: String = (0..600)
        .map(|n| format!("{}- a\n", " ".repeat(n)))
        .collect();
    timed(Format::Markdown, &nested);
    let quoted: String = (0..600).map(|n| format!("{}a\n", ">".repeat(n))).collect();
    timed(Format::Markdown, &quoted);
}

fn timed(format: Format, source: &str) {
    let start = std::time::Instant::now();
    let rendered = render(format, source, "");
    let took = start.elapsed();
    let start: String = source.chars().take(40).collect();
    assert!(took.as_secs() < 5, "{took:?} for {start:?}");
    assert!(
        rendered.html.len() <= source.len() * 9 + 100_000,
        "{start:?}"
    );
}

#[test]
fn what_is_too_deep_keeps_its_words() {
    let rendered = html(&format!(
        "{}one <b>two</b> &lt;three{}",
        "<div>".repeat(5_000),
        "</div>".repeat(5_000)
    ));
    assert_eq!(
        rendered.text.split_whitespace().collect::<Vec<_>>(),
        ["one", "two", "<three"]
    );
    assert!(matches!(
        rendered.blocks.as_slice(),
        [Block::Paragraph { .. }, ..]
    ));
    let lists = html(&format!("{}deep", "<ul><li>x".repeat(60)));
    assert!(lists.text.ends_with("deep"), "{}", lists.text);
    assert!(
        serde_json::from_str::<Vec<Block>>(&serde_json::to_string(&lists.blocks).unwrap()).is_ok()
    );
    assert_eq!(html(&lists.html), lists);
}
