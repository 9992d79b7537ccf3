//! Imports after the first, and files that are broken.

use kroniek::exchange::ghost::import;
use kroniek::exchange::import::Categories;
use serde_json::json;

use super::{article, changed, fixture, options, run, written};
use crate::app::App;
use crate::importing::counts;

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
    let ends = |letter: char| letter.is_whitespace() || matches!(letter, '}' | ']');
    let cut = whole.trim_end_matches(ends).to_owned();
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

/// An export of before 1.0: ids are numbers, dates milliseconds, pages marked, texts Markdown, one author for a post.
fn old(uuid: &str, title: &str) -> String {
    json!({"meta": {"version": "005"}, "data": {
        "posts": [{"id": 1, "uuid": uuid, "title": title, "slug": "eerste", "markdown": "Een *oud* bericht", "page": 0, "status": "published",
            "author_id": 1, "language": "en_US", "published_at": 1_400_000_000_000_i64, "image": "/content/images/oud.jpg", "meta_title": "Vroeger"}],
        "users": [{"id": 1, "name": "Marit", "slug": "marit"}],
        "tags": [{"id": 1, "name": "Water", "slug": "water"}],
        "posts_tags": [{"id": 1, "post_id": 1, "tag_id": 1}]
    }})
    .to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exports_of_before_1_0_are_read_and_two_sites_told_apart() {
    let app = App::start().await;
    for (uuid, title) in [("uuid-a", "Van hier"), ("uuid-b", "Van daar")] {
        let report = run(&app, &written(uuid, &old(uuid, title))).await;
        assert!(report.contains("1  article new"), "{report}");
    }
    let first = article(&app, "eerste").await;
    assert_eq!(first["body"]["html"], "<p>Een <em>oud</em> bericht</p>");
    assert_eq!(
        (
            &first["headline"],
            &first["language"],
            &first["published_at"]
        ),
        (
            &json!("Van hier"),
            &json!("en-US"),
            &json!("2014-05-13T16:53:20.000Z")
        )
    );
    assert_eq!(
        first["image"]["url"],
        "https://havenstad.example/content/images/oud.jpg"
    );
    assert_eq!(first["authors"][0]["slug"], "marit");
    assert_eq!(first["section"]["slug"], "water");
    assert_eq!(first["seo"]["title"], "Vroeger");
    assert_eq!(article(&app, "eerste-2").await["headline"], "Van daar");
    app.stop().await;
}
