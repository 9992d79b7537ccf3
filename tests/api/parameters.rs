//! Parameters that are wrong: every operation that has them refuses them and names them.

use kroniek::auth::Signer;
use kroniek::http::cursor::{Position, SortKey, seal};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::app::App;
use crate::openapi::operations;
use crate::postgres::SECRET;
use crate::statuses::{Publication, asking};

/// Every query parameter of every operation: a path that has things, and its name.
pub fn parameters(publication: &Publication) -> Vec<(String, &'static str, &'static Value)> {
    let mut all = Vec::new();
    for (path, _, operation) in operations() {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] == "query" {
                let name = parameter["name"].as_str().unwrap();
                all.push((publication.path(path, "nieuw"), name, parameter));
            }
        }
    }
    all
}

/// Asks for this with each of these values, and expects each to be refused by name.
async fn refused(app: &App, path: &str, name: &str, values: &[&str], code: &str) {
    for value in values {
        let url = format!("{}{name}={value}", asking(path, name));
        let answer = app.call("GET", &url).key(&app.admin).send().await;
        assert_eq!(
            (answer.status, answer.faults()),
            (400, vec![format!("{code} at {name}")]),
            "{url}: {}",
            answer.text
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_is_a_whole_number_from_1_to_100_on_every_list() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let lists = parameters(&publication)
        .into_iter()
        .filter(|(_, name, _)| *name == "limit");
    for (path, name, _) in lists {
        let values = [
            "-1",
            "0",
            "00",
            "101",
            "255",
            "256",
            "257",
            "1000",
            "1e9",
            "1e1",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999999",
            "abc",
            "",
            "05x",
            "+5",
            "%2B5",
            "5%20",
            "5.0",
            "0x5",
            "5,6",
            "%D9%A5",
            "null",
            "NaN",
        ];
        refused(app, &path, name, &values, "invalid_value").await;
        for right in ["1", "100"] {
            app.call("GET", &format!("{}limit={right}", asking(&path, name)))
                .key(&app.admin)
                .send()
                .await
                .expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_utf_8_or_holds_u_0000_is_refused_in_every_parameter_and_name() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let values = [
        "%00",
        "a%00",
        "/a%00b",
        "%ff",
        "/%ff",
        "a%c0%af",
        "/%c0%af",
        "%c0%80",
        "%ed%a0%80",
        "%f4%90%80%80",
        "%e2%82",
        "%zz",
        "/%zz",
        "a%4",
        "/a%4",
        "a%",
        "/%",
    ];
    for (path, name, _) in parameters(&publication) {
        refused(app, &path, name, &values, "invalid_value").await;
    }
    let controls = ["/a%0ab", "/a%0d%0ab", "/a%1bb", "/a%7fb", "/a%c2%85b"];
    refused(app, "/v1/resolve", "path", &controls, "invalid_value").await;
    for name in ["%00", "a%00", "%ff", "%zz", "limit%00"] {
        app.get(&format!("/v1/articles?{name}=5")).await.expect(400);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_is_rfc_3339_between_the_years_1_and_9999_wherever_one_stands() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let wrong = [
        "",
        "2026-05-04",
        "2026-05-04T12:00:00",
        "12:00:00Z",
        "1777896000",
        "infinity",
        "-infinity",
        "now",
        "epoch",
        "2026-05-04T24:00:00Z",
        "2026-05-04T23:59:60Z",
        "2026-06-30T23:59:60Z",
        "2026-06-30T23:59:60.5Z",
        "2026-07-01T01:59:60+02:00",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "+294277-01-01T00:00:00Z",
        "294277-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "2026-05-04T12:00:00+24:00",
        "2026-05-04T12:00:00Z\0",
    ];
    let encoded: Vec<String> = wrong
        .iter()
        .map(|time| form_urlencoded::byte_serialize(time.as_bytes()).collect())
        .collect();
    let encoded: Vec<&str> = encoded.iter().map(String::as_str).collect();
    let mut filters = 0;
    for (path, name, _) in parameters(&publication) {
        if name.ends_with("_after") || name.ends_with("_before") {
            filters += 1;
            refused(app, &path, name, &encoded, "invalid_value").await;
            for right in [
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999Z",
                "2026-05-04T12:00:00%2B01:00",
            ] {
                app.get(&format!("{}{name}={right}", asking(&path, name)))
                    .await
                    .expect(200);
            }
        }
    }
    assert_eq!(filters, 12);
    let draft = app.make("/articles", json!({"headline": "Klad"})).await;
    for time in wrong {
        let published = app
            .act(&draft, "publish", json!({"published_at": time}))
            .await
            .expect(422);
        assert!(
            published.faults()[0].ends_with(" at /published_at"),
            "{time}: {}",
            published.text
        );
        let body = json!({"body": {"format": "markdown", "source": "x"}, "published_at": time});
        let appended = app
            .manage("POST", "/articles/nieuw/updates")
            .json(&body)
            .send()
            .await
            .expect(422);
        assert!(
            appended.faults()[0].ends_with(" at /published_at"),
            "{time}: {}",
            appended.text
        );
    }
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
        let text = json!({"body": {"format": "markdown", "source": "x"}});
        app.make("/articles/nieuw/updates", text).await;
    }
    let mut lists = Vec::new();
    for (path, name, _) in parameters(publication) {
        if name == "cursor" {
            let page = app
                .call("GET", &format!("{}limit=1", asking(&path, name)))
                .key(&app.admin)
                .send()
                .await
                .expect(200);
            let cursor = page.json["page"]["next_cursor"].as_str();
            lists.push((
                path.clone(),
                cursor
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
    assert_eq!(lists.len(), 12);
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
        "cursor", "limit", "fields", "include", "body", "count", "facets",
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
        ("q", "nieuw"),
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
