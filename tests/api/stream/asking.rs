//! What can be asked of the stream: which events, in which forms; and what can't.

use serde_json::json;

use super::{Client, append};
use crate::app::App;
use crate::shorthand::names;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_choose_by_section_before_and_after_by_article_and_by_type() {
    let mut app = App::start().await;
    for name in ["Water", "Land"] {
        app.make("/sections", json!({"name": name})).await;
    }
    let section = app.get("/v1/sections/water").await.json["id"].clone();
    let by_id = format!("?section={}", section.as_str().unwrap());
    let mut streams = Vec::new();
    for query in [
        "",
        "?section=water,nergens",
        &by_id,
        "?article=een",
        "?article=twee&type=update.*",
        "?type=article.withdrawn,update.appended",
        "?section=land&type=article.*",
    ] {
        streams.push(Client::now(&app, query).await);
    }
    let one = app
        .publish(json!({"headline": "Een", "section": "water"}))
        .await;
    let two = app
        .publish(json!({"headline": "Twee", "section": "land"}))
        .await;
    append(&app, "een", "Een.").await;
    append(&app, "twee", "Twee.").await;
    let path = format!("/articles/{}", one.id());
    let moved = json!({"section": "land", "slug": "eenmaal"});
    let moved = app.patch(&path, &one, moved).await.expect(200);
    app.act(&moved, "publish", json!({})).await.expect(200);
    append(&app, "eenmaal", "Nogmaals.").await;
    app.act(&two, "withdraw", json!({})).await.expect(200);
    let (published, changed, appended, withdrawn) = (
        "article.published",
        "article.changed",
        "update.appended",
        "article.withdrawn",
    );
    let wanted: [&[&str]; 7] = [
        &[
            published, published, appended, appended, changed, appended, withdrawn,
        ],
        &[published, appended, changed],
        &[published, appended, changed],
        &[published, appended, changed, appended],
        &[appended],
        &[appended, appended, appended, withdrawn],
        &[published, changed, withdrawn],
    ];
    for (client, wanted) in streams.iter_mut().zip(wanted) {
        for name in wanted {
            assert_eq!(client.next().await.name, *name);
        }
    }
    app.running().stop().await;
    for client in &mut streams {
        assert!(client.rest().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_that_is_named_by_its_id_may_come_to_be_public_later() {
    let app = App::start().await;
    let draft = app.make("/articles", json!({"headline": "Later"})).await;
    let mut client = Client::now(&app, &format!("?article={}", draft.id())).await;
    app.publish(json!({"headline": "Een ander"})).await;
    app.act(&draft, "publish", json!({})).await.expect(200);
    assert_eq!(client.next().await.headline(), "Later");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_come_in_the_forms_that_were_asked_for_each_on_one_line() {
    let app = App::start().await;
    app.publish(json!({"headline": "Een"})).await;
    let mut forms = Vec::new();
    for query in ["", "?body=text", "?body=html,blocks,text"] {
        forms.push(Client::now(&app, query).await);
    }
    append(&app, "een", "# Kop\n\nRegel *een*.\n\n- a\n- b").await;
    let mut seen = Vec::new();
    for client in &mut forms {
        let body = client.next().await.data["data"]["update"]["body"].clone();
        seen.push(names(&body).join(","));
    }
    assert_eq!(seen, ["html", "text", "blocks,html,text"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_asked_is_told_and_nothing_is_opened() {
    let app = App::start().await;
    for (query, faults) in [
        ("?type=article.gone", vec!["invalid_value at type"]),
        ("?type=*", vec!["invalid_value at type"]),
        ("?body=pdf", vec!["invalid_value at body"]),
        ("?cursor=x", vec!["unknown_parameter at cursor"]),
        (
            "?section=Geen%20Slug&article=%21",
            vec!["invalid_value at article", "invalid_value at section"],
        ),
    ] {
        let answer = app.get(&format!("/v1/stream{query}")).await;
        let answer = answer.expect(400);
        let mut told = answer.faults();
        told.sort();
        assert_eq!(told, faults, "{query}: {}", answer.text);
    }
    let json = app
        .call("GET", "/v1/stream")
        .header("accept", "application/json");
    json.send().await.expect(406);
    let wrong = app.call("GET", "/v1/stream").key("kroniek_wrong");
    wrong.send().await.expect(401);
    app.stop().await;
}
