//! Hostile case 5: whatever is done with keys, nothing that a node logs, answers, keeps or exports holds a secret.

use serde_json::{Value, json};

use super::{act, made, secret};
use crate::app::{Answer, App};
use crate::exporting::export;
use crate::postgres::SECRET;
use crate::process::node;
use crate::watch::{Away, tables};

/// A node in a process of its own, and all that it answered.
struct Talker<'a> {
    app: &'a App,
    base: String,
    asked: usize,
    told: Vec<String>,
}

impl Talker<'_> {
    async fn ask(&mut self, method: &str, path: &str, key: &str, body: &str) -> Answer {
        self.asked += 1;
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let call = reqwest::Client::new().request(method, format!("{}{path}", self.base));
        let call = call
            .header("authorization", format!("Bearer {key}"))
            .header("idempotency-key", format!("poging {}", self.asked))
            .header("if-match", "*");
        let call = call.header("content-type", "application/json");
        let answer = call.body(body.to_owned()).send().await.unwrap();
        let answer = Answer::read(answer).await.unwrap();
        self.told
            .push(format!("{:?} {}", answer.headers, answer.text));
        answer
    }

    /// Makes, rotates, uses, misuses and revokes a key; gives its secrets.
    async fn life(&mut self) -> Vec<String> {
        let admin = self.app.admin.clone();
        let body = json!({"name": "Balie", "role": "editor"}).to_string();
        let made = self
            .ask("POST", "/v1/manage/keys", &admin, &body)
            .await
            .expect(201);
        let first = secret(&made);
        let path = format!("/v1/manage/keys/{}", made.id());
        let rotated = self
            .ask("POST", &format!("{path}/rotate"), &admin, "{}")
            .await;
        let second = secret(&rotated.expect(200));
        // What shows them at the time is meant to.
        self.told.clear();
        for key in [&first, &second] {
            let article = json!({"headline": "Met een sleutel"}).to_string();
            self.ask("POST", "/v1/manage/articles", key, &article)
                .await
                .expect(201);
            self.misuse(key).await;
        }
        self.ask("POST", &format!("{path}/revoke"), &admin, "{}")
            .await
            .expect(200);
        for key in [&first, &second] {
            self.ask("GET", "/v1/manage/articles", key, "")
                .await
                .expect(401);
            self.misuse(key).await;
        }
        vec![first, second]
    }

    /// Puts a key where it does not belong.
    async fn misuse(&mut self, key: &str) {
        let admin = self.app.admin.clone();
        for path in [
            format!("/v1/articles?key={key}"),
            format!("/v1/manage/articles?token={key}"),
            format!("/v1/articles?q={key}"),
            format!("/v1/articles/{key}"),
            format!("/v1/manage/articles/{key}"),
            format!("/v1/resolve?path=/{key}"),
            format!("/{key}"),
        ] {
            for by in [key, &admin] {
                self.ask("GET", &path, by, "").await;
            }
        }
        let before = self.told.len();
        let wrong = [
            json!({"headline": "Een", "sleutel": 1, "language": key}),
            json!({"headline": "Een", key: 1}),
            json!({"headline": "Een", "section": key, "authors": [key]}),
        ];
        for body in wrong {
            let body = body.to_string();
            self.ask("POST", "/v1/manage/articles", &admin, &body)
                .await
                .expect(422);
        }
        let half = format!("{{\"headline\": \"{key}");
        self.ask("POST", "/v1/manage/articles", &admin, &half)
            .await
            .expect(400);
        // Who sends a key in a body may be shown their own words again.
        self.told.truncate(before);
        for by in [format!("{key}x"), format!("{key} {key}"), format!("x{key}")] {
            self.ask("GET", "/v1/manage/articles", &by, "").await;
        }
    }
}

/// Places in the database that hold this text in any column of any row.
async fn holding(app: &App, text: &str) -> Vec<String> {
    let sql = app.sql().await;
    let mut found = Vec::new();
    for schema in ["newsroom", "delivery"] {
        for table in tables(app, schema).await {
            let query = format!(
                "SELECT count(*) FROM {schema}.{table} t WHERE strpos(to_jsonb(t)::text, $1) > 0"
            );
            if sql
                .query_one(&query, &[&text])
                .await
                .unwrap()
                .get::<_, i64>(0)
                > 0
            {
                found.push(format!("{schema}.{table}"));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_log_answer_row_or_export_of_a_node_at_its_most_talkative_holds_a_secret() {
    let app = App::start().await;
    let url = url::Url::parse(&app.database_url).unwrap();
    let mut logs = String::new();
    let mut secrets = vec![
        SECRET.to_owned(),
        url.password().unwrap().to_owned(),
        app.admin.clone(),
    ];
    let mut told = Vec::new();
    for form in ["text", "json"] {
        let flags = ["--log=trace", "--log-format", form];
        let (mut process, base) = node(&app.database_url, &flags).await.unwrap();
        let mut talker = Talker {
            app: &app,
            base,
            asked: secrets.len() * 1000,
            told: Vec::new(),
        };
        secrets.extend(talker.life().await);
        // And without its database.
        let away = Away::take(&app).await;
        let admin = app.admin.clone();
        talker
            .ask("GET", "/v1/manage/keys", &admin, "")
            .await
            .expect(503);
        away.back().await;
        told.append(&mut talker.told);
        process.stop().await;
        logs.push_str(&process.logged());
    }
    assert!(
        logs.contains("/v1/manage/keys"),
        "it is not talkative: {logs}"
    );
    let exported = String::from_utf8(export(&app).await).unwrap();
    for secret in secrets {
        let cut = &secret[secret.len() / 3..];
        for part in [secret.as_str(), cut] {
            let line = logs.lines().find(|line| line.contains(part));
            assert_eq!(line, None, "the log holds {secret}");
            assert!(!exported.contains(part), "the export holds {secret}");
            assert_eq!(holding(&app, part).await, [""; 0], "{secret}");
            let answer = told.iter().find(|answer| answer.contains(part));
            assert_eq!(answer, None, "an answer holds {secret}");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_rotation_or_revocation_leaves_behind_tells_who_did_it_and_no_more() {
    let app = App::start().await;
    let key = made(&app, json!(["content:read"])).await;
    let rotated = act(&app, &key.id(), "rotate", json!({})).await;
    act(&app, &key.id(), "revoke", json!({})).await.expect(200);
    let query = "SELECT to_jsonb(a)::text FROM newsroom.audit a WHERE subject_id::text = $1 ORDER BY at, id";
    let rows = app.sql().await.query(query, &[&key.id()]).await.unwrap();
    assert_eq!(rows.len(), 3);
    for row in rows {
        let text: String = row.get(0);
        let audit: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(audit["subject_kind"], "key");
        for hidden in [secret(&key), secret(&rotated)] {
            // Not even the part that a list of keys shows.
            assert!(!text.contains(&hidden[..12]), "{text}");
        }
    }
    app.stop().await;
}
