//! Rich text through the API: two source languages, three forms, and nothing that runs.

use serde_json::{Value, json};

use crate::app::App;
use crate::shorthand::{append, html, managed, markdown, names, read, republish};

const MARKDOWN: &str = "Een *nadruk*, **sterk**, ~~weg~~, `code` en [link](https://example.org/x).\n\n## Kop\n\n- a\n  - b\n    1. c\n    2. d\n- e\n\n\
    | k | l |\n|---|---|\n| 1 | *2* |\n\n> Citaat.\n\n---\n\n```rust\nlet x = 1 < 2;\n```\n\nVoet[^1].\n\n[^1]: Noot.\n";
const HTML: &str = "<p>Een <em>nadruk</em>, <strong>sterk</strong>, <del>weg</del>, <code>code</code> en <a href=\"https://example.org/x\">link</a>.</p>\
    <h2>Kop</h2><ul><li>a<ul><li>b<ol><li>c</li><li>d</li></ol></li></ul></li><li>e</li></ul>\
    <table><thead><tr><th>k</th><th>l</th></tr></thead><tbody><tr><td>1</td><td><em>2</em></td></tr></tbody></table>\
    <blockquote><p>Citaat.</p></blockquote><hr><pre><code class=\"language-rust\">let x = 1 &lt; 2;\n</code></pre>\
    <p>Voet<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1\">1</a></sup>.</p>\
    <section class=\"footnotes\"><ol><li id=\"fn-1\"><p>Noot. <a href=\"#fnref-1\" class=\"footnote-backref\">↩</a></p></li></ol></section>";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_text_as_markdown_and_as_html_is_the_same_to_readers() {
    let app = App::start().await;
    app.publish(json!({"headline": "M", "body": markdown(MARKDOWN)}))
        .await;
    app.publish(json!({"headline": "H", "body": html(HTML)}))
        .await;
    let one = read(&app, "/v1/articles/m?body=html,blocks,text").await;
    let two = read(&app, "/v1/articles/h?body=html,blocks,text").await;

    assert_eq!(one["body"]["blocks"], two["body"]["blocks"]);
    for same in ["html", "text"] {
        assert_eq!(one["body"][same], two["body"][same]);
    }
    for same in ["outline", "word_count", "reading_minutes"] {
        assert_eq!(one[same], two[same]);
    }
    let blocks = one["body"]["blocks"].as_array().unwrap();
    let types: Vec<&str> = blocks
        .iter()
        .map(|block| block["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "paragraph",
            "heading",
            "list",
            "table",
            "quote",
            "divider",
            "code",
            "paragraph",
            "footnotes"
        ]
    );
    assert_eq!(
        blocks[1],
        json!({"type": "heading", "level": 2, "anchor": "kop", "html": "Kop", "text": "Kop"})
    );
    assert_eq!(names(&blocks[2]), ["items", "ordered", "type"]);
    let nested = &blocks[2]["items"][0]["children"][0]["items"][0];
    assert_eq!(
        (&nested["text"], &nested["children"][0]["ordered"]),
        (&json!("b"), &json!(true))
    );
    let cell = |text: &str| json!({"html": text, "text": text});
    assert_eq!(blocks[3]["header"], json!([[cell("k"), cell("l")]]));
    assert_eq!(
        blocks[3]["rows"],
        json!([[cell("1"), {"html": "<em>2</em>", "text": "2"}]])
    );
    assert_eq!(
        blocks[4],
        json!({"type": "quote", "html": "Citaat.", "text": "Citaat.", "cite": null})
    );
    assert_eq!(
        blocks[6],
        json!({"type": "code", "language": "rust", "text": "let x = 1 < 2;"})
    );
    assert_eq!(blocks[8]["items"][0]["text"], "Noot.");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_source_comes_back_to_editors_as_they_wrote_it() {
    let app = App::start().await;
    let source = "Met\ttabs,  spaties \r\n\r\n<b onclick=x>en</b> meer.\n\n";
    let made = app
        .make(
            "/articles",
            json!({"headline": "H", "body": html(source), "standfirst": markdown("")}),
        )
        .await;
    let seen = managed(&app, &format!("/articles/{}", made.id())).await;
    assert_eq!(
        (&seen.json["body"]["source"], &seen.json["body"]["format"]),
        (&json!(source), &json!("html"))
    );
    assert!(
        !seen.json["body"]["html"]
            .as_str()
            .unwrap()
            .contains("onclick")
    );
    assert_eq!(
        seen.json["standfirst"],
        json!({"format": "markdown", "source": "", "html": ""})
    );
    app.act(&seen, "publish", json!({})).await.expect(200);
    let page = read(&app, "/v1/articles/h?body=html,blocks,text").await;
    assert_eq!(
        page["standfirst"],
        json!({"html": "", "blocks": [], "text": ""})
    );
    app.stop().await;
}

/// Each does something in some browser when it is left in.
const HOSTILE: &[&str] = &[
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<a href=\"javascript:alert(1)\">a</a>",
    "<a href=\"&#106;avascript:alert(1)\">a</a>",
    "<a href=\"java\tscript:alert(1)\">a</a>",
    "<a href=\" \u{1}javascript:alert(1)\">a</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">a</a>",
    "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<base href=\"https://evil.example\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<p onclick=alert(1) style=\"background:url(x)\">x</p>",
    "<img src=\"https://example.org/a.jpg\" alt='x\" onerror='>",
    "<img src=x:alert(alt) onerror=eval(src) alt=1>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<iframe src=\"https://evil.example\"></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=x><input onfocus=alert(1) autofocus></form>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<link rel=stylesheet href=x>",
    "<a href=\"vbscript:x\">v</a>",
    "<video src=x onerror=alert(1)></video>",
    "<details ontoggle=alert(1) open>x</details>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
];
const HOSTILE_MARKDOWN: &[&str] = &[
    "[a](javascript:alert(1))",
    "[a](<java\tscript:alert(1)>)",
    "[a](&#106;avascript:alert(1))",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "![x\" onerror=\"alert(1)](https://example.org/a.jpg)",
    "[a]: javascript:alert(1)\n\n[a]",
    "| <script>alert(1)</script> |\n|---|\n| <svg onload=alert(1)> |",
    "## <img src=x onerror=alert(1)>",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "[a](data:text/html;base64,x)",
    "```\"><script>\nx\n```",
];

/// An address that can only be looked at: of the web or of mail, or without a scheme (RFC 3986, section 3.1).
fn is_good(address: &str) -> bool {
    let relative = match address.split_once(':') {
        Some((scheme, _)) => scheme.contains(['%', '/', '#', '?']),
        None => true,
    };
    let plain = !address.contains(|character: char| {
        character.is_ascii_control() || character == '&' && !address.contains("&amp;")
    });
    plain
        && (relative
            || ["https://", "http://", "mailto:"]
                .iter()
                .any(|scheme| address.starts_with(scheme)))
}

/// What runs in this HTML, by walking its tags: elements and attributes that are not harmless, and addresses of other schemes.
fn dangers(html: &str) -> Vec<String> {
    let mut dangers = Vec::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        rest = &rest[open + 1..];
        let end = rest.find('>').unwrap_or(rest.len());
        let (tag, after) = rest.split_at(end);
        rest = after;
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let harmless = [
            "a",
            "b",
            "blockquote",
            "br",
            "cite",
            "code",
            "dd",
            "del",
            "div",
            "dl",
            "dt",
            "em",
            "figcaption",
            "figure",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "img",
            "ins",
            "kbd",
            "li",
            "mark",
            "ol",
            "p",
            "pre",
            "q",
            "s",
            "section",
            "small",
            "span",
            "strong",
            "sub",
            "sup",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "u",
            "ul",
            "abbr",
        ];
        if !harmless.contains(&name.as_str()) {
            dangers.push(format!("<{tag}>"));
        }
        let mut quoted = tag.split('"');
        while let (Some(names), Some(value)) = (quoted.next(), quoted.next()) {
            let attribute = names
                .trim()
                .trim_end_matches('=')
                .rsplit(' ')
                .next()
                .unwrap_or_default();
            let known = [
                "alt", "cite", "class", "colspan", "height", "href", "id", "lang", "rel", "role",
                "rowspan", "scope", "src", "start", "title", "width",
            ];
            let address = matches!(attribute, "href" | "src" | "cite");
            if !known.contains(&attribute) || (address && !is_good(value)) {
                dangers.push(format!("{attribute}=\"{value}\""));
            }
        }
    }
    dangers
}

/// Every piece of HTML, and every address, anywhere in a JSON value.
fn check_everything(value: &Value, source: &str) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| check_everything(item, source)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value.as_str()) {
                    ("source", _) => {}
                    ("html", Some(html)) => {
                        assert_eq!(dangers(html), [""; 0], "{source} gives {html}")
                    }
                    ("url" | "cite", Some(url)) => assert!(is_good(url), "{source} gives {url}"),
                    _ => check_everything(value, source),
                }
            }
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_runs_reaches_a_reader_or_editor_from_any_text() {
    let app = App::start().await;
    let harmful: Vec<Value> = HOSTILE
        .iter()
        .map(|text| html(text))
        .chain(
            HOSTILE
                .iter()
                .chain(HOSTILE_MARKDOWN)
                .map(|text| markdown(text)),
        )
        .collect();
    let whole = |format: &str, texts: &[&[&str]]| json!({"format": format, "source": texts.concat().join("\n\n")});
    let all = [
        harmful,
        vec![
            whole("html", &[HOSTILE]),
            whole("markdown", &[HOSTILE_MARKDOWN, HOSTILE]),
        ],
    ]
    .concat();
    let author = app.make("/authors", json!({"name": "Fenna"})).await;
    let article = app
        .publish(json!({"headline": "H", "authors": ["fenna"]}))
        .await;
    append(&app, &article, json!({"body": markdown("U")})).await;
    let (site, fenna) = ("/site", format!("/authors/{}", author.id()));
    let update = format!("/articles/{}/updates/1", article.id());

    for (number, text) in all.iter().enumerate() {
        let source = text["source"].as_str().unwrap();
        let managed_article =
            republish(&app, &article, json!({"body": text, "standfirst": text})).await;
        check_everything(&managed_article.json, source);
        check_everything(
            &read(&app, "/v1/articles/h?body=html,blocks,text").await,
            source,
        );
        // The other places by turns, and all of them with the texts that hold every other.
        let places = [
            (site, "about", "/v1/site"),
            (fenna.as_str(), "biography", "/v1/authors/fenna"),
            (update.as_str(), "body", "/v1/articles/h/updates"),
        ];
        for (path, field, public) in places
            .into_iter()
            .cycle()
            .skip(number)
            .take(if number < all.len() - 2 { 1 } else { 3 })
        {
            let seen = managed(&app, path).await;
            check_everything(
                &app.patch(path, &seen, json!({field: text}))
                    .await
                    .expect(200)
                    .json,
                source,
            );
            check_everything(
                &read(&app, &format!("{public}?body=html,blocks,text")).await,
                source,
            );
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sanitised_once_stays_the_same_when_it_is_sent_again() {
    let app = App::start().await;
    let source = [HOSTILE.join("\n"), HTML.to_owned()].concat();
    let article = app
        .publish(json!({"headline": "H", "body": html(&source)}))
        .await;
    let first = read(&app, "/v1/articles/h?body=html,blocks,text").await["body"].clone();

    republish(
        &app,
        &article,
        json!({"body": html(first["html"].as_str().unwrap())}),
    )
    .await;

    assert_eq!(
        read(&app, "/v1/articles/h?body=html,blocks,text").await["body"],
        first
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_walker_of_these_tests_sees_what_runs() {
    for text in [
        "<script>",
        "<p onclick=\"x\">",
        "<a href=\"javascript:x\">",
        "<img src=\"data:x\" alt=\"\">",
        "<p style=\"x\">",
        "<svg>",
    ] {
        assert_eq!(dangers(text).len(), 1, "{text}");
    }
    assert_eq!(
        dangers("<p id=\"a\"><a href=\"https://x\" rel=\"y\">b</a></p>"),
        [""; 0]
    );
}
