//! Parameters that are wrong: every operation that has them refuses them and names them.

use serde_json::{Value, json};

use crate::app::App;
use crate::openapi::operations;
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
        let ends = |word: &str| name == word || name.ends_with(&format!("_{word}"));
        if ends("after") || ends("before") {
            filters += 1;
            refused(app, &path, name, &encoded, "invalid_value").await;
            for right in [
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999Z",
                "2026-05-04T12:00:00%2B01:00",
            ] {
                app.call("GET", &format!("{}{name}={right}", asking(&path, name)))
                    .key(&app.admin)
                    .send()
                    .await
                    .expect(200);
            }
        }
    }
    assert_eq!(filters, 46);
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
