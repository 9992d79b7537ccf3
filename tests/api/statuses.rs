//! The statuses that operations declare for what they do with things that exist: each is really answered. The conflicts stand with the races.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::media::pictures::png;
use crate::media::uploaded;
use crate::openapi::{filled, operations, takes_json};

/// A publication with one of each thing, its slugs of before, and what is gone.
pub struct Publication {
    /// The server.
    pub app: App,
    article: String,
    update: String,
    draft: String,
    link: String,
    transfer: String,
    key: String,
    entry: String,
    /// A preview link's id and token.
    preview: (String, String),
    media: String,
    webhook: String,
    delivery: String,
    partner: String,
    notice: String,
}

impl Publication {
    /// Makes it.
    pub async fn new() -> Self {
        Self::on(App::start().await).await
    }

    /// Makes it on this server.
    pub async fn on(app: App) -> Self {
        let topic = |name: &str| json!({"kind": "topic", "name": name});
        for name in ["Oud", "Weg"] {
            app.make("/sections", json!({"name": name})).await;
            app.make("/authors", json!({"name": name})).await;
            app.make("/entities", topic(name)).await;
        }
        app.make("/entities", topic("Dubbel")).await;
        let link = json!({"provider": "other", "url": "https://example.org/geef"});
        let link = app.make("/donation-links", link).await.id();
        let bank = json!({"provider": "bank_transfer", "bank": {"iban": "NL91ABNA0417164300", "beneficiary": "Stichting"}});
        let transfer = app.make("/donation-links", bank).await.id();
        let media = uploaded(&app, &png(200, 100)).await.id();
        let body = json!({"headline": "Oud", "section": "oud", "authors": ["oud"], "entities": [{"entity": "oud"}], "donation_links": [transfer],
                          "image": {"media": media}});
        let published = app.publish(body).await;
        let text = json!({"body": {"format": "markdown", "source": "Later."}});
        let update = app.make("/articles/oud/updates", text.clone()).await.id();
        let mut drafted = text;
        drafted["draft"] = json!(true);
        let draft = app.make("/articles/oud/updates", drafted).await.id();
        for kind in ["sections", "authors", "entities"] {
            let path = format!("/{kind}/oud");
            let seen = app.manage("GET", &path).send().await;
            app.patch(&path, &seen, json!({"slug": "nieuw"}))
                .await
                .expect(200);
        }
        let renamed = app
            .patch("/articles/oud", &published, json!({"slug": "nieuw"}))
            .await
            .expect(200);
        app.act(&renamed, "publish", json!({})).await.expect(200);
        let gone = app.publish(json!({"headline": "Weg"})).await;
        app.act(&gone, "withdraw", json!({})).await.expect(200);
        let named =
            json!({"headline": "Gewist", "authors": ["weg"], "entities": [{"entity": "weg"}]});
        let named = app.publish(named).await;
        app.act(&named, "purge", json!({"reason": "Toeval."}))
            .await
            .expect(204);
        for kind in ["sections", "authors", "entities"] {
            let removal = app.manage("DELETE", &format!("/{kind}/weg")).if_match("*");
            removal.send().await.expect(204);
        }
        let key = json!({"name": "Sleutel", "role": "editor"});
        let key = app.make("/keys", key).await.id();
        let webhook = json!({"url": crate::app::NOWHERE});
        let webhook = app.make("/webhooks", webhook).await.id();
        let test = app.manage("POST", &format!("/webhooks/{webhook}/test"));
        let delivery = test.send().await.expect(201).id();
        app.bind("admin").await;
        let partner = app.make("/partners", json!({"name": "Partner"})).await.id();
        let notice = crate::partners::notice(&app).await;
        let audit = app.manage("GET", "/audit?limit=1").send().await;
        let preview = format!("/articles/{}/preview", published.id());
        let preview = app.make(&preview, json!({})).await;
        let token = preview.json["token"].as_str().unwrap().to_owned();
        Self {
            preview: (preview.id(), token),
            entry: audit.json["data"][0]["id"].as_str().unwrap().to_owned(),
            key,
            article: published.id(),
            app,
            update,
            draft,
            link,
            transfer,
            media,
            webhook,
            delivery,
            partner,
            notice,
        }
    }

    /// The path of an operation with things of this name in the place of its parameters.
    pub fn path(&self, template: &str, name: &str) -> String {
        let update = if template.ends_with("/show") {
            &self.draft
        } else {
            &self.update
        };
        let segment = |segment: &str| match segment {
            "{article}" if template.starts_with("/v1/manage/") => self.article.clone(),
            "{update}" => update.clone(),
            "{link}" if template.ends_with("/qr.svg") => self.transfer.clone(),
            "{link}" => self.link.clone(),
            "{key}" => self.key.clone(),
            // The present version of each: what restores it changes nothing.
            "{number}"
                if ["{update}", "{link}", "/site/"]
                    .iter()
                    .any(|of| template.contains(of)) =>
            {
                "1".to_owned()
            }
            "{number}" => "2".to_owned(),
            "{entry}" => self.entry.clone(),
            "{preview}" => self.preview.0.clone(),
            "{token}" => self.preview.1.clone(),
            "{media}" => self.media.clone(),
            "{webhook}" => self.webhook.clone(),
            "{delivery}" => self.delivery.clone(),
            "{partner}" => self.partner.clone(),
            "{notice}" => self.notice.clone(),
            "{id}" => self.article.clone(),
            "{file}" => "large".to_owned(),
            "{format}" => "feed.json".to_owned(),
            "{sitemap}" => "articles.xml".to_owned(),
            "{article}" | "{section}" | "{author}" | "{entity}" => name.to_owned(),
            other => other.to_owned(),
        };
        template
            .split('/')
            .map(segment)
            .collect::<Vec<_>>()
            .join("/")
    }
}

/// What is read anew each time; and a stream is no document.
const ANEW: [&str; 5] = [
    "/v1/preview/",
    "/v1/stream",
    "/v1/syndication/stream",
    "/v1/syndication/contract",
    "/v1/syndication/notices",
];

/// A body that the operation takes.
pub fn body(id: &str) -> Value {
    match id {
        "set_site_donation_links"
        | "set_section_donation_links"
        | "set_article_entities"
        | "set_article_related" => json!([]),
        "set_article_donation_links" => json!("none"),
        "retract_update" | "purge_article" => json!({"reason": "Een vergissing."}),
        "merge_entity" => json!({"into": "nieuw"}),
        "replay_webhook" => json!({"since": "1-1"}),
        "create_partner" | "create_partner_key" => json!({"name": "Een"}),
        "append_update" => json!({"body": {"format": "markdown", "source": "Later."}}),
        _ => json!({}),
    }
}

/// The path, with what it needs beside the parameter, up to the parameter.
pub fn asking(path: &str, name: &str) -> String {
    match path {
        "/v1/search" if name != "q" => format!("{path}?q=een&"),
        "/v1/oembed" if name != "url" => format!("{path}?url=http://localhost:3000/nieuw/nieuw&"),
        _ => format!("{path}?"),
    }
}

/// What an operation must be asked, as a query.
pub fn needed(path: &str) -> &'static str {
    match path {
        "/v1/resolve" => "?path=/nieuw/nieuw",
        "/v1/oembed" => "?url=http://localhost:3000/nieuw/nieuw",
        "/v1/search" => "?q=nieuw",
        _ => "",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_answer_304_308_and_410_where_they_say_so() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let mut wrong = Vec::new();
    for (path, _, operation) in operations()
        .into_iter()
        .filter(|(path, method, _)| *method == "get" && !path.starts_with("/v1/manage/"))
    {
        let query = needed(path);
        let url = format!("{}{query}", publication.path(path, "nieuw"));
        let syndicated = path.starts_with("/v1/syndication/");
        let here = app.read(&url).await;
        let conditional = |name: &str, value: &str| {
            let call = app.call("GET", &url).header(name, value);
            match syndicated {
                true => call.key(&app.admin).send(),
                false => call.send(),
            }
        };
        let again = conditional("if-none-match", &here.etag()).await;
        let over = conditional("kroniek-min-seq", "0-1").await;
        let mut produced = vec![(200, here)];
        if !ANEW.iter().any(|begin| path.starts_with(begin)) {
            produced.extend([(304, again), (410, over)]);
        }
        for (status, name) in [(308, "oud"), (410, "weg")] {
            // The names of files of media are no slugs.
            let named = path.contains("{article}")
                || (operation["responses"].get("308").is_some() && !path.contains("{file}"));
            // What was withdrawn is not covered, and so was never there.
            if named && !(syndicated && status == 410) {
                produced.push((status, app.read(&publication.path(path, name)).await));
            }
        }
        note(&mut wrong, path, produced);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_answer_428_without_a_version_412_with_an_old_one_and_2xx_with_the_right_one() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let mut wrong = Vec::new();
    let acts = [
        "remove_section",
        "remove_author",
        "remove_entity",
        "remove_article",
        "remove_update",
        "unschedule_article",
        "remove_media",
    ];
    let mut all = operations();
    // What is gone answers nothing else.
    all.sort_by_key(|(path, method, _)| {
        (
            path.ends_with("/purge"),
            *method == "delete" || path.ends_with("/revoke") || path.ends_with("/retract"),
        )
    });
    for (path, method, operation) in all {
        let (id, declared) = (
            operation["operationId"].as_str().unwrap(),
            |status: &str| operation["responses"].get(status).is_some(),
        );
        if !declared("412") {
            continue;
        }
        let name = if id == "merge_entity" {
            "dubbel"
        } else {
            "nieuw"
        };
        let url = publication.path(path, name);
        let call = || {
            let call = app.call(&method.to_uppercase(), &url).key(&app.admin);
            if operation.get("requestBody").is_some() {
                call.json(&body(id))
            } else {
                call
            }
        };
        let mut produced = vec![(412, call().if_match("\"0.0\"").send().await)];
        if declared("428") {
            produced.push((428, call().send().await));
        }
        let right = call().if_match("*").send().await;
        let status = if acts.contains(&id) {
            409
        } else if [
            "remove_donation_link",
            "purge_article",
            "revoke_preview",
            "remove_webhook",
            "remove_partner",
        ]
        .contains(&id)
        {
            204
        } else {
            200
        };
        produced.push((status, right));
        note(&mut wrong, id, produced);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_answer_404_where_nothing_is_and_patches_422_to_an_unknown_field() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let mut wrong = Vec::new();
    for (path, method, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        if !takes_json(operation) {
            continue;
        }
        let call = |url: &str, body: &Value| {
            let call = app.call(&method.to_uppercase(), url).key(&app.admin);
            call.if_match("*").json(body).send()
        };
        let mut produced = Vec::new();
        if operation["responses"].get("404").is_some() {
            produced.push((404, call(&filled(path), &body(id)).await));
        }
        if method == "patch" {
            let unknown = json!({"no_such_field": 1});
            let here = publication.path(path, "nieuw");
            produced.push((422, call(&here, &unknown).await));
        }
        note(&mut wrong, id, produced);
    }
    let resolve = app.call("GET", "/v1/resolve?path=/x");
    let picture = resolve.header("accept", "image/png").send().await;
    note(&mut wrong, "resolve", vec![(406, picture)]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_answers_503_without_a_database() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let name = app.database_url.rsplit('/').next().unwrap();
    let admin =
        crate::postgres::connect(&crate::postgres::named(&app.database_url, "postgres")).await;
    admin
        .batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        .await
        .unwrap();
    admin
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            &[&name],
        )
        .await
        .unwrap();
    let mut wrong = Vec::new();
    for (path, method, operation) in operations() {
        let query = if path == "/v1/resolve" {
            "?path=/x"
        } else {
            ""
        };
        let call = app
            .call(
                &method.to_uppercase(),
                &format!("{}{query}", publication.path(path, "nieuw")),
            )
            .key(&app.admin);
        let call = if operation.get("requestBody").is_some() {
            call.json(&json!({}))
        } else {
            call
        };
        let answer = call.send().await;
        assert_eq!(answer.header("retry-after"), "1", "{path}: {}", answer.text);
        note(&mut wrong, path, vec![(503, answer)]);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn note(wrong: &mut Vec<String>, place: &str, produced: Vec<(u16, Answer)>) {
    for (status, answer) in produced {
        if answer.status != status {
            wrong.push(format!(
                "{place}: {status}, but it was {} {}",
                answer.status, answer.text
            ));
        }
    }
}
