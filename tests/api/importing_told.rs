//! What an import reports: items that share an id, and what texts lose on the way.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::app::App;
use crate::importing::{self, counts};
use crate::importing_ghost;
use crate::postgres::temporary_folder;

/// A published post of a WordPress export.
fn post(id: u32, title: &str, content: &str) -> String {
    format!(
        "<item><title>{title}</title><wp:post_id>{id}</wp:post_id><wp:post_type>post</wp:post_type><wp:status>publish</wp:status>
         <wp:post_date_gmt>2024-03-01 10:00:00</wp:post_date_gmt><content:encoded><![CDATA[{content}]]></content:encoded></item>"
    )
}

fn attachment(id: u32, url: &str) -> String {
    format!(
        "<item><title>Foto</title><wp:post_id>{id}</wp:post_id><wp:post_type>attachment</wp:post_type><wp:status>inherit</wp:status>
         <wp:attachment_url>{url}</wp:attachment_url></item>"
    )
}

fn wordpress(name: &str, items: &[String]) -> PathBuf {
    let file = temporary_folder(name).join("stad.xml");
    let text = format!(
        "<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>Stad</title><wp:wxr_version>1.2</wp:wxr_version>
         <wp:base_blog_url>https://stad.example</wp:base_blog_url>{}</channel></rss>",
        items.concat()
    );
    std::fs::write(&file, text).unwrap();
    file
}

fn ghost(name: &str, posts: &Value) -> PathBuf {
    let document = json!({"db": [{"meta": {"version": "5.0"}, "data": {"posts": posts}}]});
    importing_ghost::written(name, &document.to_string())
}

fn assert_lines(report: &str, lines: &[&str]) {
    for line in lines {
        assert!(report.contains(line), "no {line} in\n{report}");
    }
}

/// Headline and text of each article, by headline.
async fn articles(app: &App) -> Vec<(String, String)> {
    let list = app.get("/v1/articles?body=text&limit=100").await.json;
    let list = list["data"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut articles: Vec<_> = list
        .map(|article| (text(&article["headline"]), text(&article["body"]["text"])))
        .collect();
    articles.sort();
    articles
}

fn named(articles: &[(&str, &str)]) -> Vec<(String, String)> {
    let both = |(headline, text): &(&str, &str)| ((*headline).to_owned(), (*text).to_owned());
    articles.iter().map(both).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_items_with_one_post_id_the_first_counts_and_the_others_are_told() {
    let app = App::start().await;
    let bin = |item: String| item.replace(">publish<", ">trash<");
    let page = |item: String| item.replace(">post<", ">page<");
    // More than a batch lies between the first and the last of an id.
    let between = (100..170).map(|id| post(id, "Tussendoor", "<p>Tekst.</p>"));
    let mut items = vec![
        bin(post(7, "Weggegooid", "<p>Nul.</p>")),
        post(7, "Eerste", "<p>Van de ene stad.</p>"),
        post(7, "Tweede", "<p>Van de andere stad.</p>"),
        post(8, "Dubbel", "<p>Twee keer gelijk.</p>"),
        post(8, "Dubbel", "<p>Twee keer gelijk.</p>"),
    ];
    items.extend(between);
    items.push(page(post(7, "", "<p>Een pagina van elders.</p>")));
    let file = wordpress("shared-ids", &items);

    let would = importing::run(&app, &file, true).await;
    let report = importing::run(&app, &file, false).await;

    assert_eq!(report, would, "a dry run tells what happens");
    assert_lines(
        &report,
        &[
            "72  article new",
            "2  skipped: another item of the file has the same post_id, and the first counts: export its site apart, or give it an id of its own",
            "Tweede (post_id 7)",
            "item without a title (post_id 7)",
            "1  skipped: stands in the file more than once, each time the same",
            "Dubbel (post_id 8)",
        ],
    );
    assert!(!report.contains("changed"), "{report}");
    let made = articles(&app).await;
    let of = |headline: &str| made.iter().filter(|(name, _)| name == headline).count();
    assert_eq!((of("Eerste"), of("Tweede"), of("Dubbel")), (1, 0, 1));
    assert!(made.contains(&("Eerste".to_owned(), "Van de ene stad.".to_owned())));

    let after = counts(&app).await;
    let again = importing::run(&app, &file, false).await;
    assert_eq!(counts(&app).await, after, "a second run changes nothing");
    assert_lines(&again, &["72  article unchanged", "Tweede (post_id 7)"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attachments_with_one_post_id_are_told() {
    let app = App::start().await;
    let items = [
        attachment(5, "https://stad.example/een.jpg"),
        attachment(6, "https://stad.example/gelijk.jpg"),
        attachment(6, "https://stad.example/gelijk.jpg"),
        attachment(5, "https://dorp.example/twee.jpg"),
    ];
    let file = wordpress("shared-attachments", &items);
    let report = importing::run(&app, &file, false).await;
    assert_lines(
        &report,
        &[
            "1  skipped: another attachment of the file has the same post_id, and the first counts: export its site apart, else articles may show a picture of the other",
            "https://dorp.example/twee.jpg (post_id 5)",
        ],
    );
    assert!(!report.contains("(post_id 6)"), "{report}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ghost_posts_with_one_id_the_first_counts_and_slugs_may_be_the_same() {
    let app = App::start().await;
    let one = |id: &str, title: &str, slug: &str| {
        json!({"id": id, "title": title, "slug": slug, "html": format!("<p>{title}.</p>"), "status": "published", "visibility": "public",
            "type": "post", "published_at": "2024-03-01 10:00:00"})
    };
    let file = ghost(
        "shared-ids",
        &json!([
            one("64a000000000000000000001", "Eerste", "brug"),
            one("64a000000000000000000001", "Tweede", "sluis"),
            one("64a000000000000000000002", "Derde", "brug"),
        ]),
    );
    let report = importing_ghost::run(&app, &file).await;
    assert_lines(
        &report,
        &[
            "2  article new",
            "1  skipped: another post of the file has the same id, and the first counts: export its site apart, or give it an id of its own",
            "Tweede (id 64a000000000000000000001)",
            "1  slug made or numbered",
            "old address leads to something else already",
        ],
    );
    assert_eq!(
        articles(&app).await,
        named(&[("Derde", "Derde."), ("Eerste", "Eerste.")])
    );
    let after = counts(&app).await;
    importing_ghost::run(&app, &file).await;
    assert_eq!(counts(&app).await, after, "a second run changes nothing");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_wordpress_text_loses_is_told_once_for_each_kind_and_post() {
    let app = App::start().await;
    let lossy = "<p>De brug is <a href=\"javascript:alert(1)\">open</a>, <a href=\"javascript:alert(2)\">heus</a>.</p>\n\
        <script>volg()</script>\n<script>volg()</script>\n<form action=\"/x\"><input name=\"mail\"> <button>Aanmelden</button></form>\n\
        <iframe src=\"https://www.youtube.com/embed/abc123\"></iframe>\n<iframe src=\"https://kaart.example/5\"></iframe>\n\
        <img src=\"data:image/png;base64,AAAA\">\n[video mp4=\"https://stad.example/brug.mp4\"]\n\n\
        <p>UPDATE 4 maart 2024: <object data=\"https://stad.example/plan.pdf\">Het plan</object></p>";
    let plain =
        "<p>Alles <a href=\"/heel\">heel</a>.</p><p><img src=\"https://stad.example/een.jpg\"></p>";
    let deep = format!("{}Diep{}", "<div>".repeat(200), "</div>".repeat(200));
    let items = [
        post(1, "Verlies", lossy),
        post(2, "Heel", plain),
        post(3, "Diep", &deep),
    ];
    let report = importing::run(&app, &wordpress("losses", &items), false).await;
    for outcome in [
        "left out of a body: script",
        "left out of a body: form, of which only the words were kept",
        "left out of a body: address of a link (javascript: or the like), of which only the words were kept",
        "left out of a body: picture without a web address",
        "became an embed in a body, a link in its HTML: iframe",
        "became a link to its address in a body: iframe",
        "became a link to its address in a body: video",
        "became a link to its address in a body: object",
    ] {
        assert_lines(&report, &[&format!("1  {outcome}\n            Verlies\n")]);
    }
    assert_lines(
        &report,
        &[
            "1  left out of a body: all markup, nested too deeply; only the words were kept\n            Diep\n",
        ],
    );
    assert!(!report.contains("            Heel\n"), "{report}");
    let made = articles(&app).await;
    assert_eq!(made.len(), 3);
    let again = importing::run(&app, &wordpress("losses", &items), false).await;
    assert!(!again.contains("a body"), "{again}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_ghost_text_loses_is_told() {
    let app = App::start().await;
    let html = "<p>Tekst.</p><!--kg-card-begin: html--><iframe src=\"https://kaart.example/5\"></iframe><script>volg()</script>\
        <form><input name=\"mail\"></form><!--kg-card-end: html-->\
        <div class=\"kg-card kg-audio-card\"><img src=\"\" alt=\"audio-thumbnail\" class=\"kg-audio-thumbnail kg-audio-hide\">\
        <div class=\"kg-audio-player-container\"><audio src=\"https://stad.example/a.mp3\"></audio><div class=\"kg-audio-title\">Gesprek</div>\
        <div class=\"kg-audio-player\"><button>Speel</button><span>0:00</span><input type=\"range\"></div></div></div>";
    let card = json!({"root": {"children": [{"type": "audio", "src": "https://stad.example/b.mp3", "title": "Lied & dans"}]}});
    let posts = json!([
        {"id": "64a000000000000000000001", "title": "Van HTML", "slug": "een", "html": html, "status": "published", "visibility": "public", "type": "post"},
        {"id": "64a000000000000000000002", "title": "Van kaart", "slug": "twee", "lexical": card.to_string(), "status": "published",
            "visibility": "public", "type": "post"},
    ]);
    let report = importing_ghost::run(&app, &ghost("losses", &posts)).await;
    for outcome in [
        "1  left out of a body: script",
        "1  left out of a body: form, of which only the words were kept",
        "1  became a link to its address in a body: iframe",
    ] {
        assert_lines(&report, &[&format!("{outcome}\n            Van HTML\n")]);
    }
    assert_lines(
        &report,
        &[
            "2  became a link to its address in a body: audio\n            Van HTML\n            Van kaart\n",
        ],
    );
    let page = app.get("/v1/articles/een?body=text").await.json;
    let text = page["body"]["text"].as_str().unwrap();
    assert!(text.contains("Gesprek"), "{text}");
    assert!(!text.contains("0:00") && !text.contains("Speel"), "{text}");
    let card = app.get("/v1/articles/twee?body=html").await.json;
    assert_eq!(
        card["body"]["html"],
        "<p><a href=\"https://stad.example/b.mp3\" rel=\"noopener\">Lied &amp; dans</a></p>"
    );
    app.stop().await;
}
