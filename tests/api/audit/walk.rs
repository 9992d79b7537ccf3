//! Every operation that writes is done once: it leaves one row for each thing whose version it changed, and none when it is refused or repeated.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::count;
use super::desk::{Desk, changed, told, version};
use crate::app::{Answer, App};
use crate::contract;
use crate::media::{form, pictures::png};

/// Operations that are no GET and write nothing.
const READS: &[&str] = &["check_article"];

fn text(source: &str) -> Value {
    json!({"format": "markdown", "source": source})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_leaves_what_it_did_and_nothing_when_refused_or_repeated() {
    let mut desk = Desk::new().await;
    let link = desk
        .write(
            ("POST", "/donation-links"),
            None,
            json!({"provider": "other", "url": "https://example.org"}),
        )
        .await;
    let link = desk
        .write(
            ("PATCH", &format!("/donation-links/{}", link.id())),
            Some(&link),
            json!({"placement": "top"}),
        )
        .await;
    let site = desk.app.manage("GET", "/site").send().await;
    let site = desk
        .write(
            ("PATCH", "/site"),
            Some(&site),
            json!({"title": "De Peilschaal"}),
        )
        .await;
    let site = desk
        .write(
            ("PUT", "/site/donation-links"),
            Some(&site),
            json!([link.id()]),
        )
        .await;
    let site = desk
        .write(("PUT", "/site/donation-links"), Some(&site), json!([]))
        .await;
    desk.write(
        ("POST", "/site/versions/2/restore"),
        Some(&site),
        Value::Null,
    )
    .await;
    for (kind, body) in [
        ("sections", json!({"name": "Water"})),
        ("authors", json!({"name": "Auteur"})),
        ("entities", json!({"kind": "topic", "name": "Getij"})),
        (
            "donation-links",
            json!({"provider": "other", "url": "https://example.org/weg"}),
        ),
        ("articles", json!({"headline": "Concept"})),
    ] {
        let made = desk.write(("POST", &format!("/{kind}")), None, body).await;
        let path = format!("/{kind}/{}", made.id());
        let change = if kind == "articles" {
            json!({"headline": "Beter"})
        } else {
            json!({})
        };
        let mut made = desk.write(("PATCH", &path), Some(&made), change).await;
        if kind == "sections" {
            made = desk
                .write(
                    ("PUT", &format!("{path}/donation-links")),
                    Some(&made),
                    json!([link.id()]),
                )
                .await;
        }
        let restore = format!("{path}/versions/1/restore");
        let made = desk
            .write(("POST", &restore), Some(&made), Value::Null)
            .await;
        desk.write(("DELETE", &path), Some(&made), Value::Null)
            .await;
    }
    desk.write(
        ("DELETE", &format!("/donation-links/{}", link.id())),
        Some(&link),
        Value::Null,
    )
    .await;

    let other = desk
        .app
        .make("/articles", json!({"headline": "Ander"}))
        .await;
    let article = desk
        .write(
            ("POST", "/articles"),
            None,
            json!({"headline": "Artikel", "entities": [{"kind": "person", "name": "Iemand"}]}),
        )
        .await;
    let path = format!("/articles/{}", article.id());
    let article = desk
        .write(
            ("PUT", &format!("{path}/entities")),
            Some(&article),
            json!([{"kind": "topic", "name": "Iets nieuws"}]),
        )
        .await;
    let article = desk
        .write(
            ("PUT", &format!("{path}/related")),
            Some(&article),
            json!([{"article": other.id()}]),
        )
        .await;
    let article = desk
        .write(
            ("PUT", &format!("{path}/donation-links")),
            Some(&article),
            json!("none"),
        )
        .await;
    let article = desk
        .write(
            ("POST", &format!("{path}/publish")),
            Some(&article),
            json!({}),
        )
        .await;
    let article = scheduled(&mut desk, &path, article).await;
    let preview = format!("{path}/preview");
    let link = desk.write(("POST", &preview), None, json!({})).await;
    let link_path = format!("{path}/previews/{}", link.id());
    desk.write(("DELETE", &link_path), Some(&link), Value::Null)
        .await;
    let update = desk
        .write(
            ("POST", &format!("{path}/updates")),
            None,
            json!({"body": text("Een.")}),
        )
        .await;
    let updates = format!("{path}/updates/{}", update.id());
    let update = desk
        .write(
            ("PATCH", &updates),
            Some(&update),
            json!({"body": text("Twee.")}),
        )
        .await;
    let restore = format!("{updates}/versions/1/restore");
    let update = desk
        .write(("POST", &restore), Some(&update), Value::Null)
        .await;
    desk.write(
        ("POST", &format!("{updates}/retract")),
        Some(&update),
        json!({"reason": "Fout."}),
    )
    .await;
    for act in ["show", ""] {
        let draft = desk
            .write(
                ("POST", &format!("{path}/updates")),
                None,
                json!({"body": text("Drie."), "draft": true}),
            )
            .await;
        let draft_path = format!("{path}/updates/{}", draft.id());
        match act {
            "" => {
                desk.write(("DELETE", &draft_path), Some(&draft), Value::Null)
                    .await
            }
            act => {
                desk.write(
                    ("POST", &format!("{draft_path}/{act}")),
                    Some(&draft),
                    Value::Null,
                )
                .await
            }
        };
    }
    let withdrawn = desk
        .write(
            ("POST", &format!("{path}/withdraw")),
            Some(&article),
            json!({"reason": "Klaar."}),
        )
        .await;
    desk.write(
        ("POST", &format!("{path}/purge")),
        Some(&withdrawn),
        json!({"reason": "Voorgoed."}),
    )
    .await;

    merge(&mut desk).await;
    picture(&mut desk).await;
    bulk(&mut desk).await;
    super::webhooks::webhook(&mut desk).await;
    partner(&mut desk).await;
    let key = json!({"name": "Sleutel", "role": "editor"});
    let mut key = desk.write(("POST", "/keys"), None, key).await;
    for act in ["rotate", "revoke"] {
        let path = format!("/keys/{}/{act}", key.id());
        key = desk.write(("POST", &path), Some(&key), json!({})).await;
    }

    assert_eq!(
        desk.seen,
        every_write(),
        "a write of the document is not in this test"
    );
    no_row_holds(&desk).await;
    desk.app.stop().await;
}

/// A partner, and a key of theirs.
async fn partner(desk: &mut Desk) {
    let body = json!({"name": "De Streekbode", "embargo_seconds": 60});
    let made = desk.write(("POST", "/partners"), None, body).await;
    let path = format!("/partners/{}", made.id());
    let keys = format!("{path}/keys");
    let key = json!({"name": "import"});
    let key = desk.write(("POST", &keys), None, key).await;
    let revoke = format!("/keys/{}/revoke", key.id());
    desk.write(("POST", &revoke), Some(&key), json!({})).await;
    let change = json!({"text": "excerpt"});
    let now = desk.write(("PATCH", &path), Some(&made), change).await;
    desk.write(("DELETE", &path), Some(&now), Value::Null).await;
}

/// What is scheduled is told with its time, and called off again.
async fn scheduled(desk: &mut Desk, path: &str, article: Answer) -> Answer {
    let at = json!({"at": "2931-05-04T12:30:00.000Z"});
    let call = format!("{path}/publish");
    let article = desk.write(("POST", &call), Some(&article), at).await;
    let call = format!("{path}/unschedule");
    desk.write(("POST", &call), Some(&article), json!({})).await
}

/// A picture that is uploaded leaves a row, and none when the same file comes again.
async fn picture(desk: &mut Desk) {
    let file = png(30, 20);
    let upload = async || {
        let (kind, form) = form(&[], Some(("", file.as_slice())));
        let call = desk.app.manage("POST", "/media").body(&kind, form);
        call.send().await
    };
    let made = upload().await.expect(201);
    let again = upload().await.expect(200);
    for (answer, rows) in [(&made, 1), (&again, 0)] {
        let request = answer.header("x-request-id");
        let left = super::entries(&desk.app, &format!("?request_id={request}")).await;
        assert_eq!(left.len(), rows);
        for row in left {
            let wanted = changed(("media", Some(&made.id())), None, version(&made.etag()));
            assert_eq!(
                (told(&row), &row["action"]),
                (wanted, &json!("upload_media"))
            );
        }
    }
    desk.seen.insert("upload_media".to_owned());
    let path = format!("/media/{}", made.id());
    let changed = desk
        .write(("PATCH", &path), Some(&made), json!({"alt": "Een plaat"}))
        .await;
    desk.write(("DELETE", &path), Some(&changed), Value::Null)
        .await;
}

/// A request for many writes leaves a row for each of them, as if it had come alone, and none of its own.
async fn bulk(desk: &mut Desk) {
    let make =
        json!({"method": "POST", "path": "/v1/manage/authors", "body": {"name": "Uit velen"}});
    for all_or_nothing in [true, false] {
        let body = json!({"all_or_nothing": all_or_nothing, "operations": [make, make]});
        let call = desk.app.manage("POST", "/bulk").json(&body);
        let call = call.header("kroniek-actor", "Fenna Loman");
        let answer = call.send().await.expect(200);
        let request = answer.header("x-request-id");
        let rows = super::entries(&desk.app, &format!("?request_id={request}")).await;
        assert_eq!(rows.len(), 2);
        for row in rows {
            assert_eq!(
                (&row["action"], &row["actor"]),
                (&json!("create_author"), &json!("Fenna Loman"))
            );
        }
    }
    desk.seen.insert("write_bulk".to_owned());
}

/// A merge changes the version of several things, and leaves a row for each: one act, one request.
async fn merge(desk: &mut Desk) {
    for name in ["Een", "Ander"] {
        let body = json!({"kind": "topic", "name": name});
        desk.app.make("/entities", body).await;
    }
    let body = json!({"headline": "Over een", "entities": [{"entity": "een"}]});
    let article = desk.app.make("/articles", body).await;
    let managed = async |path: &str| desk.app.manage("GET", path).send().await.expect(200);
    let (from, into) = (
        managed("/entities/een").await,
        managed("/entities/ander").await,
    );
    let call = ("POST", "/entities/een/merge");
    let (answer, rows) = desk.done(call, Some(&from), json!({"into": "ander"})).await;
    let path = format!("/articles/{}", article.id());
    let after = desk.app.manage("GET", &path).send().await.expect(200);
    let was = |answer: &Answer| version(&answer.etag());
    let mut wanted = vec![
        changed(("entity", Some(&from.id())), was(&from), None),
        changed(("entity", Some(&into.id())), was(&into), was(&answer)),
        changed(("article", Some(&article.id())), was(&article), was(&after)),
    ];
    let mut left: Vec<Value> = rows.iter().map(told).collect();
    wanted.sort_by_key(Value::to_string);
    left.sort_by_key(Value::to_string);
    assert_eq!(left, wanted);
}

/// No row of the newsroom holds a secret that was ever told, nor part of one that could be guessed from.
async fn no_row_holds(desk: &Desk) {
    let sql = desk.app.sql().await;
    assert!(desk.secrets.len() > 3, "{}", desk.secrets.len());
    for secret in &desk.secrets {
        let secret = secret.trim_start_matches("kroniek_");
        let secret = secret.trim_start_matches("whsec_");
        let (half, _) = secret.split_at(secret.len() / 2);
        for table in crate::watch::tables(&desk.app, "newsroom").await {
            let holds =
                format!("SELECT count(*) FROM newsroom.{table} t WHERE strpos(t::text, $1) > 0");
            let found: i64 = sql.query_one(&holds, &[&half]).await.unwrap().get(0);
            assert_eq!(found, 0, "{table}");
        }
    }
}

/// The ids of every operation of management that writes.
fn every_write() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for (path, item) in contract::document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            if path.starts_with("/v1/manage") && method != "get" && !READS.contains(&id) {
                ids.insert(id.to_owned());
            }
        }
    }
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conflict_a_missing_version_and_a_read_leave_none() {
    let app = App::start().await;
    let author = json!({"name": "Auteur", "slug": "auteur"});
    let made = app.make("/authors", author.clone()).await;
    let article = app.make("/articles", json!({"headline": "Concept"})).await;
    let known = count(&app).await;
    let again = app.manage("POST", "/authors").json(&author);
    again.send().await.expect(409);
    let blind = app.manage("PATCH", "/authors/auteur").json(&json!({}));
    blind.send().await.expect(428);
    let withdraw = app.act(&article, "withdraw", json!({})).await;
    assert_eq!(withdraw.status, 409, "{}", withdraw.text);
    let read = app.manage("GET", &format!("/authors/{}", made.id()));
    read.send().await.expect(200);
    for id in READS {
        let (path, method, _) = crate::openapi::operations()
            .into_iter()
            .find(|(.., operation)| operation["operationId"] == *id)
            .unwrap();
        let path = path.replace("{article}", &article.id());
        let call = app.call(&method.to_uppercase(), &path).key(&app.admin);
        call.send().await.expect(200);
    }
    assert_eq!(count(&app).await, known);
    app.stop().await;
}
