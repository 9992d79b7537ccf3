//! What is gone leaves no trace.

use serde_json::{Value, json};

use crate::leaks::{Told, WORD, direct, everything, publication, text, told};
use crate::watch::holding;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_article_leaves_no_trace_but_its_410() {
    let (app, _) = publication().await;
    let picking = app.make("/articles", json!({"headline": "Kiest"})).await;
    let hidden = app.make("/articles", json!({"headline": WORD, "section": "water", "authors": ["auteur"], "entities": [{"entity": "onderwerp"}]})).await;
    let picking = app
        .patch(
            "/articles/kiest",
            &picking,
            json!({"related": [{"article": WORD}]}),
        )
        .await
        .expect(200);
    app.act(&picking, "publish", json!({})).await.expect(200);
    let others = |seen: Vec<(String, [_; 2])>| -> Vec<(String, (u16, String))> {
        let seen = seen
            .into_iter()
            .filter(|(address, _)| !direct(WORD).contains(address));
        seen.map(|(address, [get, _]): (String, [Told; 2])| (address, (get.0, get.2)))
            .collect()
    };
    let before = others(everything(&app, WORD).await);
    let picked = told(&app.get("/v1/articles/kiest").await).2;
    let linked = told(&app.get("/v1/articles/kiest/json-ld").await).2;

    let published = app.act(&hidden, "publish", json!({})).await.expect(200);
    app.make(
        &format!("/articles/{}/updates", hidden.id()),
        json!({"headline": WORD, "body": text(WORD)}),
    )
    .await;
    assert_eq!(
        app.get("/v1/articles/kiest").await.json["related"][0]["headline"],
        WORD
    );
    let naming = app.get("/v1/articles/kiest/json-ld").await;
    assert!(naming.text.contains(WORD), "{}", naming.text);
    let cursor = app.get("/v1/articles?limit=1").await.expect(200);
    assert_eq!(cursor.json["data"][0]["slug"], WORD);
    let published = app
        .manage("GET", &format!("/articles/{}", published.id()))
        .send()
        .await;
    app.act(
        &published,
        "withdraw",
        json!({"reason": "Een geheime reden."}),
    )
    .await
    .expect(200);

    assert_eq!(others(everything(&app, WORD).await), before);
    assert_eq!(told(&app.get("/v1/articles/kiest").await).2, picked);
    assert_eq!(told(&app.get("/v1/articles/kiest/json-ld").await).2, linked);
    let next = cursor.json["page"]["next_cursor"].as_str().unwrap();
    let next = app
        .get(&format!("/v1/articles?limit=1&cursor={next}"))
        .await
        .expect(200);
    assert_eq!(next.json["data"][0]["slug"], "kiest");
    for part in ["", "/updates", "/related", "/donation-links", "/json-ld"] {
        for name in [WORD, &hidden.id()] {
            let gone = app
                .get(&format!("/v1/articles/{name}{part}"))
                .await
                .expect(410);
            assert!(
                !gone.text.contains(WORD) && !gone.text.contains("geheime"),
                "{}",
                gone.text
            );
        }
    }
    assert_eq!(
        app.get(&format!("/v1/resolve?path=/water/{WORD}"))
            .await
            .expect(200)
            .json["state"],
        "withdrawn"
    );
    let without_slug: Vec<String> = holding(&app, WORD)
        .await
        .into_iter()
        .filter(|table| !["slugs", "changes"].contains(&table.as_str()))
        .collect();
    assert_eq!(without_slug, Vec::<String>::new());
    assert_eq!(holding(&app, "geheime").await, Vec::<String>::new());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retracted_updates_text_is_gone_from_every_answer() {
    let (app, public) = publication().await;
    let made = app
        .make(
            &format!("/articles/{}/updates", public.id()),
            json!({"headline": WORD, "body": text(&format!("## {WORD}"))}),
        )
        .await;
    let path = format!("/articles/{}/updates/{}", public.id(), made.id());
    let revised = app
        .patch(&path, &made, json!({"headline": format!("{WORD} {WORD}")}))
        .await
        .expect(200);
    assert!(app.get("/v1/articles/openbaar").await.text.contains(WORD));

    app.manage("POST", &format!("{path}/retract"))
        .if_match(&revised.etag())
        .json(&json!({"reason": "Vergissing."}))
        .send()
        .await
        .expect(200);

    for (address, [get, _]) in everything(&app, WORD).await {
        assert!(!get.2.contains(WORD), "{address}: {}", get.2);
    }
    assert_eq!(holding(&app, WORD).await, Vec::<String>::new());
    let update = app.get("/v1/articles/openbaar/updates").await.json["data"][1].clone();
    assert_eq!(
        (
            &update["number"],
            &update["body"],
            &update["retraction_reason"]
        ),
        (&json!(2), &Value::Null, &json!("Vergissing."))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parameter_that_names_an_inner_or_unknown_field_is_refused() {
    let (app, _) = publication().await;
    for query in [
        "sort=api_key_hash",
        "sort=headline",
        "sort=published_at;status",
        "order=random",
        "status=draft",
        "filter[author.email]=a",
        "where[x][$startsWith]=a",
        "fields=a:body",
        "fields=status",
        "fields=withdrawal_reason",
        "fields=body,source",
        "include=versions",
        "include=drafts",
        "include=authors.articles",
        "body=source",
        "body=markdown",
        "ids=1",
        "ids=openbaar",
        "has_updates=maybe",
        "type=draft",
        "type=",
        "preview=true",
        "limit=1&limit=2",
        "cursor=x",
        "guid=x",
        "version=1",
        "slug=openbaar",
    ] {
        for path in ["/v1/articles", "/v1/entities/onderwerp/articles"] {
            let refused = app.get(&format!("{path}?{query}")).await.expect(400);
            assert_eq!(refused.problem(), "invalid-parameters", "{query}");
        }
    }
    app.stop().await;
}
