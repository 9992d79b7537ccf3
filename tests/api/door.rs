//! The door under races: whatever the order, delivery ends with the newest name and without what was withdrawn.

use serde_json::{Value, json};
use tokio::join;

use crate::app::{Answer, App};
use crate::watch::{Hand, expect_gapless, holding, waiting};

const OLD: &str = "Oudenaam";
const NEW: &str = "Nieuwenaam";

/// A draft that names a person and an author whom nothing public names yet.
async fn draft(app: &App, round: usize) -> Answer {
    let name = format!("{OLD} {round}");
    app.make("/authors", json!({"name": name})).await;
    let entities = json!([{"kind": "person", "name": name}]);
    app.make("/articles", json!({"headline": format!("Artikel {round}"), "authors": [format!("oudenaam-{round}")], "entities": entities})).await
}

/// Gives what the draft names its new name and slug.
async fn rename(app: &App, kind: &str, round: usize) -> Answer {
    let path = format!("/{kind}/oudenaam-{round}");
    let seen = app.manage("GET", &path).send().await.expect(200);
    app.patch(
        &path,
        &seen,
        json!({"name": format!("{NEW} {round}"), "slug": format!("nieuwenaam-{round}")}),
    )
    .await
    .expect(200)
}

async fn publish(app: &App, article: &Answer) -> Answer {
    app.act(article, "publish", json!({})).await.expect(200)
}

/// What the page says of the kind renamed.
async fn shown(app: &App, kind: &str, round: usize) -> Value {
    let page = app
        .get(&format!("/v1/articles/artikel-{round}"))
        .await
        .expect(200)
        .json;
    let shown = if kind == "authors" {
        &page["authors"][0]
    } else {
        &page["entities"]["people"][0]
    };
    json!([shown["name"], shown["slug"]])
}

async fn expect_renamed(app: &App, kind: &str, round: usize) {
    assert_eq!(
        shown(app, kind, round).await,
        json!([format!("{NEW} {round}"), format!("nieuwenaam-{round}")])
    );
    let thing = app
        .get(&format!("/v1/{kind}/nieuwenaam-{round}"))
        .await
        .expect(200);
    assert_eq!(thing.json["name"], format!("{NEW} {round}"));
    let row = format!("SELECT name FROM delivery.{kind} WHERE slug LIKE '%-{round}'");
    let names: Vec<String> = app
        .sql()
        .await
        .query(&row, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(names, [format!("{NEW} {round}")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rename_that_waits_behind_a_first_publication_reaches_readers() {
    let app = App::start().await;
    for (round, kind) in ["authors", "entities"].into_iter().enumerate() {
        let article = draft(&app, round).await;
        let hand = Hand::on_counter(&app).await;
        join!(
            publish(&app, &article),
            async {
                waiting(&app, 1).await;
                rename(&app, kind, round).await
            },
            async {
                waiting(&app, 2).await;
                hand.let_go().await;
            }
        );
        expect_renamed(&app, kind, round).await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_publication_that_waits_behind_a_rename_shows_the_new_name() {
    let app = App::start().await;
    for (round, kind) in ["authors", "entities"].into_iter().enumerate() {
        let article = draft(&app, round).await;
        let hand = Hand::on_counter(&app).await;
        join!(
            rename(&app, kind, round),
            async {
                waiting(&app, 1).await;
                publish(&app, &article).await
            },
            async {
                waiting(&app, 2).await;
                hand.let_go().await;
            }
        );
        expect_renamed(&app, kind, round).await;
        assert_eq!(
            app.get(&format!("/v1/{kind}/oudenaam-{round}"))
                .await
                .status,
            404,
            "a slug that was never public"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_race_of_renames_and_first_publications_leaves_an_old_name() {
    let app = App::start().await;
    for round in 0..40 {
        let article = draft(&app, round).await;
        let (kind, other) = if round % 2 == 0 {
            ("authors", "entities")
        } else {
            ("entities", "authors")
        };
        if round % 3 == 0 {
            join!(
                rename(&app, kind, round),
                rename(&app, other, round),
                publish(&app, &article)
            );
        } else {
            join!(
                publish(&app, &article),
                rename(&app, kind, round),
                rename(&app, other, round)
            );
        }
        expect_renamed(&app, "authors", round).await;
        expect_renamed(&app, "entities", round).await;
    }
    expect_gapless(&app).await;
    app.stop().await;
}

/// A published article, and a draft that picks it.
async fn pair(app: &App, round: usize) -> (Answer, Answer) {
    let picked = app
        .publish(json!({"headline": format!("Gekozen kop {round}")}))
        .await;
    let picks = app
        .make(
            "/articles",
            json!({"headline": format!("Kiezer {round}"), "related": [{"article": picked.id()}]}),
        )
        .await;
    (picked, picks)
}

async fn withdraw(app: &App, article: &Answer) -> Answer {
    app.act(article, "withdraw", json!({})).await.expect(200)
}

async fn expect_withdrawn(app: &App, round: usize) {
    let page = app
        .get(&format!("/v1/articles/kiezer-{round}"))
        .await
        .expect(200);
    assert_eq!(page.json["related"], json!([]));
    assert_eq!(
        app.get(&format!("/v1/articles/kiezer-{round}/related"))
            .await
            .json["data"],
        json!([])
    );
    app.get(&format!("/v1/articles/gekozen-kop-{round}"))
        .await
        .expect(410);
    assert_eq!(
        holding(app, &format!("Gekozen kop {round}")).await,
        Vec::<String>::new()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_that_races_a_publication_that_picks_it_leaves_no_headline() {
    let app = App::start().await;
    let (picked, picks) = pair(&app, 0).await;
    let hand = Hand::on_counter(&app).await;
    join!(
        publish(&app, &picks),
        async {
            waiting(&app, 1).await;
            withdraw(&app, &picked).await
        },
        async {
            waiting(&app, 2).await;
            hand.let_go().await;
        }
    );
    expect_withdrawn(&app, 0).await;

    let (picked, picks) = pair(&app, 1).await;
    let hand = Hand::on_counter(&app).await;
    join!(
        withdraw(&app, &picked),
        async {
            waiting(&app, 1).await;
            publish(&app, &picks).await
        },
        async {
            waiting(&app, 2).await;
            hand.let_go().await;
        }
    );
    expect_withdrawn(&app, 1).await;

    for round in 2..20 {
        let (picked, picks) = pair(&app, round).await;
        join!(publish(&app, &picks), withdraw(&app, &picked));
        expect_withdrawn(&app, round).await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_that_races_an_update_of_the_same_article_ends_withdrawn() {
    let app = App::start().await;
    for round in 0..20 {
        let article = app
            .publish(json!({"headline": format!("Artikel {round}")}))
            .await;
        let path = format!("/articles/{}/updates", article.id());
        let update = json!({"body": {"format": "markdown", "source": "Later."}});
        let (_, update) = join!(
            withdraw(&app, &article),
            app.manage("POST", &path).json(&update).send()
        );
        assert!([201, 409].contains(&update.status), "{}", update.text);
        app.get(&format!("/v1/articles/artikel-{round}"))
            .await
            .expect(410);
    }
    expect_gapless(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_waited_for_the_article_is_dated_after_what_it_waited_for() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Artikel"})).await;
    let (path, update) = (
        format!("/articles/{}/updates", article.id()),
        json!({"body": {"format": "markdown", "source": "Later."}}),
    );
    let other = app.sql().await;
    other
        .batch_execute("BEGIN; SELECT FROM newsroom.articles FOR UPDATE")
        .await
        .unwrap();
    let (made, ()) = join!(app.manage("POST", &path).json(&update).send(), async {
        waiting(&app, 1).await;
        other
            .batch_execute("UPDATE newsroom.articles SET published_at = clock_timestamp(); COMMIT")
            .await
            .unwrap();
    });
    let published = app
        .manage("GET", &format!("/articles/{}", article.id()))
        .send()
        .await
        .json["published_at"]
        .clone();
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(
        made.json["published_at"].as_str() >= published.as_str(),
        "{} {published}",
        made.text
    );
    app.stop().await;
}
