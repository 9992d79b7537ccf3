//! A merge that meets other writes: nobody waits in a circle, and nothing is left behind.

use std::pin::pin;

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::entity_merge::{counted, person};
use crate::races::crossings::crossing;
use crate::races::{Request, hand_on, meeting};
use crate::shorthand::{managed, read, slugs, texts};
use crate::watch::waiting;

fn merging(from: &str, into: &str) -> Request {
    let path = format!("/entities/{from}/merge");
    Request::new("POST", path, json!({"into": into}))
}

async fn draft(app: &App, headline: &str, entities: Value) -> Answer {
    app.make(
        "/articles",
        json!({"headline": headline, "entities": entities}),
    )
    .await
}

/// Two persons, and the id of the first.
async fn two(app: &App) -> String {
    let id = person(app, "Aa").await.id();
    person(app, "Bb").await;
    id
}

/// Nothing names or is named by the entity that went.
async fn nothing_left(app: &App, gone: &str) {
    for place in [
        "newsroom.article_version_entities WHERE entity_id",
        "newsroom.entities WHERE id",
        "newsroom.entity_names WHERE entity_id",
        "newsroom.slugs WHERE owner_id",
        "delivery.article_entities WHERE entity_id",
        "delivery.entities WHERE id",
        "delivery.entity_names WHERE entity_id",
        "delivery.slugs WHERE id",
    ] {
        let sql = format!("SELECT FROM {place} = '{gone}'");
        let left = app.sql().await.query(&sql, &[]).await.unwrap();
        assert!(left.is_empty(), "{place}");
    }
    counted(app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_published_during_a_merge_names_what_stays_whoever_comes_first() {
    for merge_first in [true, false] {
        let app = App::start().await;
        let gone = two(&app).await;
        let article = draft(&app, "H", json!([{"entity": "aa"}])).await;
        let path = format!("/articles/{}/publish", article.id());
        let publishing = Request::new("POST", path, json!({}));
        let (first, second) = if merge_first {
            meeting(&app, &merging("aa", "bb"), &publishing).await
        } else {
            meeting(&app, &publishing, &merging("aa", "bb")).await
        };
        first.expect(200);
        second.expect(200);
        let page = read(&app, "/v1/articles/h").await;
        assert_eq!(texts(&page["entities"]["people"], "slug"), ["bb"]);
        assert_eq!(read(&app, "/v1/entities/bb").await["article_count"], 1);
        nothing_left(&app, &gone).await;
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn merges_of_one_another_follow_each_other() {
    let app = App::start().await;
    let (a, c) = (two(&app).await, person(&app, "Cc").await.id());
    let b = managed(&app, "/entities/bb").await.id();
    app.publish(json!({"headline": "H", "entities": [{"entity": "aa"}, {"entity": "bb"}]}))
        .await;
    let (first, second) = meeting(&app, &merging("aa", "bb"), &merging("bb", "cc")).await;
    first.expect(200);
    assert_eq!(second.expect(200).json["aliases"], json!(["Bb", "Aa"]));
    for old in ["aa", "bb", &a, &b] {
        let moved = app.get(&format!("/v1/entities/{old}")).await.expect(308);
        assert_eq!(moved.header("location"), "/v1/entities/cc");
    }
    for gone in [&a, &b] {
        nothing_left(&app, gone).await;
    }
    for name in ["Dd", "Ee"] {
        person(&app, name).await;
    }
    let (first, second) = meeting(&app, &merging("ee", "cc"), &merging("dd", "ee")).await;
    first.expect(200);
    let told = second.expect(422);
    assert_eq!(told.faults(), ["unknown_reference at /into"]);
    assert!(told.text.contains("\\\"cc\\\" now"), "{}", told.text);
    let (first, second) = meeting(&app, &merging("dd", &c), &merging("dd", "cc")).await;
    first.expect(200);
    assert!(second.expect(404).text.contains("\\\"cc\\\" now"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_that_names_the_merged_one_by_kind_and_name_meanwhile_finds_what_stays() {
    for merge_first in [true, false] {
        let app = App::start().await;
        let gone = two(&app).await;
        let body = json!({"headline": "H", "entities": [{"kind": "person", "name": "AA"}]});
        let creating = Request::new("POST", "/articles", body);
        let (first, second) = if merge_first {
            meeting(&app, &merging("aa", "bb"), &creating).await
        } else {
            meeting(&app, &creating, &merging("aa", "bb")).await
        };
        let created = if merge_first { second } else { first };
        let article = created.expect(201).id();
        let now = managed(&app, &format!("/articles/{article}")).await;
        assert_eq!(texts(&now.json["entities"], "slug"), ["bb"]);
        assert_eq!(
            texts(&managed(&app, "/entities").await.json["data"], "slug"),
            ["bb"]
        );
        nothing_left(&app, &gone).await;
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_that_comes_to_name_the_merged_one_by_id_is_merged_too_or_told() {
    let app = App::start().await;
    let gone = two(&app).await;
    draft(&app, "Eerder", json!([{"entity": "aa"}])).await;
    let naming = |headline: &str| {
        let body = json!({"headline": headline, "entities": [{"entity": gone}]});
        Request::new("POST", "/articles", body)
    };
    let (first, second) = meeting(&app, &naming("Tijdens"), &merging("aa", "bb")).await;
    second.expect(200);
    let now = managed(&app, &format!("/articles/{}", first.expect(201).id())).await;
    assert_eq!(texts(&now.json["entities"], "slug"), ["bb"]);
    nothing_left(&app, &gone).await;

    let gone = person(&app, "Cc").await.id();
    let body = json!({"headline": "Later", "entities": [{"entity": gone}]});
    let late = Request::new("POST", "/articles", body);
    let (first, second) = meeting(&app, &merging("cc", "bb"), &late).await;
    first.expect(200);
    assert_eq!(second.expect(409).problem(), "in-use");
    let told = late.to(&app, &app.admin).send().await.expect(422);
    assert!(told.text.contains("\\\"bb\\\" now"), "{}", told.text);
    nothing_left(&app, &gone).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_that_came_to_name_the_merged_one_meanwhile_is_not_published_behind_its_back() {
    let app = App::start().await;
    let gone = two(&app).await;
    app.publish(json!({"headline": "Eerder", "entities": [{"entity": "aa"}]}))
        .await;
    // The one is where a new article waits, the other where a merge does that has taken its locks.
    let (audit, imported) = (
        hand_on(&app, "audit").await,
        hand_on(&app, "imported").await,
    );
    let body = json!({"headline": "Tijdens", "entities": [{"entity": gone}]});
    let creating = Request::new("POST", "/articles", body);
    let merge = merging("aa", "bb");
    let merging = async {
        waiting(&app, 1).await;
        merge.to(&app, &app.admin).send().await
    };
    let letting_go = async {
        waiting(&app, 2).await;
        audit.batch_execute("COMMIT").await.unwrap();
    };
    let publishing = async {
        let article = creating.to(&app, &app.admin).send().await.expect(201).id();
        waiting(&app, 1).await;
        let path = format!("/articles/{article}/publish");
        let publish = Request::new("POST", path, json!({}));
        let mut publish = pin!(publish.to(&app, &app.admin).send());
        let early = tokio::select! {
            answer = &mut publish => Some(answer),
            () = waiting(&app, 2) => None,
        };
        imported.batch_execute("COMMIT").await.unwrap();
        match early {
            Some(answer) => answer,
            None => publish.await,
        }
    };
    let (published, merged, ()) = tokio::join!(publishing, merging, letting_go);
    published.expect(200);
    merged.expect(200);
    nothing_left(&app, &gone).await;
    assert_eq!(
        slugs(&app, "/v1/entities/bb/articles").await,
        ["tijdens", "eerder"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_and_the_lists_of_an_article_do_not_wait_for_each_other_in_a_circle() {
    let app = App::start().await;
    let gone = two(&app).await;
    let article = draft(&app, "H", json!([{"entity": "aa"}])).await;
    for (from, into, list) in [
        ("aa", "bb", json!([{"entity": "bb"}, {"entity": "aa"}])),
        ("cc", "bb", json!([{"entity": "cc"}, {"entity": "bb"}])),
    ] {
        if from == "cc" {
            person(&app, "Cc").await;
        }
        let path = format!("/articles/{}/entities", article.id());
        let both = [Request::new("PUT", path, list), merging(from, into)];
        let (listed, merged) = crossing(&app, "article_version_entities", both).await;
        merged.expect(200);
        assert!([200, 409, 422].contains(&listed.status), "{}", listed.text);
        let now = managed(&app, &format!("/articles/{}", article.id())).await;
        assert_eq!(texts(&now.json["entities"], "slug"), ["bb"]);
    }
    nothing_left(&app, &gone).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn editors_of_many_articles_and_merges_at_once_end_with_one_entity() {
    let app = App::start().await;
    for number in 0..4 {
        person(&app, &format!("Naam {number}")).await;
    }
    let mut articles = Vec::new();
    for number in 0..4 {
        let names: Vec<_> = (0..4)
            .map(|name| json!({"entity": format!("naam-{}", (name + number) % 4)}))
            .collect();
        articles.push(
            app.publish(json!({"headline": format!("H {number}"), "entities": names}))
                .await
                .id(),
        );
    }
    let edits = articles.iter().map(async |article| {
        for round in 0..4 {
            let names: Vec<_> = (0..4)
                .map(|name| json!({"kind": "person", "name": format!("naam {}", (name + round) % 4)}))
                .collect();
            let path = format!("/articles/{article}/entities");
            for name in names {
                let answer = Request::new("PUT", &path, json!([name]))
                    .to(&app, &app.admin)
                    .send()
                    .await;
                assert!([200, 409, 422].contains(&answer.status), "{}", answer.text);
            }
            let path = format!("/articles/{article}/publish");
            let publishing = Request::new("POST", path, json!({}));
            publishing.to(&app, &app.admin).send().await.expect(200);
        }
    });
    let merges = (1..4).map(async |number| {
        let merge = merging(&format!("naam-{number}"), "naam-0");
        merge.to(&app, &app.admin).send().await.expect(200);
    });
    tokio::join!(
        futures_util::future::join_all(edits),
        futures_util::future::join_all(merges)
    );
    assert_eq!(slugs(&app, "/v1/entities").await, ["naam-0"]);
    assert_eq!(slugs(&app, "/v1/entities/naam-0/articles").await.len(), 4);
    assert_eq!(read(&app, "/v1/entities/naam-0").await["article_count"], 4);
    counted(&app).await;
    app.stop().await;
}
