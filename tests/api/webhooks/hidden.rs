//! What no webhook tells.

use serde_json::json;

use super::{Receiver, hook, sql, start, tried};
use crate::shorthand::{append, markdown};

const WORD: &str = "zwijgplicht";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_back_before_it_was_told_is_told_without_its_words() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({"enabled": false})).await;
    let article = app
        .publish(json!({"headline": WORD, "slug": "artikel"}))
        .await;
    app.act(&article, "withdraw", json!({})).await.expect(200);
    let other = app.publish(json!({"headline": "Ander"})).await;
    let update = append(
        &app,
        &other,
        json!({"headline": WORD, "body": markdown(WORD)}),
    )
    .await;
    let retract = format!("/articles/{}/updates/{}/retract", other.id(), update.id());
    app.manage("POST", &retract)
        .if_match("*")
        .json(&json!({"reason": "Fout."}))
        .send()
        .await
        .expect(200);
    hook.enable(&app, true).await;
    let got = receiver.got(5).await;
    for one in &got {
        assert!(!one.body.contains(WORD), "{}", one.body);
    }
    let first = got.iter().find(|one| one.told().1 == 1).unwrap();
    let told = &first.json["data"]["article"];
    assert_eq!(
        (&told["slug"], &told["url"], &told["headline"]),
        (&json!("artikel"), &json!(null), &json!(null))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_purge_erases_what_webhooks_were_told_and_tells_of_the_withdrawal_alone() {
    let app = start().await;
    let receiver = Receiver::new(|got, _| {
        let body = got.body.clone();
        match got.told().1 {
            2 => actix_web::HttpResponse::InternalServerError().body(body),
            _ => actix_web::HttpResponse::Ok().body(body),
        }
    })
    .await;
    let hook = hook(&app, &receiver, json!({})).await;
    let article = app
        .publish(json!({"headline": WORD, "slug": "artikel"}))
        .await;
    hook.settles(&app, "delivered", 1).await;
    append(
        &app,
        &article,
        json!({"headline": WORD, "body": markdown(WORD)}),
    )
    .await;
    tried(&app, 1).await;
    append(
        &app,
        &article,
        json!({"headline": WORD, "body": markdown(WORD)}),
    )
    .await;
    let mut held = 0;
    for table in ["webhook_deliveries", "webhook_attempts"] {
        let holds =
            format!("SELECT count(*) FROM newsroom.{table} t WHERE strpos(t::text, $1) > 0");
        held += app
            .sql()
            .await
            .query_one(&holds, &[&WORD])
            .await
            .unwrap()
            .get::<_, i64>(0);
    }
    assert!(held >= 4, "{held}");
    let purge = app
        .manage("POST", &format!("/articles/{}/purge", article.id()))
        .if_match("*");
    purge
        .json(&json!({"reason": "Voorgoed."}))
        .send()
        .await
        .expect(204);
    for table in ["webhooks", "webhook_deliveries", "webhook_attempts"] {
        let holds =
            format!("SELECT count(*) FROM newsroom.{table} t WHERE strpos(t::text, $1) > 0");
        let held: i64 = app
            .sql()
            .await
            .query_one(&holds, &[&WORD])
            .await
            .unwrap()
            .get(0);
        assert_eq!(held, 0, "{table}");
    }
    let got = receiver.got(3).await;
    assert_eq!(got[2].told().0, "article.withdrawn");
    let cancelled = hook.settles(&app, "cancelled", 2).await;
    assert_eq!(cancelled[0]["reason"], json!("the article was purged"));
    hook.settles(&app, "delivered", 2).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_in_bulk_tells_nobody() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({})).await;
    let draft = app
        .make("/articles", json!({"headline": "In het groot"}))
        .await;
    let path = format!("/v1/manage/articles/{}/publish", draft.id());
    let publish = json!({"method": "POST", "path": path, "if_match": draft.etag(), "body": {}});
    let bulk = json!({"all_or_nothing": true, "operations": [publish]});
    app.manage("POST", "/bulk")
        .json(&bulk)
        .send()
        .await
        .expect(200);
    app.get("/v1/articles/in-het-groot").await.expect(200);
    app.publish(json!({"headline": "Alleen"})).await;
    let got = receiver.got(1).await;
    hook.settles(&app, "delivered", 1).await;
    assert_eq!((got.len(), got[0].told().1), (1, 2));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_log_no_longer_holds_is_cancelled_and_blocks_nothing() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({})).await;
    let article = app.publish(json!({"headline": "Een"})).await;
    hook.settles(&app, "delivered", 1).await;
    sql(
        &app,
        "DELETE FROM delivery.changes WHERE seq = 1; UPDATE delivery.head SET kept_from = 1",
    )
    .await;
    let old = hook.deliveries(&app, "").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    app.make(
        &format!("{}/deliveries/{old}/replay", hook.path),
        json!(null),
    )
    .await;
    append(&app, &article, json!({"body": markdown("Later.")})).await;
    receiver.got(2).await;
    let cancelled = hook.settles(&app, "cancelled", 1).await;
    assert_eq!(
        (&cancelled[0]["replay_of"], &cancelled[0]["reason"]),
        (&json!(old), &json!("the log no longer holds this change"))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_imported_tells_nobody() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({})).await;
    crate::importing::fill(&app).await;
    let imported = app.get("/v1/articles?limit=100&fields=slug").await;
    let imported = imported.json["data"].as_array().unwrap().len();
    assert!(imported >= 5, "{imported}");
    app.publish(json!({"headline": "Alleen"})).await;
    let got = receiver.got(1).await;
    let last = crate::watch::head(&app).await;
    let shown = hook
        .becomes(&app, |shown| {
            shown["cursor"] == format!("1-{last}") && shown["pending"] == json!(0)
        })
        .await;
    assert_eq!(shown["status"], "enabled");
    assert_eq!((got.len(), got[0].told().1), (1, last));
    assert_eq!(hook.deliveries(&app, "").await.len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_an_update_that_was_retracted_while_it_waited_for_its_turn_no_word_is_sent() {
    let (app, (receiver, is_away)) = (start().await, super::failing::away().await);
    hook(&app, &receiver, json!({})).await;
    let article = app.publish(json!({"headline": "Een"})).await;
    tried(&app, 1).await;
    let text = json!({"headline": WORD, "body": markdown(WORD)});
    let update = append(&app, &article, text).await;
    let path = format!("/articles/{}/updates/{}/retract", article.id(), update.id());
    let call = app.manage("POST", &path).if_match("*");
    let call = call.json(&json!({"reason": "Fout."}));
    call.send().await.expect(200);
    is_away.store(false, std::sync::atomic::Ordering::SeqCst);
    sql(&app, super::DUE).await;
    let before = receiver.so_far().len();
    let got = receiver.got(before + 3).await.split_off(before);
    let told: Vec<String> = got.iter().map(|one| one.told().0).collect();
    assert_eq!(
        told,
        ["article.published", "update.appended", "update.retracted"]
    );
    for one in &got {
        assert!(!one.body.contains(WORD), "{}", one.body);
    }
    for one in &got[1..] {
        let update = &one.json["data"]["update"];
        assert_eq!(update["retraction_reason"], json!("Fout."), "{update}");
        assert!(
            update["body"].is_null() && update["headline"].is_null(),
            "{update}"
        );
    }
    app.stop().await;
}
