//! What is asked of the hub: what it refuses at once, and what nobody confirms.

use actix_web::HttpResponse;
use serde_json::json;

use super::{Subscriber, counted, hub, settled, start, subscribe, subscriptions, topic};
use crate::app::{App, NOWHERE};
use crate::postgres::{database, settings};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_answer_with_the_challenge_is_not_subscribed() {
    let (app, mut kept) = (start().await, Vec::new());
    let wrong: [fn(String) -> HttpResponse; 6] = [
        |_| HttpResponse::Ok().body("challenge"),
        |_| HttpResponse::Ok().finish(),
        |challenge| HttpResponse::Ok().body(format!("{challenge}\n")),
        |challenge| HttpResponse::NotFound().body(challenge),
        |challenge| HttpResponse::Gone().body(challenge),
        |challenge| {
            let mut answer = HttpResponse::Found();
            answer.insert_header(("location", format!("/ok?hub.challenge={challenge}")));
            answer.body(challenge)
        },
    ];
    for answer in wrong {
        let subscriber = Subscriber::new(move |got, _| answer(got.asked("hub.challenge"))).await;
        subscribe(&app, &subscriber.url, "rss.xml", &[]).await;
        kept.push(subscriber);
    }
    counted(&app, "websub_messages WHERE state = 'dead'", 6).await;
    subscriptions(&app, 0).await;
    app.publish(json!({"headline": "Een"})).await;
    settled(&app).await;
    for subscriber in kept {
        // A redirect is not followed, and a refusal is not asked again.
        assert_eq!(subscriber.so_far().len(), 1);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_trouble_is_asked_again() {
    let app = start().await;
    let subscriber = Subscriber::new(|got, number| match number {
        1 => HttpResponse::BadGateway().finish(),
        _ => super::confirmed(got),
    })
    .await;
    subscribe(&app, &subscriber.url, "rss.xml", &[]).await;
    counted(
        &app,
        "websub_messages WHERE status = 502 AND state = 'pending'",
        1,
    )
    .await;
    super::sql(&app, super::DUE).await;
    let got = subscriber.got(2).await;
    assert_ne!(got[0].asked("hub.challenge"), got[1].asked("hub.challenge"));
    subscriptions(&app, 1).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_feed_of_this_publication_is_refused() {
    let app = start().await;
    let section = app.make("/sections", json!({"name": "Oud"})).await;
    let path = format!("/sections/{}", section.id());
    app.patch(&path, &section, json!({"slug": "nieuw"}))
        .await
        .expect(200);
    let refused = async |topic: &str| {
        let fields = [
            ("mode", "subscribe"),
            ("topic", topic),
            ("callback", NOWHERE),
        ];
        let answer = hub(&app, &fields).await.expect(422);
        assert_eq!(answer.faults(), ["invalid_value at /hub.topic"], "{topic}");
        answer.text
    };
    for foreign in [
        "https://elsewhere.example/feeds/rss.xml",
        "https://api.example.org.elsewhere.example/feeds/rss.xml",
        "http://api.example.org/feeds/rss.xml",
        "https://api.example.org:443/feeds/rss.xml",
        "/feeds/rss.xml",
        "https://api.example.org/v1/articles",
        "https://api.example.org/feeds/rss.xml?limit=5",
        "https://api.example.org/feeds/../feeds/rss.xml",
        "https://api.example.org/feeds/sections/geen/rss.xml",
        "https://api.example.org/feeds/authors/oud/rss.xml",
        "urn:x",
        "",
    ] {
        refused(foreign).await;
    }
    // Where it has gone is told, since that is another topic.
    let moved = refused(&topic("sections/oud/rss.xml?language=nl")).await;
    let now = topic("sections/nieuw/rss.xml?language=nl");
    assert!(moved.contains(&now), "{moved}");
    counted(&app, "websub_messages", 0).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_wrong_is_told_all_that_is_and_what_the_standard_does_not_have_is_passed_over()
 {
    let (app, subscriber) = (start().await, Subscriber::willing().await);
    let send = async |kind: &str, form: &str| {
        let call = app.call("POST", "/websub");
        call.body(kind, form.to_owned()).send().await
    };
    send("application/json", "{}").await.expect(415);
    send("text/plain", "hub.mode=subscribe").await.expect(415);
    send(FORM, &"x".repeat(65 * 1024)).await.expect(413);
    let faults = |answer: crate::app::Answer| {
        let mut faults = answer.expect(422).faults();
        faults.sort();
        faults
    };
    assert_eq!(
        faults(send(FORM, "").await),
        [
            "missing_field at /hub.callback",
            "missing_field at /hub.mode",
            "missing_field at /hub.topic"
        ]
    );
    let long = format!(
        "hub.mode=publish&hub.topic=x&hub.topic=y&hub.callback=mailto:a&hub.lease_seconds=ever&hub.secret={}",
        "x".repeat(200)
    );
    assert_eq!(
        faults(send(FORM, &long).await),
        [
            "invalid_value at /hub.callback",
            "invalid_value at /hub.lease_seconds",
            "invalid_value at /hub.mode",
            "invalid_value at /hub.topic",
            "too_long at /hub.secret",
        ]
    );
    let topic = topic("rss.xml");
    let right = format!(
        "hub.verify=sync&hub.verify=async&hub.mode=subscribe&hub.topic={topic}&hub.callback={}&foreign=1&hub.secret=",
        subscriber.url
    );
    send(FORM, &right).await.expect(202);
    subscriptions(&app, 1).await;
    app.call("GET", "/websub").send().await.expect(405);
    app.call("POST", "/websub?a=b")
        .body(FORM, right)
        .send()
        .await
        .expect(400);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_address_of_the_api_there_is_no_hub() {
    let database = database().await;
    let app = App::serving(&database, &settings(&database), &["--workers=1"]).await;
    app.publish(json!({"headline": "Een"})).await;
    let feed = app.get("/feeds/rss.xml").await.expect(200);
    assert!(!feed.text.contains("websub") && feed.header("link").is_empty());
    let topic = format!("{}/feeds/rss.xml", app.base);
    let fields = [
        ("mode", "subscribe"),
        ("topic", topic.as_str()),
        ("callback", NOWHERE),
    ];
    let answer = hub(&app, &fields).await.expect(404);
    assert!(answer.text.contains("KRONIEK_API_URL"), "{}", answer.text);
    counted(&app, "websub_messages", 0).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_has_twenty_subscriptions_and_the_hub_a_thousand() {
    let (app, subscriber) = (start().await, Subscriber::willing().await);
    let ask = async |number: usize, status: u16| {
        let callback = format!("{}?{number}", subscriber.url);
        let topic = topic("rss.xml");
        let fields = [
            ("mode", "subscribe"),
            ("topic", topic.as_str()),
            ("callback", callback.as_str()),
        ];
        hub(&app, &fields).await.expect(status)
    };
    // Nineteen at once, and four who meet at the last place.
    futures_util::future::join_all((0..19).map(|number| ask(number, 202))).await;
    let four = (19..23).map(|number| {
        let callback = format!("{}?{number}", subscriber.url);
        let topic = topic("rss.xml");
        let app = &app;
        async move {
            let fields = [
                ("mode", "subscribe"),
                ("topic", topic.as_str()),
                ("callback", callback.as_str()),
            ];
            hub(app, &fields).await.status
        }
    });
    let mut four = futures_util::future::join_all(four).await;
    four.sort_unstable();
    assert_eq!(four, [202, 409, 409, 409]);
    ask(23, 409).await;
    subscriptions(&app, 20).await;
    // Who has one may renew it.
    ask(3, 202).await;
    settled(&app).await;
    assert!(ask(23, 409).await.text.contains("host"));
    super::sql(
        &app,
        "INSERT INTO newsroom.websub_subscriptions
         SELECT gen_random_uuid(), gen_random_uuid(), 'https://a.example/', n || '.example', 'x', NULL, NULL, now() + interval '1 day', 9, 0, '', NULL, NULL, now(), now()
         FROM generate_series(1, 980) n; DELETE FROM newsroom.websub_subscriptions WHERE callback LIKE '%?3'",
    )
    .await;
    ask(3, 202).await;
    subscriptions(&app, 1000).await;
    super::sql(
        &app,
        "UPDATE newsroom.websub_subscriptions SET host = 'b.example'",
    )
    .await;
    assert!(!ask(23, 409).await.text.contains("host"));
    app.stop().await;
}
