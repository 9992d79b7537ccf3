//! What is sent: the feed as it is when it is sent, once for all that changed meanwhile, and nothing that readers may not see.

use actix_web::HttpResponse;
use serde_json::json;
use tokio::sync::watch;

use super::{DUE, Subscriber, confirmed, counted, settled, sql, start, subscribe, subscriptions};
use crate::shorthand::{append, managed, markdown, republish};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_changes_while_one_is_sent_comes_as_one_more() {
    let app = start().await;
    let (open, opened) = watch::channel(false);
    let subscriber = Subscriber::held(opened, |got, _| confirmed(got)).await;
    subscribe(&app, &subscriber.url, "feed.json", &[]).await;
    subscriptions(&app, 1).await;
    app.publish(json!({"headline": "Nummer 0"})).await;
    subscriber.got(2).await;
    for number in 1..6 {
        app.publish(json!({"headline": format!("Nummer {number}")}))
            .await;
        // Looked at, and nothing more than what is under way.
        crate::watch::heard(&app).await;
        let most = "websub_messages WHERE state = 'pending'";
        counted(&app, most, 1).await;
    }
    open.send_replace(true);
    settled(&app).await;
    let sent = subscriber.feeds();
    assert_eq!(sent.len(), 2, "{sent:#?}");
    assert!(sent[0].body.contains("Nummer 0") && !sent[0].body.contains("Nummer 1"));
    assert_eq!(sent[1].body, app.get("/feeds/feed.json").await.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_change_the_feed_is_not_sent() {
    let (app, of_section, of_site) = (
        start().await,
        Subscriber::willing().await,
        Subscriber::willing().await,
    );
    app.make("/sections", json!({"name": "Politiek"})).await;
    app.make("/sections", json!({"name": "Cultuur"})).await;
    app.publish(json!({"headline": "Een", "section": "politiek"}))
        .await;
    subscribe(&app, &of_section.url, "sections/politiek/rss.xml", &[]).await;
    subscribe(&app, &of_site.url, "rss.xml", &[]).await;
    subscriptions(&app, 2).await;
    app.publish(json!({"headline": "Twee", "section": "cultuur"}))
        .await;
    app.make("/authors", json!({"name": "Fenna Loman"})).await;
    of_site.got(2).await;
    settled(&app).await;
    assert_eq!((of_section.feeds().len(), of_site.feeds().len()), (0, 1));
    // What names things is part of the feed.
    let section = managed(&app, "/sections/politiek").await;
    let patch = json!({"name": "Staatkunde"});
    app.patch(&format!("/sections/{}", section.id()), &section, patch)
        .await
        .expect(200);
    of_section.got(2).await;
    settled(&app).await;
    assert!(of_section.feeds()[0].body.contains("Staatkunde"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_draft_and_nothing_that_was_taken_back_is_ever_sent() {
    let app = start().await;
    let subscriber = Subscriber::new(|got, number| match number {
        2 => HttpResponse::InternalServerError().finish(),
        _ => confirmed(got),
    })
    .await;
    let kept = app
        .publish(json!({"headline": "Blijft", "body": markdown("Openbaar.")}))
        .await;
    subscribe(&app, &subscriber.url, "atom.xml", &[]).await;
    subscriptions(&app, 1).await;
    let gone = json!({"headline": "Vergissing", "body": markdown("Onwaarheid.")});
    let gone = app.publish(gone).await;
    let first = subscriber.got(2).await.remove(1);
    assert!(first.body.contains("Onwaarheid."));
    counted(
        &app,
        "websub_messages WHERE status = 500 AND lease IS NULL",
        1,
    )
    .await;
    // It is tried again after the article was withdrawn: with the feed as it is by then.
    let seen = managed(&app, &format!("/articles/{}", gone.id())).await;
    let reason = json!({"reason": "Een vergissing."});
    app.act(&seen, "withdraw", reason).await.expect(200);
    let draft = json!({"headline": "Ontwerp", "body": markdown("Geheimwoord.")});
    app.make("/articles", draft).await;
    let path = format!("/articles/{}", kept.id());
    let seen = managed(&app, &path).await;
    let patch = json!({"body": markdown("Openbaar. Geheimwoord.")});
    app.patch(&path, &seen, patch).await.expect(200);
    sql(&app, DUE).await;
    settled(&app).await;
    // The feed is again as it was: there is nothing to send.
    assert_eq!(subscriber.feeds().len(), 1);
    append(&app, &kept, json!({"body": markdown("Aangevuld.")})).await;
    let second = subscriber.got(3).await.remove(2);
    for word in ["Onwaarheid", "Vergissing", "Geheimwoord", "Ontwerp"] {
        assert!(!second.body.contains(word), "{word}");
    }
    assert!(second.body.contains("Aangevuld."));
    // What is taken back is a change too.
    republish(&app, &kept, json!({"body": markdown("Anders.")})).await;
    let third = subscriber.got(4).await.remove(3);
    assert!(third.body.contains("Anders.") && !third.body.contains("Openbaar."));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_taken_is_tried_again_and_given_up_after_three_days() {
    let app = start().await;
    let subscriber = Subscriber::new(|got, _| match got.method.as_str() {
        "GET" => confirmed(got),
        _ => HttpResponse::InternalServerError().finish(),
    })
    .await;
    let other = Subscriber::willing().await;
    for one in [&subscriber, &other] {
        subscribe(&app, &one.url, "rss.xml", &[]).await;
    }
    subscriptions(&app, 2).await;
    app.publish(json!({"headline": "Een"})).await;
    other.got(2).await;
    counted(
        &app,
        "websub_messages WHERE status = 500 AND lease IS NULL AND next_at > now()",
        1,
    )
    .await;
    sql(&app, "UPDATE newsroom.websub_messages SET first_at = first_at - interval '4 days', next_at = now() WHERE state = 'pending'").await;
    counted(&app, "websub_messages WHERE state = 'dead'", 1).await;
    // It is not begun anew before there is something new; who failed is told that then.
    settled(&app).await;
    assert_eq!(subscriber.feeds().len(), 2);
    app.publish(json!({"headline": "Twee"})).await;
    subscriber.got(4).await;
    other.got(3).await;
    app.stop().await;
}
