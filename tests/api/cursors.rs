//! Cursors: each goes on with its own list, as it was asked, and no other.

use kroniek::auth::Signer;
use kroniek::http::cursor::{Position, SortKey, seal};
use secrecy::SecretString;
use serde_json::json;

use crate::app::App;
use crate::media::{pictures::png, uploaded};
use crate::parameters::parameters;
use crate::postgres::SECRET;
use crate::statuses::{Publication, asking};

/// Makes a version more of what stands at this path.
async fn another_version(app: &App, path: &str) {
    let change = match path {
        _ if path.contains("/updates/") => json!({"headline": "Anders"}),
        _ if path.contains("/donation-links/") => json!({"placement": "anders"}),
        _ if path.ends_with("/site") => json!({"tagline": "Anders"}),
        _ => return,
    };
    let path = path.trim_start_matches("/v1/manage");
    let call = app.manage("PATCH", path).if_match("*").json(&change);
    call.send().await.expect(200);
}

/// The lists that go on from a cursor, each with more than one page, and the cursor of its second.
async fn paged(publication: &Publication) -> Vec<(String, String)> {
    let app = &publication.app;
    let link = json!({"provider": "other", "url": "https://example.org/geef"});
    for number in 0..2 {
        app.publish(json!({"headline": "Een", "section": "nieuw", "authors": ["nieuw"], "entities": [{"entity": "nieuw"}, {"kind": "person", "name": "Een"}]}))
            .await;
        app.make("/sections", json!({"name": format!("Een {number}")}))
            .await;
        let author = app
            .make("/authors", json!({"name": format!("Een {number}")}))
            .await;
        app.publish(json!({"headline": "Een", "authors": [author.id()]}))
            .await;
        app.make("/donation-links", link.clone()).await;
        uploaded(app, &png(30 + number, 20)).await;
        let webhook = json!({"url": crate::app::NOWHERE});
        app.make("/webhooks", webhook).await;
        app.make("/partners", json!({"name": "Een"})).await;
        let test = publication.path("/webhooks/{webhook}/test", "");
        app.manage("POST", &test).send().await.expect(201);
        let text = json!({"kind": "correction", "body": {"format": "markdown", "source": "x"}});
        app.make("/articles/nieuw/updates", text).await;
    }
    crate::partners::read_all(app).await;
    let mut lists = Vec::new();
    for (path, name, _) in parameters(publication) {
        if let Some(of) = path.strip_suffix("/versions") {
            another_version(app, of).await;
        }
        if name == "cursor" {
            let page = app
                .call("GET", &format!("{}limit=1", asking(&path, name)))
                .key(&app.admin)
                .send()
                .await
                .expect(200);
            // A feed tells where it goes on by the header alone, whatever its format.
            let next = page.header("link").split_once("cursor=");
            let of_feed = next.and_then(|(_, next)| next.split(['&', '>']).next());
            let cursor = page.json["page"]["next_cursor"].as_str();
            lists.push((
                path.clone(),
                cursor
                    .or(of_feed)
                    .unwrap_or_else(|| panic!("{path} has one page"))
                    .to_owned(),
            ));
        }
    }
    lists
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_goes_on_with_its_own_list_and_no_other() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let lists = paged(&publication).await;
    assert_eq!(lists.len(), 38);
    for (path, _) in &lists {
        for (origin, cursor) in &lists {
            let answer = app
                .call("GET", &format!("{}cursor={cursor}", asking(path, "cursor")))
                .key(&app.admin)
                .send()
                .await;
            if path == origin {
                answer.expect(200);
            } else {
                assert_eq!(
                    answer.expect(400).faults(),
                    ["invalid_cursor at cursor"],
                    "{path} with the cursor of {origin}"
                );
            }
        }
    }
    app.make("/entities", json!({"kind": "topic", "name": "Ander"}))
        .await;
    app.publish(json!({"headline": "Een", "entities": [{"entity": "ander"}]}))
        .await;
    let (_, of_another) = lists
        .iter()
        .find(|(path, _)| path.ends_with("/nieuw/articles"))
        .unwrap();
    app.get(&format!("/v1/entities/ander/articles?cursor={of_another}"))
        .await
        .expect(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_is_bound_to_every_filter_and_to_the_order() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let form = [
        "cursor", "limit", "fields", "include", "body", "count", "facets", "wait",
    ];
    let filters = [
        ("section", "nieuw"),
        ("author", "nieuw"),
        ("entity", "nieuw"),
        ("entity_all", "nieuw"),
        ("entity_kind", "person"),
        ("translation_of", "een"),
        ("language", "nl"),
        ("published_after", "2020-01-01T00:00:00Z"),
        ("published_before", "2120-01-01T00:00:00Z"),
        ("updated_after", "2020-01-01T00:00:00Z"),
        ("modified_after", "2020-01-01T00:00:00Z"),
        ("has_updates", "false"),
        ("ids", "00000000-0000-4000-8000-000000000000"),
        ("slugs", "een"),
        ("type", "article"),
        ("sort", "modified"),
        ("order", "asc"),
        ("kind", "person"),
        ("after_number", "0"),
        ("status", "published"),
        ("state", "pending"),
        ("event", "webhook.test"),
        ("article", "00000000-0000-4000-8000-000000000000"),
        ("scheduled", "true"),
        ("q", "nieuw"),
        ("updates", "items"),
        ("key", "00000000-0000-4000-8000-000000000000"),
        ("actor", "nieuw"),
        ("action", "create_article"),
        ("subject_kind", "article"),
        ("subject", "nieuw"),
        ("request_id", "nieuw"),
        ("after", "2020-01-01T00:00:00Z"),
        ("before", "2120-01-01T00:00:00Z"),
        ("partner", "00000000-0000-4000-8000-000000000000"),
        ("holding", "withdrawn"),
        ("acknowledged", "true"),
    ];
    for (path, cursor) in paged(&publication).await {
        for (_, name, _) in parameters(&publication)
            .into_iter()
            .filter(|(list, ..)| *list == path)
        {
            if form.contains(&name) {
                continue;
            }
            let Some((_, value)) = filters.iter().find(|(known, _)| *known == name) else {
                panic!("{path} has a filter {name}: give it a value here");
            };
            let value = match (name, path.ends_with("/updates")) {
                ("kind", true) => "update",
                ("status", _) if path.ends_with("/keys") => "active",
                _ => value,
            };
            let url = format!("{}{name}={value}&cursor={cursor}", asking(&path, name));
            let answer = app
                .call("GET", &url)
                .key(&app.admin)
                .send()
                .await
                .expect(400);
            assert_eq!(answer.faults(), ["invalid_cursor at cursor"], "{url}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_that_was_changed_or_made_elsewhere_is_refused() {
    let app = App::start().await;
    for headline in ["Een", "Twee", "Drie"] {
        app.publish(json!({"headline": headline})).await;
    }
    let page = app.get("/v1/articles?limit=1").await;
    let cursor = page.json["page"]["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut forged = vec![
        format!("{cursor}x"),
        format!("{cursor}="),
        format!(" {cursor}"),
        "AAAA".to_owned(),
        "A".repeat(3000),
        "x".to_owned(),
    ];
    for (at, letter) in cursor.char_indices() {
        let mut other = cursor.clone();
        other.replace_range(at..=at, if letter == 'A' { "B" } else { "A" });
        forged.push(other);
    }
    let position = |key| Position {
        key,
        id: page.json["data"][0]["id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap(),
    };
    let secret = |text: &str| Signer::cursors(&SecretString::from(text.to_owned()), None);
    for key in [
        SortKey::Number(i64::MAX),
        SortKey::Number(4_102_444_800_000),
        SortKey::Text("x".to_owned()),
    ] {
        forged.push(
            seal(
                &position(key),
                &secret("another secret, just as long as the one of the tests"),
                "/v1/articles",
            )
            .unwrap(),
        );
    }
    for cursor in forged {
        let answer = app
            .get(&format!("/v1/articles?cursor={cursor}"))
            .await
            .expect(400);
        assert_eq!(answer.faults(), ["invalid_cursor at cursor"], "{cursor}");
    }
    // Made with the secret of this server, so that it is known that the ones above fail for their signature.
    let own = seal(
        &position(SortKey::Number(4_102_444_800_000)),
        &secret(SECRET),
        "/v1/articles",
    )
    .unwrap();
    app.get(&format!("/v1/articles?cursor={own}"))
        .await
        .expect(200);
    app.stop().await;
}
