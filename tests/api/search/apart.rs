//! The words of updates stand apart until a node puts them together with those of their article; searches find them as if they were.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio_postgres::Client;

use super::{ask, found, found_among};
use crate::app::{Answer, App};
use crate::entity_merge::{merge, person};
use crate::history::rebuilt;
use crate::shorthand::{append, managed, markdown, read, republish, retract, slugs};
use crate::watch::{Hand, waiting};

/// Two articles with the same words and people, of which the first has two updates.
async fn reported() -> (App, Answer) {
    let app = App::start().await;
    let entities = json!([
        {"kind": "person", "name": "Ada Brug", "relation": "about"},
        {"kind": "place", "name": "Kade"},
    ]);
    let article = async |headline: &str| {
        let body = markdown("Het water stond hoog.");
        app.publish(
            json!({"headline": headline, "language": "nl", "body": body, "entities": entities}),
        )
        .await
    };
    let first = article("De haven").await;
    article("De sluis").await;
    for text in ["De steiger van hout.", "Van hout was ook de loods."] {
        say(&app, &first, text).await;
    }
    (app, first)
}

/// Appends an update whose words nobody puts together with others.
async fn say(app: &App, article: &Answer, text: &str) {
    append(app, article, json!({"body": markdown(text)})).await;
    app.sql().await.batch_execute(STAY).await.unwrap();
}

const STAY: &str = "UPDATE delivery.appended_words SET since = now() + interval '1 hour'";

const GO: &str = "UPDATE delivery.appended_words SET since = now() - interval '1 minute'";

/// How many updates' words stand apart.
async fn apart(sql: &Client) -> i64 {
    let query = "SELECT coalesce(sum(cardinality(vectors)), 0) FROM delivery.appended_words";
    sql.query_one(query, &[]).await.unwrap().get(0)
}

/// Waits until a node has put all of them together with their articles', which it does without another change.
async fn together(sql: &Client) {
    let begun = Instant::now();
    while apart(sql).await > 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "nobody does it");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The words of the first article, as they are searched and as they stand in the index.
async fn words(sql: &Client) -> (String, String) {
    let query = "SELECT w.vector::text, s.vector::text FROM delivery.article_words w JOIN delivery.article_search s USING (id) WHERE s.slug = 'de-haven'";
    let row = sql.query_one(query, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

/// What searches and lists find by words of updates, and of both an update and the article. With another limit, no answer is one that was kept.
async fn expect_found(app: &App, limit: usize) {
    let more = format!("&limit={limit}");
    let found = async |q: &str| found_among(app, q, &more).await;
    for q in [
        "steiger",
        "loods steiger",
        "steiger water",
        "\"steiger van hout\"",
        "\"van hout\" loods",
        "brug loods",
    ] {
        assert_eq!(found(q).await, ["de-haven"], "{q}");
        let listed = super::path(q, &more).replace("/search?", "/articles?");
        assert_eq!(slugs(app, &listed).await, ["de-haven"], "{q}");
    }
    assert_eq!(found("water -steiger").await, ["de-sluis"]);
    assert_eq!(found("\"hout van\"").await, ["de-haven"]);
    assert!(found("\"water steiger\"").await.is_empty());
    let both = ask(app, "water", &format!("{more}&count=true&facets=true")).await;
    assert_eq!(both["page"]["total"], 2);
    for (q, filter) in [("water", "has_updates=true"), ("loods", "entity=ada-brug")] {
        let among = found_among(app, q, &format!("{more}&{filter}")).await;
        assert_eq!(among, ["de-haven"], "{q}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_of_updates_are_found_before_and_after_they_are_put_together() {
    let (app, _) = reported().await;
    let sql = app.sql().await;
    assert_eq!(apart(&sql).await, 2);
    let (searched, stands) = words(&sql).await;
    assert!(searched.contains("'steiger'") && !stands.contains("'steiger'"));
    expect_found(&app, 20).await;
    assert_eq!(rebuilt(&app).await.changed, 0, "as they stand apart");
    sql.batch_execute(GO).await.unwrap();
    together(&sql).await;
    assert_eq!(words(&sql).await, (searched.clone(), searched));
    expect_found(&app, 21).await;
    assert_eq!(rebuilt(&app).await.changed, 0, "put together");
    app.stop().await;
}

/// Of articles in whose updates nothing is asked for, the words are searched as they stand in the index.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_is_found_in_the_same_order_before_and_after() {
    let (app, _) = reported().await;
    for (headline, updates) in [
        ("De brug", ["Het water zakt.", "Hout drijft voorbij."]),
        ("Het water", ["De brug is dicht.", "De steiger ook."]),
        (
            "Een loods",
            ["Hout van de steiger.", "Het water, het water."],
        ),
    ] {
        let article = super::publish(&app, headline, "De kade ligt stil.").await;
        for text in updates {
            say(&app, &article, text).await;
        }
    }
    let sql = app.sql().await;
    assert_eq!(apart(&sql).await, 8);
    // Another limit, that no answer is one that was kept.
    let answers = async |limit: usize| {
        let more = format!("&count=true&limit={limit}");
        let mut answers = Vec::new();
        for q in [
            "water",
            "brug",
            "hout",
            "steiger",
            "kade",
            "kade water",
            "loods -steiger",
            "kade -hout",
            "-\"hout van\" kade",
            "\"van hout\"",
            "\"kade ligt\" -water",
            "\"steiger hout\"",
            "brug loods",
            "ada",
            "kade ada -zakt",
            "loo",
            "watr",
        ] {
            answers.push((q, ask(&app, q, &format!("{more}&facets=true")).await));
            let listed = super::path(q, &more).replace("/search?", "/articles?");
            answers.push((q, read(&app, &listed).await));
        }
        answers
    };
    let before = answers(20).await;
    assert_eq!(apart(&sql).await, 8, "all that while");
    assert!(before.iter().any(|(_, found)| found["page"]["total"] == 3));
    sql.batch_execute(GO).await.unwrap();
    together(&sql).await;
    for (before, after) in before.into_iter().zip(answers(21).await) {
        assert_eq!(before, after);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_are_put_together_before_their_time() {
    let (app, article) = reported().await;
    for number in 3..12 {
        say(&app, &article, &format!("Bericht {number}.")).await;
    }
    let sql = app.sql().await;
    assert_eq!(apart(&sql).await, 11);
    say(&app, &article, "Bericht 12.").await;
    together(&sql).await;
    expect_found(&app, 22).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_found_by_the_words_of_an_update_that_was_retracted_or_withdrawn() {
    let (app, article) = reported().await;
    let sql = app.sql().await;
    retract(&app, &article, 1).await;
    assert_eq!(apart(&sql).await, 0, "the whole is written");
    assert!(found(&app, "steiger").await.is_empty());
    assert_eq!(found(&app, "loods").await, ["de-haven"]);
    say(&app, &article, "Een kraan.").await;
    assert!(found(&app, "steiger").await.is_empty());
    assert_eq!(apart(&sql).await, 1);
    let article = republish(&app, &article, json!({"headline": "De kade"})).await;
    assert_eq!(apart(&sql).await, 0);
    assert_eq!(found(&app, "kraan loods").await, ["de-haven"]);
    say(&app, &article, "Een takel.").await;
    assert_eq!(apart(&sql).await, 1);
    let seen = managed(&app, "/articles/de-haven").await;
    app.act(&seen, "withdraw", json!({"reason": "Onjuist."}))
        .await
        .expect(200);
    assert_eq!(apart(&sql).await, 0);
    assert!(found(&app, "takel").await.is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merged_entity_is_found_in_an_article_whose_words_stand_apart() {
    let (app, _) = reported().await;
    person(&app, "Bo Dam").await;
    merge(&app, "ada-brug", "bo-dam").await;
    assert_eq!(apart(&app.sql().await).await, 2);
    assert_eq!(found(&app, "loods bo dam").await, ["de-haven"]);
    assert_eq!(found(&app, "\"van hout\" bo dam").await, ["de-haven"]);
    assert_eq!(rebuilt(&app).await.changed, 0);
    app.stop().await;
}

/// How the version from before wrote one more update, and all else of an article.
const BEFORE: [&str; 2] = [
    "UPDATE delivery.article_search s
     SET update_count = 3, room = room + 10, room_of = 3, vector = ts_delete(vector, m.lexemes) || '''kraan'':1D' || m.marks::tsvector
     FROM (SELECT array_agg(concat('=e', replace(l.entity_id::text, '-', ''))) AS lexemes,
                  string_agg(concat('''=e', replace(l.entity_id::text, '-', ''), ''':16383C'), ' ') AS marks
           FROM delivery.article_entities l JOIN delivery.articles a ON a.id = l.article_id WHERE a.slug = 'de-haven') m
     WHERE s.slug = 'de-haven'",
    "UPDATE delivery.article_search s SET modified_at = now(), room = room - 1, vector = '''lod'':1D' WHERE slug = 'de-haven'",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_version_from_before_writes_beside_is_found_and_nothing_else() {
    for (number, written) in BEFORE.into_iter().enumerate() {
        let (app, _) = reported().await;
        let sql = app.sql().await;
        sql.batch_execute(written).await.unwrap();
        assert_eq!(apart(&sql).await, 0);
        let (searched, stands) = words(&sql).await;
        assert_eq!(searched, stands);
        assert!(searched.contains("'lod'"), "{searched}");
        let first = number == 0;
        assert_eq!(searched.contains("'kraan'"), first, "{searched}");
        assert_eq!(searched.contains("'steiger'"), first, "{searched}");
        let phrase: &[&str] = if first { &["de-haven"] } else { &[] };
        assert_eq!(found(&app, "\"steiger van hout\"").await, phrase);
        app.stop().await;
    }
    let (app, _) = reported().await;
    let sql = app.sql().await;
    // Within one write it may have done both.
    let retracted = "UPDATE delivery.articles SET updates = replace(updates::text, '\"retracted_at\" : null', '\"retracted_at\" : \"2026\"')::json WHERE slug = 'de-haven'";
    sql.batch_execute(retracted).await.unwrap();
    sql.batch_execute(BEFORE[0]).await.unwrap();
    let (searched, _) = words(&sql).await;
    assert!(
        searched.contains("'kraan'") && !searched.contains("'steiger'"),
        "{searched}"
    );
    app.stop().await;
    let (app, article) = reported().await;
    let marks = "UPDATE delivery.article_search s SET vector = vector || '''=e1'':16383B' WHERE slug = 'de-haven'";
    app.sql().await.batch_execute(marks).await.unwrap();
    assert_eq!(apart(&app.sql().await).await, 2);
    let read = read(&app, &format!("/v1/articles/{}", article.id())).await;
    assert_eq!(read["update_count"], 2);
    app.stop().await;
}

/// A node looks for no word again of which it knows that it stands among those of all articles.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_that_went_comes_back_with_the_next_update_that_has_it() {
    const STANDS: &str = "SELECT count(*) FROM delivery.words WHERE word = 'zeppelin'";
    const GONE: &str = "DELETE FROM delivery.words WHERE word = 'zeppelin'";
    let (app, article) = reported().await;
    let sql = app.sql().await;
    let stands = async || sql.query_one(STANDS, &[]).await.unwrap().get::<_, i64>(0);
    let say = async || say(&app, &article, "De zeppelin.").await;
    for _ in 0..2 {
        say().await;
        assert_eq!(stands().await, 1);
    }
    sql.batch_execute(GONE).await.unwrap();
    say().await;
    assert_eq!(stands().await, 1, "it had gone before");
    say().await;
    let hand = Hand::on_counter(&app).await;
    let go = async {
        waiting(&app, 1).await;
        hand.run(GONE).await;
        hand.let_go().await;
    };
    tokio::join!(say(), go);
    assert_eq!(stands().await, 1, "it went while the update waited");
    assert_eq!(rebuilt(&app).await.changed, 0);
    app.stop().await;
}

/// A word goes on to an article of which it stands apart, and with the last that has it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_that_another_loses_goes_to_an_article_of_which_it_stands_apart() {
    let (app, article) = reported().await;
    let other = super::publish(&app, "De lucht", "Een zeppelin.").await;
    say(&app, &article, "De zeppelin.").await;
    let sql = app.sql().await;
    let homes = async || {
        let query = "SELECT a.slug FROM delivery.words w JOIN delivery.articles a ON a.id = w.article_id WHERE w.word = 'zeppelin'";
        let rows = sql.query(query, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect::<Vec<String>>()
    };
    assert_eq!(homes().await, ["de-lucht"]);
    republish(&app, &other, json!({"body": markdown("Een ballon.")})).await;
    assert_eq!(homes().await, ["de-haven"]);
    let seen = managed(&app, "/articles/de-haven").await;
    app.act(&seen, "withdraw", json!({"reason": "Onjuist."}))
        .await
        .expect(200);
    assert!(homes().await.is_empty());
    app.stop().await;
}
