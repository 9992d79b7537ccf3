//! `kroniek import wordpress`: through the functions that the API uses, and a second run changes nothing.

use std::io::Write;
use std::path::{Path, PathBuf};

use kroniek::exchange::import::{Categories, Options};
use kroniek::exchange::wordpress::import;
use serde_json::json;

use crate::app::App;
use crate::postgres::temporary_folder;

pub async fn run(app: &App, file: &Path, dry_run: bool) -> String {
    let options = Options {
        file: file.to_owned(),
        dry_run,
        categories: Categories::Section,
        report: None,
    };
    import(&app.store.pools, &options, |_, _| ())
        .await
        .unwrap()
        .to_string()
}

/// Fills the newsroom from a file, as its operator does.
pub async fn fill(app: &App) {
    run(app, &fixture(), false).await;
}

fn fixture() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wordpress-updates.wxr.xml")
}

pub async fn counts(app: &App) -> Vec<i64> {
    let sql = "SELECT count(*) FROM newsroom.articles UNION ALL SELECT count(*) FROM newsroom.article_versions
               UNION ALL SELECT count(*) FROM newsroom.updates UNION ALL SELECT seq FROM delivery.head
               UNION ALL SELECT count(*) FROM newsroom.entities UNION ALL SELECT count(*) FROM newsroom.audit";
    app.sql()
        .await
        .query(sql, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_becomes_articles_with_their_updates_and_a_second_run_changes_nothing() {
    let app = App::start().await;
    let empty = counts(&app).await;
    let would = run(&app, &fixture(), true).await;
    assert_eq!(counts(&app).await, empty, "a dry run writes nothing");

    let report = run(&app, &fixture(), false).await;

    assert_eq!(report, would, "a dry run tells what happens");
    for line in [
        "10  article new",
        "2  page new",
        "3  update found, dated by its text",
        "protected by a password",
        "in the trash",
        "kept as a draft (scheduled)",
    ] {
        assert!(report.contains(line), "no {line} in\n{report}");
    }
    let list = app
        .get("/v1/articles?include=section,authors,updates,entities&limit=100")
        .await
        .expect(200);
    let bridge = list.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|article| article["headline"] == "Zwanenbrug dicht na aanvaring")
        .unwrap();
    assert_eq!(
        (
            &bridge["update_count"],
            &bridge["updates"][0]["published_at"]
        ),
        (&json!(1), &json!("2024-03-12T14:30:00.000Z"))
    );
    assert!(bridge["section"]["name"].is_string() && bridge["authors"][0]["name"].is_string());
    assert!(
        !app.get(&format!(
            "/v1/articles/{}?body=text",
            bridge["slug"].as_str().unwrap()
        ))
        .await
        .text
        .contains("UPDATE")
    );

    let after = counts(&app).await;
    let again = run(&app, &fixture(), false).await;
    assert_eq!(counts(&app).await, after, "a second run changes nothing");
    assert!(
        again.contains("unchanged since the last import") && !again.contains(" new"),
        "{again}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_of_before_lead_to_the_article_and_its_guid_is_kept() {
    let app = App::start().await;
    run(&app, &fixture(), false).await;
    let sql = app.sql().await;
    let old = sql.query("SELECT o.path, o.owner_id::text, a.guid FROM newsroom.old_paths o JOIN newsroom.articles a ON a.id = o.owner_id WHERE a.status = 'published'", &[]).await.unwrap();
    assert!(old.len() >= 5, "{}", old.len());
    for row in old {
        let (path, id, guid): (String, String, Option<String>) =
            (row.get(0), row.get(1), row.get(2));
        assert!(guid.is_some_and(|guid| !guid.is_empty()));
        let encoded = path
            .replace('%', "%25")
            .replace('?', "%3F")
            .replace('&', "%26")
            .replace('=', "%3D");
        let found = app
            .get(&format!("/v1/resolve?path={encoded}"))
            .await
            .expect(200);
        assert_eq!(found.json["id"], id, "{path}");
        app.get(&format!("/v1/resolve?path={encoded}/"))
            .await
            .expect(200);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_edited_here_is_left_alone_and_what_changed_there_is_taken_over() {
    let app = App::start().await;
    run(&app, &fixture(), false).await;
    let mine = app.get("/v1/articles?fields=headline").await.json["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let seen = app.manage("GET", &format!("/articles/{mine}")).send().await;
    let edited = app
        .patch(
            &format!("/articles/{mine}"),
            &seen,
            json!({"headline": "Hier bewerkt"}),
        )
        .await
        .expect(200);
    app.act(&edited, "publish", json!({})).await.expect(200);
    let source = std::fs::read_to_string(fixture()).unwrap().replace(
        "</content:encoded>",
        "<![CDATA[<p>Later toegevoegd.</p>]]></content:encoded>",
    );
    let file = temporary_folder("import").join("changed.xml");
    std::fs::File::create(&file)
        .unwrap()
        .write_all(source.as_bytes())
        .unwrap();

    let report = run(&app, &file, false).await;

    assert!(
        report.contains("1  edited here since the last import; left alone"),
        "{report}"
    );
    assert!(report.contains("article changed"), "{report}");
    let kept = app.get(&format!("/v1/articles/{mine}?body=text")).await;
    assert_eq!(kept.json["headline"], "Hier bewerkt");
    assert!(!kept.text.contains("Later toegevoegd"));
    let others = app.get("/v1/articles?body=text&limit=100").await;
    assert!(others.text.contains("Later toegevoegd"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_file_is_told_with_its_place_and_what_came_before_stays_idle() {
    let app = App::start().await;
    let folder = temporary_folder("broken");
    let whole = std::fs::read_to_string(fixture()).unwrap();
    let cases = [
        ("cut.xml", whole.get(..whole.len() / 2).unwrap().to_owned()),
        ("ghost.json", "{\"db\": []}".to_owned()),
        (
            "entities.xml",
            format!(
                "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]>{whole}"
            ),
        ),
        ("page.html", "<html><body>Hallo</body></html>".to_owned()),
    ];
    for (name, text) in cases {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        let options = Options {
            file,
            dry_run: false,
            categories: Categories::Topics,
            report: None,
        };
        let error = import(&app.store.pools, &options, |_, _| ())
            .await
            .map(|report| report.to_string())
            .unwrap_err();
        assert!(
            error.to_string().contains(name) && error.to_string().len() > 40,
            "{error}"
        );
    }
    assert_eq!(app.get("/v1/articles").await.json["data"], json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_famous_test_set_is_taken_over_whole() {
    let shared =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/wordpress-export.wxr.xml");
    if !shared.exists() {
        println!("the famous test set is not here");
        return;
    }
    let app = App::start().await;
    let report = run(&app, &shared, false).await;
    assert!(
        report.contains("57  article new") && report.contains("21  page new"),
        "{report}"
    );
    let longest = app
        .sql()
        .await
        .query(
            "SELECT slug FROM delivery.articles ORDER BY word_count DESC LIMIT 50",
            &[],
        )
        .await
        .unwrap();
    for row in longest {
        let slug: String = row.get(0);
        let page = app
            .get(&format!("/v1/articles/{slug}?body=html,blocks,text"))
            .await
            .expect(200);
        if page.json["word_count"].as_i64().unwrap() > 0 {
            assert!(
                page.json["body"]["html"]
                    .as_str()
                    .is_some_and(|html| !html.contains("<!-- wp:") && !html.contains("<script")),
                "{slug}"
            );
            assert!(
                page.json["body"]["blocks"]
                    .as_array()
                    .is_some_and(|blocks| !blocks.is_empty()),
                "{slug}"
            );
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_purged_here_is_not_brought_back() {
    let app = App::start().await;
    run(&app, &fixture(), false).await;
    let list = "/v1/articles?fields=headline&count=true";
    let before = app.get(list).await.json;
    let id = before["data"][0]["id"].as_str().unwrap().to_owned();
    let purge = app.manage("POST", &format!("/articles/{id}/purge"));
    let reason = json!({"reason": "Op verzoek."});
    let purge = purge.if_match("*").json(&reason).send().await;
    purge.expect(204);
    let known = counts(&app).await;

    let report = run(&app, &fixture(), false).await;

    assert!(
        report.contains("1  removed or purged here; left alone"),
        "{report}"
    );
    assert_eq!(counts(&app).await, known);
    let after = app.get(list).await.json["page"]["total"].as_i64();
    let one_less = before["page"]["total"].as_i64().map(|total| total - 1);
    assert_eq!(after, one_less);
    app.stop().await;
}
