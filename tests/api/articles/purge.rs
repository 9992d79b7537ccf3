//! Purging: nothing of what an article said is left anywhere, and everything else goes on.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::history::{empty, expect_equal, rebuilt, snapshot};
use crate::leaks::{WORD, direct, everything};
use crate::shorthand::{managed, markdown, read};
use crate::watch::{expect_gapless, head, last_change, tables};

/// The tables of the database that hold this text in any row.
pub async fn holding(app: &App, text: &str) -> Vec<String> {
    let sql = app.sql().await;
    let mut found = Vec::new();
    for schema in ["newsroom", "delivery"] {
        for table in tables(app, schema).await {
            // JSON is searched as it is kept, and bytes as hexadecimals.
            let rows = format!(
                "SELECT count(*) FROM {schema}.{table} t WHERE strpos(lower(t::text), lower($1)) > 0"
            );
            let count: i64 = sql.query_one(&rows, &[&text]).await.unwrap().get(0);
            if count > 0 {
                found.push(format!("{schema}.{table}"));
            }
        }
    }
    found
}

/// Purges an article, whatever its version.
pub async fn purge(app: &App, article: &str) -> Answer {
    app.manage("POST", &format!("/articles/{article}/purge"))
        .if_match("*")
        .json(&json!({"reason": "Gerechtelijk bevel."}))
        .send()
        .await
}

/// An article that says the word wherever it can but in its public slug, with all that keeps something of it.
pub async fn marked(app: &App) -> Answer {
    let link = app
        .make(
            "/donation-links",
            json!({"provider": "other", "url": "https://example.org/geef"}),
        )
        .await;
    let said = json!({
        "headline": WORD, "slug": "openbare-naam", "standfirst": markdown(WORD), "body": markdown(&format!("## {WORD}")), "language": "nl",
        "image": {"url": format!("https://example.org/{WORD}.png"), "alt": WORD, "caption": WORD}, "seo": {"title": WORD},
        "canonical_url": format!("https://example.org/{WORD}"), "related": [{"url": format!("https://example.org/{WORD}"), "title": WORD}],
        "donation_links": [link.id()]
    });
    let keyed = |path: String, key: &str| {
        app.manage("POST", &path)
            .header("idempotency-key", key)
            .if_match("*")
    };
    let made = keyed("/articles".to_owned(), "maak")
        .json(&said)
        .send()
        .await
        .expect(201);
    let path = format!("/articles/{}", made.id());
    keyed(format!("{path}/publish"), "publiceer")
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let update = json!({"headline": WORD, "body": markdown(WORD), "concerns": {"quote": WORD}});
    let update = keyed(format!("{path}/updates"), "vul-aan")
        .json(&update)
        .send()
        .await
        .expect(201);
    let text = json!({"body": markdown(&format!("{WORD} {WORD}"))});
    app.patch(&format!("{path}/updates/{}", update.id()), &update, text)
        .await
        .expect(200);
    keyed(format!("{path}/updates/{}/retract", update.id()), "trek-in")
        .json(&json!({"reason": WORD}))
        .send()
        .await
        .expect(200);
    let draft = json!({"headline": WORD, "body": markdown(WORD), "draft": true});
    let draft = app.make(&format!("{path}/updates"), draft).await;
    keyed(format!("{path}/updates/{}/show", draft.id()), "toon")
        .send()
        .await
        .expect(200);
    let seen = managed(app, &path).await;
    app.patch(
        &path,
        &seen,
        json!({"headline": format!("{WORD}!"), "slug": format!("{WORD}-werkversie")}),
    )
    .await
    .expect(200);
    let picking = json!({"headline": "Kiest", "language": "nl", "related": [{"article": made.id()}, {"url": "https://example.org", "title": "Elders"}]});
    keyed("/articles".to_owned(), "kies")
        .json(&picking)
        .send()
        .await
        .expect(201);
    keyed("/articles/kiest/publish".to_owned(), "publiceer-kiest")
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    for language in ["en", "de"] {
        let translation = json!({"headline": format!("In {language}"), "language": language, "translation_of": made.id()});
        keyed("/articles".to_owned(), language)
            .json(&translation)
            .send()
            .await
            .expect(201);
        keyed(format!("/articles/in-{language}/publish"), language)
            .json(&json!({}))
            .send()
            .await
            .expect(200);
    }
    app.sql()
        .await
        .execute(
            "INSERT INTO newsroom.imported VALUES ('x', 'post', '1', $1::text::uuid, convert_to($2, 'UTF8'), 1, now())",
            &[&made.id(), &WORD],
        )
        .await
        .unwrap();
    managed(app, &path).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_what_it_said_is_left_in_any_table_or_answer() {
    let app = App::start().await;
    let article = marked(&app).await;
    let hex: String = WORD.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(
        holding(&app, WORD).await.len() >= 8,
        "{:?}",
        holding(&app, WORD).await
    );
    assert_eq!(holding(&app, &hex).await, ["newsroom.imported"]);

    purge(&app, &article.id()).await.expect(204);

    assert_eq!(holding(&app, WORD).await, Vec::<String>::new());
    assert_eq!(holding(&app, &hex).await, Vec::<String>::new());
    for name in [WORD, "openbare-naam"] {
        for (address, [get, head]) in everything(&app, name).await {
            assert!(
                !get.2.contains(WORD) || address.contains(WORD),
                "{address}: {}",
                get.2
            );
            assert_eq!(get.0, head.0, "{address}");
        }
    }
    for path in [
        "/articles",
        "/articles/kiest",
        "/articles/in-en",
        "/articles?status=withdrawn",
        "/donation-links",
    ] {
        let answer = managed(&app, path).await;
        assert!(!answer.text.contains(WORD), "{path}: {}", answer.text);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_get_410_and_the_log_and_the_audit_tell_of_it() {
    let app = App::start().await;
    let article = marked(&app).await;
    let seq = head(&app).await;
    purge(&app, "openbare-naam").await.expect(204);

    for part in ["", "/updates", "/related", "/donation-links"] {
        for name in ["openbare-naam", &article.id()] {
            let gone = app
                .get(&format!("/v1/articles/{name}{part}"))
                .await
                .expect(410);
            assert_eq!(gone.problem(), "withdrawn", "readers are not told why");
        }
    }
    assert_eq!(
        read(&app, "/v1/resolve?path=/openbare-naam").await["state"],
        "withdrawn"
    );
    assert_eq!(
        read(&app, "/v1/articles?slugs=openbare-naam&count=true").await["page"]["total"],
        0
    );
    for address in direct(&format!("{WORD}-werkversie")) {
        assert_eq!(
            app.get(&address).await.status,
            404,
            "{address}: a slug that readers never knew"
        );
    }
    let (last, event, keys) = last_change(&app).await;
    assert_eq!((last, event.as_str()), (seq + 1, "article.withdrawn"));
    assert!(
        keys.contains(&"slug:article:openbare-naam".to_owned()),
        "{keys:?}"
    );
    let sql = app.sql().await;
    let audit = sql.query_one("SELECT action, subject_id::text, reason, version_from FROM newsroom.audit ORDER BY at DESC, id DESC LIMIT 1", &[]).await.unwrap();
    let told: (String, String, String, String) =
        (audit.get(0), audit.get(1), audit.get(2), audit.get(3));
    let version = article.etag().trim_matches('"').to_owned();
    assert_eq!(
        told,
        (
            "purge_article".to_owned(),
            article.id(),
            "Gerechtelijk bevel.".to_owned(),
            version
        )
    );
    let taken = app
        .manage("POST", "/articles")
        .json(&json!({"headline": "X", "slug": "openbare-naam"}))
        .send()
        .await;
    assert_eq!(taken.expect(409).problem(), "slug-taken");
    app.make(
        "/articles",
        json!({"headline": "X", "slug": format!("{WORD}-werkversie")}),
    )
    .await;

    let before = snapshot(&app).await;
    assert_eq!(rebuilt(&app).await.changed, 0);
    empty(&app).await;
    rebuilt(&app).await;
    expect_equal(&before, &snapshot(&app).await, "rebuilt from nothing");
    expect_gapless(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn articles_that_pick_or_translate_it_go_on_without_it() {
    let app = App::start().await;
    let article = marked(&app).await;
    let picking = managed(&app, "/articles/kiest").await;
    purge(&app, &article.id()).await.expect(204);

    assert_eq!(
        read(&app, "/v1/articles/kiest").await["related"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let now = managed(&app, "/articles/kiest").await;
    assert_eq!(now.etag(), picking.etag(), "no version of another changes");
    assert_eq!(now.json["related"].as_array().unwrap().len(), 1);
    let changed = app
        .patch("/articles/kiest", &now, json!({"headline": "Kiest anders"}))
        .await
        .expect(200);
    app.act(&changed, "publish", json!({})).await.expect(200);
    assert_eq!(
        read(&app, "/v1/articles/kiest").await["headline"],
        "Kiest anders"
    );
    let refused = app
        .patch("/articles/kiest", &changed, json!({}))
        .await
        .expect(412);
    let again = json!({"related": [{"article": article.id()}]});
    let refused = app
        .manage("PATCH", "/articles/kiest")
        .if_match(refused.json["current_version"].as_str().unwrap())
        .json(&again)
        .send()
        .await;
    assert_eq!(
        refused.expect(422).faults(),
        ["unknown_reference at /related/0/article"]
    );

    let english = managed(&app, "/articles/in-en").await;
    let changed = app
        .patch(
            "/articles/in-en",
            &english,
            json!({"headline": "In English"}),
        )
        .await
        .expect(200);
    app.act(&changed, "publish", json!({})).await.expect(200);
    let page = read(&app, "/v1/articles/in-en").await;
    let others: Vec<&Value> = page["translations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["slug"])
        .collect();
    assert_eq!(others, ["in-de"], "the others still belong together");
    let french = json!({"headline": "En fr", "language": "fr", "translation_of": "in-de"});
    app.publish(french).await;
    assert_eq!(
        read(&app, "/v1/articles/in-en").await["translations"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    app.stop().await;
}
