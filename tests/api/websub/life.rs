//! The life of a subscription.

use serde_json::json;

use super::{Subscriber, settled, start, subscribe, subscriptions, topic, unsubscribe};
use crate::feeds::FORMATS;
use crate::shorthand::{append, markdown};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscriber_is_asked_then_sent_each_change_signed_until_it_unsubscribes() {
    let (app, subscriber) = (start().await, Subscriber::willing().await);
    let article = app.publish(json!({"headline": "De haven"})).await;
    let callback = format!("{}?own=a%20b&hub=x", subscriber.url);
    let fields = [("secret", "een geheim"), ("lease_seconds", "60")];
    subscribe(&app, &callback, "atom.xml", &fields).await;
    let asked = subscriber.got(1).await.remove(0);
    assert_eq!(asked.method, "GET");
    assert!(
        asked
            .query
            .starts_with("own=a%20b&hub=x&hub.mode=subscribe")
    );
    let told = ["hub.mode", "hub.topic", "hub.lease_seconds"].map(|name| asked.asked(name));
    assert_eq!(
        told,
        ["subscribe".into(), topic("atom.xml"), "3600".to_owned()]
    );
    assert!(asked.asked("hub.challenge").len() >= 32);
    subscriptions(&app, 1).await;

    append(
        &app,
        &article,
        json!({"body": markdown("Het slib is weg.")}),
    )
    .await;
    let sent = subscriber.got(2).await.remove(1);
    let feed = app.get("/feeds/atom.xml").await.expect(200);
    assert_eq!((sent.method.as_str(), &sent.body), ("POST", &feed.text));
    assert!(sent.body.contains("Het slib is weg."));
    assert_eq!(sent.query, "own=a%20b&hub=x");
    assert_eq!(sent.header("content-type"), feed.header("content-type"));
    assert_eq!(sent.header("link"), feed.header("link"));
    assert!(sent.is_signed_by("een geheim") && !sent.is_signed_by("een ander"));

    unsubscribe(&app, &callback, "atom.xml").await;
    let asked = subscriber.got(3).await.remove(2);
    assert_eq!(asked.asked("hub.mode"), "unsubscribe");
    assert_eq!(asked.asked("hub.lease_seconds"), "");
    subscriptions(&app, 0).await;
    // Another one is told of what comes then.
    let witness = Subscriber::willing().await;
    subscribe(&app, &witness.url, "atom.xml", &[]).await;
    subscriptions(&app, 1).await;
    append(&app, &article, json!({"body": markdown("En terug.")})).await;
    let seen = witness.got(2).await.remove(1);
    assert!(seen.body.contains("En terug.") && seen.header("x-hub-signature").is_empty());
    settled(&app).await;
    assert_eq!(subscriber.so_far().len(), 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_feed_names_its_hub_and_itself_and_what_it_names_can_be_subscribed_to() {
    let (app, subscriber) = (start().await, Subscriber::willing().await);
    app.make("/sections", json!({"name": "Politiek"})).await;
    app.make("/authors", json!({"name": "Fenna Loman"})).await;
    let article = json!({"headline": "Een", "language": "nl", "section": "politiek", "authors": ["fenna-loman"],
        "entities": [{"kind": "place", "name": "Wendemond", "relation": "about"}]});
    let article = app.publish(article).await;
    let mut topics = Vec::new();
    for (file, _) in FORMATS {
        for scope in [
            "",
            "sections/politiek/",
            "authors/fenna-loman/",
            "entities/wendemond/",
        ] {
            topics.push(format!("{scope}{file}"));
        }
        topics.push(format!("{file}?language=nl"));
    }
    for (path, number) in topics.iter().zip(1..) {
        let feed = app.get(&format!("/feeds/{path}")).await.expect(200);
        let this = topic(path);
        let links =
            format!("<https://api.example.org/websub>; rel=\"hub\", <{this}>; rel=\"self\"");
        assert_eq!(feed.header("link"), links, "{path}");
        assert!(
            feed.text.contains("https://api.example.org/websub"),
            "{path}"
        );
        assert!(feed.text.contains(&this), "{path}");
        let callback = format!("{}?{number}", subscriber.url);
        subscribe(&app, &callback, path, &[]).await;
        subscriptions(&app, number).await;
    }
    append(&app, &article, json!({"body": markdown("Nieuws.")})).await;
    subscriber.got(2 * topics.len()).await;
    for (path, number) in topics.iter().zip(1..) {
        let feed = app.get(&format!("/feeds/{path}")).await.expect(200);
        let mut sent = subscriber.feeds().into_iter();
        let sent = sent.find(|got| got.query == number.to_string()).unwrap();
        assert_eq!(
            (&sent.body, sent.header("link")),
            (&feed.text, feed.header("link"))
        );
        assert_eq!(sent.header("content-type"), feed.header("content-type"));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_topic_names_no_hub() {
    let app = start().await;
    app.publish(json!({"headline": "Een"})).await;
    app.publish(json!({"headline": "Twee"})).await;
    for query in [
        "?limit=1",
        "?updates=items",
        "?has_updates=false",
        "?language=NL",
    ] {
        let feed = app.get(&format!("/feeds/rss.xml{query}")).await.expect(200);
        assert!(!feed.text.contains("websub"), "{query}");
        assert!(!feed.header("link").contains("hub"), "{query}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_subscribes_again_renews_and_gets_the_new_secret_and_the_new_lease() {
    let (app, subscriber) = (start().await, Subscriber::willing().await);
    subscribe(&app, &subscriber.url, "rss.xml", &[("secret", "oud")]).await;
    subscriptions(&app, 1).await;
    let fields = [("secret", "nieuw"), ("lease_seconds", "99999999999")];
    subscribe(&app, &subscriber.url, "rss.xml", &fields).await;
    let asked = subscriber.got(2).await.remove(1);
    assert_eq!(asked.asked("hub.lease_seconds"), "2592000");
    settled(&app).await;
    let client = app.sql().await;
    let query = "SELECT count(*), min(round(extract(epoch FROM lease_until - now()) / 86400))::bigint FROM newsroom.websub_subscriptions";
    let row = client.query_one(query, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (1, 30));
    app.publish(json!({"headline": "Een"})).await;
    let sent = subscriber.got(3).await.remove(2);
    assert!(sent.is_signed_by("nieuw") && !sent.is_signed_by("oud"));
    app.stop().await;
}
