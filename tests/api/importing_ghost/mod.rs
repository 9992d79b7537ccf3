//! `kroniek import ghost`: what was public there is public here, and nothing else; a second run changes nothing.

mod again;
mod public;
mod words;

use std::path::{Path, PathBuf};

use kroniek::exchange::ghost::{Options, import};
use kroniek::exchange::import::{self, Categories};
use kroniek::values::WebUrl;
use serde_json::{Value, json};

use crate::app::App;
use crate::importing::counts;
use crate::postgres::temporary_folder;

fn options(file: &Path, categories: Categories) -> Options {
    Options {
        common: import::Options {
            file: file.to_owned(),
            dry_run: false,
            categories,
            report: None,
        },
        url: Some(WebUrl::parse("https://havenstad.example/").unwrap()),
    }
}

pub async fn run(app: &App, file: &Path) -> String {
    let options = options(file, Categories::Section);
    let report = import(&app.store.pools, &options, |_, _| ()).await;
    report.unwrap().to_string()
}

fn fixture() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ghost.json")
}

/// The fixture, changed.
fn changed(name: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
    let mut document: Value =
        serde_json::from_str(&std::fs::read_to_string(fixture()).unwrap()).unwrap();
    change(&mut document);
    written(name, &document.to_string())
}

pub fn written(name: &str, text: &str) -> PathBuf {
    let file = temporary_folder(name).join("ghost.json");
    std::fs::write(&file, text).unwrap();
    file
}

async fn article(app: &App, slug: &str) -> Value {
    let path =
        format!("/v1/articles/{slug}?include=section,authors,updates,entities&body=html,text");
    app.get(&path).await.expect(200).json.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_becomes_articles_and_a_second_run_changes_nothing() {
    let app = App::start().await;
    let empty = counts(&app).await;
    let mut dry = options(&fixture(), Categories::Section);
    dry.common.dry_run = true;
    let would = import(&app.store.pools, &dry, |_, _| ())
        .await
        .unwrap()
        .to_string();
    assert_eq!(counts(&app).await, empty, "a dry run writes nothing");

    let report = run(&app, &fixture()).await;

    assert_eq!(report, would, "a dry run tells what happens");
    for line in [
        "14  article new",
        "2  page new",
        "2  author new",
        "2  section new",
        "1  update found, dated by its text",
        "1  update found, dated by the last change",
        "1  article kept as a draft (draft)",
        "1  article kept as a draft (scheduled)",
        "2  article kept as a draft (sent by mail only)",
        "1  article kept as a draft (for members only)",
        "1  article kept as a draft (for paying members only)",
        "1  article kept as a draft (for some members only)",
        "1  article kept as a draft (its lexical is not JSON",
        "2  skipped: internal tag",
        "1  skipped: of status trashed",
        "1  skipped: post: html is not a text",
        "1  skipped: post: no usable id",
        "1  user missing from the file",
        "1  tag missing from the file",
        "1  no title; the headline was made from the text",
        "card kaart-van-later, of which only the words were kept — Alleen mobiledoc",
        "code injection (scripts and styles of its page) — De Zwanenbrug gaat dicht",
    ] {
        assert!(report.contains(line), "no {line} in\n{report}");
    }

    let after = counts(&app).await;
    let again = run(&app, &fixture()).await;
    assert_eq!(counts(&app).await, after, "a second run changes nothing");
    assert!(
        again.contains("unchanged since the last import") && !again.contains(" new"),
        "{again}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_keeps_its_people_tags_picture_dates_and_words() {
    let app = App::start().await;
    run(&app, &fixture()).await;
    let bridge = article(&app, "zwanenbrug-dicht").await;
    let names = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|thing| thing["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(&bridge["authors"]),
        ["Joost Oeverland", "Marit van der Kade"]
    );
    assert_eq!(
        bridge["section"]["name"], "Water",
        "the first that readers saw"
    );
    let topics = names(&bridge["entities"]["topics"]);
    assert_eq!(topics, ["Haven"], "no internal tag");
    assert_eq!(bridge["language"], "nl");
    assert_eq!(bridge["published_at"], "2023-05-01T09:00:00.000Z");
    let guid = "SELECT guid FROM newsroom.articles WHERE id::text = $1";
    let id = bridge["id"].as_str().unwrap();
    let guid: String = app
        .sql()
        .await
        .query_one(guid, &[&id])
        .await
        .unwrap()
        .get(0);
    assert_eq!(guid, "64a000000000000000000001", "as Ghost's feeds have it");
    assert_eq!(bridge["canonical_url"], "https://example.org/origineel");
    assert_eq!(
        (
            &bridge["image"]["url"],
            &bridge["image"]["alt"],
            &bridge["image"]["caption"]
        ),
        (
            &json!("https://havenstad.example/content/images/brug.jpg"),
            &json!("Een brug"),
            &json!("Foto: Marit")
        )
    );
    assert_eq!(
        (&bridge["seo"]["title"], &bridge["seo"]["description"]),
        (&json!("Zwanenbrug"), &json!("Waarom de brug dicht is"))
    );
    assert_eq!(bridge["update_count"], 1);
    assert_eq!(
        bridge["updates"][0]["published_at"],
        "2023-05-04T00:00:00.000Z"
    );
    let html = bridge["body"]["html"].as_str().unwrap();
    assert!(html.contains("https://havenstad.example/haven/"), "{html}");
    assert!(html.contains("Het getij") && !html.contains("<img") && !html.contains("UPDATE"));
    assert!(bridge.to_string().contains("Een &lt;korte&gt; inleiding"));

    let lexical = article(&app, "alleen-lexical").await;
    assert_eq!(
        lexical["body"]["text"],
        "Dit stond alleen in het nieuwe document."
    );
    assert_eq!(lexical["update_count"], 1);
    let mobiledoc = article(&app, "alleen-mobiledoc").await;
    let text = mobiledoc["body"]["html"].as_str().unwrap();
    assert!(
        text.contains("<strong>Dit stond") && text.contains("Woorden van een onbekende kaart"),
        "{text}"
    );
    assert!(text.contains("https://havenstad.example/content/images/sluis.jpg"));
    for page in ["colofon", "oude-pagina"] {
        assert_eq!(article(&app, page).await["type"], "page");
    }
    assert_eq!(article(&app, "in-english").await["language"], "en");
    assert_eq!(
        article(&app, "zonder-schrijver").await["authors"],
        json!([])
    );

    let marit = app.get("/v1/authors/marit").await.expect(200).json.clone();
    assert_eq!(
        marit["image"]["url"],
        "https://havenstad.example/content/images/marit.jpg"
    );
    let links: Vec<&str> = marit["links"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|link| link["url"].as_str())
        .collect();
    assert_eq!(
        links,
        [
            "https://marit.example/",
            "https://x.com/marit",
            "https://www.facebook.com/marit.kade"
        ]
    );
    app.stop().await;
}
