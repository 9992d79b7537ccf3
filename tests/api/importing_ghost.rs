//! `kroniek import ghost`: what was public there is public here, and nothing else; a second run changes nothing.

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

async fn run(app: &App, file: &Path) -> String {
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

fn written(name: &str, text: &str) -> PathBuf {
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
    let names = |list: &str| -> Vec<String> {
        let list = bridge[list].as_array().unwrap().iter();
        list.map(|thing| {
            let thing = thing.get("entity").unwrap_or(thing);
            thing["name"].as_str().unwrap().to_owned()
        })
        .collect()
    };
    assert_eq!(names("authors"), ["Joost Oeverland", "Marit van der Kade"]);
    assert_eq!(
        bridge["section"]["name"], "Water",
        "the first that readers saw"
    );
    assert_eq!(names("entities"), ["Haven"], "no internal tag");
    assert_eq!(bridge["language"], "nl");
    assert_eq!(bridge["published_at"], "2023-05-01T09:00:00.000Z");
    assert_eq!(bridge["guid"], "64a000000000000000000001");
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_public_there_is_not_public_here_nor_is_any_secret_kept() {
    let app = App::start().await;
    run(&app, &fixture()).await;
    for slug in [
        "kladje",
        "volgende-week",
        "nieuwsbrief",
        "voor-leden",
        "voor-betalers",
        "voor-een-groep",
        "alleen-per-mail",
        "kapot-document",
        "weggegooid",
    ] {
        app.get(&format!("/v1/articles/{slug}")).await.expect(404);
        app.get(&format!("/v1/resolve?path=/{slug}/"))
            .await
            .expect(404);
    }
    for list in [
        "/v1/articles?body=text&limit=100",
        "/v1/entities?limit=100",
        "/v1/sections",
        "/v1/authors?limit=100",
        "/v1/sections/haven",
        "/v1/entities/haven/articles?body=text",
    ] {
        let answer = app.get(list).await;
        assert!(!answer.text.contains("GEHEIM"), "{list}");
        assert!(!answer.text.contains("intern") && !answer.text.contains("Geheimtag"));
    }
    let sql = app.sql().await;
    let dump = "SELECT string_agg(t::text, '') FROM (SELECT to_jsonb(a) AS t FROM newsroom.authors a UNION ALL SELECT to_jsonb(i) FROM newsroom.imported i
        UNION ALL SELECT to_jsonb(s) FROM newsroom.site s UNION ALL SELECT to_jsonb(u) FROM newsroom.audit u) x";
    let kept: String = sql.query(dump, &[]).await.unwrap()[0].get(0);
    assert!(kept.contains("Marit"));
    for secret in ["GEHEIM", "@havenstad", "lezer@"] {
        assert!(!kept.contains(secret), "{secret}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_of_before_lead_to_what_is_there_now() {
    let app = App::start().await;
    run(&app, &fixture()).await;
    for (path, kind, slug) in [
        ("/zwanenbrug-dicht/", "article", "zwanenbrug-dicht"),
        (
            "/p/00000000-0000-4000-8000-000000000001/",
            "article",
            "zwanenbrug-dicht",
        ),
        ("/colofon/", "article", "colofon"),
        ("/tag/water/", "section", "water"),
        ("/tag/haven/", "section", "haven"),
        ("/author/marit/", "author", "marit"),
    ] {
        let found = app
            .get(&format!("/v1/resolve?path={path}"))
            .await
            .expect(200);
        assert_eq!(
            (
                &found.json["type"],
                &found.json["slug"],
                &found.json["state"]
            ),
            (&json!(kind), &json!(slug), &json!("moved")),
            "{path}"
        );
    }
    app.get("/v1/resolve?path=/tag/hash-intern/")
        .await
        .expect(404);
    app.stop().await;

    let app = App::start().await;
    let topics = options(&fixture(), Categories::Topics);
    import(&app.store.pools, &topics, |_, _| ()).await.unwrap();
    let found = app.get("/v1/resolve?path=/tag/water/").await.expect(200);
    assert_eq!(
        (&found.json["type"], &found.json["state"]),
        (&json!("entity"), &json!("moved"))
    );
    assert_eq!(app.get("/v1/sections").await.json["data"], json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_readers_know_already_takes_its_old_address_at_once() {
    let app = App::start().await;
    let made = app
        .manage("POST", "/articles")
        .json(&json!({"headline": "Eerder", "language": "nl", "entities": [{"kind": "topic", "name": "Haven"}]}))
        .send()
        .await
        .expect(201);
    app.act(&made, "publish", json!({})).await.expect(200);
    let file = changed("topic", |document| {
        let posts = document["db"][0]["data"]["posts"].as_array_mut().unwrap();
        posts.retain(|post| post["slug"] == "kladje");
        document["db"][0]["data"]["posts_tags"] =
            json!([{"post_id": "64a000000000000000000006", "tag_id": "64b000000000000000000002"}]);
    });
    let topics = options(&file, Categories::Topics);
    import(&app.store.pools, &topics, |_, _| ()).await.unwrap();
    let found = app.get("/v1/resolve?path=/tag/haven/").await.expect(200);
    assert_eq!(found.json["type"], "entity");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_edited_here_is_left_alone_and_what_changed_there_is_taken_over() {
    let app = App::start().await;
    run(&app, &fixture()).await;
    let seen = app.manage("GET", "/articles/in-english").send().await;
    let edited = app
        .patch(
            "/articles/in-english",
            &seen,
            json!({"headline": "Edited here"}),
        )
        .await
        .expect(200);
    app.act(&edited, "publish", json!({})).await.expect(200);
    let newer = changed("newer", |document| {
        for post in document["db"][0]["data"]["posts"].as_array_mut().unwrap() {
            match post["slug"].as_str() {
                Some("in-english") => post["html"] = json!("<p>Edited there.</p>"),
                Some("colofon") => post["html"] = json!("<p>Wie wij nu zijn.</p>"),
                Some("zwanenbrug-dicht") => post["visibility"] = json!("members"),
                Some("voor-leden") => post["visibility"] = json!("public"),
                _ => {}
            }
        }
        // A tag by another name is a change of the posts that have it.
        document["db"][0]["data"]["tags"][1]["name"] = json!("Havens");
    });

    let report = run(&app, &newer).await;

    for line in [
        "1  edited here since the last import; left alone",
        "1  page changed",
        "3  article changed",
        "1  article not published there any more; it still is here",
    ] {
        assert!(report.contains(line), "no {line} in\n{report}");
    }
    assert_eq!(article(&app, "in-english").await["headline"], "Edited here");
    assert_eq!(
        article(&app, "colofon").await["body"]["text"],
        "Wie wij nu zijn."
    );
    assert!(
        article(&app, "voor-leden").await["body"]["text"]
            .as_str()
            .is_some()
    );
    let after = counts(&app).await;
    run(&app, &newer).await;
    assert_eq!(counts(&app).await, after);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_file_is_told_with_its_place_and_the_whole_one_then_goes_in_once() {
    let app = App::start().await;
    let whole = std::fs::read_to_string(fixture()).unwrap();
    let cut: String = whole.trim_end().trim_end_matches(['}', ']']).to_owned();
    let nested = format!(
        "{{\"data\":{{\"posts\":{}{}}}}}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    for (text, told) in [
        (
            cut.clone(),
            format!("ends at byte {} (line {}", cut.len(), cut.lines().count()),
        ),
        (format!("{whole}x"), "trailing characters".to_owned()),
        (nested, "nested deeper".to_owned()),
        ("[]".to_owned(), "no Ghost export".to_owned()),
    ] {
        let file = written("broken", &text);
        let error = import(
            &app.store.pools,
            &options(&file, Categories::Section),
            |_, _| (),
        )
        .await
        .map(|report| report.to_string())
        .unwrap_err()
        .to_string();
        assert!(
            error.contains(&told) && error.contains("ghost.json"),
            "{error}"
        );
        assert_eq!(app.get("/v1/articles").await.json["data"], json!([]));
    }
    run(&app, &fixture()).await;
    let after = counts(&app).await;
    let bare = changed("bare", |document| *document = document["db"][0].take());
    run(&app, &bare).await;
    assert_eq!(
        counts(&app).await,
        after,
        "the bare form is the same export"
    );
    app.stop().await;
}

/// The words of a text: what has a letter or digit in it, without addresses.
fn words(text: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut rest = text;
    // Ghost's plain text gives the address of each link in brackets.
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        let (inside, behind) = after.split_once(']').unwrap_or((after, ""));
        if !(inside.starts_with("http") || inside.starts_with('/') || inside.starts_with("mailto"))
        {
            plain.push_str(inside);
        }
        rest = behind;
    }
    plain.push_str(rest);
    plain
        .split(|letter: char| !letter.is_alphanumeric() && letter != '\'')
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(str::to_lowercase)
        .collect()
}

/// How much the pages of the real export may differ from its own plain text, in words: that leaves out alternative texts, and counts captions
/// and link previews otherwise.
const TOLERANCE: f64 = 0.03;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_real_export_has_the_words_that_ghost_counted() {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/ghost-export.json");
    if !shared.exists() {
        println!("the real export is not here");
        return;
    }
    let app = App::start().await;
    let report = run(&app, &shared).await;
    assert!(report.contains("19  article new"), "{report}");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(&shared).unwrap()).unwrap();
    for source in document["db"][0]["data"]["posts"].as_array().unwrap() {
        let slug = source["slug"].as_str().unwrap();
        let page = article(&app, slug).await;
        let here = words(page["body"]["text"].as_str().unwrap_or_default());
        let there = words(source["plaintext"].as_str().unwrap_or_default());
        let (here, there) = (here.len() as f64, there.len() as f64);
        println!("{slug}: {here} here, {there} there");
        assert!(
            (here - there).abs() <= (there * TOLERANCE).max(5.0),
            "{slug}: {here} words here, {there} there"
        );
    }
    let after = counts(&app).await;
    run(&app, &shared).await;
    assert_eq!(counts(&app).await, after);
    app.stop().await;
}
